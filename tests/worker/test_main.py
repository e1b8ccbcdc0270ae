"""How the worker process comes to its end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from temporalio.worker import Worker

from worker.main import stop


class Stopping:
    """A worker that ends when it is told to; with `ending`, once that is set; with `failing`, by that."""

    def __init__(self, ending: asyncio.Event | None = None, failing: Exception | None = None) -> None:
        self._ending = ending
        self._failing = failing
        self._told = asyncio.Event()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        if self._failing:
            self._ended.set()
            raise self._failing
        await self._told.wait()
        if self._ending:
            await self._ending.wait()
        self._ended.set()

    async def shutdown(self) -> None:
        self._told.set()
        await self._ended.wait()


async def end(*stopping: Stopping) -> tuple[list[Any], list[asyncio.Task[None]]]:
    """What was logged while they were stopped, and their tasks."""
    running = [asyncio.create_task(one.run()) for one in stopping]
    with capture_logs() as logged:
        await stop(cast(list[Worker], stopping), running, timedelta(seconds=0.2))
    return logged, running


async def test_workers_that_end_are_waited_for() -> None:
    logged, running = await end(Stopping(), Stopping())
    assert logged == []
    assert all(task.done() and not task.cancelled() for task in running)


async def test_one_that_never_ends_holds_nobody_up() -> None:
    logged, (never, ended) = await end(Stopping(ending=asyncio.Event()), Stopping())
    assert {line["event"] for line in logged} == {"a worker did not come to its end in time"}
    assert ended.done()
    with pytest.raises(asyncio.CancelledError):
        await never


async def test_what_a_worker_failed_with_is_told() -> None:
    with pytest.raises(ValueError, match="no such namespace"):
        await end(Stopping(failing=ValueError("no such namespace")), Stopping())
