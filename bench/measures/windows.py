"""Local time: every zone, three days around each of its clock changes, every weekday mask, against an oracle that asks the clock."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bench.findings import Line, number
from bench.runs import Run
from domain.windows import Window, next_allowed

MASKS = [f"{number:07b}" for number in range(1, 128)]
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
AROUND = timedelta(days=3)
AHEAD = timedelta(days=9)
"""From three days after a change a whole week still lies ahead, so that every mask finds its day."""
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WallClock:
    """What a zone's clock shows minute by minute from `begin` on: (weekday, minute of the day) pairs, found by asking it."""

    begin: datetime
    shown: list[tuple[int, int]]

    def first_inside(self, window: Window, now: datetime) -> datetime:
        """The first moment at or after `now` inside the window: `now` itself, or a whole minute."""
        after = (now - self.begin) / MINUTE
        at = int(after)
        while True:
            weekday, minute = self.shown[at]
            if window.days[weekday] == "1" and window.start <= minute < window.end:
                return max(now, self.begin + at * MINUTE)
            at += 1


async def measure(run: Run) -> list[Line]:
    """Pure computation, in a thread so that servers are not kept waiting."""
    return await asyncio.to_thread(_measure, run.sizes.every_zone)


def _measure(every: int) -> list[Line]:
    chance = random.Random(2028)
    zones = sorted(available_timezones() - {"localtime"})[::every]
    found, changes, spent = Counter[bool](), 0, 0.0
    for zone in zones:
        for change in _changes(ZoneInfo(zone)) or [FROM + (UNTIL - FROM) / 2]:
            changes += 1
            clock = _read_clock(ZoneInfo(zone), change)
            for mask in MASKS:
                window, now = _drawn_window(chance, mask), _drawn_moment(chance, change)
                expected = clock.first_inside(window, now)
                began = time.perf_counter()
                answer = next_allowed(window, zone, now)
                spent += time.perf_counter() - began
                found[answer == expected] += 1
    tried = found.total()
    note = f"{number(tried)} answers over {len(zones)} zones, {number(changes)} changes of {FROM.year} and {UNTIL.year - 1}, "
    return [
        Line("wrong answers", found[False], at_most=0, note=f"{note}{len(MASKS)} masks at each"),
        Line("time of an answer", 1e6 * spent / tried, "µs"),
    ]


def _changes(zone: ZoneInfo) -> Iterator[datetime] | list[datetime]:
    """Whole hours in which the offset changes."""
    found, low = [], FROM
    while low < UNTIL:
        high = low + DAY
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            found.append(next(low + n * HOUR for n in range(24) if _differs(zone, low + n * HOUR)))
        low = high
    return found


def _differs(zone: ZoneInfo, hour: datetime) -> bool:
    return hour.astimezone(zone).utcoffset() != (hour + HOUR).astimezone(zone).utcoffset()


def _read_clock(zone: ZoneInfo, change: datetime) -> WallClock:
    """The zone's clock over the days that an answer may lie in."""
    begin = change - AROUND - HOUR
    shown = []
    for at in range(int((AROUND + AROUND + AHEAD + 2 * HOUR) / MINUTE)):
        local = (begin + at * MINUTE).astimezone(zone)
        shown.append((local.weekday(), local.hour * 60 + local.minute))
    return WallClock(begin, shown)


def _drawn_window(chance: random.Random, mask: str) -> Window:
    """Half of them the office's, half any."""
    if chance.random() < 0.5:
        return Window(mask)
    start = chance.randrange(0, 1440)
    return Window(mask, start, chance.randrange(start + 1, 1441))


def _drawn_moment(chance: random.Random, change: datetime) -> datetime:
    """Half of them within two hours of the change."""
    around = AROUND if chance.random() < 0.5 else 2 * HOUR
    return change + timedelta(seconds=chance.randrange(int(-around.total_seconds()), int(around.total_seconds())))
