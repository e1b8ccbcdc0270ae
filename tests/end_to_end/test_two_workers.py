"""Two workers side by side: both send; when one is killed, the other sends what is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType

from storage import candidates, openings
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until
from workflows.names import SEND_QUEUE, candidate_workflow_id

pytestmark = pytest.mark.heavy
PEOPLE = [f"p{number:03}" for number in range(80)]


@pytest.fixture(scope="module")
async def deployment(home: Path) -> AsyncIterator[Deployment]:
    async with Deployment(home, workers=2, worker_concurrency=4) as deployed:
        with deployed.engine.begin() as connection:
            openings.add(connection, NewOpening("be-1", "Backend engineer"))
            for one in PEOPLE:
                candidates.add(connection, NewCandidate(f"Person {one}", id=one, emails=[f"{one}@example.org"]))
        yield deployed


async def apply(deployment: Deployment, people: list[str]) -> None:
    """All of them apply at once."""
    await asyncio.gather(*(deployment.keepwarm.apply(one, "be-1") for one in people))


async def acknowledged(deployment: Deployment, number: int, within: float) -> None:
    """Waits until so many acknowledgments were accepted."""

    async def enough() -> bool:
        return await deployment.count("ledger where state = 'accepted'") == number

    await until(f"{number} people are acknowledged", enough, within)


async def senders(deployment: Deployment, people: list[str]) -> Counter[str]:
    """How many sends each worker process did, by its identity `pid@host`."""
    found: Counter[str] = Counter()
    for one in people:
        history = await deployment.client.get_workflow_handle(candidate_workflow_id(one)).fetch_history()
        sends = {
            event.event_id
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
            and event.activity_task_scheduled_event_attributes.task_queue.name == SEND_QUEUE
        }
        for event in history.events:
            started = event.activity_task_started_event_attributes
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED and started.scheduled_event_id in sends:
                found[started.identity] += 1
    return found


async def test_two_workers_share_the_load_and_one_alone_carries_it(deployment: Deployment) -> None:
    first, rest = PEOPLE[:40], PEOPLE[40:]
    await apply(deployment, first)
    await acknowledged(deployment, len(first), within=30)
    shares = await senders(deployment, first)
    assert set(shares) == {deployment.identity("worker-1"), deployment.identity("worker-2")}
    assert min(shares.values()) >= 4, shares

    applying = asyncio.create_task(apply(deployment, rest))

    async def under_way() -> bool:
        return await deployment.count("ledger") > len(first) + 5

    await until("the second half is under way", under_way)
    killed = deployment.identity("worker-1")
    await deployment.kill("worker-1")
    await applying
    await acknowledged(deployment, len(PEOPLE), within=60)
    mails = await deployment.mailbox.messages()
    assert Counter(mail.to[0] for mail in mails) == Counter(f"{one}@example.org" for one in PEOPLE)
    assert set(await senders(deployment, rest)) <= {killed, deployment.identity("worker-2")}
    assert await deployment.violations() == []
