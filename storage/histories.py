"""What a candidate may see of their own history: how far each application has come as they were told, and what was sent to them.

A decision against somebody is theirs to read in the message that says why, and until it has left it can still be taken back: so neither
the stage nor the message shows before that message was delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from domain.promises import Guide, read_guide
from domain.stages import DEFAULT_PIPELINE, OPEN_KINDS, Pipeline, Stage, StageKind, read_pipeline

CERTAIN_AFTER = timedelta(days=3)
"""A provider that reports deliveries tries for this long (SendGrid: 72 hours); what has not come back by then has arrived."""
TOLD_FIRST = frozenset({StageKind.REFUSED, StageKind.HIRED})
"""Kinds of stages that a person hears of from their message alone."""

_APPLICATIONS = text(
    """
    select a.opening_id, a.stage, a.stage_at, a.applied_at, o.title, o.place, o.next_step, o.pipeline, o.guide,
           (select p.due from promises as p
            where p.candidate_id = a.candidate_id and p.opening_id = a.opening_id and p.kind = 'answer' and p.state in ('due', 'broken')
            order by p.made_at desc, p.due desc limit 1) as answer_due
    from applications as a join openings as o on o.id = a.opening_id
    where a.candidate_id = :candidate_id order by a.applied_at desc, a.opening_id
    """
)
_ENTRIES = text(
    """
    select opening_id, stage, at from stage_log
    where candidate_id = :candidate_id and outcome = 'entered' order by at, id
    """
)
_DELIVERED = """(state in ('delivered', 'complained')
    or state = 'accepted' and (provider <> 'sendgrid' or accepted_at <= :now - cast(:certain_after as interval)))"""
_TOLD = text(
    f"""
    select distinct on (opening_id) opening_id, split_part(split_part(touch_key, '/', 3), ':', 2) as stage from ledger
    where candidate_id = :candidate_id and purpose = 'application' and split_part(touch_key, '/', 4) = 'message' and {_DELIVERED}
    order by opening_id, accepted_at desc nulls last, id desc
    """  # noqa: S608 - built of our own constants
)
_SENT = text(
    f"""
    select coalesce(accepted_at, handed_over_at) as at, channel, subject from ledger
    where candidate_id = :candidate_id and {_DELIVERED}
    order by coalesce(accepted_at, handed_over_at) desc, id desc limit :limit
    """  # noqa: S608 - built of our own constants
)


@dataclass(frozen=True, slots=True)
class Step:
    """An open stage of the pipeline. `entered` is when the person came there, None where they did not; `days` the guide's, 0 for none."""

    stage: str
    entered: datetime | None
    is_now: bool
    days: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One application as its candidate knows it, `stage` since `since`. `answer_due` is when they were promised to hear; None for never,
    and for what is closed."""

    opening_id: str
    title: str
    place: str
    stage: str
    kind: StageKind
    since: datetime
    applied_at: datetime
    next_step: str = ""
    answer_due: datetime | None = None
    criteria: Sequence[str] = ()
    steps: Sequence[Step] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether nothing final was told."""
        return self.kind in OPEN_KINDS


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that reached the person. `subject` is empty for SMS."""

    at: datetime
    channel: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Entry:
    stage: Stage
    at: datetime


def progress(connection: Connection, candidate_id: str, now: datetime) -> list[Progress]:
    """Every application as its candidate may see it, the newest first."""
    given = {"candidate_id": candidate_id, "now": now, "certain_after": CERTAIN_AFTER}
    told = {row.opening_id: row.stage for row in connection.execute(_TOLD, given)}
    entries = list(connection.execute(_ENTRIES, {"candidate_id": candidate_id}))
    applications = connection.execute(_APPLICATIONS, {"candidate_id": candidate_id})
    shown = [
        _progress(row, [one for one in entries if one.opening_id == row.opening_id], told.get(row.opening_id, ""))
        for row in applications
    ]
    return [one for one in shown if one]


def sent(connection: Connection, candidate_id: str, now: datetime, limit: int = 50) -> list[SentMessage]:
    """What reached the person, the newest first."""
    given = {"candidate_id": candidate_id, "now": now, "certain_after": CERTAIN_AFTER, "limit": limit}
    return [SentMessage(*row) for row in connection.execute(_SENT, given)]


def has_untold(connection: Connection, candidate_id: str, now: datetime) -> bool:
    """Whether something was decided of which the person is yet to be told."""
    given = {"candidate_id": candidate_id, "now": now, "certain_after": CERTAIN_AFTER}
    told = {row.opening_id: row.stage for row in connection.execute(_TOLD, given)}
    newest = {one.opening_id: one.stage for one in connection.execute(_ENTRIES, {"candidate_id": candidate_id})}
    for row in connection.execute(_APPLICATIONS, {"candidate_id": candidate_id}):
        stage = _pipeline(row).find(newest.get(row.opening_id, ""))
        if stage and _hidden(stage, told.get(row.opening_id, "")):
            return True
    return False


def _pipeline(row: Row[Any]) -> Pipeline:
    return read_pipeline(row.pipeline) if row.pipeline else DEFAULT_PIPELINE


def _progress(row: Row[Any], log: Sequence[Row[Any]], told: str) -> Progress | None:
    """None where nothing of it is to be seen yet."""
    pipeline = _pipeline(row)
    # Without a log it is an application from before Keepwarm, which was answered elsewhere.
    entered = list(_entries(pipeline, [(one.stage, one.at) for one in log] or [(row.stage, row.stage_at)]))
    seen = [one for one in entered if not log or not _hidden(one.stage, told)]
    if not seen:
        return None
    last = seen[-1]
    guide = read_guide(row.guide) if row.guide else Guide()
    is_open = last.stage.kind in OPEN_KINDS
    return Progress(
        row.opening_id, row.title, row.place, last.stage.name, last.stage.kind, last.at, row.applied_at,
        next_step=row.next_step if is_open else "",
        answer_due=row.answer_due if is_open else None,
        criteria=guide.criteria,
        steps=_steps(pipeline, guide, seen) if is_open else (),
    )  # fmt: skip


def _entries(pipeline: Pipeline, log: Iterable[tuple[str, datetime]]) -> Iterable[_Entry]:
    for name, at in log:
        stage = pipeline.find(name)
        if stage:
            yield _Entry(stage, at)


def _hidden(stage: Stage, told: str) -> bool:
    """Whether the person is yet to be told: the last word that reached them was not of this stage."""
    return (stage.kind in TOLD_FIRST or stage.delay_minutes > 0) and stage.name != told


def _steps(pipeline: Pipeline, guide: Guide, seen: Sequence[_Entry]) -> list[Step]:
    """The open stages in order: when the person came to each, and how long each takes by the guide."""
    current = seen[-1].stage
    position = pipeline.rank(current.name)
    since = {one.stage.name: one.at for one in seen}
    return [
        Step(
            stage.name,
            since.get(stage.name) if pipeline.rank(stage.name) <= position else None,
            stage.name == current.name,
            guide.timetable.get(stage.name, 0),
        )
        for stage in pipeline.stages
        if stage.kind in OPEN_KINDS
    ]
