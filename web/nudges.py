"""Telling the intake that something was stored: behind the answer, many at once, and again for as long as Temporal is away."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from temporalio.service import RPCError

from storage import received
from web.sites import DoorClosed, Site

REST = 0.3
"""Seconds between two signals: a storm of webhooks is a few signals a second."""
TELL_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until Temporal is tried again: doubled each time, from the first to the longest."""
log = structlog.get_logger(__name__)


class Nudger:
    """One in each web process. What is stored and was not told of when a process died is told of by the next one that starts."""

    def __init__(self, site: Site, *, rest: float = REST, first_pause: float = FIRST_PAUSE) -> None:
        self._site = site
        self._rest = rest
        self._first_pause = first_pause
        self._waiting = asyncio.Event()

    def nudge(self) -> None:
        """Something was stored. Returns at once."""
        self._waiting.set()

    async def run(self) -> None:
        """Until cancelled."""
        if await run_in_threadpool(self._any_waits):
            self.nudge()
        else:
            await self._open()
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            await self._tell()
            await asyncio.sleep(self._rest)

    async def _open(self) -> None:
        """Open the door before anybody waits behind it: the first connection takes a moment of this process' time."""
        with suppress(DoorClosed, RPCError, TimeoutError):
            async with asyncio.timeout(TELL_SECONDS):
                await self._site.door.check()

    async def _tell(self) -> None:
        pause = self._first_pause
        while True:
            try:
                async with asyncio.timeout(TELL_SECONDS):
                    await self._site.door.nudge_intake()
            except (DoorClosed, RPCError, TimeoutError) as error:
                log.warning("intake not told; what came in is stored and waits", why=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    def _any_waits(self) -> bool:
        try:
            with self._site.engine.connect() as connection:
                return received.any_waits(connection)
        except SQLAlchemyError:
            return True  # nobody knows; to tell the intake for nothing costs nothing
