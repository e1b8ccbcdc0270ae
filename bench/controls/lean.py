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
        self._timer: asyncio.Task[None] | None = None

    @workflow.run
    async def run(self, dues: list[float]) -> None:
        """`dues` are moments in seconds since 1970, in order. Never ends."""
        while True:
            if dues and self._timer is None:
                span = max(0.001, dues[0] - workflow.now().timestamp())
                self._timer = asyncio.create_task(workflow.sleep(span))
            await workflow.wait_condition(lambda: bool(self._poked) or self._is_due())
            if self._poked:
                await self._do_nothing(self._poked.pop(0))
            if self._is_due():
                self._timer = None
                await self._do_nothing(dues.pop(0))

    def _is_due(self) -> bool:
        return self._timer is not None and self._timer.done()

    async def _do_nothing(self, wanted_at: float) -> None:
        await workflow.execute_activity("do_nothing", wanted_at, start_to_close_timeout=NOTHING_TIMEOUT)

    @workflow.signal
    def poke(self, at: float) -> None:
        """Do nothing once more."""
        self._poked.append(at)
