"""Messages that people sent us: each once, whichever way it came; whose it is, what it means, whether it was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage import received
from storage.tables import candidates, contact_points, ledger, messages

WAITING_KINDS = ("question", "reply", "interested", "later", "no", "wrong_person")
"""Classes of messages that somebody of ours reads and may answer; the others ask for nothing."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it came. `text` is its newest part, `whole` all of it; `message_id` the sender's own (of SMS the provider's), with
    which the same message is one, whether it came by mailbox or by webhook.

    `matched_by`: message_id, reply_address, sender, phone, person, or empty while nobody knows whose it is. `until` goes with the
    classes later and auto_reply.
    """

    channel: str
    at: datetime
    candidate_id: str | None = None
    received_id: int | None = None
    message_id: str = ""
    in_reply_to: str = ""
    touch_key: str = ""
    matched_by: str = ""
    confirmed: bool = False
    from_address: str = ""
    to_address: str = ""
    subject: str = ""
    text: str = ""
    whole: str = ""
    language: str = ""
    kind: str = ""
    because: str = ""
    until: datetime | None = None
    kind_by: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message on record."""

    id: int
    candidate_id: str | None
    received_id: int | None
    channel: str
    message_id: str
    in_reply_to: str
    touch_key: str
    matched_by: str
    confirmed: bool
    from_address: str
    to_address: str
    subject: str
    text: str
    whole: str
    language: str
    kind: str
    kind_by: str
    because: str
    until: datetime | None
    answered_at: datetime | None
    answered_by: str
    at: datetime
    recorded_at: datetime

    @property
    def holds(self) -> bool:
        """Whether it counts as this person's: a match by the sender's address alone needs a person's word."""
        return self.candidate_id is not None and (self.confirmed or self.matched_by != "sender")


@dataclass(frozen=True, slots=True)
class Ours:
    """A message of ours that somebody answered."""

    touch_key: str
    candidate_id: str
    address: str


class UnknownMessage(LookupError):
    """No message of that id."""


_ROW = [messages.c[name] for name in Message.__dataclass_fields__]


def store(connection: Connection, message: NewMessage) -> int | None:
    """Keep a message; its id, or None where it was on record before (same channel and Message-ID)."""
    values = {name: _storable(getattr(message, name)) for name in NewMessage.__dataclass_fields__}
    written = upsert(messages).values(values).on_conflict_do_nothing().returning(messages.c.id)
    number = connection.scalar(written)
    return None if number is None else int(number)


def get(connection: Connection, number: int) -> Message:
    """One message by its id. Raises UnknownMessage."""
    row = connection.execute(select(*_ROW).where(messages.c.id == number)).first()
    if row is None:
        raise UnknownMessage(f"no message {number}; `keepwarm inbox list` shows those there are")
    return Message(*row)


def find(connection: Connection, channel: str, message_id: str) -> Message | None:
    """The message that the sender's own id names."""
    c = messages.c
    row = connection.execute(select(*_ROW).where(c.channel == channel, c.message_id == _storable(message_id))).first()
    return Message(*row) if row and message_id else None


def for_candidate(connection: Connection, candidate_id: str, limit: int = 500) -> list[Message]:
    """Somebody's newest messages, the oldest of them first; those merely suspected to be theirs too."""
    c = messages.c
    wanted = select(*_ROW).where(c.candidate_id == candidate_id).order_by(c.at.desc(), c.id.desc()).limit(limit)
    return [Message(*row) for row in connection.execute(wanted)][::-1]


def listed(
    connection: Connection, *, kinds: Iterable[str] = (), unanswered: bool = False, unmatched: bool = False,
    candidate_id: str = "", limit: int = 200,
) -> list[Message]:  # fmt: skip
    """The inbox, newest first: of some classes, unanswered ones (of WAITING_KINDS), or those that are not surely anybody's."""
    c = messages.c
    wanted = select(*_ROW).order_by(c.at.desc(), c.id.desc()).limit(limit)
    if chosen := list(kinds):
        wanted = wanted.where(c.kind.in_(chosen))
    if unanswered:
        wanted = wanted.where(c.answered_at.is_(None), c.kind.in_(WAITING_KINDS))
    if unmatched:
        wanted = wanted.where(c.candidate_id.is_(None) | ((c.matched_by == "sender") & ~c.confirmed))
    if candidate_id:
        wanted = wanted.where(c.candidate_id == candidate_id)
    return [Message(*row) for row in connection.execute(wanted)]


def assign(connection: Connection, number: int, candidate_id: str) -> Message:
    """Somebody of ours says whose message it is, or that the suggestion was right: with its raw input, which goes when they are
    erased. Raises UnknownMessage."""
    found = get(connection, number)
    by = found.matched_by if found.candidate_id == candidate_id and found.matched_by else "person"
    _change(connection, number, candidate_id=candidate_id, matched_by=by, confirmed=True)
    if found.received_id is not None:
        received.belongs_to(connection, found.received_id, candidate_id)
    return get(connection, number)


def correct(
    connection: Connection, number: int, kind: str, *, by: str, until: datetime | None = None, because: str = ""
) -> Message:
    """A person says what a message means (the same class: confirms it). Raises UnknownMessage."""
    get(connection, number)
    _change(connection, number, kind=kind, kind_by=by, until=until, because=because or f"says {by}")
    return get(connection, number)


def answer(connection: Connection, number: int, *, by: str, at: datetime) -> bool:
    """Note that somebody has answered; False where it was answered before. The first answer stays."""
    c = messages.c
    unanswered = update(messages).where(c.id == number, c.answered_at.is_(None))
    return connection.execute(unanswered.values(answered_at=at, answered_by=by)).rowcount == 1


def _change(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(messages).where(messages.c.id == number).values(**values))


_OURS = select(ledger.c.touch_key, ledger.c.candidate_id, ledger.c.address).where(
    select(candidates.c.id).where(candidates.c.id == ledger.c.candidate_id, ~candidates.c.erased).exists()
)
"""What left for people who have not been erased since: what those write is nobody's until somebody says whose it is."""


def find_ours(connection: Connection, message_ids: Iterable[str]) -> Ours | None:
    """The message of ours that one of these Message-IDs names (with `<>`), the first of them that is one."""
    wanted = [message_id for message_id in dict.fromkeys(map(_storable, message_ids)) if message_id]
    if not wanted:
        return None
    rows = connection.execute(_OURS.add_columns(ledger.c.message_id).where(ledger.c.message_id.in_(wanted)))
    found = {row.message_id: Ours(row.touch_key, row.candidate_id, row.address) for row in rows}
    return next((found[message_id] for message_id in wanted if message_id in found), None)


def is_ours(connection: Connection, message_id: str) -> bool:
    """Whether a Message-ID is one that we have sent under, to anybody."""
    wanted = select(ledger.c.id).where(ledger.c.message_id == _storable(message_id)).limit(1)
    return bool(message_id) and connection.scalar(wanted) is not None


def find_ours_by_token(connection: Connection, token: str) -> Ours | None:
    """The message of ours whose Message-ID begins with a token (activities.messages.message_token), whatever our domain was."""
    if not token.isalnum():
        return None
    row = connection.execute(_OURS.where(ledger.c.message_id.like(f"<{token}@%")).limit(1)).first()
    return Ours(*row) if row else None


def newest_to(connection: Connection, candidate_id: str, channel: str) -> Ours | None:
    """The newest message that left for somebody by a channel: what an SMS of theirs most likely answers."""
    c = ledger.c
    left = _OURS.where(c.candidate_id == candidate_id, c.channel == channel, c.handed_over_at.is_not(None))
    row = connection.execute(left.order_by(c.handed_over_at.desc()).limit(1)).first()
    return Ours(*row) if row else None


def wrote_to(connection: Connection, address: str, since: datetime) -> bool:
    """Whether a mail of ours left for an address since a moment."""
    c, p = ledger.c, contact_points.c
    owner = select(p.candidate_id).where(p.kind == "email", p.canonical == _storable(address).casefold())
    left = _OURS.where(c.candidate_id.in_(owner), c.channel == "email", c.handed_over_at >= since)
    return connection.execute(left.limit(1)).first() is not None


def _storable(value: Any) -> Any:
    """PostgreSQL keeps neither NUL nor halves of surrogate pairs, which mails do contain."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value
