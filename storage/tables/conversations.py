"""What candidates send: raw as it came, then read; and what people write back to them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at

received = Table(
    "received",
    metadata,
    identity(),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("content_type", Text, nullable=False, server_default=""),
    Column("headers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="stored"),
    Column("error", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    candidate(index=True, required=False),
    moment("taken_in_at", required=False),
    recorded_at(),
    UniqueConstraint("source", "source_key"),
    CheckConstraint("state in ('stored', 'taken_in', 'failed', 'erased')", name="state"),
    Index("ix_received_waiting", "id", postgresql_where=text("state = 'stored'")),
)
"""Raw input, exactly as it came: `source` is sendgrid_events, sendgrid_inbound, twilio_status, twilio_inbound or imap; the same
`source_key` is the same input. `stored` waits to be taken in, `failed` was tried often enough and waits for a person."""

messages = Table(
    "messages",
    metadata,
    identity(),
    candidate(index=True, required=False),
    Column("received_id", BigInteger, ForeignKey("received.id")),
    Column("channel", Text, nullable=False),
    Column("message_id", Text, nullable=False, server_default=""),
    Column("in_reply_to", Text, nullable=False, server_default=""),
    Column("touch_key", Text, nullable=False, server_default="", index=True),
    Column("matched_by", Text, nullable=False, server_default=""),
    Column("confirmed", Boolean, nullable=False, server_default=text("false")),
    Column("from_address", Text, nullable=False, server_default=""),
    Column("to_address", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("whole", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default=""),
    Column("kind_by", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False, server_default=""),
    moment("until", required=False),
    moment("answered_at", required=False),
    Column("answered_by", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
    Index("ux_messages_message_id", "channel", "message_id", unique=True, postgresql_where=text("message_id <> ''")),
    Index("ix_messages_at", "at"),
)
"""A message that a person sent. `text` is the newest part, `whole` all of it. `matched_by`: message_id, reply_address, sender, phone,
person (somebody of ours said so), or empty for nobody yet; a match by `sender` holds only once it is `confirmed`.

`kind` is its class (domain.replies.ReplyKind), by the rules unless `kind_by` names who corrected it; `because` the rule.
"""

attachments = Table(
    "attachments",
    metadata,
    identity(),
    Column("message", BigInteger, ForeignKey("messages.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary),
    Column("refused", Text, nullable=False, server_default=""),
    recorded_at(),
)
"""`name` is safe to use as a file's. `content` is null where it was `refused` (too large, a bomb, a dangerous kind), and says why."""

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("mailbox", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    recorded_at(),
    PrimaryKeyConstraint("mailbox", "folder"),
)
"""How far each mailbox was read: every message up to `last_uid` of this `uid_validity` (RFC 9051 §2.3.1.1) is stored."""

letters = Table(
    "letters",
    metadata,
    identity(),
    candidate(index=True),
    Column("letter_key", Text, nullable=False, unique=True),
    Column("message", BigInteger, ForeignKey("messages.id")),
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
)
"""What somebody of ours wrote to one person: an answer to `message`, or a mail of their own. It leaves as a touch of this key."""
