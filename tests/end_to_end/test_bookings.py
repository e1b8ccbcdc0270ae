"""An interview chosen, told, reminded of and taken back; a survey; a sign-up: real processes, real mails, real calendar entries."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient
from icalendar import Calendar

from config.links import make_links
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until
from web.app import create_app
from web.doors import TemporalDoor
from web.sites import Site

pytestmark = pytest.mark.heavy
NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday's. When it comes to the refusal it is about noon, inside the window that refusals keep."""
SPEED = 900
"""A quarter of an hour each second: a day's reminder comes within the minute, and an hour is long enough not to be missed."""


@dataclass
class Home:
    """A deployment with its web process."""

    deployment: Deployment
    http: AsyncClient

    async def mail(self, address: str, words: str, within: float = 60) -> EmailMessage:
        """The newest mail to an address with these words in its subject, once it is there."""

        async def look() -> list[EmailMessage]:
            received = [one.obj.as_bytes() for one in await self.deployment.mailbox.messages()]
            parsed = [email.message_from_bytes(raw, policy=email.policy.default) for raw in received]
            return [one for one in parsed if address in one["To"] and words in one["Subject"]]

        return (await until(f"{address} has a mail about {words}", look, within))[-1]

    async def cli(self, *words: str) -> Any:
        """What a command answers as JSON."""
        return (await self.deployment.cli(*words, "--json")).json


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link(mail: EmailMessage, page: str) -> str:
    """The path of a link in a mail."""
    found = re.search(rf"https://talent\.acme\.example(/c/\S+/{page}\S*)", text_of(mail))
    assert found, text_of(mail)
    return urlsplit(found[1]).path


def entry(mail: EmailMessage) -> tuple[str, Any]:
    """The method of a mail's invitation, and its event; both its copies are alike."""
    parts = [one for one in mail.walk() if one.get_content_type() in ("text/calendar", "application/ics")]
    shown, attached = (bytes(one.get_payload(decode=True)) for one in parts)
    assert shown == attached
    calendar = Calendar.from_ical(shown)
    assert isinstance(calendar, Calendar)
    assert parts[0].get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


@pytest.fixture(scope="module")
async def acme(home: Path) -> AsyncIterator[Home]:
    """The opening be-1, with two times on Wednesday afternoon; Ada has applied."""
    settings: dict[str, Any] = {"public_url": "https://talent.acme.example", "company": "Acme", "language": "en"}
    async with Deployment(home, clock_speed=SPEED, **settings) as deployed, AsyncExitStack() as open_things:
        await deployed.begin_story(NIGHT)
        site = Site(
            deployed.settings, deployed.engine, make_links(deployed.settings), TemporalDoor(deployed.settings, deployed.engine)
        )  # fmt: skip
        http = await open_things.enter_async_context(
            AsyncClient(transport=ASGITransport(create_app(site)), base_url=deployed.settings.public_url)
        )
        made = Home(deployed, http)
        await deployed.keepwarm.add_opening(NewOpening("be-1", "Backend engineer"))
        await deployed.keepwarm.move_opening("be-1", "open")
        await deployed.keepwarm.add_candidate(
            NewCandidate("Ada Lovelace", id="ada", emails=["ada@example.org"], zone="Europe/Berlin")
        )
        await deployed.keepwarm.apply("ada", "be-1")
        first = (await deployed.keepwarm.now() + timedelta(hours=30)).replace(minute=0, second=0, microsecond=0)
        added = await made.cli(
            "slot", "add", "be-1", "--from", first.replace(tzinfo=None).isoformat(), "--to",
            (first + timedelta(hours=2)).replace(tzinfo=None).isoformat(), "--every", "1h", "--zone", "UTC", "--every-day",
        )  # fmt: skip
        assert added["added"] == 2
        yield made


async def test_the_invitation_to_an_interview_leads_to_a_booking_in_both_calendars(acme: Home) -> None:
    await acme.deployment.keepwarm.change_stage("ada", "be-1", "interview", by="dana")
    path = link(await acme.mail("ada@example.org", "meet you"), "booking/be-1")
    page = await acme.http.get(path)
    slot = re.search(r'name="slot" value="(\d+)"', page.text)
    assert slot
    booked = await acme.http.post(path, data={"action": "book", "slot": slot[1], "shown": ""})
    assert "Booked." in booked.text
    mail = await acme.mail("ada@example.org", "is booked")
    method, event = entry(mail)
    assert (method, int(event["SEQUENCE"]), event["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert "(CET)" in text_of(mail)
    listed = await acme.cli("slot", "list", "--opening", "be-1")
    assert [one["guests"] for one in listed] == [["Ada Lovelace (ada)"], []]
    assert (await acme.http.get(f"{path}/invite.ics")).text.startswith("BEGIN:VCALENDAR")


async def test_a_day_before_the_person_is_reminded(acme: Home) -> None:
    mail = await acme.mail("ada@example.org", "Reminder", within=90)
    assert "look forward" in text_of(mail)
    assert not [one for one in mail.walk() if one.get_content_type() == "text/calendar"]


async def test_who_holds_a_time_that_is_taken_back_is_told_and_offered_the_other(acme: Home) -> None:
    [held] = [one for one in await acme.cli("slot", "list", "--opening", "be-1") if one["guests"]]
    told = await acme.cli("slot", "cancel", str(held["id"]))
    assert told["told"] == ["ada"]
    mail = await acme.mail("ada@example.org", "is cancelled")
    method, event = entry(mail)
    assert (method, int(event["SEQUENCE"]), event["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    assert "We are sorry" in text_of(mail)
    assert (await acme.http.get(link(mail, "booking/be-1"))).status_code == 200


async def test_the_survey_opens_once_the_decision_arrived(acme: Home) -> None:
    path = link(await acme.mail("ada@example.org", "is cancelled"), "status").replace("/status", "/survey/be-1")
    assert "Not yet" in (await acme.http.get(path)).text
    await acme.deployment.keepwarm.change_stage(
        "ada", "be-1", "rejected", by="dana", reason="We need more years.", feedback="Clear thinking."
    )
    assert "Not yet" in (await acme.http.post(path, data={"score": "9"})).text

    async def told() -> int:
        return await acme.deployment.count("ledger where template like 'refused%' and state = 'accepted'")

    assert await until("Ada knows", told, 120) == 1
    assert "saved" in (await acme.http.post(path, data={"score": "9", "informed": "5"})).text
    [report] = await acme.cli("surveys", "--opening", "be-1")
    assert (report["cnps"], report["answered"], report["informed"]) == (100, 1, 5.0)


async def test_a_sign_up_counts_once_its_address_says_so(acme: Home) -> None:
    given = {"full_name": "Grace Hopper", "email": "grace@example.org", "nurture": "yes"}
    assert (await acme.http.post("/join", data=given)).status_code == 200
    mail = await acme.mail("grace@example.org", "confirm")
    assert "Grace" not in str(mail)
    path = link(mail, "confirm/1")
    assert (await acme.http.get(path)).status_code == 200
    assert await acme.deployment.count("consent_log where purpose = 'nurture'") == 0
    assert "You are in" in (await acme.http.post(path, data={"agreed": "yes"})).text

    async def inside() -> int:
        return await acme.deployment.count("enrollments where journey = 'talent-community' and status = 'active'")

    assert await until("the journey has begun", inside) == 1


async def test_nothing_that_left_breaks_a_rule_and_no_history_names_anybody(acme: Home) -> None:
    assert await acme.deployment.violations() == []
    for workflow_id in ("candidate-ada", "signup-1"):
        history = await acme.deployment.client.get_workflow_handle(workflow_id).fetch_history()
        told = history.to_json()
        assert not re.search(r"Lovelace|Hopper|example\.org|Clear thinking", told)
