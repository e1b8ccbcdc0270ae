"""Messages that promise: the date in them is the one that is owed, and it is true when they leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.touches import Outcome, Purpose, SendTouch, touch_key
from storage import facts, openings, promises
from tests.activities.conftest import House, acknowledgment, stage_message
from tests.storage.conftest import NOW

DUE = datetime(2026, 12, 4, 23, tzinfo=UTC)
ENTERED = Fact(
    FactKind.STAGE, NOW, event_id="e2", opening_id="be-1", stage="interview", furthest="interview", outcome="entered"
)
ANSWER = Fact(FactKind.PROMISE, NOW, opening_id="be-1", stage="answer", touch_key="p1", outcome="due", until=DUE)


def word(template: str, day: str = "2026-12-18") -> SendTouch:
    """A message that a promise proposed."""
    order = stage_message(template)
    key = touch_key("ada", Purpose.APPLICATION, "be-1:interview", template, day)
    return replace(order, touch=replace(order.touch, key=key), facts=[ENTERED.compact(), ANSWER.compact()])


@pytest.mark.parametrize("template", ["holding", "slipped"])
async def test_a_word_names_the_day_that_stands_in_its_key(house: House, template: str) -> None:
    assert (await house.send(word(template))).outcome is Outcome.SENT
    (mail,) = house.email.kept
    assert "Friday, 18 December 2026" in mail.text
    assert "interview" in mail.text


async def test_an_acknowledgment_names_the_answers_day_and_what_decides(house: House) -> None:
    with house.engine.begin() as connection:
        openings.set_guide(connection, "be-1", {"criteria": ["Python in production", "clear writing"]})
        facts.apply(
            connection, "ada", [replace(ANSWER, touch_key="p0", until=DUE + timedelta(days=9), outcome="moved"), ANSWER]
        )
    await house.send(acknowledgment())
    (mail,) = house.email.kept
    assert "Friday, 4 December 2026" in mail.text
    assert "Python in production; clear writing" in mail.text


@pytest.mark.parametrize("status", ["closed", "filled"])
async def test_that_nothing_is_decided_is_not_told_of_a_closed_opening(house: House, status: str) -> None:
    with house.engine.begin() as connection:
        openings.set_status(connection, "be-1", status, 1)
    settlement = await house.send(word("holding"))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.WITHDRAWN)
    assert house.email.kept == []


async def test_what_a_message_keeps_is_kept_only_once_it_has_left(house: House) -> None:
    kept = replace(ANSWER, at=NOW + timedelta(minutes=1), outcome="kept")
    with house.engine.begin() as connection:
        openings.set_status(connection, "be-1", "filled", 1)
    await house.send(replace(word("holding"), afterwards=[kept.compact()]))
    assert state_of(house) == "due"
    await house.send(replace(word("survey", "2026-12-19"), afterwards=[kept.compact()]))
    assert state_of(house) == "kept"


def state_of(house: House) -> str:
    with house.engine.begin() as connection:
        (found,) = promises.listed(connection)
    return found.state
