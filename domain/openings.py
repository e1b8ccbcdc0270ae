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
    """Decide about a reopening alert. Caps, windows and snooze are asked later, when it could leave."""
    waiting = relationship.alerts.get(event.opening_id)
    if waiting and waiting.round >= event.round:
        return []
    channel = relationship.resolve(Channel.PREFERRED)
    because = _refusal(relationship, event.opening_id, channel, now)
    if because:
        relationship.note(now, f"not told of {event.opening_id}: {because}")
        return [_alert_fact(event.opening_id, event.round, because, now, event.event_id)]
    touch = Touch(
        key=touch_key(relationship.candidate_id, Purpose.ALERTS, event.opening_id, "alert", f"round-{event.round}"),
        purpose=Purpose.ALERTS,
        channel=channel,
        template="reopening_alert",
        due=event.at,
        priority=Priority.ALERT,
        opening_id=event.opening_id,
    )
    if touch.key in relationship.settled:
        return []
    relationship.alerts[event.opening_id] = Alert(event.opening_id, event.round, touch)
    if waiting:
        because = f"opened again, round {event.round}, before it left"
        return [_alert_fact(waiting.opening_id, waiting.round, because, now)]
    return []


def withdraw_alerts(relationship: Relationship, now: datetime) -> list[Fact]:
    """Drop the alerts that this person would no longer be sent if their openings were announced now."""
    facts = []
    for alert in list(relationship.alerts.values()):
        because = _refusal(relationship, alert.opening_id, alert.touch.channel, now)
        if because:
            del relationship.alerts[alert.opening_id]
            relationship.note(now, f"not told of {alert.opening_id}: {because}")
            facts.append(_alert_fact(alert.opening_id, alert.round, because, now))
    return facts


def told_anyway(relationship: Relationship, opening_id: str, now: datetime) -> list[Fact]:
    """An alert left though it was withdrawn meanwhile: the person knows of the opening, and is not told again soon."""
    relationship.told_openings[opening_id] = now
    return withdraw_alerts(relationship, now)


def _refusal(relationship: Relationship, opening_id: str, channel: Channel, now: datetime) -> str:
    """Why this person is not told of an opening; empty when they may be."""
    application = relationship.applications.get(opening_id)
    if relationship.is_hired():
        return "hired"
    if application and application.is_open():
        return f"already in {application.stage} there"
    if application and application.kind() is StageKind.WITHDRAWN:
        return "withdrew from this opening"
    if relationship.cool_off_until and relationship.cool_off_until > now:
        return f"said no; at rest until {relationship.cool_off_until:%Y-%m-%d}"
    if relationship.has_opted_out(Purpose.ALERTS, channel):
        return "opted out of alerts"
    told = relationship.told_openings.get(opening_id)
    if told and now - told < TOLD_AGAIN_AFTER:
        return f"told on {told:%Y-%m-%d}"
    return ""


def _alert_fact(opening_id: str, round_: int, because: str, now: datetime, event_id: str = "") -> Fact:
    return Fact(
        FactKind.ALERT, now, event_id=event_id, opening_id=opening_id, round=round_, outcome="not_told", because=because
    )
