"""Everything on record about one person, table by table, as plain data for the person themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from storage.erasures import TREATMENTS
from storage.tables import metadata

ABOUT: dict[str, str] = {
    "candidates": "who the person is to us, and how they wish to be written to",
    "contact_points": "addresses, numbers and profiles; `suppressed` says why nothing is sent there",
    "skills": "skills",
    "tags": "labels that recruiters gave, and why",
    "candidate_facts": "further facts by name, each with its source",
    "pool_members": "talent pools",
    "consent_log": "every word of consent, given or withdrawn, with what was shown, when and where, and until when it holds",
    "applications": "applications and where they stand",
    "stage_log": "every change of stage",
    "decision_notes": "what recruiters wrote about a decision",
    "promises": "what the person was promised, and what became of it",
    "opening_matches": "openings that may fit: the score, its factors, and whether the person was told",
    "enrollments": "series of messages the person is or was in",
    "journey_moves": "changes of version in those series",
    "upcoming": "messages that are planned",
    "ledger": "every message that was sent or held back, on which consent, and why",
    "message_events": "what providers reported of messages",
    "letters": "what recruiters wrote to the person",
    "messages": "what the person wrote, and how it was understood",
    "attachments": "files that came with it; their contents lie beside this file",
    "received": "raw input as it came: when, from where; the mails themselves lie beside this file",
    "tasks": "work for recruiters about the person",
    "bookings": "interviews that were booked",
    "survey_answers": "answers to surveys",
    "signups": "sign-ups to the talent community",
    "corrections": "what the person corrected",
}
"""What each table of the export holds, in the order in which they are told."""
_RAW = frozenset({("received", "body"), ("attachments", "content")})
_MAILS = text(
    """
    select m.id, m.channel, m.at, m.from_address, m.to_address, m.subject, m.message_id, m.in_reply_to,
           case when m.whole <> '' then m.whole else m.text end as text, r.source, r.body
    from messages as m left join received as r on r.id = m.received_id
    where m.candidate_id = :person order by m.at, m.id
    """
)
_SENT = text(
    """
    select id, channel, coalesce(accepted_at, handed_over_at) as at, address, subject, message_id, body from ledger
    where candidate_id = :person and handed_over_at is not null and state <> 'failed' order by handed_over_at, id
    """
)
_FILES = text(
    """
    select a.id, a.message, a.name, a.content from attachments as a join messages as m on m.id = a.message
    where m.candidate_id = :person and a.content is not null order by a.id
    """
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `raw` is a mail exactly as it came, None where only its parts are kept."""

    id: int
    is_sent: bool
    channel: str
    at: datetime
    from_address: str
    to_address: str
    subject: str
    message_id: str
    in_reply_to: str
    text: str
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One attachment; `name` is safe."""

    id: int
    message: int
    name: str
    content: bytes


def records(connection: Connection, candidate_id: str) -> dict[str, list[dict[str, Any]]]:
    """Every row about a person, by table, as plain JSON: moments as ISO 8601 in UTC. Raw bodies are told by their length."""
    return {table: list(_rows(connection, table, candidate_id)) for table in ABOUT}


def _rows(connection: Connection, table: str, candidate_id: str) -> Iterator[dict[str, Any]]:
    columns = [column.name for column in metadata.tables[table].c if column.name != "candidate_id"]
    names = ", ".join(f"octet_length({c}) as {c}" if (table, c) in _RAW else f'"{c}"' for c in columns)
    order = ", ".join(column.name for column in metadata.tables[table].primary_key)
    wanted = f"select {names} from {table} where {TREATMENTS[table].rows} order by {order}"  # noqa: S608 - our own names
    for row in connection.execute(text(wanted), {"person": candidate_id}).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def mails(connection: Connection, candidate_id: str) -> Iterator[Mail]:
    """Every message sent to a person and received from them."""
    for row in connection.execute(_SENT, {"person": candidate_id}):
        yield Mail(row.id, True, row.channel, row.at, "", row.address, row.subject, row.message_id, "", row.body)
    for row in connection.execute(_MAILS, {"person": candidate_id}):
        raw = bytes(row.body) if row.source == "imap" and row.body else None
        yield Mail(
            row.id, False, row.channel, row.at, row.from_address, row.to_address, row.subject, row.message_id, row.in_reply_to,
            row.text, raw,
        )  # fmt: skip


def files(connection: Connection, candidate_id: str) -> Iterator[File]:
    """Every attachment that a person sent and that was kept."""
    for row in connection.execute(_FILES, {"person": candidate_id}):
        yield File(row.id, row.message, row.name, bytes(row.content))
