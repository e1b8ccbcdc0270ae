"""The house: offices, recruiters, closed days, switches."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import identity, metadata, recorded_at

offices = Table(
    "offices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False, server_default=""),
    Column("country", Text, nullable=False, server_default=""),
    Column("subdivision", Text, nullable=False, server_default=""),
    Column("zone", Text, nullable=False, server_default=""),
    Column("hours", JSONB),
    recorded_at(),
)
"""`hours` (domain.windows.Window) are null for the house's; `subdivision` is ISO 3166-2 without the country (`BY`)."""

recruiters = Table(
    "recruiters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("email", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("office", Text, nullable=False, server_default=""),
    Column("deputy", Text, nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    recorded_at(),
)
"""Those who own relationships and in whose name messages leave. One who left is not `active`: the `deputy` writes, else the house."""

closures = Table(
    "closures",
    metadata,
    identity(),
    Column("day", Date, nullable=False),
    Column("country", Text, nullable=False, server_default=""),
    Column("office", Text, nullable=False, server_default=""),
    Column("because", Text, nullable=False, server_default=""),
    Column("is_open", Boolean, nullable=False, server_default=text("false")),
    Column("by", Text, nullable=False, server_default=""),
    recorded_at(),
    UniqueConstraint("day", "country", "office"),
)
"""Own closed days, of a country, an office, or (both empty) the house. `is_open`: a public holiday on which we do write."""

controls = Table(
    "controls",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    recorded_at(),
)
"""Switches and rules of the whole deployment: `stop` and `stop:<scope>` (the kill switch), `pause:<scope>`, `clock` (anchor and
speed), `window`, `caps`."""
