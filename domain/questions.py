"""The clock of what a person has asked: an answer is owed within hours of work; the owner hears at once, the deputy before it is late.

It is kept when the answer has left (`obligations.closing_promises`), not when it was written; what comes back is owed once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.deadlines import office_hours
from domain.facts import Fact
from domain.obligations import promise_fact, settle_promise
from domain.promises import Promise, PromiseKind, PromiseState, is_about, question_key, read_answer
from domain.relationships import Relationship
from domain.touches import stamp

MOST_OPEN = 20
"""Somebody who asks more often than we answer has as many clocks; what they ask beyond that is answered with the rest."""


def open_question(relationship: Relationship, message_id: str, now: datetime, *, anew: bool = False) -> list[Fact]:
    """Owe an answer to a message, from now on. Asked in the same message again, it is the same question; `anew`: it may have been owed
    before, and what came of that stays on record."""
    if list(_about(relationship, message_id)) or sum(1 for _ in questions_of(relationship)) >= MOST_OPEN:
        return []
    return _owe(relationship, _key(relationship, message_id, now if anew else None), "asked something", now)


def question_after_bounce(relationship: Relationship, key: str, now: datetime) -> list[Fact]:
    """An answer came back: it is owed once more, on a new clock. `key` is that of the touch that bounced; it does so once, however often
    it is reported."""
    message_id, event = read_answer(relationship.candidate_id, key), f"bounced:{key}"
    if not message_id or event in relationship.seen:
        return []
    relationship.seen.append(event)
    if list(_about(relationship, message_id)):
        return []
    key_again = _key(relationship, message_id, now)
    return _owe(relationship, key_again, f"the answer to message {message_id} came back", now)


def _owe(relationship: Relationship, key: str, because: str, now: datetime) -> list[Fact]:
    due = office_hours(relationship, now, relationship.question_hours)
    promise = Promise(key, PromiseKind.QUESTION, "", "", now, due, owner=relationship.owner, recorded=True)
    relationship.promises[key] = promise
    relationship.note(now, f"{because}; an answer is due by {due:%Y-%m-%d %H:%M} UTC")
    return [promise_fact(promise, PromiseState.DUE, "", now)]


def answer_question(relationship: Relationship, message_id: str, by: str, now: datetime) -> list[Fact]:
    """Somebody has answered a message; without its id, everything that is open. What was late stays so on record."""
    because = f"answered by {by}" if by else "answered"
    return _settle(relationship, message_id, PromiseState.KEPT, because, now)


def drop_question(relationship: Relationship, message_id: str, because: str, now: datetime) -> list[Fact]:
    """Nobody is owed an answer: the message was no question."""
    return _settle(relationship, message_id, PromiseState.WAIVED, because, now)


def questions_of(relationship: Relationship) -> Iterator[Promise]:
    """The questions that wait for their answer."""
    return (promise for promise in relationship.promises.values() if promise.kind is PromiseKind.QUESTION)


def _settle(
    relationship: Relationship, message_id: str, state: PromiseState, because: str, now: datetime
) -> list[Fact]:
    open_ones = list(_about(relationship, message_id) if message_id else questions_of(relationship))
    if open_ones:
        relationship.note(now, f"{len(open_ones)} question{'s' if len(open_ones) > 1 else ''} {because}")
    return [fact for promise in open_ones for fact in settle_promise(relationship, promise, state, because, now)]


def _key(relationship: Relationship, message_id: str, anew: datetime | None) -> str:
    key = question_key(relationship.candidate_id, message_id)
    return f"{key}.{stamp(anew)}" if anew else key


def _about(relationship: Relationship, message_id: str) -> Iterator[Promise]:
    return (one for one in questions_of(relationship) if is_about(one, relationship.candidate_id, message_id))
