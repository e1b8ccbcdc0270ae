"""The status page: where a person stands with each application, when they hear next, what was sent, and a place to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage import histories, messages
from storage.histories import Progress
from storage.messages import Message
from templates.words import stage_words
from web.people import Person, person_of
from web.rendering import personal_page
from web.sites import Site

PAGE_CHANNEL = "page"
"""Of messages that were written on a page rather than sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An application as the page words it. `by` is the day by which they hear, `late` whether that has passed."""

    progress: Progress
    stage: str
    by: str
    late: bool


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
    return personal_page(
        site.settings, person, "status", "status", status=422 if asked.error else 200,
        applications=[_shown(one, person) for one in progress], sent=sent, questions=questions, asked=asked,
        openings=[(one.opening_id, one.title) for one in progress], about=_about(asked, progress),
        step_words=_step_words(progress, person.language),
    )  # fmt: skip


def _about(asked: Asked, progress: Sequence[Progress]) -> str:
    """The opening that a question is about: what they chose; before that the newest application."""
    return progress[0].opening_id if asked.opening_id is None and progress else asked.opening_id or ""


def _shown(progress: Progress, person: Person) -> Shown:
    due = progress.answer_due
    by = person.day(due - timedelta(seconds=1)) if due else ""
    return Shown(progress, _sentence(stage_words(progress.stage, person.language)), by, bool(due and due <= person.now))


def _step_words(progress: Sequence[Progress], language: str) -> Mapping[str, str]:
    names = {step.stage for one in progress for step in one.steps}
    return {name: _sentence(stage_words(name, language)) for name in names}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _questions(received: Sequence[Message]) -> list[Message]:
    return [one for one in reversed(received) if one.channel == PAGE_CHANNEL]
