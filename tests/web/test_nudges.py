"""The intake is told of what was stored: many at once, and again for as long as Temporal is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Engine

from storage import received
from tests.web.conftest import FakeDoor
from web.nudges import Nudger
from web.sites import Site

TOLD = {"signal": "received"}


@asynccontextmanager
async def running(site: Site) -> AsyncIterator[Nudger]:
    nudger = Nudger(site, rest=0.01, first_pause=0.01)
    task = asyncio.create_task(nudger.run())
    yield nudger
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(holds: Callable[[], bool], turn: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0.005)) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await turn()


def store(engine: Engine) -> None:
    with engine.begin() as connection:
        received.store(connection, received.IMAP, "k", "", {}, b"")


async def test_what_a_former_process_stored_is_told_of_at_the_start(site: Site, door: FakeDoor, engine: Engine) -> None:
    store(engine)
    async with running(site):
        await until(lambda: door.told == [TOLD])


async def test_where_nothing_waits_nobody_is_told(site: Site, door: FakeDoor, engine: Engine) -> None:
    async with running(site) as nudger:
        nudger.nudge()
        await until(lambda: bool(door.told))
    assert door.told == [TOLD]


async def test_a_storm_is_a_few_signals(site: Site, door: FakeDoor) -> None:
    async with running(site) as nudger:
        for _ in range(100):
            nudger.nudge()
        await until(lambda: bool(door.told))
        for _ in range(100):
            nudger.nudge()
        await until(lambda: len(door.told) == 2)
    assert len(door.told) == 2


async def test_while_temporal_is_away_it_is_told_once_it_is_back(site: Site, door: FakeDoor) -> None:
    door.closed = True
    tried = 0

    async def turn() -> None:
        nonlocal tried
        tried += 1
        await asyncio.sleep(0.005)

    async with running(site) as nudger:
        nudger.nudge()
        await until(lambda: tried > 10, turn)
        assert door.told == []
        door.closed = False
        await until(lambda: door.told == [TOLD])


async def test_while_the_database_is_away_at_the_start_it_is_told_for_safety(site: Site, door: FakeDoor) -> None:
    with site.engine.begin() as connection:
        connection.exec_driver_sql("alter table received rename to received_away")
    async with running(site):
        await until(lambda: door.told == [TOLD])
