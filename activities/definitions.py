"""Fetching what a signal names and does not carry: an opening's pipeline, a journey's plan."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import transact
from domain.definitions import Definitions, LoadDefinitions
from storage import journeys, openings


class Lookups:
    """The activity `load_definitions`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name="load_definitions")
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        """The definition, or that there is none of that name."""
        return await transact(self._engine, _load, order)


def _load(connection: Connection, order: LoadDefinitions) -> Definitions:
    try:
        if order.opening_id:
            return Definitions(True, pipeline=openings.get(connection, order.opening_id).pipeline or {})
        return Definitions(True, plan=journeys.get(connection, order.journey, order.version).plan)
    except (openings.UnknownOpening, journeys.UnknownJourney):
        return Definitions(False)
