"""What candidates are owed, as the record has it, put into relationships that were made again from the facts.

Letting stages and messages happen once more promises the same things, under keys of the moment when it happens. The record has the
true keys and what came of each, and the messages that promises had proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from domain.deadlines import WORDED_KINDS
from domain.promises import WORDS, Promise, PromiseKind, PromiseState
from domain.relationships import Held, Relationship, StageMessage
from domain.touches import Channel, Priority, Purpose, Touch
from storage.promises import LEVELS, task_key
from storage.tables import ledger, promises, tasks, upcoming

OPEN = (PromiseState.DUE, PromiseState.BROKEN)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What is on record of one candidate: promises, words that wait and words that are settled, and who was reminded when (by task)."""

    promises: list[Row[Any]]
    waiting: dict[str, StageMessage]
    settled: list[Row[Any]]
    reminded: dict[str, datetime]


def restore(connection: Connection, states: Mapping[str, Relationship]) -> None:
    """Take the promises that word may still keep, and the messages of theirs that wait, as the record has them."""
    ids = [candidate_id for candidate_id, state in states.items() if state.applications]
    for candidate_id, owed in _read(connection, ids).items():
        state = states[candidate_id]
        state.promises = {promise.key: promise for promise in _promises(state, owed)}
        words = [one for one in owed.waiting.values() if one.touch.opening_id in state.applications]
        state.messages = [one for one in state.messages if one.touch.template not in WORDS]
        for word in words:
            event_id = state.applications[word.touch.opening_id].event_id
            state.messages.append(StageMessage(replace(word.touch, event_id=event_id), word.held))


def _promises(state: Relationship, owed: _Owed) -> list[Promise]:
    """Those on record, and the bounds on silence, which are recorded only once they ask for something."""
    known = {(promise.kind, promise.opening_id): promise for promise in state.promises.values()}
    found = []
    for row in owed.promises:
        kind, application = PromiseKind(row.kind), state.applications.get(row.opening_id)
        again = known.pop((kind, row.opening_id), None) if row.state in OPEN else None
        if application is None or row.state not in OPEN or (row.state == PromiseState.BROKEN and again is None):
            continue
        heard = [key for level in LEVELS if (key := task_key(row.promise_key, level)) in owed.reminded]
        made_at = datetime.fromisoformat(row.promise_key.rpartition("/")[2])
        found.append(
            Promise(
                row.promise_key, kind, row.opening_id, again.stage if again else application.stage, made_at, row.due,
                owner=row.owner, state=PromiseState(row.state), worded=_is_worded(owed, kind, row.opening_id, made_at),
                recorded=True, reminded=len(heard), reminded_at=max((owed.reminded[key] for key in heard), default=None),
            )
        )  # fmt: skip
    for promise in known.values():
        if promise.kind is PromiseKind.SILENCE and not _is_settled(owed, promise):
            promise.worded = _is_worded(owed, promise.kind, promise.opening_id, promise.made_at)
            promise.recorded, promise.state = False, PromiseState.DUE
            found.append(promise)
    return found


def _is_worded(owed: _Owed, kind: PromiseKind, opening_id: str, made_at: datetime) -> bool:
    """Whether the message that a promise proposes when nobody else has word was proposed since it was made."""
    step = WORDED_KINDS.get(kind)
    waits = any((one.touch.template, one.touch.opening_id) == (step, opening_id) for one in owed.waiting.values())
    return waits or any(
        (row.template, row.opening_id) == (step, opening_id) and row.settled_at > made_at for row in owed.settled
    )


def _is_settled(owed: _Owed, promise: Promise) -> bool:
    same = (promise.kind, promise.opening_id)
    return any(
        (row.kind, row.opening_id) == same and row.settled_at and row.settled_at > promise.made_at
        for row in owed.promises
    )


def _read(connection: Connection, ids: Sequence[str]) -> dict[str, _Owed]:
    found = {candidate_id: _Owed([], {}, [], {}) for candidate_id in ids}
    if not ids:
        return found
    p, u, w, t = promises.c, upcoming.c, ledger.c, tasks.c
    for row in connection.execute(select(promises).where(p.candidate_id.in_(ids)).order_by(p.id)):
        found[row.candidate_id].promises.append(row)
    for row in connection.execute(
        select(upcoming).where(u.candidate_id.in_(ids), u.template.in_(WORDS)).order_by(u.due)
    ):
        found[row.candidate_id].waiting[row.touch_key] = StageMessage(_touch(row))
    for row in connection.execute(select(ledger).where(w.candidate_id.in_(ids), w.template.in_(WORDS)).order_by(w.id)):
        if row.settled_at:
            found[row.candidate_id].waiting.pop(row.touch_key, None)
            found[row.candidate_id].settled.append(row)
        else:
            held = Held(row.not_before, row.gate, row.because) if row.not_before else None
            found[row.candidate_id].waiting[row.touch_key] = StageMessage(_touch(row), held)
    reminders = select(t.candidate_id, t.task_key, t.recorded_at).where(t.candidate_id.in_(ids), t.kind == "promise")
    for row in connection.execute(reminders):
        found[row.candidate_id].reminded[row.task_key] = row.recorded_at
    return found


def _touch(row: Row[Any]) -> Touch:
    return Touch(
        row.touch_key, Purpose(row.purpose), Channel(row.channel), row.template, row.due, Priority.STAGE,
        opening_id=row.opening_id,
    )  # fmt: skip
