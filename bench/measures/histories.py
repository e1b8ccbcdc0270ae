"""What a three-touch journey leaves behind in Temporal: exact counts, under time skipping, with the real time between the touches."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType, IndexedValueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from bench.findings import Line
from bench.people import JOURNEY, STEPS, plan
from bench.runs import Run
from bench.stages import BenchError
from config.payloads import DATA_CONVERTER
from domain.clocks import REAL_TIME
from domain.events import Enrolled
from domain.touches import Outcome, RecordFacts, SendTouch, Settlement
from domain.windows import Caps
from starter.lookups import candidate_start
from starter.rebuild import House, fresh, replay
from starter.starts import start
from workflows.candidates import Candidate
from workflows.names import JOURNEYS, NEXT_TOUCH, OWNER, QUEUE, SEND_QUEUE, STAGES, STATE

MOST_EVENTS, MOST_BYTES = 33, 5_000
ACTIONS_A_TOUCH = 2
TOUCHES = len(STEPS)
BILLED = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
)
"""Events that stand for one action each (docs.temporal.io/cloud/actions); first attempts only, and none is repeated here."""
UPSERTS = "the next touch lies a week on each time, and what operators search by follows it by more than a day"
"""Why three actions and two events are more than the bound allows: it is for touches of which the attribute need not tell."""
WEEK_HOURS, SAME_DAY_HOURS = 7 * 24.0, 8.0
LONG_ENOUGH = timedelta(days=30)


class StandIns:
    """Activities under the real names with the real answers, at the server's skipped time; nothing leaves."""

    def __init__(self, env: WorkflowEnvironment) -> None:
        self._env = env
        self.sent = 0

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """Sent."""
        self.sent += 1
        return Settlement(Outcome.SENT, await self._env.get_current_time())

    @activity.defn
    async def record_facts(self, order: RecordFacts) -> None:
        """Recorded."""


async def measure(run: Run) -> list[Line]:
    """The whole history of somebody who enters the journey with their first event, and two other ways through it."""
    async with _skipping() as (env, stand_ins):
        weekly = await _live(env, stand_ins, "weekly", WEEK_HOURS)
        close = await _live(env, stand_ins, "close", SAME_DAY_HOURS)
        updated = await _live(env, stand_ins, "updated", WEEK_HOURS, by_update=True)
    actions = _actions(weekly)
    return [
        Line("events", len(weekly), at_most=MOST_EVENTS, note=f"a week between the touches: {_said(_kinds(weekly))}"),
        Line("bytes", _size(weekly), "bytes", at_most=MOST_BYTES, note=_sizes(weekly)),
        Line(
            "billable actions",
            sum(actions.values()),
            at_most=ACTIONS_A_TOUCH * TOUCHES + 1,
            note=f"{_said(actions)}; {UPSERTS}",
        ),
        Line("events, 8 hours between the touches", len(close), note=_billed(close)),
        Line("events, somebody idle is enrolled by an update", len(updated), note=_billed(updated)),
    ]


async def _live(
    env: WorkflowEnvironment, stand_ins: StandIns, name: str, apart_hours: float, *, by_update: bool = False
) -> list[HistoryEvent]:
    """The history of somebody who was sent the whole journey."""
    now = await env.get_current_time()
    house = House(REAL_TIME, Caps(50, 50), timedelta(hours=3))
    state = fresh(house, name, "Europe/Berlin", "email", "")
    steps = plan(apart_hours) | {"version": 1}
    if not by_update:
        replay(state, [(now, Enrolled(event_id="", at=now, journey=JOURNEY, version=1, plan=steps))])
    order, before = candidate_start(state, house), stand_ins.sent
    await start(env.client, order)
    handle = env.client.get_workflow_handle(order.id)
    if by_update:
        await env.sleep(timedelta(hours=1))
        asked = {"event_id": "bench", "journey": JOURNEY, "version": 1, "plan": steps}
        await handle.execute_update("enroll", asked, result_type=dict[str, Any])
    await env.sleep(LONG_ENOUGH)
    if stand_ins.sent - before != TOUCHES:
        raise BenchError(f"{stand_ins.sent - before} of {TOUCHES} touches were sent under time skipping")
    return list((await handle.fetch_history()).events)


@asynccontextmanager
async def _skipping() -> AsyncIterator[tuple[WorkflowEnvironment, StandIns]]:
    """The time-skipping server with the product's workflow behind stand-ins."""
    beside = Path(sys.executable).with_name("temporal-test-server")
    found = str(beside) if beside.exists() else shutil.which("temporal-test-server")
    if found is None:
        raise BenchError("temporal-test-server is missing; run make setup-test")
    quiet = Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(TelemetryFilter("ERROR", "ERROR"))))
    starting = WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=found, runtime=quiet, data_converter=DATA_CONVERTER
    )
    async with await starting as env:
        await _add_search_attributes(env)
        stand_ins = StandIns(env)
        decisions = Worker(env.client, task_queue=QUEUE, workflows=[Candidate], activities=[stand_ins.record_facts])
        async with decisions, Worker(env.client, task_queue=SEND_QUEUE, activities=[stand_ins.send_touch]):
            yield env, stand_ins


async def _add_search_attributes(env: WorkflowEnvironment) -> None:
    """As `keepwarm migrate` does; this server cannot list what it has."""
    kinds = {
        STATE.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        OWNER.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        STAGES.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
        JOURNEYS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
        NEXT_TOUCH.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    }
    request = AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=kinds)
    await env.client.operator_service.add_search_attributes(request)


def _size(history: list[HistoryEvent]) -> int:
    return sum(event.ByteSize() for event in history)


def _sizes(history: list[HistoryEvent]) -> str:
    """The largest kinds, in bytes of all their events."""
    sizes = Counter[str]()
    for event in history:
        sizes[_name(event)] += event.ByteSize()
    return ", ".join(f"{size} in {name}" for name, size in sizes.most_common(4))


def _actions(history: list[HistoryEvent]) -> Counter[str]:
    return Counter(_name(event) for event in history if event.event_type in BILLED)


def _billed(history: list[HistoryEvent]) -> str:
    actions = _actions(history)
    return f"{_size(history)} bytes, {sum(actions.values())} billable actions: {_said(actions)}"


def _kinds(history: list[HistoryEvent]) -> Counter[str]:
    return Counter(_name(event) for event in history)


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())


def _name(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").replace("_", " ").lower()
