"""What candidates are owed by a moment, as their workflows promised it, and how it came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.facts import Fact
from storage import tasks
from storage.tables import candidates, openings, promises, recruiters

LEVELS = ("owner", "deputy")
QUESTION = "question"
_LATE = "late: "


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise on record. `kind` and `state` are those of domain.promises."""

    promise_key: str
    candidate_id: str
    kind: str
    opening_id: str
    owner: str
    state: str
    because: str
    made_at: datetime
    due: datetime
    settled_at: datetime | None
    escalated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a reminder needs of the record. `zone` is the candidate's; `owner` is the opening's, else the candidate's, or empty."""

    full_name: str
    zone: str
    erased: bool
    opening_title: str
    owner: str


_ROW = [promises.c[name] for name in Promised.__dataclass_fields__]


def record(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """Write a promise, or how it came out: kept, broken, waived, moved. What is settled stays so, whatever is written again."""
    settled = None if fact.outcome == "due" else fact.at
    row = upsert(promises).values(
        promise_key=fact.touch_key, candidate_id=candidate_id, kind=fact.stage, opening_id=fact.opening_id, owner=fact.by,
        state=fact.outcome, because=fact.because, made_at=fact.at, due=fact.until or fact.at, settled_at=settled,
    )  # fmt: skip
    fresh = {name: row.excluded[name] for name in ("state", "because", "due", "settled_at")}
    connection.execute(
        row.on_conflict_do_update(index_elements=[promises.c.promise_key], set_=fresh, where=promises.c.state == "due")
    )
    if settled and fact.outcome != "broken":
        if fact.stage == QUESTION:
            _settle_late(connection, fact)
        tasks.finish(connection, [task_key(fact.touch_key, level) for level in LEVELS], settled)


def _settle_late(connection: Connection, fact: Fact) -> None:
    """A question that was answered too late stays broken, and says that nobody waits for it any more."""
    late = (promises.c.promise_key == fact.touch_key) & (promises.c.state == "broken")
    connection.execute(update(promises).where(late).values(because=f"{_LATE}{fact.because}"))


def task_key(promise_key: str, level: str) -> str:
    """The key of the task by which a promise's owner or deputy is reminded."""
    return f"promise/{promise_key}/{level}"


def escalated(connection: Connection, promise_key: str, at: datetime) -> None:
    """Note that the deputy has been told; the first time stays."""
    known = (promises.c.promise_key == promise_key) & promises.c.escalated_at.is_(None)
    connection.execute(update(promises).where(known).values(escalated_at=at))


def listed(connection: Connection, *, state: str = "", opening_id: str = "", limit: int = 1000) -> list[Promised]:
    """Promises of a state or of all, at an opening or at all: those still due by their moment, then the latest first."""
    wanted = select(*_ROW)
    wanted = wanted.where(promises.c.state == state) if state else wanted
    wanted = wanted.where(promises.c.opening_id == opening_id) if opening_id else wanted
    order = promises.c.due if state == "due" else promises.c.due.desc()
    return [Promised(*row) for row in connection.execute(wanted.order_by(order, promises.c.id).limit(limit))]


def open_questions(connection: Connection, candidate_ids: Sequence[str]) -> list[Promised]:
    """What these candidates asked and nobody has answered, in time or late, the oldest first."""
    c = promises.c
    answered = c.because.startswith(_LATE)
    wanted = select(*_ROW).where(
        c.candidate_id.in_(candidate_ids), c.kind == QUESTION, c.state.in_(("due", "broken")), ~answered
    )
    return [Promised(*row) for row in connection.execute(wanted.order_by(c.id))]


def reminder(connection: Connection, candidate_id: str, opening_id: str) -> Reminder | None:
    """Whom a reminder is about, and who owns it; None for nobody's id."""
    c, o = candidates.c, openings.c
    wanted = (
        select(c.full_name, c.zone, c.erased, o.title, o.owner, c.owner.label("own"))
        .join_from(candidates, openings, o.id == opening_id, isouter=True)
        .where(c.id == candidate_id)
    )
    row = connection.execute(wanted).first()
    if row is None:
        return None
    return Reminder(
        row.full_name or "", row.zone or "UTC", bool(row.erased), row.title or opening_id, row.owner or row.own or ""
    )


def deputy_of(connection: Connection, owner: str) -> str:
    """Who stands in for a recruiter; empty where nobody is named."""
    return connection.scalar(select(recruiters.c.deputy).where(recruiters.c.id == owner)) or ""
