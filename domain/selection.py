"""Stage changes: what an application's move means, what the candidate is told of it, and what is taken back.

Named for the part of recruiting that it rules; `stages` holds the pipelines themselves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.events import StageChanged
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import end_journeys, not_sent
from domain.obligations import promises_after_stage
from domain.promises import Guide, read_guide
from domain.relationships import Application, Relationship, StageMessage
from domain.stages import OPEN_KINDS, Stage, StageKind, read_pipeline
from domain.touches import Channel, Priority, Purpose, Touch, stamp, touch_key


def change_stage(relationship: Relationship, event: StageChanged, now: datetime) -> list[Fact]:
    """Move an application. Repeated and late signals are recorded and change nothing else."""
    application = relationship.applications.get(event.opening_id)
    try:
        pipeline = read_pipeline(event.pipeline) if event.pipeline else None
    except ValueError as error:
        relationship.refuse(f"stage_changed at {event.opening_id}: {error}")
        return []
    if application is None:
        application = Application(event.opening_id, "", event.at, pipeline=pipeline)
    elif pipeline:
        application.pipeline = pipeline
    application.guide = _guide(relationship, event) or application.guide
    application.waived = event.waived
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


def _guide(relationship: Relationship, event: StageChanged) -> Guide | None:
    """The process guide that an event brings; None for none, and for one that can't be read."""
    try:
        return read_guide(event.guide) if event.guide else None
    except ValueError as error:
        relationship.refuse(f"stage_changed at {event.opening_id}: {error}")
        return None


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
    application.stage, application.at, application.event_id = stage.name, event.at, event.event_id
    application.unread = False
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
        _promise_message(relationship, application, stage, now)
    return facts + promises_after_stage(relationship, application, stage, now)


def _promise_message(relationship: Relationship, application: Application, stage: Stage, now: datetime) -> None:
    """Let the word about the stage that an application has entered fall due, unless an owed acknowledgment says the same.

    A delay counts from now: a decision that reaches us late still leaves the whole time to take it back.
    """
    acknowledges = stage.kind is StageKind.RECEIVED
    if acknowledges and any(_acknowledges(message, application) for message in relationship.messages):
        return
    delay = timedelta(minutes=stage.delay_minutes)
    if (
        stage.kind is StageKind.REFUSED
        and relationship.refusal_delay_minutes is not None
        and application.pipeline is None
    ):
        delay = timedelta(minutes=relationship.refusal_delay_minutes)
    touch = Touch(
        key=_fresh_key(relationship, application, stage),
        purpose=Purpose.APPLICATION,
        channel=Channel.EMAIL,
        template=_template(application, stage),
        due=now + delay if delay else application.at,
        priority=Priority.ACKNOWLEDGMENT if acknowledges else Priority.STAGE,
        opening_id=application.opening_id,
        event_id=application.event_id,
    )
    relationship.messages.append(StageMessage(touch, stage=stage.name))


def tell_again(relationship: Relationship, application: Application, now: datetime) -> None:
    """Propose the word about the present stage once more, as a new occurrence: the former one never reached the person."""
    application.unread = False
    stage = application.stages().find(application.stage)
    told_of = {m.stage for m in relationship.messages if m.stage and m.touch.opening_id == application.opening_id}
    waiting = application.stage in told_of if relationship.rules >= 4 else bool(told_of)
    if stage and not waiting:
        application.told = "" if application.told == stage.name else application.told
        _promise_message(relationship, application, stage, now)
        relationship.note(now, f"tells {application.opening_id}: {stage.name} once more")


def _acknowledges(message: StageMessage, application: Application) -> bool:
    return message.touch.priority is Priority.ACKNOWLEDGMENT and message.touch.opening_id == application.opening_id


def _fresh_key(relationship: Relationship, application: Application, stage: Stage) -> str:
    """The key of the word about this entry into the stage; numbered where an entry at the same second has used it."""
    key = _stage_key(relationship, application, stage, stamp(application.at))
    number, fresh = 1, key
    while fresh in relationship.settled:
        number, fresh = number + 1, f"{key}.{number + 1}"
    return fresh


def _stage_key(relationship: Relationship, application: Application, stage: Stage, occurrence: str) -> str:
    part = f"{application.opening_id}:{stage.name}"
    return touch_key(relationship.candidate_id, Purpose.APPLICATION, part, "message", occurrence)


def _template(application: Application, stage: Stage) -> str:
    """A refusal after an interview says more: it owes feedback (S7)."""
    furthest = application.stages().find(application.furthest)
    late = furthest is not None and furthest.kind is StageKind.LATE
    if not late or stage.message != "refused":
        return stage.message
    return "refused_without_feedback" if application.waived else "refused_after_interview"


def _take_back(relationship: Relationship, application: Application, stage: Stage, now: datetime) -> list[Fact]:
    """Drop what was to be told of the former stage and has not left; an owed acknowledgment stays owed while they are in the running."""
    facts, kept = [], []
    for message in relationship.messages:
        owed = _acknowledges(message, application) and stage.kind in OPEN_KINDS
        if message.touch.opening_id != application.opening_id or owed:
            kept.append(message)
        else:
            because = f"moved to {stage.name} at {stamp(now)}, before it left"
            facts.append(_withdrawn(relationship, message.touch, because, now))
    relationship.messages = kept
    return facts


def _withdrawn(relationship: Relationship, touch: Touch, because: str, now: datetime) -> Fact:
    relationship.note(now, f"not sent {touch.template} for {touch.opening_id}: {because}")
    return not_sent(relationship, touch, Gate.WITHDRAWN, because, now)


def left_anyway(relationship: Relationship, key: str, now: datetime) -> list[Fact]:
    """A message was taken back too late: its candidate reads it, so what is to be told of the present stage may change."""
    for application in relationship.applications.values():
        for stage in application.stages().stages:
            if key.startswith(_stage_key(relationship, application, stage, "")):
                return _tell_after(relationship, application, stage, now)
    return []


def _tell_after(relationship: Relationship, application: Application, told: Stage, now: datetime) -> list[Fact]:
    """Having been told of one stage, the candidate is told of the present one, or no longer, as after any other message."""
    if application.is_news(told):
        application.told = told.name
    stage = application.stages().find(application.stage)
    waiting = [
        m
        for m in relationship.messages
        if m.stage == application.stage and m.touch.opening_id == application.opening_id
    ]
    if stage and application.is_news(stage) and not waiting:
        _promise_message(relationship, application, stage, now)
    if stage and not application.is_news(stage):
        waiting = [message for message in waiting if not _acknowledges(message, application)]
        relationship.messages = [message for message in relationship.messages if message not in waiting]
        because = f"{told.name} was told at {stamp(now)}"
        return [_withdrawn(relationship, message.touch, because, now) for message in waiting]
    return []


def _renew(relationship: Relationship, event: StageChanged) -> None:
    """The same stage again brings new words (a reason, feedback): the waiting message takes them and no longer waits for a token."""
    for message in relationship.messages:
        touch = message.touch
        if touch.opening_id == event.opening_id and message.held and message.held.gate == Gate.TOKENS:
            message.touch, message.held = replace(touch, event_id=event.event_id), None


def _logged(application: Application, event: StageChanged, outcome: str, because: str) -> Fact:
    return Fact(
        FactKind.STAGE, event.at, event_id=event.event_id, opening_id=event.opening_id, stage=event.stage,
        furthest=application.furthest, outcome=outcome, because=because, by=event.by,
    )  # fmt: skip
