"""A worker with the product's workflows and activities that only note what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.announcements import AnnouncedPage, AnnouncePage, MarkOpening
from domain.definitions import Definitions, LoadDefinitions
from domain.promises import RemindOf
from domain.touches import Outcome, RecordFacts, SendTouch, Settlement
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEND_QUEUE
from workflows.openings import Opening


@dataclass
class Activities:
    """Stand-ins for the steps that touch the world: what was sent and recorded."""

    sent: list[SendTouch] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)
    marked: list[MarkOpening] = field(default_factory=list)
    announced: list[AnnouncePage] = field(default_factory=list)
    reminded: list[RemindOf] = field(default_factory=list)
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until_sent(self, count: int) -> list[str]:
        """The templates of all touches, once so many have been sent."""
        async with asyncio.timeout(20), self._moved:
            await self._moved.wait_for(lambda: len(self.sent) >= count)
        return [order.touch.template for order in self.sent]

    @activity.defn(name="send_touch")
    async def send_touch(self, order: SendTouch) -> Settlement:
        self.sent.append(order)
        self.facts += order.facts
        async with self._moved:
            self._moved.notify_all()
        return Settlement(Outcome.SENT, datetime.now(UTC))

    @activity.defn(name="record_facts")
    async def record_facts(self, order: RecordFacts) -> None:
        self.facts += order.facts

    @activity.defn(name="remind")
    async def remind(self, order: RemindOf) -> None:
        self.reminded.append(order)
        self.facts += order.facts

    @activity.defn(name="load_definitions")
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        return Definitions(found=False)

    @activity.defn(name="mark_opening")
    async def mark_opening(self, order: MarkOpening) -> None:
        self.marked.append(order)

    @activity.defn(name="announce_page")
    async def announce_page(self, order: AnnouncePage) -> AnnouncedPage:
        self.announced.append(order)
        return AnnouncedPage(0, "", True, {})


@asynccontextmanager
async def leaving_nobody(client: Client) -> AsyncIterator[None]:
    """Terminates at the end whatever runs then. To be put around workers: one whose workflows are terminated while it stops may
    never come to an end."""
    yield
    async for run in client.list_workflows("ExecutionStatus = 'Running'"):
        try:
            await client.get_workflow_handle(run.id).terminate()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise  # else it has ended since it was listed


@asynccontextmanager
async def working(client: Client) -> AsyncIterator[Activities]:
    """The stand-ins behind running workers."""
    activities = Activities()
    steps: list[Callable[..., Any]] = [
        activities.record_facts,
        activities.remind,
        activities.load_definitions,
        activities.mark_opening,
        activities.announce_page,
    ]
    decisions = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Candidate, Opening],
        activities=steps,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with decisions, Worker(client, task_queue=SEND_QUEUE, activities=[activities.send_touch]):
        yield activities
