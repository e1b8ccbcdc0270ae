"""Deleting sign-ups that nobody confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.announcements import Signaller
from activities.erasures import ForgetMails
from activities.transactions import real_now, transact
from domain.clocks import Clock
from domain.signups import LapseSignup
from storage import keeping, signups
from storage.erasures import Erased, StillLeaving

log = structlog.get_logger(__name__)


class Signups:
    """The activity `lapse_signup`. `key` is the deployment's signing key, `forget_mails` empties the embedded mailbox of a person's."""

    def __init__(
        self, engine: AsyncEngine, key: bytes, signaller: Signaller, forget_mails: ForgetMails,
        now: Callable[[], datetime] = real_now,
    ) -> None:  # fmt: skip
        self._engine = engine
        self._key = key
        self._signaller = signaller
        self._forget_mails = forget_mails
        self._now = now

    @activity.defn(name="lapse_signup")
    async def lapse_signup(self, order: LapseSignup) -> bool:
        """Delete the sign-up where it was not confirmed in time, and whoever is on record by it alone; whether it was deleted."""
        now = (order.clock or Clock()).story(self._now())
        try:
            deleted, erased, is_gone = await transact(self._engine, _lapse, order, self._key, now)
        except StillLeaving as error:
            raise ApplicationError(str(error), type="StillLeaving", next_retry_delay=timedelta(seconds=15)) from None
        if is_gone:
            payload = {"event_id": f"lapsed:{order.signup_id}", "at": now.isoformat()}
            await self._signaller.signal_candidates([order.candidate_id], "erased", payload)
        if erased:
            await self._forget_mails_of(erased)
        return deleted

    async def _forget_mails_of(self, erased: Erased) -> None:
        """Delete the question itself from a mailbox of ours; elsewhere there is none."""
        try:
            await asyncio.to_thread(self._forget_mails, erased)
        except OSError as error:
            log.warning("mailbox not reached", candidate=erased.candidate_id, error=type(error).__name__)


def _lapse(
    connection: Connection, order: LapseSignup, key: bytes, now: datetime
) -> tuple[bool, Erased | None, bool]:  # fmt: skip
    """Whether a sign-up was deleted, who was forgotten now, and whether its person is forgotten: an attempt that died may have done it."""
    deleted, erased = signups.lapse(connection, order.signup_id, key=key, now=now)
    return deleted, erased, keeping.is_erased(connection, order.candidate_id)
