"""Cutting one person out of raw input: a body of theirs goes, a batch that tells of many loses what it tells of them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus

from sqlalchemy import Connection, text

from storage.forgotten import Register

_FOUND = text(
    """
    select r.id, r.body from received as r cross join lateral (select lower(encode(r.body, 'escape')) as text) as body
    where r.state <> 'erased' and r.candidate_id is null and octet_length(r.body) > 0
      and (exists (select from unnest(cast(:needles as text[])) as n where position(n in body.text) > 0)
           or r.source = 'sendgrid_events' and position(:key in body.text) > 0)
      and not exists (select from messages as m where m.received_id = r.id and m.candidate_id <> :person)
    order by r.id
    """
)
"""`encode` writes any bytes as ASCII, so that bodies in whatever charset, zero bytes included, can be searched."""
_FORGET_OWN = text(
    """
    update received set body = '', headers = '{}', error = '', state = 'erased'
    where state <> 'erased' and id in (select received_id from messages where candidate_id = :person)
    """
)
_FORGET = text("update received set body = '', headers = '{}', error = '', state = 'erased' where id = :row")
_REWRITE = text("update received set body = :body where id = :row")
_FORGET_EVENTS = text(
    """
    update message_events set payload = '{}' where payload <> '{}' and touch_key = '' and exists (
        select from unnest(cast(:needles as text[])) as n where position(n in lower(cast(payload as text))) > 0)
    """
)
_LATE_EVENTS = text(
    """
    update message_events as e set payload = '{}'
    from ledger as l join candidates as c on c.id = l.candidate_id
    where c.erased and e.touch_key = l.touch_key and e.touch_key = any (:keys) and e.kind <> 'accepted'
    """
)
_ANYBODY_ERASED = text("select exists (select from candidates where erased)")
_ERASED_OF = text("select id from candidates where erased and id = any (:ids)")
_BODIES = text(
    """
    select id, body from received
    where id = any (:ids) and source = any (:sources) and state <> 'erased' and octet_length(body) > 0 order by id
    """
)
EVENT_SOURCES = frozenset({"sendgrid_events", "twilio_status"})
"""What providers report of messages we sent; all else was written by people."""
_SHORTEST_NUMBER = 8
_ADDRESS = re.compile(r"[^\s\"'<>(),;:&=]+@[^\s\"'<>(),;:&=]+")
_NUMBER = re.compile(r"\+([0-9]{8,15})\b")
_KEY_FIELDS = ("touch_key", "TouchKey")
_ID_FIELDS = ("sg_message_id", "smtp-id", "MessageSid", "SmsSid", "message_id")


@dataclass(frozen=True, slots=True)
class Traces:
    """How a person shows in raw input: addresses and numbers, ids of their messages, and their id at the head of a touch key."""

    candidate_id: str
    ways: tuple[str, ...]
    message_ids: tuple[str, ...] = ()

    def needles(self) -> list[str]:
        """What to look for in a body that is written as ASCII in small letters: plain, in a form, in JSON."""
        found: dict[str, None] = {}
        for way in (*self.ways, *self.message_ids):
            for form in (_bare(way), quote(way, safe=""), json.dumps(way)[1:-1]):
                found[_escaped(form)] = None
        return [needle for needle in found if needle]

    def are_in(self, event: Any) -> bool:
        """Whether one event of a batch is about the person."""
        if not isinstance(event, dict):
            return False
        if self.candidate_id and any(_is_of(event.get(name), self.candidate_id) for name in _KEY_FIELDS):
            return True
        if self.message_ids and any(str(event.get(name) or "").startswith(self.message_ids) for name in _ID_FIELDS):
            return True
        written = json.dumps(event, ensure_ascii=False).casefold()
        return any(_bare(way).casefold() in written for way in self.ways)


def _is_of(key: Any, candidate_id: str) -> bool:
    return str(key or "").startswith(f"{candidate_id}/")


def _bare(way: str) -> str:
    """A number's digits, since providers leave the plus away; all else as it is."""
    digits = way.removeprefix("+")
    return digits if digits.isdigit() and len(digits) >= _SHORTEST_NUMBER else way


def _escaped(form: str) -> str:
    """As PostgreSQL's `encode(…, 'escape')` writes it, in small letters."""
    plain = (f"\\{byte:03o}" if byte > 126 or byte == 0 else chr(byte) for byte in form.encode())
    return "".join("\\\\" if sign == "\\" else sign for sign in plain).lower()


def cut_received(connection: Connection, own: Traces) -> int:
    """Forget every body of theirs, and cut what batches tell of them; how many rows. What others wrote stays theirs."""
    changed = connection.execute(_FORGET_OWN, {"person": own.candidate_id}).rowcount
    wanted = {"needles": own.needles(), "key": _escaped(f'"{own.candidate_id}/'), "person": own.candidate_id}
    found = connection.execute(_FOUND, wanted).all()
    return changed + sum(_cut(connection, row.id, bytes(row.body), [own]) for row in found)


def _cut(connection: Connection, row: int, body: bytes, people: Collection[Traces]) -> bool:
    """Rewrite a batch without the people's events, or forget a body that is about them alone; whether anything was cut."""
    batch = _batch(body)
    if batch is None:
        connection.execute(_FORGET, {"row": row})
        return True
    rest = [event for event in batch if not any(one.are_in(event) for one in people)]
    if len(rest) < len(batch):
        connection.execute(_REWRITE, {"row": row, "body": json.dumps(rest, ensure_ascii=False).encode()})
    return len(rest) < len(batch)


def _batch(body: bytes) -> list[Any] | None:
    """The events of a JSON list; None for any other body."""
    try:
        read = json.loads(body)
    except ValueError:
        return None
    return read if isinstance(read, list) else None


def cut_events(connection: Connection, own: Traces) -> int:
    """Forget what providers reported of the person without naming a touch; how many rows."""
    needles = [*own.needles(), *(way.casefold() for way in own.ways)]
    return connection.execute(_FORGET_EVENTS, {"needles": needles}).rowcount


# What comes later


def cut_late(connection: Connection, received_ids: Sequence[int], register: Register) -> int:
    """Cut people who were erased out of what providers still report of their messages; how many rows. Costs one look where nobody was.

    Touch keys, addresses and numbers say whose reports these are. The caller has stored the rows and taken them in.
    """
    if not received_ids or not connection.scalar(_ANYBODY_ERASED):
        return 0
    changed, keys, ways = 0, set[str](), set[str]()
    for row in connection.execute(_BODIES, {"ids": list(received_ids), "sources": sorted(EVENT_SOURCES)}).all():
        body = bytes(row.body)
        people, named = _erased_in(connection, body, register)
        if people:
            changed += _cut(connection, row.id, body, people)
            keys |= named
            ways |= {way for one in people for way in one.ways}
    if keys:
        connection.execute(_LATE_EVENTS, {"keys": sorted(keys)})
    if ways:
        cut_events(connection, Traces("", tuple(sorted(ways))))
    return changed


def _erased_in(connection: Connection, body: bytes, register: Register) -> tuple[list[Traces], set[str]]:
    """The erased people whom a provider's body tells of, and the touch keys by which it does."""
    said = unquote_plus(body.decode("utf-8", "replace"))
    named = set(_touch_keys(body))
    ids = set(connection.scalars(_ERASED_OF, {"ids": sorted({key.partition("/")[0] for key in named})}))
    points = {("email", found) for found in _ADDRESS.findall(said)} | {
        ("phone", f"+{n}") for n in _NUMBER.findall(said)
    }
    gone = sorted(way for _, way in register.gone(connection, points))
    people = [Traces(one, ()) for one in sorted(ids)] + ([Traces("", tuple(gone))] if gone else [])
    return people, {key for key in named if key.partition("/")[0] in ids}


def _touch_keys(body: bytes) -> list[str]:
    """Every touch key that a batch of a provider's names."""
    events = (event for event in _batch(body) or [] if isinstance(event, dict))
    return [str(event[name]) for event in events for name in _KEY_FIELDS if event.get(name)]
