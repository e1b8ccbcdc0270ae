"""`decide_step` answers on what is on record, and keeps the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from temporalio.testing import ActivityEnvironment

from activities.decisions import Decisions
from domain.clocks import Clock
from domain.definitions import DecideStep, Decision
from domain.facts import Fact, FactKind
from storage import candidates, journeys
from storage.tables import candidate_facts
from tests.activities.conftest import PLAN, SNAPSHOT, House
from tests.storage.conftest import NOW

STEPS = [
    {"id": "hello", "channel": "email"},
    {"id": "where", "kind": "branch", "cases": [
        {"when": 'country == "DE"', "to": 3, "label": "germany"}, {"when": '"python" in skills', "to": 3},
    ], "otherwise": 3},
    {"id": "won", "kind": "goal", "cases": [{"when": 'tagged("silver")', "to": -1}]},
    {"id": "asked", "kind": "branch", "cases": [{"when": 'answer("ask") == "reply"', "to": 4}]},
    {"id": "before", "kind": "wait", "wait": {"fact": "start_date", "fact_days": -3}},
    {"id": "dated", "kind": "branch", "wait": {"fact": "start_date"}, "cases": [{"when": 'country == "DE"', "to": 6}]},
]  # fmt: skip
ACTIVE = Fact(FactKind.ENROLLMENT, NOW, journey="autumn", version=1, occurrence="o", outcome="active")


@pytest.fixture
def autumn(house: House) -> House:
    """A journey with decisions."""
    with house.engine.begin() as connection:
        journeys.publish(
            connection, "autumn", title="Autumn", snapshot=SNAPSHOT | {"journey": "autumn"}, digest="1",
            plan_of=lambda version: PLAN | {"journey": "autumn", "version": version, "steps": STEPS},
        )  # fmt: skip
        candidates.change(connection, "ada", zone="Europe/Berlin")
    return house


async def decide(house: House, step: str, **order: Any) -> Decision:
    """One attempt."""
    asked = DecideStep("ada", "autumn", 1, "o", step, facts=[ACTIVE.compact()], **order)
    decisions = Decisions(house.async_engine, clock=lambda: house.now)
    decision: Decision = await ActivityEnvironment().run(decisions.decide_step, asked)
    return decision


def answers(house: House) -> dict[str, str]:
    """How the steps came out, as recorded."""
    [row] = house.run("select answers from enrollments where journey = 'autumn'")
    return {step: answer[0] for step, answer in row.answers.items()}


def learn(house: House, **facts: str) -> None:
    """Facts about Ada."""
    with house.engine.begin() as connection:
        for name, value in facts.items():
            connection.execute(insert(candidate_facts).values(candidate_id="ada", name=name, value=value, at=NOW))


async def test_the_first_case_that_holds_is_taken_and_recorded_by_its_label(autumn: House) -> None:
    with autumn.engine.begin() as connection:
        candidates.change(connection, "ada", country="DE")
    assert await decide(autumn, "where") == Decision(0, None, 'country == "DE"')
    assert answers(autumn) == {"where": "germany"}


async def test_no_case_that_holds_is_the_other_way(autumn: House) -> None:
    assert (await decide(autumn, "where")).case == -1
    assert answers(autumn) == {"where": "else"}


async def test_a_case_without_a_label_is_its_number(autumn: House) -> None:
    autumn.run("insert into skills (candidate_id, skill) values ('ada', 'python')")
    assert (await decide(autumn, "where")).case == 1
    assert answers(autumn) == {"where": "2"}


async def test_a_goal_is_reached_or_not(autumn: House) -> None:
    assert (await decide(autumn, "won")).case == -1
    autumn.run("insert into tags (candidate_id, tag) values ('ada', 'silver')")
    autumn.now += timedelta(minutes=1)
    assert (await decide(autumn, "won")).case == 0
    assert answers(autumn) == {"won": "reached"}


async def test_asked_twice_it_answers_twice_and_the_record_has_what_was_answered_last(autumn: House) -> None:
    first = await decide(autumn, "where")
    assert await decide(autumn, "where") == first
    with autumn.engine.begin() as connection:
        candidates.change(connection, "ada", country="DE")
    autumn.now += timedelta(seconds=1)
    assert (await decide(autumn, "where")).case == 0
    assert answers(autumn) == {"where": "germany"}


async def test_earlier_answers_are_those_that_the_workflow_brings(autumn: House) -> None:
    assert (await decide(autumn, "asked", answers={"ask": "reply"})).case == 0
    assert (await decide(autumn, "asked", answers={"ask": "timeout"})).case == -1


@pytest.mark.parametrize(
    ("value", "until"),
    [
        pytest.param("2027-02-01", datetime(2027, 1, 31, 23, tzinfo=UTC), id="a day begins where the person lives"),
        pytest.param("2027-07-01", datetime(2027, 6, 30, 22, tzinfo=UTC), id="in summer too"),
        pytest.param("2027-02-01T09:00:00", datetime(2027, 2, 1, 8, tzinfo=UTC), id="a local moment"),
        pytest.param("2027-02-01T09:00:00Z", datetime(2027, 2, 1, 9, tzinfo=UTC), id="a moment"),
        pytest.param("soon", None, id="no date"),
        pytest.param("9999-01-01", None, id="a date beyond all calendars"),
    ],
)
async def test_a_wait_counts_from_the_date_on_record(autumn: House, value: str, until: datetime | None) -> None:
    learn(autumn, start_date=value)
    decision = await decide(autumn, "before")
    assert (decision.case, decision.until) == (-1, until)
    assert answers(autumn) == {}


async def test_a_date_that_is_not_on_record_says_so(autumn: House) -> None:
    assert await decide(autumn, "before") == Decision(-1, None, "start_date is not on record")


async def test_a_branch_that_waits_for_a_date_is_recorded_when_the_date_has_come(autumn: House) -> None:
    learn(autumn, start_date="2026-12-01")
    assert (await decide(autumn, "dated")).until == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert answers(autumn) == {}
    autumn.now = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert (await decide(autumn, "dated")).case == -1
    assert answers(autumn) == {"dated": "else"}


async def test_the_storys_clock_decides_what_today_is(autumn: House) -> None:
    story = Clock(NOW, NOW + timedelta(days=365), 60)
    learn(autumn, start_date="2027-01-15")
    await decide(autumn, "dated", clock=story)
    assert answers(autumn) == {"dated": "else"}


async def test_what_the_workflow_has_learnt_is_written_first(autumn: House) -> None:
    await decide(autumn, "where")
    assert autumn.run("select status from enrollments where journey = 'autumn'")[0].status == "active"


@pytest.mark.parametrize(
    "order",
    [
        DecideStep("ada", "winter", 1, "o", "where"), DecideStep("ada", "autumn", 9, "o", "where"),
        DecideStep("ada", "autumn", 1, "o", "gone"), DecideStep("nobody", "autumn", 1, "o", "where"),
    ],
)  # fmt: skip
async def test_what_is_no_longer_on_record_stops_nobody(autumn: House, order: DecideStep) -> None:
    decision = await ActivityEnvironment().run(Decisions(autumn.async_engine).decide_step, order)
    assert (decision.case, decision.until) == (-1, None)
    assert decision.because
