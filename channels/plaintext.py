"""HTML that a mail carries, as the words a person would read: quoted parts marked with `> ` as in plain mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

LARGEST = 1_000_000
"""Characters of HTML that are read; the newest words stand at the top."""
DEEPEST = 200
"""Open quotes that are counted."""
_BREAKS = re.compile("br|p|div|tr|table|ul|ol|li|h[1-6r]|pre|section|article|header|footer|dt|dd|blockquote")
_PARAGRAPHS = re.compile("p|h[1-6]|ul|ol|table|pre|blockquote")
_HIDDEN = frozenset(["script", "style", "head", "title", "template"])
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_QUOTES = re.compile(
    r"\b(?:gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|zmail_extra|OutlookMessageHeader)\b"
    r"|\b(?:divRplyFwdMsg|appendonsend|isForwardContent|isReplyContent|reply-intro|mail-editor-reference-message-container)\b"
    r"|border:\s*none;\s*border-top:\s*solid\s+#[0-9a-f]{6}\s+1\.0pt;\s*padding:\s*3\.0pt\s+0(?:in|cm|mm)\s+0(?:in|cm|mm)\s+0(?:in|cm|mm)",
    re.IGNORECASE,
)
"""How mail programs mark what they quote: class and id names of Gmail, Yahoo, Thunderbird, Proton, Outlook on the web, and Outlook's rule
above the headers of the quoted mail."""
_REST = re.compile(r"divRplyFwdMsg|appendonsend|OutlookMessageHeader|moz-cite-prefix|border-top", re.IGNORECASE)
"""Of these, everything that follows is quoted as well: the mark is a line above it, not a box around it."""

_BOX = re.compile(r"gmail_quote|gmail_extra", re.IGNORECASE)
"""Boxes around an introduction and the quote below it: who answers inline writes into the box, between quotes."""
_INTRODUCTION = 3
"""Lines that an introduction takes; more of them above a quote are a forwarded mail's headers."""


@dataclass(slots=True)
class _Quote:
    """An open element that quotes. `began` is the number of lines before it; `answered` where the writer's words follow inside."""

    tag: str
    depth: int
    is_box: bool
    began: int
    answered: bool = False


class _Reader(HTMLParser):
    """Collects lines; `depth` of open quotes decides how each is marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.hidden: list[str] = []
        self.quotes: list[_Quote] = []
        self.open: dict[str, int] = {}
        self.rest = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden.append(tag)
            return
        if tag == "body":
            self.hidden.clear()
        if _BREAKS.fullmatch(tag):
            self.end_line(is_empty=tag == "br")
        marks = " ".join(value or "" for name, value in attrs if name in {"class", "id", "style"})
        mark = _QUOTES.search(marks)
        if mark and _REST.search(mark[0]):
            self.rest = True
        if _VOID.fullmatch(tag):
            return
        self.open[tag] = self.open.get(tag, 0) + 1
        if (mark or tag == "blockquote") and len(self.quotes) < DEEPEST:
            self.end_line()
            is_box = tag != "blockquote" and bool(mark and _BOX.search(mark[0]))
            self.quotes.append(_Quote(tag, self.open[tag], is_box, len(self.lines)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            while self.hidden and self.hidden.pop() != tag:
                pass
            return
        if _BREAKS.fullmatch(tag):
            self.end_line()
        if _PARAGRAPHS.fullmatch(tag):
            self.end_line(is_empty=True)
        if not self.open.get(tag):
            return
        while self.quotes and (self.quotes[-1].tag, self.quotes[-1].depth) == (tag, self.open[tag]):
            closed = self.quotes.pop()
            around = self.quotes[-1] if self.quotes else None
            if tag == "blockquote" and around and around.is_box and closed.began - around.began <= _INTRODUCTION:
                around.answered = True
        self.open[tag] -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.line += data

    def end_line(self, *, is_empty: bool = False) -> None:
        """Keep the line, marked where it is quoted; an empty one only where it parts paragraphs."""
        words = re.sub(r"\s+", " ", self.line.replace("\u200b", "")).strip()
        self.line = ""
        if words or (is_empty and self.lines and self.lines[-1]):
            quoted = self.rest or not all(one.answered for one in self.quotes)
            self.lines.append(f"> {words}" if quoted and words else words)


def text_of(html: str) -> str:
    """The words of an HTML mail in lines, quoted ones beginning with `>`; scripts, styles and the head left out. Never raises."""
    reader = _Reader()
    try:
        reader.feed(_without_comments(html[:LARGEST]))
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # what was read up to a broken declaration is kept
    reader.end_line()
    return "\n".join(reader.lines).strip()


def _without_comments(html: str) -> str:
    """The HTML without comments and declarations, and with every `<` that opens no tag written out.

    Thousands of tags and comments that are never closed keep Python's parser busy for minutes.
    """
    first, *others = html.split("<!--")
    whole = first + "".join(part.partition("-->")[2] for part in others)
    return re.sub(r"<(?![^<>]*>)", "&lt;", re.sub(r"<[!?][^<>]*>?", "", whole))
