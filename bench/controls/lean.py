"""The control of every durable touch: a workflow that keeps one timer and runs one activity that does nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

LEAN_QUEUE = "lean"
NOTHING_TIMEOUT = timedelta(seconds=15)


@workflow.defn(name="Lean")
class Lean:
    """Waits for its moments and for signals; does nothing once for each."""

    def __init__(self) -> None:
        self._poked: list[float] = []

    @workflow.run
    async def run(self, dues: list[float]) -> None:
        """`dues` are moments in seconds since 1970, in order. Never ends."""
        timer: asyncio.Task[None] | None = None
        while True:
            if dues and timer is None:
                timer = asyncio.create_task(workflow.sleep(max(0.001, dues[0] - workflow.now().timestamp())))
            await workflow.wait_condition(lambda: bool(self._poked) or (timer is not None and timer.done()))
            if self._poked:
                await self._do_nothing(self._poked.pop(0))
            if timer and timer.done():
                timer = None
                await self._do_nothing(dues.pop(0))

    async def _do_nothing(self, wanted_at: float) -> None:
        await workflow.execute_activity("do_nothing", wanted_at, start_to_close_timeout=NOTHING_TIMEOUT)

    @workflow.signal
    def poke(self, at: float) -> None:
        """Do nothing once more."""
        self._poked.append(at)
