"""Why somebody has not heard from us: for everything that could be sent to them, the first thing that holds it and what would change it.

The relationship is rebuilt from the record, the arbiter says what waits for what, and the production claim itself is tried, at the
moment when the message would ask to leave, in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from activities.claims import Claims
from activities.messages import Composer, sender_of
from activities.rules import Request
from config.links import Links
from config.settings import Settings
from domain.arbiter import Proposal, earliest, journey_touch, proposals, short_name, waiting_behind
from domain.pauses import PERSON, holds_enrollment, paused_by, resting
from domain.plans import StepKind
from domain.programs import deadline, lacks_date
from domain.relationships import Enrollment, Relationship
from domain.touches import Outcome, SendTouch, Settlement
from domain.transitions import elapse
from domain.windows import Caps
from starter.explanations import CURES, LEFT, Line
from starter.lookups import find_candidate
from starter.rebuild import house_of, relationship_from
from storage import calendars, controls
from storage.tables import ledger

TRIAL_KEY = b"nothing that it signs ever leaves"
WAITS = {
    "its day": "",
    "the end of the snooze": CURES["snoozed"],
    "the return from absence": "the person's return, or another word from them",
    "the end of the cool-off": CURES["cool_off"],
}


def verdicts(connection: Connection, settings: Settings, name: str) -> list[Line]:
    """How somebody stands with us now, in sentences; first when they last heard from us. Changes nothing. Raises Refused for nobody."""
    candidate_id = find_candidate(connection, name).id
    house = house_of(connection, settings)
    now, state = house.clock.story(datetime.now(UTC)), relationship_from(connection, house, candidate_id)
    elapse(state, now)
    lines = [_last_heard(connection, candidate_id, now), *_pauses(state), *_stops(connection, now)]
    waiting = [*_messages(connection, settings, state, house.caps, now), *_steps(state, now), *_behind(state, now)]
    if not waiting:
        because = "hired" if state.is_hired() else "in no journey, and told all there is to tell of every application"
        cure = "`keepwarm enroll`, a stage, or an opening that fits"
        waiting = [Line(now, "nothing", f"nothing is planned: {because}; what would change it: {cure}", cure=cure)]
    return [*lines, *waiting]


def _last_heard(connection: Connection, candidate_id: str, now: datetime) -> Line:
    c = ledger.c
    said = select(c.accepted_at, c.template, c.touch_key).where(c.candidate_id == candidate_id, c.state.in_(LEFT))
    row = connection.execute(said.order_by(c.accepted_at.desc()).limit(1)).first()
    if row is None:
        return Line(now, "heard", "has never heard from us")
    days = (now - row.accepted_at).days
    ago = f"{days} days ago" if days > 1 else "a day ago" if days == 1 else "within a day"
    return Line(now, "heard", f"last heard from us {ago}: {row.template} at {_minute(row.accepted_at)}", row.touch_key)


def _pauses(state: Relationship) -> Iterator[Line]:
    for scope, since in resting(state):
        cure = _resume_of(state, scope)
        text = f"{_named(scope)} is paused since {_minute(since)}; what would change it: {cure}"
        yield Line(since, "paused", text, gate="paused", cure=cure)


def _stops(connection: Connection, now: datetime) -> Iterator[Line]:
    for scope, stop in controls.stops(connection).items():
        words = "" if scope == "everything" else f" --{scope.replace(':', ' ', 1)}"
        because = f" ({stop.because})" if stop.because else ""
        cure = f"`keepwarm go{words}`"
        text = f"the kill switch of {_named(scope)} is thrown{because}; what would change it: {cure}"
        yield Line(now, "stopped", text, gate="kill_switch", cure=cure)


# Messages


def _messages(
    connection: Connection, settings: Settings, state: Relationship, caps: Caps, now: datetime
) -> Iterator[Line]:
    composer = Composer(sender_of(settings, TRIAL_KEY), Links(TRIAL_KEY, settings.public_url))
    claims = Claims(composer, calendars.house_window(connection), caps)
    for offer in list(proposals(state)):
        scope = paused_by(state, offer.touch)
        if scope:
            cure = _resume_of(state, scope)
            yield _line(offer, now, "paused", f"{_named(scope)} is paused", "paused", cure)
            continue
        moment, reason = earliest(state, offer, now)
        settled = _try(connection, claims, state, offer, moment)
        yield _verdict(state, offer, moment, reason, settled, now)


def _try(
    connection: Connection, claims: Claims, state: Relationship, offer: Proposal, moment: datetime
) -> Settlement | None:
    """What the claim would answer at a moment; None where the message could leave. The transaction is rolled back."""
    try:
        order = SendTouch(state.candidate_id, offer.touch)
        [claim] = claims.claim(connection, [Request(order, moment)])
    finally:
        connection.rollback()
    return claim if isinstance(claim, Settlement) else None


def _verdict(
    state: Relationship, offer: Proposal, moment: datetime, reason: str, settled: Settlement | None, now: datetime
) -> Line:
    if settled and settled.outcome in (Outcome.SKIPPED, Outcome.FAILED):
        because = f"it would not be sent: gate {settled.gate}, {settled.because or 'refused'}"
        return _line(offer, moment, "blocked", because, settled.gate, CURES.get(settled.gate, ""))
    if settled and settled.outcome is Outcome.DEFERRED and settled.until:
        because = f"waits until {_minute(settled.until)}: gate {settled.gate}, {settled.because}"
        return _line(offer, settled.until, "waits", because, settled.gate, CURES.get(settled.gate, ""))
    if moment > now:
        gate, cure = _wait_of(reason)
        return _line(offer, moment, "waits", f"waits until {_minute(moment)} for {reason or 'its day'}", gate, cure)
    return _line(offer, now, "ready", "every gate is open: it leaves with the next turn of its workflow", "", "")


def _wait_of(reason: str) -> tuple[str, str]:
    """The gate that a reason of the arbiter stands for, and what would change it."""
    first = reason.partition(", after ")[2] or reason
    if WAITS.get(first) or reason in WAITS:
        return "", WAITS[first]
    if reason.startswith("the frequency cap"):
        return "cap", CURES["cap"]
    return (reason, CURES[reason]) if reason in CURES else ("window", CURES["window"])


def _line(offer: Proposal, at: datetime, kind: str, because: str, gate: str, cure: str) -> Line:
    touch = offer.touch
    change = f"; what would change it: {cure}" if cure else ""
    return Line(at, kind, f"{short_name(touch)} by {touch.channel}: {because}{change}", touch.key, gate, cure)


# What is no message


def _steps(state: Relationship, now: datetime) -> Iterator[Line]:
    """Journeys that wait for something else than the moment of a message."""
    behind = {id(one) for one, _ in waiting_behind(state)}
    for enrollment in state.enrollments.values():
        step = enrollment.step()
        if step is None or id(enrollment) in behind or (step.kind is StepKind.SEND and not lacks_date(enrollment)):
            continue
        scope = next((one for one, _ in resting(state) if holds_enrollment(one, state, enrollment)), "")
        told, cure = _step(enrollment)
        if scope:
            told, cure = f"{_named(scope)} is paused", _resume_of(state, scope)
        text = f"{enrollment.plan.label}/{step.id}: {told}; what would change it: {cure}"
        key = journey_touch(state, enrollment, step).key
        yield Line(max(enrollment.due, now), "step", text, key, "paused" if scope else "", cure)


def _step(enrollment: Enrollment) -> tuple[str, str]:
    """What the present step waits for, and what would end that."""
    step = enrollment.step()
    if step is None:
        return "over", ""
    end = deadline(enrollment, step)
    until = f", until {_minute(end)}" if end else ""
    if lacks_date(enrollment):
        return f"waits for {step.waits().fact}, which is not on record", f"{step.waits().fact} on record"
    if not enrollment.asked or step.kind not in (StepKind.WAIT_FOR, StepKind.TASK):
        return f"waits until {_minute(enrollment.due)}", "its moment"
    if step.kind is StepKind.TASK:
        return (
            f"waits for a person to do {step.title!r}{until}",
            "the work done (signal `task_done`), or the end of that wait",
        )
    return f"waits for {' or '.join(step.events)}{until}", "an answer, or the end of that wait"


def _behind(state: Relationship, now: datetime) -> Iterator[Line]:
    for enrollment, first in waiting_behind(state):
        cure = f"the end of {first.plan.label}, or `alongside` in the journey"
        text = f"{enrollment.plan.label} waits: {first.plan.label} comes first; what would change it: {cure}"
        yield Line(now, "behind", text, cure=cure)


def _resume_of(state: Relationship, scope: str) -> str:
    kind, _, named = scope.partition(":")
    words = state.candidate_id if scope == PERSON else f"--{kind} {named}".strip()
    return f"`keepwarm resume {words}`"


def _named(scope: str) -> str:
    return {PERSON: "the person"}.get(scope, scope.replace(":", " ", 1))


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
