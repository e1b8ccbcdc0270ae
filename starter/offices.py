"""Offices as they are typed in; a change moves those whom they care for."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from domain.windows import Window
from starter import calendars
from starter.refusals import Refused
from starter.zones import Told, read_country, read_zone, zone_of_person
from storage import candidates, offices
from storage.calendars import Scope, Zoned, knows, loosely_zoned, subdivisions
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
    """Put an office on record, or change it; those whom it cares for are told where their calendar or zone changes."""
    scope = Scope(office=office.id)
    report = await calendars.change(
        keepwarm, scope, lambda connection: offices.put(connection, office), f"office {office.id}"
    )
    await rezone(keepwarm, scope)
    return report


async def rezone(keepwarm: Keepwarm, scope: Scope) -> int:
    """Give those of a scope whose zone nothing better told that of their office now, else of their country; how many it changed."""
    changed, after = 0, ""
    while page := await asyncio.to_thread(_rezone_page, keepwarm, scope, after):
        groups, after = page
        for told, zoned in groups.items():
            changed += len(zoned)
            event = {"event_id": str(uuid.uuid4()), "zone": told.zone}
            await keepwarm.signal_candidates([one.id for one in zoned if one.started], "profile_changed", event)
    return changed


def _rezone_page(keepwarm: Keepwarm, scope: Scope, after: str) -> tuple[dict[Told, list[Zoned]], str] | None:
    with keepwarm.engine.begin() as connection:
        page = loosely_zoned(connection, scope, after)
        groups: dict[Told, list[Zoned]] = {}
        for one in page:
            told = zone_of_person("", one.country, "", office=one.office_zone)
            if told.zone and (told.zone, told.source) != (one.zone, one.zone_source):
                groups.setdefault(told, []).append(one)
        for told, zoned in groups.items():
            candidates.set_zone(connection, [one.id for one in zoned], told.zone, told.source)
        return (groups, page[-1].id) if page else None
