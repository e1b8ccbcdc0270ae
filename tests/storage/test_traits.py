"""What conditions may ask about people, read for many at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from domain.conditions import holds
from domain.facts import Fact, FactKind
from storage import candidates, facts
from storage.tables import candidate_facts
from storage.traits import traits_of
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening

LATE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_everything_that_conditions_ask_for_is_there(connection: Connection) -> None:
    add_candidate(connection, skills=["python", "go"], tags=["silver"], pools=["berlin"])
    candidates.change(connection, "ada", country="DE", owner="dana")
    add_opening(connection)
    entered: dict[str, Any] = {"outcome": "entered", "opening_id": "be-1", "furthest": "interview"}
    facts.apply(connection, "ada", [Fact(FactKind.STAGE, NOW, event_id="e", stage="interview", **entered)])
    connection.execute(insert(candidate_facts).values(candidate_id="ada", name="notice_period", value="3m", at=NOW))
    known = traits_of(connection, ["ada", "nobody"], date(2026, 11, 24))
    assert set(known) == {"ada"}
    for condition in (
        '"python" in skills and country == "DE"', 'stage("be-1") == "interview"', 'fact("notice_period") == "3m"',
        'tagged("silver") and applied()', 'owner == "dana" and "berlin" in pools', 'today == "2026-11-24"',
    ):  # fmt: skip
        assert holds(condition, known["ada"]), condition


def test_nobodys_traits_are_mixed_up(connection: Connection) -> None:
    add_candidate(connection, skills=["python"])
    add_candidate(connection, "bob", tags=["silver"])
    known = traits_of(connection, ["ada", "bob"], date(2026, 11, 24))
    assert (known["ada"].skills, known["ada"].tags) == (frozenset({"python"}), frozenset())
    assert (known["bob"].skills, known["bob"].tags) == (frozenset(), frozenset({"silver"}))


def test_today_is_the_day_where_the_person_lives(connection: Connection) -> None:
    for candidate_id, zone in (("ada", "Pacific/Auckland"), ("bob", "America/New_York")):
        add_candidate(connection, candidate_id)
        candidates.change(connection, candidate_id, zone=zone)
    known = traits_of(connection, ["ada", "bob"], LATE)
    assert (known["ada"].today, known["bob"].today) == (date(2027, 1, 1), date(2026, 12, 31))


def test_more_people_than_a_statement_has_parameters(connection: Connection) -> None:
    add_candidate(connection)
    assert set(traits_of(connection, [f"c{number}" for number in range(70_000)] + ["ada"], date(2026, 11, 24))) == {
        "ada"
    }
