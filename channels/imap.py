"""Any mailbox, read over IMAP: what is new since a UID, each mail exactly as it came, and waiting for more without asking.

Nothing is marked, moved or deleted: the mailbox stays as people know it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.idle import get_socket_poller

ANSWER_TIMEOUT = 60.0
"""Seconds in which a server must answer; a large mail over a slow line takes some."""
FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)
"""What a connection can end with; a new one may do better. `MailboxRefused` is not among them."""


class MailboxRefused(RuntimeError):
    """The server answers, but not to us: the login or the folder is wrong. The text names the setting."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a mailbox is and how to get in. `security`: none, starttls, implicit."""

    host: str
    port: int
    user: str
    password: str
    security: str = "implicit"
    folder: str = "INBOX"

    @property
    def mailbox(self) -> str:
        """The mailbox's name on record."""
        return f"{self.user}@{self.host}"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a mail whose whole is of `size` bytes; 0 where the server does not say."""

    uid: int
    size: int
    raw: bytes


class Inbox:
    """An open folder. Every method may raise one of FAILURES, after which a new one is to be opened."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box
        # Asked after the login: many servers tell less to strangers.
        self.can_idle = b"IDLE" in b" ".join(box.client.capability()[1]).upper().split()
        self.uid_validity = self._told("UIDVALIDITY") or 0
        """UIDs mean the same for as long as this stays the same (RFC 9051 §2.3.1.1)."""
        self.next_uid = self._told("UIDNEXT") or max(self.uids_after(0), default=0) + 1
        """Every mail that was there when the folder was opened has a lower UID."""

    @classmethod
    def open(cls, server: MailServer) -> Inbox:
        """Connect and log in. Raises MailboxRefused, or one of FAILURES."""
        box = _connect(server)
        try:
            is_plain = (server.user + server.password).isascii()
            (box.login if is_plain else box.login_utf8)(server.user, server.password, None)
            box.folder.set(server.folder, readonly=True)
        except MailboxLoginError as error:
            _leave(box)
            raise MailboxRefused(
                f"{server.host} refuses the login of {server.user}; correct KEEPWARM_IMAP_USER or KEEPWARM_IMAP_PASSWORD"
            ) from error
        except MailboxFolderSelectError as error:
            _leave(box)
            raise MailboxRefused(
                f"{server.host} has no folder {server.folder} for {server.user}; correct KEEPWARM_IMAP_FOLDER"
            ) from error
        except BaseException:
            _leave(box)
            raise
        return cls(box)

    def _told(self, name: str) -> int | None:
        """A number that the server told when the folder was opened."""
        _, values = self._box.client.response(name)
        last = values[-1] if values else None
        return int(last) if isinstance(last, bytes) and last.isdigit() else None

    def close(self) -> None:
        """Say good-bye, if anybody listens."""
        _leave(self._box)

    def look(self) -> None:
        """Let the server tell what has changed; what was told before is forgotten, for the next search finds it."""
        self._box.client.noop()
        self._box.client.untagged_responses.pop("EXISTS", None)

    def uids_after(self, uid: int) -> list[int]:
        """Mails with a higher UID, in their order."""
        # `n:*` names the last mail even where its UID is lower than n (RFC 9051 §9, seq-range).
        return sorted(found for found in map(int, self._box.uids(f"UID {uid + 1}:*")) if found > uid)

    def uids_since(self, day: date) -> list[int]:
        """Mails that the server received on that day or later, by UID."""
        return sorted(map(int, self._box.uids(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")))

    def headers(self, uids: Sequence[int]) -> list[Header]:
        """The headers of mails, for telling which are wanted; those that are gone meanwhile are left out."""
        if not uids:
            return []
        _, lines = self._box.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE BODY.PEEK[HEADER])")
        found = (_read_header(line, after) for line, after in zip(lines, [*lines[1:], b""], strict=True))
        return sorted((header for header in found if header), key=lambda header: header.uid)

    def fetch(self, uid: int) -> bytes | None:
        """One mail, byte for byte; None where it is gone meanwhile."""
        _, lines = self._box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        return next((line[1] for line in lines if isinstance(line, tuple)), None)

    def wait(self, seconds: int) -> bool:
        """Wait until the server tells of something new, by IDLE (RFC 2177), at most so long; whether it did.

        Only where `can_idle`. What it told since the last look counts at once: nothing falls between search and wait.
        """
        self._box.client.noop()  # some servers tell of nothing that came before IDLE began
        if not self._has_news():
            idle: Any = self._box.idle  # its methods carry no types
            idle.start()
            try:
                get_socket_poller(self._box.client.sock, seconds)
            except BaseException:
                # Whoever ends us now has no time for good-byes, and in IDLE a server answers nothing but DONE.
                self._box.client.shutdown()
                raise
            # All that is told is read up to the answer to our DONE: the library's own poll trips over half a line.
            idle.stop()
        return self._has_news()

    def _has_news(self) -> bool:
        return bool(self._box.client.untagged_responses.get("EXISTS"))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


def _read_header(line: object, after: object) -> Header | None:
    """One answer to FETCH: `(what stands before the literal, the literal)`, and what stands behind it where that is plain bytes."""
    if not isinstance(line, tuple):
        return None
    told = line[0] + b" " + (after if isinstance(after, bytes) else b"")
    uid, size = _UID.search(told), _SIZE.search(told)
    return Header(int(uid[1]), int(size[1]) if size else 0, line[1]) if uid else None


def _connect(server: MailServer) -> BaseMailBox:
    match server.security:
        case "implicit":
            return MailBox(server.host, server.port, ANSWER_TIMEOUT, ssl_context=ssl.create_default_context())
        case "starttls":
            return MailBoxStartTls(server.host, server.port, ANSWER_TIMEOUT, ssl.create_default_context())
    return MailBoxUnencrypted(server.host, server.port, ANSWER_TIMEOUT)


def _leave(box: BaseMailBox) -> None:
    try:
        box.logout()
    except FAILURES:
        with suppress(OSError):
            box.client.shutdown()
