"""Sign-ups for the talent community. Whoever fills the form in is believed nothing until the address has confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, exists, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from domain.signups import CONFIRM_WITHIN
from storage import candidates, contacts
from storage.candidates import NewCandidate
from storage.erasures import Erased, erase
from storage.forgotten import PERSON, digest
from storage.locks import lock_candidates
from storage.tables import contact_points, erasures, ledger, signups, upcoming

SOURCE = "talent community form"
A_DAY = 3
"""Sign-ups of one address within 24 hours: each mails it, whoever fills the form in."""

_KNOWN_OTHERWISE = text(
    """
    select exists (select from consent_log where candidate_id = :person and purpose <> 'service')
        or exists (select from applications where candidate_id = :person)
        or exists (select from enrollments where candidate_id = :person)
        or exists (select from messages where candidate_id = :person)
        or exists (select from pool_members where candidate_id = :person)
        or exists (select from ledger where candidate_id = :person and template <> 'confirm_signup')
        or exists (select from signups where candidate_id = :person and id <> :signup
                   and (confirmed_at is not null or at > :since))
        or (select source <> :source or owner <> '' from candidates where id = :person)
    """
)


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody entered. `wishes` are pairs of purpose and channel; all but they counts only for people who are new."""

    full_name: str
    email: str
    wishes: Sequence[tuple[str, str]]
    wording: str
    language: str = "en"
    place: str = ""
    interests: Sequence[str] = ()
    ip: str = ""


@dataclass(frozen=True, slots=True)
class Signup:
    """A sign-up on record. `wording` is what the form said, `ip` where it was filled in."""

    id: int
    candidate_id: str
    wishes: list[tuple[str, str]]
    wording: str
    ip: str
    at: datetime
    confirmed_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be confirmed."""
        return self.confirmed_at is None and now <= self.at + CONFIRM_WITHIN


_ROW = [signups.c[name] for name in Signup.__dataclass_fields__]


def sign_up(connection: Connection, form: Form, now: datetime) -> Signup | None:
    """Put a sign-up on record, and the person where nobody has the address. None where it has enough of today, or is erased.

    Who is on record already is not changed in any way. Raises BadContact and ValueError for what can't be kept.
    """
    candidate_id = _owner(connection, form.email) or _add(connection, form)
    lock_candidates(connection, [candidate_id])
    if candidates.get(connection, candidate_id).erased:
        return None
    c = signups.c
    recent = select(func.count()).where(c.candidate_id == candidate_id, c.at > now - timedelta(days=1))
    if (connection.scalar(recent) or 0) >= A_DAY:
        return None
    values = {"wishes": [list(pair) for pair in form.wishes], "wording": form.wording, "ip": form.ip, "at": now}
    row = connection.execute(insert(signups).values(candidate_id=candidate_id, **values).returning(*_ROW)).one()
    return _signup(row)


def get(connection: Connection, signup_id: int) -> Signup | None:
    """One sign-up."""
    row = connection.execute(select(*_ROW).where(signups.c.id == signup_id)).first()
    return _signup(row) if row else None


def confirm(connection: Connection, signup_id: int, ip: str, now: datetime) -> Signup | None:
    """Note that its address meant it; as it stands then. None: there is no such sign-up, or its time is over. Again, nothing changes."""
    known = get(connection, signup_id)
    if known is None:
        return None
    lock_candidates(connection, [known.candidate_id])
    known = get(connection, signup_id)
    if known is None or (known.confirmed_at is None and not known.is_open(now)):
        return None
    if known.confirmed_at is None:
        said = {"confirmed_at": now, "confirmed_ip": ip}
        connection.execute(update(signups).where(signups.c.id == signup_id).values(**said))
    return get(connection, signup_id)


def unasked(connection: Connection, now: datetime) -> list[Signup]:
    """Open sign-ups about which no workflow has planned or sent the question: it was not told of them."""
    c = signups.c
    key = c.candidate_id + "/service/single/confirm_signup/" + cast(c.id, Text)
    known = exists().where(ledger.c.touch_key == key) | exists().where(upcoming.c.touch_key == key)
    wanted = select(*_ROW).where(c.confirmed_at.is_(None), c.at >= now - CONFIRM_WITHIN, ~known).order_by(c.id)
    return [_signup(row) for row in connection.execute(wanted)]


def lapse(connection: Connection, signup_id: int, *, key: bytes, now: datetime) -> tuple[bool, Erased | None]:
    """Delete a sign-up that nobody confirmed in time, and the person whom nothing but it has put on record.

    Whether there was one to delete, and who was forgotten. They did not ask to be forgotten, so nothing keeps them from being
    put on record again. Raises StillLeaving (storage.erasures) while the question is on its way to them.
    """
    known = get(connection, signup_id)
    if known is None:
        return False, None
    lock_candidates(connection, [known.candidate_id])
    known = get(connection, signup_id)
    if known is None or known.confirmed_at or known.is_open(now):
        return False, None
    person = {"person": known.candidate_id, "signup": signup_id, "since": now - CONFIRM_WITHIN, "source": SOURCE}
    if connection.scalar(_KNOWN_OTHERWISE, person):
        connection.execute(delete(signups).where(signups.c.id == signup_id))
        return True, None
    return True, _forget(connection, known.candidate_id, key, now)


def _owner(connection: Connection, email: str) -> str | None:
    c = contact_points.c
    wanted = select(c.candidate_id).where(c.kind == "email", c.canonical == contacts.canonical_email(email))
    return connection.scalar(wanted)


def _add(connection: Connection, form: Form) -> str:
    """A person who is new; whoever put the same address on record at this very moment was first."""
    person = NewCandidate(
        full_name=form.full_name, emails=[form.email], language=form.language, place=form.place, source=SOURCE,
        skills=form.interests,
    )  # fmt: skip
    try:
        with connection.begin_nested():
            return candidates.add(connection, person)
    except (candidates.AlreadyKnown, IntegrityError):
        owner = _owner(connection, form.email)
        if owner is None:
            raise
        return owner


def _forget(connection: Connection, candidate_id: str, key: bytes, now: datetime) -> Erased:
    """Erase, and leave the register of the erased as it was: it is for those who asked."""
    c, e = contact_points.c, erasures.c
    points = connection.execute(select(c.kind, c.canonical, c.value).where(c.candidate_id == candidate_id)).all()
    forms = {(PERSON, candidate_id), *((row.kind, one) for row in points for one in (row.canonical, row.value))}
    marks = [digest(key, kind, form) for kind, form in forms]
    before = [dict(row) for row in connection.execute(select(erasures).where(e.digest.in_(marks))).mappings()]
    erased = erase(connection, candidate_id, key=key, by=SOURCE, because="the sign-up was not confirmed", at=now)
    connection.execute(delete(erasures).where(e.candidate_id == candidate_id))
    for row in before:
        connection.execute(insert(erasures).values(**{name: row[name] for name in row if name != "id"}))
    return erased


def _signup(row: Any) -> Signup:
    return Signup(row.id, row.candidate_id, [(pair[0], pair[1]) for pair in row.wishes], *tuple(row)[3:])
