"""Candidates' pages in a real browser: on a phone, without script, by keyboard, accessible, and asking no other host."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright
from sqlalchemy import Engine

from embedded.ports import free_port
from tests.web.conftest import LEFT, page_path, path_of, standing
from web.app import create_app
from web.sites import Site

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
Scheme = Literal["light", "dark"]
PHONE = {"width": 360, "height": 640}
SMALLEST_TARGET = 24
"""CSS pixels, WCAG 2.2 success criterion 2.5.8."""


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own Chromium, else Playwright's."""
    own = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=own, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    """Where the application is served to a browser."""
    config = uvicorn.Config(create_app(site), host="127.0.0.1", port=free_port(), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    await running


@pytest.fixture
def asked() -> list[str]:
    """Every address that the browser asked for."""
    return []


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """How the person reads."""
    chosen: Scheme = request.param
    return chosen


@pytest.fixture
async def phone(chromium: Browser, address: str, asked: list[str], scheme: Scheme) -> AsyncIterator[Page]:
    """A phone's page with scripts off. Any request to another host fails the test."""
    context: BrowserContext = await chromium.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=False,
        color_scheme=scheme,
        base_url=address,
    )
    opened = await context.new_page()
    opened.set_default_timeout(10_000)

    def note(sent: Request) -> None:
        asked.append(sent.url)

    opened.on("request", note)
    yield opened
    await context.close()
    assert [url for url in asked if not url.startswith(address)] == []


async def faults(page: Page, scheme: Scheme) -> list[str]:
    """What axe finds wrong. It is a script, so it looks at a copy of the page with scripts on."""
    browser = page.context.browser
    assert browser is not None
    context = await browser.new_context(viewport=PHONE, bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    looked_at = await context.new_page()
    await looked_at.goto(page.url)
    results: dict[str, Any] = (await Axe().run(looked_at)).response
    await context.close()
    return [f"{fault['id']}: {node['html']}" for fault in results["violations"] for node in fault["nodes"]]


async def fits(page: Page) -> None:
    """Nothing is cut off on a phone, and everything to press is large enough to hit."""
    body = await page.locator("main").bounding_box()
    assert body is not None
    assert body["width"] <= PHONE["width"]
    for target in await page.locator("button, input[type=checkbox]").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET


async def test_a_person_leaves_by_keyboard_on_a_phone_without_scripts(
    phone: Page, site: Site, engine: Engine, add_person: Callable[..., str], asked: list[str], scheme: Scheme
) -> None:
    await phone.goto(path_of(site.links.unsubscribe_url(add_person(), "nurture")))
    assert await phone.title() == "Unsubscribe – Acme <Söhne>"
    await fits(phone)
    assert await faults(phone, scheme) == []
    await phone.keyboard.press("Tab")
    await phone.keyboard.press("Enter")
    await phone.get_by_role("status").wait_for()
    assert await phone.get_by_role("heading").inner_text() == "You are unsubscribed"
    assert standing(engine) == LEFT
    assert any(url.endswith("/assets/candidate.css") for url in asked)


async def test_a_person_chooses_what_to_hear(
    phone: Page, site: Site, engine: Engine, add_person: Callable[..., str], scheme: Scheme
) -> None:
    add_person("karl", language="de", phones=["+49 30 901820"])
    await phone.goto(page_path(site, "karl"))
    await fits(phone)
    assert await faults(phone, scheme) == []
    news, openings = (phone.get_by_role("group", name=name) for name in ("Neuigkeiten aus dem Team", "Stellen"))
    await news.get_by_label("per E-Mail").uncheck()
    await openings.get_by_label("per SMS").check()
    await phone.get_by_role("button", name="Speichern").click()
    assert await phone.get_by_role("status").inner_text() == "Ihre Auswahl ist gespeichert."
    assert standing(engine, "karl") == {
        "application/email": True,
        "nurture/email": False,
        "nurture/sms": False,
        "alerts/email": True,
        "alerts/sms": True,
    }


async def test_a_broken_link_is_a_page_that_helps(phone: Page, scheme: Scheme) -> None:
    answer = await phone.goto("/u/broken")
    assert answer is not None
    assert answer.status == 404
    assert "Copy the whole link" in await phone.locator("main").inner_text()
    assert await faults(phone, scheme) == []
