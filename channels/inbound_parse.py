"""SendGrid's Inbound Parse: a mail as a form, in pieces ("parsed") or whole ("raw", field `email`).

Each field is in the charset that the field `charsets` names for it, so the form is read from its bytes; its lines may end in LF alone, its
file names are the sender's, and only `envelope`, `charsets` and `attachment-info` are JSON.
Source: SendGrid's "Setting Up The Inbound Parse Webhook".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_to_bytes

from channels.attachments import Attachment, made_safe
from channels.charsets import clean, decode
from channels.mail import LONGEST_TEXT, REPORTS, Mail, ReportPart, addresses, read_mail, words
from channels.plaintext import text_of

MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the form. `file_name` is None where it is no file."""

    name: str
    file_name: str | None
    content_type: str
    content: bytes


def read_inbound_parse(content_type: str, body: bytes) -> Mail:
    """The mail in a form that SendGrid posted, the envelope's recipients first. Never raises: a form that is none is an empty mail."""
    fields = list(_fields(body, _boundary(content_type, body)))
    plain = {one.name: one for one in reversed(fields) if one.file_name is None}
    labels = {str(name): str(label) for name, label in _json(plain, "charsets").items()}

    def text(name: str) -> str:
        one = plain.get(name)
        return decode(one.content, labels.get(name) or _parameter(one.content_type, "charset")) if one else ""

    envelope = _json(plain, "envelope")
    if "email" in plain:
        mail = read_mail(plain["email"].content)
    else:
        mail = _from_pieces(text, read_mail(plain["headers"].content + b"\n\n" if "headers" in plain else b""), fields)
    told = envelope.get("to")
    first = [clean(address) for address in told[:200] if isinstance(address, str)] if isinstance(told, list) else []
    return replace(mail, to=tuple(dict.fromkeys([*first, *mail.to])))


def _from_pieces(text: Callable[[str], str], head: Mail, fields: list[_Field]) -> Mail:
    """The mail of parsed mode: `head` is what the field `headers` tells, `text` gives a field's words by its name."""
    files, reports = [], list(head.reports)
    info = _json({one.name: one for one in fields}, "attachment-info")
    for one in fields:
        if one.file_name is None:
            continue
        told = info.get(one.name)
        name = str(told.get("filename") or told.get("name") or "") if isinstance(told, dict) else ""
        if one.content_type.split(";")[0].strip().lower() in REPORTS:
            reports.append(
                ReportPart(one.content_type.split(";")[0].strip().lower(), decode(one.content[:LONGEST_TEXT]))
            )
        if one.content or one.file_name or name:
            files.append(Attachment(one.file_name or name, one.content_type, one.content))
    html = text("html")[:LONGEST_TEXT]
    sender = addresses([text("from")])
    return replace(
        head,
        from_address=head.from_address or (sender[0][1] if sender else ""),
        from_name=head.from_name or (sender[0][0] if sender else ""),
        to=head.to or tuple(address for _, address in addresses([text("to"), text("cc")])),
        subject=words(text("subject")) or head.subject,
        text=text("text")[:LONGEST_TEXT].strip("\n") or text_of(html),
        html=html,
        attachments=made_safe(files),
        reports=tuple(reports),
    )


def _boundary(content_type: str, body: bytes) -> bytes:
    """The form's boundary; where the header lost it, the body's first line tells."""
    if found := re.search(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", content_type, re.IGNORECASE):
        return (found[1] or found[2]).encode("latin-1", "replace")
    first = body[:300].lstrip(b"\r\n").splitlines()[:1]
    return first[0][2:].rstrip() if first and first[0].startswith(b"--") else b""


def _fields(body: bytes, boundary: bytes) -> Iterator[_Field]:
    """The fields of a multipart form (RFC 7578) whose lines end in CRLF or LF; what is no field is passed over."""
    if not boundary:
        return
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|\Z)")
    marks = [(found.start(), found.end()) for found, _ in zip(line.finditer(body), range(MOST_FIELDS), strict=False)]
    for (_, start), (end, _) in pairwise([*marks, (len(body), len(body))]):
        piece = body[start:end].removeprefix(b"\r").removeprefix(b"\n")
        head, *content = re.split(rb"\r?\n\r?\n", piece, maxsplit=1)
        yield from _field(head, content[0] if content else b"")


def _field(head: bytes, content: bytes) -> Iterator[_Field]:
    """The field with these header lines, if it has a name."""
    lines = decode(re.sub(rb"\r?\n[ \t]+", b" ", head)).split("\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    disposition, kind = headers.get("content-disposition", ""), headers.get("content-type", "")
    name, file_name = _parameter(disposition, "name"), _parameter(disposition, "filename")
    is_file = re.search(r";\s*filename\*?\s*=", disposition, re.IGNORECASE)
    if name:
        yield _Field(name, file_name if is_file else None, kind, content)


def _parameter(header: str, name: str) -> str:
    """A parameter of a header: RFC 5987's `name*=` first, then quoted (with backslashes), then bare."""
    if found := re.search(rf";\s*{name}\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)", header, re.IGNORECASE):
        return decode(unquote_to_bytes(found[2]), found[1])
    found = re.search(rf";\s*{name}\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s]*))", header, re.IGNORECASE)
    return words(re.sub(r'\\(["\\])', r"\1", found[1]) if found and found[1] is not None else found[2] if found else "")


def _json(fields: Mapping[str, _Field], name: str) -> dict[str, Any]:
    """A field's JSON object; empty where it holds none."""
    try:
        found = json.loads(decode(fields[name].content)) if name in fields else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
