"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: to go back, restore a backup."""
    _people()
    _traits()
    _openings()
    _logs()
    _journeys()
    _messages()
    _work()


def _people() -> None:
    """Candidates, and how they are reached."""
    op.create_table(
        "candidate_numbers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_numbers"),
    )
    op.create_table(
        "candidates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("preferred_channel", sa.Text(), server_default="email", nullable=False),
        sa.Column("relationship_type", sa.Text(), server_default="prospect", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("headline", sa.Text(), server_default="", nullable=False),
        sa.Column("company", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("erased", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_candidates"),
    )
    op.create_table(
        "contact_points",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("suppressed", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind in ('email', 'phone', 'profile')", name="ck_contact_points_kind"),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_contact_points_candidate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_points"),
        sa.UniqueConstraint("kind", "canonical", name="uq_contact_points_kind_canonical"),
    )
    op.create_index("ix_contact_points_candidate_id", "contact_points", ["candidate_id"], unique=False)


def _traits() -> None:
    """What is known of them."""
    op.create_table(
        "skills",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_skills_candidate_id"),
        sa.PrimaryKeyConstraint("candidate_id", "skill", name="pk_skills"),
    )
    op.create_index("ix_skills_skill", "skills", ["skill"], unique=False)
    op.create_table(
        "tags",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_tags_candidate_id"),
        sa.PrimaryKeyConstraint("candidate_id", "tag", name="pk_tags"),
    )
    op.create_index("ix_tags_tag", "tags", ["tag"], unique=False)
    op.create_table(
        "pool_members",
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_pool_members_candidate_id"),
        sa.PrimaryKeyConstraint("pool", "candidate_id", name="pk_pool_members"),
    )
    op.create_index("ix_pool_members_candidate_id", "pool_members", ["candidate_id"], unique=False)


def _openings() -> None:
    """Openings, applications, and who fits."""
    op.create_table(
        "openings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("pay", sa.Text(), server_default="", nullable=False),
        sa.Column("must_have", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("nice_to_have", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("pools", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("next_step", sa.Text(), server_default="", nullable=False),
        sa.Column("pipeline", postgresql.JSONB(), nullable=True),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('draft', 'open', 'closed', 'filled')", name="ck_openings_status"),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
    )
    op.create_table(
        "applications",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("furthest", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_applications_candidate_id"),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name="fk_applications_opening_id"),
        sa.PrimaryKeyConstraint("candidate_id", "opening_id", name="pk_applications"),
    )
    op.create_index("ix_applications_opening_id", "applications", ["opening_id"], unique=False)
    op.create_table(
        "opening_matches",
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("factors", postgresql.JSONB(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="announced", nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_opening_matches_candidate_id"),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name="fk_opening_matches_opening_id"),
        sa.PrimaryKeyConstraint("opening_id", "round", "candidate_id", name="pk_opening_matches"),
    )
    op.create_index("ix_opening_matches_candidate_id", "opening_matches", ["candidate_id"], unique=False)


def _logs() -> None:
    """What happened, in whose words, and on what consent."""
    op.create_table(
        "stage_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_stage_log_candidate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stage_log"),
        sa.UniqueConstraint("candidate_id", "event_id", name="uq_stage_log_candidate_id_event_id"),
    )
    op.create_index("ix_stage_log_candidate_id", "stage_log", ["candidate_id"], unique=False)
    op.create_index("ix_stage_log_opening_id", "stage_log", ["opening_id"], unique=False)
    op.create_table(
        "decision_notes",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("feedback", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_decision_notes_candidate_id"),
        sa.PrimaryKeyConstraint("event_id", name="pk_decision_notes"),
    )
    op.create_index("ix_decision_notes_candidate_id", "decision_notes", ["candidate_id"], unique=False)
    op.create_table(
        "consent_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_consent_log_candidate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_log"),
        sa.UniqueConstraint("event_id", name="uq_consent_log_event_id"),
    )
    op.create_index(
        "ix_consent_log_latest", "consent_log", ["candidate_id", "purpose", "channel", "at", "id"], unique=False
    )


def _journeys() -> None:
    """Published journeys, who is in them, and what they will send."""
    op.create_table(
        "journey_versions",
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("journey", "version", name="pk_journey_versions"),
    )
    op.create_table(
        "enrollments",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_enrollments_candidate_id"),
        sa.PrimaryKeyConstraint("candidate_id", "journey", "occurrence", name="pk_enrollments"),
    )
    op.create_index("ix_enrollments_journey", "enrollments", ["journey", "status"], unique=False)
    op.create_table(
        "upcoming",
        sa.Column("touch_key", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), server_default="", nullable=False),
        sa.Column("journey", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_upcoming_candidate_id"),
        sa.PrimaryKeyConstraint("touch_key", name="pk_upcoming"),
    )
    op.create_index("ix_upcoming_candidate_id", "upcoming", ["candidate_id"], unique=False)
    op.create_index("ix_upcoming_due", "upcoming", ["due"], unique=False)


def _messages() -> None:
    """The ledger and what providers reported."""
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("touch_key", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), server_default="", nullable=False),
        sa.Column("journey", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), server_default="", nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("provider", sa.Text(), server_default="", nullable=False),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('intended','claimed','handed_over','accepted',"
            "'delivered','bounced','complained','skipped','unknown','failed')",
            name="ck_ledger_state",
        ),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_ledger_candidate_id"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent_log.id"], name="fk_ledger_consent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("touch_key", name="uq_ledger_touch_key"),
    )
    op.create_index("ix_ledger_candidate", "ledger", ["candidate_id", "handed_over_at"], unique=False)
    op.create_index(
        "ix_ledger_in_doubt",
        "ledger",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state in ('intended','claimed','handed_over','unknown')"),
    )
    op.create_index("ix_ledger_message_id", "ledger", ["message_id"], unique=False)
    op.create_index("ix_ledger_provider_id", "ledger", ["provider_id"], unique=False)
    op.create_table(
        "message_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("touch_key", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_events"),
        sa.UniqueConstraint("provider", "event_key", name="uq_message_events_provider_event_key"),
    )
    op.create_index("ix_message_events_touch_key", "message_events", ["touch_key"], unique=False)


def _work() -> None:
    """Work for people, and the switches of the whole deployment."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_key", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("touch_key", sa.Text(), server_default="", nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name="fk_tasks_candidate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("task_key", name="uq_tasks_task_key"),
    )
    op.create_index("ix_tasks_candidate_id", "tasks", ["candidate_id"], unique=False)
    op.create_table(
        "controls",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_controls"),
    )
