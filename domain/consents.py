"""Consent in a relationship: what a word about it closes or opens, and which journeys it ends."""

from __future__ import annotations

from datetime import datetime

from domain.events import ConsentChanged
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import exit_journey, resting_stays, sends_ahead
from domain.relationships import Relationship
from domain.touches import Channel, withdrawable


def change_consent(relationship: Relationship, event: ConsentChanged, now: datetime) -> list[Fact]:
    """Take a word about consent. Journeys whose further messages all lack it end.

    A "yes" to everything (`*`) opens again what was closed: it agrees to nothing that the person has never been asked.
    """
    facts = []
    for purpose, channel in _pairs(relationship, event):
        pair = f"{purpose}/{channel}"
        if event.granted and pair in relationship.opted_out:
            relationship.opted_out.remove(pair)
        elif not event.granted and pair not in relationship.opted_out:
            relationship.opted_out.append(pair)
        if not event.recorded:
            outcome = "granted" if event.granted else "withdrawn"
            facts.append(
                Fact(FactKind.CONSENT, event.at, event_id=f"{event.event_id}:{pair}", purpose=purpose, channel=channel,
                     outcome=outcome, by=event.source, until=event.until)
            )  # fmt: skip
    if event.granted:
        return facts
    relationship.note(now, f"opted out of {event.purpose} by {event.channel}")
    resting = [aside.enrollment for aside in resting_stays(relationship)]
    for enrollment in [*relationship.enrollments.values(), *resting]:
        plan = enrollment.plan
        ahead = {relationship.resolve(step.channel) for step in sends_ahead(plan, enrollment.position)}
        if ahead and all(relationship.has_opted_out(plan.purpose, channel) for channel in ahead):
            facts += exit_journey(relationship, plan.journey, "opted out", now, gate=Gate.OPTED_OUT)
    return facts


def _pairs(relationship: Relationship, event: ConsentChanged) -> list[tuple[str, str]]:
    """The purposes and channels that a word is about."""
    channels = [Channel.EMAIL.value, Channel.SMS.value] if event.channel == "*" else [event.channel]
    named = [
        (str(purpose), channel)
        for channel in channels
        for purpose in (withdrawable(channel) if event.purpose == "*" else [event.purpose])
    ]
    if event.granted and event.purpose == "*":
        return [pair for pair in named if "/".join(pair) in relationship.opted_out]
    return named
