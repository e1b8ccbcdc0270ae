"""kill -9 of the worker in the middle of hundreds of sends: what was sent twice, what is unaccounted for, how soon work goes on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text

from bench.controls import poller
from bench.findings import Line, number
from bench.measures.touches import WORKER, start_people
from bench.people import add_people
from bench.runs import Run
from bench.stages import Stage, until

RESUMED_SECONDS = 20.0
POLLER = "poller"
LOOK_AGAIN = 0.02


@dataclass(slots=True)
class Killed:
    """What several kills did. `at` are their moments, `under_way` the touches that each found claimed or handed over."""

    twice: int = 0
    missing: int = 0
    in_doubt: int = 0
    at: list[float] = field(default_factory=list)
    under_way: list[list[str]] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    held_up: float = 0.0
    held_up_last: float = 0.0


async def measure(run: Run) -> list[Line]:
    """All touches due at one moment; a kill at each equal part of the mails that arrive; another worker started at once."""
    count, kills = run.sizes.killed_touches, run.sizes.kills
    async with run.place.stage() as stage:
        ours = await _product(stage, count, kills)
        concurrency = stage.settings().worker_concurrency
    async with run.place.stage(temporal=False) as stage:
        theirs = await _poller(stage, count, kills)
    what = f"of {count}, {kills} kills"
    known = f"under way at the kills: {', '.join(str(len(keys)) for keys in ours.under_way)}"
    return [
        Line(f"sent twice, {what}", ours.twice, "", theirs.twice, "poller", at_most=0),
        Line("unreported (neither sent nor named as in doubt)", ours.missing, "", theirs.missing, "poller", at_most=0),
        Line("named as in doubt", ours.in_doubt, at_most=kills * concurrency, note=known),
        Line(
            "until mails leave again, the longest", max(ours.silences), "s", max(theirs.silences), "poller",
            at_most=RESUMED_SECONDS,
        ),
        Line(
            "until what the last kill found under way was settled", ours.held_up_last, "s", at_most=RESUMED_SECONDS,
            note=f"an attempt to send is given 15 s; {number(ours.held_up)} s at the longest after any kill, when others followed",
        ),
    ]  # fmt: skip


async def _product(stage: Stage, count: int, kills: int) -> Killed:
    found = Killed()
    await stage.start_worker(WORKER)
    await start_people(stage, "k", count, timedelta(0))

    async def look() -> None:
        rows = await stage.rows("select touch_key from ledger where state in ('claimed', 'handed_over')")
        found.under_way.append([row[0] for row in rows])

    async def again() -> None:
        await stage.spawn_worker(WORKER)

    await _kill_at_parts(stage, WORKER, count, kills, found, look, again)

    async def settled() -> bool:
        rows = await stage.rows(
            "select count(*) from ledger where state in ('accepted', 'unknown', 'failed', 'skipped')"
        )
        return bool(rows[0][0] >= count)

    await until(f"all of {count} touches settled", settled)
    await asyncio.sleep(1)
    rows = await stage.rows(
        "select touch_key, message_id, state, extract(epoch from coalesce(settled_at, now())) from ledger"
    )
    copies = Counter(arrival.message_id for arrival in stage.arrivals())
    settled_at = {row[0]: float(row[3]) for row in rows}
    found.twice = sum(number > 1 for number in copies.values())
    found.in_doubt = sum(row[2] == "unknown" for row in rows)
    told = [row for row in rows if row[2] in ("unknown", "failed", "skipped") or copies[row[1]]]
    found.missing = count - len(told)
    waits = [
        [settled_at[key] - moment for key in keys] for moment, keys in zip(found.at, found.under_way, strict=True)
    ]  # fmt: skip
    found.held_up = max((wait for after_one in waits for wait in after_one), default=0.0)
    found.held_up_last = max(waits[-1], default=0.0)
    found.silences = _silences(stage, found.at)
    return found


async def _poller(stage: Stage, count: int, kills: int) -> Killed:
    found = Killed()
    await asyncio.to_thread(add_people, stage.engine, "p", count)
    with stage.engine.begin() as connection:
        connection.execute(text(poller.MADE))

    async def again() -> None:
        await stage.spawn(POLLER, "bench.controls.poller", stage.database_url, str(stage.sink.port))

    async def nothing() -> None:
        return None

    await again()
    await _kill_at_parts(stage, POLLER, count, kills, found, nothing, again)

    async def settled() -> bool:
        return not await stage.rows("select 1 from poller_queue where state = 'due' limit 1")

    await until("the poller has sent all", settled)
    copies = Counter(arrival.message_id for arrival in stage.arrivals())
    found.twice = sum(number > 1 for number in copies.values())
    sent = await stage.rows("select candidate_id from poller_queue")
    found.missing = sum(not copies[poller.message_id(row[0])] for row in sent)
    found.silences = _silences(stage, found.at)
    return found


async def _kill_at_parts(
    stage: Stage, name: str, count: int, kills: int, found: Killed,
    look: Callable[[], Awaitable[None]], again: Callable[[], Awaitable[None]],
) -> None:  # fmt: skip
    """Kill when one, two … of `kills` + 1 equal parts have arrived, look at what is under way, and start another at once."""
    for kill in range(1, kills + 1):
        wanted = kill * count // (kills + 1)
        await stage.until_arrived(wanted, look_again=LOOK_AGAIN)
        found.at.append(time.time())
        await stage.kill(name)
        await look()
        await again()


def _silences(stage: Stage, kills: list[float]) -> list[float]:
    """From each kill to the first mail after it."""
    moments = [arrival.at for arrival in stage.arrivals()]
    return [min(moment for moment in moments if moment > kill + LOOK_AGAIN) - kill for kill in kills]
