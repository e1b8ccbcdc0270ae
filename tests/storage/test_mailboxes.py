"""How far a mailbox was read."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import mailboxes


def last_uid(connection: Connection) -> tuple[int, int]:
    cursor = mailboxes.cursor(connection, "talent@imap", "INBOX")
    assert cursor is not None
    return cursor.uid_validity, cursor.last_uid


def test_a_cursor_moves_forward_alone_until_the_server_counts_anew(connection: Connection) -> None:
    assert mailboxes.cursor(connection, "talent@imap", "INBOX") is None
    mailboxes.move(connection, "talent@imap", "INBOX", 1, 50)
    mailboxes.move(connection, "talent@imap", "INBOX", 1, 40)
    assert last_uid(connection) == (1, 50)
    mailboxes.move(connection, "talent@imap", "INBOX", 2, 3)
    assert last_uid(connection) == (2, 3)


def test_each_folder_has_its_own(connection: Connection) -> None:
    mailboxes.move(connection, "talent@imap", "INBOX", 1, 50)
    assert mailboxes.cursor(connection, "talent@imap", "Answers") is None
