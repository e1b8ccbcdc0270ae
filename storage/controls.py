"""Switches of the whole deployment: the kill switch and the story clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.clocks import Clock
from storage.tables import controls

STOP, CLOCK = "stop", "clock"


@dataclass(frozen=True, slots=True)
class Stop:
    """The kill switch as it stands."""

    stopped: bool
    because: str = ""
    by: str = ""


def stop(connection: Connection, by: str, because: str = "") -> None:
    """Nothing is handed over from the moment this commits."""
    _put(connection, STOP, {"stopped": True, "because": because}, by)


def go(connection: Connection, by: str) -> None:
    """Let messages leave again. Those that waited come back at their own times, not at once."""
    _put(connection, STOP, {"stopped": False}, by)


def stopped(connection: Connection) -> Stop:
    """How the kill switch stands."""
    row = connection.execute(select(controls.c.value, controls.c.by).where(controls.c.name == STOP)).first()
    return Stop(bool(row.value["stopped"]), str(row.value.get("because", "")), row.by) if row else Stop(False)


def clock(connection: Connection) -> Clock:
    """The deployment's story clock; real time where none was set."""
    value = connection.scalar(select(controls.c.value).where(controls.c.name == CLOCK))
    if value is None:
        return Clock()
    real, story = (datetime.fromisoformat(value[name]) for name in ("real_anchor", "story_anchor"))
    return Clock(real, story, float(value["speed"]))


def set_speed(connection: Connection, real_now: datetime, speed: float, by: str = "") -> Clock:
    """Let story time run at another speed from now on, without a jump; answers the clock that holds.

    Called at every start with the setting: the same speed changes nothing.
    """
    before = clock(connection)
    if before.speed == speed:
        return before
    after = Clock(real_now, before.story(real_now), speed)
    value = {
        "real_anchor": after.real_anchor.isoformat(),
        "story_anchor": after.story_anchor.isoformat(),
        "speed": speed,
    }
    _put(connection, CLOCK, value, by)
    return after


def _put(connection: Connection, name: str, value: dict[str, Any], by: str) -> None:
    row = upsert(controls).values(name=name, value=value, by=by)
    fresh = {"value": row.excluded.value, "by": row.excluded.by, "recorded_at": func.clock_timestamp()}
    connection.execute(row.on_conflict_do_update(index_elements=[controls.c.name], set_=fresh))
