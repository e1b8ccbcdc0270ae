"""Candidates: who they are, how they are reached, and what they agreed to."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.columns import candidate, identity, metadata, moment, recorded_at

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
    Column("office", Text, nullable=False, server_default=""),
    Column("zone_source", Text, nullable=False, server_default=""),
    moment("erased_recorded_at", required=False),
    Column("erased", Boolean, Computed("erased_recorded_at is not null", persisted=True), nullable=False),
    moment("snoozed_until", required=False),
    moment("paused_at", required=False),
    moment("away_until", required=False),
    moment("cool_off_until", required=False),
    moment("informed_at", required=False),
    moment("active_at", required=False),
    Column("link_epoch", Integer, nullable=False, server_default="0"),
    Column("pace", Text, nullable=False, server_default=""),
    Column("started", Boolean, nullable=False, server_default=text("false")),
    recorded_at(),
)
"""`started`: the candidate's workflow is known to have been started; an import starts the rest by pages behind it.

`zone_source` says where the zone came from: own, phone, place, office, country, or empty for none. `office` is the one that
cares for the person, empty for their owner's. `informed_at`: told what we keep and why (GDPR Art. 14). `active_at`: their last sign of
life. `link_epoch` is part of every link to their pages: raising it revokes them. `pace` is how often they want to hear from us at most:
monthly, quarterly, or empty for the house's caps.
"""

candidate_numbers = Table("candidate_numbers", metadata, identity())
"""Draws the next candidate id where nobody chose one."""

contact_points = Table(
    "contact_points",
    metadata,
    identity(),
    candidate(index=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("suppressed", Text, nullable=False, server_default=""),
    moment("suppressed_recorded_at", required=False),
    UniqueConstraint("kind", "canonical"),
    CheckConstraint("kind in ('email', 'phone', 'profile')", name="kind"),
)
"""Addresses, numbers (canonical: E.164) and profile URLs. `suppressed` says why nothing goes there; empty: usable."""

skills = Table(
    "skills",
    metadata,
    candidate(),
    Column("skill", Text, nullable=False),
    PrimaryKeyConstraint("candidate_id", "skill"),
    Index("ix_skills_plain", text("lower(skill)")),
)

tags = Table(
    "tags",
    metadata,
    candidate(),
    Column("tag", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("candidate_id", "tag"),
    Index("ix_tags_plain", text("lower(tag)")),
)

candidate_facts = Table(
    "candidate_facts",
    metadata,
    candidate(),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    moment("at"),
    recorded_at(),
    PrimaryKeyConstraint("candidate_id", "name"),
)
"""Further facts about a person by name (`start_date`, `notice_period`), each with its source; dates as ISO 8601."""

pool_members = Table(
    "pool_members",
    metadata,
    Column("pool", Text, nullable=False),
    candidate(index=True),
    PrimaryKeyConstraint("pool", "candidate_id"),
)

consent_log = Table(
    "consent_log",
    metadata,
    identity(),
    candidate(),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("source", Text, nullable=False),
    moment("at"),
    Column("event_id", Text, nullable=False),
    Column("ip", Text, nullable=False, server_default=""),
    moment("expires_at", required=False),
    recorded_at(),
    UniqueConstraint("candidate_id", "event_id"),
    Index("ix_consent_log_latest", "candidate_id", "purpose", "channel", "at", "id"),
)
"""The latest row (by `at`, then `id`) of a candidate, purpose and channel is what holds.

`basis`: consent, application, legitimate_interest, request, legal_obligation. A granted one holds until `expires_at`; null: for good.
"""
