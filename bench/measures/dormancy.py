"""People for whom nothing happens for now: what they cost in CPU while they wait, and in memory of the worker that holds them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.findings import Line, number
from bench.measures.touches import SERVER, WORKER, start_lean, start_lean_worker
from bench.meters import resident_megabytes
from bench.people import Dues, add_people
from bench.runs import Run, Sizes
from bench.stages import Stage
from worker.main import CACHED_WORKFLOWS

MOST_SERVER, MOST_WORKER = 2.0, 0.1
"""Per cent of a core."""
MOST_MEGABYTES, TIMES_LEAN = 150.0, 1.3
WHY = (
    "Why more: the database driver, SQLAlchemy, the templates and the providers take some 65 MB before the first person, "
    "and a relationship holds more than a timer: plan, promises, what was sent, why"
)
LOOK = 3.0
"""Seconds between two looks at whether the worker still takes in those who were started."""
QUIET = 0.02
"""Share of a core below which nothing is taken in any more."""
LOOKS = 60
NEXT_TOUCH = timedelta(days=90)
APART = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rest:
    """CPU in per cent of a core while nothing happened, and the worker's memory before, after the first and after all starts."""

    worker: float
    server: float
    empty: float
    some: float
    all: float


async def measure(run: Run) -> list[Line]:
    """Each person waits with an open timer for a touch months ahead. Ours and the control at the same time, on servers of their own."""
    ours, lean = await asyncio.gather(_product(run), _lean(run))
    some, everybody, seconds = (
        run.sizes.dormant_candidates,
        run.sizes.open_candidates,
        run.sizes.dormant.total_seconds(),
    )
    per_cent = "% of a core"
    return [
        Line(
            f"worker memory, {number(everybody)} open candidates", ours.all, "MB", lean.all, "lean", at_most=MOST_MEGABYTES,
            times_control=TIMES_LEAN, note=f"ours: {_said(ours, some)}; lean: {_said(lean, some)}. {WHY}",
        ),
        Line(
            f"Temporal's CPU, {number(some)} dormant", ours.server, per_cent, lean.server, "lean", at_most=MOST_SERVER,
            note=f"over {number(seconds)} s",
        ),
        Line(f"worker's CPU, {number(some)} dormant", ours.worker, per_cent, lean.worker, "lean", at_most=MOST_WORKER),
    ]  # fmt: skip


async def _product(run: Run) -> Rest:
    async with run.place.stage() as stage:
        await stage.start_worker(WORKER)
        return await _rest(stage, run.sizes, lambda first, count: _start_people(stage, first, count))


async def _lean(run: Run) -> Rest:
    async with run.place.stage() as stage:
        await start_lean_worker(stage)
        return await _rest(stage, run.sizes, lambda first, count: _start_lean(stage, first, count))


def _said(rest: Rest, some: int) -> str:
    return f"{number(rest.empty)} MB with nobody, {number(rest.some)} MB with {number(some)} (a worker keeps {number(CACHED_WORKFLOWS)})"


async def _rest(stage: Stage, sizes: Sizes, begin: Callable[[int, int], Awaitable[None]]) -> Rest:
    pid, some = stage.pid(WORKER), sizes.dormant_candidates
    empty = resident_megabytes(pid)
    await begin(0, some)
    await _until_quiet(stage)
    held = resident_megabytes(pid)
    before, began = stage.cost(), time.monotonic()
    await asyncio.sleep(sizes.dormant.total_seconds())
    spent, lasted = stage.cost() - before, time.monotonic() - began
    await begin(some, sizes.open_candidates - some)
    await _until_quiet(stage)
    return Rest(
        worker=100 * spent.of(WORKER) / lasted,
        server=100 * spent.of(SERVER) / lasted,
        empty=empty,
        some=held,
        all=resident_megabytes(pid),
    )


async def _until_quiet(stage: Stage) -> None:
    """Wait until everybody's workflow has begun to wait: the starts are acknowledged long before the worker has taken them in."""
    for _ in range(LOOKS):
        before = stage.cost()
        await asyncio.sleep(LOOK)
        if (stage.cost() - before).of(WORKER) < QUIET * LOOK:
            return
    raise TimeoutError("the worker does not come to rest; is something polling?")


async def _start_people(stage: Stage, first: int, count: int) -> None:
    dues = Dues(datetime.now(UTC) + NEXT_TOUCH, APART)
    await asyncio.to_thread(add_people, stage.engine, f"d{first}-", count, dues)
    await stage.keepwarm.start_candidates()


async def _start_lean(stage: Stage, first: int, count: int) -> None:
    due = (datetime.now(UTC) + NEXT_TOUCH).timestamp()
    await start_lean(stage, [[due + at * APART.total_seconds()] for at in range(count)], prefix=f"lean{first}")
