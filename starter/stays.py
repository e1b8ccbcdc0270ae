"""Stays in journeys as the record tells them: entries, messages, answers, moves between versions, resumes and ends, for `rebuild`.

What is on record of a step says that the person stood at it then. So each happening first puts them there, wherever the waits and
pauses that are not on record had led the core, and then lets the core go on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Connection, Row, select

from domain.contacts import POINTS, SET_ASIDE_FOR
from domain.definitions import Decision
from domain.events import Enrolled, Event, Moved, StepDecided, Unenrolled
from domain.facts import FactKind
from domain.journeys import resting_stays, set_aside
from domain.messages import keep_for_message
from domain.plans import PlanStep, StepKind
from domain.programs import answer, stand_again
from domain.relationships import Enrollment, Relationship
from domain.resumptions import RESUMED_AT
from domain.touches import Channel
from domain.transitions import apply
from storage.tables import enrollments, journey_moves, journey_versions


@runtime_checkable
class Change(Protocol):
    """Something that happened and is no event of the core's: it changes the relationship at its moment."""

    def happen(self, state: Relationship, now: datetime) -> None:
        """Let it happen."""


Happening = Event | Change
Read = Iterator[tuple[str, datetime, Happening]]
_MESSAGE = re.compile(r"\(message (\S+)\)$")
"""How the reason of an end names the message that was taken for a reply."""
ANSWERED = (StepKind.WAIT_FOR, StepKind.TASK)
DECIDED = (StepKind.BRANCH, StepKind.GOAL)


def entries(connection: Connection, ids: Sequence[str]) -> Read:
    """When these candidates entered journeys, in the version that each then was."""
    first = {key: moves[0].from_version for key, moves in _moves(connection, ids).items()}
    stays = _stays(connection, ids)
    plans = _plans(connection, {stay.journey for stay in stays})
    for stay in stays:
        version = first.get((stay.candidate_id, stay.journey, stay.occurrence), stay.version)
        plan = plans.get((stay.journey, version))
        entered = Enrolled(event_id="", at=stay.entered_at, journey=stay.journey, version=version, plan=plan)
        yield stay.candidate_id, stay.entered_at, entered


def turns(connection: Connection, ids: Sequence[str]) -> Read:
    """Everything on record of their stays between entry and end but the messages: moves to other versions, answers, resumes."""
    for (candidate_id, journey, _), moves in _moves(connection, ids).items():
        plans = _plans(connection, {journey})
        for move in moves:
            version = move.to_version
            plan = plans.get((journey, version))
            moved = Moved(
                event_id="",
                at=move.moved_at,
                journey=journey,
                version=version,
                plan=plan,
                move_id=move.move_id,
                undoes=move.undoes,
            )
            yield candidate_id, move.moved_at, moved
    stays = _stays(connection, ids)
    orders = _orders(connection, {stay.journey for stay in stays})
    for stay in stays:
        order = orders.get((stay.journey, stay.version), {})
        for step, (outcome, at) in sorted(stay.answers.items(), key=lambda one: order.get(one[0], -1)):
            moment = datetime.fromisoformat(at)
            name, mark, resumed_at = step.partition(RESUMED_AT)
            if mark:
                resumed = _Resumed(stay.journey, stay.occurrence, name, moment)
                yield stay.candidate_id, datetime.fromisoformat(resumed_at), resumed
            else:
                yield stay.candidate_id, moment, _Answered(stay.journey, stay.occurrence, name, outcome)


def ends(connection: Connection, ids: Sequence[str]) -> Read:
    """When and why they left journeys."""
    for stay in _stays(connection, ids):
        if stay.ended_at:
            rests = stay.status == "set_aside"
            yield stay.candidate_id, stay.ended_at, _Ended(stay.journey, stay.occurrence, stay.because, rests)


def restore_answers(connection: Connection, states: Mapping[str, Relationship]) -> None:
    """Let journeys know how their steps came out as the record has it, whatever the way back to the present step was."""
    inside = [candidate_id for candidate_id, state in states.items() if state.enrollments]
    for stay in _stays(connection, inside):
        enrollment = _inside(states[stay.candidate_id], stay.journey, stay.occurrence)
        if enrollment:
            known = {step: outcome for step, (outcome, _) in stay.answers.items() if RESUMED_AT not in step}
            enrollment.answers = dict(sorted(known.items()))


def _stays(connection: Connection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    c = enrollments.c
    inside = select(enrollments).where(c.candidate_id.in_(ids), c.status.not_in(("refused", "held_out")))
    return connection.execute(inside.order_by(c.entered_at)).all()


def _plans(connection: Connection, journeys: Collection[str]) -> dict[tuple[str, int], dict[str, Any]]:
    v = journey_versions.c
    versions = connection.execute(select(v.journey, v.version, v.plan).where(v.journey.in_(journeys)))
    return {(row.journey, row.version): row.plan for row in versions}


def _orders(connection: Connection, journeys: Collection[str]) -> dict[tuple[str, int], dict[str, int]]:
    """Where each step of a version stands: answers of the same moment came in this order, resumes before them."""
    plans = _plans(connection, journeys)
    return {version: {step["id"]: at for at, step in enumerate(plan["steps"])} for version, plan in plans.items()}


def _moves(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str, str], list[Row[Any]]]:
    """Moves that were made, in their order, by candidate, journey and occurrence."""
    m = journey_moves.c
    moved = select(journey_moves).where(m.candidate_id.in_(ids), m.moved_at.is_not(None)).order_by(m.moved_at, m.id)
    found = defaultdict[tuple[str, str, str], list[Row[Any]]](list)
    for row in connection.execute(moved):
        found[row.candidate_id, row.journey, row.occurrence].append(row)
    return found


# What happened at a step


@dataclass(frozen=True, slots=True)
class _Resumed:
    """A resume let the step fall due at a moment. One whose message was settled by then goes once more: it had come back."""

    journey: str
    occurrence: str
    step: str
    due: datetime

    def happen(self, state: Relationship, now: datetime) -> None:
        resting = (one.enrollment for one in resting_stays(state) if _is(one.enrollment, self.journey, self.occurrence))
        enrollment = _inside(state, self.journey, self.occurrence) or next(resting, None)
        if enrollment and self.step in enrollment.done and enrollment.plan.position_of(self.step) >= 0:
            stand_again(enrollment, self.step, now)
        if enrollment and _stand_at(enrollment, self.step, now):
            moved = self.due - enrollment.due
            enrollment.due, enrollment.since = self.due, (enrollment.since or now) + moved
            step = enrollment.step()
            enrollment.dated = bool(step and step.waits().fact)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A step that is no message came out."""

    journey: str
    occurrence: str
    step: str
    outcome: str

    def happen(self, state: Relationship, now: datetime) -> None:
        enrollment = _inside(state, self.journey, self.occurrence)
        if enrollment is None or enrollment.answers.get(self.step) == self.outcome:
            return
        position = enrollment.plan.position_of(self.step)
        if any(enrollment.plan.position_of(done) > position for done in enrollment.done):
            enrollment.answers[self.step] = self.outcome
            return
        if not _stand_at(enrollment, self.step, now):
            return
        step = enrollment.plan.steps[enrollment.position]
        if step.kind in ANSWERED:
            answer(state, enrollment, step, self.outcome, now)
        elif step.kind in DECIDED:
            enrollment.dated = bool(step.waits().fact)
            decided = Decision(case=_case(step, self.outcome))
            apply(state, StepDecided(event_id="", at=now, journey=self.journey, step=step.id, decision=decided), now)


@dataclass(frozen=True, slots=True)
class _Ended:
    """The stay was over, or began to rest."""

    journey: str
    occurrence: str
    because: str
    rests: bool

    def happen(self, state: Relationship, now: datetime) -> None:
        stay = _inside(state, self.journey, self.occurrence)
        if stay is None:
            return
        if self.rests:
            channel = self.because.partition(" ")[0]
            waits_for = channel if channel in POINTS else Channel.EMAIL
            set_aside(state, stay, waits_for, self.because, now, now + SET_ASIDE_FOR)
            return
        facts = apply(state, Unenrolled(event_id="", at=now, journey=self.journey, because=self.because), now)
        ended_by = _MESSAGE.search(self.because)
        if ended_by:
            unsent = next((fact.touch_key for fact in facts if fact.kind is FactKind.NOT_SENT), "")
            keep_for_message(state, stay, ended_by[1], unsent, now)


@dataclass(frozen=True, slots=True)
class Stood:
    """A message of a journey was settled, or put off: the person stood at its step. Comes before the event of the settlement."""

    journey: str
    version: int
    step: str
    occurrence: str

    def happen(self, state: Relationship, now: datetime) -> None:
        enrollment = _inside(state, self.journey, self.occurrence)
        if enrollment and enrollment.plan.version == self.version:
            _stand_at(enrollment, self.step, now)
            step = enrollment.step()
            enrollment.dated = bool(step and step.waits().fact)


def _inside(state: Relationship, journey: str, occurrence: str) -> Enrollment | None:
    enrollment = state.enrollments.get(journey)
    return enrollment if enrollment and _is(enrollment, journey, occurrence) else None


def _is(enrollment: Enrollment, journey: str, occurrence: str) -> bool:
    return (enrollment.plan.journey, enrollment.occurrence) == (journey, occurrence)


def _stand_at(enrollment: Enrollment, step: str, now: datetime) -> bool:
    """Put somebody at a step, unless they are there; False where their version has none of that id."""
    position = enrollment.plan.position_of(step)
    if position < 0:
        return False
    if position != enrollment.position:
        enrollment.position, enrollment.due, enrollment.since = position, now, now
        enrollment.held, enrollment.asked, enrollment.dated = None, False, False
        behind = {one.id for one in enrollment.plan.steps[position:]}
        enrollment.answers = {name: outcome for name, outcome in enrollment.answers.items() if name not in behind}
    return True


def _case(step: PlanStep, outcome: str) -> int:
    """Which case of a branch or goal came out so; -1 for none."""
    if step.kind is StepKind.GOAL:
        return 0 if outcome == "reached" else -1
    names = [case.label or str(number) for number, case in enumerate(step.cases, 1)]
    return names.index(outcome) if outcome in names else -1
