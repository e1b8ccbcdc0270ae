"""Fetching what a signal names and does not carry: an opening's pipeline, a journey's plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import real_now, transact
from domain.conditions import Traits, refusal_by
from domain.definitions import Definitions, LoadDefinitions
from storage import controls, journeys, openings
from storage.traits import traits_of


class Lookups:
    """The activity `load_definitions`."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] = real_now) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name="load_definitions")
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        """The definition, or that there is none of that name."""
        return await transact(self._engine, _load, order, self._clock())


def _load(connection: Connection, order: LoadDefinitions, real_now: datetime) -> Definitions:
    try:
        if order.opening_id:
            opening = openings.get(connection, order.opening_id)
            return Definitions(True, pipeline=opening.pipeline or {}, guide=opening.guide)
        plan = journeys.get(connection, order.journey, order.version).plan
    except (openings.UnknownOpening, journeys.UnknownJourney):
        return Definitions(False)
    return Definitions(True, plan=plan, refusal=entry_refusal(connection, order.candidate_id, plan, real_now))


def entry_refusal(connection: Connection, candidate_id: str, plan: dict[str, Any], real_now: datetime) -> str:
    """Why a person may not enter a journey by its own rules; empty when they may, and where nobody is named."""
    entry, exclude = str(plan.get("entry", "")), str(plan.get("exclude", ""))
    if not candidate_id or not (entry or exclude):
        return ""
    now = controls.clock(connection).story(real_now)
    known = traits_of(connection, [candidate_id], now).get(candidate_id)
    return refusal_by(entry, exclude, known or Traits(today=now.date()))
