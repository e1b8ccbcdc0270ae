"""The ledger as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from storage.tables import ledger


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One touch, as far as it has come, and why no further."""

    touch_key: str
    candidate_id: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    version: int
    state: str
    gate: str
    because: str
    due: datetime
    not_before: datetime | None
    consent_id: int | None
    address: str
    message_id: str
    subject: str
    body: str
    provider: str
    provider_id: str
    attempts: int
    error: str
    claimed_at: datetime | None
    handed_over_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None


_ROW = [ledger.c[name] for name in LedgerRow.__dataclass_fields__]


def for_candidate(connection: Connection, candidate_id: str) -> list[LedgerRow]:
    """Every message and non-message of a candidate, in the order they were first written."""
    return _read(connection, [ledger.c.candidate_id == candidate_id])


def unknowns(connection: Connection) -> list[LedgerRow]:
    """Every touch whose fate nobody knows, for a person to settle."""
    return _read(connection, [ledger.c.state == "unknown"])


def touch(connection: Connection, touch_key: str) -> LedgerRow | None:
    """One touch, if the ledger knows it."""
    return next(iter(_read(connection, [ledger.c.touch_key == touch_key])), None)


def counts(connection: Connection) -> dict[str, int]:
    """How many touches per state."""
    wanted = select(ledger.c.state, func.count().label("number")).group_by(ledger.c.state)
    return {row.state: row.number for row in connection.execute(wanted)}


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[LedgerRow]:
    wanted = select(*_ROW).where(*conditions).order_by(ledger.c.id)
    return [LedgerRow(*row) for row in connection.execute(wanted)]
