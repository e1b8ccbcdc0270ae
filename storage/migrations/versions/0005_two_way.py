"""What candidates send and do: raw input, their messages, bookings, answers, sign-ups, corrections, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: to go back, restore a backup."""
    for name in ("informed_at", "active_at"):
        op.add_column("candidates", _moment(name, required=False))
    op.add_column("candidates", sa.Column("link_epoch", sa.Integer, nullable=False, server_default="0"))
    op.add_column("candidates", _word("pace"))
    op.add_column("consent_log", _word("ip"))
    op.add_column("consent_log", _moment("expires_at", required=False))
    _raw_input()
    _messages()
    _bookings()
    _answers()


def _raw_input() -> None:
    op.create_table(
        "received",
        _id(),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "source_key")),
        _word("content_type"),
        sa.Column("headers", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="stored"),
        _word("error"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _candidate(required=False),
        _moment("taken_in_at", required=False),
        _recorded_at(),
        sa.UniqueConstraint("source", "source_key"),
        sa.CheckConstraint("state in ('stored', 'taken_in', 'failed', 'erased')", name="state"),
    )
    op.create_index("ix_received_candidate_id", "received", ["candidate_id"])
    op.create_index("ix_received_waiting", "received", ["id"], postgresql_where=sa.text("state = 'stored'"))
    op.create_table(
        "mailboxes",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("mailbox", "folder")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("uid_validity", "last_uid")),
        _recorded_at(),
        sa.PrimaryKeyConstraint("mailbox", "folder"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        _id(),
        _candidate(required=False),
        sa.Column("received_id", sa.BigInteger, sa.ForeignKey("received.id")),
        sa.Column("channel", sa.Text, nullable=False),
        *(_word(name) for name in ("message_id", "in_reply_to", "touch_key", "matched_by")),
        sa.Column("confirmed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        *(_word(name) for name in ("from_address", "to_address", "subject", "text", "whole", "language")),
        *(_word(name) for name in ("kind", "kind_by", "because")),
        _moment("until", required=False),
        _moment("answered_at", required=False),
        _word("answered_by"),
        _moment("at"),
        _recorded_at(),
    )
    op.create_index("ix_messages_candidate_id", "messages", ["candidate_id"])
    op.create_index("ix_messages_touch_key", "messages", ["touch_key"])
    op.create_index("ix_messages_at", "messages", ["at"])
    op.create_index(
        "ux_messages_message_id", "messages", ["channel", "message_id"], unique=True,
        postgresql_where=sa.text("message_id <> ''"),
    )  # fmt: skip
    op.create_table(
        "attachments",
        _id(),
        sa.Column("message", sa.BigInteger, sa.ForeignKey("messages.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "content_type")),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        _word("refused"),
        _recorded_at(),
    )
    op.create_index("ix_attachments_message", "attachments", ["message"])
    op.create_table(
        "letters",
        _id(),
        _candidate(),
        sa.Column("letter_key", sa.Text, nullable=False, unique=True),
        sa.Column("message", sa.BigInteger, sa.ForeignKey("messages.id")),
        _word("subject"),
        sa.Column("body", sa.Text, nullable=False),
        _word("by"),
        _moment("at"),
        _recorded_at(),
    )
    op.create_index("ix_letters_candidate_id", "letters", ["candidate_id"])


def _bookings() -> None:
    op.create_table(
        "slots",
        _id(),
        sa.Column("opening_id", sa.Text, sa.ForeignKey("openings.id"), nullable=False),
        _moment("starts_at"),
        sa.Column("minutes", sa.Integer, nullable=False),
        *(_word(name) for name in ("place", "interviewer")),
        sa.Column("capacity", sa.Integer, nullable=False, server_default="1"),
        _moment("cancelled_at", required=False),
        _recorded_at(),
        sa.UniqueConstraint("opening_id", "starts_at", "interviewer"),
    )
    op.create_table(
        "bookings",
        _id(),
        sa.Column("slot_id", sa.BigInteger, sa.ForeignKey("slots.id"), nullable=False),
        _candidate(),
        sa.Column("opening_id", sa.Text, sa.ForeignKey("openings.id"), nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("state", sa.Text, nullable=False),
        _moment("at"),
        _recorded_at(),
        sa.CheckConstraint("state in ('booked', 'moved', 'cancelled')", name="state"),
    )
    for name in ("slot_id", "candidate_id", "uid"):
        op.create_index(f"ix_bookings_{name}", "bookings", [name])
    op.create_index(
        "ux_bookings_held", "bookings", ["candidate_id", "opening_id"], unique=True,
        postgresql_where=sa.text("state = 'booked'"),
    )  # fmt: skip


def _answers() -> None:
    op.create_table(
        "survey_answers",
        _candidate(),
        sa.Column("opening_id", sa.Text, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("answers", JSONB, nullable=False, server_default=sa.text("'{}'")),
        _word("comment"),
        _moment("at"),
        _recorded_at(),
        sa.PrimaryKeyConstraint("candidate_id", "opening_id"),
        sa.CheckConstraint("score between 0 and 10", name="score"),
    )
    op.create_table(
        "signups",
        _id(),
        _candidate(),
        sa.Column("wishes", JSONB, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        _word("ip"),
        _moment("at"),
        _moment("confirmed_at", required=False),
        _word("confirmed_ip"),
        _recorded_at(),
    )
    op.create_index("ix_signups_candidate_id", "signups", ["candidate_id"])
    op.create_table(
        "corrections",
        _id(),
        _candidate(),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("field", "source")),
        _moment("at"),
        _recorded_at(),
    )
    op.create_index("ix_corrections_candidate_id", "corrections", ["candidate_id"])
    op.create_table(
        "erasures",
        _id(),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "digest", "candidate_id")),
        *(_word(name) for name in ("by", "because")),
        _moment("at"),
        _recorded_at(),
        sa.UniqueConstraint("kind", "digest"),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _candidate(*, required: bool = True) -> sa.Column[str]:
    return sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.id"), nullable=not required)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()
    )
