"""Files that came with messages."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import attachments, messages
from storage.attachments import NewAttachment
from tests.storage.conftest import NOW


def test_a_file_is_kept_with_its_digest_and_a_refused_one_without_its_content(connection: Connection) -> None:
    number = messages.store(connection, messages.NewMessage("email", NOW))
    assert number is not None
    files = [
        NewAttachment("cv.pdf", "application/pdf", b"%PDF"),
        NewAttachment("bomb.zip", "application/zip", b"PK", refused="it would unpack to more than it may"),
    ]
    attachments.store(connection, number, files)
    kept, refused = attachments.of(connection, number)
    assert (kept.name, kept.size, len(kept.digest)) == ("cv.pdf", 4, 64)
    assert attachments.content(connection, kept.id) == b"%PDF"
    assert refused.refused
    assert attachments.content(connection, refused.id) is None


def test_a_message_without_files_has_none(connection: Connection) -> None:
    number = messages.store(connection, messages.NewMessage("email", NOW))
    assert number is not None
    attachments.store(connection, number, [])
    assert attachments.of(connection, number) == []
