"""Openings as one candidate's relationship sees them: whether an announced one becomes an alert, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.events import OpeningAnnounced
from domain.facts import Fact, FactKind
from domain.relationships import Alert, Relationship
from domain.stages import StageKind
from domain.touches import Channel, Priority, Purpose, Touch, touch_key

TOLD_AGAIN_AFTER = timedelta(days=90)
"""A reopened opening is announced again to the same person only after this long."""


def announce(relationship: Relationship, event: OpeningAnnounced, now: datetime) -> list[Fact]:
    """Decide about a reopening alert. Caps, windows, snooze and consent are asked later, when it could leave."""
    because = _refusal(relationship, event, now)
    if because:
        relationship.note(now, f"not told of {event.opening_id}: {because}")
        return [_alert_fact(event, "not_told", because, now)]
    touch = Touch(
        key=touch_key(relationship.candidate_id, Purpose.ALERTS, event.opening_id, "alert", f"round-{event.round}"),
        purpose=Purpose.ALERTS,
        channel=relationship.resolve(Channel.PREFERRED),
        template="reopening_alert",
        due=event.at,
        priority=Priority.ALERT,
        opening_id=event.opening_id,
    )
    if touch.key in relationship.settled:
        return []
    relationship.alerts[event.opening_id] = Alert(event.opening_id, event.round, touch)
    return []


def _refusal(relationship: Relationship, event: OpeningAnnounced, now: datetime) -> str:
    """Why this person is not told; empty when they may be."""
    application = relationship.applications.get(event.opening_id)
    if relationship.is_hired():
        return "hired"
    if application and application.is_open():
        return f"already in {application.stage} there"
    if application and application.kind() is StageKind.WITHDRAWN:
        return "withdrew from this opening"
    if relationship.cool_off_until and relationship.cool_off_until > now:
        return f"said no; at rest until {relationship.cool_off_until:%Y-%m-%d}"
    channel = relationship.resolve(Channel.PREFERRED)
    if relationship.has_opted_out(Purpose.ALERTS, channel):
        return "opted out of alerts"
    told = relationship.told_openings.get(event.opening_id)
    if told and now - told < TOLD_AGAIN_AFTER:
        return f"told on {told:%Y-%m-%d}"
    return ""


def _alert_fact(event: OpeningAnnounced, outcome: str, because: str, now: datetime) -> Fact:
    return Fact(
        FactKind.ALERT, now, event_id=event.event_id, opening_id=event.opening_id, round=event.round, outcome=outcome,
        because=because,
    )  # fmt: skip
