"""What rests: a person, a journey, a sender, a template, or everything. A pause freezes waits; `resumptions` lets them go on.

Scopes are `person`, `everything`, `journey:<slug>`, `sender:<owner's id>`, `template:<name>`; acknowledgments are exempt from all,
service messages from a person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.facts import Fact, FactKind
from domain.plans import StepKind
from domain.relationships import Enrollment, Relationship
from domain.touches import Priority, Purpose, Touch

PERSON, EVERYTHING = "person", "everything"
NAMED = ("journey", "sender", "template")


def fault_of(scope: str) -> str:
    """Why this is no scope, with what would be one; empty when it is. The empty scope is the person."""
    kind, _, name = scope.partition(":")
    if scope in ("", PERSON, EVERYTHING) or (kind in NAMED and name):
        return ""
    return f"{scope!r} can't be paused; use person, everything, journey:<slug>, sender:<id> or template:<name>"


def pause(relationship: Relationship, scope: str, now: datetime) -> list[Fact]:
    """Hold everything of a scope but acknowledgments, from now on. One that rests already rests since when it did."""
    fault = fault_of(scope)
    if fault:
        relationship.refuse(f"paused: {fault}")
        return []
    if scope in ("", PERSON):
        relationship.paused_at = relationship.paused_at or now
        relationship.note(now, "paused")
        return [Fact(FactKind.PAUSE, now, until=relationship.paused_at)]
    relationship.pauses.setdefault(scope, now)
    relationship.note(now, f"{scope} paused")
    return []


def resting(relationship: Relationship) -> Iterator[tuple[str, datetime]]:
    """The scopes that are paused, the widest first, each since when."""
    if relationship.paused_at:
        yield PERSON, relationship.paused_at
    yield from sorted(relationship.pauses.items(), key=lambda pair: (pair[0] != EVERYTHING, pair[0]))


def paused_by(relationship: Relationship, touch: Touch) -> str:
    """The scope that holds a touch; empty when none does."""
    if not relationship.pauses and not relationship.paused_at:
        return ""
    return next((scope for scope, _ in resting(relationship) if holds_touch(scope, relationship, touch)), "")


def holds_touch(scope: str, relationship: Relationship, touch: Touch) -> bool:
    """Whether a pause of this scope would hold a touch."""
    if touch.priority is Priority.ACKNOWLEDGMENT or (scope == PERSON and touch.purpose is Purpose.SERVICE):
        return False
    names = {"journey": touch.journey, "sender": relationship.owner, "template": touch.template}
    return _holds(scope, names)


def holds_enrollment(scope: str, relationship: Relationship, enrollment: Enrollment) -> bool:
    """Whether a pause of this scope would hold the present step of a journey: a template's only the step that sends it."""
    step = enrollment.step()
    sends = step.id if step and step.kind is StepKind.SEND else ""
    names = {"journey": enrollment.plan.journey, "sender": relationship.owner, "template": sends}
    return _holds(scope, names)


def _holds(scope: str, names: dict[str, str]) -> bool:
    kind, _, name = scope.partition(":")
    return scope in (PERSON, EVERYTHING) or (bool(name) and names.get(kind) == name)
