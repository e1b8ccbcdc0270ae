"""When a message may reach a person: send windows in their own zone, with daylight saving, and caps by local day.

A moment is inside a window when the wall clock of the zone shows an allowed weekday and a time in [start, end). So a window
that falls into a spring gap does not exist that day, and one that falls into an autumn fold exists twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.calendars import NONE, Closures

DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 400
"""A window opens each week; closed days and quiet stretches may put it off by a year. Where they leave no day, it is asked again then."""
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
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
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` non-transactional messages in any `days` local days, of one channel or purpose where they are named."""

    count: int
    days: int
    channel: str = ""
    purpose: str = ""

    def __post_init__(self) -> None:
        if self.count < 1 or not 1 <= self.days <= 366:
            raise ValueError(f"limit {self.count} in {self.days} days: give 1 or more messages in 1 to 366 days")

    def binds(self, channel: str, purpose: str) -> bool:
        """Whether a message counts under it."""
        return self.channel in ("", channel) and self.purpose in ("", purpose)

    def __str__(self) -> str:
        span = {1: "a day", 7: "a week", MONTH_DAYS: "a month"}.get(self.days, f"in {self.days} days")
        return " ".join(part for part in (str(self.count), self.purpose, self.channel, span) if part)


@dataclass(frozen=True, slots=True)
class Caps:
    """At most this many non-transactional messages per local day, per seven and per thirty local days, under any further `limits`,
    and never two within `spacing_hours`."""

    per_day: int = 1
    per_week: int = 2
    per_month: int | None = None
    spacing_hours: float = 0
    limits: list[Limit] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.per_day < 1 or self.per_week < 1:
            raise ValueError(f"caps {self.per_day} a day, {self.per_week} a week: each must be at least 1")
        if self.per_month is not None and self.per_month < 1:
            raise ValueError(f"caps {self.per_month} a month: give at least 1, or none")
        if not 0 <= self.spacing_hours <= 24 * 30:
            raise ValueError(f"spacing of {self.spacing_hours} hours: give 0 to 720")

    def all(self, channel: str, purpose: str) -> list[Limit]:
        """Every limit that a message of this channel and purpose keeps."""
        monthly = [Limit(self.per_month, MONTH_DAYS)] if self.per_month else []
        further = [limit for limit in self.limits if limit.binds(channel, purpose)]
        return [Limit(self.per_day, 1), Limit(self.per_week, 7), *monthly, *further]


PACES = {"monthly": Limit(1, MONTH_DAYS), "quarterly": Limit(1, 91)}
"""What a person's own pace allows (candidates.pace)."""


def at_pace(caps: Caps, pace: str) -> Caps:
    """The caps for a person who chose to hear from us less often than the house would write."""
    return replace(caps, limits=[*caps.limits, PACES[pace]]) if pace in PACES else caps


def look_back(caps: Caps) -> timedelta:
    """How far back earlier messages can bear on the caps, whatever the zone."""
    longest = max(limit.days for limit in (*caps.all("", ""), *caps.limits))
    return max(timedelta(days=longest), timedelta(hours=caps.spacing_hours)) + 2 * DAY


def read_caps(raw: Mapping[str, Any]) -> Caps:
    """Caps from their JSON. Raises ValueError that names what is wrong."""
    try:
        limits = [Limit(**limit) for limit in raw.get("limits", ())]
        return Caps(**{**raw, "limits": limits})
    except TypeError as error:
        raise ValueError(
            f"these are no caps: {error}; known: per_day, per_week, per_month, spacing_hours, limits"
        ) from error


@dataclass(frozen=True, slots=True)
class Sent:
    """One earlier message that counts against the caps."""

    at: datetime
    channel: str = "email"
    purpose: str = "nurture"


BETWEEN = "hours between two"


class Allowed(NamedTuple):
    """When one more message may go, the last limit that it then has waited for (empty: none), and whether that is the spacing."""

    at: datetime
    because: str

    @property
    def is_spacing(self) -> bool:
        """Whether nothing but the distance to the message before made it wait."""
        return self.because.endswith(BETWEEN)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises KeyError (ZoneInfoNotFoundError) for an unknown one."""
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether an IANA zone has that name; never raises, whatever the name."""
    try:
        zone_of(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def next_allowed(window: Window, zone: str, now: datetime, closures: Closures = NONE) -> datetime:
    """The earliest moment at or after `now` inside the window and on no closed day, in UTC.

    Where every day of LOOK_AHEAD_DAYS is closed, the window's first moment after them: it is looked at again then.
    """
    tz = zone_of(zone)
    local = now.astimezone(tz)
    if window.covers(local) and not closures.covers(local.date()):
        return now
    # From yesterday and two days at a time: where clocks went back just after midnight (Newfoundland until 2011), yesterday comes again.
    yesterday, earlier = local.date() - DAY, list[datetime]()
    for ahead in range(LOOK_AHEAD_DAYS):
        day = yesterday + ahead * DAY
        is_open = window.days[day.weekday()] == "1" and not closures.covers(day)
        entries = _entries(window, tz, day) if is_open else []
        found = [moment for moment in entries if moment >= now]
        if earlier:
            return min(earlier + found)
        earlier = found
    return next_allowed(window, zone, now + LOOK_AHEAD_DAYS * DAY)


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


def cap_allows(
    caps: Caps, zone: str, sent: Sequence[Sent], now: datetime, channel: str = "email", purpose: str = "nurture"
) -> Allowed:
    """The earliest moment at or after `now` at which one more message of this kind keeps all caps; a local midnight or the end of the
    spacing where it is later.

    `sent` are earlier non-transactional messages, in any order. Raises ValueError where the caps leave no day within a year.
    """
    tz, spacing, because = zone_of(zone), timedelta(hours=caps.spacing_hours), ""
    first = max((one.at + spacing for one in sent), default=now) if spacing else now
    if first > now:
        now, because = first, f"{caps.spacing_hours:g} {BETWEEN}"
    limits = caps.all(channel, purpose)
    counted = [
        [one.at.astimezone(tz).date() for one in sent if limit.binds(one.channel, one.purpose)] for limit in limits
    ]
    today = now.astimezone(tz).date()
    for ahead in range(366 + max(limit.days for limit in limits)):
        day = today + ahead * DAY
        full = [limit for limit, days in zip(limits, counted, strict=True) if not _has_room(limit, days, day)]
        if not full:
            return Allowed(_midnight(tz, day, now) if ahead else now, because)
        because = str(full[0])
    raise ValueError(f"caps {caps} leave no day within a year of {now}")


def _has_room(limit: Limit, days: list[date], day: date) -> bool:
    """Whether a message on `day` keeps every stretch of days that contains it within the limit."""
    near = [d for d in days if abs((d - day).days) < limit.days]
    if len(near) < limit.count:
        return True
    # Of all stretches that contain the day, the fullest begins with a message or with the day itself.
    return all(
        sum(first <= d < first + limit.days * DAY for d in near) < limit.count for first in {day, *near} if first <= day
    )


def _midnight(tz: ZoneInfo, day: date, now: datetime) -> datetime:
    """The first moment of a local day that is not past; where a gap swallows midnight, the first moment after it."""
    wall = datetime.combine(day, time(), tzinfo=tz)
    moment, again = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if moment.astimezone(tz).date() == day and moment.astimezone(tz).time() == time():
        return moment if moment >= now else again
    return _change(tz, again - timedelta(hours=3), moment + timedelta(hours=3))


def opening_for(window: Window, zone: str, now: datetime, key: str, closures: Closures = NONE) -> datetime:
    """As `next_allowed`, but a touch that must wait is spread over the window's first part by its key."""
    opens = next_allowed(window, zone, now, closures)
    if opens == now:
        return now
    room = min(SPREAD, timedelta(minutes=window.end - window.start) / 2)
    spread = opens + jitter(key, room)
    local = spread.astimezone(zone_of(zone))
    return spread if window.covers(local) and not closures.covers(local.date()) else opens


def jitter(key: str, span: timedelta) -> timedelta:
    """A stretch in [0, span) that depends on the key alone, so that nine o'clock is not a storm; whole seconds."""
    drawn = int.from_bytes(blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "big") / 2**64
    return timedelta(seconds=int(span.total_seconds() * drawn))


def date_moment(text: str, zone: str) -> datetime | None:
    """The moment that a date on record means: ISO 8601, a day being its first moment in the zone. None for none and for other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone))).astimezone(UTC)
