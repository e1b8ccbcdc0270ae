"""Who was moved from one version of a journey to another, together under one id, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage import tasks
from storage.ledger import unknown_fate
from storage.tables import enrollments, journey_moves, journey_versions

_MOVED = "the person was moved to another version"
_BESIDE = """
    ledger as l join enrollments as e on e.candidate_id = l.candidate_id and e.journey = l.journey and e.status = 'active'
        and right(regexp_replace(l.touch_key, '[.][0-9]+$', ''), length(e.occurrence) + 1) = '/' || e.occurrence
    where l.candidate_id = :candidate_id and l.journey <> ''
"""
"""The touches of the stays in which a person is now, in whatever version."""
_REOPEN = text(
    """
    update enrollments as e set status = 'active', because = '', ended_at = null
    from journey_moves as m
    where m.move_id = :move_id and m.candidate_id = :candidate_id and e.candidate_id = m.candidate_id and e.journey = m.journey
      and e.occurrence = m.occurrence and e.status = 'finished'
    """
)
_TAKE_UP_AGAIN = text(
    f"""
    update ledger set state = 'intended', gate = '', because = '', settled_at = null, not_before = :at
    where id in (select l.id from {_BESIDE} and l.version = e.version
                 and l.state = 'skipped' and l.gate = 'withdrawn' and l.because = :moved)
    """  # noqa: S608 - built of our own constants
)
_SET_ASIDE = text(
    f"""
    update ledger as l set state = case l.state when 'handed_over' then 'unknown' else 'skipped' end, gate = 'withdrawn',
        because = :moved, not_before = null, settled_at = :after
    where l.id in (select l.id from {_BESIDE} and l.version <> e.version and l.state in ('intended', 'claimed', 'handed_over'))
    returning l.touch_key, l.state
    """  # noqa: S608 - built of our own constants
)
_CLOSE_HERE = text(
    f"""
    insert into ledger (touch_key, candidate_id, purpose, channel, template, journey, version, due, state, gate, because,
        settled_at, variant)
    select concat_ws('/', l.candidate_id, l.purpose, l.journey || '-' || e.version, l.template,
            e.occurrence || coalesce(substring(l.touch_key from '[.][0-9]+$'), '')),
        l.candidate_id, l.purpose, l.channel, l.template, l.journey, e.version, l.due, 'skipped', 'withdrawn',
        'it may have left as ' || l.touch_key, :after, l.variant
    from {_BESIDE} and l.touch_key = any(:keys)
    on conflict (touch_key) do nothing
    """  # noqa: S608 - built of our own constants
)
_AFTER = timedelta(microseconds=1)
"""What becomes of touches by a move comes after the move, when all is lived again."""


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


@dataclass(frozen=True, slots=True)
class MoveMade:
    """A move of many: `people` were to be moved, of whom `made` have been. `from_version` is the earliest they came from."""

    move_id: str
    from_version: int
    to_version: int
    undoes: str
    by: str
    at: datetime
    people: int
    made: int


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
    """Note that a person's workflow has made the move, and settle what was under way in other versions: it has come to rest by now.

    What had not left is set aside until the person comes back. What is in doubt becomes unknown, for a person to find out, and is closed
    in the present version. Where the last message of the old one left meanwhile, the stay goes on all the same.
    """
    c = journey_moves.c
    mine = (c.move_id == move_id) & (c.candidate_id == candidate_id) & c.moved_at.is_(None)
    connection.execute(update(journey_moves).where(mine).values(moved_at=at))
    said = {"candidate_id": candidate_id, "move_id": move_id, "at": at, "after": at + _AFTER, "moved": _MOVED}
    connection.execute(_REOPEN, said)
    connection.execute(_TAKE_UP_AGAIN, said)
    aside = connection.execute(_SET_ASIDE, said).all()
    doubtful = [key for key, state in aside if state == "unknown"]
    if doubtful:
        tasks.ask(connection, [unknown_fate(key, candidate_id, at) for key in doubtful])
        connection.execute(_CLOSE_HERE, said | {"keys": doubtful})


def of(connection: Connection, move_id: str) -> list[Move]:
    """The moves made together under an id, by candidate."""
    columns = [journey_moves.c[name] for name in Move.__dataclass_fields__]
    wanted = select(*columns).where(journey_moves.c.move_id == move_id).order_by(journey_moves.c.candidate_id)
    return [Move(*row) for row in connection.execute(wanted)]


def waiting(connection: Connection, move_id: str) -> list[str]:
    """Those whose workflows have not made a move yet, and still could: they have not left the journey since."""
    c = journey_moves.c
    wanted = select(c.candidate_id).where(c.move_id == move_id, c.moved_at.is_(None), _still_there())
    return list(connection.scalars(wanted.order_by(c.candidate_id)))


def _still_there() -> ColumnElement[bool]:
    c, e = journey_moves.c, enrollments.c
    stay = (e.candidate_id == c.candidate_id) & (e.journey == c.journey) & (e.occurrence == c.occurrence)
    return select(e.candidate_id).where(stay, e.status == "active").exists()


def listed(connection: Connection, journey: str) -> list[MoveMade]:
    """The moves of a journey, the newest first."""
    c = journey_moves.c
    wanted = (
        select(
            c.move_id,
            func.min(c.from_version),
            c.to_version,
            c.undoes,
            c.by,
            func.min(c.at),
            func.count(),
            func.count(c.moved_at),
        )
        .where(c.journey == journey)
        .group_by(c.move_id, c.to_version, c.undoes, c.by)
        .order_by(func.min(c.id).desc())
    )
    return [MoveMade(*row) for row in connection.execute(wanted)]


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
