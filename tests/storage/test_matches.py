"""Who may fit an opening, by which factors, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.touches import Channel, Planned, Purpose
from storage import applications, candidates, matches, upcoming
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening


@pytest.fixture
def house(connection: Connection) -> Connection:
    """be-1 in Berlin wants Python and SQL, would like Go, and asks the pool backend. be-0 was filled before."""
    add_opening(connection, "be-0", status="filled")
    add_opening(connection, place="Berlin", nice_to_have=["Go"], pools=["backend"])
    return connection


def found(connection: Connection, **person: Any) -> dict[str, float]:
    """The factors of a person, with their points; empty for one who does not fit."""
    add_candidate(connection, **person)
    page = matches.page(connection, "be-1", 1, "", 10, NOW)
    return {factor["factor"]: factor["points"] for match in page for factor in match.factors}


@pytest.mark.parametrize(
    ("person", "factors"),
    [
        ({"skills": ["python", "sql"]}, {"must_have": 50}),
        ({"skills": ["Python", "go"], "place": "berlin"}, {"must_have": 25, "nice_to_have": 15, "place": 5}),
        ({"skills": ["Go"], "place": "Berlin"}, {}),
        ({"pools": ["backend"]}, {"pool": 10}),
        ({"pools": ["frontend"]}, {}),
        ({"tags": ["Passive-Prospect"]}, {"tag": 10}),
        ({"tags": ["SQL"]}, {"tag": 10}),
        ({"tags": ["nice"]}, {}),
        ({"skills": ["python", "sql"], "relationship_type": "employee"}, {}),
    ],
)
def test_a_person_fits_by_open_factors(house: Connection, person: dict[str, Any], factors: dict[str, float]) -> None:
    assert found(house, **person) == factors


@pytest.mark.parametrize(
    ("stage", "furthest", "fits"),
    [
        ("rejected", "interview", True),
        ("withdrawn", "offer", True),
        ("rejected", "screening", False),
        ("hired", "offer", False),
    ],
)
def test_a_silver_medalist_came_far_elsewhere_and_was_not_hired(
    house: Connection, stage: str, furthest: str, fits: bool
) -> None:
    add_candidate(house, "eve", skills=["python"])
    add_candidate(house, "max")
    applications.record_past(house, "max", "be-0", stage, furthest, NOW - timedelta(days=300))
    ids = [match.candidate_id for match in matches.page(house, "be-1", 1, "", 10, NOW)]
    assert ids == (["eve", "max"] if fits else ["eve"])


def test_the_erased_are_not_matched(house: Connection) -> None:
    add_candidate(house, skills=["python"])
    candidates.mark_erased(house, "ada")
    assert matches.page(house, "be-1", 1, "", 10, NOW) == []


def test_the_hired_are_listed_with_the_reason_and_not_woken(house: Connection) -> None:
    add_candidate(house, skills=["python"])
    applications.record_past(house, "ada", "be-0", "hired", "offer", NOW - timedelta(days=300))
    assert matches.page(house, "be-1", 1, "", 10, NOW) == []
    assert [(one.outcome, one.because) for one in matches.told(house, "be-1")] == [("not_told", "hired")]


def test_an_alert_that_is_held_back_is_listed_as_waiting_and_for_what(house: Connection) -> None:
    add_candidate(house, skills=["python"])
    matches.page(house, "be-1", 1, "", 10, NOW)
    key = "ada/alerts/be-1/alert/round-1"
    held = Planned(key, Purpose.ALERTS, Channel.EMAIL, "reopening_alert", NOW, "the end of the snooze", "be-1")
    upcoming.replace(house, "ada", [held])
    [told] = matches.told(house, "be-1")
    assert (told.outcome, told.because) == ("waiting", "the end of the snooze until 2026-11-24T10:00:00Z")
    assert matches.counts(house, "be-1", 1) == {"waiting": 1}
    matches.settle(house, [matches.MatchOutcome("be-1", 1, "ada", "told", "", NOW)])
    assert matches.counts(house, "be-1", 1) == {"told": 1}


def test_pages_cover_everybody_once_and_the_same_page_again_is_the_same(house: Connection) -> None:
    for number in range(7):
        add_candidate(house, f"c{number}", skills=["python"])
    first = matches.page(house, "be-1", 1, "", 3, NOW)
    assert matches.page(house, "be-1", 1, "", 3, NOW) == first
    assert matches.counts(house, "be-1", 1) == {"announced": 3, "matched": 4}
    second = matches.page(house, "be-1", 1, first[-1].candidate_id, 3, NOW)
    third = matches.page(house, "be-1", 1, second[-1].candidate_id, 3, NOW)
    assert [match.candidate_id for match in (*first, *second, *third)] == [f"c{number}" for number in range(7)]
    assert matches.counts(house, "be-1", 1) == {"announced": 7}


def test_who_was_told_stays_told(house: Connection) -> None:
    add_candidate(house, skills=["python"])
    matches.page(house, "be-1", 1, "", 10, NOW)
    for outcome in ("waiting", "told", "not_told"):
        matches.settle(house, [matches.MatchOutcome("be-1", 1, "ada", outcome, "", NOW)])
    [told] = matches.told(house, "be-1")
    assert (told.outcome, told.score, told.full_name) == ("told", 25, "Ada Lovelace")


def test_a_second_round_begins_anew(house: Connection) -> None:
    add_candidate(house, skills=["python"])
    matches.page(house, "be-1", 1, "", 10, NOW)
    matches.page(house, "be-1", 2, "", 10, NOW)
    assert matches.counts(house, "be-1", 2) == {"announced": 1}
    assert [told.outcome for told in matches.told(house, "be-1", 1)] == ["announced"]


def test_an_outcome_for_an_opening_that_nobody_added_is_passed_over(house: Connection) -> None:
    add_candidate(house)
    matches.settle(house, [matches.MatchOutcome("gone", 1, "ada", "told", "", NOW)])
    assert matches.counts(house, "gone", 1) == {}
