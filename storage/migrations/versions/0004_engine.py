"""What the whole nurture engine keeps: facts, offices, recruiters, closures, promises, moves between versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: to go back, restore a backup."""
    for table, name in (
        ("candidates", "office"),
        ("candidates", "zone_source"),
        ("decision_notes", "waiver"),
        ("ledger", "variant"),
        ("ledger", "sender"),
        ("upcoming", "sender"),
    ):
        op.add_column(table, _word(name))
    op.add_column("openings", sa.Column("guide", JSONB))
    op.add_column("ledger", sa.Column("limits", JSONB))
    op.add_column("ledger", sa.Column("also", sa.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("enrollments", sa.Column("answers", JSONB, nullable=False, server_default=sa.text("'{}'")))
    _people()
    _calendars()
    _versions()


def _people() -> None:
    op.create_table(
        "candidate_facts",
        _candidate(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        _word("source"),
        _moment("at"),
        _recorded_at(),
        sa.PrimaryKeyConstraint("candidate_id", "name"),
    )
    op.create_table(
        "promises",
        _id(),
        sa.Column("promise_key", sa.Text, nullable=False, unique=True),
        _candidate(),
        sa.Column("kind", sa.Text, nullable=False),
        _word("opening_id"),
        _word("owner"),
        sa.Column("state", sa.Text, nullable=False),
        _word("because"),
        _moment("made_at"),
        _moment("due"),
        _moment("settled_at", required=False),
        _moment("escalated_at", required=False),
        _recorded_at(),
    )
    op.create_index("ix_promises_candidate_id", "promises", ["candidate_id"])
    op.create_index("ix_promises_opening_id", "promises", ["opening_id"])
    op.create_index("ix_promises_due", "promises", ["due"], postgresql_where=sa.text("state = 'due'"))


def _calendars() -> None:
    op.create_table(
        "offices",
        sa.Column("id", sa.Text, primary_key=True),
        *(_word(name) for name in ("title", "country", "subdivision", "zone")),
        sa.Column("hours", JSONB),
        _recorded_at(),
    )
    op.create_table(
        "recruiters",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("full_name", sa.Text, nullable=False),
        *(_word(name) for name in ("email", "phone", "office", "deputy")),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        _recorded_at(),
    )
    op.create_table(
        "closures",
        _id(),
        sa.Column("day", sa.Date, nullable=False),
        *(_word(name) for name in ("country", "office", "because")),
        sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.text("false")),
        _word("by"),
        _recorded_at(),
        sa.UniqueConstraint("day", "country", "office"),
    )


def _versions() -> None:
    op.create_table(
        "journey_moves",
        _id(),
        sa.Column("move_id", sa.Text, nullable=False),
        _candidate(),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("journey", "occurrence")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("from_version", "to_version")),
        _word("undoes"),
        _word("by"),
        _moment("at"),
        _moment("moved_at", required=False),
        _recorded_at(),
        sa.UniqueConstraint("move_id", "candidate_id"),
    )
    op.create_index("ix_journey_moves_move_id", "journey_moves", ["move_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _candidate() -> sa.Column[str]:
    return sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.id"), nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()
    )
