"""Moves between versions on record, and what they do to touches that were under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from domain.facts import Fact, FactKind
from storage import enrollments, facts, moves, tasks
from storage.enrollments import Enrollment
from storage.moves import Move, Stay
from storage.tables import journey_versions, ledger
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, sent

OCCURRENCE = "2026-11-01T08:00:00Z"
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Ada and Bob inside version 1 of spring."""
    for one in ("ada", "bob"):
        add_candidate(connection, one)
        enrollments.record(connection, Enrollment(one, "spring", 1, OCCURRENCE, "active", "", NOW, None))
    return connection


def move(connection: Connection, to: int, move_id: str = "m1", candidate_id: str = "ada", before: int = 1) -> None:
    """Have it on record, and made."""
    moves.record(connection, [Move(move_id, candidate_id, "spring", OCCURRENCE, before, to, NOW)])
    fact = Fact(FactKind.MOVE, NOW, event_id=move_id, journey="spring", version=to, occurrence=OCCURRENCE)
    facts.apply(connection, candidate_id, [fact])


def key(version: int, step: str = "hello") -> str:
    return f"ada/nurture/spring-{version}/{step}/{OCCURRENCE}"


def under_way(connection: Connection, state: str, version: int = 1, **values: Any) -> None:
    sent(
        connection,
        key(version),
        journey="spring",
        version=version,
        state=state,
        accepted_at=None,
        settled_at=None,
        **values,
    )


def row(connection: Connection, version: int) -> Any:
    return connection.execute(select(ledger).where(ledger.c.touch_key == key(version))).one_or_none()


def test_who_is_inside_which_version_is_told_in_order(house: Connection) -> None:
    move(house, 2)
    assert moves.inside(house, "spring") == [Stay("ada", 2, OCCURRENCE), Stay("bob", 1, OCCURRENCE)]
    assert moves.inside(house, "autumn") == []


def test_a_move_waits_for_those_who_could_still_make_it(house: Connection) -> None:
    both = [Move("m1", one, "spring", OCCURRENCE, 1, 2, NOW, "dana") for one in ("ada", "bob")]
    moves.record(house, both)
    moves.record(house, both)
    assert moves.of(house, "m1") == both
    assert moves.waiting(house, "m1") == ["ada", "bob"]
    enrollments.record(house, Enrollment("bob", "spring", 1, OCCURRENCE, "exited", "replied", NOW, SOON))
    assert moves.waiting(house, "m1") == ["ada"]
    moves.done(house, "ada", "m1", SOON)
    assert moves.waiting(house, "m1") == []
    [made] = moves.listed(house, "spring")
    assert (made.move_id, made.from_version, made.to_version, made.by, made.people, made.made) == (
        "m1",
        1,
        2,
        "dana",
        2,
        1,
    )


@pytest.mark.parametrize("state", ["intended", "claimed"])
def test_a_touch_that_had_not_left_is_set_aside_and_taken_up_when_the_person_comes_back(
    house: Connection, state: str
) -> None:
    under_way(house, state)
    move(house, 2)
    aside = row(house, 1)
    assert (aside.state, aside.gate, aside.because) == (
        "skipped",
        "withdrawn",
        "the person was moved to another version",
    )
    assert row(house, 2) is None
    move(house, 1, "m2", before=2)
    back = row(house, 1)
    assert (back.state, back.gate, back.because, back.attempts) == ("intended", "", "", 1)


def test_a_touch_in_doubt_becomes_unknown_and_is_not_sent_by_the_new_version(house: Connection) -> None:
    under_way(house, "handed_over")
    move(house, 2)
    assert row(house, 1).state == "unknown"
    closed = row(house, 2)
    assert (closed.state, closed.version, closed.because) == ("skipped", 2, f"it may have left as {key(1)}")
    assert [task.touch_key for task in tasks.listed(house, "ada")] == [key(1)]


@pytest.mark.parametrize("state", ["accepted", "delivered", "bounced", "skipped", "failed", "unknown"])
def test_a_touch_that_is_settled_stays_as_it_is(house: Connection, state: str) -> None:
    under_way(house, state)
    move(house, 2)
    assert (row(house, 1).state, row(house, 2)) == (state, None)


def test_touches_of_other_stays_and_people_are_left_alone(house: Connection) -> None:
    other = "bob/nurture/spring-1/hello/2026-11-01T08:00:00Z"
    earlier = "ada/nurture/spring-1/hello/2025-11-01T08:00:00Z"
    for touch_key, candidate_id in ((other, "bob"), (earlier, "ada")):
        sent(house, touch_key, candidate_id=candidate_id, journey="spring", version=1, state="intended")
    move(house, 2)
    states = house.execute(select(ledger.c.state).where(ledger.c.touch_key.in_([other, earlier]))).scalars()
    assert set(states) == {"intended"}


def test_a_stay_whose_last_message_left_during_the_move_goes_on(house: Connection) -> None:
    enrollments.record(house, Enrollment("ada", "spring", 1, OCCURRENCE, "finished", "", NOW, NOW))
    move(house, 2)
    [stay] = enrollments.for_candidate(house, "ada")
    assert (stay.status, stay.version, stay.ended_at) == ("active", 2, None)


def test_a_move_that_nobody_put_on_record_pins_the_version_all_the_same(house: Connection) -> None:
    fact = Fact(FactKind.MOVE, NOW, event_id="stock", journey="spring", version=2, occurrence=OCCURRENCE)
    facts.apply(house, "ada", [fact])
    assert enrollments.for_candidate(house, "ada")[0].version == 2


def test_versions_are_told_with_how_many_are_inside(house: Connection) -> None:
    for version in (1, 2):
        told = {"title": "Spring", "snapshot": {}, "plan": {}, "digest": str(version)}
        house.execute(insert(journey_versions).values(journey="spring", version=version, **told))
    move(house, 2)
    assert [(version, inside) for version, _, inside in moves.versions(house, "spring")] == [(1, 1), (2, 1)]
