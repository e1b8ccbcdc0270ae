"""Leaving takes one click, no scanner can trip it, and it holds whether or not anything else works."""

import re
from collections.abc import Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, text

from config.links import Links
from tests.web.conftest import LEFT, FakeDoor, page_path, path_of, standing, words_of_consent
from web.sites import Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
EVERYTHING_BY_EMAIL = {"application/email": True, "nurture/email": True, "alerts/email": True}


@pytest.fixture
def unsubscribe(site: Site, add_person: Callable[..., str]) -> str:
    """The path of Ada's link in a nurture message."""
    return path_of(site.links.unsubscribe_url(add_person(), "nurture"))


@pytest.fixture
def preferences(site: Site, add_person: Callable[..., str]) -> str:
    """The path of the preference page of Grace, who has a phone."""
    return page_path(site, add_person("grace", phones=["+49 30 901820"]))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_link_changes_nothing(
    method: str, http: AsyncClient, unsubscribe: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.request(method, unsubscribe)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert standing(engine) == EVERYTHING_BY_EMAIL
    assert door.told == []


async def test_one_click_ends_news_and_alerts_on_every_channel_and_tells_the_workflow(
    http: AsyncClient, unsubscribe: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(unsubscribe, data=ONE_CLICK)
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert standing(engine) == LEFT
    assert [(told["purpose"], told["channel"], told["granted"]) for told in door.told] == [
        ("nurture", "*", False),
        ("alerts", "*", False),
    ]
    assert len({told["event_id"] for told in door.told}) == 2


async def test_one_click_may_come_as_multipart(http: AsyncClient, unsubscribe: str, engine: Engine) -> None:
    answer = await http.post(unsubscribe, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert standing(engine) == LEFT


async def test_the_pages_own_form_sends_what_a_mail_program_sends(http: AsyncClient, unsubscribe: str) -> None:
    html = (await http.get(unsubscribe)).text
    assert re.search(r'<form method="post">\s*<input type="hidden" name="List-Unsubscribe" value="One-Click">', html)


async def test_a_second_click_writes_nothing_and_says_the_same(
    http: AsyncClient, unsubscribe: str, engine: Engine, door: FakeDoor
) -> None:
    first = await http.post(unsubscribe, data=ONE_CLICK)
    written, told = words_of_consent(engine), len(door.told)
    second = await http.post(unsubscribe, data=ONE_CLICK)
    assert (second.status_code, second.text) == (200, first.text)
    assert (words_of_consent(engine), len(door.told)) == (written, told)


async def test_an_opt_out_holds_while_temporal_is_away(
    http: AsyncClient, unsubscribe: str, engine: Engine, door: FakeDoor
) -> None:
    door.closed = True
    answer = await http.post(unsubscribe, data=ONE_CLICK)
    assert answer.status_code == 200
    assert standing(engine) == LEFT


async def test_nothing_is_said_to_be_done_when_it_could_not_be_written(
    http: AsyncClient, unsubscribe: str, engine: Engine, door: FakeDoor
) -> None:
    with engine.begin() as connection:
        connection.execute(text("alter table consent_log rename to consent_log_away"))
    answer = await http.post(unsubscribe, data=ONE_CLICK)
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert door.told == []


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Maybe"}, {"unsubscribe": "1"}])
async def test_a_post_that_does_not_ask_for_it_changes_nothing(
    body: dict[str, str], http: AsyncClient, unsubscribe: str, engine: Engine
) -> None:
    answer = await http.post(unsubscribe, data=body)
    assert answer.status_code == 400
    assert standing(engine) == EVERYTHING_BY_EMAIL


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_broken_link_says_what_to_do(method: str, http: AsyncClient, unsubscribe: str) -> None:
    answer = await http.request(method, unsubscribe[:-3], data=ONE_CLICK)
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


async def test_a_link_of_somebody_who_is_not_on_record_is_a_broken_link(http: AsyncClient, site: Site) -> None:
    answer = await http.post(path_of(site.links.unsubscribe_url("nobody", "nurture")), data=ONE_CLICK)
    assert answer.status_code == 404


async def test_another_deployments_link_is_a_broken_link(http: AsyncClient, add_person: Callable[..., str]) -> None:
    forged = Links(b"o" * 32, "https://talent.acme.example").unsubscribe_url(add_person(), "nurture")
    assert (await http.post(path_of(forged), data=ONE_CLICK)).status_code == 404


async def test_an_oversized_body_is_refused_unread(http: AsyncClient, unsubscribe: str, engine: Engine) -> None:
    answer = await http.post(unsubscribe, data={**ONE_CLICK, "more": "x" * 70_000})
    assert answer.status_code == 413
    assert standing(engine) == EVERYTHING_BY_EMAIL


async def test_the_page_is_in_the_candidates_language(
    http: AsyncClient, site: Site, add_person: Callable[..., str]
) -> None:
    path = path_of(site.links.unsubscribe_url(add_person("karl", language="de-AT"), "alerts"))
    html = (await http.get(path)).text
    assert '<html lang="de" dir="ltr">' in html
    assert "Acme &lt;Söhne&gt;" in html


async def test_pages_give_their_address_to_nobody(http: AsyncClient, unsubscribe: str) -> None:
    answer = await http.get(unsubscribe)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!talent\.acme\.example)", answer.text)
    assert "<script" not in answer.text


async def test_preferences_show_what_holds(http: AsyncClient, preferences: str) -> None:
    html = (await http.get(preferences)).text
    assert boxes(html) == {"nurture-email": True, "nurture-sms": False, "alerts-email": True, "alerts-sms": False}


async def test_who_has_no_phone_is_offered_no_texts(
    http: AsyncClient, site: Site, add_person: Callable[..., str]
) -> None:
    html = (await http.get(page_path(site, add_person()))).text
    assert boxes(html) == {"nurture-email": True, "alerts-email": True}


async def test_choices_are_kept_with_the_words_that_were_agreed_to(
    http: AsyncClient, preferences: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(preferences, data={"alerts-email": "yes", "alerts-sms": "yes"})
    assert "Your choices are saved." in answer.text
    assert boxes(answer.text) == {
        "nurture-email": False,
        "nurture-sms": False,
        "alerts-email": True,
        "alerts-sms": True,
    }
    assert [(told["purpose"], told["channel"], told["granted"]) for told in door.told] == [
        ("nurture", "*", False),
        ("alerts", "sms", True),
    ]
    with engine.connect() as connection:
        wording = connection.scalar(text("select wording from consent_log where channel = 'sms' and granted"))
    assert wording == (
        "Openings that may fit me, by text message: I agree that Acme <Söhne> sends me these messages. "
        "I can withdraw at any time."
    )


async def test_the_same_choices_again_write_nothing(
    http: AsyncClient, preferences: str, engine: Engine, door: FakeDoor
) -> None:
    await http.post(preferences, data={"alerts-email": "yes"})
    written, told = words_of_consent(engine, "grace"), len(door.told)
    await http.post(preferences, data={"alerts-email": "yes"})
    assert (words_of_consent(engine, "grace"), len(door.told)) == (written, told)


async def test_who_left_may_come_back_and_leave_again(
    http: AsyncClient, unsubscribe: str, site: Site, engine: Engine
) -> None:
    await http.post(unsubscribe, data=ONE_CLICK)
    await http.post(page_path(site, "ada"), data={"nurture-email": "yes"})
    assert standing(engine)["nurture/email"] is True
    await http.post(unsubscribe, data=ONE_CLICK)
    assert standing(engine) == LEFT


def boxes(html: str) -> dict[str, bool]:
    """Check boxes by name, and whether each is ticked."""
    found = re.findall(r'<input type="checkbox" name="([^"]+)" value="yes"( checked)?>', html)
    return {name: bool(ticked) for name, ticked in found}
