"""The embedded default: mail and SMS both land in one mailbox that can be read by eye, by IMAP and by its web view."""

import asyncio
import imaplib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from imap_tools import AND, OR, Header, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from channels.messages import Accepted, Answer, CannotTell, Email, Inquiry, NotFound, TextMessage
from channels.smtp import SmtpChannel

SMS_DOMAIN = "sms.keepwarm.test"
"""`.test` never resolves (RFC 6761 §6.2): an SMS shown as a mail can't reach anybody."""

SETTLED_AFTER = timedelta(seconds=5)
"""From hand-over until a mail that the server was still storing when the connection broke lies in the inbox."""

_IMAP_TIMEOUT = 5.0
"""Seconds for one answer of a server on this machine."""


class MailboxEmail(SmtpChannel):
    """A `Channel[Email]` into the mailbox. Unlike other SMTP servers it can be asked: by IMAP, for the Message-ID."""

    def __init__(
        self, host: str, smtp_port: int, imap_port: int, user: str, password: str, *, name: str = "mailbox"
    ) -> None:
        super().__init__(host, smtp_port, name=name)
        self._imap_port, self._imap_user, self._imap_password = imap_port, user, password

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Whether the Message-ID lies in the inbox. Waits out what is left of `SETTLED_AFTER` before it says no."""
        left = inquiry.handed_over_at + SETTLED_AFTER - datetime.now(UTC)
        try:
            found = await asyncio.to_thread(self._holds, inquiry.message_id)
            if not found and left > timedelta(0):
                await asyncio.sleep(min(left, SETTLED_AFTER).total_seconds())
                found = await asyncio.to_thread(self._holds, inquiry.message_id)
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            return CannotTell(f"the mailbox does not answer over IMAP ({type(error).__name__})")
        return Accepted(self.name, inquiry.message_id) if found else NotFound()

    def _holds(self, message_id: str) -> bool:
        with MailBoxUnencrypted(self._host, self._imap_port, timeout=_IMAP_TIMEOUT).login(
            self._imap_user, self._imap_password
        ) as inbox:
            return bool(inbox.uids(AND(header=Header("Message-ID", message_id))))


def forget_mails(
    host: str, port: int, user: str, password: str, addresses: Sequence[str], numbers: Sequence[str]
) -> int:
    """Delete every mail to or from these addresses, and every text to these numbers; how many. Raises OSError where that fails."""
    ways = [*addresses, *(f"{number.removeprefix('+')}@{SMS_DOMAIN}" for number in numbers)]
    found = 0
    try:
        with MailBoxUnencrypted(host, port, timeout=_IMAP_TIMEOUT).login(user, password) as inbox:
            for folder in [one.name for one in inbox.folder.list()]:
                inbox.folder.set(folder)
                uids = sorted({uid for way in ways for uid in inbox.uids(_about(way))})
                inbox.delete(uids)
                found += len(uids)
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise OSError(f"the mailbox does not answer over IMAP ({type(error).__name__})") from error
    return found


def _about(way: str) -> OR:
    """Mails from, to and about an address: reports of bounces name it in their text."""
    return OR(AND(from_=way), AND(to=way), AND(cc=way), AND(text=way))


class MailboxSms:
    """A `Channel[TextMessage]`: each SMS a small mail to `<digits>@sms.keepwarm.test` through the same server."""

    def __init__(self, mailbox: SmtpChannel, from_address: str, *, name: str = "mailbox-sms") -> None:
        self.name = name
        self._mailbox = mailbox
        self._from_address = from_address

    async def send(self, message: TextMessage) -> Accepted:
        """Hand one SMS over, once; the provider's id is our Message-ID. Raises a `SendError`."""
        mail = Email(
            touch_key=message.touch_key,
            message_id=message.message_id,
            to_address=f"{message.to_number.removeprefix('+')}@{SMS_DOMAIN}",
            to_name="",
            from_address=self._from_address,
            from_name="SMS",
            reply_to="",
            envelope_sender=self._from_address,
            subject=f"SMS to {message.to_number}",
            text=message.body,
            html="",
        )
        accepted = await self._mailbox.send(mail)
        return Accepted(self.name, accepted.provider_id)

    async def ask(self, inquiry: Inquiry) -> Answer:
        """As the mail channel's `ask`."""
        answer = await self._mailbox.ask(inquiry)
        return Accepted(self.name, answer.provider_id) if isinstance(answer, Accepted) else answer

    async def close(self) -> None:
        """Close the mailbox's kept connections; it opens new ones when it sends again."""
        await self._mailbox.close()
