"""What candidates do on their pages: book, answer a survey, sign up, correct, be forgotten."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
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

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at

slots = Table(
    "slots",
    metadata,
    identity(),
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False),
    moment("starts_at"),
    Column("minutes", Integer, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("interviewer", Text, nullable=False, server_default=""),
    Column("capacity", Integer, nullable=False, server_default="1"),
    moment("cancelled_at", required=False),
    recorded_at(),
    UniqueConstraint("opening_id", "starts_at", "interviewer"),
)
"""A time at which candidates of an opening can be met. `place` is a room or a call's URL."""

bookings = Table(
    "bookings",
    metadata,
    identity(),
    Column("slot_id", BigInteger, ForeignKey("slots.id"), nullable=False, index=True),
    candidate(index=True),
    Column("opening_id", Text, ForeignKey("openings.id"), nullable=False),
    Column("uid", Text, nullable=False, index=True),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    moment("at"),
    recorded_at(),
    Index("ux_bookings_held", "candidate_id", "opening_id", unique=True, postgresql_where=text("state = 'booked'")),
    CheckConstraint("state in ('booked', 'moved', 'cancelled')", name="state"),
)
"""Who comes when. `uid` and `sequence` are those of the calendar entry (RFC 5545): a moved booking keeps its uid."""

survey_answers = Table(
    "survey_answers",
    metadata,
    candidate(),
    Column("opening_id", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("comment", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
    PrimaryKeyConstraint("candidate_id", "opening_id"),
    CheckConstraint("score between 0 and 10", name="score"),
)
"""`score` is how likely they would recommend applying with us, 0 to 10; `answers` the two questions' 1 to 5."""

signups = Table(
    "signups",
    metadata,
    identity(),
    candidate(index=True),
    Column("wishes", JSONB, nullable=False),
    Column("wording", Text, nullable=False),
    Column("ip", Text, nullable=False, server_default=""),
    moment("at"),
    moment("confirmed_at", required=False),
    Column("confirmed_ip", Text, nullable=False, server_default=""),
    recorded_at(),
)
"""Who asked to join the talent community, and what for (`[[purpose, channel], …]`): consent counts once the address confirmed it."""

corrections = Table(
    "corrections",
    metadata,
    identity(),
    candidate(index=True),
    Column("field", Text, nullable=False),
    Column("source", Text, nullable=False),
    moment("at"),
    recorded_at(),
)
"""Which facts a person corrected, where and when. The values are in the record; old ones are not kept."""

erasures = Table(
    "erasures",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("candidate_id", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
    UniqueConstraint("kind", "digest"),
)
"""Whom we forgot: a keyed hash of each address, number and profile, so that no import brings them back."""
