"""What happens to a relationship: `apply(relationship, event, now) -> effects`.

`apply` changes the relationship in place and returns the facts to record. Nothing here sends: it only changes what is due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.arbiter import is_wanted, proposals, waiting_behind
from domain.bookings import book, elapse_bookings, unbook, withdraw_bookings
from domain.consents import change_consent
from domain.contacts import RECEIPTS, correct_contact, elapse_set_aside, report_delivery
from domain.deadlines import reminded
from domain.erasures import erase
from domain.events import (
    Booked,
    CalendarChanged,
    ConsentChanged,
    ContactCorrected,
    DeliveryReported,
    Enrolled,
    Erased,
    Event,
    MessageCorrected,
    MessageReceived,
    Moved,
    OpeningAnnounced,
    Paused,
    ProfileChanged,
    PromiseReminded,
    QuestionAnswered,
    Released,
    Resumed,
    Snoozed,
    StageChanged,
    StepDecided,
    TaskDone,
    TermsChanged,
    TouchScheduled,
    TouchSettled,
    Unbooked,
    Unenrolled,
)
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import advance, elapse_journeys, enroll, exit_journey, take_progress
from domain.keeping import day_in_key, elapse_keeping, note_settled, note_sign, release, take_terms
from domain.messages import correct_message, take_message
from domain.moves import left_before_move, move
from domain.obligations import elapse_promises, promises_after_settlement
from domain.openings import announce, told_anyway, withdraw_alerts
from domain.pauses import pause
from domain.programs import count_again, finish_task, take_decision
from domain.questions import answer_question
from domain.relationships import Relationship, StageMessage
from domain.resumptions import let_others_act, resume
from domain.selection import change_stage, left_anyway
from domain.touches import (
    LEFT,
    TRANSACTIONAL,
    Channel,
    Outcome,
    Purpose,
    Settlement,
    Touch,
    read_key,
    touch_key,
)
from domain.windows import PACES, Sent, Window, look_back, read_caps

RECENT = timedelta(days=33)
"""How long it is remembered at least when messages left, for the caps."""
TELLING = timedelta(hours=1)
"""How long it may take to tell everybody of a pause or its end."""


def elapse(relationship: Relationship, now: datetime) -> list[Fact]:
    """Let time pass up to `now`: waits end, answers fail to come, tasks become overdue. Returns what the database is to keep.

    Every driver calls it before it asks for the next action; `apply` does so before an event happens.
    """
    facts = elapse_set_aside(relationship, now) + elapse_bookings(relationship, now)
    facts += elapse_journeys(relationship, now) + elapse_promises(relationship, now) + elapse_keeping(relationship, now)
    relationship.unrecorded += [fact.compact() for fact in facts]
    return facts


def apply(relationship: Relationship, event: Event, now: datetime) -> list[Fact]:
    """Let an event happen. `now` is story time, never before `event.at`. Returns what the database is to keep."""
    passed = elapse(relationship, now)
    return passed + _happen(relationship, event, now)


def _happen(relationship: Relationship, event: Event, now: datetime) -> list[Fact]:
    if relationship.erased:
        return []
    facts = _dispatch(relationship, event, now) + note_sign(relationship, event, now)
    if not isinstance(event, TouchSettled) and not _is_receipt(event):
        relationship.outlook_stale = True
        facts += withdraw_alerts(relationship, now) + withdraw_bookings(relationship, now)
    relationship.unrecorded += [fact.compact() for fact in facts]
    return facts


def _is_receipt(event: Event) -> bool:
    """Whether an event only says that a message arrived, or not yet: nothing planned moves, so nothing is to be written."""
    return isinstance(event, DeliveryReported) and event.kind in RECEIPTS


def _dispatch(relationship: Relationship, event: Event, now: datetime) -> list[Fact]:
    match event:
        case Enrolled() | Unenrolled() | StepDecided() | TaskDone() | Moved():
            return _in_journeys(relationship, event, now)
        case StageChanged():
            return change_stage(relationship, event, now)
        case OpeningAnnounced():
            return announce(relationship, event, now)
        case MessageReceived() | MessageCorrected() | QuestionAnswered() | Booked() | Unbooked():
            return _from_person(relationship, event, now)
        case ConsentChanged() | DeliveryReported() | ContactCorrected():
            return _about_contact(relationship, event, now)
        case Erased():
            return erase(relationship, now)
        case Snoozed() | Paused() | Resumed():
            return _rest(relationship, event, now)
        case Released():
            _release(relationship, Gate.KILL_SWITCH)
        case ProfileChanged():
            return _profile_changed(relationship, event, now)
        case TouchScheduled():
            _schedule(relationship, event, now)
        case TouchSettled():
            return _settle(relationship, event, now)
        case PromiseReminded():
            reminded(relationship, event.promise, now)
        case TermsChanged():
            take_terms(relationship, event.active_at, event.retention_days, now)
        case CalendarChanged():
            _calendar_changed(relationship, event, now)
    return []


def _from_person(
    relationship: Relationship,
    event: MessageReceived | MessageCorrected | QuestionAnswered | Booked | Unbooked,
    now: datetime,
) -> list[Fact]:
    match event:
        case MessageReceived():
            return take_message(relationship, event, now)
        case MessageCorrected():
            return correct_message(relationship, event, now)
        case QuestionAnswered():
            return answer_question(relationship, event.message_id, event.by, now)
        case Booked():
            return book(relationship, event, now)
        case Unbooked():
            return unbook(relationship, event, now)


def _about_contact(
    relationship: Relationship, event: ConsentChanged | DeliveryReported | ContactCorrected, now: datetime
) -> list[Fact]:
    match event:
        case ConsentChanged():
            return change_consent(relationship, event, now)
        case DeliveryReported():
            return report_delivery(relationship, event, now)
        case ContactCorrected():
            return correct_contact(relationship, event, now)


def _rest(relationship: Relationship, event: Snoozed | Paused | Resumed, now: datetime) -> list[Fact]:
    match event:
        case Snoozed():
            return _snooze(relationship, event.until, now)
        case Paused():
            behind = [one.plan.journey for one, _ in waiting_behind(relationship)]
            return pause(relationship, event.scope, _named_moment(event, now)) + let_others_act(
                relationship, behind, now
            )
        case Resumed():
            return resume(relationship, event.scope, event.policy, _named_moment(event, now))


def _named_moment(event: Paused | Resumed, now: datetime) -> datetime:
    """When a pause begins or ends: as its command said, since it takes a while to tell everybody; but now where that is long past."""
    return event.at if now - TELLING <= event.at <= now else now


def _in_journeys(
    relationship: Relationship, event: Enrolled | Unenrolled | StepDecided | TaskDone | Moved, now: datetime
) -> list[Fact]:
    match event:
        case Enrolled():
            return enroll(relationship, event, now)
        case Unenrolled():
            return exit_journey(relationship, event.journey, event.because, now)
        case StepDecided():
            return _decide(relationship, event, now)
        case TaskDone():
            return finish_task(relationship, event, now)
        case Moved():
            return move(relationship, event, now)


def _decide(relationship: Relationship, event: StepDecided, now: datetime) -> list[Fact]:
    enrollment = relationship.enrollments.get(event.journey)
    if enrollment is None:
        return []
    progress = take_decision(relationship, enrollment, event, now)
    relationship.outlook_stale = True
    return progress.facts + take_progress(relationship, enrollment, progress, now)


def _calendar_changed(relationship: Relationship, event: CalendarChanged, now: datetime) -> None:
    """Take the new calendar; touches that wait for a window or under a cap are looked at anew."""
    try:
        window = Window(**event.window) if event.window else relationship.window
        caps = read_caps(event.caps) if event.caps else relationship.caps
    except (TypeError, ValueError) as error:
        relationship.refuse(f"calendar_changed: {error}")
        return
    if relationship.desk and relationship.desk.window == relationship.window:
        relationship.desk = replace(relationship.desk, window=window)
    relationship.window, relationship.caps = window, caps
    relationship.closed = relationship.closed if event.closed is None else sorted(set(event.closed))
    _release(relationship, Gate.WINDOW, Gate.CAP, Gate.SPACING)
    relationship.note(now, "the calendar changed")


def _snooze(relationship: Relationship, until: datetime | None, now: datetime) -> list[Fact]:
    relationship.snoozed_until = until
    relationship.note(now, f"snoozed until {until:%Y-%m-%d}" if until else "snooze ended")
    return [Fact(FactKind.SNOOZE, now, until=until)]


def _profile_changed(relationship: Relationship, event: ProfileChanged, now: datetime) -> list[Fact]:
    relationship.zone = event.zone or relationship.zone
    relationship.channel = Channel(event.channel) if event.channel else relationship.channel
    facts = list[Fact]()
    if event.owner is not None and event.owner != relationship.owner:
        facts = resume(relationship, f"sender:{relationship.owner}", "shift", now)
        relationship.owner, relationship.desk = event.owner, None
    if event.pace is not None:
        relationship.pace = event.pace if event.pace in PACES else ""
        relationship.note(now, f"wants to hear from us {relationship.pace or 'as often as everybody'}")
        _release(relationship, Gate.CAP)
    count_again(relationship, event.facts or [])
    _release(relationship, Gate.TOKENS, Gate.WINDOW)
    return facts


def _release(relationship: Relationship, *gates: Gate) -> None:
    """Let touches that these gates deferred be tried again at once: what blocked them has changed."""
    for holder in relationship.holders():
        if holder.held and holder.held.gate in gates:
            holder.held = None
    release(relationship, gates)


def _schedule(relationship: Relationship, event: TouchScheduled, now: datetime) -> None:
    purpose = Purpose(event.purpose)
    key = touch_key(relationship.candidate_id, purpose, "single", event.template, event.touch_id)
    if key in relationship.settled or is_wanted(relationship, key):
        return
    touch = Touch(key, purpose, relationship.resolve(Channel(event.channel)), event.template, max(event.due, now),
                  relationship.priority_of(purpose), opening_id=event.opening_id)  # fmt: skip
    relationship.scheduled.append(StageMessage(touch))


def _settle(relationship: Relationship, event: TouchSettled, now: datetime) -> list[Fact]:
    """Take in what became of a touch. Deferred ones stay; all others are done and never proposed again."""
    key, settlement = event.touch_key, event.settlement
    touch = next((proposal.touch for proposal in proposals(relationship) if proposal.touch.key == key), None)
    purpose, _ = read_key(relationship.candidate_id, key)
    if settlement.outcome in LEFT and purpose not in TRANSACTIONAL:
        span = max(RECENT, look_back(relationship.own_caps())) if relationship.rules >= 4 else RECENT
        kept = [sent for sent in relationship.recent if sent.at > now - span]
        relationship.recent = [*kept, Sent(settlement.at, event.channel, purpose)]
    if touch is None:
        return _settle_unwanted(relationship, key, settlement, now)
    if settlement.outcome is not Outcome.DEFERRED or settlement.until is None:
        relationship.close(key)
    if settlement.outcome is not Outcome.SENT:
        relationship.outlook_stale = True
        relationship.note(now, f"{settlement.outcome} {key}: {settlement.because or settlement.gate}")
    facts = advance(relationship, touch, settlement, now, event.also) + note_settled(relationship, key, settlement, now)
    return facts + promises_after_settlement(relationship, key, settlement, now)


def _settle_unwanted(relationship: Relationship, key: str, settlement: Settlement, now: datetime) -> list[Fact]:
    """A touch that nobody wants any more is settled: where it left all the same, what the candidate knows has changed."""
    if settlement.outcome not in LEFT:
        return []
    relationship.close(key)
    relationship.outlook_stale = True
    relationship.note(now, f"{settlement.outcome} {key}, though taken back: it was leaving")
    if day_in_key(key):
        return note_settled(relationship, key, settlement, now)
    purpose, part = read_key(relationship.candidate_id, key)
    if purpose is Purpose.APPLICATION:
        return left_anyway(relationship, key, now)
    if purpose is Purpose.ALERTS:
        return told_anyway(relationship, part, now)
    if purpose is Purpose.SERVICE:
        return []
    left_before_move(relationship, key, settlement.at)
    return []
