"""Tasks and facts from the command's side: ticked off, put on record, and told to the journeys that wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from starter.tasks import StepOfJourney, step_of
from storage import candidate_facts, candidates, tasks
from storage.candidate_facts import KnownFact
from storage.candidates import NewCandidate
from storage.tasks import NewTask, Task

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def task(key: str) -> Task:
    return Task(1, key, "call", "Call", NOW, "ada", "", "dana", None)


def test_a_task_names_the_step_that_waits_for_it() -> None:
    assert step_of(task("ada/task/talk/call/2026-11-23T09:00:00Z")) == StepOfJourney("ada", "talk", "call")
    assert step_of(task("tokens/ada/nurture/talk-1/hello/2026-11-23T09:00:00Z")) is None
    assert step_of(task("unknown")) is None


def test_a_fact_is_kept_replaced_and_taken_away(engine: Engine) -> None:
    with engine.begin() as connection:
        candidates.add(connection, NewCandidate("Ada", id="ada", emails=["ada@example.org"]))
        for value in ("2027-01-15", "2027-02-01"):
            candidate_facts.put(connection, KnownFact("ada", "start_date", value, "a call", NOW))
        assert [(one.name, one.value, one.source) for one in candidate_facts.of(connection, "ada")] == [
            ("start_date", "2027-02-01", "a call")
        ]
        candidate_facts.put(connection, KnownFact("ada", "start_date", "", "a call", NOW))
        assert candidate_facts.of(connection, "ada") == []


@pytest.mark.parametrize(("name", "value"), [("Start Date", "x"), ("", "x"), ("note", "a\nb"), ("note", "x" * 501)])
def test_what_is_no_fact_is_refused(engine: Engine, name: str, value: str) -> None:
    with engine.begin() as connection, pytest.raises(ValueError, match=r"fact|plain line"):
        candidate_facts.put(connection, KnownFact("ada", name, value, "", NOW))


def test_open_tasks_are_listed_by_their_due_moment(engine: Engine) -> None:
    with engine.begin() as connection:
        tasks.ask(connection, [NewTask("a", "call", "Call", NOW), NewTask("b", "call", "Call", NOW.replace(day=1))])
        assert [one.task_key for one in tasks.listed(connection)] == ["b", "a"]
