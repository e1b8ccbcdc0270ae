"""How long things are kept: what a workflow is to know of it, whom it concerns, and telling everybody when it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from domain.keeping import WARN_BEFORE, Terms
from domain.outlook import upcoming as ahead
from domain.relationships import Relationship
from storage import candidates, consents, controls, keeping, upcoming
from storage.candidates import NewCandidate
from storage.forgotten import Register
from storage.keeping import Kept
from storage.locks import lock_candidates

if TYPE_CHECKING:
    from starter.client import Keepwarm

AHEAD = timedelta(days=90)
"""How far a look at the retention reaches."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the terms mean: how many people are on record, and whose data ends within the next weeks, each with when."""

    terms: Terms
    people: int
    ending: list[tuple[str, datetime]]


def begin(connection: Connection, states: Mapping[str, Relationship]) -> Mapping[str, Kept]:
    """Give relationships that are made from the record what the terms count from, before anything happens to them."""
    found = keeping.kept(connection, list(states))
    days = controls.terms(connection).retention_days
    for candidate_id, state in states.items():
        state.keeping.retention_days = days
        state.keeping.sourced_at = found[candidate_id].sourced_at
    return found


def conclude(states: Mapping[str, Relationship], found: Mapping[str, Kept]) -> None:
    """What the record knows of signs of life counts, whatever happened in between."""
    for candidate_id, state in states.items():
        kept = state.keeping
        if kept.retention_days:
            kept.active_at = found[candidate_id].active_at
            if kept.warned_at and kept.active_at > kept.warned_at:
                kept.warned_at = None


def add(connection: Connection, person: NewCandidate, register: Register | None, sourced_at: datetime | None) -> str:
    """Put a person on record, with the basis of telling them where others gave us their data; their id. As storage.candidates.add."""
    candidate_id = candidates.add(connection, person, register)
    if sourced_at:
        consents.record(connection, [keeping.word_of_source(candidate_id, person.source, sourced_at)])
    return candidate_id


def project(connection: Connection, states: Mapping[str, dict[str, Any]]) -> None:
    """Write what time asks for of people whose workflows are about to start: no activity of theirs need do it."""
    now = controls.clock(connection).story(datetime.now(UTC))
    kept = {candidate_id: Relationship(**state) for candidate_id, state in states.items() if state.get("keeping")}
    lock_candidates(connection, kept)
    for candidate_id, state in kept.items():
        planned = ahead(state, now)
        if planned:
            upcoming.replace(connection, candidate_id, planned)


def outlook(connection: Connection, now: datetime) -> Outlook:
    """What the terms that hold mean for the people on record."""
    terms = controls.terms(connection)
    ids = keeping.everybody(connection)
    retention = timedelta(days=terms.retention_days)
    ending = keeping.ending(connection, ids, now + AHEAD, retention) if terms.retention_days else []
    return Outlook(terms, len(ids), [(person, max(end, now + WARN_BEFORE)) for person, end in ending])


async def tell(keepwarm: Keepwarm, candidate_ids: Sequence[str]) -> int:
    """Let running workflows go by the terms that hold now; how many were told. Again, it changes nothing."""
    days, found = await keepwarm.read(_terms_of, candidate_ids)
    for candidate_id, one in found.items():
        said = {"retention_days": days, "active_at": one.active_at.isoformat()}
        payload = {"event_id": f"terms:{days}:{one.active_at:%Y-%m-%d}", **said}
        await keepwarm.signal_candidates([candidate_id], "terms_changed", payload)
    return len(found)


def _terms_of(connection: Connection, candidate_ids: Sequence[str]) -> tuple[int, Mapping[str, Kept]]:
    return controls.terms(connection).retention_days, keeping.kept(connection, candidate_ids)
