"""A sign-up with the real workflow under time skipping: asked once, a week later."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from config.payloads import DATA_CONVERTER
from domain.clocks import Clock
from domain.signups import CONFIRM_WITHIN, LapseSignup
from starter.signups import await_confirmation
from tests.workflows.conftest import test_server
from workflows.names import QUEUE, signup_workflow_id
from workflows.signups import Signup


@dataclass
class Record:
    """When the activity asked, and for what; the first answers may be errors."""

    env: WorkflowEnvironment
    failing: int = 0
    asked: list[tuple[LapseSignup, datetime]] = field(default_factory=list)

    @activity.defn
    async def lapse_signup(self, order: LapseSignup) -> bool:
        """Answer that it was deleted."""
        self.asked.append((order, await self.env.get_current_time()))
        if len(self.asked) <= self.failing:
            raise RuntimeError("the database does not answer")
        return True


async def until_ended(env: WorkflowEnvironment, signup_id: int) -> None:
    """Until the workflow of a sign-up has completed; time does not skip meanwhile."""
    handle = env.client.get_workflow_handle(signup_workflow_id(signup_id))
    async with asyncio.timeout(20):
        while (await handle.describe()).status is not WorkflowExecutionStatus.COMPLETED:
            await asyncio.sleep(0.05)


async def test_it_asks_the_record_after_a_week_until_it_is_answered() -> None:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        record = Record(env, failing=2)
        async with Worker(env.client, task_queue=QUEUE, workflows=[Signup], activities=[record.lapse_signup]):
            began = await env.get_current_time()
            for _ in range(2):
                await await_confirmation(env.client, 7, "ada", Clock())
            await env.sleep(CONFIRM_WITHIN - timedelta(minutes=1))
            assert record.asked == []
            await env.sleep(timedelta(minutes=5))
            await until_ended(env, 7)
    orders = {order for order, _ in record.asked}
    assert orders == {LapseSignup(7, "ada")}
    assert len(record.asked) == 3
    assert CONFIRM_WITHIN <= record.asked[0][1] - began < CONFIRM_WITHIN + timedelta(minutes=1)


async def test_a_story_that_runs_faster_ends_its_week_sooner() -> None:
    clock = Clock(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), 1_000.0)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        record = Record(env)
        async with Worker(env.client, task_queue=QUEUE, workflows=[Signup], activities=[record.lapse_signup]):
            began = await env.get_current_time()
            await await_confirmation(env.client, 8, "ada", clock)
            await env.sleep(timedelta(minutes=15))
            await until_ended(env, 8)
    [(order, at)] = record.asked
    assert order.clock == clock
    assert at - began < timedelta(minutes=15)
