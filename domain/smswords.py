"""What an SMS asks for in one word: stop, start, help.

Carriers and Twilio act on the bare English words themselves (CTIA Messaging Principles §5.1.3; 47 CFR 64.1200(a)(10): any reasonable
means); everything else, other languages and whole sentences, is ours to catch.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class SmsWord(StrEnum):
    """What a message asks for; `NONE` (empty) where it is an ordinary message."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    NONE = ""


_STOP = frozenset(
    "stop stopall unsubscribe cancel end quit revoke optout arret stopp abmelden baja alto basta afmelden parar sair wypisz".split()
)
_START = frozenset("start yes unstop".split())
_HELP = frozenset("help info".split())


def sms_word(text: str, *, opted_out: bool | None = None) -> SmsWord:
    """What an SMS asks for. A bare YES is START unless `opted_out` is False: to somebody who takes part it answers a question.

    Where `opted_out` is True, YES and START count in a sentence too.
    """
    word = "".join(part for part in unicodedata.normalize("NFKD", text).casefold() if part.isalpha())
    if word in _STOP:
        return SmsWord.STOP
    if word in _START and not (word == "yes" and opted_out is False):
        return SmsWord.START
    return SmsWord.HELP if word in _HELP else SmsWord.NONE
