"""The clock of what a person has asked: an answer is owed within hours of work; the owner hears at once, the deputy before it is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.deadlines import office_hours
from domain.facts import Fact
from domain.obligations import promise_fact, settle_promise
from domain.promises import Promise, PromiseKind, PromiseState
from domain.relationships import Relationship

MOST_OPEN = 20
"""Somebody who asks more often than we answer has as many clocks; what they ask beyond that is answered with the rest."""


def open_question(relationship: Relationship, message_id: str, now: datetime) -> list[Fact]:
    """Owe an answer to a message, from now on. Asked in the same message again, it is the same question."""
    key = _key(relationship, message_id)
    if key in relationship.promises or sum(1 for _ in questions_of(relationship)) >= MOST_OPEN:
        return []
    due = office_hours(relationship, now, relationship.question_hours)
    promise = Promise(key, PromiseKind.QUESTION, "", "", now, due, owner=relationship.owner, recorded=True)
    relationship.promises[key] = promise
    relationship.note(now, f"asked something; an answer is due by {due:%Y-%m-%d %H:%M} UTC")
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
    wanted = {_key(relationship, message_id)} if message_id else {one.key for one in questions_of(relationship)}
    open_ones = [promise for promise in questions_of(relationship) if promise.key in wanted]
    if open_ones:
        relationship.note(now, f"{len(open_ones)} question{'s' if len(open_ones) > 1 else ''} {because}")
    return [fact for promise in open_ones for fact in settle_promise(relationship, promise, state, because, now)]


def _key(relationship: Relationship, message_id: str) -> str:
    return f"{relationship.candidate_id}/promise/question/{message_id}"
