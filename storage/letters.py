"""What somebody of ours writes to one person: an answer to a message, or a mail of their own. The words stay here; touches name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage import tasks
from storage.tables import candidates, ledger, letters, messages


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

_LOST = ledger.c.state.in_(("skipped", "failed", "bounced"))


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


def is_lost(connection: Connection, key: str) -> bool:
    """Whether a letter did not leave, or came back."""
    return connection.scalar(select(ledger.c.id).where(ledger.c.touch_key == key, _LOST)) is not None


def return_to_writer(connection: Connection, key: str, because: str, at: datetime) -> None:
    """A letter has not reached its person: a task says so, and the message that it answered is open again, but for another answer that
    waits or has left. Nothing happens where the key is no letter's."""
    letter = by_keys(connection, [key]).get(key)
    if letter is None:
        return
    about, cure = f"the letter to {letter.candidate_id}", "write it again once it can leave"
    if letter.message is not None:
        _open_again(connection, letter)
        about = f"the answer to message {letter.message}"
        cure = f"`keepwarm inbox answer {letter.message}` again, or tell them otherwise and say `keepwarm inbox answered {letter.message}`"
    owner = select(func.coalesce(func.nullif(letter.by, ""), candidates.c.owner)).where(
        candidates.c.id == letter.candidate_id
    )
    task = tasks.NewTask(
        task_key(letter), "letter", f"{about} {because}; {cure}", at, letter.candidate_id, key, connection.scalar(owner) or ""
    )  # fmt: skip
    tasks.ask(connection, [task])


def task_key(letter: Letter) -> str:
    """The key of the task that a letter has not arrived: one for all answers to a message."""
    return f"answer/{letter.message}" if letter.message is not None else f"letter/{letter.letter_key}"


def _open_again(connection: Connection, letter: Letter) -> None:
    """Without its answer a message waits for one."""
    other = letters.alias()
    settled = select(ledger.c.id).where(ledger.c.touch_key == other.c.letter_key, _LOST)
    stands = select(other.c.id).where(
        other.c.message == letter.message, other.c.letter_key != letter.letter_key, ~settled.exists()
    )
    unanswered = update(messages).where(messages.c.id == letter.message, ~stands.exists())
    connection.execute(unanswered.values(answered_at=None, answered_by=""))


def _letter(row: Iterable[Any]) -> Letter:
    values = list(row)
    return Letter(*values[:8], *(value or "" for value in values[8:]))
