"""Switches of the whole deployment: the kill switch and pauses by their scopes, and the story clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.clocks import Clock
from domain.keeping import Terms
from storage.tables import controls

STOP, PAUSE, CLOCK = "stop", "pause", "clock"
WINDOW, CAPS, KEEPING = "window", "caps", "keeping"
EVERYTHING = "everything"
SCOPED = ("journey", "sender", "template")


class BadScope(ValueError):
    """A switch for something that has none; the text says how a scope is written."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The kill switch of a scope as it stands."""

    stopped: bool
    because: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A scope that is paused, since a story moment."""

    at: datetime
    because: str = ""
    by: str = ""


def stop(connection: Connection, by: str, because: str = "", scope: str = EVERYTHING) -> None:
    """Nothing of the scope is handed over from the moment this commits. Raises BadScope."""
    _put(connection, _name(STOP, scope), {"stopped": True, "because": because}, by)


def go(connection: Connection, by: str, scope: str = EVERYTHING) -> None:
    """Let messages of the scope leave again. Those that waited come back at their own times, not at once. Raises BadScope."""
    _put(connection, _name(STOP, scope), {"stopped": False}, by)


def stopped(connection: Connection, scope: str = EVERYTHING) -> Stop:
    """How the kill switch of a scope stands."""
    return stops(connection).get(scope, Stop(False))


def stops(connection: Connection) -> dict[str, Stop]:
    """Everything that is stopped, by its scope (`everything`, `journey:spring`)."""
    found = _switches(connection, STOP, "stopped")
    return {scope: Stop(True, str(value.get("because", "")), by) for scope, value, by in found}


def pause(connection: Connection, at: datetime, by: str, because: str = "", scope: str = EVERYTHING) -> None:
    """Hold everything of the scope but acknowledgments, also for those who come to it later. Raises BadScope."""
    value = {"paused": True, "at": at.isoformat(), "because": because}
    _put(connection, _name(PAUSE, scope), value, by)


def resume(connection: Connection, by: str, scope: str = EVERYTHING) -> None:
    """End the pause of a scope. Raises BadScope."""
    _put(connection, _name(PAUSE, scope), {"paused": False}, by)


def pauses(connection: Connection) -> dict[str, Pause]:
    """Everything that is paused, by its scope."""
    found = _switches(connection, PAUSE, "paused")
    return {
        scope: Pause(datetime.fromisoformat(value["at"]), str(value.get("because", "")), by)
        for scope, value, by in found
    }


def rules_of_house(connection: Connection) -> dict[str, dict[str, Any]]:
    """The `window` and `caps` that were set for everybody, as JSON; those that the settings give are left out."""
    c = controls.c
    return {
        row.name: row.value for row in connection.execute(select(c.name, c.value).where(c.name.in_([WINDOW, CAPS])))
    }


def terms(connection: Connection) -> Terms:
    """How long the house keeps things; for good where nothing was set."""
    value = connection.scalar(select(controls.c.value).where(controls.c.name == KEEPING))
    return Terms(dict(value["lifetimes"]), int(value["retention_days"])) if value else Terms()


def set_terms(connection: Connection, wanted: Terms, by: str = "") -> bool:
    """Let other terms hold from now on; whether they differ. A consent on record keeps the end that it was given."""
    if terms(connection) == wanted:
        return False
    value = {"lifetimes": dict(wanted.lifetimes), "retention_days": wanted.retention_days}
    _put(connection, KEEPING, value, by)
    return True


def _name(kind: str, scope: str) -> str:
    """The name of a scope's switch: `stop`, `stop:journey:spring`, `pause:everything`."""
    part, _, name = scope.partition(":")
    if scope != EVERYTHING and not (part in SCOPED and name):
        known = ", ".join(f"{one}:NAME" for one in SCOPED)
        raise BadScope(f"{scope!r} is nothing that can be switched off; use {EVERYTHING}, {known}")
    return STOP if (kind, scope) == (STOP, EVERYTHING) else f"{kind}:{scope}"


def _switches(connection: Connection, kind: str, on: str) -> list[tuple[str, dict[str, Any], str]]:
    """Scope, value and who, of every switch of a kind that is on, in the order of their names."""
    c = controls.c
    named = (c.name == kind) | c.name.startswith(f"{kind}:", autoescape=True)
    wanted = select(c.name, c.value, c.by).where(named, c.value[on].as_boolean()).order_by(c.name)
    found = connection.execute(wanted)
    return [(row.name.removeprefix(kind).removeprefix(":") or EVERYTHING, row.value, row.by) for row in found]


def clock(connection: Connection) -> Clock:
    """The deployment's story clock; real time where none was set."""
    value = connection.scalar(select(controls.c.value).where(controls.c.name == CLOCK))
    if value is None:
        return Clock()
    real, story = (datetime.fromisoformat(value[name]) for name in ("real_anchor", "story_anchor"))
    return Clock(real, story, float(value["speed"]))


def story_now(connection: Connection) -> datetime:
    """The story moment by the database's own clock."""
    real: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return clock(connection).story(real.astimezone(UTC))


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
