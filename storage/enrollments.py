"""Enrollments: who is, was, or could not be in which journey version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import enrollments


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One stay in a journey. `status`: active, set_aside (it rests since `ended_at`), finished, reached (its goal), exited, refused,
    held_out; `because` says why it ended or rests, or why there was none."""

    candidate_id: str
    journey: str
    version: int
    occurrence: str
    status: str
    because: str
    entered_at: datetime
    ended_at: datetime | None


_ROW = [enrollments.c[name] for name in Enrollment.__dataclass_fields__]


def record(connection: Connection, enrollment: Enrollment) -> None:
    """Write a stay, its rest or its end. An end is final but for `resume`: nothing that comes again changes it."""
    row = upsert(enrollments).values({name: getattr(enrollment, name) for name in Enrollment.__dataclass_fields__})
    c = enrollments.c
    ended = {name: row.excluded[name] for name in ("status", "because", "ended_at")}
    key = [c.candidate_id, c.journey, c.occurrence]
    is_open = c.status.in_(("active", "set_aside")) if enrollment.ended_at else c.status == "active"
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=ended, where=is_open))


def resume(connection: Connection, candidate_id: str, journey: str, occurrence: str, at: datetime) -> None:
    """Let a stay that rested, or was ended by mistake, be active again. One that ended after that moment stays ended."""
    c = enrollments.c
    stay = (c.candidate_id == candidate_id) & (c.journey == journey) & (c.occurrence == occurrence)
    stopped = c.status.in_(("set_aside", "exited", "finished", "reached")) & (c.ended_at <= at)
    connection.execute(enrollments.update().where(stay, stopped).values(status="active", because="", ended_at=None))


def for_candidate(connection: Connection, candidate_id: str) -> list[Enrollment]:
    """A candidate's stays, the newest first."""
    wanted = select(*_ROW).where(enrollments.c.candidate_id == candidate_id)
    return [Enrollment(*row) for row in connection.execute(wanted.order_by(enrollments.c.entered_at.desc()))]


def counts(connection: Connection, journey: str) -> dict[tuple[int, str], int]:
    """How many stays per version and status."""
    c = enrollments.c
    wanted = select(c.version, c.status, func.count()).where(c.journey == journey).group_by(c.version, c.status)
    return {(version, status): number for version, status, number in connection.execute(wanted)}


def answer(
    connection: Connection, candidate_id: str, journey: str, occurrence: str, step: str, outcome: str, at: datetime
) -> None:
    """Note how a step that is no message came out, or (an empty outcome) that it has not; of two answers the one given later stands."""
    c = enrollments.c
    stay = (c.candidate_id == candidate_id) & (c.journey == journey) & (c.occurrence == occurrence)
    known = c.answers[step][1].astext.cast(DateTime(timezone=True))
    answered = func.jsonb_build_object(step, func.jsonb_build_array(outcome, at.isoformat()))
    newer = known.is_(None) | (known < at)
    told = c.answers.op("||")(answered) if outcome else c.answers.op("-")(step)
    connection.execute(enrollments.update().where(stay, newer).values(answers=told))


def move(connection: Connection, candidate_id: str, journey: str, occurrence: str, version: int) -> None:
    """Pin another version for a stay."""
    c = enrollments.c
    stay = (c.candidate_id == candidate_id) & (c.journey == journey) & (c.occurrence == occurrence)
    connection.execute(enrollments.update().where(stay).values(version=version))
