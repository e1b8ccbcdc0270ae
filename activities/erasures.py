"""Forgetting a person whose retention is over, if the record agrees that it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.transactions import real_now, transact
from domain.clocks import Clock
from domain.facts import Fact
from domain.keeping import ForgetPerson, Forgotten
from storage import controls, facts, keeping, tasks
from storage.erasures import Erased, StillLeaving, erase
from storage.locks import lock_candidates

BY = "retention"
ForgetMails = Callable[[Erased], int]
"""Deletes a person's mails from the embedded mailbox; how many. Raises OSError where it can't be reached."""
log = structlog.get_logger(__name__)


class Erasures:
    """The activity `forget_person`."""

    def __init__(
        self, engine: AsyncEngine, key: bytes, forget_mails: ForgetMails, now: Callable[[], datetime] = real_now
    ) -> None:
        self._engine = engine
        self._key = key
        self._forget_mails = forget_mails
        self._now = now

    @activity.defn(name="forget_person")
    async def forget_person(self, order: ForgetPerson) -> Forgotten:
        """Erase the person where no sign of life and no application keeps them; again, it finds them erased."""
        now = (order.clock or Clock()).story(self._now())
        try:
            answer, erased = await transact(self._engine, _forget, order, self._key, now)
        except StillLeaving as error:
            raise ApplicationError(str(error), type="StillLeaving", next_retry_delay=timedelta(seconds=15)) from None
        if erased:
            await self._forget_elsewhere(erased, now)
        return answer

    async def _forget_elsewhere(self, erased: Erased, now: datetime) -> None:
        """Delete mails; where that fails, a person is asked to, for nothing on record could find them again."""
        try:
            await asyncio.to_thread(self._forget_mails, erased)
        except OSError as error:
            log.warning("mailbox not reached", candidate=erased.candidate_id, error=type(error).__name__)
            await transact(self._engine, _ask, erased.candidate_id, now)


def _forget(connection: Connection, order: ForgetPerson, key: bytes, now: datetime) -> tuple[Forgotten, Erased | None]:
    lock_candidates(connection, [order.candidate_id])
    facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    days = controls.terms(connection).retention_days
    found = keeping.kept(connection, [order.candidate_id]).get(order.candidate_id)
    if found is None or keeping.is_erased(connection, order.candidate_id):
        return Forgotten(True), None
    active_at = now if keeping.is_held(connection, order.candidate_id) else found.active_at
    if not days or active_at + timedelta(days=days) > now:
        return Forgotten(False, active_at, days), None
    because = f"no sign of life for {days} days"
    return Forgotten(True), erase(connection, order.candidate_id, key=key, by=BY, because=because, at=now)


def _ask(connection: Connection, candidate_id: str, now: datetime) -> None:
    because = (
        f"delete the mails of candidate {candidate_id} from the mailbox: it could not be reached when they were erased"
    )
    tasks.ask(connection, [tasks.NewTask(f"mailbox/{candidate_id}", "erase_mailbox", because, now)])
