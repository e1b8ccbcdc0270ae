"""Reminders to our own people: what a candidate is owed, by when, and what cures it. One file of words a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

from templates.words import fallback_chain, stage_words

FOLDER = Path(__file__).parent / "reminders"


@dataclass(frozen=True, slots=True)
class Reminding:
    """What a reminder says. `kind` and `level` are those of domain.promises.RemindOf, `due` the last day, `owner` who was told before."""

    kind: str
    level: str
    broken: bool
    due: date
    candidate_id: str
    candidate: str
    opening_id: str
    opening: str
    stage: str
    recruiter: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class RenderedReminder:
    """The mail, and the line that the task shows: `subject`."""

    subject: str
    text: str
    html: str


def render_reminder(about: Reminding, language: str) -> RenderedReminder:
    """The reminder in the language, or the nearest that has words; a kind may have words of its own (`question`)."""
    tag, words = _words(language)
    values = {
        "candidate": about.candidate, "id": about.candidate_id, "opening": about.opening, "opening_id": about.opening_id,
        "stage": stage_words(about.stage, tag), "recruiter": about.recruiter, "owner": about.owner or about.recruiter,
        "kind": words["kinds"][about.kind], "date": format_date(about.due, words["date"], locale=tag),
    }  # fmt: skip
    said = words | words.get(about.kind, {})
    subject = " ".join(said["broken" if about.broken else "due"].format_map(values).split())
    paragraphs = [said[name].format_map(values) for name in ("greeting", about.level, "what", "cure")]
    html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return RenderedReminder(subject, "\n\n".join(paragraphs) + "\n", f'<html lang="{tag}"><body>{html}</body></html>')


@cache
def _words(language: str) -> tuple[str, Mapping[str, Any]]:
    tags = {path.stem.lower(): path for path in FOLDER.glob("*.yaml")}
    found = next(tags[tag.lower()] for tag in fallback_chain([language]) if tag.lower() in tags)
    return found.stem, yaml.safe_load(found.read_text(encoding="utf-8"))
