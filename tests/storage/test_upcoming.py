"""The plan: replaced as a whole, read by person, journey and time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from domain.touches import Channel, Planned, Purpose
from storage import letters, recruiters, upcoming
from storage.letters import NewLetter
from storage.recruiters import Recruiter
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


def test_a_plan_says_in_whose_name_each_touch_will_leave_and_follows_whoever_comes_and_leaves(
    connection: Connection,
) -> None:
    add_candidate(connection, owner="dana")
    letters.record(connection, NewLetter("ada", "letter", "Hi", NOW, by="erik"))
    about = {"nurture": Purpose.NURTURE, "stage": Purpose.APPLICATION, "letter": Purpose.APPLICATION}
    upcoming.replace(
        connection, "ada", [Planned(key, purpose, Channel.EMAIL, "hello", NOW) for key, purpose in about.items()]
    )

    def senders() -> dict[str, str]:
        return {touch.touch_key: touch.sender for touch in upcoming.listed(connection)}

    house = dict.fromkeys(about, "")
    assert senders() == house, "nobody is on record"
    recruiters.put(connection, Recruiter("dana", "Dana Okafor"))
    recruiters.put(connection, Recruiter("erik", "Erik Berg"))
    assert senders() == house | {"nurture": "dana", "letter": "erik"}
    recruiters.leave(connection, "dana", "erik")
    assert senders() == house | {"nurture": "erik", "letter": "erik"}
    recruiters.leave(connection, "erik")
    assert senders() == house
    upcoming.replace(connection, "ada", [Planned("new", Purpose.NURTURE, Channel.EMAIL, "hello", NOW)])
    assert senders() == {"new": ""}
