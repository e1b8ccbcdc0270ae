"""When each person may be written to, as far as their workflow plans: closed days, window, caps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from config.settings import Settings
from domain.windows import Caps, Window, read_caps
from storage import calendars, controls
from storage.calendars import Keeper, Scope

HORIZON_DAYS = 400
"""How far ahead a workflow knows its closed days: as far as it plans. The gates know them all."""
PAGE = 500


@dataclass(frozen=True, slots=True)
class Timetable:
    """When one person may be written to: closed ISO days up to the horizon, their window, and the caps."""

    closed: tuple[str, ...]
    window: Window
    caps: Caps


def calendar_of(connection: Connection, settings: Settings, candidate_ids: Iterable[str]) -> dict[str, Timetable]:
    """The timetable of each candidate, as a workflow starts with it; unknown ids are left out."""
    return timetables(connection, house_caps(connection, settings), calendars.keepers_of(connection, candidate_ids))


def house_caps(connection: Connection, settings: Settings) -> Caps:
    """The caps set by hand, else those of the settings."""
    raw = calendars.rule_of_house(connection, calendars.CAPS)
    return read_caps(raw) if raw else Caps(settings.cap_per_day, settings.cap_per_week)


def timetables(connection: Connection, caps: Caps, keepers: Sequence[Keeper]) -> dict[str, Timetable]:
    """As `calendar_of`, for people who were read already."""
    today = controls.clock(connection).story(datetime.now(UTC)).date()
    first, last = calendars.days_ahead(today, HORIZON_DAYS)
    found = calendars.closed_on(connection, {one.calendar for one in keepers}, first, last)
    closed = {calendar: tuple(day.isoformat() for day in days) for calendar, days in found.items()}
    window = calendars.house_window(connection)
    return {one.id: Timetable(closed[one.calendar], one.hours or window, caps) for one in keepers}


def everybody(connection: Connection, scope: Scope) -> list[Keeper]:
    """Everybody whom a rule of a scope may concern."""
    found: list[Keeper] = []
    while page := calendars.keepers(connection, scope, found[-1].id if found else "", PAGE):
        found += page
    return found
