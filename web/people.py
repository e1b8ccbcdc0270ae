"""Who opened a candidate page: known by the token in its path, and addressed in their own language, zone and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from fastapi import HTTPException
from sqlalchemy import select

from config.links import BadLink, CandidateLink
from domain.windows import zone_of
from storage.tables import candidates
from web.sites import Site
from web.words import language_for


class LinkEnded(Exception):
    """The link was ours, and opens nothing any more: too old, revoked, or of a form that opens less. Answered by `web.links`."""

    def __init__(self, token: str) -> None:
        super().__init__("a link to a candidate's pages that has ended")
        self.token = token


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a page is for. `tag` is their language as on record (BCP 47), `language` the one of ours that is nearest.

    `token` is the one that opened the page; `lasting` is False for links of the form before, which lead to preferences alone.
    `now` is the story's moment at which they look.
    """

    id: str
    token: str
    lasting: bool
    now: datetime
    full_name: str
    first_name: str
    tag: str
    language: str
    zone: str
    epoch: int

    @property
    def locale(self) -> Locale:
        """How they write dates."""
        try:
            own = Locale.parse(self.tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale.parse(self.language)
        return own if own.language == self.language else Locale.parse(self.language)

    @property
    def today(self) -> date:
        """The day that it is where they live."""
        return self.now.astimezone(zone_of(self.zone)).date()

    def path(self, page: str) -> str:
        """Another page of theirs, by the same link."""
        return f"/c/{self.token}/{page}"

    def day(self, when: date | datetime) -> str:
        """A day in words: `Tuesday, December 1, 2026`; that of a moment is the one where they live."""
        day = when.astimezone(zone_of(self.zone)).date() if isinstance(when, datetime) else when
        return format_date(day, "full", self.locale)

    def moment(self, when: datetime) -> str:
        """A moment in words, by their clock: `March 2, 2026, 10:01 AM (Central European Standard Time)`."""
        local = when.astimezone(zone_of(self.zone))
        day, clock = format_date(local, "long", self.locale), format_time(local, "short", locale=self.locale)
        return f"{day}, {clock} ({get_timezone_name(local, locale=self.locale)})"


def person_of(site: Site, token: str, *, old_form: bool = False) -> Person:
    """Who opened a page by this token. Reads the database: call it off the event loop.

    Raises HTTPException 404 for a token that is not ours or of nobody on record, and LinkEnded for one that has ended. Links of
    the form before open only what asks for them by `old_form`.
    """
    try:
        link = site.links.read_candidate(token)
    except BadLink:
        raise HTTPException(404) from None
    if link.issued is None and not old_form:
        raise LinkEnded(token)
    return _look_up(site, token, link)


def _look_up(site: Site, token: str, link: CandidateLink) -> Person:
    c = candidates.c
    with site.engine.connect() as connection:
        now = site.story_now(connection)
        wanted = select(c.full_name, c.first_name, c.language, c.zone, c.link_epoch, c.erased)
        row = connection.execute(wanted.where(c.id == link.candidate_id)).first()
    if not link.holds(row.link_epoch if row else link.epoch, now.date()):
        raise LinkEnded(token)
    if row is None or row.erased:
        raise HTTPException(404)
    return Person(
        link.candidate_id, token, link.issued is not None, now, row.full_name, row.first_name, row.language,
        language_for(row.language), row.zone, row.link_epoch,
    )  # fmt: skip
