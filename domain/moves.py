"""Moving a person from one version of a journey to another: no message twice, none of the new version's lost."""

from __future__ import annotations

from datetime import datetime

from domain.events import Moved
from domain.facts import Fact, FactKind
from domain.plans import END, Plan, read_plan
from domain.programs import enter
from domain.relationships import Enrollment, Relationship


def move(relationship: Relationship, event: Moved, now: datetime) -> list[Fact]:
    """Pin the other version. Refused (and kept for operators to see) for a person who is not inside, and for a plan that can't be read."""
    enrollment = relationship.enrollments.get(event.journey)
    try:
        plan = read_plan(event.plan)
    except ValueError as error:
        relationship.refuse(f"moved {event.journey}: {error}")
        return []
    if enrollment is None or enrollment.plan.version == plan.version:
        return []
    enrollment.plan, position, since = plan, position_in(plan, enrollment), enrollment.since or enrollment.entered_at
    enter(relationship, enrollment, position, since)
    relationship.note(now, f"moved to {plan.label}")
    return [
        Fact(
            FactKind.MOVE, now, event_id=event.move_id, journey=plan.journey, version=plan.version,
            occurrence=enrollment.occurrence,
        )
    ]  # fmt: skip


def position_in(plan: Plan, enrollment: Enrollment) -> int:
    """Where a person goes on in another version: at the same step, else after the last step that is done there too."""
    step = enrollment.step()
    same = plan.position_of(step.id) if step and step.id not in enrollment.done else END
    if same != END:
        return same
    passed = [*enrollment.done, *enrollment.answers]
    return 1 + max((plan.position_of(step_id) for step_id in passed), default=END)
