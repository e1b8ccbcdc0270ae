"""A mail as it came, read into what the rest needs: who, to whom, answering what, which words, which files.

Everything in it was written by strangers. Reading never fails and is bounded: what can't be read is left out, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from itertools import islice

from channels.attachments import LARGEST, Attachment, Refused, made_safe, refusal
from channels.charsets import clean, decode
from channels.plaintext import text_of
from channels.tnef import unwrap

LARGEST_MAIL = 50_000_000
"""Bytes that are read of a mail."""
MOST_PARTS = 500
"""Parts that are looked at."""
MOST_BOUNDARIES = 5_000
"""Lines that look like a boundary; what stands behind them is cut off before parsing."""
DEEPEST = 20
"""Multiparts inside each other; real ones stay below six."""
LONGEST_TEXT = 500_000
"""Characters of text, and of HTML, that are kept."""
LONGEST_HEADER = 8_000
_NESTED = frozenset(["message/rfc822", "message/global"])
REPORTS = frozenset(
    [
        *_NESTED,
        "text/rfc822-headers",
        "message/delivery-status",
        "message/global-delivery-status",
        "message/feedback-report",
    ]
)
_ID = re.compile(r"<[^<>\s]{1,900}>")
_RECIPIENTS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "to",
    "cc",
    "resent-to",
    "x-forwarded-to",
)


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part that a machine wrote for a machine: a delivery status, a feedback report, or (the headers of) the mail it is about."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. Addresses are bare and may be anything; ids are in angle brackets; texts have LF line ends and no control characters.

    `to` holds every address that the mail names as a recipient, those it was really delivered to first. `text` is what stands in its
    plain part, or else the words of its HTML with quotes marked by `>`. `headers` are decoded, by lower-case name, the first of each;
    `reports` are the parts of a bounce or a complaint. `auto_submitted` is the keyword of RFC 3834 §5, empty where there is none.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    from_address: str = ""
    from_name: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    auto_submitted: str = ""
    reports: tuple[ReportPart, ...] = ()


def read_mail(raw: bytes) -> Mail:
    """The mail in `raw`: any newline, charset, nesting; never raises. What lies beyond the bounds above is left out."""
    message = _parsed(raw)
    headers = _headers(message)
    body = _Body()
    body.read(message)
    text = "\n".join(body.text)[:LONGEST_TEXT].strip("\n")
    html = "\n".join(body.html)[:LONGEST_TEXT]
    sender = addresses(_every(message, "from")) or addresses(_every(message, "sender"))
    return Mail(
        message_id=_first_id(headers.get("message-id", "")),
        in_reply_to=_first_id(headers.get("in-reply-to", "")),
        references=tuple(dict.fromkeys(_ID.findall(" ".join(_every(message, "references")))))[-100:],
        from_address=sender[0][1] if sender else "",
        from_name=sender[0][0] if sender else "",
        to=recipients(message),
        subject=headers.get("subject", ""),
        date=moment(headers.get("date", "")),
        text=text if text.strip() else text_of(html),
        html=html,
        attachments=made_safe(body.files),
        headers=headers,
        auto_submitted=headers.get("auto-submitted", "").partition(";")[0].partition("(")[0].strip().lower(),
        reports=tuple(body.reports),
    )


class _Body:
    """The words, files and reports of a mail's parts, in their order."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.html: list[str] = []
        self.files: list[Attachment] = []
        self.reports: list[ReportPart] = []

    def read(self, message: Message) -> None:
        for part in _leaves(message):
            kind = part.get_content_type()
            if kind in REPORTS:
                self._report(part, kind)
                continue
            name, content = _file_name(part), _content(part)
            if wrapped := unwrap(content):
                self.text += [clean(wrapped.text)] if wrapped.text else []
                self.html += [clean(wrapped.html)] if wrapped.html else []
                self.files += [Attachment(*file) for file in wrapped.files]
            elif kind in {"text/plain", "text/html"} and not name and part.get_content_disposition() != "attachment":
                words = decode(content[: 4 * LONGEST_TEXT], _parameter(part, "charset"))
                words = _unfolded(words) if _parameter(part, "delsp").lower() == "yes" else words
                (self.text if kind == "text/plain" else self.html).append(words)
            elif content or name:
                self.files.append(Attachment(name, kind, content))

    def _report(self, part: Message, kind: str) -> None:
        """A machine's part, or a mail that somebody attached: its words are not this mail's words, its files not this mail's files."""
        content = _content(part)
        self.reports.append(ReportPart(kind, decode(content[:LONGEST_TEXT])))
        if kind in _NESTED:
            inner = _Body()
            inner.read(_parsed(content) if len(content) < LARGEST else Message())
            bad = next(
                (why for one in inner.files if (why := one.refused or refusal(one.name, one.content))), Refused.NO
            )
            self.files.append(Attachment(_file_name(part) or "message.eml", kind, content, bad))


def _parsed(raw: bytes) -> Message:
    """The message tree. One that nests deeper than Python can follow is read as its headers alone."""
    raw = raw[:LARGEST_MAIL].lstrip(b"\r\n")
    if b"\n" not in raw[:LONGEST_HEADER]:
        raw = raw.replace(b"\r", b"\n")
    for number, boundary in enumerate(re.finditer(rb"\n--", raw)):
        if number == MOST_BOUNDARIES:
            raw = raw[: boundary.start()]
            break
    try:
        return message_from_bytes(raw)
    except (MessageError, ValueError, TypeError, LookupError, RecursionError, AttributeError):
        return message_from_bytes(
            re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0].replace(b"multipart/", b"text/") + b"\n\n"
        )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, nested messages whole; bounded in number and depth."""
    waiting = [(message, 0)]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop()
        inside = part.get_payload()
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            if depth < DEEPEST:
                waiting += [(one, depth + 1) for one in reversed(inside[:MOST_PARTS]) if isinstance(one, Message)]
        else:
            yield part


def _content(part: Message) -> bytes:
    """The bytes of a part with its transfer encoding undone; of a nested message or a status report, its text."""
    try:
        inside = part.get_payload()
        if isinstance(inside, list):
            return b"\n".join(one.as_bytes() for one in inside[:MOST_PARTS] if isinstance(one, Message))
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError):
        return b""
    return content if isinstance(content, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    """What a part says of its own content, such as its charset, whatever it is worth."""
    try:
        return str(collapse_rfc2231_value(part.get_param(name) or ""))
    except (ValueError, LookupError, TypeError):
        return ""


def _unfolded(text: str) -> str:
    """Text whose program broke lines anywhere and marked where by a blank of its own (RFC 3676 DelSp, Apple Mail); quotes as they are."""
    return re.sub(r"(?m)^((?!>|-- $).*) \n(?!>|-- $| ?$)", r"\1", text.replace("\r\n", "\n"))


def _file_name(part: Message) -> str:
    """The name that a part gives to its file (RFC 2231, or RFC 2047 as many programs write it), as hostile as it came."""
    try:
        name = part.get_param("filename", None, "content-disposition") or part.get_param("name") or ""
        return words(str(collapse_rfc2231_value(name)))
    except (ValueError, LookupError, TypeError):
        return ""


def _headers(message: Message) -> dict[str, str]:
    """The headers, decoded, by lower-case name; the first of each name, at most 200."""
    found: dict[str, str] = {}
    for name, value in islice(message.raw_items(), 1_000):
        if len(found) < 200:
            found.setdefault(clean(name.lower()), words(str(value)))
    return found


def _every(message: Message, name: str) -> list[str]:
    """The values of a header, as they stand in the mail."""
    found = (str(value)[:LONGEST_HEADER] for key, value in message.raw_items() if key.lower() == name)
    return list(islice(found, 50))


def words(value: str) -> str:
    """A header's value as text on one line: encoded words (RFC 2047) decoded, bytes beyond ASCII read as UTF-8 or windows-1252."""
    value = value[:LONGEST_HEADER]
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except (ValueError, MessageError, LookupError):
        pieces = [(value, None)]
    whole = ""
    for piece, label in pieces:
        content = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        whole += decode(content, label or "")
    return re.sub(r"\s+", " ", whole).strip()


def addresses(values: list[str]) -> list[tuple[str, str]]:
    """The (name, address) pairs of address headers, undecoded as they stand in the mail; at most 200."""
    try:
        pairs = getaddresses([value.replace("\n", " ").replace("\r", " ") for value in values])
    except (ValueError, TypeError, IndexError, RecursionError):
        pairs = []
    if not any("@" in address for _, address in pairs):
        pairs = [
            ("", address)
            for value in values
            for address in re.findall(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}", value)
        ]
    return [(words(name), clean(words(address))) for name, address in pairs[:200] if "@" in address]


def recipients(message: Message) -> tuple[str, ...]:
    """Every address that the mail names as a recipient, once each."""
    found = (address for name in _RECIPIENTS for _, address in addresses(_every(message, name)))
    return tuple(dict.fromkeys(found))


def moment(value: str) -> datetime | None:
    """A Date header in UTC; None where it tells none."""
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _first_id(value: str) -> str:
    """The message id in a header, with its brackets; a bare one gets them."""
    if found := _ID.search(value):
        return found[0]
    bare = value.split()[0].strip("<>") if value.split() else ""
    return f"<{bare}>" if "@" in bare and len(bare) < 900 else ""
