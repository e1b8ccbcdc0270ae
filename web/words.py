"""The words of candidates' pages, one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

FOLDER = Path(__file__).parent / "words"
LAST_RESORT = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that have words."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def language_for(tag: str) -> str:
    """The language, of those that have words, for a BCP 47 tag: `de-AT` gives `de`; English as the last resort."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return primary if primary in languages() else LAST_RESORT


def preferred_language(accepted: str, house: str) -> str:
    """For somebody we don't know: the first of an Accept-Language header (RFC 9110 §12.5.4) that has words, else the house's."""
    tags = [tag.partition(";")[0].strip() for tag in accepted.split(",")]
    known = [tag for tag in tags if tag.split("-")[0].lower() in languages()]
    return language_for(known[0] if known else house)


@cache
def words_for(language: str) -> Mapping[str, Mapping[str, str]]:
    """Page, then name, to text. `{company}` and the like are the caller's to fill. `language` is one of `languages()`."""
    raw = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({page: MappingProxyType(words) for page, words in raw.items()})
