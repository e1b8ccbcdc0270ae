"""What providers send us: SendGrid's events, its signature and its Inbound Parse; Twilio's signatures."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from cases.scores import Score, score
from channels import sendgrid_signature, twilio_signature
from channels.charsets import decode
from channels.inbound_parse import read_inbound_parse
from channels.mail import Mail
from channels.reports import ReportKind
from channels.sendgrid_events import read_events


def run_sendgrid(folder: Path) -> Iterator[Score]:
    """JSON files with a `public_key` are signature vectors, lists of objects with `event` are events, text files Inbound Parse bodies."""
    told = {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    vectors = {name: one for name, one in told.items() if isinstance(one, dict) and "public_key" in one}
    events = [
        event
        for one in told.values()
        if isinstance(one, list)
        for event in one
        if isinstance(event, dict) and "event" in event
    ]
    if vectors:
        yield score("sendgrid: signed events accepted", ((name, _signed(one)) for name, one in vectors.items()))
        tampered = (outcome for name, one in vectors.items() for outcome in _tampered(name, one))
        yield score("sendgrid: every changed byte refused", tampered)
    if events:
        yield score(
            "sendgrid: events mapped, fields kept",
            ((f"{at} {event['event']}", _mapped(event)) for at, event in enumerate(events)),
        )
    bodies = sorted(folder.glob("*.txt"))
    if bodies:
        yield score("sendgrid: inbound without loss", (outcome for path in bodies for outcome in _inbound(path)))


def _signed(vector: dict[str, Any], body: bytes | None = None) -> bool:
    body = base64.b64decode(vector["body_b64"]) if body is None else body
    return sendgrid_signature.holds(vector["public_key"], body, vector["signature"], str(vector["timestamp"]))


def _tampered(name: str, vector: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    body = base64.b64decode(vector["body_b64"])
    for at in range(len(body)):
        changed = bytes([*body[:at], body[at] ^ 1, *body[at + 1 :]])
        yield f"{name}, byte {at}", not _signed(vector, changed)
    yield f"{name}, later", not _signed({**vector, "timestamp": str(int(vector["timestamp"]) + 1)})


def _mapped(event: dict[str, Any]) -> bool:
    """Read as one report of a known kind that keeps every field."""
    reports = read_events(json.dumps([event]).encode())
    return len(reports) == 1 and reports[0].kind is not ReportKind.OTHER and reports[0].payload == event


def _inbound(path: Path) -> Iterator[tuple[str, bool]]:
    """A body as it lies there and as it travels (CRLF), compared field by field with what Python's own parser finds."""
    lying = path.read_bytes()
    boundary = lying.lstrip().splitlines()[0][2:].decode("latin-1") if lying.strip() else "none"
    for newline, body in (
        ("LF", lying.replace(b"\r\n", b"\n")),
        ("CRLF", lying.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
    ):
        kind = f"multipart/form-data; boundary={boundary}"
        yield f"{path.name} {newline}", _is_whole(read_inbound_parse(kind, body), _form(kind, body))


def _form(kind: str, body: bytes) -> dict[str, Message]:
    """The form's fields by name, through the standard library."""
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    parts = form.get_payload() if form.is_multipart() else []
    named = (
        (part, part.get_param("name", header="content-disposition")) for part in parts if isinstance(part, Message)
    )
    return {str(name): part for part, name in named if name}


def _is_whole(mail: Mail, form: dict[str, Message]) -> bool:
    """Whether the mail has the words, the subject and the number of files that the form holds."""
    whole = form.get("email")
    source = message_from_bytes(_bytes(whole)) if whole else None
    parts = [part for part in source.walk() if not part.is_multipart()] if source else []
    files = [part for part in (parts or form.values()) if part.get_filename() is not None]
    texts = [part for part in parts if part.get_content_type() == "text/plain" and part.get_filename() is None]
    if not source and "text" in form:
        texts = [form["text"]]
    subject = str(source["subject"]) if source else decode(_bytes(form["subject"])).strip() if "subject" in form else ""
    said = all(decode(_bytes(part)).strip() in mail.text for part in texts)
    return said and mail.subject == subject and len(mail.attachments) == len(files)


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def run_twilio(folder: Path) -> Iterator[Score]:
    """Every JSON list of {name, auth_token, url, params or body, signature}: accepted as it is, refused under another token."""
    cases = [case for path in sorted(folder.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
    yield score("twilio: signatures accepted", ((case["name"], _holds(case, case["auth_token"])) for case in cases))
    yield score(
        "twilio: another token refused", ((case["name"], not _holds(case, f"{case['auth_token']}x")) for case in cases)
    )


def _holds(case: dict[str, Any], token: str) -> bool:
    content = case["body"].encode() if isinstance(case.get("body"), str) else case.get("params") or {}
    return twilio_signature.holds(token, case["url"], content, case["signature"])
