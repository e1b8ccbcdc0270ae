"""Days on which we do not write, and waits that count working days or look for a weekday and a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 400
"""Where everything is closed for longer, nobody waits for the end of it: the wait goes on as if the next day were open."""
_SEARCHED_DAYS = 22
"""Within these every weekday comes again, even where a zone skipped a date."""


@dataclass(frozen=True, slots=True)
class Closures:
    """Closed days as ISO dates; quiet stretches of the year as `mm-dd` pairs, both ends included (`12-20`, `01-06`)."""

    days: frozenset[str] = frozenset()
    quiet: tuple[tuple[str, str], ...] = ()

    def covers(self, day: date) -> bool:
        """Whether a local day is closed."""
        return (bool(self.days) and day.isoformat() in self.days) or self.rests(day)

    def rests(self, day: date) -> bool:
        """Whether a local day lies in a quiet stretch."""
        if not self.quiet:
            return False
        label = f"{day:%m-%d}"
        return any(
            first <= label <= last if first <= last else label >= first or label <= last for first, last in self.quiet
        )


NONE = Closures()


def add_business_days(moment: datetime, n: int, zone: str, window_days: str, closures: Closures) -> datetime:
    """The same wall-clock time `n` working days later: days that the window allows and that are not closed.

    A day that the zone skipped is none. A time that a gap swallows moves forward; in a fold the first counts.
    """
    tz = _zone(zone)
    wall = moment.astimezone(tz).replace(tzinfo=None, fold=0)
    closed = 0
    while n:
        wall += DAY
        is_open = window_days[wall.weekday()] == "1" and not closures.covers(wall.date())
        if (is_open and _exists(wall.date(), tz)) or closed == LONGEST_CLOSURE_DAYS:
            n, closed = n - 1, 0
        else:
            closed += 1
    return wall.replace(tzinfo=tz).astimezone(UTC)


def next_local(moment: datetime, weekdays: str, at: int, zone: str) -> datetime:
    """The first moment at or after `moment` on one of the weekdays (empty: any) at a time of day (minutes; -1: any).

    A local hour that has passed is the next day's that fits: until ten o'clock, reached a minute after ten, is tomorrow at ten. What
    a gap swallows comes as much later on the same day; in a fold both count, the one that lies ahead first. Any time of a later day is
    its first moment.
    """
    tz = _zone(zone)
    today = moment.astimezone(tz).date()
    if at < 0 and _fits(today, weekdays):
        return moment
    wanted, earlier = time(at // 60, at % 60) if at >= 0 else time(), list[datetime]()
    # From yesterday and two days at a time: where clocks went back just after midnight, yesterday comes again.
    for ahead in range(-1, _SEARCHED_DAYS):
        day = today + ahead * DAY
        moments = _shown(datetime.combine(day, wanted), tz) if _fits(day, weekdays) else []
        found = [one for one in moments if one >= moment]
        if earlier:
            return min(earlier + found)
        earlier = found
    raise ValueError(f"weekdays {weekdays!r} allow no day; give seven of 0 and 1, Monday first, at least one 1")


def _fits(day: date, weekdays: str) -> bool:
    return not weekdays or weekdays[day.weekday()] == "1"


def _shown(wall: datetime, tz: ZoneInfo) -> list[datetime]:
    """The moments at which a wall clock shows this; the one as much later where a gap swallows it; none on a day that was skipped."""
    first, second = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:
        return [first] if first.astimezone(tz).date() == wall.date() else []
    return [first, second] if second > first else [first]


def _exists(day: date, tz: ZoneInfo) -> bool:
    """Whether the calendar on the wall ever showed this day (Samoa skipped 30 December 2011)."""
    noon = datetime.combine(day, time(12), tzinfo=tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
