"""Every future touch, as the workflows last planned it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Date, cast, delete, func, select, text

from domain.touches import Planned
from storage.rows import as_rows
from storage.tables import upcoming


@dataclass(frozen=True, slots=True)
class UpcomingTouch:
    """One row: who, what, and when as far as is known now. `sender` is the recruiter in whose name it will leave, empty for the house."""

    touch_key: str
    candidate_id: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    sender: str
    due: datetime
    because: str


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One day (UTC), its touches, and how many people get any."""

    day: date
    touches: int
    people: int


_SENDER = """
    coalesce((
        select case when r.active then r.id else d.id end
        from candidates as c
        left join letters as l on l.letter_key = t.touch_key
        join recruiters as r on r.id = coalesce((select b.id from recruiters as b where b.id = l.by), c.owner)
        left join recruiters as d on d.id = r.deputy and d.active
        where c.id = t.candidate_id and (t.purpose <> 'application' or l.id is not null)), '')
"""
"""In whose name a touch leaves, as activities.messages composes it: the owner's, or that of who wrote a letter; once they left their
deputy's."""
_WRITE = text(
    f"""
    insert into upcoming (touch_key, candidate_id, purpose, channel, template, opening_id, journey, due, because, sender)
    select touch_key, candidate_id, purpose, channel, template, opening_id, journey, due, because, {_SENDER}
    from (
        select key as touch_key, cast(:candidate_id as text) as candidate_id, purpose, channel, template, opening_id, journey,
            due, because
        from json_to_recordset(cast(:rows as json)) as r (key text, purpose text, channel text, template text,
            opening_id text, journey text, due timestamptz, because text)
    ) as t
    """  # noqa: S608 - built of our own constants
)
_SIGN = text(
    f"""
    update upcoming as t set sender = {_SENDER}
    where t.candidate_id in (
            select c.id from candidates as c join recruiters as r on r.id = c.owner where :recruiter in (r.id, r.deputy))
        or t.touch_key in (select letter_key from letters where by = :recruiter)
    """  # noqa: S608 - built of our own constants
)
_ROW = [upcoming.c[name] for name in UpcomingTouch.__dataclass_fields__]


def replace(connection: Connection, candidate_id: str, planned: Sequence[Planned]) -> None:
    """Put a candidate's new plan in place of the old one."""
    connection.execute(delete(upcoming).where(upcoming.c.candidate_id == candidate_id))
    if planned:
        connection.execute(_WRITE, {"candidate_id": candidate_id, "rows": as_rows(planned)})


def sign(connection: Connection, recruiter_id: str) -> None:
    """A recruiter came, left or has another deputy: what is planned in their name, or for those they stand in for, is told anew."""
    connection.execute(_SIGN, {"recruiter": recruiter_id})


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
