"""The arbiter: journeys, stages, alerts and people propose; one place decides what this person is sent next, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.gates import windowless
from domain.relationships import Enrollment, Held, Relationship
from domain.touches import Priority, Purpose, Touch, touch_key
from domain.windows import Window, cap_allows, opening_for, zone_of


@dataclass(frozen=True, slots=True)
class Send:
    """This touch goes now."""

    touch: Touch


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing goes before `until`; `touch` is the one that then is first, `because` names what it waits for."""

    until: datetime
    because: str
    touch: Touch


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is planned; `because` says why."""

    because: str


Action = Send | Wait | Idle


@dataclass(frozen=True, slots=True)
class Proposal:
    """A touch that somebody wants sent, the gate that last deferred it, and the window that binds it."""

    touch: Touch
    held: Held | None
    window: Window


def next_action(relationship: Relationship, now: datetime) -> Action:
    """What happens next for this person, decided among everything that they could be sent."""
    if relationship.paused_at:
        offers = [p for p in proposals(relationship) if p.touch.priority is Priority.ACKNOWLEDGMENT]
        if not offers:
            return Idle("paused; resume the person to go on")
    else:
        offers = list(proposals(relationship))
        if not offers:
            return Idle("nothing is planned")
    timed = [(earliest(relationship, offer, now), offer.touch) for offer in offers]
    ready = [touch for (moment, _), touch in timed if moment <= now]
    if ready:
        return Send(min(ready, key=_urgency))
    (moment, because), touch = min(timed, key=lambda pair: (pair[0][0], _urgency(pair[1])))
    return Wait(moment, because, touch)


def _urgency(touch: Touch) -> tuple[int, datetime, str]:
    return (touch.priority, touch.due, touch.key)


def is_wanted(relationship: Relationship, key: str) -> bool:
    """Whether a touch is still proposed; one in flight that no longer is gets cancelled."""
    return any(proposal.touch.key == key for proposal in proposals(relationship))


def proposals(relationship: Relationship) -> Iterator[Proposal]:
    """Everything that somebody wants this person to be sent, whenever it may go."""
    window = relationship.window
    for message in (*relationship.messages, *relationship.scheduled):
        yield Proposal(message.touch, message.held, window)
    for enrollment in relationship.enrollments.values():
        yield Proposal(journey_touch(relationship, enrollment), enrollment.held, enrollment.plan.window or window)
    for alert in relationship.alerts.values():
        yield Proposal(alert.touch, alert.held, window)


def journey_touch(relationship: Relationship, enrollment: Enrollment) -> Touch:
    """The touch that a journey proposes at its present step."""
    plan, step = enrollment.plan, enrollment.plan.steps[enrollment.position]
    part = f"{plan.journey}-{plan.version}"
    return Touch(
        key=touch_key(relationship.candidate_id, plan.purpose, part, step.id, enrollment.occurrence),
        purpose=plan.purpose,
        channel=relationship.resolve(step.channel),
        template=step.id,
        due=enrollment.due,
        priority=relationship.priority_of(plan.purpose),
        journey=plan.journey,
        version=plan.version,
    )


def earliest(relationship: Relationship, proposal: Proposal, now: datetime) -> tuple[datetime, str]:
    """When a proposed touch may go at the earliest, never before `now`, and what it waits for."""
    touch, moment, because = proposal.touch, now, ""
    if touch.due > moment:
        moment, because = touch.due, "its day"
    if proposal.held and proposal.held.until > moment:
        moment, because = proposal.held.until, proposal.held.gate
    if touch.purpose is not Purpose.APPLICATION:
        for until, reason in (
            (relationship.snoozed_until, "the end of the snooze"),
            (relationship.away_until, "the return from absence"),
            (relationship.cool_off_until, "the end of the cool-off"),
        ):
            if until and until > moment:
                moment, because = until, reason
        capped = cap_allows(relationship.caps, relationship.zone, relationship.recent, moment)
        if capped > moment:
            moment, because = capped, "the frequency cap"
    if not windowless(touch):
        opens = opening_for(proposal.window, relationship.zone, moment, touch.key)
        if opens > moment:
            local = opens.astimezone(zone_of(relationship.zone))
            because = f"{local:%H:%M} {relationship.zone}" + (f", after {because}" if because else "")
            moment = opens
    return moment, because


def short_name(touch: Touch) -> str:
    """How operators read a touch: `passive-prospect/hello`, `be-1/interview`."""
    return f"{touch.journey or touch.opening_id or touch.purpose}/{touch.template}"
