"""Booking, survey and joining in a real browser: by keyboard, on a phone and a desk, accessible, and asking no other host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, ViewportSize
from sqlalchemy import Engine, insert

from storage import bookings, openings, signups, slots, surveys
from storage.slots import NewSlot
from storage.tables import applications
from tests.storage.people import sent
from tests.web.browsers import DESK, PHONE, Visit, a_browser, a_visit, served
from tests.web.conftest import page_path, standing
from web.sites import Site

SOON = (datetime.now(UTC) + timedelta(days=20)).replace(hour=8, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
async def visit(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> AsyncIterator[Visit]:
    size: ViewportSize = request.param
    async with served(site) as address, a_visit(chromium, address, size) as visit:
        yield visit


@pytest.fixture
def ada(engine: Engine, add_person: Callable[..., str]) -> str:
    """Ada, who is interviewed at be-1, where four times on two days can be chosen."""
    add_person("ada", zone="Europe/Berlin")
    with engine.begin() as connection:
        openings.add(connection, openings.NewOpening("be-1", "Backend engineer"))
        openings.set_status(connection, "be-1", "open", 1)
        connection.execute(
            insert(applications).values(
                candidate_id="ada", opening_id="be-1", stage="interview", stage_at=SOON, kind="late",
                furthest="interview", applied_at=SOON,
            )
        )  # fmt: skip
        hours = (0, 1, 24, 25)
        slots.add(connection, [NewSlot("be-1", SOON + timedelta(hours=one), 45, "Room 1", "Dana") for one in hours])
    return "ada"


async def test_a_person_books_moves_and_cancels_an_interview(
    visit: Visit, site: Site, engine: Engine, ada: str
) -> None:
    await visit.open(page_path(site, ada, "booking/be-1"))
    await visit.check()
    page = visit.page
    assert "Central European" in await visit.text()
    assert await page.get_by_role("group").count() == 2
    first = page.get_by_role("radio").first
    await visit.tick(first)
    await visit.press(page.get_by_role("button", name="Book this time"))
    assert "Booked." in await page.get_by_role("status").inner_text()
    assert await page.get_by_role("heading", name="Your time").count() == 1
    await visit.check()
    await visit.tick(page.get_by_role("radio").first)
    await visit.press(page.get_by_role("button", name="Move to this time"))
    assert "Moved." in await page.get_by_role("status").inner_text()
    with engine.connect() as connection:
        held = bookings.held(connection, ada, "be-1")
    assert held is not None
    assert (held.starts_at, held.sequence) == (SOON + timedelta(hours=1), 1)
    await visit.press(page.get_by_role("button", name="Cancel this time"))
    assert "Cancelled." in await page.get_by_role("status").inner_text()
    await visit.check()
    with engine.connect() as connection:
        assert bookings.held(connection, ada, "be-1") is None


async def test_a_person_takes_the_interview_into_their_calendar(visit: Visit, site: Site, ada: str) -> None:
    await visit.open(page_path(site, ada, "booking/be-1"))
    await visit.tick(visit.page.get_by_role("radio").first)
    await visit.press(visit.page.get_by_role("button", name="Book this time"))
    link = visit.page.get_by_role("link", name="Download for your calendar")
    await visit.tab_to(link)
    async with visit.page.expect_download() as started:
        await visit.page.keyboard.press("Enter")
    download = await started.value
    assert download.suggested_filename == "invite.ics"


async def test_a_person_says_how_it_was(visit: Visit, site: Site, engine: Engine, ada: str) -> None:
    await visit.open(page_path(site, ada, "survey/be-1"))
    assert "Not yet" in await visit.text()
    await visit.check()
    with engine.begin() as connection:
        connection.execute(applications.update().values(stage="rejected", kind="refused"))
        sent(connection, "ada/application/be-1:rejected/message/1", purpose="application", template="refused",
             opening_id="be-1")  # fmt: skip
    await visit.open(page_path(site, ada, "survey/be-1"))
    await visit.check()
    page = visit.page
    await visit.press(page.get_by_role("button", name="Send"))
    assert "Choose a number from 0 to 10." in await visit.text()
    await visit.check()
    scores = page.get_by_role("group", name="How likely")
    await visit.tab_to(scores.get_by_role("radio").first)
    await page.keyboard.press("Space")
    for _ in range(9):
        await page.keyboard.press("ArrowRight")
    await visit.tab_to(page.get_by_label("What should we keep, or change?"))
    await page.keyboard.type("Quick and kind")
    await visit.press(page.get_by_role("button", name="Send"))
    assert "Your answer is saved." in await page.get_by_role("status").inner_text()
    await visit.check()
    with engine.connect() as connection:
        answer = surveys.get(connection, ada, "be-1")
    assert answer is not None
    assert (answer.score, answer.comment) == (9, "Quick and kind")


async def test_a_person_joins_and_confirms(visit: Visit, site: Site, engine: Engine) -> None:
    await visit.open("/join?lang=en")
    await visit.check()
    page = visit.page
    await visit.press(page.get_by_role("button", name="Join"))
    assert "Enter your name." in await visit.text()
    await visit.check()
    await visit.tab_to(page.get_by_label("Your name"))
    await page.keyboard.type("Grace Hopper")
    await visit.tab_to(page.get_by_label("Your email address"))
    await page.keyboard.type("grace@example.org")
    await visit.tick(page.get_by_label("Openings that may fit me"))
    await visit.press(page.get_by_role("button", name="Join"))
    assert "We have sent a mail" in await page.get_by_role("status").inner_text()
    await visit.check()
    with engine.connect() as connection:
        made = signups.get(connection, 1)
    assert made is not None
    await visit.open(page_path(site, made.candidate_id, f"confirm/{made.id}"))
    await visit.check()
    await visit.press(page.get_by_role("button", name="Yes, I want to join"))
    assert "You can change what you hear from us" in await page.get_by_role("status").inner_text()
    await visit.check()
    assert standing(engine, made.candidate_id) == {"service/email": True, "alerts/email": True}
