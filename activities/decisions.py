"""Deciding which way a person takes in a journey, on what is on record about them. Only the way travels back, never the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import transact
from domain.clocks import REAL_TIME
from domain.conditions import Traits, holds
from domain.definitions import DecideStep, Decision
from domain.facts import Fact
from domain.plans import PlanStep, StepKind, read_plan
from domain.windows import date_moment
from storage import candidates, enrollments, facts, journeys
from storage.locks import lock_candidates
from storage.traits import traits_of


class Decisions:
    """The activity `decide_step`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name="decide_step")
    async def decide_step(self, order: DecideStep) -> Decision:
        """Which case holds, or from which date a wait counts. Asked again after an answer was recorded, it may decide anew."""
        now = (order.clock or REAL_TIME).story(datetime.now(UTC))
        return await transact(self._engine, _decide, order, now)


def _decide(connection: Connection, order: DecideStep, now: datetime) -> Decision:
    lock_candidates(connection, [order.candidate_id])
    facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    try:
        plan = read_plan(journeys.get(connection, order.journey, order.version).plan)
        person = candidates.get(connection, order.candidate_id)
    except (journeys.UnknownJourney, candidates.UnknownCandidate):
        return Decision(because="no longer on record")
    position = plan.position_of(order.step)
    known = traits_of(connection, [order.candidate_id], now).get(order.candidate_id)
    if position < 0 or known is None:
        return Decision(because="no longer on record")
    step, known = plan.steps[position], replace(known, answers=order.answers)
    decision = decide_by(step, known, person.zone)
    if step.kind in (StepKind.BRANCH, StepKind.GOAL):
        outcome = step.cases[decision.case].label or str(decision.case + 1) if decision.case >= 0 else "else"
        enrollments.answer(connection, order.candidate_id, order.journey, order.occurrence, order.step, outcome, now)
    return decision


def decide_by(step: PlanStep, known: Traits, zone: str) -> Decision:
    """What a person's traits answer to a step."""
    fact = step.waits().fact
    until = date_moment(known.facts.get(fact, ""), zone) if fact else None
    chosen = next((at for at, case in enumerate(step.cases) if holds(case.when, known)), -1)
    because = step.cases[chosen].when if chosen >= 0 else ""
    return Decision(chosen, until, because)
