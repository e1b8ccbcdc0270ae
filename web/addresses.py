"""Confirming a new address by the link in the mail that went there. It opens nothing else: the mailbox may be somebody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from config.links import AddressLink, BadLink
from storage import candidates, contacts, corrections
from storage.candidates import AlreadyKnown, UnknownCandidate
from storage.locks import lock_candidates
from web.profiles import SOURCE
from web.rendering import page
from web.services import signal
from web.sites import Site
from web.words import language_for

CONFIRM_WITHIN = timedelta(days=14)
"""How long the mail's link works."""


def router(site: Site) -> APIRouter:
    """The page `/c/<token>/address`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/address", methods=["GET", "HEAD"])
    def show(token: str) -> HTMLResponse:
        link = _read(site, token)
        with site.engine.connect() as connection:
            language = _language(connection, link)
            state = _state(connection, link, site.story_now(connection))
        return _page(site, link, language, state)

    @routes.post("/c/{token}/address")
    async def confirm(token: str) -> HTMLResponse:
        link = _read(site, token)
        language, state, now = await run_in_threadpool(_confirm, site, link)
        if state == "done":
            event_id = f"address:{link.candidate_id}:{link.issued}:{contacts.canonical_email(link.address)}"
            await signal(site, link.candidate_id, "contact_corrected", event_id, now, channel="email")
        return _page(site, link, language, state)

    return routes


def _read(site: Site, token: str) -> AddressLink:
    try:
        return site.links.read_address(token)
    except BadLink:
        raise HTTPException(404) from None


def _language(connection: Connection, link: AddressLink) -> str:
    try:
        person = candidates.get(connection, link.candidate_id)
    except UnknownCandidate:
        raise HTTPException(404) from None
    if person.erased:
        raise HTTPException(404)
    return language_for(person.language)


def _state(connection: Connection, link: AddressLink, now: datetime) -> str:
    """`done` where it is their address, `open` where their word is awaited, `over` where it is not any more."""
    profile = candidates.profile(connection, link.candidate_id)
    used = [point for point in profile.contact_points if point.kind == "email" and not point.suppressed]
    if used and used[0].canonical == contacts.canonical_email(link.address):
        return "done"
    wanted = corrections.wanted_email(connection, link.candidate_id) == link.address
    return "open" if wanted and now.date() <= link.issued + CONFIRM_WITHIN else "over"


def _confirm(site: Site, link: AddressLink) -> tuple[str, str, datetime]:
    """The language, the state it is in now, and the moment."""
    with site.engine.begin() as connection:
        lock_candidates(connection, [link.candidate_id])
        now = site.story_now(connection)
        language, state = _language(connection, link), _state(connection, link, now)
        if state != "open":
            return language, state, now
        try:
            corrections.replace_contact(connection, link.candidate_id, "email", link.address)
        except AlreadyKnown:
            return language, "over", now
        corrections.want_email(connection, link.candidate_id, "", SOURCE, now)
        corrections.note(connection, link.candidate_id, ["email"], SOURCE, now)
    return language, "done", now


def _page(site: Site, link: AddressLink, language: str, state: str) -> HTMLResponse:
    return page(
        site.settings,
        "address",
        "address",
        title=f"{state}_title",
        language=language,
        state=state,
        address=link.address,
    )
