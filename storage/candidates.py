"""Candidates: who they are, how they are reached, what is known of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Connection, Select, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.windows import zone_of
from storage import contacts
from storage.forgotten import Register
from storage.locks import lock_candidates
from storage.tables import candidate_numbers, candidates, contact_points, pool_members, skills, tags


class AlreadyKnown(ValueError):
    """Somebody with this id, address, number or profile is on record: `candidate_id`."""

    def __init__(self, candidate_id: str, by: str) -> None:
        super().__init__(f"{by} belongs to candidate {candidate_id}; change that candidate, or correct the {by}")
        self.candidate_id = candidate_id


class WasErased(ValueError):
    """Somebody with this address, number or profile was erased, and is not to come back without a new word of theirs."""

    def __init__(self, kind: str, when: datetime) -> None:
        super().__init__(
            f"the person of this {kind} was erased on {when:%Y-%m-%d}; leave them out, or use --allow-erased if they have agreed anew"
        )


class UnknownCandidate(LookupError):
    """Nobody of that id or email."""


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """A person to add. An empty `id` draws the next number; `tags` may come with reasons."""

    full_name: str
    first_name: str = ""
    id: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    profiles: Sequence[str] = ()
    language: str = "en"
    zone: str = "UTC"
    country: str = ""
    place: str = ""
    preferred_channel: str = "email"
    relationship_type: str = "prospect"
    source: str = ""
    headline: str = ""
    company: str = ""
    owner: str = ""
    level: str = ""
    office: str = ""
    zone_source: str = ""
    skills: Sequence[str] = ()
    tags: dict[str, str] | Sequence[str] = ()
    pools: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate's own row."""

    id: str
    full_name: str
    first_name: str
    language: str
    zone: str
    country: str
    place: str
    preferred_channel: str
    relationship_type: str
    source: str
    headline: str
    company: str
    owner: str
    level: str
    office: str
    zone_source: str
    erased: bool
    snoozed_until: datetime | None
    started: bool


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One way to reach a person. `suppressed` is why nothing goes there, or empty."""

    kind: str
    value: str
    canonical: str
    suppressed: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A candidate with everything that is known of them. `tags` maps each to its reason."""

    candidate: Candidate
    contact_points: list[ContactPoint]
    skills: list[str]
    tags: dict[str, str]
    pools: list[str]


CHOSEN_ID = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}"
"""An id that somebody chose. It stands in touch keys, whose parts `/` and `:` divide, in workflow ids and in addresses of the API."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""BCP 47, near enough: a language and what narrows it."""
_ROW = [candidates.c[name] for name in Candidate.__dataclass_fields__]
_OWN = (
    *("full_name", "first_name", "language", "zone", "country", "place", "preferred_channel"),
    *("relationship_type", "source", "headline", "company", "owner", "level", "office", "zone_source"),
)


def add(connection: Connection, person: NewCandidate, register: Register | None = None) -> str:
    """Put a person on record and answer their id. Raises AlreadyKnown, BadContact, or ValueError for what can't be kept.

    With a register of those who were erased, raises WasErased for one of them.
    """
    if not person.full_name.strip():
        raise ValueError("the candidate has no name; give one")
    if person.id and not re.fullmatch(CHOSEN_ID, person.id):
        raise ValueError(
            f"id {person.id!r}: use letters, digits, dot, dash or underscore, no blanks, at most 100 of them"
        )
    person = _checked(person)
    points = _canonical_points(person)
    _refuse_known(connection, person.id, points)
    for (kind, _), when in (register.erased(connection, points) if register else {}).items():
        raise WasErased(kind, when)
    candidate_id = person.id or draw_id(connection)
    first_name = person.first_name or person.full_name.split()[0]
    values = {name: getattr(replace(person, first_name=first_name), name) for name in _OWN}
    connection.execute(insert(candidates).values(id=candidate_id, **values))
    _insert_points(connection, candidate_id, points)
    note_skills(connection, candidate_id, person.skills)
    note_tags(connection, candidate_id, person.tags)
    join_pools(connection, candidate_id, person.pools)
    return candidate_id


def _checked(person: NewCandidate) -> NewCandidate:
    """The person as the record takes them. Raises ValueError."""
    if not person.zone_source and person.zone != "UTC":
        person = replace(person, zone_source="own")
    own = _checked_values({name: getattr(person, name) for name in _OWN})
    reasons = person.tags if isinstance(person.tags, dict) else dict.fromkeys(person.tags, "")
    return replace(
        person,
        **own,
        skills=[_one_line("a skill", word) for word in person.skills],
        tags={_one_line("a tag", tag): _one_line("a tag's reason", reason) for tag, reason in reasons.items()},
        pools=[_one_line("a pool", word) for word in person.pools],
    )


def _checked_values(values: Mapping[str, str]) -> dict[str, str]:
    """Texts on one line, as mail headers need them; zone, channel and language such that the workflow can go by them."""
    checked = {name: _one_line(name, value) for name, value in values.items()}
    zone, channel, language = (checked.get(name) for name in ("zone", "preferred_channel", "language"))
    if zone is not None and not _is_zone(zone):
        raise ValueError(f"time zone {zone!r} is unknown; use a name such as Europe/Berlin")
    if channel is not None and channel not in contacts.KINDS:
        raise ValueError(f"preferred channel is {channel!r}; use email or sms")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise ValueError(f"language {language!r} is unknown; use a tag such as de or pt-BR")
    return checked


def _one_line(name: str, text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"{name} holds a character that cannot be kept (NUL, or half of a pair); take it out")
    return " ".join(text.split())


def _is_zone(name: str) -> bool:
    try:
        return bool(zone_of(name))
    except (KeyError, OSError, ValueError):
        return False


def _canonical_points(person: NewCandidate) -> dict[tuple[str, str], str]:
    listed = (("email", person.emails), ("phone", person.phones), ("profile", person.profiles))
    return {
        (kind, contacts.canonical(kind, value, person.country)): value.strip()
        for kind, values in listed
        for value in values
    }


def _refuse_known(connection: Connection, candidate_id: str, points: Iterable[tuple[str, str]]) -> None:
    if candidate_id and connection.scalar(select(candidates.c.id).where(candidates.c.id == candidate_id)):
        raise AlreadyKnown(candidate_id, f"id {candidate_id}")
    c = contact_points.c
    wanted = select(c.candidate_id, c.kind, c.canonical).where(tuple_(c.kind, c.canonical).in_(list(points)))
    known = connection.execute(wanted.limit(1)).first()
    if known:
        raise AlreadyKnown(known.candidate_id, f"{known.kind} {known.canonical}")


def _insert_points(connection: Connection, candidate_id: str, points: dict[tuple[str, str], str]) -> None:
    rows = [
        {"candidate_id": candidate_id, "kind": kind, "canonical": form, "value": value, "position": position}
        for position, ((kind, form), value) in enumerate(points.items())
    ]
    if rows:
        connection.execute(insert(contact_points), rows)


def draw_id(connection: Connection) -> str:
    """The next number that nobody has as an id."""
    while True:
        drawn = str(connection.scalar(insert(candidate_numbers).values().returning(candidate_numbers.c.id)))
        if not connection.scalar(select(candidates.c.id).where(candidates.c.id == drawn)):
            return drawn


def note_skills(connection: Connection, candidate_id: str, words: Iterable[str]) -> None:
    """Add skills that the person is not known to have, whatever the letters' case."""
    known = {word.casefold() for word in connection.scalars(_words(skills.c.skill, candidate_id))}
    fresh = {word.casefold(): word for word in words if word and word.casefold() not in known}
    if fresh:
        rows = [{"candidate_id": candidate_id, "skill": word} for word in fresh.values()]
        connection.execute(upsert(skills).on_conflict_do_nothing(), rows)


def note_tags(connection: Connection, candidate_id: str, words: dict[str, str] | Iterable[str]) -> None:
    """Add tags; a tag that is there takes the new reason, where one is given."""
    reasons = words if isinstance(words, dict) else dict.fromkeys(words, "")
    for tag, reason in reasons.items():
        row = upsert(tags).values(candidate_id=candidate_id, tag=tag, reason=reason)
        again = row.excluded.reason != ""
        connection.execute(
            row.on_conflict_do_update(
                index_elements=[tags.c.candidate_id, tags.c.tag], set_={"reason": reason}, where=again
            )
        )


def join_pools(connection: Connection, candidate_id: str, pools: Iterable[str]) -> None:
    """Put a person into pools."""
    rows = [{"pool": pool, "candidate_id": candidate_id} for pool in dict.fromkeys(pools)]
    if rows:
        connection.execute(upsert(pool_members).on_conflict_do_nothing(), rows)


def get(connection: Connection, candidate_id: str) -> Candidate:
    """One candidate by id. Raises UnknownCandidate."""
    row = connection.execute(select(*_ROW).where(candidates.c.id == candidate_id)).first()
    if row is None:
        raise UnknownCandidate(f"no candidate {candidate_id}; `keepwarm candidate add` adds one")
    return Candidate(*row)


def find(connection: Connection, name: str) -> Candidate:
    """One candidate by id or email, as people name them. Raises UnknownCandidate."""
    c = contact_points.c
    owner = select(c.candidate_id).where(c.kind == "email", c.canonical == name.strip().casefold())
    wanted = select(*_ROW).where(or_(candidates.c.id == name, candidates.c.id == owner.scalar_subquery()))
    row = connection.execute(wanted.order_by(candidates.c.id != name).limit(1)).first()
    if row is None:
        raise UnknownCandidate(f"no candidate {name}; name one by id or email, or add one: keepwarm candidate add")
    return Candidate(*row)


def profile(connection: Connection, candidate_id: str) -> Profile:
    """Everything known of a candidate. Raises UnknownCandidate."""
    candidate = get(connection, candidate_id)
    points = select(*(contact_points.c[name] for name in ContactPoint.__dataclass_fields__))
    c = contact_points.c
    listed = connection.execute(points.where(c.candidate_id == candidate_id).order_by(c.kind, c.position, c.id))
    reasons = select(tags.c.tag, tags.c.reason).where(tags.c.candidate_id == candidate_id).order_by(tags.c.tag)
    return Profile(
        candidate=candidate,
        contact_points=[ContactPoint(*row) for row in listed],
        skills=list(connection.scalars(_words(skills.c.skill, candidate_id))),
        tags={row.tag: row.reason for row in connection.execute(reasons)},
        pools=list(connection.scalars(_words(pool_members.c.pool, candidate_id))),
    )


def _words(column: Column[str], candidate_id: str) -> Select[str]:
    return select(column).where(column.table.c.candidate_id == candidate_id).order_by(column)


def change(connection: Connection, candidate_id: str, **values: str) -> None:
    """Change fields of a candidate's own row, such as zone or owner. Raises UnknownCandidate; ValueError as `add`."""
    unknown = values.keys() - set(_OWN)
    if unknown:
        raise ValueError(f"a candidate has no {', '.join(sorted(unknown))}; fields are {', '.join(_OWN)}")
    if "zone" in values:
        values.setdefault("zone_source", "own")
    changed = connection.execute(
        update(candidates).where(candidates.c.id == candidate_id).values(**_checked_values(values))
    )
    if not changed.rowcount:
        raise UnknownCandidate(f"no candidate {candidate_id}")


def set_zone(connection: Connection, candidate_ids: Iterable[str], zone: str, source: str) -> None:
    """Give people the zone that `source` tells: own, phone, place, office or country."""
    told = update(candidates).where(candidates.c.id.in_(list(candidate_ids)))
    connection.execute(told.values(zone=zone, zone_source=source))


def snooze(connection: Connection, candidate_id: str, until: datetime | None) -> None:
    """Leave a person alone until a moment; None ends it."""
    connection.execute(update(candidates).where(candidates.c.id == candidate_id).values(snoozed_until=until))


def rest(connection: Connection, candidate_id: str, **moments: datetime | None) -> None:
    """Note why a person is at rest: `paused_at`, `away_until`, `cool_off_until`; None ends it."""
    connection.execute(update(candidates).where(candidates.c.id == candidate_id).values(**moments))


def mark_erased(connection: Connection, candidate_id: str) -> None:
    """From now on nothing is sent to this person, whatever is planned. The first moment stays."""
    lock_candidates(connection, [candidate_id])
    c = candidates.c
    unmarked = (c.id == candidate_id) & c.erased_recorded_at.is_(None)
    connection.execute(update(candidates).where(unmarked).values(erased_recorded_at=func.clock_timestamp()))


def set_started(connection: Connection, candidate_ids: Iterable[str]) -> None:
    """Note that these candidates' workflows run."""
    ids = list(candidate_ids)
    connection.execute(update(candidates).where(candidates.c.id.in_(ids), ~candidates.c.started).values(started=True))


def unstarted(connection: Connection, after: str = "", limit: int = 500) -> list[Candidate]:
    """A page, in the order of ids, of those whose workflows are still to be started."""
    c = candidates.c
    page = select(*_ROW).where(~c.started, c.erased_recorded_at.is_(None), c.id > after).order_by(c.id).limit(limit)
    return [Candidate(*row) for row in connection.execute(page)]


def listed(connection: Connection, after: str = "", limit: int = 500) -> list[Candidate]:
    """A page of all candidates in the order of ids."""
    page = select(*_ROW).where(candidates.c.id > after).order_by(candidates.c.id).limit(limit)
    return [Candidate(*row) for row in connection.execute(page)]


def count(connection: Connection) -> int:
    """How many candidates there are."""
    return connection.scalar(select(func.count()).select_from(candidates)) or 0
