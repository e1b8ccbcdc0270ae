"""When a message may reach a person: send windows in their own zone, with daylight saving, and caps by local day.

A moment is inside a window when the wall clock of the zone shows an allowed weekday and a time in [start, end). So a window
that falls into a spring gap does not exist that day, and one that falls into an autumn fold exists twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 21
SPREAD = timedelta(minutes=45)
"""Touches that wait for a window are spread over its first part: nine o'clock sharp for all would be a storm."""


@dataclass(frozen=True, slots=True)
class Window:
    """Weekdays (Monday first, `1` allowed) and wall-clock minutes after midnight, `start` < `end` <= 1440."""

    days: str = "1111100"
    start: int = 9 * 60
    end: int = 18 * 60

    def __post_init__(self) -> None:
        if len(self.days) != 7 or set(self.days) - {"0", "1"} or "1" not in self.days:
            raise ValueError(f"window days {self.days!r}: give seven of 0 and 1, Monday first, at least one 1")
        if not 0 <= self.start < self.end <= 1440:
            raise ValueError(f"window {self.start}-{self.end}: give minutes with 0 <= start < end <= 1440")

    def covers(self, local: datetime) -> bool:
        """Whether a wall-clock moment lies inside."""
        return self.days[local.weekday()] == "1" and self.start <= local.hour * 60 + local.minute < self.end

    def __str__(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"


ALWAYS = Window("1111111", 0, 1440)


@dataclass(frozen=True, slots=True)
class Caps:
    """At most this many non-transactional messages per local day and per seven local days."""

    per_day: int = 1
    per_week: int = 2

    def __post_init__(self) -> None:
        if self.per_day < 1 or self.per_week < 1:
            raise ValueError(f"caps {self.per_day} a day, {self.per_week} a week: each must be at least 1")


@dataclass(frozen=True, slots=True)
class Sent:
    """One earlier message that counts against the caps."""

    at: datetime
    channel: str = "email"
    purpose: str = "nurture"


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises KeyError (ZoneInfoNotFoundError) for an unknown one."""
    return ZoneInfo(name)


def next_allowed(window: Window, zone: str, now: datetime) -> datetime:
    """The earliest moment at or after `now` inside the window, in UTC."""
    tz = zone_of(zone)
    local = now.astimezone(tz)
    if window.covers(local):
        return now
    # From yesterday and two days at a time: where clocks went back just after midnight (Newfoundland until 2011), yesterday comes again.
    yesterday, earlier = local.date() - DAY, list[datetime]()
    for ahead in range(LOOK_AHEAD_DAYS):
        day = yesterday + ahead * DAY
        entries = _entries(window, tz, day) if window.days[day.weekday()] == "1" else []
        found = [moment for moment in entries if moment >= now]
        if earlier:
            return min(earlier + found)
        earlier = found
    raise ValueError(f"no moment of window {window} within {LOOK_AHEAD_DAYS} days of {now} in {zone}")


def _entries(window: Window, tz: ZoneInfo, day: date) -> list[datetime]:
    """The moments of a local day at which the window may begin: its start (each time the clock shows it) and clock changes."""
    start = datetime.combine(day, time(window.start // 60, window.start % 60))
    candidates = [start.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1)]
    midnight = datetime.combine(day, time())
    begin = midnight.replace(tzinfo=tz).astimezone(UTC)
    end = (midnight + DAY).replace(tzinfo=tz, fold=1).astimezone(UTC)
    if begin.astimezone(tz).utcoffset() != end.astimezone(tz).utcoffset():
        candidates.append(_change(tz, begin - timedelta(hours=1), end + timedelta(hours=1)))
    elif candidates[0] != candidates[1]:
        candidates.append(_change(tz, begin - DAY, end + DAY))
    inside = []
    for moment in candidates:
        local = moment.astimezone(tz)
        if local.date() == day and window.covers(local):
            inside.append(moment)
    return inside


def _change(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second of the new offset between two moments of different offsets (the last moment where they agree)."""
    before = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > low else middle
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def add_local_days(moment: datetime, days: int, zone: str) -> datetime:
    """The same wall-clock time some days later, in UTC. A time that a gap swallows moves forward; in a fold the first counts."""
    if not days:
        return moment
    tz = zone_of(zone)
    wall = moment.astimezone(tz).replace(tzinfo=None) + days * DAY
    return wall.replace(tzinfo=tz).astimezone(UTC)


def cap_allows(caps: Caps, zone: str, sent: Sequence[Any], now: datetime, touch: Any = None) -> Any:
    """The earliest moment at or after `now` at which one more message keeps both caps; a local midnight where it is later.

    `sent` are the moments of earlier non-transactional messages, in any order.
    """
    tz = zone_of(zone)
    days = [getattr(moment, "at", moment).astimezone(tz).date() for moment in sent]
    today = now.astimezone(tz).date()
    for ahead in range(366):
        day = today + ahead * DAY
        on_day = sum(d == day for d in days)
        if on_day < caps.per_day and _week_allows(caps, days, day):
            found = now if not ahead else _midnight(tz, day, now)
            return found if touch is None else (found, "caps" if ahead else "")
    raise ValueError(f"caps {caps} leave no day within a year of {now}")


def _week_allows(caps: Caps, days: list[date], day: date) -> bool:
    """Whether a message on `day` keeps every stretch of seven days that contains it within the weekly cap."""
    near = [d for d in days if abs((d - day).days) < 7]
    if len(near) < caps.per_week:
        return True
    return all(
        sum(first <= d <= first + 6 * DAY for d in near) < caps.per_week
        for first in (day - back * DAY for back in range(7))
    )


def _midnight(tz: ZoneInfo, day: date, now: datetime) -> datetime:
    """The first moment of a local day that is not past; where a gap swallows midnight, the first moment after it."""
    wall = datetime.combine(day, time(), tzinfo=tz)
    moment, again = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if moment.astimezone(tz).date() == day and moment.astimezone(tz).time() == time():
        return moment if moment >= now else again
    return _change(tz, again - timedelta(hours=3), moment + timedelta(hours=3))


def opening_for(window: Window, zone: str, now: datetime, key: str, closures: Any = None) -> datetime:
    """As `next_allowed`, but a touch that must wait is spread over the window's first part by its key."""
    opens = next_allowed(window, zone, now)
    if opens == now:
        return now
    room = min(SPREAD, timedelta(minutes=window.end - window.start) / 2)
    spread = opens + jitter(key, room)
    return spread if window.covers(spread.astimezone(zone_of(zone))) else opens


def jitter(key: str, span: timedelta) -> timedelta:
    """A stretch in [0, span) that depends on the key alone, so that nine o'clock is not a storm; whole seconds."""
    drawn = int.from_bytes(blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "big") / 2**64
    return timedelta(seconds=int(span.total_seconds() * drawn))


def read_caps(raw: dict[str, Any]) -> Caps:
    """Caps from their JSON."""
    return Caps(**raw)
