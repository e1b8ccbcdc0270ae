"""What somebody of ours writes to one person: an answer to a message, or a mail of their own. The words stay here; touches name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import letters, messages


@dataclass(frozen=True, slots=True)
class NewLetter:
    """Words that leave as the touch `letter_key`. `message` is the id of the one that they answer, None for none.

    `subject` is empty on an SMS; `by` is the recruiter in whose name they leave, empty for the candidate's owner.
    """

    candidate_id: str
    letter_key: str
    body: str
    at: datetime
    subject: str = ""
    message: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Words on record. `answers` is the Message-ID of the mail that they answer and `before` the one that that mail answered."""

    id: int
    candidate_id: str
    letter_key: str
    message: int | None
    subject: str
    body: str
    by: str
    at: datetime
    answers: str
    before: str


_OWN = [letters.c[name] for name in list(Letter.__dataclass_fields__)[:8]]
_READ = select(*_OWN, messages.c.message_id, messages.c.in_reply_to).join_from(
    letters, messages, messages.c.id == letters.c.message, isouter=True
)


def record(connection: Connection, letter: NewLetter) -> bool:
    """Keep a letter; False where its key is on record: the first words stay."""
    values = {name: getattr(letter, name) for name in NewLetter.__dataclass_fields__}
    written = upsert(letters).values(values).on_conflict_do_nothing().returning(letters.c.id)
    return connection.scalar(written) is not None


def by_keys(connection: Connection, keys: Collection[str]) -> dict[str, Letter]:
    """Letters by the key of the touch that carries them."""
    found = connection.execute(_READ.where(letters.c.letter_key.in_(list(keys))))
    return {letter.letter_key: letter for letter in map(_letter, found)}


def answers_to(connection: Connection, message: int) -> list[Letter]:
    """What was written in answer to a message, in its order."""
    return [
        _letter(row) for row in connection.execute(_READ.where(letters.c.message == message).order_by(letters.c.id))
    ]


def _letter(row: Iterable[Any]) -> Letter:
    values = list(row)
    return Letter(*values[:8], *(value or "" for value in values[8:]))
