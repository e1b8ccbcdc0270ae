"""What the doctor finds that neither the record nor a list of running workflows shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from config.settings import Settings
from domain.facts import Fact, FactKind
from embedded.ports import free_port
from embedded.temporal import TemporalServer
from starter.client import Keepwarm
from starter.doctor import examine
from starter.preparations import prepare
from storage import candidates, facts
from tests.conftest import serving

AT_ONCE = ("--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1")


@workflow.defn(name="Candidate", sandboxed=False)
class Broken:
    """A release whose code fails."""

    @workflow.run
    async def run(self, _: dict[str, str]) -> None:
        """Fail a task, as a fault in the code does."""
        raise RuntimeError("a fault in the code")


@pytest.fixture
async def keepwarm(engine: Engine, database_url: str, tmp_path: Path) -> AsyncIterator[Keepwarm]:
    server = TemporalServer(None, tmp_path / "temporal.log", free_port(), None, options=AT_ONCE)
    async with serving(server):
        settings = Settings(external_database=database_url, temporal_address=f"127.0.0.1:{server.port}")
        await prepare(settings)
        yield Keepwarm(await Client.connect(f"127.0.0.1:{server.port}"), engine, settings)


async def test_a_workflow_whose_tasks_fail_again_and_again_is_found(keepwarm: Keepwarm) -> None:
    with keepwarm.engine.begin() as connection:
        candidates.add(connection, candidates.NewCandidate("Ada Abelard", id="ada"))
    async with Worker(
        keepwarm.client, task_queue="broken", workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        await keepwarm.client.start_workflow("Candidate", {}, id="candidate-ada", task_queue="broken")
        async with asyncio.timeout(30):
            while not (found := [one for one in await examine(keepwarm) if one.kind == "failing_workflow"]):
                await asyncio.sleep(0.2)
    assert found[0].ids == ["candidate-ada"]


async def test_a_signal_that_was_refused_is_found_until_it_comes_corrected_or_somebody_has_seen_it(
    keepwarm: Keepwarm,
) -> None:
    asked = Fact(
        FactKind.REFUSED, datetime.now(UTC), touch_key="refused/ada/fx", because="stage_changed", outcome="ask"
    )
    done = Fact(FactKind.REFUSED, datetime.now(UTC), touch_key="refused/ada/fx", outcome="done")

    async def found(*, repair: bool = False) -> list[tuple[str, list[str]]]:
        return [(one.kind, one.ids) for one in await examine(keepwarm, repair=repair) if one.kind == "refused_signal"]

    with keepwarm.engine.begin() as connection:
        candidates.add(connection, candidates.NewCandidate("Ada Abelard", id="ada"))
    await keepwarm.write(facts.apply, "ada", [asked])
    assert await found() == [("refused_signal", ["refused/ada/fx"])]
    await keepwarm.write(facts.apply, "ada", [done])
    assert await found() == []
    await keepwarm.write(facts.apply, "ada", [asked, asked])
    assert await found(repair=True) == [("refused_signal", ["refused/ada/fx"])]
    assert await found() == []
