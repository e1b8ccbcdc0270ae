"""Reminders to our own people, in every language that we write."""

from dataclasses import replace
from datetime import date

import pytest

from domain.promises import PromiseKind
from templates.reminders import Reminding, render_reminder

ABOUT = Reminding(
    "answer",
    "owner",
    False,
    date(2026, 12, 4),
    "ada",
    "Ada <Lovelace>",
    "be-1",
    "Backend {Engineer}",
    "interview",
    "Dana",
)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt"])
@pytest.mark.parametrize("kind", [kind for kind in PromiseKind if kind is not PromiseKind.SURVEY])
@pytest.mark.parametrize("level", ["owner", "deputy"])
@pytest.mark.parametrize("broken", [False, True])
def test_every_reminder_renders_whole(language: str, kind: PromiseKind, level: str, broken: bool) -> None:
    mail = render_reminder(replace(ABOUT, kind=kind, level=level, broken=broken, owner="Eli"), language)
    for text in (mail.subject, mail.text):
        assert "Ada <Lovelace>" in text
        assert "2026" in text
    assert ("keepwarm inbox answer" if kind is PromiseKind.QUESTION else "keepwarm stage ada be-1") in mail.text


def test_names_are_no_markup() -> None:
    assert "Ada &lt;Lovelace&gt;" in render_reminder(ABOUT, "en").html
