"""What was known when: moments of the database's own clock; what stages mean; fewer index entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RECORDED = (
    "candidates",
    "consent_log",
    "controls",
    "decision_notes",
    "journey_versions",
    "ledger",
    "message_events",
    "openings",
    "stage_log",
    "tasks",
)
_KIND = (
    "case {0} when 'applied' then 'received' when 'interview' then 'late' when 'offer' then 'late'"
    " when 'hired' then 'hired' when 'rejected' then 'refused' when 'withdrawn' then 'withdrawn'"
    " when '' then '' else 'open' end"
)
"""The default pipeline's stages. Pipelines of one's own came later."""


def upgrade() -> None:
    """Forward only: to go back, restore a backup."""
    for table in _RECORDED:
        op.alter_column(table, "recorded_at", server_default=sa.text("clock_timestamp()"))
    _moments()
    _kinds()
    op.alter_column("tasks", "candidate_id", nullable=True)
    _event_ids()
    _indexes()


def _moments() -> None:
    """A person erased, an address suppressed, a message handed over: each by the same clock."""
    for table, column in (
        ("candidates", "erased_recorded_at"),
        ("contact_points", "suppressed_recorded_at"),
        ("ledger", "handed_over_recorded_at"),
    ):
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True)))
    op.execute("update candidates set erased_recorded_at = clock_timestamp() where erased")
    op.drop_column("candidates", "erased")
    known = sa.Computed("erased_recorded_at is not null", persisted=True)
    op.add_column("candidates", sa.Column("erased", sa.Boolean(), known, nullable=False))
    op.execute("update contact_points set suppressed_recorded_at = clock_timestamp() where suppressed <> ''")
    op.execute("update ledger set handed_over_recorded_at = clock_timestamp() where state = 'handed_over'")
    op.execute(
        "update ledger set handed_over_recorded_at = recorded_at"
        " where handed_over_at is not null and handed_over_recorded_at is null"
    )
    op.add_column("ledger", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ledger", sa.Column("zone", sa.Text(), nullable=False, server_default=""))
    op.add_column("ledger", sa.Column("cap_per_day", sa.Integer()))
    op.add_column("ledger", sa.Column("cap_per_week", sa.Integer()))


def _kinds() -> None:
    op.add_column("applications", sa.Column("kind", sa.Text(), nullable=False, server_default="open"))
    op.add_column("applications", sa.Column("furthest_kind", sa.Text(), nullable=False, server_default=""))
    op.execute(f"update applications set kind = {_KIND.format('stage')}, furthest_kind = {_KIND.format('furthest')}")  # noqa: S608 - our own constants
    op.add_column("stage_log", sa.Column("kind", sa.Text(), nullable=False, server_default=""))
    op.execute(f"update stage_log set kind = {_KIND.format('stage')} where outcome <> 'unknown_stage'")  # noqa: S608 - our own constants


def _event_ids() -> None:
    """An event id is its candidate's own: two people may be sent the same signal."""
    op.drop_constraint("uq_consent_log_event_id", "consent_log")
    op.create_unique_constraint("uq_consent_log_candidate_id_event_id", "consent_log", ["candidate_id", "event_id"])
    op.drop_index("ix_decision_notes_candidate_id", "decision_notes")
    op.drop_constraint("pk_decision_notes", "decision_notes")
    op.create_primary_key("pk_decision_notes", "decision_notes", ["candidate_id", "event_id"])


def _indexes() -> None:
    """Rows that never left have neither id; tasks and journeys are read by what is open and due, words whatever their case."""
    op.alter_column("opening_matches", "outcome", server_default="matched")
    op.drop_index("ix_skills_skill", "skills")
    op.drop_index("ix_tags_tag", "tags")
    op.create_index("ix_skills_plain", "skills", [sa.text("lower(skill)")])
    op.create_index("ix_tags_plain", "tags", [sa.text("lower(tag)")])
    op.drop_index("ix_ledger_message_id", "ledger")
    op.drop_index("ix_ledger_provider_id", "ledger")
    op.create_index("ix_ledger_message_id", "ledger", ["message_id"], postgresql_where=sa.text("message_id <> ''"))
    op.create_index("ix_ledger_provider_id", "ledger", ["provider_id"], postgresql_where=sa.text("provider_id <> ''"))
    op.create_index("ix_tasks_open", "tasks", ["due"], postgresql_where=sa.text("done_at is null"))
    op.create_index("ix_upcoming_journey", "upcoming", ["journey", "due"], postgresql_where=sa.text("journey <> ''"))
