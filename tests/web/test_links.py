"""A link opens its person's pages until it ends; then a fresh one goes to their own mailbox, and nobody else learns anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, text

from config.links import LIFE
from tests.config.test_links import OLD_FORM
from tests.web.conftest import FakeDoor, page_path, path_of
from web.sites import Site

PAGES = ("status", "preferences", "profile", "data", "export", "erase")


def old_path(site: Site, who: str, days: int, page: str = "status") -> str:
    """The path of a link that was made so many days ago."""
    made = datetime.now(UTC).date() - timedelta(days=days)
    return path_of(site.links.page_url(who, page, 0, made))


@pytest.mark.parametrize("page", PAGES)
async def test_a_link_opens_every_page_of_its_person(
    page: str, http: AsyncClient, site: Site, add_person: Callable[..., str]
) -> None:
    for method in ("GET", "HEAD"):
        answer = await http.request(method, page_path(site, add_person(f"ada-{method}"), page))
        assert answer.status_code == 200


@pytest.mark.parametrize("page", PAGES)
async def test_a_link_that_is_too_old_offers_a_fresh_one(
    page: str, http: AsyncClient, site: Site, add_person: Callable[..., str]
) -> None:
    add_person()
    assert (await http.get(old_path(site, "ada", LIFE.days, page))).status_code == 200
    answer = await http.get(old_path(site, "ada", LIFE.days + 1, page))
    assert answer.status_code == 410
    assert "This link has ended" in answer.text
    assert "/fresh" in answer.text
    assert "Ada" not in answer.text


async def test_nothing_can_be_done_by_a_link_that_has_ended(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine, door: FakeDoor
) -> None:
    add_person()
    for target in ("preferences", "profile", "question", "export", "erase", "revoke"):
        answer = await http.post(old_path(site, "ada", LIFE.days + 1, target), data={"confirm": "yes"})
        assert answer.status_code == 410
    assert door.told == []


async def test_a_fresh_link_is_mailed_to_the_person_once_a_day(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine, door: FakeDoor
) -> None:
    add_person()
    path = old_path(site, "ada", 500, "fresh")
    first, second = await http.post(path), await http.post(path)
    assert first.status_code == second.status_code == 200
    assert "Look into your mailbox" in first.text
    assert len({told["event_id"] for told in door.told}) == 1
    told = door.told[0]
    assert (told["candidate_id"], told["signal"]) == ("ada", "touch_scheduled")
    assert (told["template"], told["purpose"], told["channel"]) == ("link", "service", "email")
    with engine.connect() as connection:
        words = connection.execute(text("select basis, source from consent_log where purpose = 'service'")).all()
    assert [tuple(word) for word in words] == [("request", "candidate page")]


async def test_who_asks_for_a_link_learns_nothing_about_who_is_on_record(
    http: AsyncClient, site: Site, add_person: Callable[..., str], door: FakeDoor, engine: Engine
) -> None:
    add_person("ada")
    add_person("eve", emails=[], phones=["+49 30 901820"])
    add_person("gone")
    with engine.begin() as connection:
        connection.execute(text("update candidates set erased_recorded_at = now() where id = 'gone'"))
    answers = [await http.post(old_path(site, who, 500, "fresh")) for who in ("ada", "nobody", "gone", "eve")]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    pages = [await http.get(old_path(site, who, 500)) for who in ("ada", "nobody", "gone")]
    assert len({(page.status_code, re.sub(r"/c/[^/]+/", "", page.text)) for page in pages}) == 1
    assert {told["candidate_id"] for told in door.told} == {"ada"}


async def test_a_fresh_link_needs_no_temporal_to_be_answered(
    http: AsyncClient, site: Site, add_person: Callable[..., str], door: FakeDoor
) -> None:
    add_person()
    door.closed = True
    assert (await http.post(old_path(site, "ada", 500, "fresh"))).status_code == 200


async def test_who_ends_all_links_ends_them_at_once_but_never_the_way_out(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine
) -> None:
    add_person()
    path = page_path(site, "ada", "revoke")
    first = await http.post(path)
    assert "All links to your pages have ended" in first.text
    assert (await http.post(path)).status_code == 410
    assert (await http.get(page_path(site, "ada", "status"))).status_code == 410
    assert (await http.get(page_path(site, "ada", "status", epoch=1))).status_code == 200
    assert (await http.get(path_of(site.links.unsubscribe_url("ada", "nurture")))).status_code == 200
    with engine.connect() as connection:
        assert connection.scalar(text("select link_epoch from candidates")) == 1


async def test_a_link_of_the_form_before_leads_to_preferences_alone(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine
) -> None:
    add_person()
    answer = await http.get(f"/c/{OLD_FORM}/preferences")
    assert answer.status_code == 200
    assert "/profile" not in answer.text
    assert (await http.get(f"/c/{OLD_FORM}/status")).status_code == 410
    with engine.begin() as connection:
        connection.execute(text("update candidates set link_epoch = 1"))
    assert (await http.get(f"/c/{OLD_FORM}/preferences")).status_code == 410


async def test_the_way_out_leads_to_no_page_that_shows_what_is_on_record(
    http: AsyncClient, site: Site, add_person: Callable[..., str], door: FakeDoor
) -> None:
    """It never ends, so whoever finds the mail in years must not find the person with it."""
    way_out = path_of(site.links.unsubscribe_url(add_person(), "nurture"))
    answer = await http.get(way_out)
    assert "/c/" not in answer.text
    assert (await http.post(f"{way_out}/fresh")).status_code == 200
    assert [told["template"] for told in door.told] == ["link"]


@pytest.mark.parametrize("path", ["/c/broken/status", "/c/broken/fresh", "/u/broken/fresh", "/c/broken/address"])
async def test_a_link_that_is_not_ours_says_so(path: str, http: AsyncClient) -> None:
    method = "POST" if path.endswith("fresh") else "GET"
    answer = await http.request(method, path, headers={"accept-language": "fr"})
    assert answer.status_code == 404
    assert "Ce lien ne fonctionne pas" in answer.text
