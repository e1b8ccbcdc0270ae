"""The child process of the mailbox: mail-devel's service, each mail kept in a file as well.

    python -m embedded.mailbox_server FOLDER [words for mail_devel]

mail-devel alone keeps mail in memory. Here the newest KEPT mails are read back at the next start. A mail that is deleted loses its
file; flags, and what was moved in the web view, start afresh.
"""

import argparse
import asyncio
import email
import os
import signal
from collections.abc import Iterable
from email.message import Message
from pathlib import Path
from typing import Any

from mail_devel.mailbox import TestMailboxDict, TestMailboxSet
from mail_devel.service import Service
from pymap.backend.dict.mailbox import MailboxData
from pymap.backend.dict.mailbox import Message as MailInBox
from pymap.parsing.message import AppendMessage

from config.settings import EMBEDDED_HOST

KEPT = 5_000
"""Mails. Beyond that the oldest are removed at a start."""


class KeptInbox(MailboxData):
    """An inbox whose mails each lie in a file, by UID: whoever deletes a mail deletes its file."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.paths: dict[int, Path] = {}
        self.newest = 0
        """The UID of the mail that came last."""

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> MailInBox:
        placed = await super().append(append_msg, recent=recent)
        self.newest = placed.uid
        return placed

    async def delete(self, uids: Iterable[int]) -> None:
        gone = list(uids)
        await super().delete(gone)
        for uid in gone:
            path = self.paths.pop(uid, None)
            if path:
                path.unlink(missing_ok=True)


class KeptAccount(TestMailboxSet):  # type: ignore[misc]  # the library ships no types
    """The one account, with an inbox of ours."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = KeptInbox(self._content_cache, self._thread_cache)


class KeptMailbox(TestMailboxDict):  # type: ignore[misc]  # the library ships no types
    """mail-devel's mailboxes, each mail also in a file of `folder`."""

    def __init__(self, folder: Path, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._folder = folder
        self._loop = asyncio.get_running_loop()
        self._next = max((int(path.stem) for path in folder.glob("*.eml")), default=0) + 1

    async def get(self, user: str) -> Any:
        """The account, ours in place of one that the library has made."""
        made, _ = self.config.set_cache.get(self.config.demo_user, (None, None))
        if not isinstance(made, KeptAccount):
            self.config.set_cache[self.config.demo_user] = KeptAccount(), self.filter_set
        return await super().get(user)

    async def append(self, message: Message, flags: frozenset[Any], mailbox: str = "INBOX") -> None:
        """Keeps a mail. SMTP runs in a thread of its own: only on the loop of IMAP does whoever waits by IDLE hear of it."""
        if asyncio.get_running_loop() is self._loop:
            await self._keep(message, flags, mailbox)
        else:
            keeping = asyncio.run_coroutine_threadsafe(self._keep(message, flags, mailbox), self._loop)
            await asyncio.wrap_future(keeping)

    async def _keep(self, message: Message, flags: frozenset[Any], mailbox: str) -> None:
        path = self._folder / f"{self._next:09}.eml"
        self._next += 1
        unfinished = path.with_suffix(".part")
        written = message.as_bytes()
        unfinished.write_bytes(written)
        unfinished.replace(path)
        # As the next start will read it: the same mail keeps the same bytes.
        await self._place(path, email.message_from_bytes(written), flags, mailbox)

    async def _place(self, path: Path, message: Message, flags: frozenset[Any], mailbox: str = "INBOX") -> None:
        await super().append(message, flags, mailbox)
        inbox = await (await self.get(self.config.demo_user)).get_mailbox(mailbox)
        if isinstance(inbox, KeptInbox):
            inbox.paths[inbox.newest] = path

    async def load(self) -> None:
        """Puts back what the folder keeps, oldest first. The inbox is made first: a login before it would see another one for good."""
        await self.get(self.config.demo_user)
        paths = sorted(self._folder.glob("*.eml"))
        for path in paths[:-KEPT]:
            path.unlink()
        for path in paths[-KEPT:]:
            await self._place(path, email.message_from_bytes(path.read_bytes()), frozenset())


async def serve(folder: Path, arguments: list[str]) -> None:
    """The child's life: mail-devel's own service around an inbox that is kept in `folder`, until SIGTERM."""
    service = await Service.init(Service.parse(["--host", EMBEDDED_HOST, *arguments]))
    kept = KeptMailbox(folder, service.config, service.filter_set)
    service.mailboxes = service.handler.mailboxes = service.frontend.mailboxes = kept
    await kept.load()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with service.start():
        await stopped.wait()
    os._exit(0)  # its SMTP thread has no end of its own


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    chosen, rest = parser.parse_known_args()
    asyncio.run(serve(chosen.folder, rest))
