"""Choosing an interview time: the page with the free ones by the person's own clock, and the calendar file.

What is pressed is written first, under the locks of storage.bookings; then the workflow is told, which confirms by mail and
reminds. Where Temporal is away the booking stands all the same, and is told as soon as it can be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from babel.dates import format_time, get_timezone_name
from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from activities.bookings import Entry, calendar_part
from domain.stages import StageKind
from domain.touches import Channel
from domain.windows import zone_of
from starter.bookings import booked_event, unbooked_event
from storage import bookings, consents, openings, slots
from storage.bookings import NOTICE, Booking, CannotBook, Refusal
from storage.consents import NewConsent
from storage.openings import Opening, UnknownOpening
from storage.slots import Slot
from storage.tables import applications, contact_points
from templates.invitations import Person as Party
from web.people import Person, person_of
from web.rendering import personal_page, section_of
from web.retries import Rest, insist
from web.services import SERVICE
from web.sites import Site

MEETABLE = (StageKind.OPEN, StageKind.LATE)
"""Stages in which times are offered: who has only just applied is not yet invited, and who is out is not any more."""
FILE = "invite.ics"


@dataclass(frozen=True, slots=True)
class Day:
    """The free times of one day, as the person counts days."""

    name: str
    times: list[Time]


@dataclass(frozen=True, slots=True)
class Time:
    """One of them: `clock` is `10:00–10:45`, by the person's own."""

    slot: Slot
    clock: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the page stands on. `booking` is the person's own, held and ahead; `taken_back` one whose time we took back."""

    opening: Opening
    booking: Booking | None
    taken_back: bool
    shown: str
    free: list[Slot]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a press: the words that say so, and whether it did what was asked."""

    words: str = ""
    done: bool = True


LOOKED = Outcome()


def router(site: Site) -> APIRouter:
    """The page `/c/<token>/booking/<opening>` and its calendar file."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/booking/{opening}", methods=["GET", "HEAD"])
    def show(token: str, opening: str) -> HTMLResponse:
        return _page(site, person_of(site, token), opening, LOOKED)

    @routes.post("/c/{token}/booking/{opening}")
    async def press(token: str, opening: str, request: Request, after: BackgroundTasks) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        form = await request.form()
        asked, shown = str(form.get("slot", "")), str(form.get("shown", ""))
        if form.get("action") == "cancel":
            outcome = await run_in_threadpool(_cancel, site, person, opening, shown)
        elif asked.isascii() and asked.isdigit() and len(asked) < 18:
            ip = request.client.host if request.client else ""
            outcome = await run_in_threadpool(_book, site, person, opening, int(asked), shown, ip)
        else:
            outcome = Outcome("choose_first", done=False)
        if outcome.done:
            after.add_task(tell, site, person.id, opening)
        return await run_in_threadpool(_page, site, person, opening, outcome)

    @routes.api_route("/c/{token}/booking/{opening}/" + FILE, methods=["GET", "HEAD"])
    def download(token: str, opening: str) -> Response:
        return _file(site, person_of(site, token), opening)

    return routes


# What is pressed


def _book(site: Site, person: Person, opening_id: str, slot_id: int, shown: str, ip: str) -> Outcome:
    """Book a slot or move to it; the same press again changes nothing."""
    uid = f"{uuid4().hex}@{site.settings.from_address.rpartition('@')[2]}"
    try:
        with site.engine.begin() as connection:
            now = site.story_now(connection)
            if not _is_invited(connection, person.id, _opening(connection, opening_id)):
                return Outcome("gone", done=False)
            booking, fresh = bookings.book(
                connection, person.id, opening_id, slot_id, uid=uid, shown=shown, now=now
            )  # fmt: skip
            if fresh:
                consents.record(connection, _asked(person, booking, _wording(site, person), ip))
    except CannotBook as refused:
        return Outcome("changed" if refused.why is Refusal.CHANGED else "gone", done=False)
    return Outcome("moved" if booking.sequence else "booked")


def _cancel(site: Site, person: Person, opening_id: str, shown: str) -> Outcome:
    """Give the booking back that the page showed; pressed again, it is given back."""
    uid = shown.rpartition(":")[0]
    with site.engine.begin() as connection:
        now = site.story_now(connection)
        own = bookings.held(connection, person.id, opening_id)
        if own and own.version != shown:
            return Outcome("changed", done=False)
        if own and own.starts_at <= now:
            return Outcome("begun", done=False)
        given = bookings.cancel(connection, person.id, opening_id, uid=uid, now=now) if own else None
        before = bookings.latest(connection, [(person.id, opening_id)]).get((person.id, opening_id))
    known = given or (before if before and before.uid == uid and before.state == "cancelled" else None)
    return Outcome("cancelled") if known else Outcome("changed", done=False)


def _asked(person: Person, booking: Booking, wording: str, ip: str) -> list[NewConsent]:
    """That they asked for the messages about it (GDPR Art. 6(1)(b)), which go by email."""
    return [
        NewConsent(
            person.id, SERVICE, Channel.EMAIL, True, booking.at, f"request:booking:{booking.uid}:{booking.sequence}",
            basis="request", wording=wording, source="booking page", ip=ip,
        )
    ]  # fmt: skip


def _wording(site: Site, person: Person) -> str:
    return section_of(site.settings, person.language, "booking")["wording"]


async def tell(site: Site, candidate_id: str, opening_id: str, rest: Rest = asyncio.sleep) -> None:
    """Tell the workflow how the bookings ahead stand. The same state is the same event."""

    async def say() -> None:
        for one in await run_in_threadpool(_ahead, site, candidate_id, opening_id):
            name, payload = ("booked", booked_event) if one.state == "booked" else ("unbooked", unbooked_event)
            await site.door.signal(candidate_id, name, payload(one))

    await insist(say, "a booking", candidate_id, rest)


async def catch_up(site: Site) -> None:
    """Tell what a process that ended had no time to tell: once, when this one starts."""

    def look() -> list[tuple[str, str]]:
        with site.engine.connect() as connection:
            return bookings.untold(connection, site.story_now(connection))

    for candidate_id, opening_id in await run_in_threadpool(look):
        await tell(site, candidate_id, opening_id)


def _ahead(site: Site, candidate_id: str, opening_id: str) -> list[Booking]:
    """Every calendar entry whose time is to come: cancelled ones before those that hold."""
    with site.engine.connect() as connection:
        now = site.story_now(connection)
        found = bookings.entries(connection, candidate_id, opening_id)
    return sorted((one for one in found if one.starts_at > now), key=lambda one: one.state == "booked")


# What is shown


def _page(site: Site, person: Person, opening_id: str, outcome: Outcome) -> HTMLResponse:
    with site.engine.connect() as connection:
        now = site.story_now(connection)
        meeting = _meeting(connection, person, opening_id, now)
    zone = zone_of(person.zone)
    return personal_page(
        site.settings, person, "booking", "booking", status=200 if outcome.done else 409, meeting=meeting,
        outcome=outcome, days=_days(person, meeting.free), clock=lambda one: clock_of(person, one),
        zone=get_timezone_name(zone, locale=person.locale), file=person.path(f"booking/{opening_id}/{FILE}"),
    )  # fmt: skip


def _meeting(connection: Connection, person: Person, opening_id: str, now: datetime) -> Meeting:
    opening = _opening(connection, opening_id)
    own = bookings.held(connection, person.id, opening_id)
    if own is None and _kind(connection, person.id, opening_id) is None:
        raise HTTPException(404)  # as an opening that is none: its title is for those who applied
    ahead = own if own and own.starts_at > now else None
    offered = slots.free(connection, opening_id, now + NOTICE) if _is_invited(connection, person.id, opening) else []
    taken_back = ahead is not None and ahead.slot_cancelled
    return Meeting(
        opening,
        None if taken_back else ahead,
        taken_back,
        own.version if own else "",
        [slot for slot in offered if own is None or slot.id != own.slot_id],
    )


def _opening(connection: Connection, opening_id: str) -> Opening:
    try:
        return openings.get(connection, opening_id)
    except UnknownOpening:
        raise HTTPException(404) from None


def _is_invited(connection: Connection, candidate_id: str, opening: Opening) -> bool:
    """Whether the person may choose a time: under way at an opening that is still to be filled."""
    return _kind(connection, candidate_id, opening.id) in MEETABLE and opening.status not in ("closed", "filled")


def _kind(connection: Connection, candidate_id: str, opening_id: str) -> str | None:
    """Of the stage of the person's application; None where there is none."""
    c = applications.c
    return connection.scalar(select(c.kind).where(c.candidate_id == candidate_id, c.opening_id == opening_id))


def _days(person: Person, free: Sequence[Slot]) -> list[Day]:
    days: dict[str, list[Time]] = {}
    for slot in free:
        days.setdefault(person.day(slot.starts_at), []).append(Time(slot, clock_of(person, slot)))
    return [Day(name, times) for name, times in days.items()]


def clock_of(person: Person, one: Slot | Booking) -> str:
    """`10:00–10:45`, as they write hours."""
    tz = zone_of(person.zone)
    first, last = (
        format_time(moment.astimezone(tz), "short", locale=person.locale) for moment in (one.starts_at, one.ends_at)
    )
    return f"{first}–{last}"


def _file(site: Site, person: Person, opening_id: str) -> Response:
    """The calendar entry as it stands, the same as the confirmation carries; once cancelled, the one that takes it out."""
    c = contact_points.c
    with site.engine.connect() as connection:
        opening = _opening(connection, opening_id)
        newest = bookings.latest(connection, [(person.id, opening_id)]).get((person.id, opening_id))
        own = select(c.value).where(c.candidate_id == person.id, c.kind == "email")
        address = connection.scalar(own.order_by(c.suppressed != "", c.position, c.id).limit(1))
    if newest is None:
        raise HTTPException(404)
    house = Party(site.settings.company, site.settings.from_address)
    entry = Entry(
        person.language, opening.title, site.settings.company, house, Party(person.full_name, address or "")
    )  # fmt: skip
    part = calendar_part(newest, entry)
    return Response(
        part.text,
        media_type=f"text/calendar; charset=utf-8; method={part.method}",
        headers={"content-disposition": f'attachment; filename="{FILE}"'},
    )
