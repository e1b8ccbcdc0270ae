"""What a person may ask for of their data: a copy of all of it, that it is forgotten, and that every link to these pages ends."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import update

from storage import tasks
from storage.locks import lock_candidates
from storage.tables import candidates
from storage.tasks import NewTask
from web.people import Person, person_of
from web.rendering import page, personal_page
from web.sites import Site

ANSWER_WITHIN = timedelta(days=30)
"""What the law gives us: a month (GDPR Art. 12(3))."""
CONFIRMED = ("confirm", "yes")
"""What the second step of an erasure sends."""


def router(site: Site) -> APIRouter:
    """The pages `/c/<token>/data`, `export`, `erase`, and the form's target `revoke`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/data", methods=["GET", "HEAD"])
    @routes.api_route("/c/{token}/export", methods=["GET", "HEAD"])
    @routes.api_route("/c/{token}/erase", methods=["GET", "HEAD"])
    def show(token: str) -> HTMLResponse:
        return personal_page(site.settings, person_of(site, token), "data", "data")

    @routes.post("/c/{token}/export")
    def export(token: str) -> HTMLResponse:
        person = person_of(site, token)
        _ask(
            site,
            person,
            "export_request",
            "they asked for a copy of all that is on record about them (GDPR Art. 15, 20)",
        )
        return personal_page(site.settings, person, "done", "data", title="export_title", done="export_done")

    @routes.post("/c/{token}/erase")
    async def erase(token: str, request: Request) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        form = await request.form()
        if form.get(CONFIRMED[0]) != CONFIRMED[1]:
            return personal_page(site.settings, person, "erase", "data", title="erase_sure")
        await run_in_threadpool(_ask, site, person, "erase_request", "they asked to be forgotten (GDPR Art. 17)")
        return personal_page(site.settings, person, "done", "data", title="erase_title", done="erase_done")

    @routes.post("/c/{token}/revoke")
    def revoke(token: str) -> HTMLResponse:
        person = person_of(site, token)
        _end_links(site, person)
        return page(
            site.settings,
            "revoked",
            "data",
            title="revoke_title",
            language=person.language,
            action=person.path("fresh"),
        )

    return routes


def _ask(site: Site, person: Person, kind: str, because: str) -> None:
    with site.engine.begin() as connection:
        wanted = NewTask(f"{kind}/{person.id}", kind, because, person.now + ANSWER_WITHIN, person.id)
        tasks.ask(connection, [wanted])


def _end_links(site: Site, person: Person) -> None:
    """Every link that was made until now, this page's own too; pressed twice it ends them once."""
    c = candidates.c
    with site.engine.begin() as connection:
        lock_candidates(connection, [person.id])
        own = (c.id == person.id) & (c.link_epoch == person.epoch)
        connection.execute(update(candidates).where(own).values(link_epoch=person.epoch + 1))
