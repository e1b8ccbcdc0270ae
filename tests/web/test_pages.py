"""Candidates' pages in a real browser: on a phone and a desk, without script, by keyboard, accessible, and asking no other host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, ViewportSize
from sqlalchemy import Engine, insert

from storage import candidates, corrections, messages, openings, preferences
from storage.openings import NewOpening
from storage.tables import applications, stage_log
from tests.web.browsers import DESK, PHONE, Visit, a_browser, a_visit, served
from tests.web.conftest import LEFT, FakeDoor, page_path, path_of, standing
from web.sites import Site

APPLIED = datetime(2026, 3, 2, 9, tzinfo=UTC)
GUIDE = {"criteria": ["Python in production"], "timetable": {"applied": 5, "interview": 10}}


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    """Where the application is served to a browser."""
    async with served(site) as address:
        yield address


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
async def visit(request: pytest.FixtureRequest, chromium: Browser, address: str) -> AsyncIterator[Visit]:
    size: ViewportSize = request.param
    async with a_visit(chromium, address, size) as visit:
        yield visit


@pytest.fixture
def ada(engine: Engine, add_person: Callable[..., str]) -> str:
    """Ada, who applied to be-1 and is interviewed."""
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer", place="Berlin", guide=GUIDE))
    add_person("ada", zone="Europe/Berlin", country="DE", skills=["Python"])
    with engine.begin() as connection:
        given = {"candidate_id": "ada", "opening_id": "be-1"}
        for stage, days in (("applied", 0), ("interview", 3)):
            at = APPLIED + timedelta(days=days)
            row = {"event_id": stage, "stage": stage, "outcome": "entered", "at": at}
            connection.execute(insert(stage_log).values(**given, **row))
        row = {"stage": "interview", "stage_at": APPLIED, "furthest": "interview", "applied_at": APPLIED}
        connection.execute(insert(applications).values(**given, **row))
    return "ada"


async def test_a_person_leaves_by_keyboard(
    visit: Visit, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    await visit.open(path_of(site.links.unsubscribe_url(add_person(), "nurture")))
    assert await visit.page.title() == "Unsubscribe – Acme <Söhne>"
    await visit.check()
    await visit.page.keyboard.press("Tab")
    await visit.page.keyboard.press("Enter")
    await visit.page.get_by_role("status").wait_for()
    assert await visit.page.get_by_role("heading").inner_text() == "You are unsubscribed"
    await visit.check()
    assert standing(engine) == LEFT
    assert any(url.endswith("/assets/candidate.css") for url in visit.asked)


async def test_a_person_chooses_what_to_hear_and_how(
    visit: Visit, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    add_person("karl", language="de", phones=["+49 30 901820"])
    await visit.open(page_path(site, "karl"))
    await visit.check()
    page = visit.page
    news, jobs = (page.get_by_role("group", name=name) for name in ("Neuigkeiten aus dem Team", "Stellen"))
    await visit.tick(news.get_by_label("per E-Mail"))
    await visit.tick(jobs.get_by_label("per SMS"))
    await visit.tab_to(page.get_by_label("so oft, wie Sie allen schreiben"))
    await page.keyboard.press("ArrowDown")
    await visit.press(page.get_by_role("button", name="Speichern"))
    assert await page.get_by_role("status").inner_text() == "Ihre Auswahl ist gespeichert."
    await visit.check()
    assert standing(engine, "karl") == {
        "application/email": True,
        "nurture/email": False,
        "nurture/sms": False,
        "alerts/email": True,
        "alerts/sms": True,
    }
    with engine.connect() as connection:
        assert preferences.get(connection, "karl").pace == "monthly"


async def test_a_person_reads_where_they_stand_and_asks(visit: Visit, site: Site, engine: Engine, ada: str) -> None:
    await visit.open(page_path(site, ada, "status"))
    await visit.check()
    text = await visit.text()
    assert "Backend engineer, Berlin" in text
    assert "You are here." in text
    page = visit.page
    await visit.press(page.get_by_role("button", name="Send the question"))
    assert "Write your question here first." in await visit.text()
    await visit.check()
    await visit.tab_to(page.get_by_label("Your question"))
    await page.keyboard.type("May I bring my dog?")
    await visit.press(page.get_by_role("button", name="Send the question"))
    assert "A person will answer it by mail." in await page.get_by_role("status").inner_text()
    await visit.check()
    with engine.connect() as connection:
        [kept] = messages.for_candidate(connection, ada)
    assert kept.text == "May I bring my dog?"


async def test_a_person_corrects_their_details(visit: Visit, site: Site, engine: Engine, ada: str) -> None:
    await visit.open(page_path(site, ada, "profile"))
    await visit.check()
    page = visit.page
    phone = page.get_by_label("Phone number")
    await visit.tab_to(phone)
    await page.keyboard.type("call me")
    await visit.press(page.get_by_role("button", name="Save"))
    assert await phone.get_attribute("aria-invalid") == "true"
    described = await phone.get_attribute("aria-describedby")
    assert described is not None
    assert "We can't use this number." in await page.locator(f"#{described.split()[0]}").inner_text()
    await visit.check()
    await page.get_by_label("Phone number").fill("+49 30 901820")
    await page.get_by_label("Email address").fill("ada@new.example")
    await visit.press(page.get_by_role("button", name="Save"))
    assert await page.get_by_role("status").count() == 2
    await visit.check()
    with engine.connect() as connection:
        points = {point.kind: point.value for point in candidates.profile(connection, ada).contact_points}
        assert points == {"email": "ada@candidates.example", "phone": "+49 30 901820"}
        assert corrections.wanted_email(connection, ada) == "ada@new.example"
    await visit.open(path_of(site.links.address_url(ada, "ada@new.example", datetime.now(UTC).date())))
    await visit.check()
    await visit.press(page.get_by_role("button", name="Yes, write to me here"))
    assert await page.get_by_role("heading").inner_text() == "Your address is confirmed"


async def test_a_person_takes_their_data_and_is_forgotten(
    visit: Visit, site: Site, engine: Engine, ada: str, door: FakeDoor
) -> None:
    await visit.open(page_path(site, ada, "data"))
    await visit.check()
    page = visit.page
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Give me a copy").click()
    assert (await coming.value).suggested_filename.endswith(".zip")
    await visit.press(page.get_by_role("button", name="Forget me"))
    assert await page.get_by_role("heading").inner_text() == "Shall we forget you?"
    await visit.check()
    await visit.press(page.get_by_role("button", name="Yes, forget me"))
    assert "Your data is deleted" in await page.get_by_role("status").inner_text()
    await visit.check()
    assert [told["signal"] for told in door.told] == ["erased"]


async def test_a_person_ends_all_links_and_gets_a_fresh_one(visit: Visit, site: Site, ada: str, door: FakeDoor) -> None:
    await visit.open(page_path(site, ada, "data"))
    page = visit.page
    await visit.press(page.get_by_role("button", name="End all links"))
    await visit.check()
    answer = await page.goto(page_path(site, ada, "status"))
    assert answer is not None
    assert answer.status == 410
    await visit.check()
    await visit.press(page.get_by_role("button", name="Mail me a fresh link"))
    assert "on its way" in await page.get_by_role("status").inner_text()
    async with asyncio.timeout(10):
        while not door.told:  # it is told once the page has been answered
            await asyncio.sleep(0.02)
    assert [told["template"] for told in door.told] == ["link"]


async def test_every_page_leads_to_every_other(visit: Visit, site: Site, ada: str) -> None:
    await visit.open(page_path(site, ada, "status"))
    for name in ("What you hear", "Your details", "Your data", "Where you stand"):
        await visit.press(visit.page.get_by_role("navigation").get_by_role("link", name=name))
        current = visit.page.get_by_role("navigation").locator("[aria-current=page]")
        assert await current.inner_text() == name


@pytest.mark.parametrize("language", ["de", "fr", "es"])
async def test_long_words_of_other_languages_fit(
    language: str, chromium: Browser, address: str, site: Site, engine: Engine, ada: str
) -> None:
    with engine.begin() as connection:
        preferences.change(connection, ada, {"language": language})
    async with a_visit(chromium, address, PHONE, "dark") as visit:
        for name in ("status", "preferences", "profile", "data"):
            await visit.open(page_path(site, ada, name))
            assert await visit.page.locator("html").get_attribute("lang") == language
            await visit.check()


async def test_a_broken_link_is_a_page_that_helps(visit: Visit) -> None:
    answer = await visit.page.goto("/u/broken")
    assert answer is not None
    assert answer.status == 404
    assert "Copy the whole link" in await visit.text()
    await visit.check()
