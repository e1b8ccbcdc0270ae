"""Tables as people really save them: CSV in any encoding, with any delimiter, with or without lines before the header.

What is read is text and line numbers; what the columns mean is told in `columns`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

DELIMITERS = (",", ";", "\t", "|")
HEADER_WITHIN = 30
"""Lines of preamble that an export may put before its header; LinkedIn's has three."""
SAMPLE_RECORDS = 60
WESTERN_FIRST = ("cp1252", "cp1250", "cp1251")
"""Where several single-byte encodings read a text about as well, the spreadsheets' own come first."""
NEVER_SAVED = frozenset(
    ("hp_roman8", "iso8859_3", "iso8859_10", "iso8859_14", "iso8859_16", "cp775", "cp864", "cp1125")
)
"""Encodings that no spreadsheet writes, and that read a few names from Sweden or Germany better than they were written."""
FEW_BYTES = 25
"""Beyond ASCII. So few say little of the language, so the guess by language may be off by LEEWAY."""
LEEWAY = 0.1
SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class SheetError(ValueError):
    """The file is no table; the text names the file's fault and the cure."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins at (1 is the file's first), and its cells, as many as the header has."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that can't be used, with the reason and the cure."""

    line: int
    what: str
    cells: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: header names, rows, and the lines that are no rows."""

    encoding: str
    delimiter: str
    header: list[str]
    rows: list[Row]
    faults: list[Fault]

    def records(self) -> list[dict[str, str]]:
        """The rows as mappings from the header's names."""
        return [dict(zip(self.header, row.cells, strict=True)) for row in self.rows]


def read_sheet(path: Path, knows: Callable[[str], bool], encoding: str | None = None) -> Sheet:
    """The table in a file. Raises SheetError. `knows` tells whether a text is the name of a known column."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path} can't be read: {error.strerror}; give the path of a CSV file") from error
    if re.match(rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{", content):
        raise SheetError(f"{path} is JSON; save it as CSV (UTF-8) and import that")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetError(f"{path} is a spreadsheet; save it as CSV (UTF-8) and import that")
    return parse_sheet(content, knows, encoding)


def parse_sheet(
    content: bytes, knows: Callable[[str], bool] = lambda name: False, encoding: str | None = None
) -> Sheet:
    """The table in a file's bytes. Raises SheetError.

    The delimiter is the one under which the header has most known names, then most rows are of one width.
    The header is the line with most known names, else the first that is not empty.
    """
    text, encoding = decode(content, encoding)
    if not text.strip('\ufeff\0 \t\r\n,;|"'):
        raise SheetError("the file is empty; give a CSV file with a header and one row per person")
    lines = list(io.StringIO(text.replace("\0", ""), newline=""))
    found = [header for form in _forms(text) if (header := _find_header(lines, form, knows))]
    if not found:
        raise SheetError(
            f"no header within the first {SAMPLE_RECORDS} rows; put column names such as name, email on top"
        )
    return _read(lines, max(found, key=lambda header: (header.known, header.regularity)), encoding)


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """A file's text and encoding: the one told, its byte-order mark's, UTF-8, else the one that fits its letters."""
    if encoding is None:
        encoding = next((name for mark, name in SIGNATURES if content.startswith(mark)), None)
    try:
        if encoding:
            return content.decode(encoding), encoding
        if b"\0" not in content[:400]:
            return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if encoding:
            raise SheetError(
                f"the file is not {encoding} (byte {error.start}); name its encoding, or save as UTF-8"
            ) from None
    except LookupError:
        raise SheetError(f"{encoding} is no encoding; use a name such as utf-8, utf-16, cp1252") from None
    return _guess(content)


def _guess(content: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    found = list(from_bytes(content))
    matches = [match for match in found if match.encoding not in NEVER_SAVED] or found
    if not matches:
        raise SheetError("the file's encoding can't be told; save it as CSV (UTF-8)")
    best = matches[0]
    least = best.coherence - (LEEWAY if sum(byte > 127 for byte in content) <= FEW_BYTES else 0)
    equal = {match.encoding for match in matches if match.chaos <= best.chaos and match.coherence >= least}
    names = [name for name in WESTERN_FIRST if name in equal] or [best.encoding]
    name = min(names, key=lambda name: _signs_in_words(content.decode(name)))
    return content.decode(name), name


def _signs_in_words(text: str) -> int:
    """Signs such as £ or ¯ beside a letter: in a Polish text that is read as a western one they stand for letters."""
    return len(re.findall(r"[^\W\d_][\u00a2-\u00b9](?<![ªµº·])|[\u00a2-\u00b9](?<![ªµº·])[^\W\d_]", text))


@dataclass(frozen=True, slots=True)
class _Form:
    """How cells are told apart. `spaced`: blanks stand between a delimiter and a quote."""

    delimiter: str
    spaced: bool

    def reader(self, lines: Sequence[str], *, strict: bool = False) -> _csv.Reader:
        return csv.reader(iter(lines), delimiter=self.delimiter, skipinitialspace=self.spaced, strict=strict)


def _forms(text: str) -> list[_Form]:
    return [_Form(mark, re.search(re.escape(mark) + ' +"', text) is not None) for mark in DELIMITERS]


@dataclass(frozen=True, slots=True)
class _Header:
    form: _Form
    names: list[str]
    line: int
    known: int
    regularity: float
    body: int
    """Index of the first line after the header."""


def _find_header(lines: list[str], form: _Form, knows: Callable[[str], bool]) -> _Header | None:
    """Where the header lies if cells were told apart like this, and how well that fits; None where there is no text."""
    sample = islice(_records(lines, 0, form), SAMPLE_RECORDS)
    filled = [
        (line, body, names)
        for line, body, cells in sample
        if any(names := [cell.strip("\ufeff \t\r\n") for cell in cells])
    ]
    if not filled:
        return None
    early = [record for record in filled if record[0] <= HEADER_WITHIN] or filled[:1]
    counts = [sum(1 for cell in cells if knows(cell)) for _, _, cells in early]
    chosen = counts.index(max(counts))
    line, body, names = early[chosen]
    widths = Counter(len(cells) for first, _, cells in filled if first >= line)
    width, times = widths.most_common(1)[0]
    regularity = times / widths.total() + min(width, 50) / 100 if width > 1 else 0.0
    return _Header(form, names, line, max(counts), regularity, body)


def _records(lines: Sequence[str], start: int, form: _Form) -> Iterator[tuple[int, int, list[str]]]:
    """The records from a line on: (line number, index of the line after it, cells). Stops at an endless quote."""
    reader = form.reader(lines[start:])
    begun = start
    try:
        for cells in reader:
            yield begun + 1, start + reader.line_num, cells
            begun = start + reader.line_num
    except csv.Error:
        return


_UNCLOSED = "a quote opens here and never closes; close it, or double it inside a text"
_TOO_LONG = f"a cell is longer than {csv.field_size_limit()} characters; shorten it"


def _read(lines: list[str], header: _Header, encoding: str) -> Sheet:
    names = list(header.names)
    while names and not names[-1]:
        names.pop()
    rows: list[Row] = []
    faults: list[Fault] = []
    start = header.body
    while start < len(lines):
        unclosed = _unclosed_quote(lines, start, header.form)
        stop = len(lines) if unclosed is None else unclosed
        for line, _, cells in _records(lines[:stop], start, header.form):
            _take(names, line, cells, rows, faults)
        if unclosed is None:
            break
        faults.append(Fault(unclosed + 1, _UNCLOSED if '"' in lines[unclosed] else _TOO_LONG))
        start = unclosed + 1
    return Sheet(encoding, header.form.delimiter, names, rows, faults)


def _take(names: list[str], line: int, cells: list[str], rows: list[Row], faults: list[Fault]) -> None:
    if not any(cell.strip() for cell in cells):
        return
    surplus = [cell for cell in cells[len(names) :] if cell.strip()]
    if surplus:
        what = f"{len(cells)} cells under {len(names)} column names; put texts that hold the delimiter into quotes"
        faults.append(Fault(line, what, cells))
        return
    rows.append(Row(line, (cells + [""] * len(names))[: len(names)]))


def _unclosed_quote(lines: list[str], start: int, form: _Form) -> int | None:
    """The index of the line whose quote swallows the rest of the file; None where every quote closes."""
    begun = start
    reader = form.reader(lines[start:])
    try:
        for _ in reader:
            following = start + reader.line_num
            if following == len(lines) and _stays_open(lines[begun:], form):
                return begun
            begun = following
    except csv.Error:
        return begun
    return None


def _stays_open(lines: list[str], form: _Form) -> bool:
    try:
        deque(form.reader(lines, strict=True), maxlen=0)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
