"""The shape of a language's rules. Patterns are regular expressions over folded sentences (`domain.phrases.sentences`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds for a sentence in which `pattern` is found and `unless` is not. Its name stands in `because`."""

    name: str
    pattern: str
    unless: str = ""

    def holds(self, sentence: str) -> bool:
        """Whether a folded sentence means what this rule says."""
        if not compiled(self.pattern).search(sentence):
            return False
        return not self.unless or not compiled(self.unless).search(sentence)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, between word boundaries."""
    return re.compile(rf"\b(?:{pattern})\b")


@dataclass(frozen=True, slots=True, eq=False)
class DateWords:
    """How a language names days to come. All folded; values of mappings are numbers, keys and texts are patterns.

    `months` 1–12; `shy_months` are those that are ordinary words too and need a preposition. `numbers` as words. `units` to day,
    week, month or year. `within` comes before a span (`in three weeks`), `hence` after it. `next` and `this` stand before a unit,
    `next_after` after it, `next_year` anywhere. `early`, `middle` and `late` say which part of a month or year, `after` and `until` that
    it is over. `seasons` to their first month. `quarter` holds its number (`q`) or ordinal (`q2`). `feasts` to the (month, day) after
    them. `from_` are the other prepositions before a month.
    """

    months: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    within: str
    next: str
    next_year: str
    this: str
    early: str
    middle: str
    late: str
    after: str
    until: str
    from_: str
    seasons: Mapping[str, int]
    quarter: str
    ordinals: Mapping[str, int]
    hence: str = ""
    next_after: str = ""
    shy_months: frozenset[str] = frozenset()
    feasts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    half_year: str = ""
    of: str = ""
    """What may stand between a day, a part or a quarter and its month or year: `of`, `de`, `des`."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's rules. Reasons of a no are keyed by NoReason's values; `markers` are words that tell the language.

    `stop_words` ask an SMS to stop when they stand alone, among `fillers`; `plain_stop_words` do so as a sentence of a longer message too.
    `contact` are cues that a date in the same sentence is when to write again; `again` words without a date. `bare` words may surround a
    date that is a whole answer.
    """

    language: str
    markers: str
    fillers: str
    stop_words: str
    plain_stop_words: str
    start_words: str
    help_words: str
    stop: tuple[Rule, ...]
    erase: tuple[Rule, ...]
    start: tuple[Rule, ...]
    wrong_person: tuple[Rule, ...]
    no: tuple[Rule, ...]
    reasons: Mapping[str, tuple[Rule, ...]]
    contact: tuple[Rule, ...]
    again: tuple[Rule, ...]
    interested: tuple[Rule, ...]
    question: tuple[Rule, ...]
    courtesy: str
    bare: str
    dates: DateWords
