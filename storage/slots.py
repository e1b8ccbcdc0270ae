"""Slots: the times at which candidates of an opening can be met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import bookings, slots


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A time to offer. `place` is a room or a call's URL; `capacity` how many candidates may come at once."""

    opening_id: str
    starts_at: datetime
    minutes: int
    place: str = ""
    interviewer: str = ""
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot on record; `taken` counts those who come."""

    id: int
    opening_id: str
    starts_at: datetime
    minutes: int
    place: str
    interviewer: str
    capacity: int
    cancelled_at: datetime | None
    taken: int = 0

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


_OWN = [name for name in Slot.__dataclass_fields__ if name != "taken"]
ROW = [slots.c[name] for name in _OWN]
_HELD = and_(bookings.c.slot_id == slots.c.id, bookings.c.state == "booked")
_TAKEN = select(func.count()).where(_HELD).correlate(slots).scalar_subquery()


def add(connection: Connection, wanted: Sequence[NewSlot]) -> list[int]:
    """Offer times; answers the ids of those that were not offered already.

    The same opening, moment and interviewer are one slot. A cancelled one is offered again, unless somebody who held it has
    still to be told that it was cancelled.
    """
    if not wanted:
        return []
    rows = [{name: getattr(slot, name) for name in NewSlot.__dataclass_fields__} for slot in wanted]
    row = upsert(slots).values(rows)
    fresh = {name: row.excluded[name] for name in ("minutes", "place", "capacity")} | {"cancelled_at": None}
    written = row.on_conflict_do_update(
        index_elements=[slots.c.opening_id, slots.c.starts_at, slots.c.interviewer],
        set_=fresh,
        where=and_(slots.c.cancelled_at.is_not(None), ~exists().where(_HELD)),
    )
    return sorted(connection.scalars(written.returning(slots.c.id)))


def get(connection: Connection, slot_id: int) -> Slot | None:
    """One slot."""
    row = connection.execute(_with_taken().where(slots.c.id == slot_id)).first()
    return _slot(row) if row else None


def listed(connection: Connection, opening_id: str = "", since: datetime | None = None) -> list[Slot]:
    """All slots (of an opening, that end after a moment), cancelled ones included, by time."""
    wanted = _with_taken().order_by(slots.c.starts_at, slots.c.id)
    if opening_id:
        wanted = wanted.where(slots.c.opening_id == opening_id)
    return [slot for slot in map(_slot, connection.execute(wanted)) if since is None or slot.ends_at > since]


def free(connection: Connection, opening_id: str, after: datetime, limit: int = 200) -> list[Slot]:
    """What can still be chosen: begins after a moment, not cancelled, not full; the soonest first."""
    c = slots.c
    offered = and_(c.opening_id == opening_id, c.starts_at > after, c.cancelled_at.is_(None), c.capacity > _TAKEN)
    return [
        _slot(row) for row in connection.execute(_with_taken().where(offered).order_by(c.starts_at, c.id).limit(limit))
    ]


def with_free(connection: Connection, opening_ids: Iterable[str], after: datetime) -> set[str]:
    """Those of the openings that have a slot to choose."""
    c = slots.c
    offered = and_(c.opening_id.in_(sorted(set(opening_ids))), c.starts_at > after, c.cancelled_at.is_(None))
    return set(connection.scalars(select(c.opening_id).where(offered, c.capacity > _TAKEN).distinct()))


def lock(connection: Connection, slot_ids: Iterable[int]) -> dict[int, Slot]:
    """Hold slots until the transaction ends, in the order of their ids, and say how they stand then.

    Whoever locks candidates too does so before: the other way round two could wait for each other.
    """
    c = slots.c
    held = select(*ROW).where(c.id.in_(sorted(set(slot_ids)))).order_by(c.id).with_for_update()
    known = [row.id for row in connection.execute(held)]
    counted = _with_taken().where(c.id.in_(known))
    return {row.id: _slot(row) for row in connection.execute(counted)}


def cancel(connection: Connection, slot_ids: Iterable[int], at: datetime) -> list[int]:
    """Offer these no more; answers those that were not cancelled before. Who holds one is released by `bookings.release`."""
    known = lock(connection, slot_ids)
    open_ones = [slot.id for slot in known.values() if slot.cancelled_at is None]
    connection.execute(update(slots).where(slots.c.id.in_(open_ones)).values(cancelled_at=at))
    return sorted(open_ones)


def _with_taken() -> Select[Any]:
    return select(*ROW, _TAKEN.label("taken"))


def _slot(row: Row[Any]) -> Slot:
    return Slot(*tuple(row))
