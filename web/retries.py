"""Telling workflows behind the answer of a page, and again while Temporal is away: what was pressed is on record already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from temporalio.service import RPCError

from web.services import TELL_SECONDS
from web.sites import DoorClosed

RESTS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Between one try and the next."""
Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


async def insist(tell: Callable[[], Awaitable[None]], what: str, candidate_id: str, rest: Rest = asyncio.sleep) -> None:
    """Tell, until it is heard or the rests are used up. What is told must be the same event however often it is said."""
    for pause in (*RESTS, None):
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await tell()
            return
        except (DoorClosed, RPCError, TimeoutError) as error:
            log.warning("workflow not told yet", of=what, candidate_id=candidate_id, why=str(error))
        if pause:
            await rest(pause.total_seconds())
