"""Recording what workflows have learnt, where nothing is to be sent now."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import transact
from domain.facts import Fact
from domain.touches import RecordFacts
from storage import facts, upcoming
from storage.locks import lock_candidates


class Facts:
    """The activity `record_facts`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name="record_facts")
    async def record_facts(self, order: RecordFacts) -> None:
        """Write facts and the candidate's new plan in one transaction; again, it changes nothing."""
        await transact(self._engine, _record, order)


def _record(connection: Connection, order: RecordFacts) -> None:
    lock_candidates(connection, [order.candidate_id])
    facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    if order.upcoming is not None:
        upcoming.replace(connection, order.candidate_id, order.upcoming)
