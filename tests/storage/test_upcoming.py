"""The plan: replaced as a whole, read by person, journey and time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from domain.touches import Channel, Planned, Purpose
from storage import upcoming
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate


def planned(key: str, days: int, journey: str = "spring") -> Planned:
    """A touch in some days."""
    return Planned(key, Purpose.NURTURE, Channel.EMAIL, "hello", NOW + timedelta(days=days), "its day", journey=journey)


def keys(connection: Connection, **narrowed: object) -> list[str]:
    """The keys that a reading gives."""
    return [touch.touch_key for touch in upcoming.listed(connection, **narrowed)]  # type: ignore[arg-type]


def test_a_new_plan_takes_the_place_of_the_old_one_and_of_nobody_elses(connection: Connection) -> None:
    for name in ("ada", "bob"):
        add_candidate(connection, name)
    upcoming.replace(connection, "bob", [planned("b1", 3)])
    upcoming.replace(connection, "ada", [planned("a1", 1), planned("a2", 9, "autumn")])
    upcoming.replace(connection, "ada", [planned("a2", 2, "autumn"), planned("a3", 4)])
    assert keys(connection) == ["a2", "b1", "a3"]
    assert keys(connection, candidate_id="ada") == ["a2", "a3"]
    assert keys(connection, journey="spring") == ["b1", "a3"]
    assert keys(connection, since=NOW + timedelta(days=3), until=NOW + timedelta(days=4)) == ["b1"]
    upcoming.drop(connection, ["b1"])
    assert keys(connection, limit=1) == ["a2"]


def test_touches_are_counted_by_day_in_utc(connection: Connection) -> None:
    for name in ("ada", "bob"):
        add_candidate(connection, name)
    upcoming.replace(connection, "ada", [planned("a1", 1), planned("a2", 1, "autumn"), planned("a3", 4)])
    upcoming.replace(connection, "bob", [planned("b1", 1)])
    days = [(NOW + timedelta(days=ahead)).date() for ahead in (1, 4)]
    assert [(one.day, one.touches, one.people) for one in upcoming.by_day(connection)] == [
        (days[0], 3, 2),
        (days[1], 1, 1),
    ]
    [spring] = upcoming.by_day(connection, journey="spring", until=NOW + timedelta(days=2))
    assert (spring.touches, spring.people) == (2, 2)
