"""Links that have ended: the page says so and, at a press, mails a fresh one to the address on record.

Whoever presses learns nothing: the answer is the same whether or not there is such a person, and the mail goes only to an address
that is theirs already. A person gets at most one such mail a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import exists, select

from config.links import BadLink
from storage.tables import candidates, contact_points
from web.people import LinkEnded
from web.rendering import page
from web.services import note_request, send_service
from web.sites import DoorClosed, Site
from web.words import preferred_language

TEMPLATE = "link"

log = structlog.get_logger(__name__)


def router(site: Site) -> APIRouter:
    """The routes `/c/<token>/fresh` and `/u/<token>/fresh`."""
    routes = APIRouter(include_in_schema=False)
    readers: Mapping[str, Callable[[str], str]] = {
        "c": lambda token: site.links.read_candidate(token).candidate_id,
        "u": lambda token: site.links.read_unsubscribe(token).candidate_id,
    }

    def fresh(request: Request, kind: str, token: str, after: BackgroundTasks) -> HTMLResponse:
        try:
            candidate_id = readers[kind](token)
        except BadLink:
            raise HTTPException(404) from None
        after.add_task(mail_link, site, candidate_id)
        return _page(site, request)

    @routes.post("/c/{token}/fresh")
    def fresh_for_pages(request: Request, token: str, after: BackgroundTasks) -> HTMLResponse:
        return fresh(request, "c", token, after)

    @routes.post("/u/{token}/fresh")
    def fresh_after_leaving(request: Request, token: str, after: BackgroundTasks) -> HTMLResponse:
        return fresh(request, "u", token, after)

    return routes


def answer_ended(site: Site, request: Request, ended: LinkEnded) -> HTMLResponse:
    """The page for a link that opens nothing any more: 410, with the way to a fresh one."""
    return _page(site, request, action=f"/c/{ended.token}/fresh")


async def mail_link(site: Site, candidate_id: str) -> None:
    """Mail the person a fresh link, where they are on record with an address that works; at most one a day."""
    asked_at = await run_in_threadpool(_note, site, candidate_id)
    if asked_at is None:
        return
    try:
        await send_service(site, candidate_id, TEMPLATE, asked_at.date().isoformat(), asked_at)
    except DoorClosed as error:
        log.warning("no fresh link sent", candidate_id=candidate_id, why=str(error))


def _note(site: Site, candidate_id: str) -> datetime | None:
    """When it was asked for, now on record; None where there is nobody to mail."""
    c, p = candidates.c, contact_points.c
    usable = exists().where(p.candidate_id == c.id, p.kind == "email", p.suppressed == "")
    with site.engine.begin() as connection:
        if not connection.scalar(select(c.id).where(c.id == candidate_id, ~c.erased, usable)):
            return None
        now = site.story_now(connection)
        note_request(connection, candidate_id, TEMPLATE, now.date().isoformat(), now)
    return now


def _page(site: Site, request: Request, *, action: str = "") -> HTMLResponse:
    language = preferred_language(request.headers.get("accept-language", ""), site.settings.language)
    title = "title" if action else "done_title"
    return page(
        site.settings, "ended", "ended", title=title, language=language, status=410 if action else 200, action=action
    )
