"""The door opens when Temporal is there, and says so when it is not."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from temporalio.client import Client

from config.settings import Settings
from embedded.ports import free_port
from starter.preparations import register_search_attributes
from storage.candidates import NewCandidate
from web.doors import TemporalDoor
from web.sites import DoorClosed
from workflows.names import QUEUE, candidate_workflow_id

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
async def client(temporal_server: str) -> Client:
    """A client of a server that knows our search attributes; no worker runs."""
    connected = await Client.connect(temporal_server)
    await register_search_attributes(connected)
    return connected


@pytest.fixture
def temporal_door(temporal_server: str, engine: Engine) -> TemporalDoor:
    return TemporalDoor(Settings(temporal_address=temporal_server), engine)


async def test_a_door_to_a_server_that_answers_is_open(client: Client, temporal_door: TemporalDoor) -> None:
    await temporal_door.check()


async def test_a_door_to_nothing_is_closed_for_every_verb(engine: Engine) -> None:
    door = TemporalDoor(Settings(temporal_port=free_port()), engine)
    verbs: list[Callable[[], object]] = [
        door.check,
        door.backlogs,
        lambda: door.add_candidate(NewCandidate("Ada")),
        lambda: door.change_stage("ada", "be-1", "offer"),
        lambda: door.consent_changed(
            "ada", "nurture", "*", granted=False, source="unsubscribe link", event_id="e1", at=NOW
        ),
    ]
    for verb in verbs:
        with pytest.raises(DoorClosed, match="Temporal does not answer"):
            await verb()  # type: ignore[misc]


async def test_a_workflow_hears_of_a_word_that_the_log_has(
    client: Client, temporal_door: TemporalDoor, add_person: Callable[..., str]
) -> None:
    add_person("heard")
    await temporal_door.consent_changed(
        "heard", "nurture", "*", granted=False, source="unsubscribe link", event_id="e1:nurture/*", at=NOW
    )
    handle = client.get_workflow_handle(candidate_workflow_id("heard"))
    history = await handle.fetch_history()
    (signalled,) = [e for e in history.events if e.HasField("workflow_execution_signaled_event_attributes")]
    attributes = signalled.workflow_execution_signaled_event_attributes
    (payload,) = await client.data_converter.decode(attributes.input.payloads)
    await handle.terminate()
    assert attributes.signal_name == "consent_changed"
    assert payload == {
        "event_id": "e1:nurture/*",
        "at": "2026-11-24T10:00:00+00:00",
        "purpose": "nurture",
        "channel": "*",
        "granted": False,
        "source": "unsubscribe link",
        "recorded": True,
    }


async def test_what_no_worker_takes_is_counted(
    client: Client, temporal_door: TemporalDoor, add_person: Callable[..., str]
) -> None:
    before = (await temporal_door.backlogs())[QUEUE].tasks
    add_person("waiting")
    await temporal_door.consent_changed("waiting", "alerts", "sms", granted=True, source="t", event_id="e", at=NOW)
    async with asyncio.timeout(20):
        while (await temporal_door.backlogs())[QUEUE].tasks <= before:
            await asyncio.sleep(0.05)
    assert (await temporal_door.backlogs())[QUEUE].tasks > before
    await client.get_workflow_handle(candidate_workflow_id("waiting")).terminate()
