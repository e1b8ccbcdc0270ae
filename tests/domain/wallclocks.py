"""What wall clocks show, found the slow way: the oracle that windows and caps are measured against.

A zone is cut into stretches of one offset by looking at it every hour and closing in on each change to the second. Inside a
stretch local time is plain addition, so gaps and folds need no rules here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.windows import Caps, Window

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """UTC moments [begin, end) during which a zone keeps one offset."""

    begin: datetime
    end: datetime
    offset: timedelta


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    """The zone's offset at a UTC moment."""
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def change_between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second of the new offset, where `low` and `high` (whole seconds) differ by one change."""
    old = offset_at(zone, low)
    while high - low > SECOND:
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if offset_at(zone, middle) == old else (low, middle)
    return high


def changes(zone: ZoneInfo, begin: datetime, end: datetime, look_every: timedelta) -> list[datetime]:
    """Every change of offset in between; two changes nearer to each other than `look_every` may hide."""
    found, low = [], begin
    while low < end:
        high = min(low + look_every, end)
        if offset_at(zone, low) != offset_at(zone, high):
            found.append(change_between(zone, low, high))
        low = high
    return found


def stretches(zone: ZoneInfo, begin: datetime, end: datetime) -> list[Stretch]:
    """The stretches that make up [begin, end)."""
    begin = begin.replace(microsecond=0)
    edges = [begin, *changes(zone, begin, end, HOUR), end]
    return [Stretch(low, high, offset_at(zone, low)) for low, high in pairwise(edges) if low < high]


def first_moment_inside(window: Window, known: list[Stretch], now: datetime) -> datetime:
    """The earliest moment at or after `now` at which the wall clock stands inside the window."""
    for begin, end, day in local_days(known, now):
        if window.days[day.weekday()] == "0":
            continue
        offset = next(s.offset for s in known if s.begin <= begin < s.end)
        midnight = datetime.combine(day, time(), tzinfo=UTC) - offset
        opens = max(begin, midnight + timedelta(minutes=window.start))
        if opens < min(end, midnight + timedelta(minutes=window.end)):
            return opens
    raise AssertionError("the known stretches end before the window opens")


def local_days(known: list[Stretch], now: datetime) -> Iterator[tuple[datetime, datetime, date]]:
    """Pieces (begin, end, local date) from `now` on, in the order in which they happen; a date may come twice or not at all."""
    for stretch in known:
        begin = max(stretch.begin, now)
        while begin < stretch.end:
            day = (begin + stretch.offset).date()
            midnight = datetime.combine(day + DAY, time(), tzinfo=UTC) - stretch.offset
            end = min(midnight, stretch.end)
            yield begin, end, day
            begin = end


def keeps_caps(caps: Caps, days: list[date], day: date) -> bool:
    """Whether one more message on `day`, after those on `days`, keeps that day and every seven days around it within the caps."""
    weeks = [day - back * DAY for back in range(7)]
    return days.count(day) < caps.per_day and all(
        sum(first <= d < first + 7 * DAY for d in days) < caps.per_week for first in weeks
    )


def first_moment_uncapped(caps: Caps, known: list[Stretch], sent: list[datetime], now: datetime) -> datetime:
    """The earliest moment at or after `now` at which one more message keeps the caps."""
    days = [local_date(known, moment) for moment in sent]
    for begin, _, day in local_days(known, now):
        if keeps_caps(caps, days, day):
            return begin
    raise AssertionError("the known stretches end before the caps allow a message")


def local_date(known: list[Stretch], moment: datetime) -> date:
    """What the calendar on the wall shows."""
    return next((moment + s.offset).date() for s in known if s.begin <= moment < s.end)
