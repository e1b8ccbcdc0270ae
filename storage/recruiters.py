"""Recruiters: those who look after people, and who writes for them once they have left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.windows import Window
from storage import upcoming
from storage.tables import offices, recruiters


@dataclass(frozen=True, slots=True)
class Recruiter:
    """One recruiter; `id` is what stands in the `owner` of candidates and openings. `phone` is E.164, `deputy` another's id."""

    id: str
    full_name: str
    email: str = ""
    phone: str = ""
    office: str = ""
    deputy: str = ""
    active: bool = True

    @property
    def first_name(self) -> str:
        """The given name, as far as the whole one tells it."""
        return self.full_name.split()[0] if self.full_name.split() else ""


_ROW = [recruiters.c[name] for name in Recruiter.__dataclass_fields__]


def put(connection: Connection, recruiter: Recruiter) -> None:
    """Put a recruiter on record, or change the one of that id."""
    values = asdict(recruiter)
    row = upsert(recruiters).values(**values)
    fresh = {name: row.excluded[name] for name in values} | {"recorded_at": func.clock_timestamp()}
    connection.execute(row.on_conflict_do_update(index_elements=[recruiters.c.id], set_=fresh))
    upcoming.sign(connection, recruiter.id)


def leave(connection: Connection, recruiter_id: str, deputy: str = "") -> None:
    """From now on nothing leaves in their name: the deputy writes, where one is named or was before, else the house."""
    named = {"deputy": deputy} if deputy else {}
    connection.execute(recruiters.update().where(recruiters.c.id == recruiter_id).values(active=False, **named))
    upcoming.sign(connection, recruiter_id)


def find(connection: Connection, recruiter_id: str) -> Recruiter | None:
    """The recruiter of that id."""
    row = connection.execute(select(*_ROW).where(recruiters.c.id == recruiter_id)).first()
    return Recruiter(*row) if row else None


def listed(connection: Connection) -> list[Recruiter]:
    """All recruiters, those who left included, in the order of their ids."""
    return [Recruiter(*row) for row in connection.execute(select(*_ROW).order_by(recruiters.c.id))]


def writing_for(connection: Connection, owners: Iterable[str]) -> dict[str, Recruiter | None]:
    """Who writes for each owner: themselves, once they left their deputy, and None (the house) where that one left too.

    Owners whom nobody put on record are left out.
    """
    wanted = sorted({owner for owner in owners if owner})
    if not wanted:
        return {}
    deputies = recruiters.alias("deputies")
    c, d = recruiters.c, deputies.c
    both = (
        select(*_ROW, *(d[name] for name in Recruiter.__dataclass_fields__))
        .join(deputies, (d.id == c.deputy) & d.active, isouter=True)
        .where(c.id.in_(wanted))
    )
    size = len(_ROW)
    found: dict[str, Recruiter | None] = {}
    for row in connection.execute(both):
        own, deputy = Recruiter(*row[:size]), Recruiter(*row[size:]) if row[size] else None
        found[own.id] = own if own.active else deputy
    return found


def desks(connection: Connection, owners: Iterable[str]) -> dict[str, tuple[str, Window | None]]:
    """The zone of the office where each of these works, empty for none, and its hours, None for the house's."""
    wanted = (
        select(recruiters.c.id, offices.c.zone, offices.c.hours)
        .join(offices, offices.c.id == recruiters.c.office)
        .where(recruiters.c.id.in_(list(owners)))
    )
    return {row.id: (row.zone, Window(**row.hours) if row.hours else None) for row in connection.execute(wanted)}
