"""The embedded mailbox, as whoever reads it by IMAP needs it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiosmtplib
from imap_tools import MailBoxUnencrypted

from channels.imap import Inbox, MailServer
from embedded.mailbox import Mailbox
from embedded.ports import free_port
from tests.conftest import serving

MAIL = "From: ada@example.org\r\nTo: talent@keepwarm.example\r\nSubject: Grüße\r\n\r\nHällo\r\n"


def mailbox(folder: Path) -> Mailbox:
    return Mailbox(
        folder / "mailbox", folder / "mailbox.log", smtp_port=free_port(), imap_port=free_port(), web_port=free_port(),
        user="keepwarm", password="keepwarm",
    )  # fmt: skip


def login(server: Mailbox) -> MailBoxUnencrypted:
    return MailBoxUnencrypted("127.0.0.1", server.imap_port, 10).login(server.user, server.password)


async def send(server: Mailbox) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=server.smtp_port, start_tls=False) as smtp:
        await smtp.sendmail("ada@example.org", ["talent@keepwarm.example"], MAIL.encode())


async def test_who_logs_in_before_the_first_mail_sees_it_come(tmp_path: Path) -> None:
    server = mailbox(tmp_path)
    async with serving(server):
        at = MailServer("127.0.0.1", server.imap_port, server.user, server.password, "none")
        inbox = await asyncio.to_thread(Inbox.open, at)
        waiting = asyncio.create_task(asyncio.to_thread(inbox.wait, 20))
        await send(server)
        async with asyncio.timeout(10):
            assert await waiting
        await asyncio.to_thread(inbox.look)
        assert len(await asyncio.to_thread(inbox.uids_after, 0)) == 1
        await asyncio.to_thread(inbox.close)


async def test_a_mail_keeps_its_bytes_over_a_restart(tmp_path: Path) -> None:
    server = mailbox(tmp_path)

    def read() -> bytes:
        with login(server) as box:
            content: bytes = box.client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1][0][1]
            return content

    async with serving(server):
        await send(server)
        before = await asyncio.to_thread(read)
    async with serving(server):
        assert await asyncio.to_thread(read) == before
