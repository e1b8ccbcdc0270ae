"""People correct their own record; each correction is noted, and a new address counts once its mailbox has confirmed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, text

from storage import candidates, tasks
from storage.candidates import Profile
from tests.web.conftest import FakeDoor, page_path, path_of, standing
from web.profiles import ADDRESSES_A_DAY
from web.sites import Site

ADA = {
    "full_name": "Ada Lovelace",
    "first_name": "Ada",
    "email": "ada@candidates.example",
    "phone": "+49 30 901820",
    "place": "London",
    "country": "GB",
    "headline": "Analyst",
    "skills": "Mathematics\nPython",
}
NEW = "ada@new.example"


@pytest.fixture
def path(site: Site, add_person: Callable[..., str]) -> str:
    given = {name: ADA[name] for name in ("place", "country", "headline")}
    add_person("ada", phones=[ADA["phone"]], skills=["Mathematics", "Python"], **given)
    return page_path(site, "ada", "profile")


def on_record(engine: Engine, who: str = "ada") -> Profile:
    with engine.connect() as connection:
        return candidates.profile(connection, who)


def noted(engine: Engine) -> list[str]:
    """The fields that were corrected, in order."""
    with engine.connect() as connection:
        return list(
            connection.scalars(text("select field from corrections where source = 'candidate page' order by id"))
        )


def address_path(site: Site, address: str = NEW, days: int = 0) -> str:
    made = datetime.now(UTC).date() - timedelta(days=days)
    return path_of(site.links.address_url("ada", address, made))


def used(engine: Engine, kind: str) -> list[str]:
    return [point.value for point in on_record(engine).contact_points if point.kind == kind and not point.suppressed]


async def test_the_page_shows_the_record_and_saving_it_unchanged_writes_nothing(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    html = (await http.get(path)).text
    shown = dict(re.findall(r'<input id="\w+" name="(\w+)" type="\w+" value="([^"]*)"', html))
    assert shown == {name: value for name, value in ADA.items() if name not in ("country", "skills")}
    assert 'value="GB" selected>United Kingdom' in html
    assert "Mathematics\nPython</textarea>" in html
    before = on_record(engine)
    answer = await http.post(path, data=ADA)
    assert answer.status_code == 200
    assert "role=" not in answer.text
    assert on_record(engine) == before
    assert noted(engine) == []
    assert door.told == []


async def test_what_is_corrected_is_kept_noted_and_told_without_a_word_of_it(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(
        path,
        data=ADA | {"full_name": "Ada King", "place": "Paris", "country": "FR", "skills": "Python, SQL;\r\n Poetry "},
    )
    assert "Your details are saved." in answer.text
    profile = on_record(engine)
    assert (profile.candidate.full_name, profile.candidate.place, profile.candidate.country) == (
        "Ada King",
        "Paris",
        "FR",
    )
    assert profile.skills == ["Poetry", "Python", "SQL"]
    assert noted(engine) == ["full_name", "place", "country", "skills"]
    [told] = door.told
    assert told["signal"] == "profile_changed"
    assert "King" not in str(told)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", "", "Please give your name."),
        ("headline", "x" * 201, "This is too long."),
        ("country", "Atlantis", "Choose a country from the list."),
        ("email", "ada at example", "This is no email address."),
        ("phone", "call me", "We can&#39;t use this number."),
        ("skills", "\n".join(str(number) for number in range(61)), "These are too many"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    field: str, value: str, said: str, http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    before = on_record(engine)
    answer = await http.post(path, data=ADA | {"place": "Paris"} | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error">{said}' in answer.text
    assert f'aria-describedby="{field}-error' in answer.text
    assert 'value="Paris"' in answer.text
    assert on_record(engine) == before
    assert door.told == []


async def test_a_new_number_replaces_the_old_one_and_text_messages_are_agreed_to_anew(
    http: AsyncClient, site: Site, path: str, engine: Engine, door: FakeDoor
) -> None:
    await http.post(page_path(site, "ada"), data={"nurture-email": "yes", "alerts-email": "yes", "nurture-sms": "yes"})
    door.told.clear()
    await http.post(path, data=ADA | {"phone": "0301 234567", "country": "DE"})
    assert used(engine, "phone") == ["0301 234567"]
    assert standing(engine)["nurture/sms"] is False
    assert standing(engine)["nurture/email"] is True
    assert [(told["signal"], told.get("channel")) for told in door.told] == [
        ("profile_changed", None),
        ("consent_changed", "sms"),
        ("contact_corrected", "sms"),
    ]


async def test_a_number_written_in_another_way_is_no_new_number(http: AsyncClient, path: str, engine: Engine) -> None:
    await http.post(path, data=ADA | {"phone": "+4930901820"})
    assert used(engine, "phone") == [ADA["phone"]]
    assert noted(engine) == []


async def test_a_number_of_somebody_else_is_not_taken(
    http: AsyncClient, path: str, engine: Engine, add_person: Callable[..., str]
) -> None:
    add_person("bob", phones=["+49 30 111111"])
    assert (await http.post(path, data=ADA | {"phone": "+49 30 111111"})).status_code == 422
    assert used(engine, "phone") == [ADA["phone"]]


async def test_a_new_address_is_asked_and_the_old_one_stays_until_it_answers(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(path, data=ADA | {"email": NEW})
    assert f"We have sent a mail to {NEW}." in answer.text
    assert used(engine, "email") == [ADA["email"]]
    [told] = door.told
    assert (told["signal"], told["template"], told["purpose"]) == ("touch_scheduled", "address", "service")
    assert NEW not in str(told)
    await http.post(path, data=ADA | {"email": NEW})
    assert len({told["event_id"] for told in door.told}) == 1


async def test_opening_the_mails_link_changes_nothing_and_pressing_takes_the_address(
    http: AsyncClient, site: Site, path: str, engine: Engine, door: FakeDoor
) -> None:
    await http.post(path, data=ADA | {"email": NEW})
    door.told.clear()
    for method in ("GET", "HEAD"):
        assert (await http.request(method, address_path(site))).status_code == 200
    assert used(engine, "email") == [ADA["email"]]
    for _ in range(2):
        answer = await http.post(address_path(site))
        assert "Your address is confirmed" in answer.text
        assert "Lovelace" not in answer.text
    assert used(engine, "email") == [NEW]
    assert noted(engine) == ["email_wanted", "email"]
    assert {(told["signal"], told["channel"]) for told in door.told} == {("contact_corrected", "email")}
    assert len({told["event_id"] for told in door.told}) == 1
    known = [(point.value, point.suppressed) for point in on_record(engine).contact_points if point.kind == "email"]
    assert (ADA["email"], "replaced by its owner") in known


async def test_an_address_that_bounced_works_again_once_it_confirms(
    http: AsyncClient, site: Site, path: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("update contact_points set suppressed = 'bounced' where kind = 'email'"))
    assert 'name="email" type="email" value=""' in (await http.get(path)).text
    await http.post(path, data=ADA)
    await http.post(address_path(site, ADA["email"]))
    assert used(engine, "email") == [ADA["email"]]


@pytest.mark.parametrize(
    "change", ["another address was named since", "the mail is old", "the former address was kept", "nobody asked"]
)
async def test_a_link_that_is_no_longer_meant_takes_nothing(
    change: str, http: AsyncClient, site: Site, path: str, engine: Engine, door: FakeDoor
) -> None:
    if change != "nobody asked":
        await http.post(path, data=ADA | {"email": NEW})
    if change == "another address was named since":
        await http.post(path, data=ADA | {"email": "ada@newer.example"})
    if change == "the former address was kept":
        await http.post(path, data=ADA)
    door.told.clear()
    answer = await http.post(address_path(site, days=15 if change == "the mail is old" else 0))
    assert "This link does not work any more" in answer.text
    assert used(engine, "email") == [ADA["email"]]
    assert door.told == []


async def test_an_address_of_somebody_else_gets_no_mail_and_the_page_says_the_same(
    http: AsyncClient, site: Site, path: str, engine: Engine, door: FakeDoor, add_person: Callable[..., str]
) -> None:
    add_person("bob")
    answer = await http.post(path, data=ADA | {"email": "bob@candidates.example"})
    assert "We have sent a mail to bob@candidates.example." in answer.text
    assert door.told == []
    assert "over" not in used(engine, "email")
    assert "does not work" in (await http.post(address_path(site, "bob@candidates.example"))).text
    with engine.connect() as connection:
        [task] = tasks.listed(connection, "ada")
    assert task.kind == "claimed_address"


async def test_nobody_makes_us_mail_many_strangers(http: AsyncClient, path: str, door: FakeDoor) -> None:
    answers = [
        await http.post(path, data=ADA | {"email": f"a{number}@new.example"}) for number in range(ADDRESSES_A_DAY + 1)
    ]
    assert [answer.status_code for answer in answers] == [200] * ADDRESSES_A_DAY + [422]
    assert "You have named three new addresses since yesterday." in answers[-1].text
    assert len(door.told) == ADDRESSES_A_DAY


async def test_every_language_has_the_whole_form(http: AsyncClient, path: str, engine: Engine) -> None:
    for language in ("de", "fr", "es"):
        with engine.begin() as connection:
            connection.execute(text("update candidates set language = :language"), {"language": language})
        for data in (ADA, ADA | {"email": "x", "phone": "x", "full_name": ""}):
            answer: Any = await http.post(path, data=data)
            assert f'<html lang="{language}" dir="ltr">' in answer.text
