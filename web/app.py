"""The HTTP application, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import structlog
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from starter.refusals import Refused
from starter.starts import NOBODY_WORKS
from web import (
    addresses,
    bookings,
    candidates,
    health,
    links,
    metrics,
    openings,
    profiles,
    questions,
    requests,
    signups,
    status,
    subscriptions,
    surveys,
    webhooks,
)
from web.described import ANY, describe
from web.guards import HEADERS, ApiGuard, Shield, is_for_people
from web.limits import Answer, Limits, answer_programs
from web.nudges import Nudger
from web.people import LinkEnded
from web.rendering import notice
from web.signs import Signs
from web.sites import DoorClosed, Site
from web.words import preferred_language

API = "/api/v1"
ASSETS = Path(__file__).parent / "assets"
NOTICES = {400: "refused", 408: "slow", 413: "large", 429: "often"}
"""The page for an error, by status; any other 4xx is `missing`, any 5xx `broken`."""

log = structlog.get_logger(__name__)


def create_app(site: Site) -> FastAPI:
    """The application over a site. It owns nothing of it: who made the engine and the door closes them."""
    nudger = Nudger(site)
    app = FastAPI(
        title="Keepwarm",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirect would name the host that the request names, and a personal link with it.
        redirect_slashes=False,
        lifespan=_lifespan(site, nudger),
    )
    answer = _answers(site)
    app.add_middleware(Limits, answer=answer)
    app.add_middleware(Shield)
    app.include_router(health.router(site))
    signs = Signs(site)
    for pages in (links, subscriptions, status, questions, profiles, addresses, requests, bookings, surveys, signups):
        app.include_router(pages.router(site), dependencies=[Depends(signs)])
    app.include_router(webhooks.router(site, nudger))
    guarded = APIRouter(dependencies=[Depends(ApiGuard(site.settings))], responses=ANY)
    guarded.include_router(metrics.router(site))
    guarded.include_router(candidates.router(site), prefix=API)
    guarded.include_router(openings.router(site), prefix=API)
    app.include_router(guarded)
    app.mount("/assets", StaticFiles(directory=ASSETS))
    _answer_errors(app, site, answer)
    describe(app, without_token=site.settings.api_token is None)
    return app


def _lifespan(site: Site, nudger: Nudger) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if site.settings.api_token is None:
            log.warning(
                "KEEPWARM_API_TOKEN is not set, for the API and /metrics", so=ApiGuard(site.settings).without_token
            )
        behind = [asyncio.create_task(nudger.run()), asyncio.create_task(_catch_up(site))]
        yield
        for task in behind:
            task.cancel()
        await asyncio.gather(*behind, return_exceptions=True)

    return lifespan


async def _catch_up(site: Site) -> None:
    """What was pressed on pages and no workflow has heard of, since a process ended meanwhile."""
    try:
        await bookings.catch_up(site)
        await signups.catch_up(site)
    except SQLAlchemyError as error:
        log.warning("bookings and sign-ups not looked through; the next start does it", error=type(error).__name__)


def _answers(site: Site) -> Answer:
    """Programs get `{"detail": …}`, candidates a page that says what to do."""

    def answer(request: Request, status: int, detail: str, headers: dict[str, str]) -> Response:
        if not is_for_people(request.scope):
            return answer_programs(request, status, detail, headers)
        language = preferred_language(request.headers.get("accept-language", ""), site.settings.language)
        shown = notice(site.settings, _notice(status), status, language)
        shown.headers.update(headers)
        return shown

    return answer


def _answer_errors(app: FastAPI, site: Site, answer: Answer) -> None:
    @app.exception_handler(StarletteHTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, error.detail, dict(error.headers or {}))

    @app.exception_handler(Refused)
    async def on_refusal(request: Request, error: Refused) -> Response:
        return answer(request, 503 if str(error) == NOBODY_WORKS else 409, str(error), {})

    @app.exception_handler(LinkEnded)
    async def on_end(request: Request, ended: LinkEnded) -> Response:
        return links.answer_ended(site, request, ended)

    @app.exception_handler(RequestValidationError)
    async def on_misread(request: Request, error: RequestValidationError) -> Response:
        if is_for_people(request.scope):
            return answer(request, 404, "no such page", {})  # the number in its path is none
        # Without `input`: what was sent may be about a person, and half a surrogate pair can't be sent back at all.
        faults = [{name: fault[name] for name in ("type", "loc", "msg")} for fault in error.errors()]
        return JSONResponse({"detail": faults}, 422)

    @app.exception_handler(DataError)
    async def on_unfit(request: Request, _error: DataError) -> Response:
        return answer(request, 422, "a value can't be kept: it holds a NUL, or is a number out of range", {})

    @app.exception_handler(ClientDisconnect)
    async def on_hang_up(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # to nobody; but it is no fault of ours either

    @app.exception_handler(DoorClosed)
    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeout)
    async def on_outage(request: Request, error: Exception) -> Response:
        part = "Temporal" if isinstance(error, DoorClosed) else "the database"
        log.error("part does not answer", part=part, why=str(error))
        return answer(request, 503, f"{part} does not answer; try again in a minute", {"retry-after": "60"})

    @app.exception_handler(Exception)
    async def on_fault(request: Request, _error: Exception) -> Response:
        # Starlette sends this one outside of every middleware, and then raises it to the server, which logs it.
        return answer(request, 500, "something broke on our side; the log says what", HEADERS)


def _notice(status: int) -> str:
    return "broken" if status >= 500 else NOTICES.get(status, "missing")
