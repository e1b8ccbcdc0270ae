"""The tables. Facts and projections; what happens next lives in Temporal.

Moments are `timestamptz`, kept in UTC. Ids are text: stable, chosen by people where they want (`be-1`), else made by a
sequence. Moments of a candidate's story (`at`, `due`, `claimed_at` …) are in the deployment's clock, which is real time
unless `KEEPWARM_CLOCK_SPEED` says otherwise. Those that end in `recorded_at` are the database's own: they order what was
known before what was done, whatever a worker's clock or a story says.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _recorded_at() -> Column[object]:
    """When the row was written, by the database's own clock."""
    return Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp())


def _candidate(*, index: bool = False, required: bool = True) -> Column[str]:
    return Column("candidate_id", Text, ForeignKey("candidates.id"), nullable=not required, index=index)


def _words(name: str) -> Column[list[str]]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


candidates = Table(
    "candidates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="en"),
    Column("zone", Text, nullable=False, server_default="UTC"),
    Column("country", Text, nullable=False, server_default=""),
    Column("place", Text, nullable=False, server_default=""),
    Column("preferred_channel", Text, nullable=False, server_default="email"),
    Column("relationship_type", Text, nullable=False, server_default="prospect"),
    Column("source", Text, nullable=False, server_default=""),
    Column("headline", Text, nullable=False, server_default=""),
    Column("company", Text, nullable=False, server_default=""),
    Column("owner", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default=""),
    _moment("erased_recorded_at", required=False),
    Column("erased", Boolean, Computed("erased_recorded_at is not null", persisted=True), nullable=False),
    _moment("snoozed_until", required=False),
    _moment("paused_at", required=False),
    _moment("away_until", required=False),
    _moment("cool_off_until", required=False),
    Column("started", Boolean, nullable=False, server_default=text("false")),
    _recorded_at(),
)
"""`started`: the candidate's workflow is known to have been started; an import starts the rest by pages behind it."""

candidate_numbers = Table("candidate_numbers", metadata, _id())
"""Draws the next candidate id where nobody chose one."""

contact_points = Table(
    "contact_points",
    metadata,
    _id(),
    _candidate(index=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("suppressed", Text, nullable=False, server_default=""),
    _moment("suppressed_recorded_at", required=False),
    UniqueConstraint("kind", "canonical"),
    CheckConstraint("kind in ('email', 'phone', 'profile')", name="kind"),
)
"""Addresses, numbers (canonical: E.164) and profile URLs. `suppressed` says why nothing goes there; empty: usable."""

skills = Table(
    "skills",
    metadata,
    _candidate(),
    Column("skill", Text, nullable=False),
    PrimaryKeyConstraint("candidate_id", "skill"),
    Index("ix_skills_plain", text("lower(skill)")),
)
tags = Table(
    "tags",
    metadata,
    _candidate(),
    Column("tag", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("candidate_id", "tag"),
    Index("ix_tags_plain", text("lower(tag)")),
)
pool_members = Table(
    "pool_members",
    metadata,
    Column("pool", Text, nullable=False),
    _candidate(index=True),
    PrimaryKeyConstraint("pool", "candidate_id"),
)

openings = Table(
    "openings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default=""),
    Column("pay", Text, nullable=False, server_default=""),
    _words("must_have"),
    _words("nice_to_have"),
    _words("pools"),
    Column("owner", Text, nullable=False, server_default=""),
    Column("next_step", Text, nullable=False, server_default=""),
    Column("pipeline", JSONB),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("round", Integer, nullable=False, server_default="0"),
    _recorded_at(),
    CheckConstraint("status in ('draft', 'open', 'closed', 'filled')", name="status"),
)
"""`pipeline` is null for the default one. `round` counts how often the opening was opened."""

applications = Table(
    "applications",
    metadata,
    _candidate(),
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    _moment("stage_at"),
    Column("kind", Text, nullable=False, server_default="open"),
    Column("furthest", Text, nullable=False),
    Column("furthest_kind", Text, nullable=False, server_default=""),
    _moment("applied_at"),
    PrimaryKeyConstraint("candidate_id", "opening_id"),
)
"""`furthest` is the most advanced open stage ever reached. The kinds (domain.stages.StageKind) say what the stages mean,
whatever a pipeline calls them: `furthest_kind` late without a hire makes a silver medalist."""

stage_log = Table(
    "stage_log",
    metadata,
    _id(),
    _candidate(index=True),
    Column("opening_id", Text, nullable=False, index=True),
    Column("event_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False, server_default=""),
    _moment("at"),
    _recorded_at(),
    UniqueConstraint("candidate_id", "event_id"),
)
"""Every stage signal and its `outcome`: entered, repeated, late, unknown_stage. `kind` is the stage's, or empty."""

decision_notes = Table(
    "decision_notes",
    metadata,
    _candidate(),
    Column("event_id", Text, nullable=False),
    Column("opening_id", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("feedback", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False, server_default=""),
    _recorded_at(),
    PrimaryKeyConstraint("candidate_id", "event_id"),
)
"""The words behind a stage change. Being personal, they never travel through Temporal: the event id points here."""

consent_log = Table(
    "consent_log",
    metadata,
    _id(),
    _candidate(),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("source", Text, nullable=False),
    _moment("at"),
    Column("event_id", Text, nullable=False),
    _recorded_at(),
    UniqueConstraint("candidate_id", "event_id"),
    Index("ix_consent_log_latest", "candidate_id", "purpose", "channel", "at", "id"),
)
"""The latest row (by `at`, then `id`) of a candidate, purpose and channel is what holds.

`basis`: consent, application, legitimate_interest.
"""

journey_versions = Table(
    "journey_versions",
    metadata,
    Column("journey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    _recorded_at(),
    PrimaryKeyConstraint("journey", "version"),
)
"""Immutable: definition and messages bound to one version. `plan` is what a workflow pins."""

enrollments = Table(
    "enrollments",
    metadata,
    _candidate(),
    Column("journey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    _moment("entered_at"),
    _moment("ended_at", required=False),
    PrimaryKeyConstraint("candidate_id", "journey", "occurrence"),
    Index("ix_enrollments_journey", "journey", "status"),
)
"""Status: active, finished, exited, refused."""

ledger = Table(
    "ledger",
    metadata,
    _id(),
    Column("touch_key", Text, nullable=False, unique=True),
    _candidate(),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("opening_id", Text, nullable=False, server_default=""),
    Column("journey", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("gate", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False, server_default=""),
    _moment("due"),
    _moment("not_before", required=False),
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
    Column("error", Text, nullable=False, server_default=""),
    _moment("claimed_at", required=False),
    _moment("handed_over_at", required=False),
    _moment("handed_over_recorded_at", required=False),
    _moment("accepted_at", required=False),
    _moment("settled_at", required=False),
    _recorded_at(),
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
could tell. `zone` and the caps are those that held at the claim; no caps on what is exempt from them.
"""

message_events = Table(
    "message_events",
    metadata,
    _id(),
    Column("provider", Text, nullable=False),
    Column("event_key", Text, nullable=False),
    Column("touch_key", Text, nullable=False, server_default="", index=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    _moment("at"),
    _recorded_at(),
    UniqueConstraint("provider", "event_key"),
)

upcoming = Table(
    "upcoming",
    metadata,
    Column("touch_key", Text, primary_key=True),
    _candidate(index=True),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("opening_id", Text, nullable=False, server_default=""),
    Column("journey", Text, nullable=False, server_default=""),
    _moment("due"),
    Column("because", Text, nullable=False, server_default=""),
    Index("ix_upcoming_due", "due"),
    Index("ix_upcoming_journey", "journey", "due", postgresql_where=text("journey <> ''")),
)
"""A projection of the workflows: every future touch, written by the activity that changed it."""

tasks = Table(
    "tasks",
    metadata,
    _id(),
    Column("task_key", Text, nullable=False, unique=True),
    _candidate(index=True, required=False),
    Column("kind", Text, nullable=False),
    Column("touch_key", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    _moment("due"),
    _moment("done_at", required=False),
    _recorded_at(),
    Index("ix_tasks_open", "due", postgresql_where=text("done_at is null")),
)
"""Work for a person: a message that lacks a token, one whose fate nobody knows, an account that a provider refuses.

The same need has the same `task_key`, so it is one task however often it is met. `candidate_id` is null where it
concerns everybody.
"""

opening_matches = Table(
    "opening_matches",
    metadata,
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False),
    Column("round", Integer, nullable=False),
    _candidate(index=True),
    Column("score", Float, nullable=False),
    Column("factors", JSONB, nullable=False),
    Column("outcome", Text, nullable=False, server_default="matched"),
    Column("because", Text, nullable=False, server_default=""),
    _moment("at"),
    PrimaryKeyConstraint("opening_id", "round", "candidate_id"),
)
"""Who was considered for an opening, why, and what became of it: matched, announced, waiting, told, not_told."""

controls = Table(
    "controls",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    _recorded_at(),
)
"""Switches of the whole deployment: `stop` (the kill switch), `clock` (anchor and speed)."""
