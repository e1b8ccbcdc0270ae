"""A message as folded sentences: lower case, no accents, no punctuation, so that one spelling of a rule serves."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 8_000
"""Characters that are read: who answers says it early, and nobody may keep a worker busy with a book."""
MOST_SENTENCES = 80
LONGEST_SENTENCE = 2_000
_WRAPPED = 45
"""A line of at least so many characters goes on in the next: mail programs break lines at 60 to 78."""

_OWN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_UNSEEN = ("Mn", "Cf")
_E_MAIL = re.compile(r"\be mail")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u00b4`\uff07]")
_ENGLISH_TAIL = re.compile(r"(?<=\w)'(?=(?:t|s|m|re|ve|ll|d)\b)")
_NO_WORD = re.compile(r"(?:(?<=\d)[./-](?=\d))|[^\w\s]|_")
_ENDS = re.compile(r"(?<!\b\d)(?<!\b\d\d)\.+(?=\s|$)|[!?;\u2026\u00bf\u00a1\u061f\u3002\uff01\uff1f]+|\.{2,}")
_SIGNATURE = re.compile(
    r"^(?:-- ?|_{5,}|-{5,})$|^(?:sent from my|von meinem .{1,30} gesendet|envoye de mon|enviado desde mi|inviato da)\b"
)
_DISCLAIMER = re.compile(
    r"\b(?:intended (?:recipient|only|solely)|(?:e ?mail|message|nachricht|messaggio|mensaje|mensagem|bericht|wiadomosc)\b.{0,80}"
    r"\b(?:confidential|vertraulich\w*|confidentiel\w*|confidencial\w*|riservat\w*|vertrouwelijk\w*|poufn\w*))"
)
_LONG = 120


@dataclass(frozen=True, slots=True)
class Sentence:
    """A folded sentence; `asks` where it ended in a question mark."""

    text: str
    asks: bool = False


def fold(text: str) -> str:
    """Lower case without accents; apostrophes of English contractions gone (`don't` is `dont`), other signs are blanks.

    Signs between digits stay, for dates: `3.5.2027`, `3/5`.
    """
    straight = _ENGLISH_TAIL.sub("", _APOSTROPHES.sub("'", bare_letters(text)))
    signs = _NO_WORD.sub(lambda found: found[0] if found[0] in "./-" and _between_digits(found) else " ", straight)
    return _E_MAIL.sub("email", " ".join(signs.split()))


def bare_letters(text: str) -> str:
    """Lower case without accents, punctuation as it was."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_OWN_LETTERS)
    return "".join(letter for letter in apart if unicodedata.category(letter) not in _UNSEEN)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a message's newest part, without quoted lines, signature and legal notice."""
    found: list[Sentence] = []
    for paragraph in _paragraphs(text[:LONGEST_TEXT]):
        start = 0
        for end in _ENDS.finditer(paragraph):
            _add(found, paragraph[start : end.start()], asks="?" in end[0] or "\uff1f" in end[0])
            start = end.end()
        _add(found, paragraph[start:], asks=False)
    return found[:MOST_SENTENCES]


def _add(found: list[Sentence], raw: str, *, asks: bool) -> None:
    text = fold(raw)[:LONGEST_SENTENCE]
    if text:
        found.append(Sentence(text, asks))


def _paragraphs(text: str) -> list[str]:
    """Lines that belong together, joined."""
    joined: list[str] = []
    before, goes_on = "", False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bare = line.strip()
        if _SIGNATURE.search(bare_letters(bare)):
            break
        if not bare or bare.startswith(">"):
            goes_on = False
            continue
        if goes_on and (len(before) >= _WRAPPED or bare[0].islower()):
            joined[-1] = f"{joined[-1]} {bare}"
        else:
            joined.append(bare)
        before, goes_on = bare, bare[-1] not in ".!?:"
    return [one for one in joined if not _is_notice(one)]


def _is_notice(paragraph: str) -> bool:
    return len(paragraph) >= _LONG and bool(_DISCLAIMER.search(fold(paragraph)))


def _between_digits(found: re.Match[str]) -> bool:
    text, at = found.string, found.start()
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()
