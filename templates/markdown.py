"""Markdown with tokens in it, as HTML and as plain text, both still templates.

Tokens and `{% … %}` tags become slots (plain words) before Markdown is read and return afterwards, so Markdown never
sees a value and a value is never read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token as Mark

from templates.syntax import Mistake
from templates.tokens import TOKENS, is_link

_PIECE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ALONE = re.compile(r"^[ \t]*(kwtag\d+z)[ \t]*$", re.MULTILINE)
_BRACE = re.compile(r"\{(?=[{%#])")
_SLOT = re.compile(r"kw(?:tag|tok)(\d+)z")
_BARE_PARAGRAPH = re.compile(r"<p>(kwtag\d+z)</p>")
_SPACE_AFTER_TAG = re.compile(r"(?<=[ \n])(kwtag\d+z) ")
_ONE_TOKEN = re.compile(r"\{\{\s*(\w+)\s*\}\}\Z")
_SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:)[^\s]*\Z")

_reader = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence"])
"""HTML is shown as text; indentation and backtick fences mean nothing, since no mail needs code blocks."""


@dataclass(slots=True)
class Slots:
    """What was taken out of texts, to be put back. One for all the parts of a mail."""

    pieces: list[str] = field(default_factory=list)

    def take(self, text: str) -> str:
        """The text with every token and tag replaced by a word; a tag alone on its line becomes a block of its own."""
        return _ALONE.sub(r"\n\1\n", _PIECE.sub(self._slot, text))

    def _slot(self, match: re.Match[str]) -> str:
        piece = match[0]
        if piece.startswith("{#"):
            return ""
        self.pieces.append(piece)
        return f"kw{'tok' if piece.startswith('{{') else 'tag'}{len(self.pieces) - 1}z"

    def put_back(self, text: str) -> str:
        """A template again. Braces that Markdown made of entities and escapes stay text: they never were tokens."""
        literal = _BRACE.sub("{{ '{' }}", text)
        return _SLOT.sub(lambda match: self.pieces[int(match[1])], literal)


@dataclass(frozen=True, slots=True)
class Converted:
    """The same words twice, with slots. `mistakes` are things that a mail can't carry, by line of the Markdown."""

    html: str
    text: str
    mistakes: tuple[Mistake, ...]


def convert(markdown: str, slots: Slots, colon: str = ":") -> Converted:
    """Markdown with tokens as HTML and as plain text, both with slots. `colon` stands between a button's words and its address."""
    marks = _reader.parse(slots.take(markdown))
    mistakes = tuple(_mistakes(marks, slots, markdown))
    _name_actions(marks)
    html = _BARE_PARAGRAPH.sub(r"\1", _reader.renderer.render(marks, _reader.options, {}))
    return Converted(html, _SPACE_AFTER_TAG.sub(r"\1", _plain(marks, colon)), mistakes)


def _mistakes(marks: Sequence[Mark], slots: Slots, markdown: str) -> Iterator[Mistake]:
    for block in marks:
        for mark in block.children or ():
            if mark.type == "image":
                cure = "link to it instead: mails with images are blocked or watched"
                yield Mistake(_line(markdown, "!["), 1, "a message carries no images", cure)
            if mark.type == "link_open" and not _may_be_linked(address := slots.put_back(str(mark.attrs["href"]))):
                cure = "write https://…, mailto:…, tel:… or one token that ends in _url: " + ", ".join(
                    name for name in TOKENS if is_link(name)
                )
                yield Mistake(_line(markdown, address), 1, f"a link can't lead to {address!r}", cure)


def _line(markdown: str, piece: str) -> int:
    return markdown.count("\n", 0, max(markdown.find(piece), 0)) + 1


def _may_be_linked(address: str) -> bool:
    token = _ONE_TOKEN.match(address)
    return is_link(token[1]) if token else "{" not in address and bool(_SAFE_ADDRESS.match(address))


def _name_actions(marks: Sequence[Mark]) -> None:
    """A link that is a paragraph of its own is what the message asks for: it becomes a button."""
    for before, block in pairwise(marks):
        if before.type == "paragraph_open" and not before.hidden and _is_lone_link(block.children or []):
            before.attrSet("class", "action")
            (block.children or [])[0].attrSet("class", "button")


def _is_lone_link(children: Sequence[Mark]) -> bool:
    return (
        len(children) > 2
        and children[0].type == "link_open"
        and children[-1].type == "link_close"
        and sum(mark.type == "link_open" for mark in children) == 1
    )


def _plain(marks: Sequence[Mark], colon: str) -> str:
    """Blocks as paragraphs, list entries behind dashes or numbers, links written out."""
    said: list[str] = []
    numbers: list[int] = []
    gap = "\n\n"
    for position, mark in enumerate(marks):
        match mark.type:
            case "bullet_list_open":
                numbers.append(0)
            case "ordered_list_open":
                numbers.append(int(mark.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                follows_another = marks[position - 1].type == "list_item_close"
                line = "\n" if follows_another and marks[position + 1].hidden else "\n\n"
                gap = line + (f"{numbers[-1]}. " if numbers[-1] else "- ")
                numbers[-1] += bool(numbers[-1])
            case "hr":
                said.append("\n\n* * *")
            case "inline":
                said.append(gap + _inline(mark.children or [], colon))
                gap = "\n\n"
    return "".join(said).strip()


def _inline(children: Sequence[Mark], colon: str) -> str:
    asked = bool(children) and children[0].attrs.get("class") == "button"
    said: list[str] = []
    addresses: list[tuple[int, str]] = []
    for mark in children:
        match mark.type:
            case "text" | "code_inline":
                said.append(mark.content)
            case "softbreak":
                said.append(" ")
            case "hardbreak":
                said.append("\n")
            case "link_open":
                addresses.append((len(said), str(mark.attrs["href"])))
            case "link_close":
                start, address = addresses.pop()
                shown = "".join(said[start:])
                if shown not in (address, address.removeprefix("mailto:")):
                    said.append(f"{colon}\n{address}" if asked else f" ({address})")
    return "".join(said)
