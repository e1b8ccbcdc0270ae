"""An opening that opens wakes the people it may fit; each one's own workflow decides, and the list says who was told and why not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import matches
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until

pytestmark = pytest.mark.heavy
SPEED = 60.0
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
"""Ten o'clock in Berlin; the whole story is told within that day's window."""
BERLIN = "Europe/Berlin"
SKILLED = ("python", "postgresql")
WORDING = "Yes, tell me of openings that fit."
AGREES = {
    *("silver", "tagged", "skilled", "pooled", "texter", "hired", "in-process", "withdrew", "snoozed", "declined"),
    *("opted-out", "unrelated", "bounced"),
}
"""Who has agreed to alerts; `no-consent` has not."""


def people() -> list[NewCandidate]:
    """One for each way that a person can stand to an opening."""

    def person(name: str, **more: Any) -> NewCandidate:
        given = {"skills": SKILLED, "emails": [f"{name}@example.org"]} | more
        return NewCandidate(f"{name.title()} Example", id=name, zone=BERLIN, **given)

    return [
        person("silver", skills=()),
        person("tagged", skills=(), tags=["passive-prospect"]),
        person("pooled", skills=(), pools=["friends"]),
        person("texter", preferred_channel="sms", phones=["+4930231250001"], emails=[]),
        person("unrelated", skills=["figma"]),
        *(person(name) for name in ("skilled", "hired", "in-process", "withdrew", "snoozed", "declined", "opted-out")),
        *(person(name) for name in ("no-consent", "bounced")),
    ]


@pytest.fixture(scope="module")
async def deployment(home: Path) -> AsyncIterator[Deployment]:
    """Everybody on record and in their place, `be-2` not yet open."""
    async with Deployment(home, clock_speed=SPEED, refusal_delay="0s") as deployed:
        await deployed.begin_story(MONDAY)
        door = deployed.keepwarm
        await asyncio.gather(*map(door.add_candidate, people()))
        await door.add_opening(NewOpening("be-1", "Backend engineer", must_have=list(SKILLED)))
        await door.add_opening(
            NewOpening("be-2", "Backend engineer", place="Berlin", must_have=list(SKILLED), pools=["friends"])
        )
        await asyncio.gather(*(agree(deployed, one) for one in AGREES))
        await past(deployed)
        yield deployed


async def agree(deployment: Deployment, name: str) -> None:
    channel = "sms" if name == "texter" else "email"
    await deployment.keepwarm.record_consent(name, "alerts", channel, wording=WORDING, source="form")


async def past(deployment: Deployment) -> None:
    """What happened before: one was interviewed and refused, one hired, one is in process, one withdrew …"""
    door = deployment.keepwarm
    for one in ("silver", "hired"):
        await door.apply(one, "be-1")
        await door.change_stage(one, "be-1", "interview")
        await deployment.sent(one, "interview")
    await door.change_stage("silver", "be-1", "rejected", reason="somebody else", feedback="a clear talk")
    await door.change_stage("hired", "be-1", "hired")
    for one in ("in-process", "withdrew"):
        await door.apply(one, "be-2")
        await deployment.sent(one, "received")
    await door.change_stage("withdrew", "be-2", "withdrawn")
    await door.message_received("declined", kind="no")
    await door.snooze("snoozed", await door.now() + timedelta(days=30))
    await door.withdraw_consent("opted-out", "alerts", "email", source="preference page")
    with deployment.engine.begin() as connection:
        connection.exec_driver_sql(
            "update contact_points set suppressed = 'hard bounce' where candidate_id = 'bounced'"
        )
    await deployment.sent("silver", "refused_after_interview")
    await deployment.sent("hired", "hired")
    await deployment.sent("withdrew", "withdrawn")


async def told(deployment: Deployment, round_number: int) -> dict[str, Any]:
    """`keepwarm opening told be-2`, by candidate, once nobody is merely matched or announced."""

    def counts() -> dict[str, int]:
        with deployment.engine.connect() as connection:
            return matches.counts(connection, "be-2", round_number)

    async def complete() -> bool:
        found = await asyncio.to_thread(counts)
        return bool(found) and not found.keys() & {"matched", "announced"}

    await until("everybody has been told, or waits, or is not told", complete)
    listed = (await deployment.cli("opening", "told", "be-2", "--round", str(round_number), "--json")).json
    return {row["candidate_id"]: row for row in listed}


async def test_an_opening_tells_whom_it_fits_once_and_lists_everybody_else_with_the_reason(
    deployment: Deployment,
) -> None:
    early = await deployment.cli("opening", "close", "be-2")
    assert (early.code, early.err.strip()) == (1, "keepwarm: be-2 is draft; only an open opening is closed or filled")
    opened = await deployment.cli("opening", "open", "be-2")
    assert opened.code == 0, opened.err
    found = await told(deployment, 1)
    outcomes = {name: row["outcome"] for name, row in found.items()}
    reasons = {name: row["because"] for name, row in found.items() if row["outcome"] != "told"}
    assert {name for name, outcome in outcomes.items() if outcome == "told"} == {
        *("silver", "tagged", "skilled", "pooled", "texter"),
    }
    assert "unrelated" not in found
    assert "already in applied" in reasons["in-process"]
    assert "withdrew" in reasons["withdrew"]
    assert "opted out" in reasons["opted-out"]
    assert "no consent" in reasons["no-consent"]
    assert "said no" in reasons["declined"]
    assert "suppressed" in reasons["bounced"]
    assert (outcomes["snoozed"], "the end of the snooze until 2027-03-03" in reasons["snoozed"]) == ("waiting", True)
    assert reasons["hired"] == "hired"
    assert {row["factor"] for row in found["silver"]["factors"]} == {"silver_medalist"}
    alerts = await deployment.rows("select message_id from ledger where purpose = 'alerts' and state = 'accepted'")
    mails = [mail.headers["message-id"][0] for mail in await deployment.mailbox.messages()]
    assert len(alerts) == 5
    assert all(mails.count(row["message_id"]) == 1 for row in alerts)
    await opened_again_soon_nobody_is_told_twice(deployment)


async def opened_again_soon_nobody_is_told_twice(deployment: Deployment) -> None:
    """A second round within ninety days lists everybody, and writes to none of those who were told."""
    before = await deployment.count("ledger where purpose = 'alerts' and state = 'accepted'")
    for verb in ("close", "reopen"):
        await deployment.keepwarm.move_opening("be-2", verb)
    found = await told(deployment, 2)
    for name in ("silver", "tagged", "skilled", "pooled", "texter"):
        assert found[name]["outcome"] == "not_told"
        assert found[name]["because"] == f"told on {MONDAY:%Y-%m-%d}"
    assert await deployment.count("ledger where purpose = 'alerts' and state = 'accepted'") == before
    assert await deployment.violations() == []
