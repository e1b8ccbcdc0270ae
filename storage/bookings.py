"""Bookings: who comes when. Nobody twice, and never more than a slot holds, however many press the button at once.

A booking is made under the candidate's lock and the slot's: of two for the last place one waits, and then sees that it is
gone. A row never changes its slot: moving closes it as `moved` and opens another with the same uid, one further in the
calendar entry's sequence (RFC 5546 §2.1.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on

from storage import slots
from storage.locks import lock_candidates
from storage.tables import bookings, candidates
from storage.tables import slots as slots_table

NOTICE = timedelta(hours=2)
"""A slot can be chosen until so long before it begins: whoever meets the candidate has to know of it."""


_UNTOLD = text(
    """
    with ahead as (
        select b.candidate_id, b.opening_id, b.state, b.candidate_id || '/service/booking:' || b.uid || '/confirmed/' as confirmed,
               b.candidate_id || '/service/booking:' || b.uid || '/'
                   || case b.state when 'booked' then 'confirmed' else 'cancelled' end || '/' || b.sequence as key
        from bookings as b join slots as s on s.id = b.slot_id
        where s.starts_at > :now and b.state in ('booked', 'cancelled')
    )
    select distinct a.candidate_id, a.opening_id from ahead as a
    where not exists (select from ledger as l where l.touch_key = a.key)
      and not exists (select from upcoming as u where u.touch_key = a.key)
      and (a.state = 'booked' or exists (
          select from ledger as l
          where l.candidate_id = a.candidate_id and starts_with(l.touch_key, a.confirmed) and l.state <> 'skipped'))
    """
)
"""The keys are those of domain.bookings."""


class Refusal(StrEnum):
    """Why a slot could not be booked."""

    UNKNOWN = "unknown"
    """The opening has no such slot."""
    GONE = "gone"
    """It was taken or cancelled meanwhile, or begins too soon."""
    CHANGED = "changed"
    """The person's own booking is another than the page showed."""


class CannotBook(Exception):
    """A slot can't be booked; `why` says what to tell."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking with its slot. `state`: booked, moved (another took its place), cancelled; `at` when it came to that.

    `slot_cancelled`: we took the time back, and the person has still to be told.
    """

    id: int
    slot_id: int
    candidate_id: str
    opening_id: str
    uid: str
    sequence: int
    state: str
    at: datetime
    starts_at: datetime
    minutes: int
    place: str
    interviewer: str
    slot_cancelled: bool

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def version(self) -> str:
        """What a page shows of it, so that it acts on nothing else."""
        return f"{self.uid}:{self.sequence}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes to a slot."""

    slot_id: int
    candidate_id: str
    full_name: str


_OWN = [bookings.c[name] for name in ("id", "slot_id", "candidate_id", "opening_id", "uid", "sequence", "state", "at")]
_OF_SLOT = [slots_table.c[name] for name in ("starts_at", "minutes", "place", "interviewer")]
_READ: Select[Any] = select(*_OWN, *_OF_SLOT, slots_table.c.cancelled_at.is_not(None)).join(
    slots_table, slots_table.c.id == bookings.c.slot_id
)


def held(connection: Connection, candidate_id: str, opening_id: str) -> Booking | None:
    """The booking that a person has at an opening, past ones included."""
    c = bookings.c
    own = and_(c.candidate_id == candidate_id, c.opening_id == opening_id, c.state == "booked")
    row = connection.execute(_READ.where(own)).first()
    return Booking(*tuple(row)) if row else None


def latest(connection: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Booking]:
    """The newest booking, whatever its state, by candidate and opening."""
    wanted = set(pairs)
    if not wanted:
        return {}
    c = bookings.c
    people, opening_ids = ({pair[part] for pair in wanted} for part in (0, 1))
    newest = (
        _READ.where(c.candidate_id.in_(sorted(people)), c.opening_id.in_(sorted(opening_ids)))
        .ext(distinct_on(c.candidate_id, c.opening_id))
        .order_by(c.candidate_id, c.opening_id, c.id.desc())
    )
    found = (Booking(*tuple(row)) for row in connection.execute(newest))
    return {(one.candidate_id, one.opening_id): one for one in found if (one.candidate_id, one.opening_id) in wanted}


def by_uid(connection: Connection, uids: Iterable[str]) -> dict[str, Booking]:
    """How calendar entries stand: the newest booking of each uid."""
    wanted = sorted({uid for uid in uids if uid})
    if not wanted:
        return {}
    c = bookings.c
    newest = _READ.where(c.uid.in_(wanted)).ext(distinct_on(c.uid)).order_by(c.uid, c.id.desc())
    return {one.uid: one for one in (Booking(*tuple(row)) for row in connection.execute(newest))}


def entries(connection: Connection, candidate_id: str, opening_id: str) -> list[Booking]:
    """How each calendar entry of a person at an opening stands, the oldest first."""
    own = [one for one in for_candidate(connection, candidate_id) if one.opening_id == opening_id]
    return list({one.uid: one for one in own}.values())


def for_candidate(connection: Connection, candidate_id: str) -> list[Booking]:
    """Every booking of a person, the oldest first."""
    found = connection.execute(_READ.where(bookings.c.candidate_id == candidate_id).order_by(bookings.c.id))
    return [Booking(*tuple(row)) for row in found]


def guests(connection: Connection, slot_ids: Iterable[int]) -> list[Guest]:
    """Who comes to these slots, in the order in which they booked."""
    c = bookings.c
    wanted = (
        select(c.slot_id, c.candidate_id, candidates.c.full_name)
        .join(candidates, candidates.c.id == c.candidate_id)
        .where(c.slot_id.in_(sorted(set(slot_ids))), c.state == "booked")
    )
    return [Guest(*row) for row in connection.execute(wanted.order_by(c.id))]


def book(
    connection: Connection, candidate_id: str, opening_id: str, slot_id: int, *, uid: str, shown: str, now: datetime
) -> tuple[Booking, bool]:
    """Take a slot, or move to it; the booking, and whether anything changed. Asked again, it answers the same.

    `uid` is for a new calendar entry, `shown` the version of the booking that the person saw (empty: none). A booking whose
    time has passed stays in the calendar; the new one is another entry. Raises CannotBook.
    """
    lock_candidates(connection, [candidate_id])
    own = held(connection, candidate_id, opening_id)
    if own and own.slot_id == slot_id and not own.slot_cancelled:
        return own, False
    if shown != (own.version if own else ""):
        raise CannotBook(Refusal.CHANGED)
    slot = slots.lock(connection, [slot_id]).get(slot_id)
    if slot is None or slot.opening_id != opening_id:
        raise CannotBook(Refusal.UNKNOWN)
    if slot.cancelled_at or slot.starts_at <= now + NOTICE or slot.taken >= slot.capacity:
        raise CannotBook(Refusal.GONE)
    moves = own is not None and own.starts_at > now
    if own:
        connection.execute(update(bookings).where(bookings.c.id == own.id).values(state="moved"))
    connection.execute(
        insert(bookings).values(
            slot_id=slot_id,
            candidate_id=candidate_id,
            opening_id=opening_id,
            uid=own.uid if own and moves else uid,
            sequence=own.sequence + 1 if own and moves else 0,
            state="booked",
            at=now,
        )
    )
    made = held(connection, candidate_id, opening_id)
    assert made is not None  # noqa: S101 - written in this transaction
    return made, True


def cancel(connection: Connection, candidate_id: str, opening_id: str, *, uid: str, now: datetime) -> Booking | None:
    """Give a booking back; as it stands then, one further in its sequence. None: there is none of this uid, or it has begun."""
    lock_candidates(connection, [candidate_id])
    own = held(connection, candidate_id, opening_id)
    if own is None or own.uid != uid or own.starts_at <= now:
        return None
    _close(connection, own, now)
    return latest(connection, [(candidate_id, opening_id)])[candidate_id, opening_id]


def untold(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Candidates and openings with a booking ahead of which no workflow has planned or sent word: it was not told of them.

    Of one that was cancelled only where its confirmation has left, or will: of the others nobody needs to hear.
    """
    return [(row.candidate_id, row.opening_id) for row in connection.execute(_UNTOLD, {"now": now})]


def to_release(connection: Connection, slot_ids: Sequence[int] = ()) -> list[Booking]:
    """Bookings of slots that we cancelled (of these, or of all), whose people have still to be told."""
    stranded = _READ.where(bookings.c.state == "booked", slots_table.c.cancelled_at.is_not(None))
    if slot_ids:
        stranded = stranded.where(slots_table.c.id.in_(sorted(set(slot_ids))))
    return [Booking(*tuple(row)) for row in connection.execute(stranded.order_by(bookings.c.id))]


def release(connection: Connection, booking: Booking, now: datetime) -> Booking | None:
    """Close the booking of a slot that we cancelled. None: the person has moved or cancelled it meanwhile."""
    lock_candidates(connection, [booking.candidate_id])
    own = held(connection, booking.candidate_id, booking.opening_id)
    if own is None or own.id != booking.id or not own.slot_cancelled:
        return None
    _close(connection, own, now)
    return latest(connection, [(own.candidate_id, own.opening_id)])[own.candidate_id, own.opening_id]


def _close(connection: Connection, own: Booking, now: datetime) -> None:
    """RFC 5546 §2.1.4: the sequence rises with a cancellation too."""
    closed = {"state": "cancelled", "sequence": own.sequence + 1, "at": now}
    connection.execute(update(bookings).where(bookings.c.id == own.id).values(**closed))
