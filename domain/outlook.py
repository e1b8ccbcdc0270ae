"""Looking ahead in one relationship: every future touch, by running the arbiter itself on a copy with a simulated clock."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.arbiter import Decide, Forget, Idle, Remind, Send, Wait, next_action, short_name, waiting_behind
from domain.definitions import Decision
from domain.events import PromiseReminded, StepDecided, TouchSettled
from domain.programs import lacks_date
from domain.promises import WORDS, PromiseKind
from domain.relationships import Relationship
from domain.touches import Outcome, Planned, Settlement, Touch, stamp
from domain.transitions import apply, elapse
from domain.windows import zone_of

HORIZON = timedelta(days=400)
MOST_TOUCHES = 60


def upcoming(relationship: Relationship, now: datetime, horizon: timedelta = HORIZON) -> list[Planned]:
    """Every touch that this person will be sent if nothing else happens, in order, at most 60, within the horizon."""
    ahead = copy.deepcopy(relationship)
    ahead.inbox.clear()
    moment, because = now, ""
    planned: list[Planned] = []
    while len(planned) < MOST_TOUCHES:
        elapse(ahead, moment)
        match next_action(ahead, moment):
            case Send(touch):
                planned.append(_planned(touch, moment, because))
                apply(ahead, settled(touch, Settlement(Outcome.SENT, moment), moment), moment)
                because = ""
                _promise_once(ahead, touch)
            case Decide(journey, step):
                _decide_unseen(ahead, journey, step, moment)
            case Remind(order):
                apply(ahead, PromiseReminded(event_id="", at=moment, promise=order.promise), moment)
            case Wait(until, reason):
                if until > now + horizon:
                    break
                moment, because = until, reason
            case Forget() | Idle():
                break
    return planned


def settled(touch: Touch, settlement: Settlement, now: datetime) -> TouchSettled:
    """The event that a touch's settlement is."""
    return TouchSettled(
        event_id="", at=now, touch_key=touch.key, settlement=settlement, channel=touch.channel, also=touch.also
    )


def _promise_once(ahead: Relationship, touch: Touch) -> None:
    """Of the messages that would say again and again that nothing is decided, a view shows the next one of each application."""
    if touch.template in WORDS:
        ahead.promises = {key: one for key, one in ahead.promises.items() if one.opening_id != touch.opening_id}


def _decide_unseen(ahead: Relationship, journey: str, step: str, moment: datetime) -> None:
    """What a step that asks the record is taken to do where it can't be asked: no case holds; a date that is not known ends the view."""
    if lacks_date(ahead.enrollments[journey]):
        del ahead.enrollments[journey]
        return
    decided = StepDecided(event_id="", at=moment, journey=journey, step=step, decision=Decision())
    apply(ahead, decided, moment)


def _planned(touch: Touch, due: datetime, because: str) -> Planned:
    return Planned(
        key=touch.key, purpose=touch.purpose, channel=touch.channel, template=touch.template, due=due, because=because,
        opening_id=touch.opening_id, journey=touch.journey,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labels:
    """What operators search people by. `next_touch` is None when nothing is planned."""

    state: str
    stages: list[str]
    journeys: list[str]
    next_touch: datetime | None
    owner: str


def labels(relationship: Relationship, now: datetime) -> Labels:
    """The searchable summary of a relationship: state, `opening:stage` pairs, `journey@version`, next touch, owner."""
    applications = relationship.applications.values()
    if relationship.erased:
        state = "erased"
    elif relationship.paused_at:
        state = "paused"
    elif relationship.is_hired():
        state = "hired"
    elif any(application.is_open() for application in applications):
        state = "in_process"
    elif relationship.enrollments:
        state = "nurturing"
    else:
        state = "idle"
    match next_action(relationship, now):
        case Send() | Decide() | Remind() | Forget():
            following: datetime | None = now
        case Wait(until):
            following = until
        case Idle():
            following = None
    return Labels(
        state=state,
        stages=sorted(f"{a.opening_id}:{a.stage}" for a in applications),
        journeys=sorted(e.plan.label for e in relationship.enrollments.values()),
        next_touch=following,
        owner=relationship.owner,
    )


def describe(relationship: Relationship, now: datetime) -> str:
    """Markdown for operators: where this person stands, what comes next and why, and the last decisions. Ids only."""
    lines = _standing(relationship, now)
    match next_action(relationship, now):
        case Send(touch):
            lines.append(f"\nNext: {short_name(touch)} now")
        case Decide(journey, step):
            lines.append(f"\nNext: {journey}/{step} asks the record")
        case Forget():
            lines.append("\nNext: their data is forgotten, the retention being over")
        case Remind(order):
            lines.append(f"\nNext: remind the {order.level} of {order.promise}")
        case Wait(until, because, subject):
            local = until.astimezone(zone_of(relationship.zone))
            lines.append(f"\nNext: {subject} at {local:%a %Y-%m-%d %H:%M} {relationship.zone}; waits for {because}")
        case Idle(because):
            lines.append(f"\nNext: nothing; {because}")
    if relationship.refused:
        lines += ["\nSignals that could not be read:", *(f"- {text}" for text in relationship.refused)]
    if relationship.decisions:
        lines += ["\nLast decisions:", *(f"- {text}" for text in relationship.decisions[-8:])]
    return "\n".join(lines)


def _standing(relationship: Relationship, now: datetime) -> list[str]:
    """Where this person stands: how they rest, at which stages and in which journeys they are."""
    lines = [f"**{labels(relationship, now).state}** · {relationship.zone}"]
    rests = {
        "away": relationship.away_until,
        "snoozed": relationship.snoozed_until,
        "at rest after a no": relationship.cool_off_until,
    }
    lines += [f"- {rest} until {stamp(until)}" for rest, until in rests.items() if until and until > now]
    for application in relationship.applications.values():
        told = f", told of {application.told}" if application.told else ", not yet told"
        lines.append(f"- {application.opening_id}: {application.stage} since {stamp(application.at)}{told}")
    lines += [
        f"- {enrollment.plan.label}: step {enrollment.position + 1} of {len(enrollment.plan.steps)}"
        for enrollment in relationship.enrollments.values()
    ]
    lines += _dealings(relationship, now)
    behind = waiting_behind(relationship)
    return lines + [f"- {one.plan.label} waits: {first.plan.label} comes first" for one, first in behind]


def _dealings(relationship: Relationship, now: datetime) -> list[str]:
    """What rests until they can be reached, what they have asked, which interviews they have."""
    resting = [aside for aside in relationship.set_aside if aside.lacks_contact]
    lines = [f"- {one.enrollment.plan.label} rests until {stamp(one.until)}: no {one.waits_for}" for one in resting]
    asked = [one for one in relationship.promises.values() if one.kind is PromiseKind.QUESTION]
    lines += [f"- asked something: the answer is {one.state} by {stamp(one.due)}" for one in asked]
    booked = [one for one in relationship.bookings.values() if not one.cancelled and one.starts_at > now]
    return lines + [f"- interview at {one.opening_id}: {stamp(one.starts_at)}" for one in booked]
