"""How soon somebody who applies is acknowledged, when there is little else to do; beside a signal to the control's activity."""

from __future__ import annotations

import asyncio
import time

from bench.controls.lean import Lean
from bench.findings import Line, number, percentile
from bench.measures.touches import WORKER, read_notes, start_lean, start_lean_worker, until_noted
from bench.people import add_people
from bench.runs import Run
from bench.stages import Stage
from storage.openings import NewOpening

P99_MILLISECONDS = 500.0
PAUSE = 0.1
"""Seconds between two applications: a load far below what a worker can take."""
WARM_UP = 5
OPENING = "be-1"


async def measure(run: Run) -> list[Line]:
    """From before the call that applies (consent written, workflow signalled) to the ledger's hand-over, by the database's clock."""
    count = run.sizes.acknowledgments
    async with run.place.stage() as stage:
        await stage.start_worker(WORKER)
        ours = await _acknowledged(stage, count)
    async with run.place.stage() as stage:
        lean = await _poked(stage, count)
    lines = []
    for share, at_most in ((0.5, None), (0.99, P99_MILLISECONDS)):
        what = f"application to hand-over, {number(100 * share)}th percentile"
        lines.append(Line(what, percentile(ours, share), "ms", percentile(lean, share), "lean", at_most=at_most))
    lines.append(Line("the slowest", max(ours), "ms", max(lean), "lean", note=f"{count} people, one every {PAUSE} s"))
    return lines


async def _acknowledged(stage: Stage, count: int) -> list[float]:
    total = count + WARM_UP
    await asyncio.to_thread(add_people, stage.engine, "a", total)
    await stage.keepwarm.start_candidates()
    await stage.keepwarm.add_opening(NewOpening(OPENING, "Backend Engineer", "Berlin", owner="Dana"))
    await stage.keepwarm.move_opening(OPENING, "open")
    await asyncio.sleep(1)
    asked: dict[str, float] = {}
    for person in range(1, total + 1):
        began = time.time()
        asked[f"a{person}"] = began
        await stage.keepwarm.apply(f"a{person}", OPENING)
        await asyncio.sleep(max(0.0, PAUSE - (time.time() - began)))
    await stage.until_arrived(total)
    rows = await stage.rows(
        "select candidate_id, extract(epoch from handed_over_recorded_at) from ledger where template = 'received'"
    )
    taken = {row[0]: 1_000 * (float(row[1]) - asked[row[0]]) for row in rows}
    return [taken[f"a{person}"] for person in range(WARM_UP + 1, total + 1)]


async def _poked(stage: Stage, count: int) -> list[float]:
    notes = await start_lean_worker(stage)
    total = count + WARM_UP
    await start_lean(stage, [[] for _ in range(total)])
    await asyncio.sleep(1)
    for person in range(total):
        began = time.time()
        await stage.client.get_workflow_handle(f"lean-{person}").signal(Lean.poke, began)
        await asyncio.sleep(max(0.0, PAUSE - (time.time() - began)))
    await until_noted(notes, total)
    return [1_000 * (began - wanted) for wanted, began in read_notes(notes)[WARM_UP:]]
