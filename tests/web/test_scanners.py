"""Mail programs and their scanners open every link of every message, some of them twice: nothing may come of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, insert, select

from domain.touches import Channel
from storage import corrections, openings, slots
from storage.openings import NewOpening
from storage.slots import NewSlot
from storage.tables import applications, metadata, signups, stage_log
from templates import journeys, messages
from templates.messages import MessageSource
from templates.rendering import Links, render_email, render_sms
from tests.storage.people import sent
from tests.templates.people import TOKENS
from tests.web.conftest import FakeDoor, path_of
from web.sites import Site

HOUSE = "https://talent.acme.example"
NEW = "ada@new.example"
ALL = [
    *messages.shipped(),
    *(one for slug in journeys.shipped() for one in journeys.load_journey(journeys.FOLDER / slug).messages),
]


@pytest.fixture
def signup(engine: Engine, add_person: Callable[..., str]) -> int:
    """Ada could do all that a link leads to: leave, choose, book, answer, confirm a sign-up and a new address. The sign-up's number."""
    add_person("ada", phones=["+49 30 901820"])
    now = datetime.now(UTC)
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer"))
        openings.set_status(connection, "be-1", "open", 1)
        slots.add(connection, [NewSlot("be-1", now + timedelta(days=5), 45)])
        row = {"candidate_id": "ada", "opening_id": "be-1", "stage": "rejected"}
        connection.execute(insert(stage_log).values(**row, event_id="1", outcome="entered", at=now))
        stay = {"stage_at": now, "kind": "refused", "furthest": "interview", "applied_at": now}
        connection.execute(insert(applications).values(**row, **stay))
        sent(
            connection, "ada/application/be-1:rejected/message/1", purpose="application", template="refused",
            opening_id="be-1", accepted_at=now,
        )  # fmt: skip
        corrections.want_email(connection, "ada", NEW, "candidate page", now)
        wish = {"candidate_id": "ada", "wishes": [["nurture", "email"]], "wording": "Yes", "at": now}
        number = connection.scalar(insert(signups).values(**wish).returning(signups.c.id))
    assert number is not None
    return int(number)


def links_in(source: MessageSource, site: Site, signup: int) -> set[str]:
    """Every address of ours in a message to Ada, as it would leave today."""
    today = datetime.now(UTC).date()

    def page(name: str) -> str:
        return site.links.page_url("ada", name, 0, today)

    own = Links(page("status"), page("preferences"), site.links.unsubscribe_url("ada", source.purpose))
    errands = {
        "booking_url": page("booking/be-1"),
        "survey_url": page("survey/be-1"),
        "confirm_url": page(f"confirm/{signup}"),
        "address_url": site.links.address_url("ada", NEW, today),
    }
    if source.channel is Channel.SMS:
        text = render_sms(source, TOKENS | errands, own)
    else:
        mail = render_email(source, TOKENS | errands, own)
        text = f"{mail.text} {html.unescape(mail.html)}"
    return set(re.findall(rf"{HOUSE}/[\w./%=&?:@+~-]+[\w/=-]", text))


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


async def test_opening_every_link_of_every_message_changes_nothing(
    http: AsyncClient, site: Site, engine: Engine, door: FakeDoor, signup: int
) -> None:
    wanted = {url for source in ALL for url in links_in(source, site, signup)}
    kinds = {path_of(url).split("/", 3)[-1].split("/")[0] for url in wanted if "/c/" in url}
    assert kinds >= {"status", "preferences", "booking", "survey", "confirm", "address"}
    assert any("/u/" in url for url in wanted)
    before = dump(engine)
    waiting, seen = sorted(path_of(url) for url in wanted), set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answers = [await http.request(method, path) for method in ("HEAD", "GET", "GET")]
        assert {answer.status_code for answer in answers} == {200}, path
        # What pages link to is opened too; forms are pressed by people alone.
        waiting += [html.unescape(one) for one in re.findall(r'href="(/[cu]/[^"]+)"', answers[-1].text)]
    assert len(seen) > len(wanted)
    assert dump(engine) == before
    assert door.told == []


async def test_a_scanner_that_posts_no_form_of_ours_ends_no_subscription(
    http: AsyncClient, site: Site, engine: Engine, door: FakeDoor, signup: int
) -> None:
    """Some repeat a link as an empty POST: the way out asks for the body that RFC 8058 names."""
    before = dump(engine)
    answer = await http.post(path_of(site.links.unsubscribe_url("ada", "nurture")))
    assert answer.status_code == 400
    assert dump(engine) == before
    assert door.told == []
