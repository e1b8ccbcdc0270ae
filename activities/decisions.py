"""Deciding which way a person takes in a journey, on what is on record about them. Only the way travels back, never the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import real_now, transact
from domain.clocks import REAL_TIME
from domain.conditions import Traits, holds
from domain.definitions import DecideStep, Decision
from domain.facts import Fact
from domain.plans import PlanStep, StepKind, read_plan
from domain.windows import add_local_days, date_moment
from storage import candidates, enrollments, facts, journeys
from storage.locks import lock_candidates
from storage.traits import traits_of


class Decisions:
    """The activity `decide_step`."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] = real_now) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name="decide_step")
    async def decide_step(self, order: DecideStep) -> Decision:
        """Which case holds, or from which date a wait counts. The answer is on record when the workflow hears it; where an attempt is
        repeated, both have the later one."""
        now = (order.clock or REAL_TIME).story(self._clock())
        return await transact(self._engine, _decide, order, now)


def _decide(connection: Connection, order: DecideStep, now: datetime) -> Decision:
    lock_candidates(connection, [order.candidate_id])
    facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    try:
        plan = read_plan(journeys.get(connection, order.journey, order.version).plan)
        zone = candidates.get(connection, order.candidate_id).zone
    except (journeys.UnknownJourney, candidates.UnknownCandidate):
        return Decision(because="no longer on record")
    step = next((step for step in plan.steps if step.id == order.step), None)
    if step is None:
        return Decision(because=f"{plan.label} has no step {order.step}")
    known = traits_of(connection, [order.candidate_id], now)[order.candidate_id]
    decision = decide_by(step, replace(known, answers=order.answers), zone)
    outcome = outcome_of(step, decision, zone, now)
    if outcome:
        enrollments.answer(connection, order.candidate_id, order.journey, order.occurrence, order.step, outcome, now)
    return decision


def decide_by(step: PlanStep, known: Traits, zone: str) -> Decision:
    """What a person's traits answer to a step."""
    fact = step.waits().fact
    until = date_moment(known.facts.get(fact, ""), zone) if fact else None
    chosen = next((at for at, case in enumerate(step.cases) if holds(case.when, known)), -1)
    if chosen >= 0:
        return Decision(chosen, until, step.cases[chosen].when)
    missing = f"{fact} is not on record" if fact and until is None else ""
    return Decision(-1, until, missing or ("no condition holds" if step.cases else f"{fact} is on record"))


def outcome_of(step: PlanStep, decision: Decision, zone: str, now: datetime) -> str:
    """How a branch or goal came out, in the words that `answer("<step>")` is asked for; empty for what is none, or not yet."""
    wait = step.waits()
    if step.kind not in (StepKind.BRANCH, StepKind.GOAL):
        return ""
    if wait.fact and (decision.until is None or add_local_days(decision.until, wait.fact_days + wait.days, zone) > now):
        return ""
    if decision.case < 0:
        return "else"
    return "reached" if step.kind is StepKind.GOAL else step.cases[decision.case].label or str(decision.case + 1)
