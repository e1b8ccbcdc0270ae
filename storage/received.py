"""Raw input, exactly as it came: kept before it is read, so that nothing is lost however the reading ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import received

SENDGRID_EVENTS = "sendgrid_events"
SENDGRID_INBOUND = "sendgrid_inbound"
TWILIO_STATUS = "twilio_status"
TWILIO_INBOUND = "twilio_inbound"
IMAP = "imap"
STORED, TAKEN_IN, FAILED, ERASED = "stored", "taken_in", "failed", "erased"


@dataclass(frozen=True, slots=True)
class Received:
    """One input that waits. `attempts` counts how often reading it failed; `recorded_at` is real time."""

    id: int
    source: str
    source_key: str
    content_type: str
    headers: Mapping[str, str]
    body: bytes
    attempts: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An input as people see it: whence it came and how reading it went."""

    id: int
    source: str
    state: str
    attempts: int
    error: str
    size: int
    recorded_at: datetime


_ROW = [received.c[name] for name in Received.__dataclass_fields__]
_WAITING = [
    func.octet_length(received.c.body).label(name) if name == "size" else received.c[name]
    for name in Waiting.__dataclass_fields__
]


def store(
    connection: Connection, source: str, source_key: str, content_type: str, headers: Mapping[str, str], body: bytes
) -> int | None:
    """Keep an input; its id, or None where this `source_key` of the source was here before, and nothing is written."""
    values = {
        "source": source, "source_key": _storable(source_key), "content_type": _storable(content_type),
        "headers": {_storable(name): _storable(value) for name, value in headers.items()}, "body": body,
    }  # fmt: skip
    written = upsert(received).values(values).on_conflict_do_nothing().returning(received.c.id)
    number: int | None = connection.scalar(written)
    return number


def waiting(connection: Connection, after: int, limit: int, most_bytes: int) -> list[Received]:
    """The oldest inputs beyond the id `after` that wait: at most `limit`, of `most_bytes` together, but always one if there is one."""
    c = received.c
    oldest = (
        select(c.id, func.octet_length(c.body).label("size"))
        .where(c.state == STORED, c.id > after)
        .order_by(c.id)
        .limit(limit)
        .subquery()
    )
    sums = select(oldest.c.id, func.sum(oldest.c.size).over(order_by=oldest.c.id).label("total")).subquery()
    chosen = list(connection.execute(select(sums.c.id, sums.c.total).order_by(sums.c.id)))
    fitting = [row.id for place, row in enumerate(chosen) if place == 0 or row.total <= most_bytes]
    wanted = select(*_ROW).where(c.id.in_(fitting)).order_by(c.id)
    return [Received(*row) for row in connection.execute(wanted)] if fitting else []


def any_waits(connection: Connection, after: int = 0) -> bool:
    """Whether any input beyond the id waits to be read."""
    c = received.c
    return bool(connection.scalar(select(exists().where(c.state == STORED, c.id > after))))


def get(connection: Connection, number: int) -> Received | None:
    """One input by its id."""
    row = connection.execute(select(*_ROW).where(received.c.id == number)).first()
    return Received(*row) if row else None


def listed(connection: Connection, state: str, limit: int = 200) -> list[Waiting]:
    """Inputs in a state (`stored`, `failed` …), the oldest first, without what they hold: it is about people."""
    wanted = select(*_WAITING).where(received.c.state == state).order_by(received.c.id).limit(limit)
    return [Waiting(*row) for row in connection.execute(wanted)]


def wait_again(connection: Connection, number: int) -> bool:
    """Let an input that was given up be read again; False where there is none of that number that failed."""
    c = received.c
    failed = update(received).where(c.id == number, c.state == FAILED)
    return connection.execute(failed.values(state=STORED, attempts=0, error="")).rowcount == 1


def finish(connection: Connection, numbers: Sequence[int], at: datetime) -> None:
    """These were read, and whoever they are about was told."""
    c = received.c
    done = update(received).where(c.id.in_(list(numbers)), c.state == STORED)
    connection.execute(done.values(state=TAKEN_IN, taken_in_at=at, error=""))


def fail(connection: Connection, number: int, error: str, most_attempts: int) -> bool:
    """Reading failed once more, for a reason without personal data; True where that was the last attempt and a person must look."""
    c = received.c
    state = case((c.attempts + 1 >= most_attempts, FAILED), else_=STORED)
    changed = update(received).where(c.id == number, c.state == STORED)
    after = connection.scalar(changed.values(attempts=c.attempts + 1, error=error, state=state).returning(c.state))
    return bool(after == FAILED)


def task_key(number: int) -> str:
    """The task of whoever finds out why an input cannot be read."""
    return f"received/{number}"


def belongs_to(connection: Connection, number: int, candidate_id: str) -> None:
    """Say whose an input is, so that it goes when they are erased. Batches that tell of many belong to nobody."""
    connection.execute(update(received).where(received.c.id == number).values(candidate_id=candidate_id))


def _storable(value: str) -> str:
    """PostgreSQL keeps neither NUL nor halves of surrogate pairs."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()
