"""Switches of the whole deployment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from domain.clocks import Clock
from storage import calendars, controls
from tests.storage.conftest import NOW


def test_the_kill_switch_says_who_and_why(connection: Connection) -> None:
    assert controls.stopped(connection) == controls.Stop(False)
    controls.stop(connection, by="dana", because="a wrong template")
    assert controls.stopped(connection) == controls.Stop(True, "a wrong template", "dana")
    controls.go(connection, by="omar")
    assert controls.stopped(connection).stopped is False


def test_story_time_never_jumps_when_its_speed_changes(connection: Connection) -> None:
    assert controls.set_speed(connection, NOW, 1) == Clock()
    fast = controls.set_speed(connection, NOW, 3600)
    later = NOW + timedelta(minutes=1)
    assert fast.story(later) == NOW + timedelta(hours=60)
    slow = controls.set_speed(connection, later, 1)
    assert slow.story(later) == fast.story(later)
    assert controls.clock(connection) == slow


def test_the_same_speed_again_keeps_the_clock(connection: Connection) -> None:
    first = controls.set_speed(connection, NOW, 60)
    assert controls.set_speed(connection, NOW + timedelta(hours=1), 60) == first


# Scopes


def test_each_scope_has_its_own_switch(connection: Connection) -> None:
    controls.stop(connection, "dana", "a wrong template", scope="template:hello")
    controls.stop(connection, "omar", scope="journey:spring")
    controls.stop(connection, "eva", scope="sender:dana")
    assert controls.stopped(connection).stopped is False
    assert controls.stops(connection) == {
        "journey:spring": controls.Stop(True, "", "omar"),
        "sender:dana": controls.Stop(True, "", "eva"),
        "template:hello": controls.Stop(True, "a wrong template", "dana"),
    }
    controls.go(connection, "dana", scope="template:hello")
    assert "template:hello" not in controls.stops(connection)
    assert controls.stopped(connection, "journey:spring").stopped


def test_pauses_are_kept_apart_from_stops(connection: Connection) -> None:
    controls.pause(connection, NOW, "dana", "the holidays", scope="journey:spring")
    controls.pause(connection, NOW, "dana")
    assert controls.stops(connection) == {}
    assert controls.pauses(connection) == {
        "everything": controls.Pause(NOW, "", "dana"), "journey:spring": controls.Pause(NOW, "the holidays", "dana"),
    }  # fmt: skip
    controls.resume(connection, "dana")
    assert set(controls.pauses(connection)) == {"journey:spring"}


@pytest.mark.parametrize("scope", ["", "journey:", "spring", "team:be", "journey"])
def test_what_has_no_switch_is_refused_with_what_has(connection: Connection, scope: str) -> None:
    with pytest.raises(controls.BadScope, match="use everything, journey:NAME, sender:NAME, template:NAME"):
        controls.stop(connection, "dana", scope=scope)


def test_the_rules_of_the_house_are_those_that_were_set(connection: Connection) -> None:
    assert controls.rules_of_house(connection) == {}
    calendars.set_rule_of_house(connection, "caps", {"per_day": 2})
    assert controls.rules_of_house(connection) == {"caps": {"per_day": 2}}
