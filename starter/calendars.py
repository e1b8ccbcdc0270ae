"""Calendars changed while people wait: the rule is written, everybody whom it concerns is told, and what moves is reported.

What is reported is computed from the projection `upcoming`, for exactly those people who are then signalled.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from config.settings import Settings
from domain.windows import Caps, Limit, Window
from starter.lookups import find_candidate
from starter.movements import Change, Moved, counted, weigh
from starter.refusals import Refused, unknown
from starter.timetables import PAGE, Timetable, house_caps, timetables
from starter.zones import read_country
from storage import calendars, controls, offices
from storage.calendars import Calendar, Rule, Scope

if TYPE_CHECKING:
    from starter.client import Keepwarm

_PARTS = ("closed", "window", "caps")
"""What a workflow knows of its timetable, and `calendar_changed` may carry."""
CHANNELS, PURPOSES = ("email", "sms"), ("nurture", "alerts")


@dataclass(slots=True)
class Report:
    """What a change does.

    `later` touches can't go when they were planned and move; `earlier` ones, which wait for a window or a cap that changed, may now
    go sooner; what follows from either moves along and is not counted. `signalled` are the running workflows that were told (dry
    run: that would be).
    """

    what: str
    people: int
    later: Moved
    earlier: Moved
    signalled: int
    dry_run: bool = False

    def summary(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return {
            "what": self.what,
            "dry_run": self.dry_run,
            "people_concerned": self.people,
            "touches_moved": self.later.touches,
            "people_moved": len(self.later.people),
            "touches_maybe_earlier": self.earlier.touches,
            "people_maybe_earlier": len(self.earlier.people),
            "signalled": self.signalled,
        }

    def lines(self) -> list[str]:
        """The report for people."""
        would = "would move" if self.dry_run else "move" if self.later.touches != 1 else "moves"
        people = counted(self.people, "person keeps", "people keep")
        lines = [f"{self.what}; {people} another calendar", f"{self.later} {would}"]
        if self.earlier.touches:
            lines.append(f"{self.earlier} may go earlier")
        return [*lines, "nothing was changed"] if self.dry_run else lines


def find_scope(connection: Connection, country: str = "", office: str = "", candidate: str = "") -> Scope:
    """Whom somebody means: one of the three, or nobody in particular. Raises Refused."""
    if sum(map(bool, (country, office, candidate))) > 1:
        raise Refused("name one of --candidate, --country and --office, or none for everybody")
    code = read_country(country) if country else ""
    if code is None:
        raise Refused(f"country {country!r} is unknown; use its name or its two letters, such as DE")
    if office:
        known = [one.id for one in offices.listed(connection)]
        if office not in known:
            raise unknown("office", office, known, "add it first: keepwarm office add")
    return Scope(code, office, find_candidate(connection, candidate).id if candidate else "")


def shown(connection: Connection, settings: Settings, scope: Scope, days: int) -> dict[str, Any]:
    """The calendar of a candidate, an office, a country or the house for the days ahead, as plain data."""
    today = controls.clock(connection).story(datetime.now(UTC)).date()
    last = today + timedelta(days=days)
    keeper = next(iter(calendars.keepers_of(connection, [scope.candidate])), None) if scope.candidate else None
    office = next((one for one in offices.listed(connection) if one.id == scope.office), None)
    if keeper:
        calendar, hours = keeper.calendar, keeper.hours
    elif office:
        calendar, hours = Calendar(office.country, office.subdivision, office.id), office.hours
    else:
        calendar, hours = Calendar(scope.country), None
    closed = calendars.closed_on(connection, [calendar], today, last)[calendar]
    caps = house_caps(connection, settings)
    return {
        "for": str(scope),
        **asdict(calendar),
        "zone": keeper.zone if keeper else office.zone if office else "",
        "window": calendars.window_text(hours or calendars.house_window(connection)),
        "caps": asdict(caps),
        "limits": caps_text(caps),
        "closed": [{"day": day.isoformat(), "because": because} for day, because in closed.items()],
        "rules": [asdict(rule) | {"day": rule.day.isoformat()} for rule in calendars.rules(connection, today, last)],
    }


def caps_text(caps: Caps) -> str:
    """`1 a day, 2 a week, 1 sms in 14 days, 48 hours between two`."""
    monthly = [Limit(caps.per_month, 30)] if caps.per_month else []
    limits = [str(limit) for limit in (Limit(caps.per_day, 1), Limit(caps.per_week, 7), *monthly, *caps.limits)]
    return ", ".join(limits + ([f"{caps.spacing_hours:g} hours between two"] if caps.spacing_hours else []))


def read_limit(text: str) -> Limit:
    """The limit that `1/14d`, `1/14d:sms` or `2/30d:alerts` means. Raises Refused."""
    found = re.fullmatch(r"(\d{1,3})/(\d{1,3})d((?::[a-z]+)*)", text.strip().lower())
    words = found[3].strip(":").split(":") if found and found[3] else []
    channel = next((word for word in words if word in CHANNELS), "")
    purpose = next((word for word in words if word in PURPOSES), "")
    if not found or len(words) != bool(channel) + bool(purpose):
        raise Refused(
            f"{text!r} is no limit; write 1/14d, 1/14d:sms or 2/30d:alerts: messages, days, channel or purpose"
        )
    try:
        return Limit(int(found[1]), int(found[2]), channel, purpose)
    except ValueError as error:
        raise Refused(str(error)) from error


async def close_day(
    keepwarm: Keepwarm, day: date, scope: Scope, *, because: str = "", by: str = "", dry_run: bool = False
) -> Report:
    """Write to nobody of a scope on a day. Raises Refused."""
    rule = Rule(day, scope.country, scope.office, because, by=by)
    return await _set_day(keepwarm, rule, f"{day} is closed for {scope}", scope, dry_run)


async def open_day(
    keepwarm: Keepwarm, day: date, scope: Scope, *, because: str = "", by: str = "", dry_run: bool = False
) -> Report:
    """Write on a day, public holiday or not. Raises Refused."""
    rule = Rule(day, scope.country, scope.office, because, is_open=True, by=by)
    return await _set_day(keepwarm, rule, f"{day} is open for {scope}", scope, dry_run)


async def _set_day(keepwarm: Keepwarm, rule: Rule, what: str, scope: Scope, dry_run: bool) -> Report:
    today = (await keepwarm.now()).date()
    if rule.day < today - timedelta(days=1):
        raise Refused(f"{rule.day} is past; name a day from {today} on")
    return await change(keepwarm, scope, lambda connection: calendars.put(connection, rule), what, dry_run=dry_run)


async def forget_day(keepwarm: Keepwarm, day: date, scope: Scope, *, dry_run: bool = False) -> Report:
    """Take back what was said of a day: the public holidays decide again. Raises Refused where nothing was said."""

    def write(connection: Connection) -> None:
        if not calendars.forget(connection, day, scope.country, scope.office):
            raise Refused(f"nothing was said of {day} for {scope}; `keepwarm calendar show` lists what was")

    return await change(keepwarm, scope, write, f"{day} is as the public holidays have it for {scope}", dry_run=dry_run)


async def set_window(
    keepwarm: Keepwarm, window: Window | None, scope: Scope, *, by: str = "", dry_run: bool = False
) -> Report:
    """Set when one person, an office, or the house writes; None gives back the office's, the house's, or the built-in window."""
    at = await keepwarm.now()

    def write(connection: Connection) -> None:
        if scope.candidate:
            calendars.set_own_window(connection, scope.candidate, window, at, by)
        elif scope.office:
            offices.set_hours(connection, scope.office, window)
        else:
            raw = asdict(window) if window else None
            calendars.set_rule_of_house(connection, calendars.WINDOW, raw, by)

    told = calendars.window_text(window) if window else "no window of its own"
    return await change(keepwarm, scope, write, f"{scope} has {told}", dry_run=dry_run)


async def set_caps(keepwarm: Keepwarm, caps: Caps | None, *, by: str = "", dry_run: bool = False) -> Report:
    """Set how much one person gets at most; None lets the settings hold again."""
    raw = asdict(caps) if caps else None
    told = caps_text(caps) if caps else "as the settings have them"

    def write(connection: Connection) -> None:
        calendars.set_rule_of_house(connection, calendars.CAPS, raw, by)

    return await change(keepwarm, Scope(), write, f"caps: {told}", dry_run=dry_run)


async def change(
    keepwarm: Keepwarm, scope: Scope, write: Callable[[Connection], Any], what: str, *, dry_run: bool = False
) -> Report:
    """Write a rule and tell everybody whose timetable it changes; a dry run counts the same and takes it back."""

    def run() -> tuple[list[Change], Moved, Moved]:
        with keepwarm.engine.connect() as connection:
            found = weigh(connection, keepwarm.settings, scope, write)
            if dry_run:
                connection.rollback()
            else:
                connection.commit()
            return found

    changes, later, earlier = await asyncio.to_thread(run)
    waiting = [one for one in changes if one.keeper.started]
    if not dry_run:
        for event, ids in _events(waiting):
            await keepwarm.signal_candidates(ids, "calendar_changed", event)
    return Report(what, len(changes), later, earlier, len(waiting), dry_run)


async def refresh(keepwarm: Keepwarm, scope: Scope) -> int:
    """Tell running workflows their whole timetable once more; how many. Needed once a year, and after an interrupted change."""
    told, after = 0, ""
    while ids := await asyncio.to_thread(_page_of_started, keepwarm, scope, after):
        await tell(keepwarm, ids[0])
        told, after = told + len(ids[0]), ids[1]
    return told


def _page_of_started(keepwarm: Keepwarm, scope: Scope, after: str) -> tuple[list[str], str] | None:
    with keepwarm.engine.connect() as connection:
        page = calendars.keepers(connection, scope, after, PAGE)
    return ([one.id for one in page if one.started], page[-1].id) if page else None


async def tell(keepwarm: Keepwarm, candidate_ids: Sequence[str]) -> None:
    """Tell those of these people whose workflow runs when they may be written to."""
    for first in range(0, len(candidate_ids), PAGE):
        found = await asyncio.to_thread(_of_started, keepwarm, candidate_ids[first : first + PAGE])
        groups: dict[str, tuple[Timetable, list[str]]] = {}
        for candidate_id, timetable in found.items():
            groups.setdefault(repr(timetable), (timetable, []))[1].append(candidate_id)
        for timetable, ids in groups.values():
            await keepwarm.signal_candidates(ids, "calendar_changed", _event(timetable, _PARTS))


def _of_started(keepwarm: Keepwarm, candidate_ids: Sequence[str]) -> dict[str, Timetable]:
    with keepwarm.engine.connect() as connection:
        keepers = [one for one in calendars.keepers_of(connection, candidate_ids) if one.started]
        return timetables(connection, house_caps(connection, keepwarm.settings), keepers)


def _events(changes: Iterable[Change]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """One event for all who change alike, holding what changed."""
    groups: dict[str, tuple[Timetable, tuple[str, ...], list[str]]] = {}
    for one in changes:
        parts = tuple(name for name in _PARTS if getattr(one.before, name) != getattr(one.after, name))
        groups.setdefault(repr((parts, one.after)), (one.after, parts, []))[2].append(one.keeper.id)
    for timetable, parts, ids in groups.values():
        yield _event(timetable, parts), ids


def _event(timetable: Timetable, parts: Iterable[str]) -> dict[str, Any]:
    whole = asdict(timetable) | {"closed": list(timetable.closed)}
    return {"event_id": str(uuid.uuid4()), **{name: whole[name] for name in parts}}
