"""The process that runs workflows and activities: `keepwarm worker`. Scale out by starting more of them."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
import uvloop
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from config.settings import Settings
from config.temporal import connect
from worker.wiring import Wiring, wire
from workflows.candidates import Candidate
from workflows.intake import Intake
from workflows.names import QUEUE, SEND_QUEUE
from workflows.openings import Opening
from workflows.signups import Signup

GRACE = timedelta(seconds=25)
"""After SIGTERM, sends under way are given this long: more than one attempt's time-out."""
PATIENCE = timedelta(seconds=5)
"""How much longer a worker may take to come to its end. The SDK's may never, where a workflow is terminated in that very moment (seen
with 1.35); leaving then loses nothing, since Temporal gives to another what nobody answers."""
CACHED_WORKFLOWS = 1_000
"""Workflows kept in memory, 95 kB each; more than are awake at once, since a small cache doubles the cost of a touch."""
RUNNER = UnsandboxedWorkflowRunner()
"""No sandbox where the product works: it would take 85 kB of every workflow in memory and an eighth of a worker's CPU, to look for
clocks and randomness in two small files. The tests run the same workflows in it, and the checks ban those names there."""
log = structlog.get_logger(__name__)


def make_workers(client: Client, wiring: Wiring, settings: Settings) -> list[Worker]:
    """One worker for decisions and facts, one for everything that leaves, with its own rate."""
    decisions = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Candidate, Opening, Intake, Signup],
        activities=wiring.light_activities,
        max_cached_workflows=CACHED_WORKFLOWS,
        max_concurrent_activities=settings.worker_concurrency,
        workflow_task_executor=ThreadPoolExecutor(max_workers=8, thread_name_prefix="workflow"),
        workflow_runner=RUNNER,
        graceful_shutdown_timeout=GRACE,
    )
    sends = Worker(
        client,
        task_queue=SEND_QUEUE,
        activities=wiring.send_activities,
        max_concurrent_activities=settings.worker_concurrency,
        max_task_queue_activities_per_second=settings.send_rate,
        graceful_shutdown_timeout=GRACE,
    )
    return [decisions, sends]


def work(settings: Settings) -> None:
    """The whole process, on a loop in C: sending is mostly sockets, and costs a sixth less on it."""
    uvloop.run(run(settings))


async def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; then finish what is under way. Raises SettingsError where something is not set."""
    client = await connect(settings)
    wiring = wire(settings, client)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    workers = make_workers(client, wiring, settings)
    running = [asyncio.create_task(worker.run()) for worker in workers]
    stopping = asyncio.create_task(stopped.wait())
    log.info("worker ready", queues=[QUEUE, SEND_QUEUE])
    try:
        await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        log.info("worker stops")
        await stop(workers, running)
        stopping.cancel()
        await wiring.close()


async def stop(workers: list[Worker], running: list[asyncio.Task[None]], within: timedelta = GRACE + PATIENCE) -> None:
    """Finish what is under way, and come to an end in any case. Raises what a worker failed with."""
    ending = [asyncio.create_task(worker.shutdown()) for worker in workers]
    _, late = await asyncio.wait([*ending, *running], timeout=within.total_seconds())
    for task in late:
        log.warning("a worker did not come to its end in time", seconds=within.total_seconds())
        task.cancel()
    await asyncio.gather(*(task for task in running if task not in late))
