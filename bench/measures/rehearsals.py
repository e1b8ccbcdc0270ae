"""A year of a journey rehearsed over a pool: everybody read from the database and lived ahead by the production core."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.findings import Line, number
from bench.people import add_people
from bench.runs import Run
from bench.stages import Stage
from domain.rehearsals import Habits
from starter.rehearsals import Rehearsal, Wish
from starter.rehearsals import run as rehearse
from templates.journeys import FOLDER, compact_plan, load_journey

MOST_SECONDS = 60.0
PEOPLE = 5000
DAYS = 365
JOURNEY = "passive-prospect"


async def measure(run: Run) -> list[Line]:
    """Everybody enters now, and eight of a hundred messages are answered."""
    people = min(PEOPLE, run.sizes.pool)
    plan = compact_plan(load_journey(FOLDER / JOURNEY), 1)
    async with run.place.stage(temporal=False) as stage:
        await asyncio.to_thread(add_people, stage.engine, "r", people)
        made = await asyncio.to_thread(_rehearse, stage, plan)
    return [
        Line(
            f"{DAYS} days for {number(people)} people", made.seconds, "s", at_most=MOST_SECONDS,
            note=f"{number(made.totals.sent)} messages; the process holds {number(made.megabytes)} MB",
        )
    ]  # fmt: skip


def _rehearse(stage: Stage, plan: dict[str, Any]) -> Rehearsal:
    with stage.engine.connect() as connection:
        return rehearse(connection, stage.settings(), Wish(DAYS, plan, habits=Habits(replies=0.08)))
