"""Questions that people ask on their status page: kept as messages of theirs, and answered within the hours promised."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from storage import histories, messages
from storage.locks import lock_candidates
from storage.messages import NewMessage
from web.people import Person, person_of
from web.rendering import section_of
from web.services import signal
from web.sites import Site
from web.status import PAGE_CHANNEL, Asked, status_page

LONGEST = 4000
"""Characters of a question."""
A_DAY = 5
"""Questions that one person may ask within 24 hours; who needs more can write a mail."""


class TooMany(Exception):
    """The person has asked A_DAY questions since yesterday."""


def router(site: Site) -> APIRouter:
    """The form's target `/c/<token>/question`."""
    routes = APIRouter(include_in_schema=False)

    @routes.post("/c/{token}/question")
    async def ask(token: str, request: Request) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        form = await request.form()
        asked = Asked(str(form.get("question", "")).strip(), str(form.get("opening", "")))
        error = _fault(asked.text)
        if not error:
            try:
                number = await run_in_threadpool(_keep, site, person, asked)
                await _tell(site, person, number)
            except TooMany:
                error = "question_many"
        return await run_in_threadpool(_answer, site, person, asked, error)

    return routes


def _fault(text: str) -> str:
    """The words' name for what is wrong; empty for nothing."""
    if not text:
        return "question_empty"
    return "question_long" if len(text) > LONGEST else ""


def _keep(site: Site, person: Person, asked: Asked) -> int:
    """Keep the question; its id. Pressed twice it is one: the same words on the same day. Raises TooMany."""
    with site.engine.begin() as connection:
        lock_candidates(connection, [person.id])
        titles = {one.opening_id: one.title for one in histories.progress(connection, person.id, person.now)}
        message_id = _identity(person, asked)
        known = messages.find(connection, PAGE_CHANNEL, message_id)
        if known:
            return known.id
        if _asked_lately(connection, person) >= A_DAY:
            raise TooMany
        number = messages.store(
            connection,
            NewMessage(
                PAGE_CHANNEL, person.now, person.id, message_id=message_id, matched_by="link", confirmed=True,
                subject=titles.get(asked.opening_id or "", ""), text=asked.text, whole=asked.text, language=person.tag,
                kind="question", because="asked on the status page",
            ),
        )  # fmt: skip
    if number is None:
        raise RuntimeError("a question was kept by another request under this person's lock")
    return number


def _identity(person: Person, asked: Asked) -> str:
    said = repr((person.id, person.today.isoformat(), asked.opening_id, asked.text)).encode(errors="surrogatepass")
    return f"page-{blake2b(said, digest_size=12).hexdigest()}"


def _asked_lately(connection: Connection, person: Person) -> int:
    since = person.now - timedelta(days=1)
    own = messages.for_candidate(connection, person.id)
    return sum(one.channel == PAGE_CHANNEL and one.at > since for one in own)


async def _tell(site: Site, person: Person, number: int) -> None:
    """Start the clock on the answer. Told again it is the same question, so a page that failed here may be sent again."""
    await signal(
        site, person.id, "message_received", f"message:{number}", person.now,
        kind="question", channel=PAGE_CHANNEL, message_id=str(number),
    )  # fmt: skip


def _answer(site: Site, person: Person, asked: Asked, error: str) -> HTMLResponse:
    if not error:
        return status_page(site, person, Asked(taken=True))
    said = section_of(site.settings, person.language, "status")[error]
    return status_page(site, person, Asked(asked.text, asked.opening_id, said))
