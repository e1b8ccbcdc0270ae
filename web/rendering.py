"""Candidates' pages: server-made HTML that needs no script, in the candidate's language."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.settings import Settings
from web.people import Person
from web.words import LAST_RESORT, words_for

FRAME = "frame"
"""The section of the words that every page shares."""


def fill(text: str, **values: object) -> str:
    """The filter `fill`: words with `{name}` replaced by values."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["fill"] = fill


def page(
    settings: Settings, template: str, section: str, *, title: str = "title", language: str = LAST_RESORT,
    status: int = 200, **values: object,
) -> HTMLResponse:  # fmt: skip
    """A page from `pages/<template>.html` with the words of `section`; `title` names the one for the heading."""
    words = section_of(settings, language, section)
    frame = section_of(settings, language, FRAME)
    given = {"person": None, "here": section, **values}
    html = _environment.get_template(f"{template}.html").render(
        company=settings.company, language=language, words=words, frame=frame, title=words[title], **given
    )
    return HTMLResponse(html, status)


def personal_page(
    settings: Settings, person: Person, template: str, section: str, *, title: str = "title", status: int = 200,
    **values: object,
) -> HTMLResponse:  # fmt: skip
    """A page of one person's: in their language, with the way to their other pages; templates see them as `person`."""
    return page(
        settings, template, section, title=title, language=person.language, status=status, person=person, **values
    )


def section_of(settings: Settings, language: str, section: str) -> dict[str, str]:
    """The words of a section, with the company's name in them."""
    return {name: fill(text, company=settings.company) for name, text in words_for(language)[section].items()}


def notice(settings: Settings, section: str, status: int, language: str = LAST_RESORT) -> HTMLResponse:
    """A short page that says what is wrong and what to do."""
    return page(settings, "notice", section, language=language, status=status)
