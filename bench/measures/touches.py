"""Timed touches: the run's own capacity, then what a touch costs and how late it is at 40 % of that, beside the lean control."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.controls.lean import LEAN_QUEUE, Lean
from bench.findings import Line, number, percentile
from bench.meters import Cost
from bench.people import Dues, add_people
from bench.runs import Run
from bench.stages import PATIENCE, BenchError, Stage, until
from worker.main import CACHED_WORKFLOWS

WHY = (
    "Why more: the lean activity does nothing, ours passes the gates and writes the ledger in two transactions, builds a mail and hands it "
    "over; and the server indexes the next touch, a week on, for operators to search by"
)
SHARE = 0.4
"""Of the capacity: a day's load, not a storm."""
TIMES_LEAN = 1.25
LATE_P99, LATE_MOST = 1.0, 3.0
"""Seconds."""
STARTS_A_SECOND = 40
"""Workflows started a second, at the least, here or on a slower machine: touches fall due when all have been."""
SETTLING = timedelta(seconds=4)
"""From the last start until the server has written its indexes and caches are warm."""
QUIET_SECONDS, QUIET_SHARE = 0.5, 0.15
IN_FLIGHT = 25
WORKER, SERVER = "worker", "Temporal"


@dataclass(frozen=True, slots=True)
class Timed:
    """A steady stretch: CPU per touch in milliseconds, by process, and how late each was in seconds."""

    milliseconds: dict[str, float]
    lateness: list[float]

    @property
    def per_touch(self) -> float:
        """Worker and server."""
        return self.milliseconds[WORKER] + self.milliseconds[SERVER]


async def measure(run: Run) -> list[Line]:
    """Product first, since its capacity sets the rate for both."""
    async with run.place.stage() as stage:
        await stage.start_worker(WORKER)
        capacity = run.capacity = await find_capacity(stage, run.sizes.burst)
        seconds = run.sizes.timed.total_seconds()
        count = min(round(SHARE * capacity * seconds), run.sizes.most_timed)
        apart = timedelta(seconds=seconds / count)
        ours = await _product(stage, count, apart)
    async with run.place.stage() as stage:
        lean = await _lean(stage, count, apart)
    rate = f"{count} touches at {number(count / seconds)} a second; this run's capacity: {number(capacity)} a second"
    return [
        Line(
            "CPU of a timed touch, worker + Temporal", ours.per_touch, "ms", lean.per_touch, "lean", times_control=TIMES_LEAN,
            note=f"{rate}. Ours: {_said(ours)}; lean: {_said(lean)}. {WHY}",
        ),
        Line(
            "lateness, 99th percentile", percentile(ours.lateness, 0.99), "s", percentile(lean.lateness, 0.99), "lean",
            at_most=LATE_P99, note=f"median {number(percentile(ours.lateness, 0.5))} s, lean "
            f"{number(percentile(lean.lateness, 0.5))} s",
        ),
        Line("lateness, the most", max(ours.lateness), "s", max(lean.lateness), "lean", at_most=LATE_MOST),
    ]  # fmt: skip


def _said(timed: Timed) -> str:
    return ", ".join(f"{name} {number(spent)} ms" for name, spent in timed.milliseconds.items())


async def find_capacity(stage: Stage, count: int) -> float:
    """Touches a second, of this many due at one moment, until worker and server have done with all of them.

    Not until the last mail: what follows a mail in its workflow waits behind the other mails of a burst.
    """
    first = await start_people(stage, "burst", count, timedelta(0))
    await _from(stage, first)
    began = time.time()
    await stage.until_arrived(count)
    return count / (await until_quiet(stage) - began)


async def until_quiet(stage: Stage) -> float:
    """Wait until worker and server rest; when the first stretch began in which they hardly used a core. Raises BenchError."""
    before, deadline = stage.cost(), time.time() + PATIENCE
    while time.time() < deadline:
        began = time.time()
        await asyncio.sleep(QUIET_SECONDS)
        after = stage.cost()
        if (after - before).of(WORKER, SERVER) < QUIET_SHARE * QUIET_SECONDS:
            return began
        before = after
    raise BenchError(f"worker and server did not come to rest within {PATIENCE:.0f} s")


async def start_people(stage: Stage, prefix: str, count: int, apart: timedelta) -> float:
    """People with their first touch due one after the other, their workflows started; when the first is due, by `time.time()`."""
    first = datetime.now(UTC) + timedelta(seconds=count / STARTS_A_SECOND) + SETTLING
    await asyncio.to_thread(add_people, stage.engine, prefix, count, Dues(first, apart))
    await stage.keepwarm.start_candidates()
    return first.timestamp()


async def _product(stage: Stage, count: int, apart: timedelta) -> Timed:
    before = len(stage.arrivals())
    first = await start_people(stage, "timed", count, apart)
    begun = await _from(stage, first)
    await stage.until_arrived(before + count, within=count * apart.total_seconds() + PATIENCE)
    spent = await _spent(stage, begun)
    late = await stage.rows(
        "select extract(epoch from handed_over_at - due) from ledger where candidate_id like 'timed%' and state = 'accepted'"
    )
    return _timed(spent, count, [float(row[0]) for row in late])


async def _lean(stage: Stage, count: int, apart: timedelta) -> Timed:
    notes = await start_lean_worker(stage)
    first = time.time() + count / STARTS_A_SECOND + SETTLING.total_seconds()
    far = timedelta(days=7).total_seconds()
    dues = [first + number * apart.total_seconds() for number in range(count)]
    await start_lean(stage, [[due, due + far, due + 2 * far] for due in dues])
    begun = await _from(stage, first)
    await until_noted(notes, count, within=count * apart.total_seconds() + PATIENCE)
    spent = await _spent(stage, begun)
    return _timed(spent, count, [began - wanted for wanted, began in read_notes(notes)])


async def start_lean_worker(stage: Stage) -> Path:
    """The control's worker, under the product's name, with as much in memory and at once; the file with its notes."""
    notes = stage.folder / "lean.notes"
    address = f"127.0.0.1:{stage.temporal.port}"
    sizes = (str(CACHED_WORKFLOWS), str(stage.settings().worker_concurrency))
    command = stage.program("bench.controls.lean_worker", address, str(notes), *sizes, log="lean.log")
    await stage.start_polling(WORKER, command, {LEAN_QUEUE: "workflow"})
    return notes


async def start_lean(stage: Stage, dues: Sequence[list[float]], prefix: str = "lean") -> None:
    """One control workflow for each list of moments: `<prefix>-0` and on."""
    for first in range(0, len(dues), IN_FLIGHT):
        batch = list(enumerate(dues))[first : first + IN_FLIGHT]
        starts = (
            stage.client.start_workflow(Lean.run, due, id=f"{prefix}-{at}", task_queue=LEAN_QUEUE) for at, due in batch
        )
        await asyncio.gather(*starts)


def read_notes(notes: Path) -> list[tuple[float, float]]:
    """What the control's activities noted: wanted at, began at."""
    lines = notes.read_text(encoding="ascii").splitlines()
    return [(float(wanted), float(began)) for wanted, began in (line.split() for line in lines)]


async def until_noted(notes: Path, count: int, within: float = PATIENCE) -> None:
    """Wait for this many of the control's activities."""

    async def noted() -> bool:
        return len(read_notes(notes)) >= count

    await until(f"the control did nothing {count} times", noted, within)


async def _from(stage: Stage, moment: float) -> Cost:
    """What has been spent until shortly before a moment."""
    await asyncio.sleep(max(0.0, moment - 0.2 - time.time()))
    return stage.cost()


async def _spent(stage: Stage, begun: Cost) -> Cost:
    await asyncio.sleep(1)  # the last workflow tasks end after the last mail
    return stage.cost() - begun


def _timed(spent: Cost, count: int, lateness: list[float]) -> Timed:
    names = (WORKER, SERVER, "PostgreSQL")
    return Timed({name: 1_000 * spent.of(name) / count for name in names}, lateness)
