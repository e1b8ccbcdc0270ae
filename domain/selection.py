"""Stage changes: what an application's move means, what the candidate is told of it, and what is taken back.

Named for the part of recruiting that it rules; `stages` holds the pipelines themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.events import StageChanged
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import end_journeys, not_sent
from domain.relationships import Application, Relationship, StageMessage
from domain.stages import OPEN_KINDS, Pipeline, Stage, StageKind
from domain.touches import Channel, Priority, Purpose, Touch, stamp, touch_key


def change_stage(relationship: Relationship, event: StageChanged, now: datetime) -> list[Fact]:
    """Move an application. Repeated and late signals are recorded and change nothing else."""
    application = relationship.applications.get(event.opening_id)
    pipeline = Pipeline([Stage(**raw) for raw in event.pipeline["stages"]]) if event.pipeline else None
    if application is None:
        application = Application(event.opening_id, "", event.at, pipeline=pipeline)
    elif pipeline:
        application.pipeline = pipeline
    stage = application.stages().find(event.stage)
    if stage is None:
        known = ", ".join(application.stages().names())
        return [_logged(application, event, "unknown_stage", f"no stage {event.stage!r}; stages: {known}")]
    if application.stage and event.at < application.at:
        return [_logged(application, event, "late", f"{application.stage} since {stamp(application.at)} is newer")]
    if application.stage == stage.name:
        _renew(relationship, event)
        return [_logged(application, event, "repeated", f"already in {stage.name}")]
    is_new = event.opening_id not in relationship.applications
    relationship.applications[event.opening_id] = application
    return _enter(relationship, application, stage, event, now, is_new=is_new)


def _enter(
    relationship: Relationship,
    application: Application,
    stage: Stage,
    event: StageChanged,
    now: datetime,
    *,
    is_new: bool,
) -> list[Fact]:
    facts = _take_back(relationship, application, stage, now)
    application.stage, application.at = stage.name, event.at
    stages = application.stages()
    if stage.kind in OPEN_KINDS and stages.rank(stage.name) > stages.rank(application.furthest):
        application.furthest = stage.name
    facts.insert(0, _logged(application, event, "entered", ""))
    relationship.note(now, f"{application.opening_id}: {stage.name}")
    if is_new:
        facts += end_journeys(relationship, "application", f"applied for {application.opening_id}", now)
    if stage.kind is StageKind.HIRED:
        facts += end_journeys(relationship, "hire", f"hired for {application.opening_id}", now)
    if application.is_news(stage):
        _promise_message(relationship, application, stage, event)
    return facts


def _promise_message(relationship: Relationship, application: Application, stage: Stage, event: StageChanged) -> None:
    acknowledges = stage.kind is StageKind.RECEIVED
    part = f"{application.opening_id}:{stage.name}"
    delay = timedelta(minutes=stage.delay_minutes)
    if (
        stage.kind is StageKind.REFUSED
        and relationship.refusal_delay_minutes is not None
        and application.pipeline is None
    ):
        delay = timedelta(minutes=relationship.refusal_delay_minutes)
    touch = Touch(
        key=touch_key(relationship.candidate_id, Purpose.APPLICATION, part, "message", stamp(event.at)),
        purpose=Purpose.APPLICATION,
        channel=Channel.EMAIL,
        template=_template(application, stage),
        due=event.at + delay,
        priority=Priority.ACKNOWLEDGMENT if acknowledges else Priority.STAGE,
        opening_id=application.opening_id,
        event_id=event.event_id,
    )
    if touch.key not in relationship.settled:
        relationship.messages.append(StageMessage(touch, stage=stage.name))


def _template(application: Application, stage: Stage) -> str:
    """A refusal after an interview says more: it owes feedback (S7)."""
    furthest = application.stages().find(application.furthest)
    late = furthest is not None and furthest.kind is StageKind.LATE
    return "refused_after_interview" if late and stage.message == "refused" else stage.message


def _take_back(relationship: Relationship, application: Application, stage: Stage, now: datetime) -> list[Fact]:
    """Drop what was to be told of the former stage and has not left; an owed acknowledgment stays owed while they are in the running."""
    facts, kept = [], []
    for message in relationship.messages:
        touch = message.touch
        owed = touch.priority is Priority.ACKNOWLEDGMENT and stage.kind in OPEN_KINDS
        if touch.opening_id != application.opening_id or owed:
            kept.append(message)
            continue
        because = f"moved to {stage.name} at {stamp(now)}, before it left"
        facts.append(not_sent(touch, Gate.WITHDRAWN, because, now))
        relationship.note(now, f"not sent {touch.template} for {touch.opening_id}: {because}")
    relationship.messages = kept
    return facts


def _renew(relationship: Relationship, event: StageChanged) -> None:
    """The same stage again brings new words (a reason, feedback): the waiting message takes them and no longer waits for a token."""
    for message in relationship.messages:
        touch = message.touch
        if touch.opening_id == event.opening_id and message.held and message.held.gate == Gate.TOKENS:
            message.held = None


def _logged(application: Application, event: StageChanged, outcome: str, because: str) -> Fact:
    return Fact(
        FactKind.STAGE, event.at, event_id=event.event_id, opening_id=event.opening_id, stage=event.stage,
        furthest=application.furthest, outcome=outcome, because=because, by=event.by,
    )  # fmt: skip
