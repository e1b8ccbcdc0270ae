"""A real browser for candidates' pages: how it is started, and what is looked at on every page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

from embedded.ports import free_port
from web.app import create_app
from web.sites import Site

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PHONE, DESK = ViewportSize(width=375, height=667), ViewportSize(width=1280, height=800)
SMALLEST_TARGET = 24
"""CSS pixels, WCAG 2.2 success criterion 2.5.8."""
MOST_TABS = 60
"""A page that takes more presses to get through is no page for keyboards."""
_OUTLINE_OF_FOCUSED = "one => one === document.activeElement && getComputedStyle(one).outlineStyle"
_BOXES = "all => all.map(one => ({...one.getBoundingClientRect().toJSON(), name: one.name}))"
_RULES: dict[Scheme, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""axe's options: by all rules in one colour scheme, in the other by the rule that colours can break."""
TARGETS = "button, input:not([type=hidden]), select, textarea"


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """The machine's own Chromium, else Playwright's."""
    own = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=own, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The address at which the application is served."""
    config = uvicorn.Config(create_app(site), host="127.0.0.1", port=free_port(), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    await running


@dataclass
class Visit:
    """One person's browser with scripts off, and every address that it asked for."""

    page: Page
    size: ViewportSize
    scheme: Scheme
    asked: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go to a page of ours that answers 200."""
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.status == 200

    async def text(self) -> str:
        """What the page says."""
        return await self.page.locator("main").inner_text()

    async def tab_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus, which must be seen."""
        await target.wait_for()
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            outline = await target.evaluate(_OUTLINE_OF_FOCUSED)
            if outline:
                assert outline != "none"
                return
        raise AssertionError(f"{MOST_TABS} presses of Tab do not reach {target}")

    async def press(self, target: Locator) -> None:
        """Press a button, or follow a link, by keyboard; the next page is there."""
        await self.tab_to(target)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def tick(self, target: Locator) -> None:
        """Change a box by keyboard."""
        await self.tab_to(target)
        await self.page.keyboard.press("Space")

    async def check(self) -> None:
        """Nothing is cut off, everything to press is large enough, and axe finds nothing in either colour scheme."""
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.size["width"], f"{self.page.url} is {width} px wide"
        for box in await self.page.locator(TARGETS).evaluate_all(_BOXES):
            assert min(box["width"], box["height"]) >= SMALLEST_TARGET, box
            assert box["right"] <= self.size["width"], box
        assert await self.faults() == []

    async def faults(self) -> list[str]:
        """What axe finds wrong. It is a script, so it looks at a copy of the page with scripts on."""
        found, html, url = [], await self.page.content(), self.page.url
        browser = self.page.context.browser
        assert browser is not None
        context = await browser.new_context(viewport=self.size, bypass_csp=True)
        copy = await context.new_page()
        # The page as it is, also where it is the answer to a form: only its style sheet is asked for again.
        await copy.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        await copy.goto(url)
        for scheme in SCHEMES:
            await copy.emulate_media(color_scheme=scheme)
            results: dict[str, Any] = (await Axe().run(copy, options=_RULES[scheme])).response
            found += [
                f"{scheme} {fault['id']}: {node['html']}" for fault in results["violations"] for node in fault["nodes"]
            ]
        await context.close()
        return found


@asynccontextmanager
async def a_visit(browser: Browser, address: str, size: ViewportSize, scheme: Scheme = "light") -> AsyncIterator[Visit]:
    """A visit that fails on any request to another host."""
    context = await browser.new_context(viewport=size, java_script_enabled=False, color_scheme=scheme, base_url=address)
    visit = Visit(await context.new_page(), size, scheme)
    visit.page.set_default_timeout(10_000)
    visit.page.on("request", lambda sent: visit.asked.append(sent.url))
    yield visit
    await context.close()
    assert [url for url in visit.asked if not url.startswith(address)] == []
