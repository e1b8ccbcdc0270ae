"""What a person's answer means, read from its newest part by rules (`domain.phrases`): precise rather than complete.

What can harm if missed comes first: stop; wrong person; later with a date; no; a question; later without; interested; a reason that says
no by itself. What no rule reads is a `reply`, and a recruiter says what it is. docs/replies.md has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.dates import read_date, without_dates
from domain.phrases.rules import Rule, Tongue, compiled
from domain.phrases.sentences import Sentence, sentences
from domain.phrases.tongues import in_order, spoken
from domain.smswords import asks_to_forget, asks_to_stop


class ReplyKind(StrEnum):
    """The class of a message that a person sent."""

    INTERESTED = "interested"
    LATER = "later"
    """Not now: `until` says when, where a date can be told."""
    NO = "no"
    WRONG_PERSON = "wrong_person"
    """The address is not, or no longer, that person's."""
    STOP = "stop"
    QUESTION = "question"
    """Somebody of ours must answer."""
    AUTO_REPLY = "auto_reply"
    """Sent by a machine; known from the whole mail (channels.autoreplies), never by these rules."""
    REPLY = "reply"
    """Anything else."""


class NoReason(StrEnum):
    """Why somebody says no, where they say so."""

    SALARY = "salary"
    PLACE = "place"
    HAPPY = "happy"
    """Happy where they are, or in a new job."""
    TIMING = "timing"
    ROLE = "role"
    NONE = ""


SOON = timedelta(days=14)
"""Who is interested and names a day within these wants to arrange something, not to be left alone."""


@dataclass(frozen=True, slots=True)
class Classified:
    """A message's class. `because` names the rules that said so (`en/stop/take-off-list`), never words of the message.

    `until` is the first day on which they may be written to again, None where none can be told. `language` is the one it seems to be
    written in. `reason` is set on a no. `erase` asks to have their data removed; `asks` marks a question, beside another class too.
    """

    kind: ReplyKind
    until: date | None = None
    because: str = ""
    language: str = ""
    reason: NoReason = NoReason.NONE
    erase: bool = False
    asks: bool = False


_CALLED = {"erase": "stop", "again": "later", "wrong_person": "wrong-person"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that holds: its name, and the sentence."""

    because: str
    at: int
    day: date | None = None


class _Reading:
    """One message, and what each group of rules finds in it."""

    def __init__(self, text: str, hint: str, today: date) -> None:
        self.sentences = sentences(text)
        self.tongues = in_order(self.sentences, hint)
        self.likely = spoken(self.tongues, self.sentences, hint)
        self.today = today

    def each(self, kind: str, tongues: Sequence[Tongue], *, asking: bool = True) -> Iterator[_Found]:
        """Rules of a group that hold, the likeliest language first. `asking` False leaves questions out."""
        for tongue in tongues:
            rules: Iterable[Rule] = getattr(tongue, kind)
            for at, sentence in enumerate(self.sentences):
                if sentence.asks and not asking:
                    continue
                for rule in rules:
                    if rule.holds(sentence.text):
                        yield _Found(f"{tongue.language}/{_CALLED.get(kind, kind)}/{rule.name}", at)

    def first(self, kind: str, *, asking: bool = True) -> _Found | None:
        """The first rule of a group that holds in a likely language."""
        return next(self.each(kind, self.likely, asking=asking), None)

    def reason(self) -> tuple[NoReason, _Found | None]:
        """Why they say no, from what is no question."""
        for tongue in self.likely:
            for reason, rules in tongue.reasons.items():
                for at, sentence in enumerate(self.sentences):
                    held = next((rule for rule in rules if not sentence.asks and rule.holds(sentence.text)), None)
                    if held:
                        return NoReason(reason), _Found(f"{tongue.language}/no/{held.name}", at)
        return NoReason.NONE, None

    def dated(self) -> _Found | None:
        """A day on which to write again: with words that say so, or as the whole of a sentence."""
        for tongue in self.likely:
            for at, sentence in enumerate(self.sentences):
                day = read_date(sentence.text, tongue.dates, self.today)
                name = _about_contact(tongue, sentence) if day else ""
                if name:
                    return _Found(f"{tongue.language}/later/{name}", at, day)
        return None

    def question(self, but: _Found | None = None) -> _Found | None:
        """Something that needs an answer, in another sentence than the one that decided already."""
        rule = next((one for one in self.each("question", self.likely) if but is None or one.at != but.at), None)
        if rule:
            return rule
        for at, sentence in enumerate(self.sentences):
            polite = any(compiled(tongue.courtesy).search(sentence.text) for tongue in self.tongues)
            if sentence.asks and not polite and (but is None or at != but.at):
                return _Found(f"{self.tongues[0].language}/question/mark", at)
        return None


def classify(text: str, language_hint: str, today: date) -> Classified:
    """The class of the newest part of a message. `language_hint` (BCP 47) only breaks ties; `today` is the story day."""
    reading = _Reading(text, language_hint, today)
    found = _decide(text, reading)
    likeliest = reading.tongues[0].language if reading.sentences else language_hint.lower().partition("-")[0]
    return replace(found, language=found.because.partition("/")[0] or likeliest)


def _decide(text: str, reading: _Reading) -> Classified:
    erase = next(reading.each("erase", reading.tongues), None)
    forget = erase.because if erase else asks_to_forget(reading.sentences)
    if because := forget or asks_to_stop(text):
        return Classified(ReplyKind.STOP, None, because, erase=bool(forget))
    wrong = reading.first("wrong_person", asking=False)
    if wrong:
        return _with_question(reading, ReplyKind.WRONG_PERSON, wrong)
    return _about_us(reading)


def _about_us(reading: _Reading) -> Classified:
    """The class of what is neither a stop nor somebody else's."""
    dated, no, interested = (
        reading.dated(),
        reading.first("no", asking=False),
        reading.first("interested", asking=False),
    )
    reason, said = reading.reason()
    again = reading.first("again")
    soon = dated is not None and dated.day is not None and dated.day - reading.today <= SOON
    if dated and not (soon and interested and not no and not again):
        return _with_question(reading, ReplyKind.LATER, dated)
    if no:
        found = replace(no, because=" + ".join([no.because, *([said.because] if said else [])]))
        return replace(_with_question(reading, ReplyKind.NO, found), reason=reason)
    decided = again or said
    question = reading.question(decided)
    if question:
        return Classified(ReplyKind.QUESTION, None, question.because, asks=True)
    if again:
        return Classified(ReplyKind.LATER, None, again.because)
    if interested:
        return Classified(ReplyKind.INTERESTED, None, interested.because)
    if said:
        return Classified(ReplyKind.NO, None, said.because, reason=reason)
    return Classified(ReplyKind.REPLY)


def _with_question(reading: _Reading, kind: ReplyKind, found: _Found) -> Classified:
    question = reading.question(found)
    because = f"{found.because} + {question.because}" if question else found.because
    return Classified(kind, found.day, because, asks=question is not None)


def _about_contact(tongue: Tongue, sentence: Sentence) -> str:
    """The name of the rule by which the date of a sentence is about writing again; empty where it is about something else."""
    held = next((rule for rule in tongue.contact if rule.holds(sentence.text)), None)
    if held:
        return held.name
    rest = compiled(tongue.bare).sub(" ", without_dates(sentence.text, tongue.dates))
    return "" if rest.split() else "date-alone"
