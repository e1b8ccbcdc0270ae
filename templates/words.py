"""The words around every message, one file a language: footer, how dates are written, what stages are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

FOLDER = Path(__file__).parent / "words"
LAST_RESORT = "en"
"""Who reads none of the languages that we write gets English."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's. `why` is keyed by purpose; `status`, `preferences`, `unsubscribe` and `why` are Markdown with tokens.

    `date` and `time` are CLDR patterns; `colon` has the space that French sets before it; `appointment` is what a calendar entry
    says, with {names} to fill; `stages` are keyed by the stage names of the default pipeline.
    """

    language: str
    date: str
    time: str
    colon: str
    why: Mapping[str, str]
    status: str
    preferences: str
    unsubscribe: str
    appointment: Mapping[str, str]
    stages: Mapping[str, str]


@cache
def languages() -> tuple[str, ...]:
    """The languages that have words."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def fallback_chain(wanted: Sequence[str]) -> list[str]:
    """BCP 47 tags from the best to the last resort: de-AT gives de-AT, de, en. Each appears once."""
    chain = []
    for tag in [*wanted, LAST_RESORT]:
        parts = tag.replace("_", "-").split("-")
        chain += ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return list(dict.fromkeys(tag for tag in chain if tag))


@cache
def words_for(language: str) -> Words:
    """The words of a language, or of the nearest that has any."""
    tags = {tag.lower(): tag for tag in languages()}
    found = next(tags[tag.lower()] for tag in fallback_chain([language]) if tag.lower() in tags)
    raw = yaml.safe_load((FOLDER / f"{found}.yaml").read_text(encoding="utf-8"))
    return Words(
        language=found,
        date=raw["date"],
        time=raw["time"],
        colon=raw["colon"],
        why=MappingProxyType(raw["footer"]["why"]),
        status=raw["footer"]["status"],
        preferences=raw["footer"]["preferences"],
        unsubscribe=raw["footer"]["unsubscribe"],
        appointment=MappingProxyType(raw["appointment"]),
        stages=MappingProxyType(raw["stages"]),
    )


def stage_words(stage: str, language: str) -> str:
    """What a candidate calls a stage: `applied` is "application received". A company's own stages keep their names."""
    return words_for(language).stages.get(stage) or stage.replace("_", " ").replace("-", " ")
