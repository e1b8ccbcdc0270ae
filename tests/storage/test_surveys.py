"""Surveys: open only once the decision has reached the person; what they come to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage import surveys
from storage.surveys import CHANGE_WITHIN, Answer, Closed
from storage.tables import applications
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, sent


def apply(connection: Connection, who: str = "ada", stage: str = "rejected", kind: str = "refused") -> None:
    connection.execute(
        insert(applications).values(
            candidate_id=who,
            opening_id="be-1",
            stage=stage,
            stage_at=NOW,
            kind=kind,
            furthest="interview",
            applied_at=NOW,
        )
    )


def told(connection: Connection, who: str = "ada", stage: str = "rejected", hours: int = 0, **values: Any) -> None:
    """The message of a stage, taken over by a provider so many hours from now."""
    at = NOW + timedelta(hours=hours)
    given = {"purpose": "application", "template": "refused", "opening_id": "be-1", "accepted_at": at} | values
    sent(connection, f"{who}/application/be-1:{stage}/message/{at.isoformat()}", candidate_id=who, **given)


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Ada, and the opening be-1."""
    add_candidate(connection)
    add_opening(connection)
    return connection


def test_nobody_is_asked_who_has_not_applied_or_is_under_way(house: Connection) -> None:
    assert not surveys.is_told(house, "ada", "be-1")
    apply(house, stage="interview", kind="late")
    told(house, stage="interview")
    assert not surveys.is_told(house, "ada", "be-1")


@pytest.mark.parametrize("state", ["intended", "claimed", "handed_over", "bounced", "skipped", "unknown", "failed"])
def test_a_decision_that_has_not_arrived_is_not_told(house: Connection, state: str) -> None:
    apply(house)
    told(house, stage="interview", hours=-5)
    told(house, state=state)
    assert not surveys.is_told(house, "ada", "be-1")
    with pytest.raises(Closed):
        surveys.save(house, Answer("ada", "be-1", 9), NOW)
    assert surveys.get(house, "ada", "be-1") is None


@pytest.mark.parametrize("state", ["accepted", "delivered", "complained"])
def test_a_decision_that_arrived_is_told(house: Connection, state: str) -> None:
    apply(house)
    told(house, stage="interview", hours=-5)
    told(house, state=state)
    assert surveys.is_told(house, "ada", "be-1")


def test_a_decision_taken_back_and_made_again_waits_for_its_own_message(house: Connection) -> None:
    apply(house)
    told(house, hours=-9)
    told(house, stage="interview", hours=-5)
    assert not surveys.is_told(house, "ada", "be-1")
    told(house, hours=1)
    assert surveys.is_told(house, "ada", "be-1")


def test_the_survey_itself_and_other_words_about_the_opening_are_no_decision(house: Connection) -> None:
    apply(house)
    for step in ("survey", "holding"):
        key = f"ada/application/be-1:rejected/{step}/1"
        sent(house, key, purpose="application", opening_id="be-1", template=step)
    assert not surveys.is_told(house, "ada", "be-1")


def test_an_answer_may_be_changed_for_two_weeks(house: Connection) -> None:
    apply(house)
    told(house)
    assert surveys.save(house, Answer("ada", "be-1", 6, {"informed": 2}), NOW)
    later = NOW + CHANGE_WITHIN
    changed = Answer("ada", "be-1", 9, {"informed": 4, "respected": 5}, "Well done")
    assert surveys.save(house, changed, later)
    assert not surveys.save(house, changed, later)
    kept = surveys.get(house, "ada", "be-1")
    assert kept == Answer("ada", "be-1", 9, {"informed": 4, "respected": 5}, "Well done", NOW)
    with pytest.raises(Closed):
        surveys.save(house, Answer("ada", "be-1", 0), later + timedelta(seconds=1))
    assert not surveys.save(house, changed, later + timedelta(days=30))


def test_results_are_promoters_less_detractors_of_those_who_answered(house: Connection) -> None:
    scores = {"c1": 10, "c2": 9, "c3": 8, "c4": 6, "c5": 0, "c6": 9, "silent": None}
    for who, score in scores.items():
        add_candidate(house, who)
        apply(house, who)
        told(house, who)
        key = f"{who}/application/be-1:rejected/survey/1"
        sent(house, key, candidate_id=who, purpose="application", template="survey", opening_id="be-1")
        if score is not None:
            surveys.save(house, Answer(who, "be-1", score, {"informed": 4 if score > 8 else 1}, f"said {score}"), NOW)
    [result] = surveys.results(house)
    assert (result.asked, result.answered, result.promoters, result.detractors) == (7, 6, 3, 2)
    assert result.cnps == 17
    assert result.rate == pytest.approx(6 / 7)
    assert (result.informed, result.respected) == (2.5, None)
    assert surveys.results(house, "be-1") == [result]
    assert surveys.results(house, "be-2") == []
    assert len(surveys.comments(house, "be-1")) == 6
    assert "candidate_id" not in surveys.comments(house)[0].__dataclass_fields__


def test_without_answers_there_is_no_score(house: Connection) -> None:
    sent(house, "ada/application/be-1:rejected/survey/1", template="survey", purpose="application", opening_id="be-1")
    [result] = surveys.results(house)
    assert (result.cnps, result.rate) == (None, 0.0)
