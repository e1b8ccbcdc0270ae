"""Guides, promises and waivers on the command line, against real servers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from temporalio.client import Client
from typer.testing import CliRunner

from config.settings import Settings
from domain.facts import Fact, FactKind
from starter.cli import app
from starter.preparations import prepare
from storage import promises
from storage.tables import decision_notes
from tests.starter.temporal import leaving_nobody, working
from tests.storage.conftest import NOW

Run = Callable[..., Awaitable[str]]
GUIDE = """
criteria: [Python in production, clear writing]
timetable: {applied: 5, interview: 10}
owner: dana
deputy: eli
"""


async def run(*words: str, exit_code: int = 0) -> str:
    """What a command says; stderr with it where it refuses."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    assert result.exit_code == exit_code, f"{words}: {result.output} {result.exception!r}"
    return result.output if exit_code else result.stdout


@pytest.fixture
async def house(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, database_url: str, temporal_server: str
) -> AsyncIterator[Engine]:
    """A worker, an opening, and Ada."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    await prepare(Settings(external_database=database_url, temporal_address=temporal_server))
    client = await Client.connect(temporal_server)
    async with leaving_nobody(client), working(client):
        await run("opening", "add", "be-1", "Backend Engineer")
        await run("candidate", "add", "Ada Abelard", "--email", "ada@example.org")
        yield engine


def write(folder: Path, name: str, text: str) -> str:
    """A file's path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


async def test_a_pipeline_with_a_missing_message_is_not_published(house: Engine, tmp_path: Path) -> None:
    stages = [
        {"name": "in", "kind": "received", "message": "received"},
        {"name": "trial", "kind": "late", "message": "trial-day"},
        {"name": "joined", "kind": "hired", "message": "hired"},
        {"name": "no", "kind": "refused", "message": "sorry"},
        {"name": "gone", "kind": "withdrawn", "message": "withdrawn"},
    ]
    file = write(tmp_path, "pipeline.json", json.dumps({"stages": stages}))
    said = await run("opening", "add", "be-2", "Tester", "--pipeline", file, exit_code=1)
    assert "stage 'trial' names the message 'trial-day', which does not exist" in said
    assert "stage 'no' names the message 'sorry', which does not exist" in said


async def test_an_opening_takes_a_guide_and_shows_it(house: Engine, tmp_path: Path) -> None:
    await run("opening", "guide", "be-1", write(tmp_path, "guide.yaml", GUIDE))
    shown = json.loads(await run("opening", "guide", "be-1", "--show", "--json"))
    assert shown["timetable"] == {"applied": 5, "interview": 10}
    assert (shown["owner"], shown["deputy"], shown["slip_days"]) == ("dana", "eli", 5)
    assert "timetable: applied 5 days, interview 10 days" in await run("opening", "guide", "be-1", "--show")


async def test_a_guide_that_cannot_be_kept_is_refused_with_each_fault(house: Engine, tmp_path: Path) -> None:
    file = write(tmp_path, "guide.yaml", "timetable: {aplied: 5, interview: 1}\nnext_date: 2020-01-01\n")
    said = await run("opening", "guide", "be-1", file, exit_code=1)
    assert "no open stage 'aplied'" in said
    assert "interview has 1 days" in said
    assert "2020-01-01 has passed" in said
    await run("opening", "guide", "be-1", exit_code=2)


async def test_promises_are_listed_by_what_became_of_them(house: Engine) -> None:
    found = json.loads(await run("candidate", "show", "ada@example.org", "--json"))
    candidate_id = found["id"]
    with house.begin() as connection:
        for key, outcome in (("p1", "due"), ("p2", "broken"), ("p3", "kept")):
            made = Fact(
                FactKind.PROMISE, NOW, opening_id="be-1", stage="answer", touch_key=key, outcome=outcome, until=NOW
            )
            promises.record(connection, candidate_id, made)
    keys = {flag: [one["promise_key"] for one in json.loads(await run("promises", flag, "--json"))] for flag in FLAGS}
    assert keys == {"--due": ["p1"], "--broken": ["p2"], "--kept": ["p3"]}
    assert len((await run("promises", "--opening", "be-1")).splitlines()) >= 3
    await run("promises", "--opening", "nowhere", exit_code=1)
    await run("promises", "--due", "--kept", exit_code=2)


FLAGS = ("--due", "--broken", "--kept")


async def test_who_was_interviewed_is_not_closed_without_words_or_a_waiver(house: Engine) -> None:
    ada = "ada@example.org"
    await run("apply", ada, "be-1")
    await run("stage", ada, "be-1", "interview")
    said = await run("stage", ada, "be-1", "rejected", "--reason", "Another came closer.", exit_code=1)
    assert "they came to interview, and feedback is missing" in said
    assert "--waiver" in said
    await run("stage", ada, "be-1", "rejected", "--waiver", "She asked for none.")
    with house.connect() as connection:
        assert "She asked for none." in connection.scalars(select(decision_notes.c.waiver)).all()
