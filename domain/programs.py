"""Running a journey's program for one person: standing at a step, letting its wait pass, going on.

Messages are proposed by the arbiter and decisions asked by the driver; everything else that time alone brings about happens in
`elapse`. Targets lie ahead of their step (domain.plans), so every program ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendars import Closures, add_business_days, next_local
from domain.events import StepDecided, TaskDone
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.pauses import holds_enrollment
from domain.plans import END, Plan, PlanStep, StepKind, Wait
from domain.relationships import Enrollment, Held, Relationship
from domain.windows import add_local_days

FACT_RECHECK = timedelta(days=1)
"""How long a wait for a fact that is not on record rests before it asks again; a changed profile wakes it earlier."""
DECIDED = (StepKind.BRANCH, StepKind.GOAL)
ANSWERED = (StepKind.WAIT_FOR, StepKind.TASK)


# Who may act


def acting(relationship: Relationship) -> list[Enrollment]:
    """The enrollments that may act now: one nurture journey at a time, by priority and then entry, and those that go alongside."""
    return [one for one in relationship.enrollments.values() if comes_first(relationship, one) is None]


def comes_first(relationship: Relationship, enrollment: Enrollment) -> Enrollment | None:
    """The enrollment that another one waits for; None when it may act. One that is paused itself lets the others act meanwhile."""
    if enrollment.plan.alongside:
        return None
    others = [one for one in relationship.enrollments.values() if not one.plan.alongside]
    first = min((one for one in others if one is enrollment or not _rests(relationship, one)), key=_rank)
    return None if first is enrollment else first


def _rests(relationship: Relationship, enrollment: Enrollment) -> bool:
    """Whether a journey is held by a pause of its own; one of the person, a sender or everything holds all of theirs alike."""
    own = [scope for scope in relationship.pauses if scope.startswith(("journey:", "template:"))]
    return relationship.rules >= 4 and any(holds_enrollment(scope, relationship, enrollment) for scope in own)


def _rank(enrollment: Enrollment) -> tuple[int, datetime, str]:
    return (enrollment.plan.priority, enrollment.entered_at, enrollment.plan.journey)


# Standing at a step


def enter(relationship: Relationship, enrollment: Enrollment, position: int, since: datetime) -> None:
    """Go to a position, whose wait counts from `since`; the end where there is no further step."""
    enrollment.position = landing(enrollment.plan, position)
    enrollment.held, enrollment.asked, enrollment.dated, enrollment.since = None, False, False, since
    step = enrollment.step()
    enrollment.due = moment_of(relationship, enrollment.plan, step.waits(), since) if step else since


def stand_again(enrollment: Enrollment, step_id: str, now: datetime) -> None:
    """Go back to a message that is settled, which goes once more, under a key of its own; at once, but for what its wait says of days."""
    enrollment.position = enrollment.plan.position_of(step_id)
    enrollment.done.remove(step_id)
    enrollment.repeats[step_id] = enrollment.repeats.get(step_id, 1) + 1
    enrollment.held, enrollment.asked, enrollment.due, enrollment.since = None, False, now, now
    enrollment.dated = bool(enrollment.plan.steps[enrollment.position].waits().fact)


def landing(plan: Plan, position: int) -> int:
    """Where a position leads, jumps followed; END after the last step."""
    while 0 <= position < len(plan.steps) and plan.steps[position].kind is StepKind.JUMP:
        target = plan.steps[position].to
        position = END if target is None else target
    return position if 0 <= position < len(plan.steps) else END


def moment_of(relationship: Relationship, plan: Plan, wait: Wait, since: datetime) -> datetime:
    """When a wait that counts from `since` is over, on the candidate's own calendar."""
    zone = relationship.zone
    moment = add_local_days(since, wait.days, zone) + timedelta(hours=wait.hours)
    if wait.business_days:
        window = plan.window or relationship.window
        moment = add_business_days(moment, wait.business_days, zone, window.days, closures_of(relationship, plan))
    if wait.weekdays or wait.at >= 0:
        moment = next_local(moment, wait.weekdays, wait.at, zone)
    return moment


def closures_of(relationship: Relationship, plan: Plan | None = None) -> Closures:
    """The days on which this person is not written to, those of a journey's quiet stretches included."""
    quiet = tuple((first, last) for first, last in plan.quiet) if plan else ()
    return Closures(frozenset(relationship.closed), quiet)


def lacks_date(enrollment: Enrollment) -> bool:
    """Whether the present step's wait counts from a fact that has not been asked for."""
    step = enrollment.step()
    return step is not None and bool(step.waits().fact) and not enrollment.dated


def asks_at(enrollment: Enrollment) -> datetime | None:
    """When the present step needs a decision from outside: a branch, a goal, a date on record. None for other steps."""
    step = enrollment.step()
    if step is None:
        return None
    if lacks_date(enrollment):
        moment = enrollment.since or enrollment.due
    elif step.kind in DECIDED:
        moment = enrollment.due
    else:
        return None
    return max(moment, enrollment.held.until) if enrollment.held else moment


def elapses_at(enrollment: Enrollment) -> datetime | None:
    """When time alone moves this enrollment on next; None when it waits for a message, a decision or an answer."""
    step = enrollment.step()
    if step is None or lacks_date(enrollment):
        return None
    if step.kind in (StepKind.WAIT, StepKind.EXIT):
        return enrollment.due
    if step.kind in ANSWERED:
        return deadline(enrollment, step) if enrollment.asked else enrollment.due
    return None


def deadline(enrollment: Enrollment, step: PlanStep) -> datetime | None:
    """When a wait for an answer, or a task, goes on without one; None for never."""
    return enrollment.due + timedelta(hours=step.timeout_hours) if step.timeout_hours else None


# Going on


@dataclass(frozen=True, slots=True)
class Progress:
    """What a move brought: facts to record, and whether the journey is over, as what and why."""

    facts: list[Fact]
    ended: str = ""
    because: str = ""


def pass_time(relationship: Relationship, enrollment: Enrollment, now: datetime) -> Progress:
    """Let one enrollment's waits and deadlines pass, as far as `now` reaches."""
    facts: list[Fact] = []
    while (step := enrollment.step()) is not None:
        moment = elapses_at(enrollment)
        if moment is None or moment > now:
            return Progress(facts)
        if step.kind is StepKind.EXIT:
            return Progress(facts, "exited", step.because or f"its step {step.id}")
        if step.kind is StepKind.WAIT:
            enter(relationship, enrollment, enrollment.position + 1, enrollment.due)
        elif not enrollment.asked:
            enrollment.asked = True
            facts += _ask(relationship, enrollment, step)
        else:
            outcome = "overdue" if step.kind is StepKind.TASK else "timeout"
            facts += answer(relationship, enrollment, step, outcome, moment)
    return Progress(facts, "finished")


def answer(
    relationship: Relationship, enrollment: Enrollment, step: PlanStep, outcome: str, at: datetime
) -> list[Fact]:
    """Note how a step that is no message came out, and go on: to `otherwise` where nothing came in time."""
    enrollment.answers[step.id] = outcome
    missed = outcome in ("overdue", "timeout", "dropped", "else")
    target = step.otherwise if missed else step.to
    facts = [_step_fact(FactKind.STEP, enrollment, step, outcome, at)]
    if step.kind is StepKind.TASK:
        facts.append(_task_fact(relationship, enrollment, step, outcome, at))
    enter(relationship, enrollment, enrollment.position + 1 if target is None else target, at)
    return facts


def take_answer(relationship: Relationship, kind: str, now: datetime) -> tuple[set[str], list[Fact]]:
    """Let what the person did answer the journeys that wait for it; which ones, and the facts."""
    answered, facts = set[str](), list[Fact]()
    for enrollment in acting(relationship):
        step = enrollment.step()
        if step and step.kind is StepKind.WAIT_FOR and enrollment.due <= now and kind in step.events:
            facts += answer(relationship, enrollment, step, kind, now)
            answered.add(enrollment.plan.journey)
    return answered, facts


def finish_task(relationship: Relationship, event: TaskDone, now: datetime) -> list[Fact]:
    """A person did, or gave up, what a step asked for. One that was overdue before changes nothing any more."""
    enrollment = relationship.enrollments.get(event.journey)
    step = enrollment.step() if enrollment else None
    if enrollment is None or step is None or step.id != event.step or step.kind is not StepKind.TASK:
        relationship.note(now, f"task {event.journey}/{event.step} {event.outcome}; the journey no longer waits for it")
        return []
    return answer(relationship, enrollment, step, event.outcome, now)


def take_decision(relationship: Relationship, enrollment: Enrollment, event: StepDecided, now: datetime) -> Progress:
    """Go where a decision leads. A date that is not on record is asked for again a day later."""
    step, decision = enrollment.step(), event.decision
    if step is None or step.id != event.step:
        return Progress([])
    if lacks_date(enrollment):
        if decision.until is None:
            enrollment.held = Held(now + FACT_RECHECK, Gate.FACT, f"no {step.waits().fact} on record")
            relationship.note(now, f"{enrollment.plan.label}/{step.id} waits for {step.waits().fact}")
            return Progress([])
        wait = step.waits()
        counted = add_local_days(decision.until, wait.fact_days, relationship.zone)
        enrollment.held, enrollment.dated = None, True
        enrollment.due = moment_of(relationship, enrollment.plan, wait, counted)
        return Progress([])
    if step.kind not in DECIDED:
        return Progress([])
    return _decided(relationship, enrollment, step, decision.case, now)


def _decided(
    relationship: Relationship, enrollment: Enrollment, step: PlanStep, chosen: int, now: datetime
) -> Progress:
    case = step.cases[chosen] if 0 <= chosen < len(step.cases) else None
    if step.kind is StepKind.GOAL and case:
        enrollment.answers[step.id] = "reached"
        return Progress([], "reached", f"its goal {step.id}")
    enrollment.answers[step.id] = (case.label or str(chosen + 1)) if case else "else"
    target = case.to if case else step.otherwise
    relationship.note(now, f"{enrollment.plan.label}/{step.id}: {enrollment.answers[step.id]}")
    enter(relationship, enrollment, enrollment.position + 1 if target is None else target, enrollment.due)
    return Progress([])


def count_again(relationship: Relationship, facts: list[str]) -> None:
    """Ask again for the dates that waits count from, where those facts have changed."""
    for enrollment in relationship.enrollments.values():
        step = enrollment.step()
        if step and step.waits().fact in facts and not enrollment.asked:
            enrollment.dated, enrollment.held = False, None


def _ask(relationship: Relationship, enrollment: Enrollment, step: PlanStep) -> list[Fact]:
    if step.kind is not StepKind.TASK:
        return []
    return [_task_fact(relationship, enrollment, step, "ask", enrollment.due)]


def drop_task(relationship: Relationship, enrollment: Enrollment, at: datetime) -> list[Fact]:
    """The record that nobody waits any more for the task at the present step; nothing where there is none."""
    step = enrollment.step()
    if step is None or step.kind is not StepKind.TASK or not enrollment.asked:
        return []
    return [_task_fact(relationship, enrollment, step, "dropped", at)]


def _task_fact(relationship: Relationship, enrollment: Enrollment, step: PlanStep, outcome: str, at: datetime) -> Fact:
    key = f"{relationship.candidate_id}/task/{enrollment.plan.journey}/{step.id}/{enrollment.occurrence}"
    return Fact(
        FactKind.TASK, at, touch_key=key, journey=enrollment.plan.journey, version=enrollment.plan.version, stage=step.id,
        channel=step.work, because=step.title, by=step.owner or relationship.owner, until=deadline(enrollment, step),
        outcome=outcome,
    )  # fmt: skip


def gone_on(before: Enrollment, now: Enrollment) -> str:
    """Why a stay can't go back to where it stood before; empty when it can: nothing has reached anybody since."""
    if now.plan.version != before.plan.version:
        return f"moved to {now.plan.label} since"
    done = [name for name in now.done if name not in before.done]
    if done:
        return f"its message {done[0]} is settled"
    tasks = [step.id for step in now.plan.steps if step.kind is StepKind.TASK]
    out = [name for name in tasks if now.answers.get(name) != before.answers.get(name)]
    return f"its task {out[0]} came out {now.answers[out[0]]}" if out else ""


def untold(enrollment: Enrollment, step_id: str, now: datetime) -> Fact:
    """The record that a step has not come out yet, whatever was noted before."""
    plan = enrollment.plan
    return Fact(
        FactKind.STEP, now, journey=plan.journey, version=plan.version, occurrence=enrollment.occurrence, stage=step_id
    )  # fmt: skip


def _step_fact(kind: FactKind, enrollment: Enrollment, step: PlanStep, outcome: str, at: datetime) -> Fact:
    return Fact(
        kind, at, journey=enrollment.plan.journey, version=enrollment.plan.version, occurrence=enrollment.occurrence,
        stage=step.id, outcome=outcome,
    )  # fmt: skip
