"""Moving a person from one version of a journey to another: no message twice, none of the new version's lost.

Ids of steps are stable from version to version. What somebody has been sent, done or answered stays behind them in every version
that they are moved to, wherever it stands there; a move back is a move like any other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.events import Moved
from domain.facts import Fact, FactKind
from domain.plans import END, Plan, PlanStep, StepKind, read_plan
from domain.programs import ANSWERED, drop_task, enter
from domain.relationships import Enrollment, Relationship
from domain.touches import occurrence_of, read_key

ASKING = (StepKind.SEND, *ANSWERED)
"""The steps that a person would miss if they were passed over."""
MISSED = ("overdue", "timeout", "dropped")
"""How a task or a question comes out that leads to the step's `otherwise`."""


def move(relationship: Relationship, event: Moved, now: datetime) -> list[Fact]:
    """Pin the other version, and go on in it; the step's wait counts from where it counted before.

    Nothing happens to a person who is not inside, or in that version already. A plan that can't be read is kept for operators to see.
    """
    enrollment = relationship.enrollments.get(event.journey)
    try:
        plan = read_plan(event.plan)
    except ValueError as error:
        relationship.refuse(f"moved {event.journey}: {error}")
        return []
    if enrollment is None or enrollment.plan.version == plan.version:
        return []
    dropped = _go_on(relationship, enrollment, ahead_of(plan, enrollment), now, undoing=bool(event.undoes))
    relationship.note(now, f"moved to {plan.label}")
    moved = Fact(
        FactKind.MOVE, now, event_id=event.move_id, journey=plan.journey, version=plan.version, occurrence=enrollment.occurrence
    )  # fmt: skip
    return [*dropped, moved]


def _go_on(
    relationship: Relationship, enrollment: Enrollment, plan: Plan, now: datetime, *, undoing: bool
) -> list[Fact]:
    """Stand at the right step of the plan. What somebody was asked there already stays asked, and is overdue no later for it."""
    before, position = enrollment.step(), position_in(plan, enrollment, undoing=undoing)
    there = plan.steps[position]
    stays_asked = enrollment.asked and before and (there.id, there.kind) == (before.id, before.kind)
    facts = [] if stays_asked else drop_task(relationship, enrollment, now)
    asked_at, dated = enrollment.due, enrollment.dated
    enrollment.plan = plan
    enter(relationship, enrollment, position, enrollment.since or enrollment.entered_at)
    if stays_asked:
        enrollment.asked, enrollment.due, enrollment.dated = True, asked_at, dated
    return facts


def left_before_move(relationship: Relationship, key: str, at: datetime) -> None:
    """A message left under the key of a version that the person has been moved from meanwhile: its step is behind them."""
    _, part = read_key(relationship.candidate_id, key)
    step_id, occurrence = key.rsplit("/", 2)[1], occurrence_of(key)
    enrollment = relationship.enrollments.get(part.rpartition("-")[0])
    if enrollment is None or enrollment.occurrence != occurrence or step_id in enrollment.done:
        return
    step = enrollment.step()
    enrollment.done.append(step_id)
    enrollment.plan = ahead_of(enrollment.plan, enrollment)
    if step and step.id == step_id:
        enter(relationship, enrollment, enrollment.position, at)


def position_in(plan: Plan, enrollment: Enrollment, *, undoing: bool = False) -> int:
    """Where a person goes on in another version: at the same step, else at what follows the last one that is behind them there too.

    A move that is taken back asks only what is behind them: steps that the other version lacked come again. What is behind is jumped
    over (`ahead_of`), but for a branch: it decides anew which way they go on.
    """
    step = enrollment.step()
    same = plan.position_of(step.id) if step and step.id not in enrollment.done else END
    behind = max([0, *(plan.position_of(step_id) for step_id in (*enrollment.done, *enrollment.answers))])
    if same != END and not (undoing and any(one.kind in ASKING for one in plan.steps[behind:same])):
        return same
    return behind


def ahead_of(plan: Plan, enrollment: Enrollment) -> Plan:
    """The plan as it is for somebody who comes from another version: what is behind them is only jumped over.

    Messages that are settled lead to the step after them, tasks and questions that are answered to where the answer leads. Branches
    and goals ask again.
    """
    return replace(plan, steps=[_passed(step, at, enrollment) for at, step in enumerate(plan.steps)])


def _passed(step: PlanStep, at: int, enrollment: Enrollment) -> PlanStep:
    outcome = enrollment.answers.get(step.id)
    if step.kind is StepKind.SEND and step.id in enrollment.done:
        target = None
    elif step.kind in ANSWERED and outcome is not None:
        target = step.otherwise if outcome in MISSED else step.to
    else:
        return step
    return PlanStep(step.id, kind=StepKind.JUMP, to=at + 1 if target is None else target)
