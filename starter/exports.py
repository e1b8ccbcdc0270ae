"""What a person is given of what is on record about them (GDPR Art. 15 and 20): one zip of JSON, mails and files."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from config.settings import Settings
from starter.lookups import find_candidate
from starter.refusals import Refused
from storage import candidates, controls, exports, histories
from storage.exports import Mail

FORMAT = 1
"""Of `record.json`; a change that readers must know of raises it."""
_UNSAFE = re.compile(r"[^\w.@+-]+")
_README = """\
Everything that {company} has on record about you, as of {at:%d %B %Y, %H:%M} UTC.

record.json        the record: one list for each kind of thing, as explained below. Moments are ISO 8601.
consent-log.json   every word of consent, given or withdrawn, with its proof (also in record.json)
sent/              messages to you: mails as .eml (open them with any mail program), texts as .txt
received/          messages from you, in the same way; mails that came to a mailbox exactly as they came
attachments/       files that came with your messages, named by the message they came with

What record.json holds:
{tables}

You may ask for corrections, object, or ask to be forgotten: answer any of our messages, or use the link in them.
"""


def make_export(connection: Connection, candidate_id: str, *, company: str, from_address: str, at: datetime) -> bytes:
    """The zip for one person. Raises UnknownCandidate."""
    person = candidates.get(connection, candidate_id)
    record = exports.records(connection, candidate_id)
    head = {"format": FORMAT, "candidate": person.id, "exported_at": at.astimezone(UTC).isoformat(), "by": company}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = "\n".join(f"  {name:18} {about}" for name, about in exports.ABOUT.items())
        archive.writestr("README.txt", _README.format(company=company, at=at.astimezone(UTC), tables=tables))
        archive.writestr("record.json", _json({**head, **record}))
        archive.writestr("consent-log.json", _json(record["consent_log"]))
        for mail in exports.mails(connection, candidate_id):
            archive.writestr(*_written(mail, from_address))
        for file in exports.files(connection, candidate_id):
            archive.writestr(f"attachments/{file.message}-{file.id}-{_safe(file.name)}", file.content)
    return target.getvalue()


def write_export(
    connection: Connection, settings: Settings, name: str, file: Path, *, untold: bool = False
) -> dict[str, Any]:
    """Write the zip of a person, by id or email, that only its owner may read. Raises Refused.

    Also where it would be the first to tell them of a decision, unless `untold`.
    """
    person = find_candidate(connection, name)
    at = controls.clock(connection).story(datetime.now(UTC))
    if not untold and histories.has_untold(connection, person.id, at):
        raise Refused(
            f"{person.id} has not been told yet how an application ended, and must not read it in a file; export once the message "
            f"has arrived (keepwarm why {person.id}), or give --untold where nobody gets the file before"
        )
    packed = make_export(connection, person.id, company=settings.company, from_address=settings.from_address, at=at)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(packed)
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror}; name a new file in a folder of yours") from error
    return {"candidate": person.id, "file": str(file), "bytes": len(packed)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(".") or "file"


def _written(mail: Mail, from_address: str) -> tuple[str, bytes]:
    """A message's path in the zip and its content."""
    folder, day = "sent" if mail.is_sent else "received", f"{mail.at.astimezone(UTC):%Y-%m-%d}"
    if mail.channel != "email":
        return f"{folder}/{day}-{mail.id}.txt", f"{mail.at.isoformat()}\n\n{mail.text}\n".encode()
    return f"{folder}/{day}-{mail.id}.eml", mail.raw or _eml(mail, from_address)


def _eml(mail: Mail, from_address: str) -> bytes:
    """A mail of which only the parts are kept, as a mail program reads it."""
    message = EmailMessage()
    for name, value in _headers(mail, from_address):
        if value:
            message[name] = " ".join(value.split())
    message.set_content(mail.text)
    return message.as_bytes()


def _headers(mail: Mail, from_address: str) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(mail.at)
    yield "From", from_address if mail.is_sent else mail.from_address
    yield "To", mail.to_address
    yield "Subject", mail.subject
    yield "Message-ID", mail.message_id
    yield "In-Reply-To", mail.in_reply_to
