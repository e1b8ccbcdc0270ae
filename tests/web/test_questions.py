"""A question asked on the status page is kept, starts the clock on its answer, and shows until and after it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, text

from storage import messages
from tests.web.conftest import FakeDoor, page_path
from web.questions import A_DAY, LONGEST
from web.sites import Site


@pytest.fixture
def ask(site: Site, add_person: Callable[..., str]) -> str:
    """The path that Ada's question is sent to."""
    return page_path(site, add_person(), "question")


async def test_a_question_is_a_message_of_theirs_and_starts_the_clock(
    http: AsyncClient, ask: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(ask, data={"question": "  May I bring my dog?  "})
    assert answer.status_code == 200
    assert "We have your question." in answer.text
    assert "May I bring my dog?" in answer.text
    assert "Not answered yet." in answer.text
    with engine.connect() as connection:
        [kept] = messages.for_candidate(connection, "ada")
    assert (kept.channel, kept.kind, kept.text, kept.holds) == ("page", "question", "May I bring my dog?", True)
    [told] = door.told
    assert (told["signal"], told["kind"], told["channel"]) == ("message_received", "question", "page")
    assert told["message_id"] == str(kept.id)
    assert "dog" not in str(told)


async def test_a_button_pressed_twice_is_one_question(
    http: AsyncClient, ask: str, engine: Engine, door: FakeDoor
) -> None:
    for _ in range(2):
        await http.post(ask, data={"question": "When do I start?"})
    assert len({told["event_id"] for told in door.told}) == 1
    with engine.connect() as connection:
        assert len(messages.for_candidate(connection, "ada")) == 1


@pytest.mark.parametrize(
    ("text_given", "said"), [("", "Write your question here first."), ("x" * (LONGEST + 1), "This is too long.")]
)
async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    text_given: str, said: str, http: AsyncClient, ask: str, door: FakeDoor
) -> None:
    answer = await http.post(ask, data={"question": text_given})
    assert answer.status_code == 422
    assert f'id="question-error">{said}' in answer.text
    assert 'aria-describedby="question-error question-hint"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert text_given in answer.text
    assert door.told == []


async def test_nobody_floods_the_inbox(http: AsyncClient, ask: str, door: FakeDoor) -> None:
    for number in range(A_DAY):
        assert (await http.post(ask, data={"question": f"{number}?"})).status_code == 200
    answer = await http.post(ask, data={"question": "One more?"})
    assert answer.status_code == 422
    assert "You have asked five questions since yesterday." in answer.text
    assert len(door.told) == A_DAY


async def test_while_temporal_is_away_the_person_is_asked_to_try_again_and_nothing_doubles(
    http: AsyncClient, ask: str, engine: Engine, door: FakeDoor
) -> None:
    door.closed = True
    assert (await http.post(ask, data={"question": "Hello?"})).status_code == 503
    door.closed = False
    assert (await http.post(ask, data={"question": "Hello?"})).status_code == 200
    assert len(door.told) == 1
    with engine.connect() as connection:
        assert len(messages.for_candidate(connection, "ada")) == 1


async def test_an_answered_question_says_when(http: AsyncClient, ask: str, engine: Engine, site: Site) -> None:
    await http.post(ask, data={"question": "Hello?"})
    with engine.begin() as connection:
        number = connection.scalar(text("select id from messages"))
        messages.answer(connection, number, by="dana", at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    answer = await http.get(page_path(site, "ada", "status"))
    assert "Answered on March 2, 2026, 9:00" in answer.text.replace("\u202f", " ")


async def test_words_are_never_markup(http: AsyncClient, ask: str) -> None:
    answer = await http.post(ask, data={"question": "</textarea><script>alert(1)</script>\x00"})
    assert answer.status_code == 200
    assert "<script" not in answer.text
