"""The arbiter: journeys, stages, alerts and people propose; one place decides what this person is sent next, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from domain.calendars import Closures
from domain.deadlines import due_reminder, next_promise_moment
from domain.gates import windowless
from domain.keeping import forget_at, keeping_touches
from domain.pauses import paused_by
from domain.plans import PlanStep, StepKind, variant_of
from domain.programs import acting, asks_at, closures_of, comes_first, elapses_at
from domain.promises import RemindOf
from domain.relationships import Enrollment, Held, Relationship
from domain.touches import TRANSACTIONAL, Touch, touch_key
from domain.windows import Window, cap_allows, opening_for, zone_of


@dataclass(frozen=True, slots=True)
class Send:
    """This touch goes now."""

    touch: Touch


@dataclass(frozen=True, slots=True)
class Decide:
    """This step of a journey asks the record which way to go, or from which date to count."""

    journey: str
    step: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Somebody of ours is to be reminded of what a candidate is owed."""

    order: RemindOf


@dataclass(frozen=True, slots=True)
class Forget:
    """The retention of this person's data is over: it is to be erased, unless the record knows better."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing goes before `until`; `subject` is what then comes first, `touch` where it is a message, `because` what it waits for."""

    until: datetime
    because: str
    subject: str
    touch: Touch | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is planned; `because` says why."""

    because: str


Action = Send | Decide | Remind | Forget | Wait | Idle


@dataclass(frozen=True, slots=True)
class Proposal:
    """A touch that somebody wants sent, the gate that last deferred it, and the window and closed days that bind it."""

    touch: Touch
    held: Held | None
    window: Window
    closures: Closures


def next_action(relationship: Relationship, now: datetime) -> Action:
    """What happens next for this person, decided among everything that they could be sent. Time has been let pass (`elapse`)."""
    if relationship.erased:
        return Idle("erased")
    forgotten = forget_at(relationship)
    if forgotten and forgotten <= now:
        return Forget()
    offers = list(proposals(relationship))
    free = [offer for offer in offers if not paused_by(relationship, offer.touch)]
    timed = [(*earliest(relationship, offer, now), offer) for offer in free]
    waits = [Wait(moment, because, short_name(offer.touch), offer.touch) for moment, because, offer in timed]
    for enrollment, step in _working(relationship):
        asked = asks_at(enrollment)
        if asked is not None and asked <= now:
            return Decide(enrollment.plan.journey, step.id)
        moment = asked or elapses_at(enrollment)
        if moment is not None:
            waits.append(Wait(moment, "its moment", f"{enrollment.plan.journey}/{step.id}"))
    ready = [offer for moment, _, offer in timed if moment <= now]
    if ready:
        first = min(ready, key=lambda offer: _urgency(offer.touch))
        return Send(_merged(relationship, first, free, now))
    reminder = due_reminder(relationship, now)
    if reminder:
        return Remind(reminder)
    owed = next_promise_moment(relationship)
    if owed:
        subject = f"{owed[1].opening_id}/{owed[1].kind}" if owed[1].opening_id else f"message/{owed[1].kind}"
        waits.append(Wait(owed[0], f"the {owed[1].kind} that is owed", subject))
    waits += [
        Wait(aside.until, "an address that works", f"{aside.enrollment.plan.journey}/rest")
        for aside in relationship.set_aside
        if aside.lacks_contact
    ]
    if forgotten:
        waits.append(Wait(forgotten, "the end of the retention", "retention/erase"))
    if waits:
        return min(waits, key=lambda wait: (wait.until, _urgency(wait.touch) if wait.touch else (0, wait.until, "")))
    if offers:
        scope = paused_by(relationship, offers[0].touch)
        return Idle(
            "paused; resume the person to go on" if scope == "person" else f"{scope} is paused; resume it to go on"
        )
    return Idle("nothing is planned")


def _working(relationship: Relationship) -> Iterator[tuple[Enrollment, PlanStep]]:
    """Enrollments whose present step is no message, where nothing holds them."""
    for enrollment in acting(relationship):
        step = enrollment.step()
        if step and not paused_by(relationship, journey_touch(relationship, enrollment, step)):
            yield enrollment, step


def _merged(relationship: Relationship, first: Proposal, free: list[Proposal], now: datetime) -> Touch:
    """The touch that goes; where it is an alert, it takes along every other alert that could go with it (one message, not two)."""
    touch, alerts = first.touch, {alert.touch.key for alert in relationship.alerts.values()}
    if touch.key not in alerts:
        return touch
    also = [
        other.touch.opening_id
        for other in free
        if other.touch.key in alerts - {touch.key}
        and other.touch.channel == touch.channel
        and earliest(relationship, replace(other, touch=replace(other.touch, key=touch.key)), now)[0] <= now
    ]
    return replace(touch, also=sorted(also)) if also else touch


def _urgency(touch: Touch) -> tuple[int, datetime, str]:
    return (touch.priority, touch.due, touch.key)


def is_wanted(relationship: Relationship, key: str) -> bool:
    """Whether a touch is still proposed; one in flight that no longer is gets cancelled."""
    return any(proposal.touch.key == key for proposal in proposals(relationship))


def proposals(relationship: Relationship) -> Iterator[Proposal]:
    """Everything that somebody wants this person to be sent, whenever it may go."""
    window, closures = relationship.window, closures_of(relationship)
    for message in (*relationship.messages, *relationship.scheduled):
        yield Proposal(message.touch, message.held, window, closures)
    for enrollment in acting(relationship):
        step = enrollment.step()
        if step and step.kind is StepKind.SEND and (enrollment.dated or not step.waits().fact):
            touch, plan = journey_touch(relationship, enrollment, step), enrollment.plan
            yield Proposal(touch, enrollment.held, plan.window or window, closures_of(relationship, plan))
    for alert in relationship.alerts.values():
        yield Proposal(alert.touch, alert.held, window, closures)
    for touch, held in keeping_touches(relationship):
        yield Proposal(touch, held, window, closures)


def journey_touch(relationship: Relationship, enrollment: Enrollment, step: PlanStep) -> Touch:
    """The touch that a journey proposes at a step."""
    plan = enrollment.plan
    part, again = f"{plan.journey}-{plan.version}", enrollment.repeats.get(step.id)
    occurrence = f"{enrollment.occurrence}.{again}" if again else enrollment.occurrence
    return Touch(
        key=touch_key(relationship.candidate_id, plan.purpose, part, step.id, occurrence),
        purpose=plan.purpose,
        channel=relationship.resolve(step.channel),
        template=step.id,
        due=enrollment.due,
        priority=relationship.priority_of(plan.purpose),
        journey=plan.journey,
        version=plan.version,
        variant=variant_of(step, plan.journey, relationship.candidate_id),
    )


def waiting_behind(relationship: Relationship) -> Iterator[tuple[Enrollment, Enrollment]]:
    """Enrollments that wait for another one to end, each with that one."""
    for enrollment in relationship.enrollments.values():
        first = comes_first(relationship, enrollment)
        if first:
            yield enrollment, first


def earliest(relationship: Relationship, proposal: Proposal, now: datetime) -> tuple[datetime, str]:
    """When a proposed touch may go at the earliest, never before `now`, and what it waits for.

    It is counted from the moment at which the touch falls due, so that it is the same whenever it is asked for; only what may no
    longer go then is counted from now.
    """
    base, because = now, ""
    if proposal.touch.due > base:
        base, because = proposal.touch.due, "its day"
    if proposal.held and proposal.held.until > base:
        base, because = proposal.held.until, proposal.held.gate
    since = base if because else max(proposal.touch.due, proposal.held.until if proposal.held else proposal.touch.due)
    planned = _allowed(relationship, proposal, since, because)
    return planned if planned[0] > now else _allowed(relationship, proposal, base, because)


def _allowed(relationship: Relationship, proposal: Proposal, moment: datetime, because: str) -> tuple[datetime, str]:
    """The first moment from one on that rests, caps, window and closed days leave free, and what put it off."""
    touch = proposal.touch
    if touch.purpose not in TRANSACTIONAL:
        for until, reason in (
            (relationship.snoozed_until, "the end of the snooze"),
            (relationship.away_until, "the return from absence"),
            (relationship.cool_off_until, "the end of the cool-off"),
        ):
            if until and until > moment:
                moment, because = until, reason
        capped, limit = cap_allows(
            relationship.own_caps(), relationship.zone, relationship.recent, moment, touch.channel, touch.purpose
        )
        if capped > moment:
            moment, because = capped, f"the frequency cap ({limit})"
    if not windowless(touch):
        opens = opening_for(proposal.window, relationship.zone, moment, touch.key, proposal.closures)
        if opens > moment:
            local = opens.astimezone(zone_of(relationship.zone))
            because = f"{local:%H:%M} {relationship.zone}" + (f", after {because}" if because else "")
            moment = opens
    return moment, because


def short_name(touch: Touch) -> str:
    """How operators read a touch: `passive-prospect/hello`, `be-1/interview`."""
    return f"{touch.journey or touch.opening_id or touch.purpose}/{touch.template}"
