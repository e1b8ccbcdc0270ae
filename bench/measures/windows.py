"""Local time: every zone, three days around each of its clock changes, every weekday mask, against an oracle that asks the clock."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
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


@dataclass(frozen=True, slots=True)
class Tried:
    """What a share of the zones came to; the seconds are those of the product's answers."""

    answers: int
    wrong: int
    changes: int
    seconds: float


async def measure(run: Run) -> list[Line]:
    """Pure computation: each core takes a share of the zones."""
    zones = sorted(available_timezones() - {"localtime"})[:: run.sizes.every_zone]
    loop, shares = asyncio.get_running_loop(), os.cpu_count() or 1
    with ProcessPoolExecutor(shares, multiprocessing.get_context("spawn")) as cores:
        tries = [loop.run_in_executor(cores, try_zones, zones[share::shares]) for share in range(shares)]
        tried = [await one for one in tries]
    wrong, answers = sum(one.wrong for one in tried), sum(one.answers for one in tried)
    changes = number(sum(one.changes for one in tried))
    return [
        Line(
            "wrong answers", wrong, at_most=0, note=f"{number(answers)} answers over {len(zones)} zones, {changes} changes of "
            f"{FROM.year} and {UNTIL.year - 1}, {len(MASKS)} masks at each",
        ),
        Line("time of an answer", 1e6 * sum(one.seconds for one in tried) / answers, "µs"),
    ]  # fmt: skip


def try_zones(zones: list[str]) -> Tried:
    """Ask about every change of these zones; a zone without any is asked about the middle of the time."""
    chance = random.Random(2028)
    found, changes, spent = Counter[bool](), 0, 0.0
    for zone in zones:
        for change in _changes(ZoneInfo(zone)) or [FROM + (UNTIL - FROM) / 2]:
            changes += 1
            clock = read_clock(zone, change)
            for mask in MASKS:
                window, now = _drawn_window(chance, mask), _drawn_moment(chance, change)
                expected = clock.first_inside(window, now)
                began = time.perf_counter()
                answer = next_allowed(window, zone, now)
                spent += time.perf_counter() - began
                found[answer == expected] += 1
    return Tried(found.total(), found[False], changes, spent)


def _changes(zone: ZoneInfo) -> list[datetime]:
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


def read_clock(name: str, change: datetime) -> WallClock:
    """A zone's clock over the days around a change that an answer may lie in."""
    zone = ZoneInfo(name)
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
