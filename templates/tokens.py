"""The tokens that a message may use, and how their values are made fit to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_time

from templates.words import Words


@dataclass(frozen=True, slots=True)
class Token:
    """What stands in its place, for writers. `lines`: the value may hold several lines and paragraphs."""

    about: str
    lines: bool = False


TOKENS: dict[str, Token] = {
    "first_name": Token("the candidate's given name"),
    "opening_title": Token("the opening's title, as candidates know it"),
    "opening_place": Token("where the work is: a town, or a word like Remote"),
    "further_openings": Token("titles of further openings that the same alert tells of, with their places"),
    "company": Token("the company's name"),
    "recruiter_name": Token("who writes: the candidate's recruiter"),
    "sender_name": Token("in whose name it leaves: the candidate's recruiter, else the house's own name"),
    "sender_first_name": Token("their given name, else as sender_name"),
    "sender_phone": Token("their phone, where one is on record"),
    "stage_words": Token("the stage in words for candidates, without an article: first interview"),
    "next_step": Token("what happens next, as one or two whole sentences in the candidate's language", lines=True),
    "next_date": Token("the day by which the candidate hears next: a date, a moment in their zone, or ready text"),
    "criteria": Token("what the decision goes by, from the opening's process guide"),
    "reason": Token("why: for a refusal, why not; for an alert, why this may fit. Whole sentences", lines=True),
    "feedback": Token("what the people who met the candidate want them to know. Whole sentences", lines=True),
    "booking_time": Token("when the interview begins, in the candidate's zone"),
    "booking_minutes": Token("how long the interview lasts, in minutes"),
    "booking_place": Token("where the interview is: a room, or the address of a call"),
    "interviewer": Token("whom the candidate meets"),
    "booking_taken_back": Token("there where we cancelled the time ourselves; for {% if %} alone"),
    "booking_offered": Token("there where times can be chosen; for {% if %} alone"),
    "booking_url": Token(
        "link to choose, move or cancel an interview time; in a stage message only where there are times"
    ),
    "survey_url": Token("link to the survey about this opening; in the message `survey` alone"),
    "confirm_url": Token("link that confirms a sign-up; in the message `confirm_signup` alone"),
    "letter_subject": Token("the subject that somebody of ours wrote, of a letter alone"),
    "letter_text": Token("what somebody of ours wrote, of a letter alone", lines=True),
    "consent_until": Token("the day on which the person's consent runs out"),
    "erasure_date": Token("the day on which what we know of the person is deleted"),
    "data_source": Token("where we have the person's data from, as the record says"),
    "privacy_url": Token("link to the house's whole privacy notice, where one is set"),
    "status_url": Token("link to the candidate's own status page"),
    "preferences_url": Token("link to the candidate's preferences"),
    "unsubscribe_url": Token("link that ends these messages"),
    "address_url": Token("link that confirms a new address; in the message `address` alone"),
    "postal_address": Token("the company's postal address, without its name", lines=True),
}

_URL = re.compile(r"https?://[^\s<>\"'`\\{}|^]+\Z")
_LINK_IN_NAME = re.compile(r"://|\bwww\.", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def is_link(name: str) -> bool:
    """Whether a token is an address: those alone may stand where a link goes."""
    return name.endswith("_url")


def printable(name: str, value: object, words: Words) -> str:
    """A token's value as text: trimmed, on one line unless the token has several, dates in the language's way.

    Empty for a value that can't be printed: none, an address that is no http(s) URL, and a name with a link in it
    (forms are abused to make companies mail strangers' links). Control and direction-changing characters are dropped.
    """
    if isinstance(value, date):
        return _moment(value, words)
    text = "" if value is None else str(value).strip()
    if not text:
        return ""
    if is_link(name):
        return text if _URL.match(text) else ""
    if name == "first_name" and _LINK_IN_NAME.search(text):
        return ""
    if text.isprintable() and "  " not in text:
        return text
    token = TOKENS.get(name)
    if token is None or not token.lines:
        return " ".join(_CONTROLS.sub("", text).split())
    lines = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def print_all(tokens: Mapping[str, object], words: Words) -> dict[str, str]:
    """Every token as text, the absent known ones as the empty string."""
    printed = dict.fromkeys(TOKENS, "")
    printed.update((name, printable(name, value, words)) for name, value in tokens.items())
    return printed


def _moment(value: date, words: Words) -> str:
    """`Friday, 4 December 2026`; with the time and its zone for a datetime. Raises ValueError for a naive one."""
    if not isinstance(value, datetime):
        return _day(value, words.date, words.language)
    if value.tzinfo is None:
        raise ValueError(f"{value} has no zone; give moments in the candidate's own")
    clock = format_time(value.time(), words.time, locale=words.language)
    return f"{_day(value.date(), words.date, words.language)}, {clock} ({value.tzname()})"


@lru_cache(maxsize=1024)
def _day(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=language)
