"""Days on which we do not write, and waits that count working days or look for a weekday and a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Closures:
    """Closed days as ISO dates, and quiet stretches of the year as `mm-dd` pairs, both ends included."""

    days: frozenset[str] = frozenset()
    quiet: tuple[tuple[str, str], ...] = ()

    def covers(self, day: date) -> bool:
        """Whether a local day is closed."""
        if day.isoformat() in self.days:
            return True
        label = f"{day:%m-%d}"
        return any(
            first <= label <= last if first <= last else label >= first or label <= last for first, last in self.quiet
        )


NONE = Closures()


def add_business_days(moment: datetime, n: int, zone: str, window_days: str, closures: Closures) -> datetime:
    """The same wall-clock time `n` working days later: days that the window allows and that are not closed."""
    tz = ZoneInfo(zone)
    wall = moment.astimezone(tz).replace(tzinfo=None)
    while n:
        wall += timedelta(days=1)
        if window_days[wall.weekday()] == "1" and not closures.covers(wall.date()):
            n -= 1
    return wall.replace(tzinfo=tz).astimezone(UTC)


def next_local(moment: datetime, weekdays: str, at: int, zone: str) -> datetime:
    """The first moment at or after `moment` on one of the weekdays (empty: any) at a time of day (minutes; -1: any)."""
    tz = ZoneInfo(zone)
    local = moment.astimezone(tz)
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        if weekdays and weekdays[day.weekday()] != "1":
            continue
        wall = local.time() if at < 0 else time(at // 60, at % 60)
        found = datetime.combine(day, wall, tzinfo=tz).astimezone(UTC)
        if found >= moment:
            return found
    raise ValueError(f"weekdays {weekdays!r} allow no day")
