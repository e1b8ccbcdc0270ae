"""What a person chose of how we write to them: language, zone, channel, how often, and not before when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from domain import windows
from storage import candidates
from storage.candidates import UnknownCandidate
from storage.tables import candidates as table

PACES = ("", *windows.PACES)
"""How often at most; empty for the house's caps."""
_OWN_ROW = ("pace", "snoozed_until")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds. `preferred_channel` is email or sms."""

    language: str
    zone: str
    preferred_channel: str
    pace: str
    snoozed_until: datetime | None


_ROW = [table.c[name] for name in Preferences.__dataclass_fields__]


def get(connection: Connection, candidate_id: str) -> Preferences:
    """Somebody's. Raises UnknownCandidate."""
    row = connection.execute(select(*_ROW).where(table.c.id == candidate_id)).first()
    if row is None:
        raise UnknownCandidate(f"no candidate {candidate_id}")
    return Preferences(*row)


def change(connection: Connection, candidate_id: str, values: Mapping[str, Any]) -> None:
    """Write some of them. Raises UnknownCandidate; ValueError for what can't be kept."""
    if values.get("pace", "") not in PACES:
        raise ValueError(f"pace {values['pace']!r} is unknown; use {', '.join(PACES[1:])}, or none")
    plain = {name: str(value) for name, value in values.items() if name not in _OWN_ROW}
    if plain:
        candidates.change(connection, candidate_id, **plain)
    own = {name: value for name, value in values.items() if name in _OWN_ROW}
    if own:
        connection.execute(update(table).where(table.c.id == candidate_id).values(**own))
