"""Offices: where they are, which calendar they keep, and when they write."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.windows import Window
from storage.tables import offices


@dataclass(frozen=True, slots=True)
class Office:
    """One office. `country` is ISO 3166-1, `subdivision` ISO 3166-2 without it (`BY`), `zone` IANA; `hours` None: the house's."""

    id: str
    title: str = ""
    country: str = ""
    subdivision: str = ""
    zone: str = ""
    hours: Window | None = None


def put(connection: Connection, office: Office) -> None:
    """Put an office on record, or change the one of that id."""
    values = asdict(office)
    row = upsert(offices).values(**values)
    fresh = {name: row.excluded[name] for name in values} | {"recorded_at": func.clock_timestamp()}
    connection.execute(row.on_conflict_do_update(index_elements=[offices.c.id], set_=fresh))


def set_hours(connection: Connection, office_id: str, hours: Window | None) -> None:
    """Change when an office writes; None gives it the house's window again."""
    value = asdict(hours) if hours else None
    connection.execute(offices.update().where(offices.c.id == office_id).values(hours=value))


def listed(connection: Connection) -> list[Office]:
    """All offices, in the order of their ids."""
    wanted = select(*(offices.c[name] for name in Office.__dataclass_fields__)).order_by(offices.c.id)
    return [
        Office(row.id, row.title, row.country, row.subdivision, row.zone, Window(**row.hours) if row.hours else None)
        for row in connection.execute(wanted)
    ]
