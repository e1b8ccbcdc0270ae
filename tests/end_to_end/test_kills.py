"""Three hundred acknowledgments while everything is killed in turn and the provider misbehaves: none lost, none twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from temporalio.service import RPCError

from storage import candidates
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import LOOK_AGAIN, Deployment, until
from tests.fakes.provider import DROP_AFTER, DROP_BEFORE, Trouble
from tests.fakes.sendgrid import API_KEY, FakeSendGrid

pytestmark = pytest.mark.heavy
PEOPLE = [f"p{number:03}" for number in range(300)]
CONCURRENCY = 20
BUSY = Trouble(status=429, headers={"Retry-After": "1"})
BROKEN = Trouble(status=500)
TROUBLES = (BUSY, DROP_AFTER, BROKEN, BUSY, DROP_AFTER, DROP_BEFORE, BROKEN, DROP_AFTER)
"""What the provider does to the next sends before each kill."""
KILLS = {"worker-1": 40, "PostgreSQL": 110, "Temporal": 180}
"""Who is killed when the provider holds so many mails."""
SENDGRID: dict[str, Any] = {
    "email": "sendgrid",
    "sendgrid_api_key": API_KEY,
    "sendgrid_feed_delay": "20s",
    "from_address": "talent@keepwarm.example",
    "company": "Keepwarm Example Ltd",
    "company_address": "1 Example Street, Exampleton",
    "reply_domain": "reply.keepwarm.example",
    "public_url": "https://keepwarm.example",
}


@dataclass(frozen=True)
class Aftermath:
    """What is left when all has settled."""

    deployment: Deployment
    provider: FakeSendGrid

    def copies(self, person: str) -> list[str]:
        """The Message-IDs of all acknowledgments that the provider holds for somebody."""
        return [
            held.payload["personalizations"][0]["headers"]["Message-ID"]
            for held in self.provider.held
            if held.key.startswith(f"{person}/application/be-1:applied/")
        ]


def add(deployment: Deployment, people: list[str]) -> None:
    """Put them on record; their workflows start with the first signal."""
    with deployment.engine.begin() as connection:
        for one in people:
            candidates.add(connection, NewCandidate(f"Person {one}", id=one, emails=[f"{one}@example.org"]))


async def apply(deployment: Deployment, person: str) -> None:
    """Applies, and asks again with the same event id for as long as a part is away."""
    while True:
        try:
            await deployment.keepwarm.apply(person, "be-1", event_id=f"applied-{person}")
        except (DBAPIError, RPCError):
            await asyncio.sleep(LOOK_AGAIN)
        else:
            return


async def kill_everything_once(deployment: Deployment, provider: FakeSendGrid) -> None:
    """Each part in the middle of the sending, and started again at once."""
    for name, held in KILLS.items():

        async def reached(number: int = held) -> bool:
            return len(provider.held) >= number

        await until(f"the provider holds {held} mails", reached, within=60)
        provider.behave(*TROUBLES)
        await deployment.kill(name)
        await deployment.start(name)


@pytest.fixture(scope="module")
async def aftermath(home: Path) -> AsyncIterator[Aftermath]:
    async with FakeSendGrid() as provider:
        settings = SENDGRID | {"sendgrid_url": provider.url, "worker_concurrency": CONCURRENCY, "send_rate": 60}
        async with Deployment(home, **settings) as deployment:
            await deployment.keepwarm.add_opening(NewOpening("be-1", "Backend engineer"))
            add(deployment, PEOPLE)
            provider.behave(*TROUBLES)
            killing = asyncio.create_task(kill_everything_once(deployment, provider))
            await asyncio.gather(*(apply(deployment, one) for one in PEOPLE))
            await killing

            async def settled() -> bool:
                return await deployment.count("ledger where state in ('accepted', 'unknown')") == len(PEOPLE)

            await until("every acknowledgment is accepted or unknown", settled, within=90)
            yield Aftermath(deployment, provider)


async def test_everybody_is_acknowledged_once(aftermath: Aftermath) -> None:
    copies = {one: aftermath.copies(one) for one in PEOPLE}
    assert await aftermath.deployment.count("ledger where state = 'unknown'") == 0, "the provider could be asked"
    assert [one for one in PEOPLE if not copies[one]] == []
    assert [one for one in PEOPLE if len(copies[one]) > 1] == []
    rows = await aftermath.deployment.rows("select candidate_id, provider_id from ledger where state = 'accepted'")
    held = {mail.id: mail.key.partition("/")[0] for mail in aftermath.provider.held}
    assert [row for row in rows if held.get(row["provider_id"]) != row["candidate_id"]] == []


async def test_where_nobody_can_tell_acknowledgments_go_again_and_all_else_waits_for_a_person(
    aftermath: Aftermath,
) -> None:
    deployment, provider = aftermath.deployment, aftermath.provider
    provider.feed_is_open = False
    acknowledged, congratulated = ["q1", "q2", "q3"], ["p001", "p002", "p003"]
    add(deployment, acknowledged)
    provider.behave(*[DROP_AFTER] * 6)
    await asyncio.gather(
        *(apply(deployment, one) for one in acknowledged),
        *(deployment.keepwarm.change_stage(one, "be-1", "interview") for one in congratulated),
    )

    async def settled() -> bool:
        return await deployment.count("ledger where state in ('accepted', 'unknown')") == len(PEOPLE) + 6

    await until("each is accepted or unknown", settled, within=60)
    copies = [aftermath.copies(one) for one in acknowledged]
    assert [(len(ids), len(set(ids))) for ids in copies] == [(2, 1)] * 3, "the same Message-ID for both"
    assert [one for one in PEOPLE if len(aftermath.copies(one)) != 1] == []
    told = Counter(held.to for held in provider.held if ":interview/" in held.key)
    assert told == Counter(f"{one}@example.org" for one in congratulated)
    listed = (await deployment.cli("unknown", "--json")).json
    assert sorted(row["candidate_id"] for row in listed) == congratulated
    asked = await deployment.rows("select candidate_id from tasks where kind = 'unknown_fate' order by candidate_id")
    assert [row["candidate_id"] for row in asked] == congratulated


async def test_the_ledger_proves_and_a_planted_violation_is_named(aftermath: Aftermath) -> None:
    deployment = aftermath.deployment
    proved = await deployment.cli("prove")
    assert proved.code == 0, proved.out
    (row,) = await deployment.rows("select touch_key, consent_id from ledger where candidate_id = 'p007'")
    plant = text("update ledger set consent_id = :consent_id where touch_key = :touch_key")
    with deployment.engine.begin() as connection:
        connection.execute(plant, row | {"consent_id": None})
    denied = await deployment.cli("prove")
    with deployment.engine.begin() as connection:
        connection.execute(plant, row)
    assert denied.code == 1
    assert row["touch_key"] in denied.out
    assert await deployment.violations() == []
