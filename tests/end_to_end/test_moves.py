"""A thousand people inside version 1: version 2 is published under them, a third is moved, and moved back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from activities.facts import Facts
from activities.messages import SenderIdentity
from activities.sends import Sends
from channels.messages import Email, TextMessage
from config.links import Links
from config.settings import Settings
from domain.windows import ALWAYS, Caps
from starter.client import Keepwarm
from starter.preparations import publish, register_search_attributes
from starter.publications import hold_against_people
from starter.versions import Wanted, choose, differ, move_people, undo
from storage import moves, proofs
from templates.journeys import compact_plan, load_journey
from tests.activities.channels import FakeChannel
from tests.starter.insiders import JOURNEY, let_leave, publish_all, put_inside, version
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEND_QUEUE, candidate_workflow_id

PEOPLE = 1_000
THIRD = 333
DUE_IN = timedelta(seconds=15)
"""The next message of the third falls due while they are being moved, so that some are on their way just then."""
PATIENCE_SECONDS = 120
KEY = b"a-thousand" * 4
FIRST = ("send: hello", "wait: 5 days", "send: question", "wait: 30 days", "send: bye")
SECOND = ("send: hello", "wait: 9 days", "send: question", "wait: 30 days", "send: bye")

pytestmark = pytest.mark.heavy


@pytest.fixture
async def client(temporal_server: str) -> AsyncIterator[Client]:
    """Temporal, with nobody's workflow left running afterwards."""
    connected = await Client.connect(temporal_server)
    await register_search_attributes(connected)
    yield connected
    running = [run.id async for run in connected.list_workflows("ExecutionStatus = 'Running'")]
    for first in range(0, len(running), 50):
        await asyncio.gather(*(connected.get_workflow_handle(one).terminate() for one in running[first : first + 50]))


def workers(client: Client, engine: AsyncEngine, mail: FakeChannel[Email]) -> tuple[Worker, Worker]:
    """The product's own workflow and activities, all but the provider."""
    sender = SenderIdentity(
        "talent@x.example", "Dana", "Northwind", "1 Street", reply_domain="x.example", reply_key=KEY
    )
    sends = Sends(
        engine, email=mail, sms=FakeChannel[TextMessage]("sms"), sender=sender, links=Links(KEY, "https://x.example"),
        window=ALWAYS, caps=Caps(9, 9),
    )  # fmt: skip
    steps: list[Callable[..., Any]] = [Facts(engine).record_facts]
    decisions = Worker(
        client, task_queue=QUEUE, workflows=[Candidate], activities=steps, workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=2 * PEOPLE,
    )  # fmt: skip
    return decisions, Worker(client, task_queue=SEND_QUEUE, activities=[sends.send_touch])


async def test_a_third_of_a_thousand_is_moved_and_moved_back_and_nobody_is_lost_or_sent_twice(
    engine: Engine, async_engine: AsyncEngine, client: Client, tmp_path: Path
) -> None:
    ids = [f"p{number:04}" for number in range(PEOPLE)]
    publish_all(engine, [version(tmp_path, 1, *FIRST)])
    now = datetime.now(UTC).replace(microsecond=0)
    occurrence = put_inside(engine, ids, now - timedelta(days=6))
    settings = Settings(external_database=str(engine.url), cap_per_day=9, cap_per_week=9)
    keepwarm, mail = Keepwarm(client, engine, settings), FakeChannel[Email]("mail")
    third = await keepwarm.read(choose, JOURNEY, 2, Wanted(share=1 / 3))
    going = [stay.candidate_id for stay in third]
    staying = sorted(set(ids) - set(going))
    let_leave(engine, going, "hello", now - timedelta(days=5) + DUE_IN, occurrence)
    let_leave(engine, staying, "hello", now - timedelta(days=1), occurrence)

    draft = load_journey(version(tmp_path, 2, *SECOND))
    reach = hold_against_people(engine, settings, draft)
    assert (reach.people, reach.rendered, reach.lacks) == (PEOPLE, 3 * PEOPLE, [])
    found = await keepwarm.read(differ, settings, JOURNEY, compact_plan(draft, 2))
    assert found.lines() == ["1000 get bye 4 days later", "1000 get question 4 days later", "0 unchanged"]

    decisions, sends = workers(client, async_engine, mail)
    async with decisions, sends:
        await keepwarm.start_candidates()
        assert publish(engine, draft).version == 2
        moved = await move_people(keepwarm, JOURNEY, 2, third, by="dana")
        await until(lambda: inside(engine) == {1: PEOPLE - THIRD, 2: THIRD})
        back = await undo(keepwarm, moved.move_id, by="dana")
        await until(lambda: inside(engine) == {1: PEOPLE})
        await until(lambda: planned(engine) == {"question": PEOPLE - THIRD, "bye": PEOPLE})

    assert (moved.people, back.people) == (THIRD, THIRD)
    assert Counter(message.to_address for message in mail.kept) == {f"{one}@example.org": 1 for one in going}
    with engine.connect() as connection:
        assert proofs.prove(connection, datetime.now(UTC)) == []
    await replay(client, going[::4] + staying[::20])


def inside(engine: Engine) -> dict[int, int]:
    """How many people are in each version."""
    with engine.connect() as connection:
        return {number: people for number, _, people in moves.versions(connection, JOURNEY) if people}


def planned(engine: Engine) -> dict[str, int]:
    """How many touches of each step are planned."""
    with engine.connect() as connection:
        counted = connection.execute(text("select template, count(*) as number from upcoming group by template"))
        return {row.template: row.number for row in counted}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what a thousand workflows do."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.1)


async def replay(client: Client, ids: list[str]) -> None:
    """Their histories run again without a difference."""
    replayer = Replayer(workflows=[Candidate], workflow_runner=UnsandboxedWorkflowRunner())
    for one in ids:
        await replayer.replay_workflow(await client.get_workflow_handle(candidate_workflow_id(one)).fetch_history())
