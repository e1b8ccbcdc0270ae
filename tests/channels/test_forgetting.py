"""Deleting a person's mails from the embedded mailbox: theirs go, files included; other people's stay."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from channels.mailbox import forget_mails
from embedded.mailbox import Mailbox
from embedded.parts import start_part
from embedded.ports import free_port
from embedded.processes import stop
from tests.conftest import TestMailbox

ADA, BEA = "ada.wronskian@example.org", "bea@example.org"


@pytest.fixture
def server(_mail_server: Mailbox) -> Mailbox:
    """The embedded mailbox's own process."""
    return _mail_server


def post(box: TestMailbox, sender: str, to: str, text: str = "Hello", **headers: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "A word"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", box.smtp_port) as smtp:
        smtp.send_message(mail)


def forget(box: TestMailbox) -> int:
    return forget_mails("127.0.0.1", box.imap_port, box.user, box.password, [ADA], ["+4930231250017"])


async def test_their_mails_go_and_other_peoples_stay(mailbox: TestMailbox, server: Mailbox) -> None:
    for sender, to in (
        (ADA, "talent@keepwarm.example"),
        ("talent@keepwarm.example", ADA.title()),
        (BEA, "talent@keepwarm.example"),
    ):
        await asyncio.to_thread(post, mailbox, sender, to)
    await asyncio.to_thread(post, mailbox, "talent@keepwarm.example", "4930231250017@sms.keepwarm.test")
    await asyncio.to_thread(
        post, mailbox, "MAILER-DAEMON@example.org", "talent@keepwarm.example", f"<{ADA}>: user unknown"
    )
    assert await asyncio.to_thread(forget, mailbox) == 4
    assert [mail.from_ for mail in await mailbox.messages()] == [BEA]
    kept = b"".join(path.read_bytes() for path in Path(server.folder).glob("*.eml"))
    assert BEA.encode() in kept
    for gone in (ADA.encode(), b"4930231250017"):
        assert gone not in kept.lower()
    assert await asyncio.to_thread(forget, mailbox) == 0


async def test_what_was_deleted_does_not_come_back_at_the_next_start(
    tmp_path: Path, mailbox: TestMailbox, server: Mailbox
) -> None:
    await asyncio.to_thread(post, mailbox, ADA, BEA)
    await asyncio.to_thread(post, mailbox, BEA, BEA)
    await asyncio.to_thread(forget, mailbox)
    again = Mailbox(
        server.folder,
        tmp_path / "log",
        smtp_port=free_port(),
        imap_port=free_port(),
        web_port=free_port(),
        user="keepwarm",
        password="keepwarm",
    )
    process = await start_part(again)
    try:
        box = TestMailbox(again.smtp_port, again.imap_port, again.web_port, again.user, again.password)
        assert [mail.from_ for mail in await box.messages()] == [BEA]
    finally:
        await stop(process, again.command())


def test_a_mailbox_that_is_away_is_told() -> None:
    with pytest.raises(OSError, match="refused"):
        forget_mails("127.0.0.1", free_port(), "keepwarm", "keepwarm", [ADA], [])
