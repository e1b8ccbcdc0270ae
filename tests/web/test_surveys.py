"""The survey: not a word of it before the decision has reached the person, and an answer that can be changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, insert

from storage import candidates, openings, surveys
from storage.surveys import Answer
from storage.tables import applications
from tests.storage.people import sent
from tests.web.conftest import FakeDoor, page_path
from web.sites import Site

NOW = datetime.now(UTC)
WORDS_OF_REFUSAL = re.compile(
    r"reject|refus|unfortunately|not advanc|regret|declin|turned down|leider|Absage", re.IGNORECASE
)


@pytest.fixture
def path(site: Site, engine: Engine, add_person: Callable[..., str]) -> str:
    """The page of Ada, who is refused at be-1 and does not know it yet."""
    add_person()
    with engine.begin() as connection:
        openings.add(connection, openings.NewOpening("be-1", "Backend engineer"))
        connection.execute(
            insert(applications).values(
                candidate_id="ada", opening_id="be-1", stage="rejected", stage_at=NOW, kind="refused", furthest="interview",
                applied_at=NOW,
            )
        )  # fmt: skip
    return page_path(site, "ada", "survey/be-1")


def tell(engine: Engine, state: str = "accepted") -> None:
    with engine.begin() as connection:
        sent(connection, "ada/application/be-1:rejected/message/1", purpose="application", template="refused",
             opening_id="be-1", state=state)  # fmt: skip


def answer(engine: Engine) -> Answer | None:
    with engine.connect() as connection:
        return surveys.get(connection, "ada", "be-1")


@pytest.mark.parametrize("state", ["", "claimed", "handed_over", "bounced"])
async def test_before_the_decision_arrived_the_page_says_not_yet_and_nothing_else(
    http: AsyncClient, path: str, engine: Engine, state: str
) -> None:
    if state:
        tell(engine, state)
    for page in (await http.get(path), await http.post(path, data={"score": "9"})):
        assert page.status_code == 200
        assert "Not yet" in page.text
        assert not WORDS_OF_REFUSAL.search(page.text)
        assert "Backend" not in page.text
    assert answer(engine) is None


async def test_somebody_without_an_application_sees_the_same_page(
    http: AsyncClient, site: Site, path: str, add_person: Callable[..., str]
) -> None:
    add_person("ben")
    for other in ("status", "survey/be-1"):
        assert (await http.get(page_path(site, "ben", other))).status_code == 200
    theirs, own = [await http.get(page_path(site, who, "survey/be-1")) for who in ("ben", "ada")]
    strip = re.compile(r"/c/[^/]+/")
    assert strip.sub("", theirs.text) == strip.sub("", own.text)
    assert (await http.get(path.replace("be-1", "be-9"))).status_code == 404


async def test_an_answer_is_kept_and_can_be_changed_until_a_day_that_is_told(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    tell(engine)
    page = await http.get(path)
    assert "Backend engineer" in page.text
    assert not WORDS_OF_REFUSAL.search(page.text)
    said = {"score": "9", "informed": "4", "respected": "5", "comment": "Clear <b>words</b>\r\nand quick"}
    for _ in range(2):
        page = await http.post(path, data=said)
        assert page.status_code == 200
        assert "Your answer is saved" in page.text
    kept = answer(engine)
    assert kept is not None
    assert (kept.score, kept.answers, kept.comment) == (
        9,
        {"informed": 4, "respected": 5},
        "Clear <b>words</b>\nand quick",
    )
    assert "Clear &lt;b&gt;words&lt;/b&gt;" in page.text
    assert "You can change your answer until" in page.text
    await http.post(path, data=said | {"score": "0", "informed": ""})
    changed = answer(engine)
    assert changed is not None
    assert (changed.score, changed.answers) == (0, {"respected": 5})
    assert 'value="0" checked' in (await http.get(path)).text


async def test_after_two_weeks_an_answer_stands(http: AsyncClient, path: str, engine: Engine) -> None:
    tell(engine)
    with engine.begin() as connection:
        surveys.save(connection, Answer("ada", "be-1", 9), NOW - timedelta(days=15))
    assert "be changed any more" in (await http.get(path)).text
    assert "be changed any more" in (await http.post(path, data={"score": "1"})).text
    kept = answer(engine)
    assert kept is not None
    assert kept.score == 9


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "Choose a number"),
        ({"score": "11"}, "Choose a number"),
        ({"score": "-1"}, "Choose a number"),
        ({"score": "nine"}, "Choose a number"),
        ({"score": "٩"}, "Choose a number"),
        ({"score": "9", "comment": "x" * 2_001}, "too long"),
    ],
)
async def test_what_is_no_answer_is_said_beside_its_field_and_kept_in_the_form(
    http: AsyncClient, path: str, engine: Engine, said: dict[str, str], why: str
) -> None:
    tell(engine)
    page = await http.post(path, data={"informed": "2", **said})
    assert page.status_code == 422
    assert why in page.text
    assert 'name="informed" value="2" checked' in page.text
    assert answer(engine) is None


async def test_numbers_out_of_range_are_left_out_of_the_two_questions(
    http: AsyncClient, path: str, engine: Engine
) -> None:
    tell(engine)
    await http.post(path, data={"score": "7", "informed": "6", "respected": "0", "comment": "a\0b"})
    kept = answer(engine)
    assert kept is not None
    assert (kept.answers, kept.comment) == ({}, "ab")


async def test_opening_the_page_answers_nothing(http: AsyncClient, path: str, engine: Engine, door: FakeDoor) -> None:
    tell(engine)
    for method in ("GET", "HEAD"):
        assert (await http.request(method, f"{path}?score=9")).status_code == 200
    assert answer(engine) is None
    assert door.told == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
async def test_every_language_has_the_whole_page(http: AsyncClient, path: str, engine: Engine, language: str) -> None:
    with engine.begin() as connection:
        candidates.change(connection, "ada", language=language)
    pages = [await http.get(path)]
    tell(engine)
    pages += [await http.get(path), await http.post(path, data={}), await http.post(path, data={"score": "3"})]
    for page in pages:
        assert f'<html lang="{language}"' in page.text
        assert not re.search(r"[{}]", page.text)
