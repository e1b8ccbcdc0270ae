"""The ledger and what surrounds it: what providers reported, what is planned, what a person must do."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at

ledger = Table(
    "ledger",
    metadata,
    identity(),
    Column("touch_key", Text, nullable=False, unique=True),
    candidate(),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("opening_id", Text, nullable=False, server_default=""),
    Column("journey", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("gate", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False, server_default=""),
    moment("due"),
    moment("not_before", required=False),
    Column("consent_id", BigInteger, ForeignKey("consent_log.id")),
    Column("address", Text, nullable=False, server_default=""),
    Column("message_id", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default=""),
    Column("provider", Text, nullable=False, server_default=""),
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("zone", Text, nullable=False, server_default=""),
    Column("cap_per_day", Integer),
    Column("cap_per_week", Integer),
    Column("limits", JSONB),
    Column("variant", Text, nullable=False, server_default=""),
    Column("sender", Text, nullable=False, server_default=""),
    Column("also", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("error", Text, nullable=False, server_default=""),
    moment("claimed_at", required=False),
    moment("handed_over_at", required=False),
    moment("handed_over_recorded_at", required=False),
    moment("accepted_at", required=False),
    moment("settled_at", required=False),
    recorded_at(),
    CheckConstraint(
        "state in ('intended','claimed','handed_over','accepted',"
        "'delivered','bounced','complained','skipped','unknown','failed')",
        name="state",
    ),
    Index("ix_ledger_candidate", "candidate_id", "handed_over_at"),
    Index("ix_ledger_message_id", "message_id", postgresql_where=text("message_id <> ''")),
    Index("ix_ledger_provider_id", "provider_id", postgresql_where=text("provider_id <> ''")),
    Index(
        "ix_ledger_in_doubt",
        "state",
        postgresql_where=text("state in ('intended','claimed','handed_over','unknown')"),
    ),
)
"""One row per touch. `intended` with `not_before` is a deferral: the gate and what it waits for stand in the row.

`attempts` counts claims and fences them: only the latest may hand over. `doubts` counts hand-overs whose fate nobody
could tell. `zone`, the caps and the further `limits` are those that held at the claim; none on what is exempt from them.
`sender` is the recruiter in whose name it left, empty for the house; `also` are further openings that one alert told of.
"""

message_events = Table(
    "message_events",
    metadata,
    identity(),
    Column("provider", Text, nullable=False),
    Column("event_key", Text, nullable=False),
    Column("touch_key", Text, nullable=False, server_default="", index=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    moment("at"),
    recorded_at(),
    UniqueConstraint("provider", "event_key"),
)

upcoming = Table(
    "upcoming",
    metadata,
    Column("touch_key", Text, primary_key=True),
    candidate(index=True),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("opening_id", Text, nullable=False, server_default=""),
    Column("journey", Text, nullable=False, server_default=""),
    Column("sender", Text, nullable=False, server_default=""),
    moment("due"),
    Column("because", Text, nullable=False, server_default=""),
    Index("ix_upcoming_due", "due"),
    Index("ix_upcoming_journey", "journey", "due", postgresql_where=text("journey <> ''")),
)
"""A projection of the workflows: every future touch, written by the activity that changed it."""

tasks = Table(
    "tasks",
    metadata,
    identity(),
    Column("task_key", Text, nullable=False, unique=True),
    candidate(index=True, required=False),
    Column("kind", Text, nullable=False),
    Column("touch_key", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    moment("due"),
    moment("done_at", required=False),
    recorded_at(),
    Index("ix_tasks_open", "due", postgresql_where=text("done_at is null")),
)
"""Work for a person: a message that lacks a token, one whose fate nobody knows, an account that a provider refuses.

The same need has the same `task_key`, so it is one task however often it is met. `candidate_id` is null where it
concerns everybody.
"""
