"""Markdown as plain text that somebody would have typed."""

from __future__ import annotations

import pytest

from templates.markdown import Slots, convert


def plain(markdown: str) -> str:
    slots = Slots()
    return slots.put_back(convert(markdown, slots).text)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("One\ntwo\n\nthree", "One two\n\nthree"),
        ("Dana\\\nNorthwind", "Dana\nNorthwind"),
        ("- a\n- b\n\nc", "- a\n- b\n\nc"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("x\n\n- a\n\n- b", "x\n\n- a\n\n- b"),
        ("# Title\n\n**bold** *it* `code`", "Title\n\nbold it code"),
        ("> said", "said"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("Go [there](https://x.example) now", "Go there (https://x.example) now"),
        ("[Go there](https://x.example)", "Go there:\nhttps://x.example"),
        ("- [Go](https://x.example)", "- Go (https://x.example)"),
        ("<https://x.example>", "https://x.example"),
        ("<a@x.example>", "a@x.example"),
        ("<b>no</b> & 'so'", "<b>no</b> & 'so'"),
        ("    indented", "indented"),
        ("{{ company }} _{{ first_name }}_", "{{ company }} {{ first_name }}"),
        ("{# not for print #}a", "a"),
        ("[x]({{ status_url }})", "x:\n{{ status_url }}"),
    ],
)
def test_plain_text_is_what_one_would_type(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_a_tag_alone_on_its_line_holds_whole_paragraphs() -> None:
    slots = Slots()
    html = slots.put_back(convert("{% if reason %}\nWhy: {{ reason }}\n{% endif %}\nEnd", slots).html)
    assert html.split("\n") == ["{% if reason %}", "<p>Why: {{ reason }}</p>", "{% endif %}", "<p>End</p>", ""]


def test_a_tag_within_a_line_leaves_no_double_space() -> None:
    assert plain("one {% if reason %} two {% endif %} three") == "one {% if reason %}two {% endif %}three"
