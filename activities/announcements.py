"""Announcing an opening: page by page through the people it may fit, waking each one's own workflow, which decides."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.transactions import transact
from domain.announcements import AnnouncedPage, AnnouncePage, MarkOpening
from domain.clocks import REAL_TIME
from storage import matches, openings

PAGE = 500
IN_FLIGHT = 25
"""Signals under way at once: about what one Temporal frontend takes from one client without queueing."""


class Signaller(Protocol):
    """Wakes candidates; wired to the starter, the one door to workflows."""

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        """Send each of them the same signal, starting workflows that do not run. Ids of nobody are passed over."""


class Announcements:
    """The activities of an opening."""

    def __init__(self, engine: AsyncEngine, signaller: Signaller) -> None:
        self._engine = engine
        self._signaller = signaller

    @activity.defn(name="mark_opening")
    async def mark_opening(self, order: MarkOpening) -> None:
        """Record an opening's status and round."""
        await transact(self._engine, openings.set_status, order.opening_id, order.status, order.round)

    @activity.defn(name="announce_page")
    async def announce_page(self, order: AnnouncePage) -> AnnouncedPage:
        """Match the next page, store who and why, and signal each; a retry goes on from the last cursor that was beaten.

        The signal's event id is that of the round, so that a person signalled twice still hears once.
        """
        now = (order.clock or REAL_TIME).story(datetime.now(UTC))
        page = await transact(self._engine, matches.page, order.opening_id, order.round, order.after, PAGE, now)
        details = activity.info().heartbeat_details
        beaten = str(details[0]) if details else order.after
        waiting = [match.candidate_id for match in page if match.candidate_id > beaten]
        payload = {
            "event_id": f"announce-{order.opening_id}-{order.round}",
            "opening_id": order.opening_id,
            "round": order.round,
            "known": True,
            "at": now.isoformat(),
        }
        for start in range(0, len(waiting), IN_FLIGHT):
            batch = waiting[start : start + IN_FLIGHT]
            await self._signaller.signal_candidates(batch, "opening_announced", payload)
            activity.heartbeat(batch[-1])
            await asyncio.sleep(0)
        told = await transact(self._engine, matches.counts, order.opening_id, order.round)
        last = page[-1].candidate_id if page else order.after
        return AnnouncedPage(len(page), last, len(page) < PAGE, told)
