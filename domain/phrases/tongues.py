"""All languages whose rules we have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from domain.phrases.dutch import DUTCH
from domain.phrases.english import ENGLISH
from domain.phrases.french import FRENCH
from domain.phrases.german import GERMAN
from domain.phrases.italian import ITALIAN
from domain.phrases.polish import POLISH
from domain.phrases.portuguese import PORTUGUESE
from domain.phrases.rules import Tongue
from domain.phrases.sentences import Sentence
from domain.phrases.spanish import SPANISH

TONGUES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH, PORTUGUESE, POLISH)
_HINTED = 1.5
"""What the hint weighs, in words that mark a language: it breaks ties and no more."""
_TELLING = 3
"""With fewer such words nobody knows the language, and all are tried."""


def in_order(sentences: Sequence[Sentence], hint: str) -> list[Tongue]:
    """All languages, the likeliest first. `hint` is a BCP 47 tag."""
    return sorted(TONGUES, key=lambda tongue: _score(tongue, sentences, hint), reverse=True)


def spoken(tongues: Sequence[Tongue], sentences: Sequence[Sentence], hint: str) -> list[Tongue]:
    """Those that a message may be written in: with enough words to tell, the likeliest and who comes near it."""
    best = _score(tongues[0], sentences, hint)
    return [one for one in tongues if best < _TELLING or 2 * _score(one, sentences, hint) > best]


def _score(tongue: Tongue, sentences: Sequence[Sentence], hint: str) -> float:
    marks = _marks(tongue.markers)
    said = sum(word in marks for sentence in sentences for word in sentence.text.split())
    return said + (_HINTED if tongue.language == hint.lower().partition("-")[0] else 0)


@cache
def _marks(markers: str) -> frozenset[str]:
    return frozenset(markers.split("|"))
