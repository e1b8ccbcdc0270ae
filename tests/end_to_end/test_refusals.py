"""A refusal that is taken back in time is never sent, and the record says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imap_tools import MailMessage

from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until

pytestmark = pytest.mark.heavy
SPEED = 720.0
"""Story seconds in a second: the three hours of a refusal's delay last 15."""
MONDAY = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin: a refusal of this morning leaves in the same day's window, if it leaves."""
REASON = ("--reason", "We chose somebody who has run a warehouse of this size before.")


@pytest.fixture(scope="module")
async def deployment(home: Path) -> AsyncIterator[Deployment]:
    """Ada and Bob have applied, on a Monday morning of theirs."""
    async with Deployment(home, clock_speed=SPEED) as deployed:
        door = deployed.keepwarm
        await door.add_opening(NewOpening("be-1", "Backend engineer"))
        await deployed.begin_story(MONDAY)
        for one in ("ada", "bob"):
            await door.add_candidate(
                NewCandidate(one.title(), id=one, emails=[f"{one}@example.org"], zone="Europe/Berlin")
            )
            await door.apply(one, "be-1")
        yield deployed


async def test_a_refusal_taken_back_within_its_delay_is_never_sent(deployment: Deployment) -> None:
    rejected = (await deployment.cli("stage", "ada", "be-1", "rejected", *REASON, "--json")).json
    assert "unless taken back before" in rejected["will"]
    due = datetime.fromisoformat(rejected["will"].split(" at ")[1].split(" unless")[0])

    # By the library: on a busy machine a command may begin later than the delay ends.
    back = await deployment.keepwarm.change_stage("ada", "be-1", "interview")
    assert back["will"] == "send interview now"
    assert await deployment.keepwarm.now() < due
    refused = await deployment.keepwarm.change_stage("bob", "be-1", "rejected", reason=REASON[1])
    assert datetime.fromisoformat(refused["will"].split(" at ")[1].split(" unless")[0]) > due

    async def bob_knows() -> bool:
        sent = await deployment.rows("select from ledger where candidate_id = 'bob' and template = 'refused'")
        return len(sent) == 1 and any("bob@example.org" in mail.to for mail in await refusals(deployment))

    await until("Bob, refused later than Ada, hears of it", bob_knows, within=90)
    assert await deployment.keepwarm.now() > due
    assert [mail.to for mail in await refusals(deployment)] == [("bob@example.org",)]
    rows = await deployment.rows("select template, state, gate from ledger where candidate_id = 'ada' order by id")
    assert {row["template"]: (row["state"], row["gate"]) for row in rows} == {
        "received": ("accepted", ""),
        "refused": ("skipped", "withdrawn"),
        "interview": ("accepted", ""),
    }
    await why_says_what_became_of_it(deployment)


async def refusals(deployment: Deployment) -> list[MailMessage]:
    """The refusals in the mailbox."""
    return [mail for mail in await deployment.mailbox.messages() if REASON[1] in (mail.text or "").replace("\r\n", " ")]


async def why_says_what_became_of_it(deployment: Deployment) -> None:
    """`keepwarm why` names the gate, in words and as JSON."""
    told = await deployment.cli("why", "ada")
    assert told.code == 0, told.err
    said = [line for line in told.out.splitlines() if "refused" in line]
    assert len(said) == 1
    assert "not sent" in said[0]
    assert "gate withdrawn" in said[0]
    assert "moved to interview" in said[0]
    assert await deployment.violations() == []
