"""Who was moved from one version of a journey to another, together under one id, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import enrollments, journey_moves, journey_versions


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody who is in a journey now."""

    candidate_id: str
    version: int
    occurrence: str


@dataclass(frozen=True, slots=True)
class Move:
    """One person's move under a `move_id`; `undoes` names the move that it takes back. `moved_at`: their workflow has made it."""

    move_id: str
    candidate_id: str
    journey: str
    occurrence: str
    from_version: int
    to_version: int
    at: datetime
    by: str = ""
    undoes: str = ""
    moved_at: datetime | None = None


def inside(connection: Connection, journey: str) -> list[Stay]:
    """Everybody who is in any version of a journey, by id."""
    c = enrollments.c
    wanted = select(c.candidate_id, c.version, c.occurrence).where(c.journey == journey, c.status == "active")
    return [Stay(*row) for row in connection.execute(wanted.order_by(c.candidate_id))]


def record(connection: Connection, moves: Sequence[Move]) -> None:
    """Write moves that are about to be signalled; those on record stay as they are."""
    if moves:
        rows = [{name: getattr(move, name) for name in Move.__dataclass_fields__} for move in moves]
        connection.execute(upsert(journey_moves).values(rows).on_conflict_do_nothing())


def done(connection: Connection, candidate_id: str, move_id: str, at: datetime) -> None:
    """Note that a person's workflow has made the move."""
    c = journey_moves.c
    mine = (c.move_id == move_id) & (c.candidate_id == candidate_id) & c.moved_at.is_(None)
    connection.execute(update(journey_moves).where(mine).values(moved_at=at))


def of(connection: Connection, move_id: str) -> list[Move]:
    """The moves made together under an id, by candidate."""
    columns = [journey_moves.c[name] for name in Move.__dataclass_fields__]
    wanted = select(*columns).where(journey_moves.c.move_id == move_id).order_by(journey_moves.c.candidate_id)
    return [Move(*row) for row in connection.execute(wanted)]


def waiting(connection: Connection, move_id: str) -> int:
    """How many people's workflows have not made a move yet."""
    c = journey_moves.c
    return connection.scalar(select(func.count()).where(c.move_id == move_id, c.moved_at.is_(None))) or 0


def versions(connection: Connection, journey: str) -> list[tuple[int, datetime, int]]:
    """Each published version, when it was published, and how many people are in it."""
    v, e = journey_versions.c, enrollments.c
    inside_now = (
        select(func.count())
        .where(e.journey == v.journey, e.version == v.version, e.status == "active")
        .scalar_subquery()
    )
    wanted = select(v.version, v.recorded_at, inside_now).where(v.journey == journey).order_by(v.version)
    return [(version, at, people) for version, at, people in connection.execute(wanted)]
