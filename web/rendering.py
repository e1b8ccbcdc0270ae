"""Candidates' pages: server-made HTML that needs no script, in the candidate's language."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.settings import Settings
from web.words import LAST_RESORT, words_for

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    settings: Settings, template: str, section: str, *, title: str = "title", language: str = LAST_RESORT,
    status: int = 200, **values: object,
) -> HTMLResponse:  # fmt: skip
    """A page from `pages/<template>.html` with the words of `section`; `title` names the one for the heading."""
    words = {name: text.replace("{company}", settings.company) for name, text in words_for(language)[section].items()}
    html = _environment.get_template(f"{template}.html").render(
        company=settings.company, language=language, words=words, title=words[title], **values
    )
    return HTMLResponse(html, status)


def notice(settings: Settings, section: str, status: int, language: str = LAST_RESORT) -> HTMLResponse:
    """A short page that says what is wrong and what to do."""
    return page(settings, "notice", section, language=language, status=status)
