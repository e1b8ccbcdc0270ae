"""Openings: added as drafts, moved by their workflow."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from storage import openings
from tests.storage.people import add_opening


def test_an_opening_has_the_default_pipeline_unless_it_brings_its_own(connection: Connection) -> None:
    add_opening(connection)
    assert openings.get(connection, "be-1").stages().names()[0] == "applied"


def test_a_pipeline_that_leaves_somebody_without_word_is_refused(connection: Connection) -> None:
    stages = [{"name": "applied", "kind": "received", "message": ""}]
    with pytest.raises(ValueError, match="has no message"):
        openings.add(connection, openings.NewOpening("x", "X", pipeline={"stages": stages}))


def test_an_id_in_use_is_refused(connection: Connection) -> None:
    add_opening(connection)
    with pytest.raises(ValueError, match="be-1 is on record"):
        add_opening(connection)


@pytest.mark.parametrize("opening_id", ["", "be 1", "be/1", "be:1", "bé", "a\n", "x" * 101])
def test_an_id_that_touch_keys_cannot_hold_is_refused(connection: Connection, opening_id: str) -> None:
    with pytest.raises(ValueError, match="use letters, digits, dot, dash or underscore"):
        openings.add(connection, openings.NewOpening(opening_id, "X"))


def test_a_title_is_kept_on_one_line(connection: Connection) -> None:
    openings.add(connection, openings.NewOpening("x", "Backend\r\n  engineer"))
    assert openings.get(connection, "x").title == "Backend engineer"


def test_a_late_word_about_an_older_round_changes_nothing(connection: Connection) -> None:
    add_opening(connection)
    openings.set_status(connection, "be-1", "open", 2)
    openings.set_status(connection, "be-1", "closed", 1)
    assert (openings.get(connection, "be-1").status, openings.get(connection, "be-1").round) == ("open", 2)
    assert [opening.id for opening in openings.listed(connection, "open")] == ["be-1"]
