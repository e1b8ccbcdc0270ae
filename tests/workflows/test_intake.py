"""The intake with the real workflow under time skipping: it looks when told, again where reading failed, and never for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from config.payloads import DATA_CONVERTER
from domain.intake import TakeInPage, TakenIn
from starter.intake import nudge
from tests.workflows.conftest import test_server
from workflows.intake import AGAIN_AFTER, Intake
from workflows.names import INTAKE_ID, QUEUE


@dataclass
class Heap:
    """Inputs by their ids, how often each fails before it can be read, and when the activity looked."""

    env: WorkflowEnvironment
    waiting: list[int] = field(default_factory=list)
    failing: dict[int, int] = field(default_factory=dict)
    looks: list[tuple[int, datetime]] = field(default_factory=list)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    @activity.defn
    async def take_in_page(self, order: TakeInPage) -> TakenIn:
        """The next two."""
        self.looks.append((order.after, await self.env.get_current_time()))
        page = [number for number in self.waiting if number > order.after][:2]
        failed = [number for number in page if self.failing.get(number, 0) > 0]
        for number in failed:
            self.failing[number] -= 1
        self.waiting = [number for number in self.waiting if number not in page or number in failed]
        last = page[-1] if page else order.after
        done = not [number for number in self.waiting if number > last]
        if done:
            self.looked.set()
        return TakenIn(last, done, len(failed))

    async def until_looked(self) -> None:
        """Until the last page was asked for."""
        async with asyncio.timeout(20):
            await self.looked.wait()
        self.looked.clear()


@asynccontextmanager
async def heap_with_worker() -> AsyncIterator[Heap]:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        heap = Heap(env)
        async with Worker(env.client, task_queue=QUEUE, workflows=[Intake], activities=[heap.take_in_page]):
            yield heap


@pytest.fixture
async def heap() -> AsyncIterator[Heap]:
    async with heap_with_worker() as made:
        yield made


async def test_it_takes_in_page_after_page_until_nothing_waits(heap: Heap) -> None:
    heap.waiting = [1, 2, 3, 4, 5]
    await nudge(heap.env.client)
    await heap.until_looked()
    assert ([after for after, _ in heap.looks], heap.waiting) == ([0, 2, 4], [])


async def test_it_rests_until_somebody_says_that_there_is_more(heap: Heap) -> None:
    await nudge(heap.env.client)
    await heap.until_looked()
    await heap.env.sleep(timedelta(days=30))
    assert len(heap.looks) <= 2  # the signal that came with the start may count as a second one
    before = len(heap.looks)
    heap.waiting = [7]
    await nudge(heap.env.client)
    await heap.until_looked()
    assert (len(heap.looks) > before, heap.waiting) == (True, [])


async def test_what_could_not_be_read_is_tried_again_after_a_rest(heap: Heap) -> None:
    heap.waiting, heap.failing = [1, 2], {1: 2}
    await nudge(heap.env.client)
    await heap.env.sleep(AGAIN_AFTER * 4)
    assert heap.waiting == []
    times = [at for _, at in heap.looks]
    assert times[-1] - times[0] >= AGAIN_AFTER * 2


async def test_many_signals_at_once_are_few_looks(heap: Heap) -> None:
    await asyncio.gather(*(nudge(heap.env.client) for _ in range(30)))
    await heap.until_looked()
    await heap.env.sleep(timedelta(seconds=5))
    assert len(heap.looks) < 20
    described = await heap.env.client.get_workflow_handle(INTAKE_ID).describe()
    assert described.status is not None
    assert described.status.name == "RUNNING"
