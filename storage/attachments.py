"""What came with messages: files under safe names, or why one was not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from storage.tables import attachments


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file that came. `name` is safe to use as a file's; `refused` says why its `content` is not kept, or is empty."""

    name: str
    content_type: str
    content: bytes
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on record, without its content. `digest` is SHA-256 in hex, `size` in bytes of what came."""

    id: int
    message: int
    name: str
    content_type: str
    size: int
    digest: str
    refused: str


_ROW = [attachments.c[name] for name in Attachment.__dataclass_fields__]


def store(connection: Connection, message: int, files: Sequence[NewAttachment]) -> None:
    """Keep the files of a message that is on record."""
    rows = [
        {
            "message": message,
            "name": one.name.replace("\0", ""),
            "content_type": one.content_type.replace("\0", ""),
            "size": len(one.content),
            "digest": sha256(one.content).hexdigest(),
            "content": None if one.refused else one.content,
            "refused": one.refused,
        }
        for one in files
    ]
    if rows:
        connection.execute(insert(attachments), rows)


def of(connection: Connection, message: int) -> list[Attachment]:
    """The files of a message, in their order."""
    wanted = select(*_ROW).where(attachments.c.message == message).order_by(attachments.c.id)
    return [Attachment(*row) for row in connection.execute(wanted)]


def content(connection: Connection, number: int) -> bytes | None:
    """What a file holds; None where it was refused, or is not there."""
    return connection.scalar(select(attachments.c.content).where(attachments.c.id == number))
