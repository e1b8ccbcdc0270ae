"""What candidates and we have said to each other, put back into relationships that are made again from the facts: bookings, questions,
messages whose class may be corrected, and words that came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from domain.bookings import CANCELLATION
from domain.contacts import SET_ASIDE_FOR, is_present
from domain.events import Booked
from domain.gates import Gate
from domain.promises import Promise, PromiseKind, PromiseState, read_word
from domain.relationships import HEARD_MESSAGES, Desk, Heard, Relationship, StageMessage
from domain.selection import tell_again
from domain.touches import Channel, Priority, Purpose, Touch
from domain.windows import Window
from starter.stays import Read
from storage import promises, recruiters
from storage.calendars import house_window
from storage.promises import LEVELS, task_key
from storage.tables import bookings, ledger, messages, slots, tasks, upcoming

_UNREAD = ("bounced",)


def booked(connection: Connection, ids: Sequence[str]) -> Read:
    """The interviews that are booked, at the moment when they were."""
    b = bookings.c
    held = (
        select(b.candidate_id, b.opening_id, b.uid, b.sequence, b.at, slots.c.starts_at)
        .join(slots, slots.c.id == b.slot_id)
        .where(b.candidate_id.in_(ids), b.state == "booked", slots.c.cancelled_at.is_(None))
    )
    for row in connection.execute(held):
        yield row.candidate_id, row.at, Booked(
            event_id=f"booked:{row.uid}:{row.sequence}", at=row.at, opening_id=row.opening_id, booking=row.uid,
            starts_at=row.starts_at, sequence=row.sequence,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message of a journey that ended before it left: its key is used up, and the person stood at its step."""

    touch_key: str

    def happen(self, state: Relationship, now: datetime) -> None:
        """Use the key up."""
        state.close(self.touch_key)


def restore(connection: Connection, states: Mapping[str, Relationship], now: datetime) -> None:
    """Take what is on record of questions, messages, cancellations that wait, and words that were not read."""
    _desks(connection, states)
    _questions(connection, states)
    _heard(connection, states, now)
    _cancellations(connection, states)
    _unread(connection, {who: state for who, state in states.items() if state.applications})


def _desks(connection: Connection, states: Mapping[str, Relationship]) -> None:
    """When the office of each person's owner works; nothing where the person's own hours are the same."""
    offices = recruiters.desks(connection, {state.owner for state in states.values() if state.owner})
    house = house_window(connection) if states else Window()
    for state in states.values():
        zone, hours = offices.get(state.owner, ("", None))
        desk = Desk(zone or state.zone, hours or house)
        state.desk = None if desk == Desk(state.zone, state.window) else desk


def _questions(connection: Connection, states: Mapping[str, Relationship]) -> None:
    found = promises.open_questions(connection, list(states))
    keys = {task_key(one.promise_key, level): one.promise_key for one in found for level in LEVELS}
    reminded: dict[str, list[datetime]] = {}
    told = select(tasks.c.task_key, tasks.c.recorded_at).where(tasks.c.task_key.in_(list(keys)))
    for row in connection.execute(told) if keys else ():
        reminded.setdefault(keys[row.task_key], []).append(row.recorded_at)
    for one in found:
        heard = reminded.get(one.promise_key, [])
        states[one.candidate_id].promises[one.promise_key] = Promise(
            one.promise_key, PromiseKind.QUESTION, "", "", one.made_at, one.due, owner=one.owner,
            state=PromiseState(one.state), recorded=True, reminded=len(heard), reminded_at=max(heard, default=None),
        )  # fmt: skip


def _heard(connection: Connection, states: Mapping[str, Relationship], now: datetime) -> None:
    m = messages.c
    recent = (
        select(m.candidate_id, m.id, m.kind, m.channel, m.until, m.at)
        .where(m.candidate_id.in_(list(states)), m.kind != "", m.at > now - SET_ASIDE_FOR)
        .order_by(m.at, m.id)
    )
    for row in connection.execute(recent):
        state = states[row.candidate_id]
        state.heard = [*state.heard, Heard(str(row.id), row.kind, row.at, row.channel, row.until)][-HEARD_MESSAGES:]


def _cancellations(connection: Connection, states: Mapping[str, Relationship]) -> None:
    u = upcoming.c
    waiting = select(upcoming).where(u.candidate_id.in_(list(states)), u.template == CANCELLATION)
    for row in connection.execute(waiting):
        uid = row.touch_key.removeprefix(f"{row.candidate_id}/{Purpose.SERVICE}/booking:").rsplit("/", 2)[0]
        touch = Touch(
            row.touch_key, Purpose.SERVICE, Channel(row.channel), row.template, row.due, Priority.STAGE,
            opening_id=row.opening_id, event_id=uid,
        )  # fmt: skip
        if row.touch_key not in states[row.candidate_id].settled:
            states[row.candidate_id].scheduled.append(StageMessage(touch))


def _unread(connection: Connection, states: Mapping[str, Relationship]) -> None:
    """Words about a present stage that came back or found no address; where they wait to be told once more, they do so again."""
    w, u = ledger.c, upcoming.c
    about = (w.candidate_id.in_(list(states)), w.purpose == Purpose.APPLICATION, w.settled_at.is_not(None))
    last: dict[tuple[str, str], bool] = {}
    for row in connection.execute(select(w.candidate_id, w.touch_key, w.state, w.gate).where(*about).order_by(w.id)):
        if stage := _stage_of(states[row.candidate_id], row.touch_key):
            last[row.candidate_id, stage] = row.state in _UNREAD or row.gate == Gate.SUPPRESSED
    planned = select(u.candidate_id, u.touch_key).where(
        u.candidate_id.in_(list(states)), u.purpose == Purpose.APPLICATION
    )
    again = _told_again(states, connection.execute(planned).all()) if any(last.values()) else set()
    for (candidate_id, opening_id), is_unread in last.items():
        application = states[candidate_id].applications[opening_id]
        application.unread = is_unread
        if is_unread and (candidate_id, opening_id) in again:
            tell_again(states[candidate_id], application, application.at)


def _told_again(states: Mapping[str, Relationship], rows: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(who, opening) for who, key in rows if (opening := _stage_of(states[who], key))}


def _stage_of(state: Relationship, key: str) -> str:
    """The opening whose present stage a key's word is about; empty for another stage, or another message."""
    word = read_word(state.candidate_id, key)
    application = state.applications.get(word.opening_id) if word else None
    return word.opening_id if word and application and is_present(application, word) else ""
