"""Stays in journeys with every kind of step, pauses and moves, made again from the record: the same step, moment and answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.definitions import Decision
from domain.plans import Case, Plan, PlanStep, StepKind, Wait
from domain.relationships import Enrollment
from domain.transitions import elapse
from starter.rebuild import relationship_from
from storage import controls, journeys
from storage import pauses as record
from storage.tables import journey_moves
from tests.domain.lives import plan_json
from tests.starter.test_rebuild import HOUSE, Life, plan

FULL = Plan(
    "full",
    1,
    [
        PlanStep("hello", wait_days=2),
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply", "click"], timeout_hours=100, to=3, otherwise=2),
        PlanStep("again", wait=Wait(business_days=3)),
        PlanStep(
            "which", kind=StepKind.BRANCH, wait_days=1, cases=[Case("applied()", 4, "yes"), Case("tagged('x')", 6)],
            otherwise=5,
        ),
        PlanStep("python", wait=Wait(weekdays="0100000", at=700)),
        PlanStep("call", kind=StepKind.TASK, wait_hours=5, timeout_hours=150, title="Call", work="call"),
        PlanStep("rest", kind=StepKind.WAIT, wait_days=3),
        PlanStep("last", wait_days=4),
        PlanStep("really-last", wait_days=20),
    ],
    exit_on=["bounce"],
)  # fmt: skip
TOUR = replace(FULL, journey="tour", alongside=True)
SCOPES = ("", "everything", "journey:full", "sender:dana", "template:again")


class Stay(Life):
    """As `Life`, with journeys that have everything, and pauses of every scope."""

    journeys = ("full", "tour")

    def __init__(self, engine: Engine, seed: int) -> None:
        with engine.begin() as connection:
            for one in (FULL, TOUR):
                for version in (1, 2):
                    raw = plan_json(replace(one, version=version, steps=one.steps[: 9 if version == 1 else 8]))
                    _publish(connection, one.journey, version, raw)
        super().__init__(engine, seed)
        self.plans = {one.journey: plan_json(one) for one in (FULL, TOUR)}
        self.moves = 0

    def live(self, steps: int) -> None:
        """Let that many things happen."""
        doings = (self._enter, self._click, self._finish, self._rest, self._resume, self._resume, self._move_on)
        for _ in range(steps):
            if self.chance.random() < 0.35:
                self.chance.choice(doings)()
            else:
                self._act()
            self._record()

    def decide(self, step: str) -> tuple[str, Decision]:
        case = self.chance.choice((-1, 0, 1))
        return {-1: "else", 0: "yes", 1: "2"}[case], Decision(case=case)

    def _enter(self) -> None:
        journey = self.chance.choice(("full", "tour"))
        self._happen("enrolled", journey=journey, version=1, plan=self.plans[journey])

    def _click(self) -> None:
        self._happen("message_received", kind=self.chance.choice(("click", "reply")))

    def _finish(self) -> None:
        self._happen("task_done", journey=self.chance.choice(("full", "tour")), step="call")

    def _rest(self) -> None:
        scope = self.chance.choice(SCOPES)
        if scope:
            with self.engine.begin() as connection:
                if scope not in controls.pauses(connection):
                    controls.pause(connection, self.now, "dana", scope=scope)
                record.remember(connection, scope, [self.id])
        self._happen("paused", scope=scope)

    def _resume(self) -> None:
        on = [*self.state.pauses, *([""] if self.state.paused_at else [])]
        if not on:
            return
        scope = self.chance.choice(on)
        if scope:
            with self.engine.begin() as connection:
                controls.resume(connection, "dana", scope)
                record.forget(connection, scope)
        self._happen("resumed", scope=scope, policy=self.chance.choice(("shift", "drop-overdue", "spread:3d")))

    def _move_on(self) -> None:
        """From version 1 to 2, where they are in 1."""
        inside = [one for one in self.state.enrollments.values() if one.plan.version == 1]
        if not inside or self.chance.random() < 0.7:
            return
        enrollment, self.moves = self.chance.choice(inside), self.moves + 1
        journey, move_id = enrollment.plan.journey, f"m{self.moves}"
        row = {
            "move_id": move_id, "candidate_id": self.id, "journey": journey, "occurrence": enrollment.occurrence,
            "from_version": 1, "to_version": 2, "at": self.now,
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(journey_moves.insert().values(row))
            raw = journeys.get(connection, journey, 2).plan
        self._happen("moved", journey=journey, version=2, plan=raw, move_id=move_id)


def _publish(connection: Any, journey: str, version: int, raw: dict[str, Any]) -> None:
    digest = f"{journey}-{version}"
    journeys.publish(connection, journey, title=journey, snapshot={}, digest=digest, plan_of=lambda number: raw)


def _shown(enrollment: Enrollment) -> tuple[Any, ...]:
    step = enrollment.step()
    answers = dict(sorted(enrollment.answers.items()))
    return (enrollment.plan.label, step.id if step else "", enrollment.due, answers, enrollment.asked)


@pytest.mark.parametrize("seed", range(8))
def test_every_stay_is_found_where_it_was(engine: Engine, seed: int) -> None:
    life = Stay(engine, seed)
    for _ in range(10):
        life.live(steps=10)
        with engine.connect() as connection:
            again = relationship_from(connection, HOUSE, life.id)
        elapse(life.state, life.now)
        elapse(again, life.now)
        life._record()
        lived = {name: _shown(one) for name, one in life.state.enrollments.items()}
        assert {name: _shown(one) for name, one in again.enrollments.items()} == lived
        assert again.pauses == life.state.pauses
        assert again.paused_at == life.state.paused_at
        assert plan(again, life.now) == plan(life.state, life.now)
        life.now += timedelta(days=life.chance.randrange(4))
