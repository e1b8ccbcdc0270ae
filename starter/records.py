"""People from a table brought into the record: found again by email, phone, profile or id; added; changed by what is new.

All of it is sets: a page of people costs the same few statements whatever its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from starter.drafts import Agreement, Draft, office_zone, told_zone
from starter.zones import Told
from storage.calendars import office_zones
from storage.candidates import WasErased
from storage.consents import NewConsent, with_ends
from storage.contacts import KINDS, BadContact, canonical_profile
from storage.forgotten import Register
from storage.keeping import word_of_source
from storage.tables import (
    candidates,
    consent_log,
    contact_points,
    pool_members,
    skills,
    tags,
)

IMPORT_LOCK = 0x6B656570_696D706F
"""One import at a time: two would add the same person twice. Spells `keepimpo`."""
OVERWRITTEN = (
    *("full_name", "first_name", "place", "country", "zone", "language"),
    *("headline", "company", "level", "owner", "office"),
)
"""What a row that differs changes. Where a person came from, and when, stays as it was first told."""
CALENDAR_FIELDS = frozenset({"country", "owner", "office"})
"""What decides whose holidays a person keeps."""

_DRAW = text("select nextval(pg_get_serial_sequence('candidate_numbers', 'id')) from generate_series(1, :count)")


class Verdict(StrEnum):
    """What a row does to the record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class ClashError(ValueError):
    """A row that can't be brought in; the text names why and the cure."""


@dataclass(slots=True)
class Person:
    """A candidate as the record has them, and as the rows so far have changed them."""

    id: str
    values: dict[str, Any]
    points: dict[tuple[str, str], str]
    usable: set[str] = field(default_factory=set)
    """The kinds of which an address, number or profile on record is not suppressed."""
    skills: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    consents: set[tuple[str, str]] = field(default_factory=set)
    consent_events: set[str] = field(default_factory=set)
    first_line: int = 0
    is_new: bool = False
    sourced: bool = False
    changed: set[str] = field(default_factory=set)
    added: dict[str, list[Any]] = field(default_factory=dict)

    def changes(self) -> int:
        """How many things the rows so far have changed and nobody has written."""
        return len(self.changed) + sum(map(len, self.added.values()))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a workflow that runs already is to be told after an import: changed facts, consents as logged,
    whether another calendar may hold for them, and the channels by which they can be reached again."""

    candidate_id: str
    profile: dict[str, str]
    agreements: list[tuple[str, Agreement]]
    calendar: bool = False
    reached: tuple[str, ...] = ()

    @classmethod
    def of(cls, person: Person) -> FollowUp:
        """What one person's rows changed."""
        names = {"zone": "zone", "preferred_channel": "channel", "owner": "owner"}
        profile = {names[name]: person.values[name] for name in person.changed & names.keys()}
        calendar = not person.changed.isdisjoint(CALENDAR_FIELDS)
        found = {kind for kind, *_ in person.added.get("points", [])} - person.usable
        reached = tuple(channel for channel, kind in KINDS.items() if kind in found)
        return cls(person.id, profile, list(person.added.get("consents", [])), calendar, reached)


def canonical(kind: str, value: str) -> str:
    """The form in which spellings of one address, as drafts hold them, are equal. A web site of one's own is its host."""
    if kind != "profile":
        return value.casefold()
    try:
        return canonical_profile(value)
    except BadContact:
        return (urlsplit(value).hostname or value).removeprefix("www.")


def points_of(draft: Draft) -> dict[tuple[str, str], str]:
    """The ways to reach a person, by kind and canonical form."""
    listed = (("email", draft.emails), ("phone", draft.phones), ("profile", draft.profiles))
    return {(kind, canonical(kind, value)): value for kind, values in listed for value in values}


class Intake:
    """One import's view of the record: pages of drafts in, people out. Nothing is written but by `save`.

    `words` of consent from people who were on record before are left to the caller: somebody may be sending to them, so they
    are to be held while their word is written, and not for as long as an import takes.
    """

    def __init__(
        self, connection: Connection, now: datetime, zone: str, language: str = "en", register: Register | None = None
    ) -> None:
        self._connection = connection
        self._register = register
        self._erased: dict[tuple[str, str], datetime] = {}
        self._now = now
        self._zone = zone
        self._language = language
        self._people: dict[str, Person] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._free_ids: list[str] = []
        self.words: list[NewConsent] = []
        self._office_zones = office_zones(connection)
        connection.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))

    def load(self, drafts: Sequence[Draft]) -> None:
        """Fetch everybody whom these drafts may mean."""
        keys = sorted({key for draft in drafts for key in points_of(draft)})
        ids = {draft.id for draft in drafts if draft.id}
        if keys:
            found = select(contact_points.c.candidate_id).where(
                tuple_(contact_points.c.kind, contact_points.c.canonical).in_(keys)
            )
            ids |= set(self._connection.scalars(found))
        self._fetch(sorted(ids - self._people.keys()))
        if self._register:
            self._erased |= self._register.erased(self._connection, set(keys) - self._owners.keys())
        unknown = [draft for draft in drafts if not draft.id and self._owners.keys().isdisjoint(points_of(draft))]
        self._draw_ids(len(unknown))

    def _draw_ids(self, count: int) -> None:
        """Set aside ids for people that have none; a number that somebody chose as an id is passed over."""
        while len(self._free_ids) < count:
            wanted = {"count": count - len(self._free_ids)}
            drawn = [str(number) for number in self._connection.scalars(_DRAW, wanted)]
            taken = set(self._connection.scalars(select(candidates.c.id).where(candidates.c.id.in_(drawn))))
            self._free_ids += [number for number in drawn if number not in taken | self._people.keys()]

    def _fetch(self, ids: list[str]) -> None:
        if not ids:
            return
        run = self._connection.execute
        for record in run(select(candidates).where(candidates.c.id.in_(ids))).mappings():
            self._people[record["id"]] = Person(record["id"], dict(record), {})
        for row in run(select(contact_points).where(contact_points.c.candidate_id.in_(ids))):
            person = self._people[row.candidate_id]
            person.points[row.kind, row.canonical] = row.value
            person.usable |= set() if row.suppressed else {row.kind}
            self._owners[row.kind, row.canonical] = row.candidate_id
        for row in run(select(skills).where(skills.c.candidate_id.in_(ids))):
            self._people[row.candidate_id].skills.add(row.skill)
        for row in run(select(tags).where(tags.c.candidate_id.in_(ids))):
            self._people[row.candidate_id].tags.add(row.tag)
        for row in run(select(pool_members).where(pool_members.c.candidate_id.in_(ids))):
            self._people[row.candidate_id].pools.add(row.pool)
        for row in run(select(consent_log).where(consent_log.c.candidate_id.in_(ids))):
            self._people[row.candidate_id].consents.add((row.purpose, row.channel))
            self._people[row.candidate_id].consent_events.add(row.event_id)

    def take(self, draft: Draft) -> tuple[Verdict, Person]:
        """Bring one draft in, in memory. Raises ClashError.

        A person's second row in the same table only fills what the first left empty, so that both together, imported
        again, change nothing.
        """
        self._check_dates(draft)
        points = points_of(draft)
        person = self._match(draft, points)
        if person is None:
            for key in points:
                if key in self._erased:
                    raise ClashError(str(WasErased(key[0], self._erased[key])))
            return Verdict.NEW, self._add(draft, points)
        if person.values.get("erased_recorded_at"):
            raise ClashError("this person was erased; leave the row out")
        before = person.changes()
        again = bool(person.first_line)
        person.first_line = person.first_line or draft.line
        self._change(person, draft, only_empty=again)
        self._extend(person, draft, points)
        return (Verdict.UNCHANGED if person.changes() == before else Verdict.CHANGED), person

    def _check_dates(self, draft: Draft) -> None:
        """A word from tomorrow would outlast every "no" until then. Today is not over everywhere, so a day ahead is borne with."""
        for agreement in draft.agreements:
            if agreement.at and agreement.at > self._now + timedelta(days=1):
                raise ClashError(f"consent dated {agreement.at:%Y-%m-%d} lies ahead; write when they agreed")

    def _match(self, draft: Draft, points: Iterable[tuple[str, str]]) -> Person | None:
        """The person a draft means; None for somebody new. Raises ClashError where it means two."""
        meant = {self._owners[key]: key[0] for key in points if key in self._owners}
        if draft.id in self._people:
            meant[draft.id] = "id"
        if len(meant) > 1:
            told = " and ".join(f"{owner} by {kind}" for owner, kind in sorted(meant.items()))
            raise ClashError(f"means two candidates, {told}; correct the row, or merge them first")
        return self._people[next(iter(meant))] if meant else None

    def _add(self, draft: Draft, points: dict[tuple[str, str], str]) -> Person:
        person = Person(draft.id or self._next_id(), {}, {}, first_line=draft.line, is_new=True, sourced=draft.sourced)
        told = self._told_zone(draft, draft.office, draft.owner)
        person.values = {name: getattr(draft, name) for name in OVERWRITTEN} | {
            "id": person.id,
            "zone": told.zone or self._zone,
            "zone_source": told.source,
            "language": draft.language or self._language,
            "preferred_channel": draft.channel or "email",
            "source": draft.source,
        }
        self._people[person.id] = person
        self._extend(person, draft, points)
        return person

    def _next_id(self) -> str:
        self._draw_ids(1)
        return self._free_ids.pop(0)

    def _change(self, person: Person, draft: Draft, *, only_empty: bool) -> None:
        said = {name: getattr(draft, name) for name in OVERWRITTEN} | {"preferred_channel": draft.channel}
        told = Told(draft.zone, "own")
        if person.values["zone"] in ("", self._zone, "UTC"):
            told = self._told_zone(draft, person.values["office"], person.values["owner"])
            said["zone"] = told.zone
        for name, value in said.items():
            if value and value != person.values[name] and not (only_empty and person.values[name]):
                person.values[name] = value
                person.changed.add(name)
        if "zone" in person.changed and person.values["zone_source"] != told.source:
            person.values["zone_source"] = told.source
            person.changed.add("zone_source")

    def _told_zone(self, draft: Draft, office: str, owner: str) -> Told:
        office, owner = draft.office or office, draft.owner or owner
        return told_zone(draft, office_zone(office, owner, self._office_zones))

    def _extend(self, person: Person, draft: Draft, points: dict[tuple[str, str], str]) -> None:
        """Add what is new of the lists; what a row no longer names stays."""
        for key, value in points.items():
            if key not in person.points:
                person.points[key] = value
                self._owners[key] = person.id
                person.added.setdefault("points", []).append((*key, value))
        for name, mine, told in (
            ("skills", person.skills, draft.skills),
            ("tags", person.tags, draft.tags),
            ("pools", person.pools, draft.pools),
        ):
            known = {word.casefold() for word in mine}
            for word in told:
                if word.casefold() not in known:
                    known.add(word.casefold())
                    mine.add(word)
                    person.added.setdefault(name, []).append(word)
        for agreement in draft.agreements:
            self._agree(person, agreement)

    def _agree(self, person: Person, agreement: Agreement) -> None:
        """Log a consent once. One without a date never comes after a choice that is on record."""
        pair = (agreement.purpose, agreement.channel)
        if agreement.at is None and pair in person.consents and agreement.granted:
            return
        said = "|".join((agreement.wording, agreement.source, str(agreement.at), str(agreement.granted)))
        digest = blake2b(said.encode(), digest_size=8).hexdigest()
        event_id = f"import:{person.id}:{agreement.purpose}/{agreement.channel}:{digest}"
        if event_id in person.consent_events:
            return
        person.consent_events.add(event_id)
        person.consents.add(pair)
        dated = replace(agreement, at=min(agreement.at, self._now)) if agreement.at else agreement
        person.added.setdefault("consents", []).append((event_id, dated))

    def save(self, people: Iterable[Person]) -> list[FollowUp]:
        """Write what `take` has gathered about these people; what running workflows are to be told of it."""
        touched = list({person.id: person for person in people}.values())
        fresh = [person.values for person in touched if person.is_new]
        if fresh:
            self._connection.execute(insert(candidates), fresh)
        for person in touched:
            if person.changed and not person.is_new:
                values = {name: person.values[name] for name in person.changed}
                self._connection.execute(update(candidates).where(candidates.c.id == person.id).values(values))
        self._insert(contact_points, [row for person in touched for row in _point_rows(person)])
        for name, table, column in (
            ("skills", skills, "skill"),
            ("tags", tags, "tag"),
            ("pools", pool_members, "pool"),
        ):
            words = [(person.id, word) for person in touched for word in person.added.get(name, [])]
            self._insert(table, [{"candidate_id": owner, column: word} for owner, word in words])
        first = [word for person in touched if person.is_new for word in _words_of(person, self._now)]
        self._insert(consent_log, [asdict(word) for word in with_ends(self._connection, first)])
        self.words += [word for person in touched if not person.is_new for word in _words_of(person, self._now)]
        follow_ups = [FollowUp.of(person) for person in touched if person.values.get("started")]
        for person in touched:
            person.is_new, person.changed, person.added = False, set(), {}
        return [one for one in follow_ups if one.profile or one.agreements or one.calendar or one.reached]

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(upsert(table).on_conflict_do_nothing(), rows)


def _point_rows(person: Person) -> list[dict[str, Any]]:
    first = len(person.points) - len(person.added.get("points", []))
    return [
        {"candidate_id": person.id, "kind": kind, "canonical": form, "value": value, "position": first + index}
        for index, (kind, form, value) in enumerate(person.added.get("points", []))
    ]


def _words_of(person: Person, now: datetime) -> list[NewConsent]:
    agreed = [
        NewConsent(
            person.id, agreement.purpose, agreement.channel, agreement.granted, agreement.at or now, event_id,
            wording=agreement.wording, source=agreement.source,
        )
        for event_id, agreement in person.added.get("consents", [])
    ]  # fmt: skip
    told = person.is_new and person.sourced
    return [*agreed, word_of_source(person.id, person.values["source"], now)] if told else agreed
