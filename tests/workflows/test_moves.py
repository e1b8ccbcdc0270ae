"""Sixty people inside a version, a third of them moved and taken back: nobody is lost, nobody is sent anything twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from activities.facts import Facts
from config.settings import Settings
from domain.touches import Outcome, RecordFacts, SendTouch, Settlement
from starter.client import Keepwarm
from starter.versions import Wanted, choose, move_people, undo
from storage.tables import enrollments, journey_moves
from tests.starter.insiders import JOURNEY, publish_all, put_inside, version
from tests.workflows.conftest import skipping_server
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEND_QUEUE, candidate_workflow_id

PEOPLE = [f"p{number:02}" for number in range(60)]
FIRST = ("send: hello", "wait: 10 days", "send: why", "wait: 5 days", "send: bye")
SECOND = ("send: hello", "wait: 5 days", "send: news", "wait: 20 days", "send: bye")
SAMPLE = 10


class Sends:
    """Everything leaves, and is noted; what the workflow has learnt is recorded for real."""

    def __init__(self, env: WorkflowEnvironment, engine: AsyncEngine) -> None:
        self.env, self.facts = env, Facts(engine)
        self.keys: list[str] = []
        self.sent: dict[str, list[str]] = {one: [] for one in PEOPLE}

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """Take it."""
        await self.facts.record_facts(RecordFacts(order.candidate_id, order.facts + order.afterwards))
        self.keys.append(order.touch.key)
        self.sent[order.candidate_id].append(order.touch.template)
        return Settlement(Outcome.SENT, await self.env.get_current_time())


def versions_of(connection: Connection) -> dict[int, int]:
    """How many are in each version."""
    c = enrollments.c
    wanted = select(c.version, func.count()).where(c.journey == JOURNEY, c.status == "active").group_by(c.version)
    return {int(row[0]): int(row[1]) for row in connection.execute(wanted)}


@pytest.mark.heavy
async def test_a_third_of_those_inside_is_moved_and_taken_back_and_nobody_is_lost_or_sent_twice(
    engine: Engine, async_engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    publish_all(engine, [version(tmp_path, 1, *FIRST)])
    put_inside(engine, PEOPLE, datetime.now(UTC))
    async with skipping_server() as env:
        sends = Sends(env, async_engine)
        settings = Settings(external_database=database_url, cap_per_day=9, cap_per_week=9)
        keepwarm = Keepwarm(env.client, engine, settings)
        decisions = Worker(
            env.client, task_queue=QUEUE, workflows=[Candidate], activities=[sends.facts.record_facts],
            workflow_runner=UnsandboxedWorkflowRunner(), max_cached_workflows=len(PEOPLE) + 10,
        )  # fmt: skip
        async with decisions, Worker(env.client, task_queue=SEND_QUEUE, activities=[sends.send_touch]):
            await keepwarm.start_again(PEOPLE)
            await env.sleep(timedelta(days=2))
            assert list(sends.sent.values()) == [["hello"]] * len(PEOPLE)

            publish_all(engine, [version(tmp_path, 2, *SECOND)])
            third = await keepwarm.read(choose, JOURNEY, 2, Wanted(share=1 / 3))
            moved = await move_people(keepwarm, JOURNEY, 2, third, by="dana")
            assert (moved.people, moved.waiting) == (20, [])
            assert await keepwarm.read(versions_of) == {1: 40, 2: 20}
            await env.sleep(timedelta(days=6))
            back = await undo(keepwarm, moved.move_id, by="dana")
            assert (back.people, back.waiting) == (20, [])
            assert await keepwarm.read(versions_of) == {1: 60}
            await env.sleep(timedelta(days=30))

        went = {stay.candidate_id for stay in third}
        for one, sent in sends.sent.items():
            assert sent == (["hello", "news", "why", "bye"] if one in went else ["hello", "why", "bye"]), one
        assert max(Counter(sends.keys).values()) == 1
        assert await keepwarm.read(versions_of) == {}
        with engine.connect() as connection:
            ends = connection.execute(select(enrollments.c.status, func.count()).group_by(enrollments.c.status)).all()
            assert [tuple(row) for row in ends] == [("finished", len(PEOPLE))]
            moves = select(func.count()).where(journey_moves.c.moved_at.is_not(None))
            assert connection.scalar(moves) == 2 * len(third)
        for one in [*sorted(went)[:SAMPLE], *sorted(set(PEOPLE) - went)[:SAMPLE]]:
            history = await env.client.get_workflow_handle(candidate_workflow_id(one)).fetch_history()
            await Replayer(workflows=[Candidate]).replay_workflow(history)
