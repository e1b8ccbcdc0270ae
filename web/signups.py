"""Joining the talent community: a form that anybody may fill in, and a page on which the address says that it was meant.

The form answers the same whether or not we know the address, and changes nothing about people who are on record. It can be shown
in a frame by sites that KEEPWARM_EMBED_HOSTS names. Consent is given on the second page alone, which only the address's mail leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from config.settings import Settings
from domain.touches import Channel, Purpose
from starter.signups import POOL, welcome_event
from storage import candidates, consents, signups
from storage.consents import ConsentRow, NewConsent
from storage.contacts import BadContact, canonical_email
from storage.signups import SOURCE, Form, Signup
from web.guards import HEADERS
from web.people import Person, person_of
from web.rates import HOUR, Rates, network_of
from web.rendering import page, personal_page, section_of
from web.retries import insist
from web.services import SERVICE, send_service
from web.sites import Site
from web.words import language_for, languages, preferred_language

WISHES = (Purpose.NURTURE, Purpose.ALERTS)
TEMPLATE = "confirm_signup"
AN_HOUR = 20
"""Forms that one address of the network may send within an hour: a fair's stand, but no flood of mails to strangers."""
LONGEST_NAME, LONGEST_LINE = 80, 200
MOST_INTERESTS = 20
TRAP = "website"
"""A field that people do not see and robots fill in."""
_LINKS = re.compile(r"://|www\.|@|[<>\[\]{}|\\^`]|\w\.\w{2,}")
"""In a name: forms are abused to have companies mail strangers' words."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as somebody left it. `errors` names the words for what is wrong, by field."""

    full_name: str = ""
    email: str = ""
    place: str = ""
    interests: str = ""
    wishes: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


def router(site: Site) -> APIRouter:
    """The pages `/join` and `/c/<token>/confirm/<signup>`."""
    routes = APIRouter(include_in_schema=False)
    rates = Rates(HOUR)

    @routes.api_route("/join", methods=["GET", "HEAD"])
    def show_form(request: Request) -> HTMLResponse:
        return _form(site, request, Filled())

    @routes.post("/join")
    async def join(request: Request, after: BackgroundTasks) -> HTMLResponse:
        form = await request.form()
        if form.get(TRAP):
            return _answer(site, request, "done")
        filled = _read(form)
        if filled.errors:
            return _form(site, request, filled)
        if rates.wait("join", network_of(_ip(request)), AN_HOUR):
            return _answer(site, request, "many", 429)
        made = await run_in_threadpool(_sign_up, site, request, filled)
        if made:
            after.add_task(ask, site, made)
        return _answer(site, request, "done")

    @routes.api_route("/c/{token}/confirm/{signup}", methods=["GET", "HEAD"])
    def show(token: str, signup: int) -> HTMLResponse:
        person = person_of(site, token)
        return _confirm_page(site, person, _own(site, person, signup))

    @routes.post("/c/{token}/confirm/{signup}")
    async def confirm(token: str, signup: int, request: Request, after: BackgroundTasks) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        if (await request.form()).get("agreed") != "yes":
            raise HTTPException(400)  # some scanners repeat a link as an empty POST
        confirmed = await run_in_threadpool(_confirm, site, person, signup, _ip(request))
        if confirmed:
            after.add_task(welcome, site, confirmed)
        return _confirm_page(site, person, confirmed)

    return routes


# The form


def _read(form: FormData) -> Filled:
    def line(name: str, longest: int) -> str:
        return " ".join(str(form.get(name, "")).replace("\0", "").split())[: longest + 1]

    filled = Filled(
        line("full_name", LONGEST_NAME), line("email", 254), line("place", LONGEST_LINE), line("interests", LONGEST_LINE),
        tuple(wish for wish in WISHES if form.get(wish) == "yes"),
    )  # fmt: skip
    return Filled(filled.full_name, filled.email, filled.place, filled.interests, filled.wishes, _faults(filled))


def _faults(filled: Filled) -> dict[str, str]:
    found = {}
    if not filled.full_name:
        found["full_name"] = "name_missing"
    elif len(filled.full_name) > LONGEST_NAME or _LINKS.search(filled.full_name) or not filled.full_name.isprintable():
        found["full_name"] = "name_wrong"
    try:
        canonical_email(filled.email)
    except BadContact:
        found["email"] = "email_wrong"
    if not filled.wishes:
        found["wishes"] = "wishes_missing"
    return found


def _sign_up(site: Site, request: Request, filled: Filled) -> Signup | None:
    """Put it on record, and that whoever filled it in asked to be written to about it; None where that was often enough."""
    language = _language(site, request)
    words = section_of(site.settings, language, "join")
    wishes = [(wish, str(Channel.EMAIL)) for wish in filled.wishes]
    wording = "\n".join([words["lead"], *(words[wish] for wish in filled.wishes), words["privacy"]])
    interests = [one.strip() for one in filled.interests.split(",") if one.strip()][:MOST_INTERESTS]
    form = Form(filled.full_name, filled.email, wishes, wording, language, filled.place, interests, _ip(request))
    with site.engine.begin() as connection:
        now = site.story_now(connection)
        made = signups.sign_up(connection, form, now)
        if made and not _refuses(connection, made.candidate_id):
            asked = NewConsent(
                made.candidate_id, SERVICE, Channel.EMAIL, True, now, f"request:signup:{made.id}", basis="request",
                wording=words["privacy"], source=SOURCE, ip=form.ip,
            )  # fmt: skip
            consents.record(connection, [asked])
    return made


def _refuses(connection: Connection, candidate_id: str) -> bool:
    """Whether the person said that they want no such mail: a form that anybody may fill in does not change that."""
    return any(
        (row.purpose, row.channel) == (SERVICE, Channel.EMAIL) and not row.granted
        for row in consents.latest(connection, candidate_id)
    )


async def ask(site: Site, made: Signup) -> None:
    """Have the address asked by mail, and the sign-up deleted where it does not answer."""

    async def say() -> None:
        await send_service(site, made.candidate_id, TEMPLATE, str(made.id), made.at)
        await site.door.await_confirmation(made.id, made.candidate_id)

    await insist(say, "a sign-up", made.candidate_id)


async def catch_up(site: Site) -> None:
    """Ask what a process that ended had no time to ask: once, when this one starts."""

    def look() -> list[Signup]:
        with site.engine.connect() as connection:
            return signups.unasked(connection, site.story_now(connection))

    for made in await run_in_threadpool(look):
        await ask(site, made)


def _form(site: Site, request: Request, filled: Filled) -> HTMLResponse:
    query = {name: request.query_params[name] for name in ("embed", "lang") if name in request.query_params}
    shown = page(
        site.settings, "join", "join", language=_language(site, request), status=422 if filled.errors else 200,
        filled=filled, wishes=WISHES, trap=TRAP, longest=LONGEST_LINE, privacy_url=site.settings.privacy_url,
        action=f"/join?{urlencode(query)}" if query else "/join",
    )  # fmt: skip
    return _framed(site.settings, request, shown)


def _answer(site: Site, request: Request, said: str, status: int = 200) -> HTMLResponse:
    shown = page(
        site.settings, "joined", "join", title=f"{said}_title", language=_language(site, request), status=status,
        said=said,
    )  # fmt: skip
    return _framed(site.settings, request, shown)


def _framed(settings: Settings, request: Request, shown: HTMLResponse) -> HTMLResponse:
    """Whoever may show the form in a frame; without `embed=1`, nobody."""
    hosts = settings.embed_hosts.replace(",", " ").split()
    if _is_embedded(request) and hosts:
        policy = HEADERS["content-security-policy"].replace(
            "frame-ancestors 'none'", f"frame-ancestors {' '.join(hosts)}"
        )
        shown.headers["content-security-policy"] = policy
    return shown


def _is_embedded(request: Request) -> bool:
    return request.query_params.get("embed") == "1"


def _language(site: Site, request: Request) -> str:
    """The one that the site around it asks for, else the browser's."""
    wanted = request.query_params.get("lang", "")
    if language_for(wanted) == wanted.split("-")[0].lower() and wanted.split("-")[0].lower() in languages():
        return language_for(wanted)
    return preferred_language(request.headers.get("accept-language", ""), site.settings.language)


def _ip(request: Request) -> str:
    return request.client.host if request.client else ""


# The confirmation


def _own(site: Site, person: Person, signup_id: int) -> Signup | None:
    """The person's own sign-up, open or confirmed. 404 for somebody else's."""
    with site.engine.connect() as connection:
        found = signups.get(connection, signup_id)
        now = site.story_now(connection)
    if found is not None and found.candidate_id != person.id:
        raise HTTPException(404)
    return found if found and (found.confirmed_at or found.is_open(now)) else None


def _confirm(site: Site, person: Person, signup_id: int, ip: str) -> Signup | None:
    """The address means it: consent with the words of the page, and a place in the community. Again, nothing changes."""
    before = _own(site, person, signup_id)
    if before is None:
        return None
    words = section_of(site.settings, person.language, "confirm")
    with site.engine.begin() as connection:
        now = site.story_now(connection)
        confirmed = signups.confirm(connection, signup_id, ip, now)
        if confirmed is None or before.confirmed_at:
            return confirmed
        agreed = [
            NewConsent(
                person.id, purpose, channel, True, now, f"signup:{signup_id}:{purpose}/{channel}",
                wording=f"{words[purpose]}: {words['wording']}", source=f"{SOURCE}, confirmed by mail", ip=ip,
            )
            for purpose, channel in confirmed.wishes
        ]  # fmt: skip
        consents.record(connection, agreed)
        candidates.join_pools(connection, person.id, [POOL])
    return confirmed


async def welcome(site: Site, confirmed: Signup) -> None:
    """Tell the workflow what was agreed to, and let the community's journey begin. Pressed again, it is the same event."""

    async def say() -> None:
        granted, event = await run_in_threadpool(_given, site, confirmed)
        for row in granted:
            await site.door.consent_changed(
                confirmed.candidate_id, row.purpose, row.channel, granted=True, source=row.source,
                event_id=f"{row.event_id}:told", at=row.at, until=row.expires_at,
            )  # fmt: skip
        if event:
            await site.door.signal(confirmed.candidate_id, "enrolled", event)

    await insist(say, "a sign-up", confirmed.candidate_id)


def _given(site: Site, confirmed: Signup) -> tuple[list[ConsentRow], dict[str, object] | None]:
    """What this sign-up agreed to, and the way into the journey."""
    with site.engine.connect() as connection:
        said = consents.history(connection, confirmed.candidate_id)
        at = confirmed.confirmed_at or site.story_now(connection)
        own = f"signup:{confirmed.id}:"
        return [row for row in said if row.event_id.startswith(own)], welcome_event(connection, confirmed.id, at)


def _confirm_page(site: Site, person: Person, signup: Signup | None) -> HTMLResponse:
    said = "gone" if signup is None else "done" if signup.confirmed_at else ""
    return personal_page(
        site.settings, person, "confirm", "confirm", title=f"{said}_title" if said else "title",
        status=410 if said == "gone" else 200, said=said, wishes=[purpose for purpose, _ in signup.wishes] if signup else [],
    )  # fmt: skip
