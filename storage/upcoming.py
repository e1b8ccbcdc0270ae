"""Every future touch, as the workflows last planned it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Date, cast, delete, func, insert, select

from domain.touches import Planned
from storage.tables import upcoming


@dataclass(frozen=True, slots=True)
class UpcomingTouch:
    """One row: who, what, and when as far as is known now."""

    touch_key: str
    candidate_id: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    due: datetime
    because: str


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One day (UTC), its touches, and how many people get any."""

    day: date
    touches: int
    people: int


_ROW = [upcoming.c[name] for name in UpcomingTouch.__dataclass_fields__]


def replace(connection: Connection, candidate_id: str, planned: Sequence[Planned]) -> None:
    """Put a candidate's new plan in place of the old one."""
    connection.execute(delete(upcoming).where(upcoming.c.candidate_id == candidate_id))
    rows = [
        {
            "touch_key": touch.key,
            "candidate_id": candidate_id,
            "purpose": touch.purpose,
            "channel": touch.channel,
            "template": touch.template,
            "opening_id": touch.opening_id,
            "journey": touch.journey,
            "due": touch.due,
            "because": touch.because,
        }
        for touch in planned
    ]
    if rows:
        connection.execute(insert(upcoming), rows)


def drop(connection: Connection, touch_keys: Iterable[str]) -> None:
    """Take touches out: they are settled."""
    connection.execute(delete(upcoming).where(upcoming.c.touch_key.in_(list(touch_keys))))


def listed(
    connection: Connection,
    *,
    candidate_id: str = "",
    journey: str = "",
    opening_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 500,
) -> list[UpcomingTouch]:
    """The next touches of a person, a journey, an opening, or all, from the soonest on."""
    narrowed = _narrowed(candidate_id, journey, opening_id, since, until)
    wanted = select(*_ROW).where(*narrowed).order_by(upcoming.c.due, upcoming.c.touch_key).limit(limit)
    return [UpcomingTouch(*row) for row in connection.execute(wanted)]


def by_day(
    connection: Connection,
    *,
    candidate_id: str = "",
    journey: str = "",
    opening_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[DayTotal]:
    """How many touches of how many people fall on each day (UTC), of a person, a journey, an opening, or all; days without any are
    left out."""
    narrowed = _narrowed(candidate_id, journey, opening_id, since, until)
    day = cast(func.timezone("UTC", upcoming.c.due), Date).label("day")
    counted = select(day, func.count(), func.count(upcoming.c.candidate_id.distinct())).where(*narrowed)
    return [DayTotal(*row) for row in connection.execute(counted.group_by(day).order_by(day))]


def _narrowed(
    candidate_id: str, journey: str, opening_id: str, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    c = upcoming.c
    given = ((c.candidate_id, candidate_id), (c.journey, journey), (c.opening_id, opening_id))
    narrowed: list[ColumnElement[bool]] = [column == value for column, value in given if value]
    return [*narrowed, *([c.due >= since] if since else []), *([c.due < until] if until else [])]
