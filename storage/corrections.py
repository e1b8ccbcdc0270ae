"""What people correct of their own record, each correction noted: name, place, how they are reached, what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage import candidate_facts, candidates, contacts
from storage.candidate_facts import KnownFact
from storage.standings import WANTED_EMAIL
from storage.tables import contact_points, corrections, skills

REPLACED = "replaced by its owner"
"""Why nothing goes to an address or number that its person has exchanged for another. It still tells an import who they are."""


def note(connection: Connection, candidate_id: str, fields: Iterable[str], source: str, at: datetime) -> None:
    """Log that these fields were corrected; the values stand in the record."""
    rows = [{"candidate_id": candidate_id, "field": name, "source": source, "at": at} for name in fields]
    if rows:
        connection.execute(insert(corrections), rows)


def count(connection: Connection, candidate_id: str, field: str, since: datetime) -> int:
    """How often a field was corrected since a moment."""
    c = corrections.c
    wanted = select(func.count()).where(c.candidate_id == candidate_id, c.field == field, c.at > since)
    return connection.scalar(wanted) or 0


def replace_skills(connection: Connection, candidate_id: str, words: Sequence[str]) -> None:
    """These skills and no others."""
    connection.execute(delete(skills).where(skills.c.candidate_id == candidate_id))
    candidates.note_skills(connection, candidate_id, words)


def owner_of(connection: Connection, kind: str, canonical: str) -> str:
    """Whose address or number it is; empty for nobody's."""
    c = contact_points.c
    return connection.scalar(select(c.candidate_id).where(c.kind == kind, c.canonical == canonical)) or ""


def replace_contact(
    connection: Connection, candidate_id: str, kind: str, value: str, country: str = "", because: str = REPLACED
) -> None:
    """From now on the person is reached here and, of this kind, nowhere else, and `because` says why; an empty value: nowhere.

    Raises BadContact, and AlreadyKnown where it is on record as somebody else's.
    """
    c = contact_points.c
    own = (c.candidate_id == candidate_id) & (c.kind == kind)
    canonical = contacts.canonical(kind, value, country) if value else ""
    if canonical and (owner := owner_of(connection, kind, canonical)) not in ("", candidate_id):
        raise candidates.AlreadyKnown(owner, kind)
    if canonical:
        _use(connection, candidate_id, kind, value, canonical)
    former = update(contact_points).where(own, c.canonical != canonical, c.suppressed == "")
    connection.execute(former.values(suppressed=because, suppressed_recorded_at=func.clock_timestamp()))


def _use(connection: Connection, candidate_id: str, kind: str, value: str, canonical: str) -> None:
    """Make this the first of their points of a kind. Raises AlreadyKnown where somebody else got it in the same moment."""
    c = contact_points.c
    own = (c.candidate_id == candidate_id) & (c.kind == kind)
    first = connection.scalar(select(func.coalesce(func.min(c.position), 1) - 1).where(own))
    fresh = {"value": value, "position": first, "suppressed": "", "suppressed_recorded_at": None}
    row = {"candidate_id": candidate_id, "kind": kind, "canonical": canonical}
    used = upsert(contact_points).values(**row, **fresh)
    used = used.on_conflict_do_update(index_elements=[c.kind, c.canonical], set_=fresh, where=own)
    if connection.scalar(used.returning(c.id)) is None:
        raise candidates.AlreadyKnown(owner_of(connection, kind, canonical), kind)


def want_email(connection: Connection, candidate_id: str, address: str, source: str, at: datetime) -> None:
    """Keep an address that the person has yet to confirm, in place of an earlier one; an empty one: none."""
    candidate_facts.put(connection, KnownFact(candidate_id, WANTED_EMAIL, address, source, at))


def wanted_email(connection: Connection, candidate_id: str) -> str:
    """The address that is still to be confirmed; empty for none."""
    known = (fact.value for fact in candidate_facts.of(connection, candidate_id) if fact.name == WANTED_EMAIL)
    return next(known, "")
