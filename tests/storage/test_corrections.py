"""Corrections of people's own records."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, select, text

from storage import candidates, corrections
from storage.candidates import AlreadyKnown, NewCandidate
from storage.tables import contact_points

NUMBER = "+4915188888888"


def points(connection: Connection, candidate_id: str) -> list[tuple[str, str]]:
    c = contact_points.c
    wanted = select(c.value, c.suppressed).where(c.candidate_id == candidate_id, c.kind == "phone")
    return [(row.value, row.suppressed) for row in connection.execute(wanted.order_by(c.position))]


def someone(connection: Connection, candidate_id: str, number: str) -> None:
    candidates.add(connection, NewCandidate("Somebody", id=candidate_id, phones=[number]))


def test_a_number_is_replaced_and_may_come_back(connection: Connection) -> None:
    someone(connection, "ada", "+4915112345678")
    corrections.replace_contact(connection, "ada", "phone", NUMBER)
    assert points(connection, "ada") == [(NUMBER, ""), ("+4915112345678", corrections.REPLACED)]
    corrections.replace_contact(connection, "ada", "phone", "+4915112345678")
    assert points(connection, "ada") == [("+4915112345678", ""), (NUMBER, corrections.REPLACED)]
    corrections.replace_contact(connection, "ada", "phone", "")
    assert {suppressed for _, suppressed in points(connection, "ada")} == {corrections.REPLACED}


def test_of_two_who_give_one_number_at_once_one_gets_it_and_the_other_keeps_theirs(engine: Engine) -> None:
    with engine.begin() as connection:
        someone(connection, "ada", "+4915111111111")
        someone(connection, "ben", "+4915122222222")
    outcomes: list[object] = []
    with engine.connect() as first:
        corrections.replace_contact(first, "ada", "phone", NUMBER)
        second = threading.Thread(target=lambda: outcomes.append(_replace(engine, "ben")))
        second.start()
        _until(lambda: _someone_waits(engine))
        first.commit()
        second.join()
    assert isinstance(outcomes[0], AlreadyKnown)
    with engine.connect() as connection:
        assert points(connection, "ada")[0] == (NUMBER, "")
        assert points(connection, "ben") == [("+4915122222222", "")]


def _replace(engine: Engine, candidate_id: str) -> object:
    with engine.begin() as connection:
        try:
            corrections.replace_contact(connection, candidate_id, "phone", NUMBER)
        except AlreadyKnown as error:
            return error
    return None


def _someone_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(text("select count(*) from pg_locks where not granted")))


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if holds():
            return
    pytest.fail("nobody waits for the other's commit")
