"""What people do on their pages reaches their workflow, and what it answers reaches their mailbox."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient
from imap_tools import MailMessage

from config.links import LIFE, make_links
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until
from web.app import create_app
from web.doors import TemporalDoor
from web.sites import Site
from workflows.names import candidate_workflow_id

pytestmark = pytest.mark.heavy
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEW = "ada@new.example"


@dataclass
class Home:
    """A deployment with its web process, and a browser at Ada's."""

    deployment: Deployment
    site: Site
    http: AsyncClient

    async def mail(self, address: str, words: str) -> MailMessage:
        """A mail to an address with these words in its subject, once it is there."""

        async def look() -> list[MailMessage]:
            received = await self.deployment.mailbox.messages()
            return [one for one in received if address in one.to and words in one.subject]

        return (await until(f"{address} has a mail about {words}", look))[-1]

    def path(self, page: str, issued: datetime = MONDAY) -> str:
        """One of Ada's pages, by a link of a day."""
        return urlsplit(self.site.links.page_url("ada", page, 0, issued.date())).path


@pytest.fixture(scope="module")
async def home_of_ada(home: Path) -> AsyncIterator[Home]:
    """Ada has applied and was acknowledged; the story begins on a Monday, an hour a minute."""
    settings: dict[str, Any] = {
        "public_url": "https://talent.acme.example",
        "company": "Acme",
        "company_address": "1 Example Street",
    }
    async with Deployment(home, clock_speed=60, **settings) as deployed, AsyncExitStack() as open_things:
        await deployed.begin_story(MONDAY)
        await deployed.keepwarm.add_opening(NewOpening("be-1", "Backend engineer", owner="dana"))
        await deployed.keepwarm.move_opening("be-1", "open")
        await deployed.keepwarm.add_candidate(
            NewCandidate("Ada Lovelace", id="ada", emails=["ada@example.org"], zone="Europe/Berlin")
        )
        await deployed.keepwarm.apply("ada", "be-1")
        await deployed.sent("ada", "received")
        door = TemporalDoor(deployed.settings, deployed.engine)
        site = Site(deployed.settings, deployed.engine, make_links(deployed.settings), door)
        transport = ASGITransport(create_app(site))
        http = await open_things.enter_async_context(
            AsyncClient(transport=transport, base_url=deployed.settings.public_url)
        )
        yield Home(deployed, site, http)


async def test_the_acknowledgment_leads_to_a_page_that_says_the_same(home_of_ada: Home) -> None:
    mail = await home_of_ada.mail("ada@example.org", "Backend engineer")
    [url] = set(re.findall(r"https://talent\.acme\.example/c/[^/\s]+/status", mail.text))
    page = await home_of_ada.http.get(urlsplit(url).path)
    assert "Application received" in page.text
    assert mail.subject in page.text


async def test_opening_every_link_of_a_mail_leaves_the_workflow_as_it_was(home_of_ada: Home) -> None:
    mail = await home_of_ada.mail("ada@example.org", "Backend engineer")
    handle = home_of_ada.deployment.client.get_workflow_handle(candidate_workflow_id("ada"))
    before = (await handle.describe()).history_length
    urls = set(re.findall(r"https://talent\.acme\.example/[\w./=~-]+", f"{mail.text} {mail.html}"))
    assert len(urls) >= 2
    for url in urls:
        for method in ("HEAD", "GET"):
            assert (await home_of_ada.http.request(method, urlsplit(url).path)).status_code == 200
    assert (await handle.describe()).history_length == before


async def test_who_has_an_old_link_gets_a_fresh_one_that_works(home_of_ada: Home) -> None:
    ended = home_of_ada.path("fresh", MONDAY - LIFE - timedelta(days=1))
    for _ in range(2):
        assert (await home_of_ada.http.post(ended)).status_code == 200
    mail = await home_of_ada.mail("ada@example.org", "fresh link")
    [url] = set(re.findall(r"https://\S+/status", mail.text))
    assert (await home_of_ada.http.get(urlsplit(url).path)).status_code == 200
    assert await home_of_ada.deployment.count("ledger where template = 'link'") == 1


async def test_a_question_becomes_a_promise(home_of_ada: Home) -> None:
    answer = await home_of_ada.http.post(home_of_ada.path("question"), data={"question": "May I bring my dog?"})
    assert answer.status_code == 200

    async def promised() -> int:
        return await home_of_ada.deployment.count("promises where kind = 'question' and state = 'due'")

    assert await until("an answer is promised", promised) == 1


async def test_a_new_address_is_used_once_it_has_confirmed(home_of_ada: Home) -> None:
    given = {"full_name": "Ada Lovelace", "email": NEW}
    assert (await home_of_ada.http.post(home_of_ada.path("profile"), data=given)).status_code == 200
    mail = await home_of_ada.mail(NEW, "confirm")
    [url] = set(re.findall(r"https://talent\.acme\.example/\S+", mail.text))
    done = await home_of_ada.http.post(urlsplit(url).path)
    assert "Your address is confirmed" in done.text
    await home_of_ada.deployment.keepwarm.change_stage("ada", "be-1", "screening", by="dana")
    assert (await home_of_ada.mail(NEW, "Backend engineer")).to == (NEW,)


async def test_a_snooze_reaches_the_record(home_of_ada: Home) -> None:
    given = {"snooze": (MONDAY + timedelta(days=40)).date().isoformat(), "pace": "quarterly"}
    assert (await home_of_ada.http.post(home_of_ada.path("preferences"), data=given)).status_code == 200
    shown = await home_of_ada.deployment.cli("candidate", "show", "ada")
    assert "left alone until 2027-01-01" in shown.out


async def test_nothing_that_left_breaks_a_rule(home_of_ada: Home) -> None:
    assert await home_of_ada.deployment.violations() == []


async def test_who_asks_to_be_forgotten_is(home_of_ada: Home) -> None:
    answer = await home_of_ada.http.post(home_of_ada.path("erase"), data={"confirm": "yes"})
    assert "Your data is deleted" in answer.text
    assert await home_of_ada.deployment.count("contact_points where candidate_id = 'ada'") == 0
    assert (await home_of_ada.http.get(home_of_ada.path("status"))).status_code in (404, 410)
    assert await home_of_ada.deployment.violations() == []
