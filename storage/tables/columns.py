"""What all tables share: their metadata, and the columns that most of them have."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, ForeignKey, Identity, MetaData, Text, func, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def recorded_at() -> Column[object]:
    """When the row was written, by the database's own clock."""
    return Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp())


def candidate(*, index: bool = False, required: bool = True) -> Column[str]:
    return Column("candidate_id", Text, ForeignKey("candidates.id"), nullable=not required, index=index)


def words(name: str) -> Column[list[str]]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))
