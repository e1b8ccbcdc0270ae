"""Switches of the whole deployment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from domain.clocks import Clock
from storage import controls
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
