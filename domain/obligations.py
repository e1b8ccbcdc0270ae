"""What a candidate is owed: promised on entering a stage, kept when word has left, and never passed in silence.

Before a date that the candidate was told passes undecided, a slip tells them the new one; before a stage's bound on silence is
reached, a holding message says truthfully that nothing is decided and when they hear next. The functions change the relationship and
answer facts; `deadlines` knows the moments.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.deadlines import DAY, WORDED_KINDS, due_day, end_of, guide_of, local_day, promises_of, word_at, working_day
from domain.events import StageChanged
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import not_sent
from domain.promises import (
    ACKNOWLEDGE_WITHIN,
    HOLDING,
    SLIPPED,
    SURVEY,
    WORDS,
    Promise,
    PromiseKind,
    PromiseState,
    Word,
    closing_refusal,
    is_about,
    question_key,
    read_answer,
    read_word,
)
from domain.relationships import Application, Relationship, StageMessage
from domain.stages import Stage, StageKind
from domain.touches import LEFT, Channel, Outcome, Priority, Purpose, Settlement, Touch, stamp, touch_key

WORD_WITHIN = timedelta(days=7)
"""How long the word about a decision may wait for its window before the silence counts."""
UNREACHABLE = frozenset({Gate.ERASED, Gate.SUPPRESSED, Gate.CONSENT, Gate.OPTED_OUT})
"""Gates that no later try passes: the person can't be told, and nobody is to blame for it."""


def refusal_to_close(
    relationship: Relationship, event: StageChanged, *, has_reason: bool, has_feedback: bool, waived: bool
) -> str:
    """Why a person can't be refused at an opening: they were interviewed, and words for them are missing. Empty when they can be."""
    application = relationship.applications.get(event.opening_id)
    if application is None or application.stage == event.stage:
        return ""
    stages = application.stages()
    return closing_refusal(
        stages.find(application.furthest), stages.find(event.stage),
        has_reason=has_reason, has_feedback=has_feedback, waived=waived,
    )  # fmt: skip


# Making and keeping


def promises_after_stage(
    relationship: Relationship, application: Application, stage: Stage, now: datetime
) -> list[Fact]:
    """What is owed once an application has entered a stage. Called after its message was proposed."""
    told = any(m.stage == stage.name and m.touch.opening_id == application.opening_id for m in relationship.messages)
    if not application.is_open():
        return _after_closing(relationship, application, stage, now, told=told)
    because = f"back in {stage.name}"
    facts = _settle_kinds(
        relationship, application, (PromiseKind.FEEDBACK, PromiseKind.SURVEY), PromiseState.WAIVED, because, now
    )
    if (
        told
        and stage.kind is StageKind.RECEIVED
        and not list(promises_of(relationship, application, PromiseKind.ACKNOWLEDGMENT))
    ):
        facts += _make(relationship, application, PromiseKind.ACKNOWLEDGMENT, now, now + ACKNOWLEDGE_WITHIN)
    answer_on = _answer_day(relationship, application, stage, now) if told else None
    if answer_on:
        for old in [
            old for old in promises_of(relationship, application, PromiseKind.ANSWER) if old.stage == stage.name
        ]:
            facts += settle_promise(relationship, old, PromiseState.MOVED, "another message tells a new date", now)
        facts += _make(relationship, application, PromiseKind.ANSWER, now, end_of(relationship, answer_on))
    return facts + _bound_silence(relationship, application, stage, now)


def _after_closing(
    relationship: Relationship, application: Application, stage: Stage, now: datetime, *, told: bool
) -> list[Fact]:
    """A closed application owes its message, and an interviewed person who is refused the reason and feedback."""
    if not told:
        kinds = (PromiseKind.ACKNOWLEDGMENT, PromiseKind.ANSWER, PromiseKind.SILENCE)
        return _settle_kinds(relationship, application, kinds, PromiseState.KEPT, f"told of {stage.name} before", now)
    for promise in promises_of(relationship, application, PromiseKind.SILENCE):
        promise.due = max(promise.due, now + timedelta(minutes=stage.delay_minutes) + WORD_WITHIN)
    furthest = application.stages().find(application.furthest)
    if stage.kind is not StageKind.REFUSED or furthest is None or furthest.kind is not StageKind.LATE:
        return []
    due = end_of(
        relationship, working_day(relationship, local_day(relationship, now), guide_of(application).feedback_days)
    )
    facts = _make(relationship, application, PromiseKind.FEEDBACK, now, due)
    if application.waived:
        return _settle_kinds(
            relationship, application, (PromiseKind.FEEDBACK,), PromiseState.WAIVED, "a waiver is on record", now
        )
    return facts


def _answer_day(relationship: Relationship, application: Application, stage: Stage, now: datetime) -> date | None:
    """The day by which the guide lets the candidate hear next: a working day, later than a slip could be told; None for no day."""
    guide, today = guide_of(application), local_day(relationship, now)
    days = guide.timetable.get(stage.name)
    if days:
        return working_day(relationship, today + days * DAY, 0)
    if guide.next_date and date.fromisoformat(guide.next_date) > today + DAY:
        return date.fromisoformat(guide.next_date)
    return None


def _bound_silence(relationship: Relationship, application: Application, stage: Stage, now: datetime) -> list[Fact]:
    """Start the clock of the no-silence rule, or let it run on: a move that is not told is no word."""
    limit, running = stage.silence(), list(promises_of(relationship, application, PromiseKind.SILENCE))
    if limit is None:
        kinds = (PromiseKind.SILENCE,)
        return _settle_kinds(relationship, application, kinds, PromiseState.WAIVED, f"{stage.name} has no bound", now)
    due = [promise for promise in running if promise.state is PromiseState.DUE]
    if not due:
        return _make(relationship, application, PromiseKind.SILENCE, now, now + limit)
    for promise in due:
        promise.stage, promise.worded = stage.name, False
        promise.due = min(promise.due, now + limit)
    return []


def closing_promises(relationship: Relationship, touch: Touch, now: datetime) -> list[Fact]:
    """The promises that are kept once this touch has left, as facts for the send to write with its outcome.

    So a kept promise costs no activity of its own; they hold only for a touch that was sent, or may have been. A broken one stays broken on
    record, but nobody needs to be reminded of it any more.
    """
    word = read_word(relationship.candidate_id, touch.key)
    kept = _kept_by(relationship, word) if word else []
    answered = [promise_fact(one, PromiseState.KEPT, "answered", now) for one in _answered_by(relationship, touch.key)]
    return answered + [
        promise_fact(promise, PromiseState.MOVED if _moves(word, promise) else PromiseState.KEPT, "", now)
        for promise in kept
        if promise.recorded
    ]


def promises_after_settlement(
    relationship: Relationship, key: str, settlement: Settlement, now: datetime
) -> list[Fact]:
    """What a settled message about an application, or an answer, means for what is owed. `key` is its touch's.

    What is kept is in the facts of `closing_promises`, which the send has written; these are the others.
    """
    word = read_word(relationship.candidate_id, key)
    application = relationship.applications.get(word.opening_id) if word else None
    if word is None:
        return _settle_answered(relationship, key, now) if settlement.outcome in LEFT else []
    if application is None or settlement.outcome is Outcome.DEFERRED:
        return []
    if settlement.outcome not in LEFT:
        return _after_failure(relationship, application, word, settlement, now)
    for promise in _kept_by(relationship, word):
        del relationship.promises[promise.key]
    if word.step == SURVEY:
        return []
    facts = _promise_anew(relationship, application, word, now) if application.is_open() else []
    return facts + _owe_survey(relationship, application, word, settlement, now)


def _kept_by(relationship: Relationship, word: Word) -> list[Promise]:
    """The promises that a word about an application keeps, or moves."""
    application = relationship.applications.get(word.opening_id)
    if application is None:
        return []
    return [promise for promise in promises_of(relationship, application) if _keeps(application, word, promise)]


def _settle_answered(relationship: Relationship, key: str, now: datetime) -> list[Fact]:
    """Be done with the questions that a letter has answered. One that is owed anew may be so only since the letter began to leave, so
    that its send did not know of it."""
    message_id, facts = read_answer(relationship.candidate_id, key), []
    for promise in _answered_by(relationship, key):
        relationship.note(now, f"answered message {message_id}")
        settled = settle_promise(relationship, promise, PromiseState.KEPT, "answered", now)
        facts += settled if promise.key != question_key(relationship.candidate_id, message_id) else []
    return facts


def _answered_by(relationship: Relationship, key: str) -> list[Promise]:
    """The questions that the letter of a touch key answers, however late."""
    message_id = read_answer(relationship.candidate_id, key)
    promises = list(relationship.promises.values()) if message_id else []
    return [promise for promise in promises if is_about(promise, relationship.candidate_id, message_id)]


def _keeps(application: Application, word: Word, promise: Promise) -> bool:
    match promise.kind:
        case PromiseKind.ACKNOWLEDGMENT:
            return word.step == "message"
        case PromiseKind.SILENCE:
            return word.step != SURVEY
        case PromiseKind.FEEDBACK:
            return word.step == "message" and word.stage == promise.stage
        case PromiseKind.SURVEY:
            return word.step == SURVEY
        case PromiseKind.QUESTION:
            return False
        case PromiseKind.ANSWER:
            answers = word.step == "message" and promise.stage != word.stage
            return _moves(word, promise) or (
                answers and not (application.is_open() and promise.stage == application.stage)
            )


def _moves(word: Word | None, promise: Promise) -> bool:
    """Whether a word tells a later date instead of the one promised."""
    return word is not None and word.step == SLIPPED and promise.kind is PromiseKind.ANSWER


def _promise_anew(relationship: Relationship, application: Application, word: Word, now: datetime) -> list[Fact]:
    """What an open application owes after a word: the new date of a slip, and the next word before the bound on silence."""
    facts, day = [], word.promised()
    if day and word.step == SLIPPED and not list(promises_of(relationship, application, PromiseKind.ANSWER)):
        facts += _make(relationship, application, PromiseKind.ANSWER, now, end_of(relationship, day))
    stage = application.stages().find(application.stage)
    limit = stage.silence() if stage else None
    if limit is None:
        return facts
    promised = end_of(relationship, day) if day else now + limit
    due = min(now + limit, promised) if promised > now else now + limit
    return facts + _make(relationship, application, PromiseKind.SILENCE, now, due)


def _owe_survey(
    relationship: Relationship, application: Application, word: Word, settlement: Settlement, now: datetime
) -> list[Fact]:
    """A survey follows a decision that was delivered, never one that is only taken: it must not be what tells it (M1)."""
    days, stage = guide_of(application).survey_days, application.stages().find(word.stage)
    decided = stage is not None and stage.kind in (StageKind.REFUSED, StageKind.HIRED)
    if not days or not decided or word.step != "message" or word.stage != application.stage:
        return []
    if settlement.outcome is not Outcome.SENT:
        return []
    goes = working_day(relationship, local_day(relationship, now) + days * DAY, 0)
    day = working_day(relationship, goes, 1)
    return _make(relationship, application, PromiseKind.SURVEY, now, end_of(relationship, day))


def promises_after_bounce(relationship: Relationship, key: str, now: datetime) -> list[Fact]:
    """A message about a decision came back: nobody is asked how they found a decision that they have not read."""
    word = read_word(relationship.candidate_id, key) if key else None
    application = relationship.applications.get(word.opening_id) if word else None
    if application is None or word is None or word.step != "message":
        return []
    because = "the decision came back undelivered"
    facts = _settle_kinds(relationship, application, (PromiseKind.SURVEY,), PromiseState.WAIVED, because, now)
    return facts + _drop_words(relationship, application, {SURVEY}, because, now)


def _after_failure(
    relationship: Relationship, application: Application, word: Word, settlement: Settlement, now: datetime
) -> list[Fact]:
    """A word that will never leave: nobody is owed what can't be told to them; a broken provider excuses nothing."""
    because = f"the {word.step} can't be told: {settlement.gate or settlement.outcome}"
    if word.step == SURVEY:
        return _settle_kinds(relationship, application, (PromiseKind.SURVEY,), PromiseState.WAIVED, because, now)
    if settlement.gate not in UNREACHABLE:
        return []
    return _settle_kinds(relationship, application, tuple(PromiseKind), PromiseState.WAIVED, because, now)


# Time


def elapse_promises(relationship: Relationship, now: datetime) -> list[Fact]:
    """Let time pass: messages that must go before a date passes are proposed, and what passed without word is broken."""
    facts = _refresh(relationship, now)
    for promise in sorted(relationship.promises.values(), key=_slips_first):
        moment = word_at(relationship, promise)
        if moment and moment <= now:
            facts += _propose(relationship, promise, moment, now)
        if promise.state is PromiseState.DUE and promise.due <= now:
            promise.state = PromiseState.BROKEN
            relationship.note(now, f"broken: {promise.kind} at {promise.opening_id}, due {stamp(promise.due)}")
            facts.append(promise_fact(promise, PromiseState.BROKEN, "no word before it passed", now))
            promise.recorded = True
    return facts


def _slips_first(promise: Promise) -> tuple[bool, datetime, str]:
    """A slip is word too, so it spares the holding message that falls due with it."""
    return (promise.kind is not PromiseKind.ANSWER, promise.due, promise.key)


def _propose(relationship: Relationship, promise: Promise, moment: datetime, now: datetime) -> list[Fact]:
    """Let the message of a promise fall due, unless other word is on its way. It reads as of its `moment`, whenever that is noticed."""
    promise.worded = True
    application = relationship.applications[promise.opening_id]
    on_its_way = {
        m.touch.template for m in relationship.messages if m.touch.opening_id == promise.opening_id and not m.held
    }
    if on_its_way - ({HOLDING} if promise.kind is PromiseKind.ANSWER else set()):
        return []
    step = WORDED_KINDS[promise.kind]
    day = _next_day(relationship, application, promise, moment)
    if day <= local_day(relationship, now):
        moment, day = now, _next_day(relationship, application, promise, now)
    _say(relationship, application, step, day, moment)
    if promise.recorded:
        return []
    promise.recorded = True
    return [promise_fact(promise, PromiseState.DUE, "", now)]


def _say(relationship: Relationship, application: Application, step: str, day: date, now: datetime) -> None:
    part = f"{application.opening_id}:{application.stage}"
    key = touch_key(relationship.candidate_id, Purpose.APPLICATION, part, step, day.isoformat())
    number, fresh = 1, key
    while fresh in relationship.settled or any(m.touch.key == fresh for m in relationship.messages):
        number, fresh = number + 1, f"{key}.{number + 1}"
    touch = Touch(
        key=fresh, purpose=Purpose.APPLICATION, channel=Channel.EMAIL, template=step, due=now, priority=Priority.STAGE,
        opening_id=application.opening_id, event_id=application.event_id,
    )  # fmt: skip
    relationship.messages.append(StageMessage(touch))
    relationship.outlook_stale = True
    relationship.note(now, f"{step} for {application.opening_id}, until {day}")


def _next_day(relationship: Relationship, application: Application, promise: Promise, now: datetime) -> date:
    """The day that a message names as the next date; for a survey, the day on which it goes."""
    today = local_day(relationship, now)
    if promise.kind is PromiseKind.SURVEY:
        return today
    if promise.kind is PromiseKind.ANSWER:
        told = [due_day(relationship, other) for other in promises_of(relationship, application, PromiseKind.ANSWER)]
        latest = max([today, *told])
        slip = working_day(relationship, max(today, due_day(relationship, promise)), guide_of(application).slip_days)
        return latest if latest > due_day(relationship, promise) and latest > today else slip
    stage = application.stages().find(application.stage)
    limit = (stage.silence() if stage else None) or DAY
    answers = [due_day(relationship, other) for other in promises_of(relationship, application, PromiseKind.ANSWER)]
    return min([local_day(relationship, now + limit), *(day for day in answers if day > today)])


def _refresh(relationship: Relationship, now: datetime) -> list[Fact]:
    """A holding message or slip that was kept from leaving until the day it names takes a new one: it must be true when it is read."""
    facts = []
    for message in list(relationship.messages):
        word = read_word(relationship.candidate_id, message.touch.key)
        day = word.promised() if word else None
        if word is None or day is None or day > local_day(relationship, now):
            continue
        relationship.messages.remove(message)
        facts.append(not_sent(relationship, message.touch, Gate.WITHDRAWN, f"the day it names has come: {day}", now))
        kind = PromiseKind.ANSWER if word.step == SLIPPED else PromiseKind.SILENCE
        application = relationship.applications[word.opening_id]
        for promise in list(promises_of(relationship, application, kind))[:1]:
            _say(relationship, application, word.step, _next_day(relationship, application, promise, now), now)
    return facts


# Bookkeeping


def _make(
    relationship: Relationship, application: Application, kind: PromiseKind, now: datetime, due: datetime
) -> list[Fact]:
    """Owe something. The bound on silence is recorded only once it asks for a message: most of the time it is just kept."""
    part = f"{application.opening_id}:{application.stage}"
    key = f"{relationship.candidate_id}/promise/{part}/{kind}/{stamp(now)}"
    promise = Promise(
        key,
        kind,
        application.opening_id,
        application.stage,
        now,
        due,
        owner=guide_of(application).owner or relationship.owner,
    )
    relationship.promises[key] = promise
    if kind is PromiseKind.SILENCE:
        return []
    promise.recorded = True
    return [promise_fact(promise, PromiseState.DUE, "", now)]


def _settle_kinds(
    relationship: Relationship, application: Application, kinds: tuple[PromiseKind, ...], state: PromiseState,
    because: str, now: datetime,
) -> list[Fact]:  # fmt: skip
    return [
        fact
        for promise in promises_of(relationship, application, *kinds)
        for fact in settle_promise(relationship, promise, state, because, now)
    ]


def settle_promise(
    relationship: Relationship, promise: Promise, state: PromiseState, because: str, now: datetime
) -> list[Fact]:
    """Be done with a promise; one that is broken stays so on record."""
    del relationship.promises[promise.key]
    if not promise.recorded:
        return []
    return [promise_fact(promise, state, because, now)]


def _drop_words(
    relationship: Relationship, application: Application, steps: set[str], because: str, now: datetime
) -> list[Fact]:
    """Take back messages that promises have proposed and that have not left."""
    facts = []
    for message in list(relationship.messages):
        touch = message.touch
        if touch.opening_id == application.opening_id and touch.template in steps & WORDS:
            relationship.messages.remove(message)
            facts.append(not_sent(relationship, touch, Gate.WITHDRAWN, because, now))
    return facts


def promise_fact(promise: Promise, state: PromiseState, because: str, now: datetime) -> Fact:
    """The record of how a promise stands."""
    return Fact(
        FactKind.PROMISE, now, opening_id=promise.opening_id, stage=promise.kind, touch_key=promise.key, outcome=state,
        because=because, by=promise.owner, until=promise.due,
    )  # fmt: skip
