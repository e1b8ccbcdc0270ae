"""Rows for tests, each said once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from storage import candidates, consents, openings
from storage.tables import ledger
from tests.storage.conftest import NOW


def add_candidate(connection: Connection, candidate_id: str = "ada", **values: Any) -> str:
    """Somebody with an email."""
    given = {"full_name": f"{candidate_id.title()} Lovelace", "emails": [f"{candidate_id}@example.org"]} | values
    return candidates.add(connection, candidates.NewCandidate(id=candidate_id, **given))


def add_opening(connection: Connection, opening_id: str = "be-1", *, status: str = "open", **values: Any) -> None:
    """An opening in its first round."""
    given = {"title": "Backend engineer", "must_have": ["Python", "SQL"]} | values
    openings.add(connection, openings.NewOpening(opening_id, **given))
    openings.set_status(connection, opening_id, status, 1)


def say(
    connection: Connection, candidate_id: str = "ada", purpose: str = "nurture", channel: str = "email", *,
    granted: bool = True, at: datetime = NOW - timedelta(days=30), event_id: str = "",
) -> int:  # fmt: skip
    """A word of consent; its row's id."""
    name = event_id or f"{purpose}/{channel}/{granted}/{at.isoformat()}"
    consents.record(connection, [consents.NewConsent(candidate_id, purpose, channel, granted, at, name)])
    return next(row.id for row in consents.history(connection, candidate_id) if row.event_id == name)


def sent(connection: Connection, key: str, *, candidate_id: str = "ada", **values: Any) -> None:
    """A nurture mail that a provider has accepted now, in every way as it should be but for `values`."""
    given = {
        "touch_key": key,
        "candidate_id": candidate_id,
        "purpose": "nurture",
        "channel": "email",
        "template": "hello",
        "state": "accepted",
        "due": NOW,
        "address": f"{candidate_id}@example.org",
        "message_id": f"<{key}@keepwarm.example>",
        "provider": "mail",
        "provider_id": f"id-{key}",
        "attempts": 1,
        "zone": "Europe/Berlin",
        "cap_per_day": 1,
        "cap_per_week": 2,
        "claimed_at": NOW,
        "handed_over_at": NOW,
        "handed_over_recorded_at": datetime.now(NOW.tzinfo),
        "accepted_at": NOW,
        "settled_at": NOW,
    }
    connection.execute(insert(ledger).values(**(given | values)))
