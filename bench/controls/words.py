"""The words that floor and poller send: the product's own mail, as plain Jinja2 templates."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Template

from bench.people import JOURNEY, STEPS
from domain.touches import Channel
from storage.journeys import JourneyVersion
from templates.journeys import source_from_snapshot
from templates.rendering import Links, render_email

_NAMES = ("first_name", "company", "recruiter_name", "postal_address")
_URL = "https://placeholder.example/{0}"
_LINKS = ("preferences_url", "unsubscribe_url")


@dataclass(frozen=True, slots=True)
class MailTemplates:
    """A mail's three texts, compiled."""

    subject: Template
    text: Template
    html: Template


def mail_templates(version: JourneyVersion) -> MailTemplates:
    """The first mail of the drip, rendered by the product with names in the places of values, then compiled again."""
    assert version.journey == JOURNEY
    source = source_from_snapshot(version.snapshot, STEPS[0], Channel.EMAIL, ["en"])
    links = Links(**{name: _URL.format(name) for name in _LINKS})
    mail = render_email(source, {name: f"placeholder-{name}" for name in _NAMES}, links)
    return MailTemplates(
        Template(_opened(mail.subject)), Template(_opened(mail.text)), Template(_opened(mail.html), autoescape=True)
    )


def values_for(candidate_id: str, first_name: str) -> dict[str, str]:
    """What fills the templates for one person."""
    return {
        "first_name": first_name,
        "company": "Bench Ltd",
        "recruiter_name": "The recruiting team",
        "postal_address": "1 Example Street, Exampleton",
        "preferences_url": f"https://bench.example/c/{candidate_id}",
        "unsubscribe_url": f"https://bench.example/u/{candidate_id}",
    }


def _opened(words: str) -> str:
    for name in _NAMES:
        words = words.replace(f"placeholder-{name}", f"{{{{ {name} }}}}")
    for name in _LINKS:
        words = words.replace(_URL.format(name), f"{{{{ {name} }}}}")
    return words
