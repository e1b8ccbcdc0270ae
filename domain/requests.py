"""What a person asks of a relationship and waits for: refused at once with the cure, or answered with what will happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.events import Enrolled, Event, StageChanged, read_event
from domain.journeys import refusal_to_enroll
from domain.obligations import refusal_to_close
from domain.plans import StepKind, read_plan
from domain.programs import comes_first
from domain.relationships import Enrollment, Relationship
from domain.stages import DEFAULT_PIPELINE, read_pipeline
from domain.touches import stamp


def check_request(relationship: Relationship, name: str, payload: Any, now: datetime) -> str:
    """Why a request is refused, with the cure; empty when it is accepted."""
    try:
        return _refusal(relationship, read_event(name, payload, now), now)
    except ValueError as error:
        return str(error)


def _refusal(relationship: Relationship, event: Event, now: datetime) -> str:
    match event:
        case StageChanged():
            application = relationship.applications.get(event.opening_id)
            if application is None and event.pipeline is None:
                return ""
            known = application.stages() if application else DEFAULT_PIPELINE
            stages = read_pipeline(event.pipeline) if event.pipeline else known
            refusal = refusal_to_close(
                relationship, event, has_reason=event.has_reason, has_feedback=event.has_feedback, waived=event.waived
            )
            if refusal:
                return refusal
            if stages.find(event.stage) is None:
                return f"no stage {event.stage!r} at {event.opening_id}; stages: {', '.join(stages.names())}"
        case Enrolled():
            plan = read_plan(event.plan) if event.plan else None
            return event.refusal or refusal_to_enroll(relationship, plan, event.journey, now)
    return ""


def answer_stage(relationship: Relationship, payload: dict[str, Any], now: datetime) -> dict[str, str]:
    """Where an application stands after a change of stage, and what its candidate will be told."""
    opening_id = str(payload["opening_id"])
    application = relationship.applications.get(opening_id)
    if application is None:
        return {
            "stage": "",
            "will": f"nothing: {relationship.refused[-1] if relationship.refused else 'not an application'}",
        }
    event = read_event("stage_changed", payload, now)
    if event.at < application.at:
        newer = f"{application.stage} since {stamp(application.at)} is newer"
        return {"stage": application.stage, "will": f"ignore it as late: {newer}"}
    waiting = [
        m.touch for m in relationship.messages if m.touch.opening_id == opening_id and m.stage == application.stage
    ]
    if waiting:
        touch = waiting[-1]
        when = "now" if touch.due <= now else f"at {stamp(touch.due)} unless taken back before"
        return {"stage": application.stage, "will": f"send {touch.template} {when}"}
    if application.told == application.stage:
        return {"stage": application.stage, "will": "send nothing: the candidate was told of this stage"}
    return {"stage": application.stage, "will": "send nothing"}


def answer_enrollment(relationship: Relationship, payload: dict[str, Any], now: datetime) -> dict[str, str]:
    """Which version a person entered, and when its first touch is due."""
    enrollment = relationship.enrollments.get(str(payload["journey"]))
    if enrollment is None:
        return {
            "journey": "",
            "will": f"nothing: {relationship.decisions[-1] if relationship.decisions else 'not enrolled'}",
        }
    return {"journey": enrollment.plan.label, "will": _first_step(relationship, enrollment, now)}


def _first_step(relationship: Relationship, enrollment: Enrollment, now: datetime) -> str:
    step, before = enrollment.step(), comes_first(relationship, enrollment)
    if before:
        return f"wait until {before.plan.label} has ended: one journey at a time"
    if step is None:
        return "nothing: the journey is over"
    when = stamp(max(enrollment.due, now))
    if step.kind is StepKind.SEND:
        return f"send {step.id} at {when} or when the gates allow"
    return f"take its step {step.id} ({step.kind}) at {when}"
