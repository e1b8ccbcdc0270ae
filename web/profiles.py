"""Profile correction: what is on record about a person, for them to put right. A new address counts once its mailbox confirms it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from activities.messages import ADDRESS
from storage import candidates, consents, contacts, corrections, tasks
from storage.candidates import AlreadyKnown, Profile
from storage.contacts import BadContact
from storage.locks import lock_candidates
from storage.tasks import NewTask
from web.people import Person, person_of
from web.rendering import personal_page, section_of
from web.services import note_request, send_service, signal
from web.sites import Site

SOURCE = "candidate page"
PLAIN = ("full_name", "first_name", "place", "country", "headline")
FIELDS = (*PLAIN, "email", "phone", "skills")
LONGEST = 200
"""Characters of a field; of a skill too."""
MOST_SKILLS = 60
ADDRESSES_A_DAY = 3
"""New addresses that one person may name within 24 hours: each is a mail to a mailbox that may be a stranger's."""
COUNTRY = re.compile(r"[A-Z]{2}\Z")
LOOK_WITHIN = timedelta(days=3)
"""How soon somebody looks at a person who names an address that is on record as another one's."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it is shown: values and errors (names of words) by field, and what came of saving."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a correction came to: the fields that changed, and the touch id of the mail that asks about a new address, if one goes."""

    changed: Sequence[str] = ()
    asked: str = ""
    mail: str = ""


def router(site: Site) -> APIRouter:
    """The page `/c/<token>/profile`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/profile", methods=["GET", "HEAD"])
    def show(token: str) -> HTMLResponse:
        person = person_of(site, token)
        return _page(site, person, Form(_on_record(site, person)))

    @routes.post("/c/{token}/profile")
    async def correct(token: str, request: Request) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        given = _given(await request.form(), await run_in_threadpool(_on_record, site, person))
        errors = _faults(given)
        outcome = Outcome()
        if not errors:
            outcome, errors = await run_in_threadpool(_save, site, person, given)
        if errors:
            return _page(site, person, Form(given, errors))
        await _tell(site, person, outcome)
        return await run_in_threadpool(_saved_page, site, token, outcome)

    return routes


def _on_record(site: Site, person: Person) -> dict[str, str]:
    with site.engine.connect() as connection:
        return _values(candidates.profile(connection, person.id))


def _values(profile: Profile) -> dict[str, str]:
    """What the form shows of a record: for each kind of contact the one that is used, skills one a line."""
    own = {name: str(getattr(profile.candidate, name)) for name in PLAIN}
    used = {point.kind: point.value for point in reversed(profile.contact_points) if not point.suppressed}
    contact = {"email": used.get("email", ""), "phone": used.get("phone", "")}
    return own | contact | {"skills": "\n".join(profile.skills)}


def _given(form: FormData, known: Mapping[str, str]) -> dict[str, str]:
    """What was sent; a field that was not sent stays as it is."""
    given = {name: str(form[name]).strip() if name in form else known[name] for name in FIELDS}
    return given | {"skills": "\n".join(_skills(given["skills"]))}


def _skills(text: str) -> list[str]:
    return [word for line in re.split(r"[\n\r,;]+", text) if (word := " ".join(line.split()))]


def _faults(given: Mapping[str, str]) -> dict[str, str]:
    """By field, the words' name for what is wrong with it."""
    faults = {name: "too_long" for name in FIELDS if name != "skills" and len(given[name]) > LONGEST}
    listed = _skills(given["skills"])
    if len(listed) > MOST_SKILLS or any(len(word) > LONGEST for word in listed):
        faults["skills"] = "skills_many"
    if not given["full_name"]:
        faults["full_name"] = "name_missing"
    if given["country"] and not COUNTRY.match(given["country"]):
        faults["country"] = "country_unknown"
    for kind in ("email", "phone"):
        try:
            if given[kind]:
                contacts.canonical(kind, given[kind], given["country"])
        except BadContact:
            faults[kind] = f"{kind}_bad"
    return faults


def _save(site: Site, person: Person, given: Mapping[str, str]) -> tuple[Outcome, dict[str, str]]:
    """Write what differs, in one transaction under the person's lock; or nothing, and what is wrong by field."""
    try:
        with site.engine.begin() as connection:
            lock_candidates(connection, [person.id])
            known = _values(candidates.profile(connection, person.id))
            changed = [name for name in FIELDS if name != "email" and _differs(name, given, known)]
            _write(connection, person, given, changed)
            corrections.note(connection, person.id, changed, SOURCE, person.now)
            return _ask_address(connection, person, given["email"], known["email"], Outcome(changed)), {}
    except AlreadyKnown:
        return Outcome(), {"phone": "phone_bad"}
    except _TooManyAddresses:
        return Outcome(), {"email": "email_many"}
    except ValueError:
        return Outcome(), {"full_name": "unreadable"}


def _differs(name: str, given: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether a field says something else; a number written in another way is the same one."""
    if name != "phone" or not given[name] or not known[name]:
        return given[name] != known[name]
    return contacts.canonical_phone(given[name], given["country"]) != contacts.canonical_phone(
        known[name], known["country"]
    )


class _TooManyAddresses(Exception):
    """ADDRESSES_A_DAY were named."""


def _write(connection: Connection, person: Person, given: Mapping[str, str], changed: Sequence[str]) -> None:
    plain = {name: given[name] for name in PLAIN if name in changed}
    if plain:
        candidates.change(connection, person.id, **plain)
    if "skills" in changed:
        corrections.replace_skills(connection, person.id, _skills(given["skills"]))
    if "phone" in changed:
        corrections.replace_contact(connection, person.id, "phone", given["phone"], given["country"])
        _end_sms(connection, person)


def _end_sms(connection: Connection, person: Person) -> None:
    """Who agreed to text messages agreed for that number (47 CFR 64.1200(a)(2): of the called party): a new one is asked anew."""
    if any(row.granted and row.channel == "sms" for row in consents.latest(connection, person.id)):
        event_id = f"number:{person.now.isoformat()}"
        consents.opt_out(connection, person.id, "*", "sms", at=person.now, event_id=event_id, source="number changed")


def _ask_address(connection: Connection, person: Person, address: str, known: str, outcome: Outcome) -> Outcome:
    """Ask the new address for its owner's word, once for each address and day. Another one's address gets no mail; somebody looks at it.

    What the page then says is the same, so that nobody learns who is on record here.
    """
    if not address:
        return outcome
    canonical = contacts.canonical_email(address)
    if known and canonical == contacts.canonical_email(known):
        corrections.want_email(connection, person.id, "", SOURCE, person.now)
        return outcome
    if corrections.wanted_email(connection, person.id) != address:
        if corrections.count(connection, person.id, "email_wanted", person.now - timedelta(days=1)) >= ADDRESSES_A_DAY:
            raise _TooManyAddresses
        corrections.note(connection, person.id, ["email_wanted"], SOURCE, person.now)
        corrections.want_email(connection, person.id, address, SOURCE, person.now)
    asked = replace(outcome, asked=address)
    if corrections.owner_of(connection, "email", canonical) not in ("", person.id):
        tasks.ask(connection, [_claim(person, canonical)])
        return asked
    mail = f"{person.now.date().isoformat()}-{blake2b(canonical.encode(), digest_size=6).hexdigest()}"
    note_request(connection, person.id, ADDRESS, mail, person.now)
    return replace(asked, mail=mail)


def _claim(person: Person, canonical: str) -> NewTask:
    return NewTask(
        f"claim/{person.id}/{blake2b(canonical.encode(), digest_size=6).hexdigest()}", "claimed_address",
        "they gave as their new address one that is on record as another candidate's; are they the same person?",
        person.now + LOOK_WITHIN, person.id,
    )  # fmt: skip


async def _tell(site: Site, person: Person, outcome: Outcome) -> None:
    """Let the workflow hear of it; what was missing in a message may be there now. Raises DoorClosed."""
    stamp = person.now.isoformat()
    if outcome.mail:
        await send_service(site, person.id, ADDRESS, outcome.mail, person.now)
    if outcome.changed:
        await signal(site, person.id, "profile_changed", f"profile:{person.id}:{stamp}", person.now)
    if "phone" in outcome.changed:
        await signal(
            site, person.id, "consent_changed", f"number:{stamp}", person.now, purpose="*", channel="sms",
            granted=False, source="number changed", recorded=True,
        )  # fmt: skip
        await signal(site, person.id, "contact_corrected", f"contact:sms:{stamp}", person.now, channel="sms")


def _saved_page(site: Site, token: str, outcome: Outcome) -> HTMLResponse:
    person = person_of(site, token)
    return _page(site, person, Form(_on_record(site, person), saved=bool(outcome.changed), asked=outcome.asked))


def _page(site: Site, person: Person, form: Form) -> HTMLResponse:
    words = section_of(site.settings, person.language, "profile")
    errors = {name: words[fault] for name, fault in form.errors.items()}
    return personal_page(
        site.settings, person, "profile", "profile", status=422 if errors else 200, form=form, errors=errors,
        countries=_countries(person, form.values["country"]),
    )  # fmt: skip


def _countries(person: Person, chosen: str) -> list[tuple[str, str]]:
    """Every country by its name in the person's language, in that order."""
    named = [(code, str(name)) for code, name in person.locale.territories.items() if COUNTRY.match(code)]
    own = [] if chosen in ("", *(code for code, _ in named)) else [(chosen, chosen)]
    return [("", "–"), *own, *sorted(named, key=lambda one: one[1].casefold())]
