"""Erasing from the command line's side: the workflow ends, what is left to people is told, and the doctor finds who was not told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from temporalio.client import Client, WorkflowExecutionStatus

from config.settings import EmailChannel, Settings, SmsChannel
from embedded.ports import free_port
from starter.client import Keepwarm
from starter.doctor import examine
from starter.erasures import erase_candidate
from starter.preparations import register_search_attributes
from starter.refusals import Refused
from storage.candidates import NewCandidate
from storage.erasures import erase
from tests.end_to_end.deployment import until
from tests.starter.temporal import Activities, leaving_nobody, working
from workflows.names import candidate_workflow_id

KEY = "a-signing-key-of-a-deployment-----"


@pytest.fixture
async def keepwarm(engine: Engine, database_url: str, temporal_server: str) -> AsyncIterator[Keepwarm]:
    """The door, with somebody on record; the mailbox is away."""
    client = await Client.connect(temporal_server)
    await register_search_attributes(client)
    settings = Settings(
        external_database=database_url, temporal_address=temporal_server, secret_key=KEY, imap_port=free_port()
    )
    door = Keepwarm(client, engine, settings)
    await door.add_candidate(NewCandidate("Ada Abelard", id="erased-1", emails=["ada@example.org"]))
    async with leaving_nobody(client):
        yield door


@pytest.fixture
async def activities(keepwarm: Keepwarm) -> AsyncIterator[Activities]:
    async with working(keepwarm.client) as noted:
        yield noted


async def ended(keepwarm: Keepwarm) -> None:
    handle = keepwarm.client.get_workflow_handle(candidate_workflow_id("erased-1"))

    async def over() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await until("the workflow has ended", over)


async def test_the_workflow_ends_and_what_is_left_is_told(keepwarm: Keepwarm, activities: Activities) -> None:
    done = await erase_candidate(keepwarm, "ada@example.org", because="asked", by="dana")
    assert done.candidate == "erased-1"
    assert done.rows["contact_points"] == 1
    assert done.mails is None
    assert done.still_to_do[0].endswith("it could not be reached")
    await ended(keepwarm)
    with pytest.raises(Refused, match="was erased"):
        await keepwarm.find("erased-1")
    with pytest.raises(Refused, match=r"no candidate ada@example\.org"):
        await erase_candidate(keepwarm, "ada@example.org", because="asked")
    assert (await erase_candidate(keepwarm, "erased-1", because="asked")).rows == {"candidates": 1}


async def test_nobody_who_was_erased_is_added_without_a_new_word(keepwarm: Keepwarm, activities: Activities) -> None:
    await erase_candidate(keepwarm, "erased-1", because="asked")
    again = NewCandidate("Ada Abelard", emails=["ada@example.org"])
    with pytest.raises(Refused, match="--allow-erased"):
        await keepwarm.add_candidate(again)
    assert await keepwarm.add_candidate(again, allow_erased=True) != "erased-1"


async def test_the_doctor_ends_a_workflow_that_was_not_told(keepwarm: Keepwarm, activities: Activities) -> None:
    with keepwarm.engine.begin() as connection:
        erase(connection, "erased-1", key=KEY.encode(), by="dana", because="asked", at=datetime.now(UTC))

    async def found() -> list[str]:
        return [one.kind for one in await examine(keepwarm) if one.ids == ["erased-1"]]

    assert await until("Temporal lists the workflow", found) == ["workflow_of_erased"]
    await examine(keepwarm, repair=True)
    await ended(keepwarm)


async def test_a_provider_of_yours_is_named_among_what_is_left(keepwarm: Keepwarm, activities: Activities) -> None:
    own = keepwarm.settings.model_copy(
        update={"email": EmailChannel.SENDGRID, "sms": SmsChannel.TWILIO, "imap_host": "imap.example.org"}
    )
    keepwarm.settings = own
    told = " ".join((await erase_candidate(keepwarm, "erased-1", because="asked")).still_to_do)
    for word in ("SendGrid", "Twilio", "imap.example.org", "backups", "applicant tracking"):
        assert word in told
