"""What a person may ask for of their data: a copy of all of it, that it is forgotten, and that every link to these pages ends."""

from __future__ import annotations

from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from starter.exports import make_export
from starter.refusals import Refused
from storage import histories, links, tasks
from storage.tasks import NewTask
from web.people import Person, person_of
from web.rendering import page, personal_page
from web.sites import DoorClosed, Site

ANSWER_WITHIN = timedelta(days=30)
"""What the law gives us: a month (GDPR Art. 12(3))."""
CONFIRMED = ("confirm", "yes")
"""What the second step of an erasure sends."""

log = structlog.get_logger(__name__)


def router(site: Site) -> APIRouter:
    """The pages `/c/<token>/data`, `export`, `erase`, and the form's target `revoke`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/data", methods=["GET", "HEAD"])
    @routes.api_route("/c/{token}/export", methods=["GET", "HEAD"])
    @routes.api_route("/c/{token}/erase", methods=["GET", "HEAD"])
    def show(token: str) -> HTMLResponse:
        return personal_page(site.settings, person_of(site, token), "data", "data")

    @routes.post("/c/{token}/export")
    def export(token: str) -> Response:
        person = person_of(site, token)
        settings = site.settings
        with site.engine.connect() as connection:
            waits = histories.has_untold(connection, person.id, person.now)
        if waits:
            # The record holds a decision that may still be taken back: people learn it from its message, not from a file.
            because = f"they asked for a copy of their data (GDPR Art. 15); once they were told: keepwarm candidate export {person.id}"
            _ask(site, person, "export_request", because, person.id)
            return personal_page(settings, person, "done", "data", title="export_title", done="export_asked")
        with site.engine.connect() as connection:
            archive = make_export(
                connection, person.id, company=settings.company, from_address=settings.from_address, at=person.now
            )
        log.info("a person took a copy of their data", candidate_id=person.id, size=len(archive))
        name = f"keepwarm-{person.today.isoformat()}.zip"
        return Response(
            archive, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{name}"'}
        )

    @routes.post("/c/{token}/erase")
    async def erase(token: str, request: Request) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        form = await request.form()
        if form.get(CONFIRMED[0]) != CONFIRMED[1]:
            return personal_page(site.settings, person, "erase", "data", title="erase_sure")
        done = await _erase(site, person)
        return page(site.settings, "done", "data", title="erase_title", language=person.language, done=done)

    @routes.post("/c/{token}/revoke")
    def revoke(token: str) -> HTMLResponse:
        person = person_of(site, token)
        with site.engine.begin() as connection:
            links.end(connection, person.id, person.epoch)
        return page(
            site.settings,
            "revoked",
            "data",
            title="revoke_title",
            language=person.language,
            action=person.path("fresh"),
        )

    return routes


async def _erase(site: Site, person: Person) -> str:
    """Forget the person; the words' name for what came of it. What can't be done now is asked of a person, who has ANSWER_WITHIN."""
    try:
        still_to_do = await site.door.erase_candidate(person.id, because="asked on their page", by="themselves")
    except (DoorClosed, Refused) as error:
        log.warning("erasure left to a person", candidate_id=person.id, why=str(error))
        because = f"they asked to be forgotten (GDPR Art. 17); keepwarm candidate erase {person.id}"
        await run_in_threadpool(_ask, site, person, "erase_request", because, person.id)
        return "erase_asked"
    if still_to_do:
        because = f"{person.id} was forgotten on their request; still to do: {'; '.join(still_to_do)}"
        await run_in_threadpool(_ask, site, person, "erased", because, None)
    return "erase_done"


def _ask(site: Site, person: Person, kind: str, because: str, candidate_id: str | None) -> None:
    with site.engine.begin() as connection:
        wanted = NewTask(f"{kind}/{person.id}", kind, because, person.now + ANSWER_WITHIN, candidate_id)
        tasks.ask(connection, [wanted])
