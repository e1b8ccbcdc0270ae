"""Work for a person. The same need is one task, however often it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import tasks


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something that a person must do.

    `kind`: missing_token, missing_words, unknown_fate, refused_message, refused_signal, account, promise, later (write to them again),
    contact (find an address that works), letter (one that somebody wrote did not arrive).
    """

    task_key: str
    kind: str
    because: str
    due: datetime
    candidate_id: str | None = None
    touch_key: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task on record."""

    id: int
    task_key: str
    kind: str
    because: str
    due: datetime
    candidate_id: str | None
    touch_key: str
    owner: str
    done_at: datetime | None


_ROW = [tasks.c[name] for name in Task.__dataclass_fields__]


def ask(connection: Connection, wanted: Sequence[NewTask]) -> None:
    """Put tasks on the list; one that is there is opened again, with the newest words."""
    unique = {task.task_key: task for task in wanted}
    if not unique:
        return
    row = upsert(tasks).values(
        [{name: getattr(task, name) for name in NewTask.__dataclass_fields__} for task in unique.values()]
    )
    again = {"because": row.excluded.because, "owner": row.excluded.owner, "done_at": None}
    connection.execute(row.on_conflict_do_update(index_elements=[tasks.c.task_key], set_=again))


def is_known(connection: Connection, task_key: str) -> bool:
    """Whether a task of that key was ever asked for, done or not."""
    return connection.scalar(select(tasks.c.id).where(tasks.c.task_key == task_key)) is not None


def reword(connection: Connection, task_key: str, because: str) -> None:
    """Say something else about a task that is not done."""
    still_open = (tasks.c.task_key == task_key) & tasks.c.done_at.is_(None)
    connection.execute(update(tasks).where(still_open).values(because=because))


def finish(connection: Connection, task_keys: Sequence[str], at: datetime) -> None:
    """Tick tasks off; those that are done, or never were, stay as they are."""
    open_ones = tasks.c.task_key.in_(list(task_keys)) & tasks.c.done_at.is_(None)
    connection.execute(update(tasks).where(open_ones).values(done_at=at))


def listed(connection: Connection, candidate_id: str = "", *, done: bool = False, limit: int = 500) -> list[Task]:
    """Open tasks (or those done), of a candidate or of all, by due moment."""
    c = tasks.c
    wanted = select(*_ROW).where(c.done_at.is_not(None) if done else c.done_at.is_(None))
    wanted = wanted.where(c.candidate_id == candidate_id) if candidate_id else wanted
    return [Task(*row) for row in connection.execute(wanted.order_by(c.due, c.id).limit(limit))]
