"""Journeys in a relationship: entering, advancing, leaving. The plan is pinned at the entry."""

from __future__ import annotations

from datetime import datetime

from domain.arbiter import journey_touch
from domain.events import Enrolled
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.plans import read_plan, step_due
from domain.relationships import Alert, Enrollment, Held, Relationship, StageMessage
from domain.touches import LEFT, Outcome, Settlement, Touch, stamp


def refusal_to_enroll(relationship: Relationship, plan_exits: list[str], journey: str) -> str:
    """Why a person can't enter a journey now; empty when they can."""
    if journey in relationship.enrollments:
        return f"already in {journey}@{relationship.enrollments[journey].plan.version}"
    if "hire" in plan_exits and relationship.is_hired():
        return "hired; this journey is for people who are not"
    return ""


def enroll(relationship: Relationship, event: Enrolled, now: datetime) -> list[Fact]:
    """Enter a journey version. Refused (and recorded as such) when already inside, hired, or opted out of all its channels."""
    if event.plan is None:
        relationship.refuse(f"enrolled {event.journey}: no published version; publish the journey first")
        return []
    try:
        plan = read_plan(event.plan)
    except ValueError as error:
        relationship.refuse(f"enrolled {event.journey}: {error}")
        return []
    occurrence = stamp(event.at)
    because = refusal_to_enroll(relationship, plan.exit_on, plan.journey)
    channels = {relationship.resolve(step.channel) for step in plan.steps}
    if not because and all(relationship.has_opted_out(plan.purpose, channel) for channel in channels):
        because = f"opted out of {plan.purpose}"
    enrollment = Enrollment(plan, occurrence, event.at, 0, step_due(plan.steps[0], event.at, relationship.zone))
    if not because and journey_touch(relationship, enrollment).key in relationship.settled:
        because = f"entered it at {occurrence} before"
    if because:
        relationship.note(now, f"not enrolled in {plan.label}: {because}")
        return [_enrollment_fact(plan.journey, plan.version, occurrence, "refused", because, now)]
    relationship.enrollments[plan.journey] = enrollment
    relationship.note(now, f"enrolled in {plan.label}")
    return [_enrollment_fact(plan.journey, plan.version, occurrence, "active", "", event.at)]


def end_journeys(relationship: Relationship, cause: str, because: str, now: datetime) -> list[Fact]:
    """Take the person out of every journey whose plan exits on this cause."""
    leaving = [e.plan.journey for e in relationship.enrollments.values() if cause in e.plan.exit_on]
    return [fact for journey in leaving for fact in exit_journey(relationship, journey, because, now)]


def exit_journey(
    relationship: Relationship, journey: str, because: str, now: datetime, gate: Gate = Gate.EXITED
) -> list[Fact]:
    """Take the person out of one journey; the touch that would have come next is recorded as not sent."""
    enrollment = relationship.enrollments.pop(journey, None)
    if enrollment is None:
        return []
    relationship.note(now, f"left {enrollment.plan.label}: {because}")
    touch = journey_touch(relationship, enrollment)
    left = _enrollment_fact(journey, enrollment.plan.version, enrollment.occurrence, "exited", because, now)
    return [left, not_sent(relationship, touch, gate, because, now)]


def advance(relationship: Relationship, touch: Touch, settlement: Settlement, now: datetime) -> list[Fact]:
    """Move on what proposed a touch, now that it is settled: hold it, take the next step, or be done with it."""
    held = None
    if settlement.outcome is Outcome.DEFERRED and settlement.until:
        held = Held(settlement.until, settlement.gate, settlement.because)
    if touch.journey:
        return _advance_journey(relationship, touch, settlement, held, now)
    alert = relationship.alerts.get(touch.opening_id)
    if alert and alert.touch.key == touch.key:
        return _advance_alert(relationship, alert, settlement, held, now)
    for pending in (relationship.messages, relationship.scheduled):
        for message in [m for m in pending if m.touch.key == touch.key]:
            message.held = held
            if held is None:
                pending.remove(message)
                _remember_told(relationship, message, settlement)
    return []


def _remember_told(relationship: Relationship, message: StageMessage, settlement: Settlement) -> None:
    """Note what the candidate now knows of an application, unless they know better already (an acknowledgment that came late)."""
    application = relationship.applications.get(message.touch.opening_id)
    if application and message.stage and settlement.outcome in LEFT:
        stage = application.stages().find(message.stage)
        if stage and application.is_news(stage):
            application.told = stage.name


def _advance_alert(
    relationship: Relationship, alert: Alert, settlement: Settlement, held: Held | None, now: datetime
) -> list[Fact]:
    alert.held = held
    if held is None:
        del relationship.alerts[alert.opening_id]
        if settlement.outcome in LEFT:
            relationship.told_openings[alert.opening_id] = now
        return []
    return [
        Fact(FactKind.ALERT, now, opening_id=alert.opening_id, round=alert.round, outcome="waiting",
             because=f"{held.gate} until {stamp(held.until)}")
    ]  # fmt: skip


def _advance_journey(
    relationship: Relationship, touch: Touch, settlement: Settlement, held: Held | None, now: datetime
) -> list[Fact]:
    enrollment = relationship.enrollments[touch.journey]
    enrollment.held = held
    if held is not None:
        return []
    because = _ends_early(relationship, enrollment, touch, settlement)
    if because:
        relationship.enrollments.pop(touch.journey)
        return [_enrollment_fact(touch.journey, touch.version, enrollment.occurrence, "exited", because, now)]
    enrollment.position += 1
    if enrollment.position < len(enrollment.plan.steps):
        enrollment.due = step_due(enrollment.plan.steps[enrollment.position], settlement.at, relationship.zone)
        return []
    relationship.enrollments.pop(touch.journey)
    relationship.note(now, f"finished {enrollment.plan.label}")
    return []


def _ends_early(relationship: Relationship, enrollment: Enrollment, touch: Touch, settlement: Settlement) -> str:
    """Why an outcome ends the journey before its last step; empty when it costs that touch alone.

    An opt-out by one channel ends it only when no step ahead takes another channel that is still open.
    """
    plan, ahead = enrollment.plan, enrollment.plan.steps[enrollment.position + 1 :]
    if settlement.outcome is not Outcome.SKIPPED or not ahead:
        return ""
    if settlement.gate == Gate.ERASED:
        return "erased"
    others = {relationship.resolve(step.channel) for step in ahead} - {touch.channel}
    if settlement.gate == Gate.OPTED_OUT and all(relationship.has_opted_out(plan.purpose, other) for other in others):
        return "opted out"
    return ""


def closing_facts(relationship: Relationship, touch: Touch, now: datetime) -> list[Fact]:
    """What is to be recorded together with this touch once it is settled: the end of the journey whose last one it is.

    The send activity writes them, so that the end of a journey costs no activity of its own.
    """
    enrollment = relationship.enrollments.get(touch.journey)
    if enrollment is None or enrollment.position + 1 < len(enrollment.plan.steps):
        return []
    return [_enrollment_fact(touch.journey, touch.version, enrollment.occurrence, "finished", "", now)]


def not_sent(relationship: Relationship, touch: Touch, gate: Gate, because: str, now: datetime) -> Fact:
    """Close a touch that was planned and will not leave; answers its record."""
    relationship.close(touch.key)
    return Fact(
        FactKind.NOT_SENT, now, touch_key=touch.key, purpose=touch.purpose, channel=touch.channel, template=touch.template,
        opening_id=touch.opening_id, journey=touch.journey, version=touch.version, outcome=gate, because=because,
    )  # fmt: skip


def _enrollment_fact(journey: str, version: int, occurrence: str, status: str, because: str, at: datetime) -> Fact:
    return Fact(
        FactKind.ENROLLMENT,
        at,
        journey=journey,
        version=version,
        occurrence=occurrence,
        outcome=status,
        because=because,
    )
