"""The writers' page, docs/messages.md, tells all that a message file may hold, and nothing that it may not."""

from __future__ import annotations

import re
from pathlib import Path

from domain.touches import Channel, Purpose
from templates import messages
from templates.messages import parse_message
from templates.rendering import render_email
from templates.syntax import FALLBACK, FILTERS
from templates.tokens import TOKENS

PAGE = (Path(__file__).parents[2] / "docs/messages.md").read_text(encoding="utf-8")
CHANGED = "ada LOVELACE"


def rows(heading: str) -> dict[str, str]:
    """The first table below a heading: what stands in the first column, and in the last."""
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^\| `(\w+)` \|.*?([^|]+) \|$", section, re.MULTILINE))


def test_every_token_is_told_and_no_other() -> None:
    assert list(rows("Tokens")) == list(TOKENS)


def test_tokens_of_several_lines_are_told_apart() -> None:
    told = {name for name, about in rows("Tokens").items() if "paragraphs" in about}
    assert told | {"postal_address"} == {name for name, token in TOKENS.items() if token.lines}


def test_every_key_of_the_front_matter_is_told_and_no_other() -> None:
    assert set(rows("Front matter")) == set(messages._KEYS)


def test_every_filter_is_told_with_what_it_makes() -> None:
    told = rows("Filters and conditions")
    assert set(told) == FILTERS
    for name, makes in told.items():
        words = "('there')" if name == FALLBACK else ""
        text = f'---\nsubject: "{{{{ first_name|{name}{words} }}}}"\n---\nHi.\n'
        source = parse_message(text, "hello", Channel.EMAIL, "en", Purpose.NURTURE)
        given = {"first_name": CHANGED, "company": "Northwind", "postal_address": "Here 1"}
        links = {"preferences_url": "https://p.example", "unsubscribe_url": "https://u.example"}
        wanted = CHANGED if name in ("trim", FALLBACK) else makes.strip()
        assert render_email(source, given | links).subject == wanted


def test_the_message_that_the_page_shows_is_one() -> None:
    [shown] = re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    source = parse_message(shown, "question", Channel.EMAIL, "en", Purpose.NURTURE)
    assert source.required == ("next_date",)
