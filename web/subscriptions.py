"""Leaving and choosing: one-click unsubscribe (RFC 8058) and the preference page, by signed link, without a login.

A GET changes nothing, because mail scanners open every link. The consent log is written first: the gates read it before every
send, so an opt-out holds from that moment whether or not Temporal can be told; the workflow then only stops planning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog
from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from config.links import BadLink
from domain.touches import Channel, Purpose
from storage import candidates, consents
from storage.consents import ConsentRow, NewConsent
from storage.locks import lock_candidates
from web.people import Person, person_of
from web.preferences import NO_FAULTS, manner_of, save_manner
from web.rendering import page, personal_page
from web.sites import DoorClosed, Site
from web.words import language_for, words_for

OPTIONAL = (Purpose.NURTURE, Purpose.ALERTS)
"""What a person can leave by a link. Messages about their own application answer what they asked for themselves."""

CHANNELS = (Channel.EMAIL, Channel.SMS)
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""RFC 8058 §3.2; the page's own button sends the same."""

TELL_SECONDS = 10
"""How long Temporal may take to be told. A workflow that was not told learns it from the gate, at its next touch."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of the preference page."""

    purpose: str
    channel: str
    granted: bool

    @property
    def name(self) -> str:
        """The form field's."""
        return f"{self.purpose}-{self.channel}"


@dataclass(frozen=True, slots=True)
class Change:
    """What was written, for the workflow to hear. `channel` is `*` where all of them changed alike; `until` as in the log."""

    purpose: str
    channel: str
    granted: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a word of consent comes from: the page, the language of its words, and the address that sent it."""

    source: str
    language: str
    ip: str


def router(site: Site) -> APIRouter:
    """The pages `/u/<token>` and `/c/<token>/preferences`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/u/{token}", methods=["GET", "HEAD"])
    def show_unsubscribe(token: str) -> HTMLResponse:
        language = _language(site, _subscriber(site, token))
        return _unsubscribe_page(site, token, language, done=False)

    @routes.post("/u/{token}")
    async def unsubscribe(token: str, request: Request, after: BackgroundTasks) -> HTMLResponse:
        candidate_id = _subscriber(site, token)
        language = await run_in_threadpool(_language, site, candidate_id)
        form = await request.form()
        if form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
            raise HTTPException(400, "the body must be List-Unsubscribe=One-Click")
        wanted = [Choice(purpose, channel, False) for purpose in OPTIONAL for channel in CHANNELS]
        origin = Origin("unsubscribe link", language, _ip(request))
        await _save(site, candidate_id, wanted, origin, after)
        return _unsubscribe_page(site, token, language, done=True)

    @routes.api_route("/c/{token}/preferences", methods=["GET", "HEAD"])
    def show_preferences(token: str) -> HTMLResponse:
        return _preferences_page(site, person_of(site, token, old_form=True), saved=False)

    @routes.post("/c/{token}/preferences")
    async def choose(token: str, request: Request, after: BackgroundTasks) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token, old_form=True)
        form = await request.form()
        faults = await save_manner(site, person, form, after)
        if faults:
            return await run_in_threadpool(_preferences_page, site, person, saved=False, form=form, faults=faults)
        offered = await run_in_threadpool(_choices, site, person.id, person.now)
        origin = Origin("preference page", person.language, _ip(request))
        await _save(site, person.id, _chosen(form, offered), origin, after)
        person = await run_in_threadpool(person_of, site, token, old_form=True)
        return await run_in_threadpool(_preferences_page, site, person, saved=True)

    return routes


def _ip(request: Request) -> str:
    return request.client.host if request.client else ""


def _subscriber(site: Site, token: str) -> str:
    try:
        return site.links.read_unsubscribe(token).candidate_id
    except BadLink:
        raise HTTPException(404) from None


def _language(site: Site, candidate_id: str) -> str:
    """The person's language, of those that we have. 404 for somebody who is not, or no longer, on record."""
    with site.engine.connect() as connection:
        try:
            person = candidates.get(connection, candidate_id)
        except candidates.UnknownCandidate:
            raise HTTPException(404) from None
    if person.erased:
        raise HTTPException(404)
    return language_for(person.language)


def _choices(site: Site, candidate_id: str, now: datetime) -> list[Choice]:
    """Each purpose by each channel on which the person can be reached, and what holds."""
    with site.engine.connect() as connection:
        profile = candidates.profile(connection, candidate_id)
        granted = {(row.purpose, row.channel) for row in consents.latest(connection, candidate_id) if row.holds(now)}
    kinds = {point.kind for point in profile.contact_points}
    reachable = [Channel.EMAIL, *([Channel.SMS] if "phone" in kinds else [])]
    return [Choice(purpose, channel, (purpose, channel) in granted) for purpose in OPTIONAL for channel in reachable]


def _chosen(form: FormData, offered: Sequence[Choice]) -> list[Choice]:
    return [Choice(choice.purpose, choice.channel, form.get(choice.name) == "yes") for choice in offered]


async def _save(
    site: Site, candidate_id: str, wanted: Sequence[Choice], origin: Origin, after: BackgroundTasks
) -> None:
    event_id = f"web-{uuid4().hex}"
    at, changes = await run_in_threadpool(_record, site, candidate_id, wanted, origin, event_id)
    for change in changes:
        after.add_task(_tell, site, candidate_id, change, origin.source, event_id, at)


def _record(
    site: Site, candidate_id: str, wanted: Sequence[Choice], origin: Origin, event_id: str
) -> tuple[datetime, list[Change]]:
    """Write what differs from what holds, in one transaction under the person's lock; the same wish again writes nothing."""
    with site.engine.begin() as connection:
        lock_candidates(connection, [candidate_id])
        at = site.story_now(connection)
        changed = _differing(connection, candidate_id, wanted, at)
        consents.record(
            connection,
            [
                NewConsent(
                    candidate_id, choice.purpose, choice.channel, choice.granted, at,
                    f"{event_id}:{choice.purpose}/{choice.channel}",
                    wording=_wording(site, choice, origin.language) if choice.granted else "", source=origin.source,
                    ip=origin.ip,
                )
                for choice in changed
            ],
        )  # fmt: skip
        ends = {(row.purpose, row.channel): row.expires_at for row in consents.latest(connection, candidate_id)}
    return at, _summed_up(changed, ends)


def _summed_up(changed: Sequence[Choice], ends: Mapping[tuple[str, str], datetime | None]) -> list[Change]:
    """One signal for a purpose that changed alike on every channel: each signal is a billable action."""
    changes = []
    for purpose in dict.fromkeys(choice.purpose for choice in changed):
        for granted in (True, False):
            channels = [c.channel for c in changed if c.purpose == purpose and c.granted is granted]
            summed = ["*"] if len(channels) == len(CHANNELS) else channels
            until = ends.get((purpose, channels[0])) if granted and channels else None
            changes += [Change(purpose, channel, granted, until) for channel in summed]
    return changes


def _differing(connection: Connection, candidate_id: str, wanted: Sequence[Choice], now: datetime) -> list[Choice]:
    """What the log does not say yet. A withdrawal counts even where nothing was ever granted: an import that comes later must not undo
    it. A consent that is to be renewed is renewed by the same word."""
    rows = {(row.purpose, row.channel): row for row in consents.latest(connection, candidate_id)}
    return [choice for choice in wanted if _is_news(choice, rows.get((choice.purpose, choice.channel)), now)]


def _is_news(choice: Choice, row: ConsentRow | None, now: datetime) -> bool:
    return row is None or row.granted is not choice.granted or (choice.granted and row.is_to_be_renewed(now))


def _wording(site: Site, choice: Choice, language: str) -> str:
    """What the person agreed to, as the page put it (GDPR Art. 7(1): consent is to be demonstrated)."""
    words = words_for(language)["preferences"]
    return words["wording"].format(
        purpose=words[choice.purpose], channel=words[choice.channel], company=site.settings.company
    )


async def _tell(site: Site, candidate_id: str, change: Change, source: str, event_id: str, at: datetime) -> None:
    try:
        async with asyncio.timeout(TELL_SECONDS):
            await site.door.consent_changed(
                candidate_id, change.purpose, change.channel, granted=change.granted, source=source,
                event_id=f"{event_id}:{change.purpose}/{change.channel}", at=at, until=change.until,
            )  # fmt: skip
    except (DoorClosed, TimeoutError) as error:
        log.warning("workflow not told of consent; the gates know it", candidate_id=candidate_id, why=str(error))


def _unsubscribe_page(site: Site, token: str, language: str, *, done: bool) -> HTMLResponse:
    """The page. A link out never ends, so it leads to no page that shows what is on record: those come by mail, to the person."""
    return page(
        site.settings, "unsubscribe", "unsubscribe", title="done_title" if done else "title", language=language,
        done=done, action=f"/u/{token}/fresh",
    )  # fmt: skip


def _preferences_page(
    site: Site, person: Person, *, saved: bool, form: FormData | None = None, faults: Mapping[str, str] = NO_FAULTS
) -> HTMLResponse:
    """The page; as somebody left it, with what is wrong, where a `form` was not taken."""
    choices = _choices(site, person.id, person.now)
    if form is not None:
        choices = _chosen(form, choices)
    groups = [(purpose, [choice for choice in choices if choice.purpose == purpose]) for purpose in OPTIONAL]
    return personal_page(
        site.settings, person, "preferences", "preferences", status=422 if faults else 200, groups=groups, saved=saved,
        manner=manner_of(site, person, form, faults),
    )  # fmt: skip
