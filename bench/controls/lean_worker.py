"""The worker of the control workflow: `python -m bench.controls.lean_worker ADDRESS FILE CACHED AT_ONCE`.

FILE gets a line for each activity: when it was wanted and when its code began, in seconds since 1970.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.controls.lean import LEAN_QUEUE, Lean


class Nothing:
    """The activity, and where it notes that it began."""

    def __init__(self, notes: TextIO) -> None:
        self._notes = notes

    @activity.defn
    async def do_nothing(self, wanted_at: float) -> None:
        """Begin and end."""
        self._notes.write(f"{wanted_at!r} {time.time()!r}\n")


async def work(address: str, notes: TextIO, cached: int, at_once: int) -> None:
    """Work until SIGTERM, with so many workflows in memory and so many activities at once."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    worker = Worker(
        await Client.connect(address),
        task_queue=LEAN_QUEUE,
        workflows=[Lean],
        activities=[Nothing(notes).do_nothing],
        max_cached_workflows=cached,
        max_concurrent_activities=at_once,
        workflow_task_executor=ThreadPoolExecutor(max_workers=8, thread_name_prefix="workflow"),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        await stopped.wait()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("a", buffering=1, encoding="ascii") as lines:
        asyncio.run(work(sys.argv[1], lines, int(sys.argv[3]), int(sys.argv[4])))
