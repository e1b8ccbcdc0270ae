"""What candidates are owed by a moment, as their workflows promised it."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.facts import Fact
from storage.tables import promises


def record(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """Write a promise, or how it came out: kept, broken, waived, moved. `escalated` keeps it due."""
    row = upsert(promises).values(
        promise_key=fact.touch_key, candidate_id=candidate_id, kind=fact.stage, opening_id=fact.opening_id, owner=fact.by,
        state="due" if fact.outcome == "escalated" else fact.outcome, because=fact.because, made_at=fact.at,
        due=fact.until or fact.at,
    )  # fmt: skip
    settled = None if fact.outcome in ("due", "escalated") else fact.at
    changed = {
        "state": row.excluded.state, "because": row.excluded.because, "due": row.excluded.due, "settled_at": settled,
    } | ({"escalated_at": fact.at} if fact.outcome == "escalated" else {})  # fmt: skip
    connection.execute(row.on_conflict_do_update(index_elements=[promises.c.promise_key], set_=changed))
