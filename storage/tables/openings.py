"""Openings, the applications for them, and what candidates are owed."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at, words

openings = Table(
    "openings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default=""),
    Column("pay", Text, nullable=False, server_default=""),
    words("must_have"),
    words("nice_to_have"),
    words("pools"),
    Column("owner", Text, nullable=False, server_default=""),
    Column("next_step", Text, nullable=False, server_default=""),
    Column("pipeline", JSONB),
    Column("guide", JSONB),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("round", Integer, nullable=False, server_default="0"),
    recorded_at(),
    CheckConstraint("status in ('draft', 'open', 'closed', 'filled')", name="status"),
)
"""`pipeline` is null for the default one, `guide` (domain.promises.Guide) for none. `round` counts how often the opening was opened."""

applications = Table(
    "applications",
    metadata,
    candidate(),
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    moment("stage_at"),
    Column("kind", Text, nullable=False, server_default="open"),
    Column("furthest", Text, nullable=False),
    Column("furthest_kind", Text, nullable=False, server_default=""),
    moment("applied_at"),
    PrimaryKeyConstraint("candidate_id", "opening_id"),
)
"""`furthest` is the most advanced open stage ever reached. The kinds (domain.stages.StageKind) say what the stages mean,
whatever a pipeline calls them: `furthest_kind` late without a hire makes a silver medalist."""

stage_log = Table(
    "stage_log",
    metadata,
    identity(),
    candidate(index=True),
    Column("opening_id", Text, nullable=False, index=True),
    Column("event_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
    UniqueConstraint("candidate_id", "event_id"),
)
"""Every stage signal and its `outcome`: entered, repeated, late, unknown_stage. `kind` is the stage's, or empty."""

decision_notes = Table(
    "decision_notes",
    metadata,
    candidate(),
    Column("event_id", Text, nullable=False),
    Column("opening_id", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("feedback", Text, nullable=False, server_default=""),
    Column("waiver", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False, server_default=""),
    recorded_at(),
    PrimaryKeyConstraint("candidate_id", "event_id"),
)
"""The words behind a stage change. Being personal, they never travel through Temporal: the event id points here."""

opening_matches = Table(
    "opening_matches",
    metadata,
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False),
    Column("round", Integer, nullable=False),
    candidate(index=True),
    Column("score", Float, nullable=False),
    Column("factors", JSONB, nullable=False),
    Column("outcome", Text, nullable=False, server_default="matched"),
    Column("because", Text, nullable=False, server_default=""),
    moment("at"),
    PrimaryKeyConstraint("opening_id", "round", "candidate_id"),
)
"""Who was considered for an opening, why, and what became of it: matched, announced, waiting, told, not_told."""

promises = Table(
    "promises",
    metadata,
    identity(),
    Column("promise_key", Text, nullable=False, unique=True),
    candidate(index=True),
    Column("kind", Text, nullable=False),
    Column("opening_id", Text, nullable=False, server_default="", index=True),
    Column("owner", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    moment("made_at"),
    moment("due"),
    moment("settled_at", required=False),
    moment("escalated_at", required=False),
    recorded_at(),
    Index("ix_promises_due", "due", postgresql_where=text("state = 'due'")),
)
"""What a candidate is owed by a moment. State: due, kept, broken, waived, moved (a later date was told before it passed)."""
