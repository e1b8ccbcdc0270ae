"""The newest words of a mail: what its writer wrote now, without what they quote.

Quoted text that leaks is the harmful error: our own footer says "unsubscribe", and quoting it is no opt-out. The libraries for this were
tried (mail-parser-reply with all its languages, email-reply-parser): neither finds a quote that these rules miss, half of what they give is
wrong on real replies, and a hostile text of 9 KB keeps one of them busy for a minute and a half.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.charsets import clean
from channels.plaintext import text_of
from channels.quotemarks import (
    ADDRESS,
    ALONE,
    ANY_LINK,
    BY,
    DATE,
    FORWARD,
    FRAMED,
    LABEL,
    LINK,
    OWN_LABELS,
    OWN_LINK,
    PHONE,
    RULE,
    SEPARATOR,
    SHARED,
    SPOKEN,
    UNSUBSCRIBE,
    WROTE,
)

LONGEST = 100_000
"""Characters that are looked at; the newest words of a longer mail stand above, or nobody wrote them."""
LONGEST_LINE = 1_000
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
INTRODUCTION = 6
"""Lines that an introduction ("On … wrote:") may take."""
LONGEST_INTRODUCTION = 400
HEADER_BLOCK = 12
"""Lines within which the headers of a quoted mail follow each other."""
WRAPPED = 60
"""Characters from which on a line may have been wrapped."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """An introduction of quoted text: the lines from `first` to `last`, with what stands before it on the first.

    `to_the_end` where nothing below can be the writer's: headers of a mail, a separator.
    """

    last: int
    before: str = ""
    to_the_end: bool = False


def newest(text: str, html: str = "") -> str:
    """What the writer wrote now, their signature and a mail that they forward to us included; `html` is read only where `text` is empty.

    Empty where all of it is quoted. Never raises; its time grows with the text's length, not faster.
    """
    lines = [
        line[:LONGEST_LINE].rstrip()
        for line in _INVISIBLE.sub("", clean((text or text_of(html))[:LONGEST])).split("\n")
    ]
    kept: list[str] = []
    at, quoted = 0, ""
    while at < len(lines):
        line = lines[at]
        if FRAMED.match(line):
            break
        if _is_quoted(line) or (quoted and _continues(quoted, line, lines[at + 1 : at + 2])):
            at, quoted = at + 1, line
            continue
        quoted = ""
        if FORWARD.match(line):
            kept += [one for one in lines[at:] if not OWN_LINK.search(one)]
            break
        mark = _mark(lines, at)
        if not mark:
            if _is_our_footer(lines, at):
                _drop_label(kept)
                line = ""
            kept.append(line)
            at += 1
            continue
        kept.append(mark.before)
        at = next((below for below in range(mark.last + 1, len(lines)) if lines[below].strip()), len(lines))
        if mark.to_the_end or at == len(lines) or not _is_quoted(lines[at]):
            break
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def own_words(text: str, html: str = "") -> str:
    """What decides on a mail's class: the newest words without a mail they forward, the lines that phones add, and the signature.

    A link to unsubscribe is a notice as well, whoever's.
    """
    kept: list[str] = []
    for line in newest(text, html).split("\n"):
        if UNSUBSCRIBE.fullmatch(ANY_LINK.sub("", line)) and ANY_LINK.search(line):
            continue
        if FORWARD.match(line) or line.rstrip() == "--":
            break
        if not PHONE.match(line):
            kept.append(line)
    return "\n".join(kept).strip()


def _is_quoted(line: str) -> bool:
    """Marked with `>` or a bar; arrows at both ends are decoration, more bars a table."""
    bare = line.lstrip()
    if bare.startswith(("| ", "│", "┃")) or bare == "|":
        return bare.count(bare[0]) == 1
    return bare.startswith((">", "|>", "&gt;")) and not line.endswith("<<")


def _continues(quoted: str, line: str, following: list[str]) -> bool:
    """Whether an unmarked line below a quoted one is its rest: wrapped by a program that forgot the mark, or a link on its own."""
    if not line.strip():
        return False
    if (
        following
        and _is_quoted(following[0])
        and LINK.search(line)
        and sum(map(str.isalnum, LINK.sub("", line).split())) == 0
    ):
        return True
    if LINK.search(quoted) and " " not in line.strip():
        return True
    return len(quoted) >= WRAPPED and quoted[-1] not in ".?!:;…" and line.lstrip()[0].islower()


def _is_our_footer(lines: list[str], at: int) -> bool:
    """A line of our footer, copied without a mark: one of our own links with hardly a word beside it, or one of its labels.

    A label alone may be a wish in our own words; with a link on its line, or another label beside it, it is none.
    """
    line = lines[at]
    if OWN_LINK.search(line):
        return len(OWN_LINK.sub("", line).split()) <= 6
    if not _is_label(line):
        return False
    near = [one for one in lines[max(0, at - 4) : at] + lines[at + 1 : at + 5] if one.strip()]
    return bool(ANY_LINK.search(line)) or any(map(_is_label, near))


def _is_label(line: str) -> bool:
    """Whether a line says what our footer says above a link, and nothing else but a link."""
    return " ".join(ANY_LINK.sub(" ", line).split()).strip(" :·|<>[]()*").casefold() in OWN_LABELS


def _drop_label(kept: list[str]) -> None:
    """Blank what our footer says above a link, where that is the last that was kept."""
    for at in range(len(kept) - 1, -1, -1):
        if words := " ".join(kept[at].split()):
            if words.rstrip(" :").casefold() in OWN_LABELS:
                kept[at] = ""
            return


def _mark(lines: list[str], at: int) -> _Mark | None:
    """The introduction of quoted text that begins on this line."""
    line = lines[at]
    if not line.strip():
        return None
    if SEPARATOR.match(line) or _is_header_block(lines, at):
        return _Mark(at, to_the_end=True)
    if RULE.match(line):
        below = next((one for one in range(at + 1, min(at + 4, len(lines))) if lines[one].strip()), at)
        if below > at and _is_header_block(lines, below):
            return _Mark(at, to_the_end=True)
        return _introduction(lines, below) if below > at else None
    shared = SHARED.search(line)
    if shared and (mark := _introduction([line[shared.end() :], *lines[at + 1 : at + INTRODUCTION]], 0)):
        return _Mark(at + mark.last, line[: shared.start()].rstrip(" -"))
    return _introduction(lines, at)


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether the headers of a mail begin here: two kinds of them close together, who or when among them."""
    if ALONE.match(lines[at]) and not _below(lines, at):
        return True
    found: set[str] = set()
    for line in lines[at : at + HEADER_BLOCK]:
        kind = next((name for name, label in LABEL.items() if label.match(line)), "")
        if kind:
            found.add(kind)
        elif not found or not line.strip():
            break
    if found in ({"from", "to"}, {"sent", "to"}):
        return any("@" in line for line in lines[at : at + 2])
    return len(found) >= 2 and bool(found & {"from", "sent"})


def _introduction(lines: list[str], at: int) -> _Mark | None:
    """A line such as "On 3 May 2026 at 10:12, Ada <ada@example.org> wrote:" in any language, wrapped over a few."""
    whole = ""
    for last in range(at, min(at + INTRODUCTION, len(lines))):
        line = lines[last].strip()
        if last > at and not line and not whole.startswith("On "):
            return None
        whole = f"{whole} {line}".strip()
        if _goes_on_behind(whole[:LONGEST_INTRODUCTION]):
            return _Mark(last, to_the_end=True)
        if len(whole) > LONGEST_INTRODUCTION:
            return None
        dashed = whole.startswith("--") and whole.endswith("--")
        core = whole.strip("-_ ") if dashed else whole
        if dashed and WROTE.search(core):
            return _Mark(last)
        if core.endswith((":", "：")) and ADDRESS.search(core) and _is_quoted(_next(lines, last)):
            return _Mark(last)
        if last == at and not (DATE.search(core) or (ADDRESS.search(core) and WROTE.search(core))):
            return None
        if BY.search(core) and DATE.match(core):
            return _Mark(last)
        if core.endswith((":", "：")) and (WROTE.search(core) or ADDRESS.search(core)):
            is_own = SPOKEN.search(re.sub(r"\S*@\S*", "", core)) and not _is_quoted(_next(lines, last))
            return None if is_own else _Mark(last)
        if core.endswith(">") and ADDRESS.search(core) and DATE.match(core) and _is_quoted(_next(lines, last)):
            return _Mark(last)
    return None


def _goes_on_behind(whole: str) -> bool:
    """Whether the quoted words begin on the introduction's own line: "On 3 May at 10:12, Ada <ada@example.org> wrote:   Hello"."""
    wrote = WROTE.search(whole)
    if not wrote or not re.match(r"\s?[:：]\s{1,9}\S", whole[wrote.end() :]):
        return False
    return bool(ADDRESS.search(whole[: wrote.start()]) and DATE.search(whole[: wrote.start()]))


def _below(lines: list[str], at: int) -> str:
    """The line right below; empty at the end."""
    return lines[at + 1].strip() if at + 1 < len(lines) else ""


def _next(lines: list[str], at: int) -> str:
    """The next line that holds something; empty where none follows."""
    return next((line for line in lines[at + 1 : at + 4] if line.strip()), "")
