"""The other side of the demo's story: people who find our mails in the mailbox and answer them as mail programs do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
import requests
from imap_tools import AND, Header, MailBoxUnencrypted, MailMessage

from config.settings import EMBEDDED_HOST, Settings
from starter.refusals import Refused

_SECONDS = 10.0
"""For one answer of a server on this machine."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A person of the story who has had a mail of ours: its Message-ID, and the address that it went to."""

    candidate_id: str
    address: str
    message_id: str


class Correspondence:
    """What people do with a mail of ours. Each raises Refused where the mail is not in the mailbox."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def answer(self, person: Correspondent, words: str) -> None:
        """Answer it: above the quoted mail, to its Reply-To."""
        await self._send(person, words)

    async def answer_automatically(self, person: Correspondent, back_on: date) -> None:
        """What a mail server answers for somebody who is away (RFC 3834)."""
        words = f"I am out of the office and will be back on {back_on:%d %B %Y}."
        await self._send(person, words, {"Auto-Submitted": "auto-replied"})

    async def unsubscribe(self, person: Correspondent) -> None:
        """Press the mail program's button: a POST to `List-Unsubscribe` (RFC 8058 §3.1)."""
        ours = await asyncio.to_thread(self._find, person)
        url = ours.headers["list-unsubscribe"][0].strip().strip("<>")
        form = {"List-Unsubscribe": "One-Click"}
        answer = await asyncio.to_thread(requests.post, url, form, timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()

    async def _send(self, person: Correspondent, words: str, headers: dict[str, str] | None = None) -> None:
        ours = await asyncio.to_thread(self._find, person)
        mail = EmailMessage()
        mail["From"], mail["To"] = person.address, ours.headers["reply-to"][0].strip()
        mail["Subject"], mail["Message-ID"] = f"Re: {ours.subject}", make_msgid(domain="example.org")
        mail["In-Reply-To"] = person.message_id
        for name, value in (headers or {}).items():
            mail[name] = value
        quoted = "\n".join(f"> {line}" for line in ours.text.splitlines())
        mail.set_content(f"{words}\n\n{quoted}\n")
        port = self._settings.smtp_port
        await aiosmtplib.send(mail, hostname=EMBEDDED_HOST, port=port, start_tls=False, timeout=_SECONDS)

    def _find(self, person: Correspondent) -> MailMessage:
        settings = self._settings
        inbox = MailBoxUnencrypted(EMBEDDED_HOST, settings.imap_port, timeout=_SECONDS)
        with inbox.login(settings.imap_user, settings.imap_password.get_secret_value()) as opened:
            for mail in opened.fetch(AND(header=Header("Message-ID", person.message_id)), mark_seen=False, limit=1):
                return mail
        raise Refused(f"the mailbox does not hold the mail to {person.candidate_id} that the ledger calls accepted")
