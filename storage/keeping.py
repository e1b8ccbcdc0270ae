"""What is on record of each person that the house's terms of keeping count from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from domain.clocks import Clock
from domain.stages import OPEN_KINDS, StageKind
from storage import controls
from storage.consents import NewConsent

SOURCED = "sourced"
"""Begins the event id of the word by which a person is told where their data came from."""
_SIGNS = text(
    """
    select c.id, c.recorded_at, c.informed_at, c.active_at,
           (select max(g.at) from stage_log as g where g.candidate_id = c.id),
           (select max(k.at) from consent_log as k where k.candidate_id = c.id and k.granted and k.purpose <> 'service'),
           (select min(k.at) from consent_log as k
            where k.candidate_id = c.id and k.purpose = 'service' and starts_with(k.event_id, :sourced))
    from candidates as c where c.id = any (:ids)
    """
)
_HELD = text("select exists (select from applications where candidate_id = :person and kind = any (:kinds))")
_NOTE_SIGN = text(
    "update candidates set active_at = :at where id = :person and not erased and (active_at is null or active_at < :day)"
)
_HOLDING = [str(kind) for kind in (*sorted(OPEN_KINDS), StageKind.HIRED)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the terms count from. `sourced_at`: others gave us their data then, and they were not told; None where nothing is to be told."""

    active_at: datetime
    sourced_at: datetime | None


def kept(connection: Connection, candidate_ids: Sequence[str], clock: Clock | None = None) -> Mapping[str, Kept]:
    """By candidate, what the terms count from. A person without any sign of life counts from when they came on record."""
    story = clock or controls.clock(connection)
    found = connection.execute(_SIGNS, {"ids": list(candidate_ids), "sourced": f"{SOURCED}:"})
    return {
        person: Kept(
            max((at for at in signs[:3] if at), default=story.story(came)), signs[3] if informed is None else None
        )
        for person, came, informed, *signs in found
    }  # fmt: skip


def note_sign(connection: Connection, candidate_id: str, at: datetime) -> bool:
    """Put a sign of life on record; False where there is one of that day already, and for nobody and those who were erased."""
    values = {"person": candidate_id, "at": at, "day": at - timedelta(days=1)}
    return connection.execute(_NOTE_SIGN, values).rowcount > 0


def is_held(connection: Connection, candidate_id: str) -> bool:
    """Whether an open application or a hire keeps a person's data, whatever the retention."""
    return bool(connection.scalar(_HELD, {"person": candidate_id, "kinds": _HOLDING}))


def word_of_source(candidate_id: str, source: str, at: datetime) -> NewConsent:
    """The basis on which a person is told that others gave us their data (GDPR Art. 6(1)(c) with Art. 14)."""
    event_id = f"{SOURCED}:{candidate_id}"
    return NewConsent(candidate_id, "service", "email", True, at, event_id, "legal_obligation", source=source)


def is_erased(connection: Connection, candidate_id: str) -> bool:
    """Whether a person was erased."""
    return bool(connection.scalar(text("select erased from candidates where id = :person"), {"person": candidate_id}))


def everybody(connection: Connection) -> list[str]:
    """The ids of all who were not erased."""
    return list(connection.scalars(text("select id from candidates where not erased order by id")))


def ending(
    connection: Connection, ids: Sequence[str], before: datetime, retention: timedelta
) -> list[tuple[str, datetime]]:
    """Whose data a retention ends before a moment, each with when; those whom an application keeps are left out."""
    ends = [(person, one.active_at + retention) for person, one in kept(connection, ids).items()]
    soon = sorted((end, person) for person, end in ends if end < before)
    return [(person, end) for end, person in soon if not is_held(connection, person)]
