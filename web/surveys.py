"""The survey: how likely somebody would recommend applying, and two questions. It opens once the decision has reached them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from storage import openings, surveys
from storage.openings import UnknownOpening
from storage.surveys import BEST_ANSWER, BEST_SCORE, LONGEST_COMMENT, QUESTIONS, Answer, Closed
from web.people import Person, person_of
from web.rendering import personal_page
from web.sites import Site

SCORES = range(BEST_SCORE + 1)
STEPS = range(1, BEST_ANSWER + 1)


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as somebody left it. `error` names the words for what is wrong, `saved` whether it was kept."""

    score: int | None = None
    answers: dict[str, int] = field(default_factory=dict)
    comment: str = ""
    error: str = ""
    saved: bool = False


def router(site: Site) -> APIRouter:
    """The page `/c/<token>/survey/<opening>`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/c/{token}/survey/{opening}", methods=["GET", "HEAD"])
    def show(token: str, opening: str) -> HTMLResponse:
        return _page(site, person_of(site, token), opening, None)

    @routes.post("/c/{token}/survey/{opening}")
    async def answer(token: str, opening: str, request: Request) -> HTMLResponse:
        person = await run_in_threadpool(person_of, site, token)
        filled = _read(await request.form())
        return await run_in_threadpool(_keep, site, person, opening, filled)

    return routes


def _read(form: FormData) -> Filled:
    score = _number(form, "score")
    answers = {name: number for name in QUESTIONS if (number := _number(form, name)) is not None and number in STEPS}
    comment = str(form.get("comment", "")).replace("\r\n", "\n").replace("\0", "").strip()
    error = "" if score in SCORES else "score_missing"
    if len(comment) > LONGEST_COMMENT:
        error = "comment_long"
    return Filled(score if score in SCORES else None, answers, comment[:LONGEST_COMMENT], error)


def _number(form: FormData, name: str) -> int | None:
    """A choice of the form, or None where there is none, or something else than a small number."""
    text = str(form.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else None


def _keep(site: Site, person: Person, opening_id: str, filled: Filled) -> HTMLResponse:
    if filled.error or filled.score is None:
        return _page(site, person, opening_id, filled)
    answer = Answer(person.id, opening_id, filled.score, filled.answers, filled.comment)
    try:
        with site.engine.begin() as connection:
            surveys.save(connection, answer, site.story_now(connection))
    except Closed:
        return _page(site, person, opening_id, None)
    kept = Filled(filled.score, filled.answers, filled.comment, saved=True)
    return _page(site, person, opening_id, kept)


def _page(site: Site, person: Person, opening_id: str, filled: Filled | None) -> HTMLResponse:
    """The form; a page that says "not yet" until the decision is told, whether or not there will ever be one."""
    with site.engine.connect() as connection:
        try:
            opening = openings.get(connection, opening_id)
        except UnknownOpening:
            raise HTTPException(404) from None
        is_told = surveys.is_told(connection, person.id, opening_id)
        known = surveys.get(connection, person.id, opening_id)
    if known is None and not is_told:
        return personal_page(site.settings, person, "notice", "survey_waiting")
    shown = filled or (Filled(known.score, known.answers, known.comment) if known else Filled())
    until = known.at + surveys.CHANGE_WITHIN if known and known.at else None
    return personal_page(
        site.settings, person, "survey", "survey", status=422 if shown.error else 200, opening=opening, shown=shown,
        scores=SCORES, steps=STEPS, questions=QUESTIONS, until=person.day(until) if until else "",
        is_open=is_told and (known is None or known.may_change(person.now)), longest=LONGEST_COMMENT,
    )  # fmt: skip
