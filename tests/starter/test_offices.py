"""Offices, recruiters and calendars on the command line, as people and programs use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from temporalio.client import Client

from config.settings import Settings
from starter.preparations import prepare
from tests.starter.temporal import leaving_nobody, working
from tests.starter.test_cli import CommandLine

NEXT_YEAR = datetime.now(UTC).year + 1
CHRISTMAS = f"{NEXT_YEAR}-12-25"


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


async def test_an_office_gives_its_people_zone_hours_and_holidays(command_line: CommandLine) -> None:
    run, json = command_line.run, command_line.json
    added = await json("office", "add", "muc", "Munich", "--country", "Germany", "--subdivision", "BY",
                       "--zone", "europe/berlin", "--hours", "mon-thu 9-17")  # fmt: skip
    assert added["office"] == "muc"
    assert (await json("office", "list"))[0]["hours"] == {"days": "1111000", "start": 540, "end": 1020}
    await run("recruiter", "add", "dana", "Dana Okafor", "--email", "dana@keepwarm.example", "--office", "muc")
    await run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org", "--owner", "dana")
    shown = await json("candidate", "show", "ada")
    assert (shown["zone"], shown["zone_source"]) == ("Europe/Berlin", "office")
    assert "Europe/Berlin (told by office)" in await run("candidate", "show", "ada")
    calendar = await json("calendar", "show", "--candidate", "ada", "--days", "800")
    assert (calendar["country"], calendar["subdivision"], calendar["office"]) == ("DE", "BY", "muc")
    assert calendar["window"] == "mon-thu 09:00-17:00"
    assert {"day": f"{NEXT_YEAR}-01-06", "because": "Epiphany"} in calendar["closed"]
    told = await run("calendar", "show", "--candidate", "ada", "--days", "800")
    assert f"{CHRISTMAS}  Christmas Day" in told
    assert "no office 'much'; did you mean muc" in await run("calendar", "show", "--office", "much", exit_code=1)


async def test_days_windows_and_caps_are_set_foreseen_and_taken_back(command_line: CommandLine) -> None:
    run, json = command_line.run, command_line.json
    await run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org", "--country", "DE")
    day = (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
    foreseen = await json("calendar", "close", day, "--country", "DE", "--because", "move", "--dry-run")
    assert (foreseen["people_concerned"], foreseen["dry_run"], foreseen["touches_moved"]) == (1, True, 0)
    told = await run("calendar", "close", day, "--country", "DE", "--because", "move", "--by", "dana")
    assert f"{day} is closed for DE; 1 person keeps another calendar" in told
    assert {"day": day, "because": "move"} in (await json("calendar", "show", "--country", "DE"))["closed"]
    await run("calendar", "open", day)
    assert f"{day}  open for the house" in await run("calendar", "show")
    assert "as the public holidays have it" in await run("calendar", "forget", day, "--country", "DE")
    assert "nothing was said" in await run("calendar", "forget", day, "--country", "DE", exit_code=1)
    assert "ada has sat 10:00-12:00" in await run("calendar", "window", "sat 10-12", "--candidate", "ada")
    assert (await json("calendar", "show", "--candidate", "ada"))["window"] == "sat 10:00-12:00"
    assert "nothing was changed" in await run("calendar", "window", "10:00-16:00", "--dry-run")
    assert "1 a day, 2 a week, 1 sms in 14 days" in await run("calendar", "caps", "--limit", "1/14d:sms")
    assert (await json("calendar", "show"))["limits"] == "1 a day, 2 a week, 1 sms in 14 days"
    assert "as the settings have them" in await run("calendar", "caps", "--default")
    assert await json("calendar", "refresh") == {"told": 1}
    for wrong in (["close", "soon"], ["window"], ["window", "late"], ["caps"], ["caps", "--per-day", "-1"]):
        await run("calendar", *wrong, exit_code=2)
    assert "is no limit" in await run("calendar", "caps", "--limit", "often", exit_code=1)


async def test_a_recruiter_leaves_and_a_deputy_or_the_house_writes(command_line: CommandLine) -> None:
    run = command_line.run
    await run("recruiter", "add", "lee", "Lee Moreau", "--phone", "+4930555001")
    await run("recruiter", "add", "dana", "Dana Okafor")
    assert "Lee Moreau writes for them" in await run("recruiter", "leave", "dana", "--deputy", "lee")
    assert "the house writes for them" in await run("recruiter", "leave", "lee")
    listed = await command_line.json("recruiter", "list")
    assert [(one["id"], one["active"], one["deputy"]) for one in listed] == [("dana", False, "lee"), ("lee", False, "")]
    assert "did you mean lee" in await run("recruiter", "leave", "leee", exit_code=1)
    assert "can't be their own deputy" in await run("recruiter", "leave", "lee", "--deputy", "lee", exit_code=1)
    assert "correct it" in await run("recruiter", "add", "x", "X", "--email", "no address", exit_code=1)
