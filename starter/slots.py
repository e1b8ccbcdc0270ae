"""Slots as they are typed in: times in the opening office's zone, many at once, and what becomes of those who hold a cancelled one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from domain.windows import zone_of
from starter.bookings import unbooked_event
from starter.lookups import find_opening
from starter.refusals import Refused
from starter.zones import read_zone
from storage import bookings, calendars, controls, offices, recruiters, slots
from storage.calendars import Calendar
from storage.openings import Opening
from storage.slots import NewSlot, Slot

if TYPE_CHECKING:
    from starter.client import Keepwarm

MOST_AT_ONCE = 500
LONGEST = timedelta(hours=12)
LONGEST_TEXT = 300
_DAY = timedelta(days=1)
_WORKDAYS = range(5)
_DURATION = re.compile(r"(\d{1,4})\s*(m|min|h)?")


@dataclass(frozen=True, slots=True)
class Offer:
    """Times as somebody wishes them. `first` and `last` are wall-clock times where they name no zone.

    One slot at `first`; with `last` and `every`, slots on each working day between the two dates, from the hour of `first`
    until the last that is over by that of `last`. `every_day` offers weekends and holidays too.
    """

    opening: str
    first: datetime
    last: datetime | None = None
    every: timedelta | None = None
    length: timedelta = timedelta(minutes=45)
    place: str = ""
    interviewer: str = ""
    capacity: int = 1
    zone: str = ""
    every_day: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A slot as colleagues see it, in the office's zone, with those who come."""

    slot: Slot
    zone: str
    guests: list[str]

    @property
    def local(self) -> str:
        """`2026-12-01 09:00`."""
        return self.slot.starts_at.astimezone(zone_of(self.zone)).strftime("%Y-%m-%d %H:%M")


def read_duration(text: str) -> timedelta:
    """`45m`, `1h` or a bare number of minutes. Raises Refused."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise Refused(f"{text!r} is no duration; write 45m or 1h")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(minutes=int(found[1]))


def read_local(text: str) -> datetime:
    """`2026-12-01T09:00` or `2026-12-01 09:00`, with an offset or without. Raises Refused."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{text!r} is no time; write 2026-12-01T09:00") from None


async def add(keepwarm: Keepwarm, offer: Offer) -> dict[str, Any]:
    """Offer the times; answers how many are new, in which zone they were read. Raises Refused."""
    now = await keepwarm.now()
    opening, zone = await keepwarm.read(_opening_and_zone, offer)
    closed = await keepwarm.read(_closed_days, offer, opening)
    starts = _starts(offer, zone, closed)
    ahead = [one for one in starts if one > now]
    if not ahead:
        why = "every such time has passed" if starts else "no slot fits between --from and --to"
        raise Refused(f"{why}; give times ahead, such as --from 2026-12-01T09:00 --to 2026-12-01T12:00 --every 45m")
    minutes = int(offer.length.total_seconds() // 60)
    wanted = [NewSlot(opening.id, one, minutes, offer.place, offer.interviewer, offer.capacity) for one in ahead]
    added = await keepwarm.write(slots.add, wanted)
    return {
        "opening": opening.id,
        "zone": zone,
        "added": len(added),
        "known": len(ahead) - len(added),
        "past": len(starts) - len(ahead),
        "first": ahead[0].astimezone(zone_of(zone)).isoformat(),
        "last": ahead[-1].astimezone(zone_of(zone)).isoformat(),
        "slots": added,
    }


async def cancel(keepwarm: Keepwarm, slot_ids: Sequence[int]) -> dict[str, Any]:
    """Take times back. Whoever holds one is told, and offered others.

    First nobody can book them any more, then each guest is released and told: asked again after a crash in between, it goes on
    where it was. Raises Refused for slots that are not on record.
    """
    now = await keepwarm.now()
    known = await keepwarm.read(_known, slot_ids)
    missing = [str(one) for one in slot_ids if one not in known]
    if missing:
        raise Refused(f"no slot {', '.join(missing)}; `keepwarm slot list` shows them")
    cancelled = await keepwarm.write(slots.cancel, slot_ids, now)
    told = []
    for stranded in await keepwarm.read(bookings.to_release, list(slot_ids)):
        released = await keepwarm.write(bookings.release, stranded, now)
        if released is not None and released.starts_at > now:
            await keepwarm.signal_candidates([released.candidate_id], "unbooked", unbooked_event(released))
            told.append(released.candidate_id)
    return {"cancelled": cancelled, "told": told}


def listed_now(connection: Connection, opening: str = "", *, everything: bool = False) -> list[Shown]:
    """As `listed`, at this story moment."""
    return listed(connection, opening, everything=everything, now=controls.clock(connection).story(datetime.now(UTC)))


def listed(connection: Connection, opening: str = "", *, everything: bool, now: datetime) -> list[Shown]:
    """Slots ahead (or all) with those who come, each in its opening's zone."""
    wanted = find_opening(connection, opening).id if opening else ""
    found = slots.listed(connection, wanted, None if everything else now)
    names: dict[int, list[str]] = {}
    for guest in bookings.guests(connection, [one.id for one in found]):
        names.setdefault(guest.slot_id, []).append(f"{guest.full_name} ({guest.candidate_id})")
    zones = {one: _zone_of_opening(connection, find_opening(connection, one)) for one in {s.opening_id for s in found}}
    return [Shown(one, zones[one.opening_id] or "UTC", names.get(one.id, [])) for one in found]


def _opening_and_zone(connection: Connection, offer: Offer) -> tuple[Opening, str]:
    """The opening, and the zone in which its times are meant. Raises Refused."""
    opening = find_opening(connection, offer.opening)
    if opening.status in ("closed", "filled"):
        raise Refused(f"{opening.id} is {opening.status}; reopen it first: keepwarm opening reopen {opening.id}")
    _check(offer)
    named = read_zone(offer.zone) if offer.zone else _zone_of_opening(connection, opening)
    if named is None:
        raise Refused(f"time zone {offer.zone!r} is unknown; use a name such as Europe/Berlin")
    if not named and offer.first.tzinfo is None:
        raise Refused(
            f"nobody knows the zone of {opening.id}: its owner has no office with one. Give --zone Europe/Berlin, "
            "or a time with its offset such as 2026-12-01T09:00+01:00"
        )
    return opening, named or "UTC"


def _check(offer: Offer) -> None:
    if not timedelta(minutes=5) <= offer.length <= LONGEST:
        raise Refused("a slot lasts 5 minutes to 12 hours; give --minutes")
    if not 1 <= offer.capacity <= 1000:
        raise Refused("a slot has room for 1 to 1000 candidates; give --capacity")
    if (offer.last is None) is not (offer.every is None):
        raise Refused("--to and --every belong together: until when, and how often a slot begins")
    if offer.last is not None and (offer.first.tzinfo is None) is not (offer.last.tzinfo is None):
        raise Refused("give --from and --to both with an offset, or both without")
    for name, text in (("place", offer.place), ("interviewer", offer.interviewer)):
        if len(text) > LONGEST_TEXT or not text.isprintable():
            raise Refused(f"{name}: use one line of at most {LONGEST_TEXT} characters")


def _zone_of_opening(connection: Connection, opening: Opening) -> str:
    """Its office's: that of its owner. Empty where nothing tells."""
    owner = recruiters.find(connection, opening.owner) if opening.owner else None
    return next((one.zone for one in offices.listed(connection) if owner and one.id == owner.office), "")


def _closed_days(connection: Connection, offer: Offer, opening: Opening) -> set[date]:
    """The days on which the opening's office rests, within the offer."""
    if offer.last is None or offer.every_day:
        return set()
    owner = recruiters.find(connection, opening.owner) if opening.owner else None
    office = next((one for one in offices.listed(connection) if owner and one.id == owner.office), None)
    if office is None:
        return set()
    own = Calendar(office.country, office.subdivision, office.id)
    return set(calendars.closed_on(connection, {own}, offer.first.date(), offer.last.date() + _DAY)[own])


def _starts(offer: Offer, zone: str, closed: set[date]) -> list[datetime]:
    """When each slot begins, in UTC. Wall-clock times that a change of the clocks leaves out are left out. Raises Refused."""
    tz = zone_of(zone)
    first = _wall(offer.first, tz)
    if offer.last is None or offer.every is None:
        moment = _moment(first, tz)
        if moment is None:
            raise Refused(f"{first:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks go forward then")
        return [moment]
    last = _wall(offer.last, tz)
    if last <= first or last.time() <= first.time():
        raise Refused(
            "--to must be after --from, by date and by hour: slots are offered each day between the two hours"
        )
    found: list[datetime] = []
    for wall in _walls(first, last, offer.every, offer.length):
        if offer.every_day or (wall.weekday() in _WORKDAYS and wall.date() not in closed):
            found += [moment for moment in [_moment(wall, tz)] if moment]
        if len(found) > MOST_AT_ONCE:
            raise Refused(f"these are more than {MOST_AT_ONCE} slots; offer fewer at once")
    return found


def _walls(first: datetime, last: datetime, every: timedelta, length: timedelta) -> Iterator[datetime]:
    """Wall-clock beginnings on each day between two dates, within the hours of the two."""
    for ahead in range((last.date() - first.date()).days + 1):
        wall = first + ahead * _DAY
        closing = datetime.combine(wall.date(), last.time())
        while wall + length <= closing:
            yield wall
            wall += every


def _wall(moment: datetime, tz: ZoneInfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None) if moment.tzinfo else moment


def _moment(wall: datetime, tz: ZoneInfo) -> datetime | None:
    """The first moment of that wall-clock time; None where the clocks skip it."""
    moment = wall.replace(tzinfo=tz).astimezone(UTC)
    return moment if moment.astimezone(tz).replace(tzinfo=None) == wall else None


def _known(connection: Connection, slot_ids: Sequence[int]) -> set[int]:
    return {one for one in slot_ids if slots.get(connection, one)}
