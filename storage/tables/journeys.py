"""Published journeys and who is in them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at

journey_versions = Table(
    "journey_versions",
    metadata,
    Column("journey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    recorded_at(),
    PrimaryKeyConstraint("journey", "version"),
)
"""Immutable: definition and messages bound to one version. `plan` is what a workflow pins."""

enrollments = Table(
    "enrollments",
    metadata,
    candidate(),
    Column("journey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    moment("entered_at"),
    moment("ended_at", required=False),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'")),
    PrimaryKeyConstraint("candidate_id", "journey", "occurrence"),
    Index("ix_enrollments_journey", "journey", "status"),
)
"""Status: active, finished, reached (its goal), exited, refused, held_out.

`answers` is how the steps that are no messages came out: `{step id: [outcome, moment]}`.
"""

journey_moves = Table(
    "journey_moves",
    metadata,
    identity(),
    Column("move_id", Text, nullable=False, index=True),
    candidate(),
    Column("journey", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer, nullable=False),
    Column("undoes", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    moment("moved_at", required=False),
    recorded_at(),
    UniqueConstraint("move_id", "candidate_id"),
)
"""Who was moved from one version of a journey to another, together under one `move_id`. `moved_at`: their workflow has done it."""
