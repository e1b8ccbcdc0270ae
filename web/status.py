"""The status page: where a person stands with each application, when they hear next, what was sent, and a place to ask.

From it leads what they may do about an application now: choose or change the time of an interview, and say how it was to apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from storage import bookings, histories, messages, slots, surveys
from storage.bookings import NOTICE, Booking
from storage.histories import Progress
from storage.messages import Message
from templates.words import stage_words
from web.bookings import MEETABLE, clock_of
from web.people import Person, person_of
from web.rendering import personal_page
from web.sites import Site

PAGE_CHANNEL = "page"
"""Of messages that were written on a page rather than sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An application as the page words it. `by` is the day by which they hear, `late` whether that has passed.

    `meeting` is the interview ahead, as day and hours by their clock; without one, `may_choose` says that there are times to choose from.
    `may_rate`: the decision has reached them, and they have not answered the survey.
    """

    progress: Progress
    stage: str
    by: str
    late: bool
    meeting: tuple[str, str] | None
    may_choose: bool
    may_rate: bool


@dataclass(frozen=True, slots=True)
class Doors:
    """What may be done now, by opening: interviews ahead, openings with free times, surveys that wait for an answer."""

    meetings: Mapping[str, Booking]
    with_free: Set[str]
    surveys: Set[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question form as somebody left it: what they wrote, about which opening (None: not chosen yet), what is wrong with it, and
    whether it was taken."""

    text: str = ""
    opening_id: str | None = None
    error: str = ""
    taken: bool = False


NOTHING_ASKED = Asked()


def router(site: Site) -> APIRouter:
    """The page `/c/<token>/status`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/status", methods=["GET", "HEAD"])
    def show(token: str) -> HTMLResponse:
        return status_page(site, person_of(site, token))

    return routes


def status_page(site: Site, person: Person, asked: Asked = NOTHING_ASKED) -> HTMLResponse:
    """The page; with an error of the question form it says 422, as a form that was not taken."""
    with site.engine.connect() as connection:
        progress = histories.progress(connection, person.id, person.now)
        sent = histories.sent(connection, person.id, person.now)
        questions = _questions(messages.for_candidate(connection, person.id))
        doors = _doors(connection, person, progress)
    return personal_page(
        site.settings, person, "status", "status", status=422 if asked.error else 200,
        applications=[_shown(one, person, doors) for one in progress], sent=sent, questions=questions, asked=asked,
        openings=[(one.opening_id, one.title) for one in progress], about=_about(asked, progress),
        step_words=_step_words(progress, person.language),
    )  # fmt: skip


def _about(asked: Asked, progress: Sequence[Progress]) -> str:
    """The opening that a question is about: what they chose; before that the newest application."""
    return progress[0].opening_id if asked.opening_id is None and progress else asked.opening_id or ""


def _doors(connection: Connection, person: Person, progress: Sequence[Progress]) -> Doors:
    """Told by what the person knows of each application alone: a decision that has not reached them opens and closes nothing here."""
    held = [one for one in bookings.for_candidate(connection, person.id) if one.state == "booked"]
    meetable = [one.opening_id for one in progress if one.kind in MEETABLE]
    ended = [one.opening_id for one in progress if not one.is_open]
    return Doors(
        {one.opening_id: one for one in held if one.starts_at > person.now and not one.slot_cancelled},
        slots.with_free(connection, meetable, person.now + NOTICE),
        {
            opening
            for opening in ended
            if surveys.is_told(connection, person.id, opening) and not surveys.get(connection, person.id, opening)
        },
    )


def _shown(progress: Progress, person: Person, doors: Doors) -> Shown:
    due, opening = progress.answer_due, progress.opening_id
    by = person.day(due - timedelta(seconds=1)) if due else ""
    meeting = doors.meetings.get(opening)
    return Shown(
        progress,
        _sentence(stage_words(progress.stage, person.language)),
        by,
        bool(due and due <= person.now),
        (person.day(meeting.starts_at), clock_of(person, meeting)) if meeting else None,
        opening in doors.with_free,
        opening in doors.surveys,
    )


def _step_words(progress: Sequence[Progress], language: str) -> Mapping[str, str]:
    names = {step.stage for one in progress for step in one.steps}
    return {name: _sentence(stage_words(name, language)) for name in names}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _questions(received: Sequence[Message]) -> list[Message]:
    return [one for one in reversed(received) if one.channel == PAGE_CHANNEL]
