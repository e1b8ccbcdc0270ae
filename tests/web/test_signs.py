"""What people do on their pages shows that they are there; what scanners do does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from httpx import AsyncClient
from sqlalchemy import Engine, text

from domain.keeping import Terms
from storage import controls, links
from tests.web.conftest import FakeDoor
from web.sites import Site


def page_of(site: Site, person: str, name: str = "preferences") -> str:
    url = site.links.page_url(person, name, 0, datetime.now(UTC).date())
    return url.removeprefix(site.settings.public_url)


def seen(engine: Engine) -> datetime | None:
    with engine.connect() as connection:
        found: datetime | None = connection.scalar(text("select active_at from candidates"))
        return found


def keep(engine: Engine, days: int) -> None:
    with engine.begin() as connection:
        controls.set_terms(connection, Terms({}, days))


async def test_saving_a_page_is_a_sign_of_life_once_a_day(
    http: AsyncClient, site: Site, door: FakeDoor, engine: Engine, add_person: Callable[..., str]
) -> None:
    keep(engine, 730)
    page = page_of(site, add_person())
    for _ in range(2):
        assert (await http.post(page, data={"language": "en"})).status_code < 400
    told = [one for one in door.told if one.get("signal") == "terms_changed"]
    at = seen(engine)
    assert at
    assert [(one["retention_days"], one["active_at"]) for one in told] == [(730, at.isoformat())]


async def test_opening_a_page_is_none(
    http: AsyncClient, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    page = page_of(site, add_person())
    assert (await http.get(page)).status_code == 200
    assert (await http.head(page)).status_code == 200
    assert (await http.post("/c/nobodys-token/preferences")).status_code == 404
    assert seen(engine) is None


async def test_where_data_is_kept_for_good_nobody_need_be_told(
    http: AsyncClient, site: Site, door: FakeDoor, engine: Engine, add_person: Callable[..., str]
) -> None:
    await http.post(page_of(site, add_person()), data={"language": "en"})
    assert seen(engine)
    assert [one for one in door.told if one.get("signal") == "terms_changed"] == []


async def test_a_door_that_is_closed_costs_nothing(
    http: AsyncClient, site: Site, door: FakeDoor, engine: Engine, add_person: Callable[..., str]
) -> None:
    keep(engine, 730)
    page = page_of(site, add_person(), "export")
    door.closed = True
    assert (await http.post(page)).status_code == 200
    assert seen(engine)


async def test_asking_for_a_fresh_link_by_a_revoked_one_is_none(
    http: AsyncClient, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    fresh = page_of(site, add_person(), "fresh")
    with engine.begin() as connection:
        links.end(connection, "ada", 0)
    assert (await http.post(fresh)).status_code == 200
    assert seen(engine) is None
