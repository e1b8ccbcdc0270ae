"""Offices as they are typed in; a change moves those whom they care for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.windows import Window
from starter import calendars
from starter.refusals import Refused
from starter.zones import read_country, read_zone
from storage import offices
from storage.calendars import Scope, knows, subdivisions
from storage.offices import Office

if TYPE_CHECKING:
    from starter.client import Keepwarm


def read_office(
    id: str, title: str, country: str, subdivision: str, zone: str, hours: Window | None = None  # noqa: A002
) -> Office:  # fmt: skip
    """The office that values mean. Raises Refused."""
    code, named = read_country(country) if country else "", read_zone(zone) if zone else ""
    if not id.strip():
        raise Refused("the office has no id; give a short one, such as muc")
    if code is None:
        raise Refused(f"country {country!r} is unknown; use its name or its two letters, such as DE")
    if named is None:
        raise Refused(f"time zone {zone!r} is unknown; use a name such as Europe/Berlin")
    part = subdivision.upper().removeprefix(f"{code}-")
    if part and not knows(code, part):
        known = ", ".join(subdivisions(code)) or "none"
        raise Refused(f"{code or 'no country'} has no {subdivision!r} with holidays of its own; known: {known}")
    return Office(id, title, code, part, named, hours)


async def put_office(keepwarm: Keepwarm, office: Office) -> calendars.Report:
    """Put an office on record, or change it; those whom it cares for are told where their calendar changes."""
    return await calendars.change(
        keepwarm, Scope(office=office.id), lambda connection: offices.put(connection, office), f"office {office.id}"
    )
