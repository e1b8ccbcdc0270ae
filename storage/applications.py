"""Applications: who applied where, and how far they came. And the words behind each decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.stages import Pipeline
from storage import openings
from storage.tables import applications, decision_notes


@dataclass(frozen=True, slots=True)
class Application:
    """A candidate at an opening. `kind` and `furthest_kind` are what the stages mean (domain.stages.StageKind)."""

    candidate_id: str
    opening_id: str
    stage: str
    stage_at: datetime
    kind: str
    furthest: str
    furthest_kind: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionNote:
    """The words behind a stage change: why, and what those who met the person want them to know."""

    event_id: str
    candidate_id: str
    opening_id: str
    reason: str = ""
    feedback: str = ""
    by: str = ""
    waiver: str = ""


_ROW = [applications.c[name] for name in Application.__dataclass_fields__]


def record(
    connection: Connection,
    candidate_id: str,
    opening_id: str,
    stage: str,
    furthest: str,
    at: datetime,
    pipeline: Pipeline,
) -> None:
    """Where an application stands since `at`; what is on record from later stays. `furthest` may be empty: never open."""
    row = upsert(applications).values(
        candidate_id=candidate_id,
        opening_id=opening_id,
        stage=stage,
        stage_at=at,
        kind=kind_of(pipeline, stage),
        furthest=furthest,
        furthest_kind=kind_of(pipeline, furthest),
        applied_at=at,
    )
    names = ("stage", "stage_at", "kind", "furthest", "furthest_kind")
    newer = applications.c.stage_at <= row.excluded.stage_at
    key = [applications.c.candidate_id, applications.c.opening_id]
    fresh = {name: row.excluded[name] for name in names}
    earliest = func.least(applications.c.applied_at, row.excluded.applied_at)
    connection.execute(
        row.on_conflict_do_update(index_elements=key, set_=fresh | {"applied_at": earliest}, where=newer)
    )


def record_past(
    connection: Connection, candidate_id: str, opening_id: str, stage: str, furthest: str, at: datetime
) -> None:
    """An application from before Keepwarm, for rediscovery: it was answered elsewhere. Raises UnknownOpening, ValueError."""
    pipeline = openings.get(connection, opening_id).stages()
    for name in filter(None, (stage, furthest)):
        if pipeline.find(name) is None:
            raise ValueError(f"no stage {name!r} at {opening_id}; stages: {', '.join(pipeline.names())}")
    record(connection, candidate_id, opening_id, stage, furthest, at, pipeline)


def kind_of(pipeline: Pipeline, stage: str) -> str:
    """What a stage means; empty for one that is not in the pipeline."""
    found = pipeline.find(stage)
    return str(found.kind) if found else ""


def for_candidate(connection: Connection, candidate_id: str) -> list[Application]:
    """A candidate's applications, the newest first."""
    wanted = select(*_ROW).where(applications.c.candidate_id == candidate_id)
    ordered = wanted.order_by(applications.c.applied_at.desc(), applications.c.opening_id)
    return [Application(*row) for row in connection.execute(ordered)]


def for_opening(connection: Connection, opening_id: str, stage: str = "") -> list[Application]:
    """An opening's applications, or those in one stage, the oldest first."""
    wanted = select(*_ROW).where(applications.c.opening_id == opening_id)
    if stage:
        wanted = wanted.where(applications.c.stage == stage)
    ordered = wanted.order_by(applications.c.applied_at, applications.c.candidate_id)
    return [Application(*row) for row in connection.execute(ordered)]


def note_decision(connection: Connection, note: DecisionNote) -> None:
    """Keep the words of a stage change under its event id; given again, the newer words hold where there are any."""
    row = upsert(decision_notes).values({name: getattr(note, name) for name in DecisionNote.__dataclass_fields__})
    newer = {
        name: func.coalesce(func.nullif(row.excluded[name], ""), decision_notes.c[name])
        for name in ("reason", "feedback", "waiver", "by")
    }
    key = [decision_notes.c.candidate_id, decision_notes.c.event_id]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=newer))


def decision(connection: Connection, candidate_id: str, event_id: str) -> DecisionNote | None:
    """The words of a stage change, if any were given."""
    columns = [decision_notes.c[name] for name in DecisionNote.__dataclass_fields__]
    c = decision_notes.c
    row = connection.execute(select(*columns).where(c.candidate_id == candidate_id, c.event_id == event_id)).first()
    return DecisionNote(*row) if row else None
