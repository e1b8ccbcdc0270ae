"""A new opening against a large pool: whom it may fit, with the factors of each stored."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from statistics import median

from bench.findings import Line, number
from bench.people import add_large_pool
from bench.runs import Run
from bench.stages import Stage
from storage import matches, openings

MOST_SECONDS = 1.0
ROUNDS = 5
PAGE = 500
OPENINGS = 200


async def measure(run: Run) -> list[Line]:
    """The first page of each round matches everybody; the largest of several openings counts."""
    async with run.place.stage(temporal=False) as stage:
        began = time.monotonic()
        await asyncio.to_thread(add_large_pool, stage.engine, run.sizes.pool)
        filled = time.monotonic() - began
        timed = [await asyncio.to_thread(_match, stage, number) for number in range(1, ROUNDS + 1)]
    seconds = [spent for spent, _ in timed]
    found = ", ".join(number(matched) for _, matched in timed)
    return [
        Line(
            f"{number(run.sizes.pool)} candidates, the slowest of {ROUNDS} openings", max(seconds), "s", at_most=MOST_SECONDS,
            note=f"median {number(median(seconds))} s; {found} matched and stored; the pool was filled in {number(filled)} s",
        )
    ]  # fmt: skip


def _match(stage: Stage, opening: int) -> tuple[float, int]:
    """Seconds until the first page is there, and how many were matched."""
    name = f"o{opening * (OPENINGS // ROUNDS) - 3}"
    with stage.engine.begin() as connection:
        openings.set_status(connection, name, "open", 1)
    began = time.perf_counter()
    with stage.engine.begin() as connection:
        matches.page(connection, name, 1, "", PAGE, datetime.now(UTC))
    spent = time.perf_counter() - began
    with stage.engine.connect() as connection:
        return spent, sum(matches.counts(connection, name, 1).values())
