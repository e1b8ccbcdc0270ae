"""The command line as people and programs use it: exit codes, stderr, JSON."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from temporalio.client import Client
from typer.testing import CliRunner

from config.settings import Settings
from starter.cli import app
from starter.preparations import prepare
from storage.tables import ledger
from templates.schema import journey_schema
from tests.starter.temporal import Activities, leaving_nobody, working


@dataclass
class CommandLine:
    """Runs commands beside a worker."""

    activities: Activities
    client: Client
    engine: Engine

    async def run(self, *words: str, exit_code: int = 0) -> str:
        """What a command says: stdout, and stderr with it where it refuses."""
        result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
        assert result.exit_code == exit_code, f"{words}: {result.output} {result.exception!r}"
        return result.output if exit_code else result.stdout

    async def json(self, *words: str) -> Any:
        return json.loads(await self.run(*words, "--json"))


@pytest.fixture
async def command_line(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, database_url: str, temporal_server: str
) -> AsyncIterator[CommandLine]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    await prepare(Settings(external_database=database_url, temporal_address=temporal_server))
    client = await Client.connect(temporal_server)
    async with leaving_nobody(client), working(client) as activities:
        yield CommandLine(activities, client, engine)


async def test_a_candidate_goes_through_an_opening(command_line: CommandLine) -> None:
    run = command_line.run
    added = await command_line.json(
        "candidate", "add", "Ada Abelard", "--email", "ada@example.org", "--place", "Berlin"
    )
    ada = added["candidate"]
    assert "is a draft" in await run("opening", "add", "be-1", "Backend Engineer", "--must-have", "Python")
    assert "be-1 is open, round 1" in await run("opening", "open", "be-1")
    assert "acknowledgment follows" in await run("apply", "ada@example.org", "be-1")
    assert "will send interview now" in await run("stage", ada, "be-1", "interview", "--by", "dana")
    assert "unless taken back" in await run("stage", ada, "be-1", "rejected", "--reason", "R", "--feedback", "F")
    shown = await command_line.json("candidate", "show", "ada@example.org")
    assert (shown["full_name"], shown["zone"]) == ("Ada Abelard", "Europe/Berlin")
    assert "Ada Abelard" in await run("candidate", "show", ada)
    assert (await command_line.json("opening", "list"))[0]["id"] == "be-1"
    assert "be-1 is filled" in await run("opening", "fill", "be-1")
    assert await command_line.json("opening", "told", "be-1") == []


async def test_journeys_are_checked_published_listed_and_entered(command_line: CommandLine, tmp_path: Path) -> None:
    run = command_line.run
    await run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    assert "can be published" in await run("journey", "check", "silver-medalist")
    assert json.loads(await run("journey", "schema")) == journey_schema()
    assert "unchanged" in await run("journey", "publish", "silver-medalist")
    assert {row["journey"] for row in await command_line.json("journey", "list")} >= {"silver-medalist"}
    assert "ada is in silver-medalist@1" in await run("enroll", "ada", "silver-medalist")
    assert "already in" in await run("enroll", "ada", "silver-medalist", exit_code=1)
    assert "leaves" in await run("unenroll", "ada", "silver-medalist")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "journey.yaml").write_text("title: x\nsteps: 3\n")
    assert "journey.yaml" in await run("journey", "check", str(tmp_path / "broken"), exit_code=1)


async def test_what_somebody_said_of_consent_is_recorded_and_read(command_line: CommandLine) -> None:
    run, proof = command_line.run, ("--text", "Write to me", "--source", "career fair")
    await run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    said = ("consent", "grant", "ada", "--purpose", "nurture", "--channel", "email", *proof)
    assert "ada agreed to nurture by email" in await run(*said, "--at", "2026-01-05", "--event-id", "fair-1")
    await run(*said, "--at", "2026-01-05", "--event-id", "fair-1")
    assert "lies ahead" in await run(*said, "--at", "2126-01-05", exit_code=1)
    assert "no purpose 'nurtur'; did you mean nurture?" in await run(
        "consent", "grant", "ada", "--purpose", "nurtur", "--channel", "email", *proof, exit_code=1
    )
    assert "hears no more of anything" in await run("consent", "withdraw", "ada", "--source", "phone call")
    words = await command_line.json("consent", "log", "ada")
    mine = [(word["granted"], word["source"]) for word in words if word["purpose"] == "nurture"]
    assert mine == [(True, "career fair"), (False, "phone call"), (False, "phone call")]
    assert "Write to me" in await run("consent", "log", "ada")


async def test_refusals_go_to_stderr_with_the_cure(command_line: CommandLine) -> None:
    assert "did you mean be-1" in await refused_opening(command_line)
    assert "no candidate 'nobody'" in await command_line.run("why", "nobody", exit_code=1)
    assert "no journey 'nowhere'" in await command_line.run("enroll", "ada", "nowhere", exit_code=1)
    await command_line.run("snooze", "ada", exit_code=2)
    await command_line.run("stage", "ada", exit_code=2)


async def refused_opening(command_line: CommandLine) -> str:
    await command_line.run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    await command_line.run("opening", "add", "be-1", "Backend Engineer")
    return await command_line.run("apply", "ada", "be-l", exit_code=1)


async def test_an_import_reports_starts_and_repeats_without_a_change(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"Person {n},p{n}@example.org,Berlin" for n in range(60)]
    path.write_text("\n".join(["name,email,place", *rows, "Nobody,not an address,"]) + "\n")
    planned = await command_line.json("import", str(path), "--dry-run")
    report = await command_line.json("import", str(path), "--errors", str(tmp_path / "bad.csv"), "--pool", "fair")
    assert (planned["new"], report["new"], len(report["bad"])) == (60, 60, 1)
    assert report["bad"][0]["line"] == 62
    assert (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("62,")
    assert "new 0, changed 0, unchanged 60, bad 1" in await command_line.run("import", str(path), "--pool", "fair")
    assert await command_line.json("doctor") == []
    assert "--consent-text" in await command_line.run("import", str(path), "--consent", "nurture", exit_code=1)
    assert "can't be read" in await command_line.run("import", str(tmp_path / "none.csv"), exit_code=1)


async def test_a_person_is_paused_snoozed_and_goes_on(command_line: CommandLine) -> None:
    run = command_line.run
    await run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    assert "ada is paused" in await run("pause", "ada")
    assert "ada goes on" in await run("resume", "ada")
    assert "left alone until 2030-01-01" in await run("snooze", "ada", "--until", "2030-01-01")
    assert "awake" in await run("snooze", "ada", "--end")


async def test_upcoming_prove_stop_and_go_answer(command_line: CommandLine) -> None:
    assert await command_line.json("upcoming") == []
    assert (await command_line.json("prove"))["proved"] is True
    assert "stopped" in await command_line.run("stop", "--because", "wrong template", "--by", "dana")
    assert "going" in await command_line.run("go")


async def test_an_unknown_fate_is_listed_explained_and_settled(command_line: CommandLine) -> None:
    await command_line.run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    key = "ada/nurture/journey-1/hello/2026-12-01T09:00:00Z"
    with command_line.engine.begin() as connection:
        connection.execute(
            ledger.insert().values(
                touch_key=key, candidate_id="ada", purpose="nurture", channel="email", template="hello",
                journey="journey", version=1, state="unknown", due=datetime.now(UTC) - timedelta(days=1),
                handed_over_at=datetime.now(UTC) - timedelta(days=1),
            )
        )  # fmt: skip
    assert [row["touch_key"] for row in await command_line.json("unknown")] == [key]
    assert "keepwarm resolve" in await command_line.run("why", "ada", key)
    assert "unknown: 1" in await command_line.run("doctor", exit_code=1)
    assert "did not leave" in await command_line.run("resolve", key, "--not-sent", "--by", "dana")
    assert "no touch of unknown fate" in await command_line.run("resolve", key, "--sent", exit_code=1)
    assert "no touch of ada" in await command_line.run("why", "ada", "nothing", exit_code=1)


async def test_the_doctor_starts_what_was_lost(command_line: CommandLine) -> None:
    await command_line.run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")
    await command_line.run("opening", "add", "be-1", "Backend Engineer")
    await command_line.run("apply", "ada", "be-1")
    await command_line.client.get_workflow_handle("candidate-ada").terminate()
    await _until_listed(command_line, "candidate-ada", running=False)
    await command_line.run("doctor", exit_code=1)
    found = await command_line.json("doctor", "--repair")
    assert [(finding["kind"], finding["ids"]) for finding in found] == [("candidate_without_workflow", ["ada"])]
    await _until_listed(command_line, "candidate-ada", running=True)
    assert await command_line.run("doctor") == "all is well\n"


async def _until_listed(command_line: CommandLine, workflow_id: str, *, running: bool) -> None:
    """Visibility follows the history a moment later."""
    query = f"WorkflowId = '{workflow_id}' AND ExecutionStatus = 'Running'"
    async with asyncio.timeout(20):
        while bool([run async for run in command_line.client.list_workflows(query)]) is not running:
            await asyncio.sleep(0.05)


def test_help_answers_at_once() -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "starter.cli", "--help"], capture_output=True, text=True, check=True)
    assert "Candidate relationship management" in done.stdout
    assert time.perf_counter() - began < 2
    loaded = subprocess.run(
        [sys.executable, "-c", "import starter.cli, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"temporalio", "sqlalchemy", "fastapi", "phonenumbers", "rich"}
    assert heavy.isdisjoint(loaded.stdout.split())


def test_a_missing_server_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KEEPWARM_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["upcoming"])
    assert result.exit_code == 1
    assert "keepwarm up" in result.stderr
