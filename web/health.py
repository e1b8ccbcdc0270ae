"""GET /healthz: whether this process can do its work, part by part; GET /readyz: whether requests may be sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web.sites import DoorClosed, Site

PATIENCE_SECONDS = 5
"""How long a part may take to answer."""

log = structlog.get_logger(__name__)


def router(site: Site) -> APIRouter:
    """Both routes."""
    routes = APIRouter()
    database_answers = _Shared(lambda: _answers(asyncio.to_thread(_ask_database, site)))
    temporal_answers = _Shared(lambda: _answers(site.door.check()))

    @routes.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        database, temporal = await asyncio.gather(database_answers(), temporal_answers())
        parts = {"database": database, "temporal": temporal}
        missing = [name for name, answers in parts.items() if not answers]
        status = {name: "ok" if answers else "no answer" for name, answers in parts.items()}
        return JSONResponse(
            {"status": f"{' and '.join(missing)}: no answer" if missing else "ok", **status}, 503 if missing else 200
        )

    @routes.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        # Without Temporal webhooks are stored, opt-outs hold and pages open: a balancer must not turn them away.
        database = await database_answers()
        return JSONResponse({"status": "ok" if database else "database: no answer"}, 200 if database else 503)

    return routes


class _Shared:
    """A question that is put once at a time: whoever asks meanwhile hears the same answer. Anybody may ask, as often as they like."""

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        self._ask = ask
        self._asked: asyncio.Task[bool] | None = None

    async def __call__(self) -> bool:
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asked)


def _ask_database(site: Site) -> None:
    with site.engine.connect() as connection:
        connection.execute(text("select 1"))


async def _answers(asked: Awaitable[None]) -> bool:
    """The reason of a failure goes to the log: /healthz is public."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asked
    except (SQLAlchemyError, DoorClosed, TimeoutError) as error:
        log.warning("part does not answer", why=f"{type(error).__name__}: {error}")
        return False
    return True
