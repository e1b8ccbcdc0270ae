"""Reports of many messages while the web process and the worker are killed at every point between storing and taking in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from embedded.parts import start_part
from embedded.ports import free_port
from embedded.processes import stop
from embedded.programs import Web
from storage import candidates
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import LOOK_AGAIN, Deployment, until
from tests.web.posts import PUBLIC, sendgrid_headers

pytestmark = pytest.mark.heavy
PEOPLE = [f"p{number:03}" for number in range(120)]
BATCH = 5
"""Reports in one request."""
BOUNCED = set(PEOPLE[::10])


@dataclass
class Front:
    """The web process, and SendGrid, which tries again what it gets no 2xx for."""

    deployment: Deployment
    web: Web
    child: asyncio.subprocess.Process | None = None
    stamps: dict[bytes, dict[str, str]] = field(default_factory=dict)

    async def start(self) -> None:
        self.child = await start_part(self.web)

    async def kill(self) -> None:
        assert self.child
        self.child.kill()
        await self.child.wait()

    async def post(self, body: bytes) -> None:
        """Until it is acknowledged."""
        url = f"http://127.0.0.1:{self.deployment.settings.web_port}/webhooks/sendgrid/events"
        headers = self.stamps.setdefault(body, sendgrid_headers(body))
        async with httpx.AsyncClient(timeout=5) as http:
            while True:
                try:
                    answer = await http.post(url, content=body, headers=headers)
                except httpx.TransportError:
                    await asyncio.sleep(LOOK_AGAIN)
                    continue
                if answer.status_code == 200:
                    return
                assert answer.status_code >= 500, answer.text
                await asyncio.sleep(LOOK_AGAIN)


@pytest.fixture(scope="module")
async def front(home: Path) -> AsyncIterator[Front]:
    settings: dict[str, Any] = {"web_port": free_port(), "sendgrid_webhook_key": PUBLIC, "send_rate": 200}
    async with Deployment(home, **settings) as deployment:
        await deployment.keepwarm.add_opening(NewOpening("be-1", "Backend engineer"))
        with deployment.engine.begin() as connection:
            for one in PEOPLE:
                candidates.add(connection, NewCandidate(f"Person {one}", id=one, emails=[f"{one}@example.org"]))
        await asyncio.gather(*(deployment.keepwarm.apply(one, "be-1") for one in PEOPLE))

        async def accepted() -> bool:
            return await deployment.count("ledger where state = 'accepted'") == len(PEOPLE)

        await until("everybody is acknowledged", accepted, within=90)
        made = Front(deployment, Web(deployment.settings, home / "logs" / "web.log"))
        await made.start()
        yield made
        assert made.child
        await stop(made.child, made.web.command())


async def bodies(front: Front) -> list[bytes]:
    """One report for each person, a tenth of them of bounces, five to a request, with SendGrid's line ends."""
    rows = await front.deployment.rows("select candidate_id, touch_key from ledger order by candidate_id")
    events = [
        {
            "email": f"{row['candidate_id']}@example.org", "timestamp": 1_790_000_000, "touch_key": row["touch_key"],
            "sg_event_id": f"event-{row['candidate_id']}",
            **({"event": "bounce", "type": "bounce", "status": "5.1.1"} if row["candidate_id"] in BOUNCED else {"event": "delivered"}),
        }
        for row in rows
    ]  # fmt: skip
    return [
        b"[" + b",\r\n".join(json.dumps(event).encode() for event in events[first : first + BATCH]) + b"]\r\n"
        for first in range(0, len(events), BATCH)
    ]


async def post_all(front: Front, wanted: Sequence[bytes]) -> None:
    await asyncio.gather(*(front.post(body) for body in wanted))


async def test_whoever_dies_between_storing_and_taking_in_nothing_is_lost_and_nothing_counts_twice(
    front: Front,
) -> None:
    deployment = front.deployment
    wanted = await bodies(front)
    first, second = wanted[: len(wanted) // 2], wanted[len(wanted) // 2 :]

    await deployment.kill("worker-1")
    await post_all(front, first)
    await front.kill()
    assert await deployment.count("received where state = 'stored'") == len(first)
    assert await deployment.count("message_events") == 0
    await front.start()
    await deployment.start("worker-1")

    posting = asyncio.create_task(post_all(front, [*second, *first]))
    for killed in (2, 5, 8):

        async def stored(number: int = len(first) + killed) -> bool:
            return await deployment.count("received") >= number

        await until(f"{killed} more are stored", stored)
        await asyncio.gather(front.kill(), deployment.kill("worker-1"))
        await asyncio.gather(front.start(), deployment.start("worker-1"))
    await posting

    async def taken_in() -> bool:
        return await deployment.count("received where state = 'taken_in'") == len(wanted)

    await until("everything is taken in", taken_in, within=60)
    assert await deployment.count("received") == len(wanted)
    assert await deployment.count("message_events where kind in ('delivered', 'bounced')") == len(PEOPLE)
    states = await deployment.rows("select candidate_id, state from ledger")
    assert {row["candidate_id"] for row in states if row["state"] == "bounced"} == BOUNCED
    assert await deployment.count("ledger where state = 'delivered'") == len(PEOPLE) - len(BOUNCED)
    assert await deployment.count("contact_points where suppressed <> ''") == len(BOUNCED)


async def test_who_bounced_heard_of_it_once(front: Front) -> None:
    for one in sorted(BOUNCED)[:5]:
        handle = front.deployment.client.get_workflow_handle(f"candidate-{one}")

        async def heard(handle: Any = handle) -> list[str]:
            return [line for line in await handle.query("why") if "email bounced" in line]

        assert len(await until(f"{one} heard", heard)) == 1


async def test_what_was_stored_while_temporal_was_away_is_read_once_it_is_back(front: Front) -> None:
    deployment = front.deployment
    await deployment.kill("Temporal")
    body = b'[{"event":"open","email":"p001@example.org","sg_event_id":"while away","timestamp":1790000000}]\r\n'
    await front.post(body)
    assert await deployment.count("received where state = 'stored'") == 1
    await deployment.start("Temporal")

    async def read() -> bool:
        return await deployment.count("message_events where kind = 'opened'") == 1

    await until("it is read", read, within=90)
