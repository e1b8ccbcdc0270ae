"""Reopening alerts by pages: an opening is opened, each person's own workflow decides, all are told."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.findings import Line, number
from bench.measures.touches import SERVER, WORKER
from bench.people import add_people, add_skill
from bench.runs import Run
from bench.stages import PATIENCE, Stage
from domain.clocks import Clock
from storage.openings import NewOpening
from workflows.names import opening_workflow_id

FLOOR_TIMES = 3.0
EVENTS_A_HUNDRED = 7
OPENING, SKILL = "alerted", "measuring"
OFFICE_HOUR = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""Ten o'clock on a Tuesday in the people's zone: alerts keep office hours."""
ALMOST_ONE = 1.000001
"""A speed that is not 1, so that the shifted clock travels with every order."""
SLOWEST = 15.0
"""Alerts a second below which the measurement is given up."""
LOOK_EVERY = 1.0
FEWEST = 500
ALERTS_A_TOUCH = 0.3
"""Alerts that surely leave in the time of a touch: each starts a workflow as well, and other work may come. Fewer are sent where
time is short."""


async def measure(run: Run) -> list[Line]:
    """From `open` until the last alert has left; people are on record, and their workflows are started by the signal."""
    floor = await run.floor()
    count = min(run.sizes.alerts, max(FEWEST, round(run.left * run.capacity * ALERTS_A_TOUCH)))
    async with run.place.stage() as stage:
        await _begin_story(stage)
        await asyncio.to_thread(add_people, stage.engine, "x", count)
        await asyncio.to_thread(add_skill, stage.engine, "x", count, SKILL)
        await stage.keepwarm.add_opening(NewOpening(OPENING, "Tester", must_have=[SKILL], owner="Dana"))
        await stage.start_worker(WORKER)
        before, began = stage.cost(), time.monotonic()
        await stage.keepwarm.move_opening(OPENING, "open")
        wrong, looks = await _watch(stage, count)
        spent, lasted = stage.cost() - before, time.monotonic() - began
        told = await stage.rows("select count(*) from opening_matches where outcome = 'told'")
        events = len((await stage.client.get_workflow_handle(opening_workflow_id(OPENING)).fetch_history()).events)
    each = 1_000 * spent.of(WORKER, SERVER) / count
    parts = ", ".join(f"{name} {number(1_000 * spent.of(name) / count)} ms" for name in (WORKER, SERVER, "PostgreSQL"))
    return [
        Line(
            f"CPU of an alert of {number(count)}, worker + Temporal", each, "ms", floor.process, "floor",
            times_control=FLOOR_TIMES, note=f"{parts}; {number(count / lasted)} a second. Pages carry the signals; each person's "
            "own workflow is started, decides, and sends: what is certain for each costs what pages of recipients would not",
        ),
        Line("events of the opening for 100 people", 100 * events / count, at_most=EVENTS_A_HUNDRED, note=f"{events} in all"),
        Line("people not told", count - told[0][0], at_most=0),
        Line("looks at which progress was wrong", wrong, at_most=0, note=f"of {looks}, against the rows on record"),
    ]  # fmt: skip


async def _begin_story(stage: Stage) -> None:
    clock = Clock(datetime.now(UTC), OFFICE_HOUR, ALMOST_ONE)
    value = {"real_anchor": clock.real_anchor, "story_anchor": clock.story_anchor, "speed": clock.speed}
    with stage.engine.begin() as connection:
        connection.execute(
            text("insert into controls (name, value) values ('clock', cast(:value as jsonb)) "
                 "on conflict (name) do update set value = excluded.value"),
            {"value": json.dumps(value, default=datetime.isoformat)},
        )  # fmt: skip
        connection.execute(
            text("update consent_log set at = cast(:at as timestamptz)"), {"at": OFFICE_HOUR - timedelta(days=1)}
        )


async def _watch(stage: Stage, count: int) -> tuple[int, int]:
    """Wait until all have been told; at how many looks progress was wrong, and how many there were.

    Progress is right when it never goes back, never says more than the rows announced so far, and says all at the end.
    """
    handle = stage.client.get_workflow_handle(opening_workflow_id(OPENING))
    deadline = time.monotonic() + PATIENCE + count / SLOWEST
    considered = wrong = looks = 0
    while len(stage.arrivals()) < count and time.monotonic() < deadline:
        said = await handle.query("progress")
        rows = await stage.rows("select count(*) from opening_matches where outcome <> 'matched'")
        wrong += not considered <= said["considered"] <= rows[0][0]
        considered, looks = said["considered"], looks + 1
        await asyncio.sleep(LOOK_EVERY)
    said = await handle.query("progress")
    wrong += said["considered"] != count or said["announcing"]
    await asyncio.sleep(1)
    return wrong, looks + 1
