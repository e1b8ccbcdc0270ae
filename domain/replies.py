"""What a person's answer means, read from its newest part by rules: first those that can harm if missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.smswords import SmsWord, sms_word


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
    """Sent by a machine; known by its headers (channels.autoreplies), never by its words."""
    REPLY = "reply"
    """Anything else."""


class NoReason(StrEnum):
    """Why somebody says no, where they say so."""

    SALARY = "salary"
    PLACE = "place"
    HAPPY = "happy"
    TIMING = "timing"
    ROLE = "role"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """A message's class. `because` names the rules that said so (`en/stop/take-off-list`), never words of the message.

    `until` is the first day on which they may be written to again, None where none can be told. `language` is that of the rule, or
    the hint. `reason` is set on a no. `erase` asks to have their data removed; `asks` marks a question beside another class.
    """

    kind: ReplyKind
    until: date | None = None
    because: str = ""
    language: str = ""
    reason: NoReason = NoReason.NONE
    erase: bool = False
    asks: bool = False


def classify(text: str, language_hint: str, today: date) -> Classified:
    """The class of the newest part of a message. `language_hint` (BCP 47) only breaks ties; `today` is the reader's story day."""
    language = language_hint.partition("-")[0].lower()
    if sms_word(text, opted_out=False) is SmsWord.STOP:
        return Classified(ReplyKind.STOP, None, "stop/word", language)
    if text.rstrip().endswith("?"):
        return Classified(ReplyKind.QUESTION, None, "question/mark", language, asks=True)
    return Classified(ReplyKind.REPLY, None, "", language)
