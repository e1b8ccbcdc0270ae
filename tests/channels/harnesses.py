"""Every channel before a provider that makes trouble on demand, behind one face for the contract suite."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from channels.mailbox import MailboxEmail, MailboxSms
from channels.messages import Channel, Email, Inquiry, TextMessage
from channels.sendgrid import SendGridChannel
from channels.smtp import SmtpChannel
from channels.twilio import TwilioChannel
from tests.conftest import TestMailbox
from tests.fakes import provider, smtp
from tests.fakes.provider import Trouble
from tests.fakes.sendgrid import API_KEY, FakeSendGrid
from tests.fakes.smtp import FakeSmtp, SmtpProxy, SmtpTrouble
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, FakeTwilio, refusal

Message = Email | TextMessage
PATIENCE = timedelta(seconds=1)
"""How long a channel under test waits for an answer."""


class Ill(Enum):
    """What the next send meets."""

    BUSY = "refused for now"
    NO_SUCH_ADDRESS = "refused for good"
    LOST_BEFORE = "the connection ends before the message was written"
    LOST_AFTER = "accepted, then the connection ends"


@dataclass
class Harness:
    """One channel and its provider. `held` gives the message ids (or bodies, for SMS) that the provider keeps."""

    channel: Channel[Any]
    make: Callable[[int], Message]
    befall: Callable[[Ill], None]
    held: Callable[[], Any]
    connections: Callable[[], int]
    drop_all: Callable[[], Awaitable[None]]
    tells: bool = True

    def mark(self, message: Message) -> str:
        """What `held` shows for this message."""
        return message.message_id if isinstance(message, Email) else message.body


def inquire(message: Message, age: timedelta = timedelta(hours=1)) -> Inquiry:
    """The question about a message handed over so long ago."""
    to, body = (message.to_address, "") if isinstance(message, Email) else (message.to_number, message.body)
    return Inquiry(message.touch_key, message.message_id, to, datetime.now(UTC) - age, body)


def an_email(n: int = 1) -> Email:
    return Email(
        touch_key=f"42/stage/be-1/received/{n}",
        message_id=f"<42.received.{n}@keepwarm.example>",
        to_address=f"ada{n}@example.org",
        to_name="Ada Lovelace",
        from_address="talent@keepwarm.example",
        from_name="Zoë’s team",
        reply_to=f"reply+{n}@reply.keepwarm.example",
        envelope_sender=f"bounce+{n}@reply.keepwarm.example",
        subject="We have your application",
        text="Dear Ada,\n\n.thank you\n.\n",
        html="<p>Dear Ada,</p>",
        headers={
            "List-Unsubscribe": "<https://keepwarm.example/u/abc>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        categories=("stage", "received"),
        custom_args={"candidate": "42"},
    )


def a_text(n: int = 1) -> TextMessage:
    return TextMessage(
        touch_key=f"42/nurture/passive-prospect-1/2/{n}",
        message_id=f"<42.nurture.{n}@keepwarm.example>",
        to_number=f"+49151{20000000 + n}",
        body=f"Ada, still open to a talk? ({n}) Reply STOP to end.",
        status_callback="https://keepwarm.example/webhooks/twilio/status",
    )


@asynccontextmanager
async def smtp_harness(_: TestMailbox) -> AsyncIterator[Harness]:
    ills = {
        Ill.BUSY: SmtpTrouble("RCPT", reply="450 4.2.1 mailbox busy"),
        Ill.NO_SUCH_ADDRESS: SmtpTrouble("RCPT", reply="550 5.1.1 <ada1@example.org> Ada Lovelace is unknown"),
        Ill.LOST_BEFORE: smtp.DROP_BEFORE,
        Ill.LOST_AFTER: smtp.DROP_AFTER,
    }
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port, timeout=PATIENCE)
        yield Harness(
            channel,
            an_email,
            lambda ill: fake.behave(ills[ill]),
            lambda: _ids(fake),
            lambda: fake.connections,
            fake.drop_all,
            tells=False,
        )
        await channel.close()


async def _ids(fake: FakeSmtp) -> list[str]:
    return [_message_id(held.raw) for held in fake.held]


def _message_id(raw: bytes) -> str:
    head = raw[: raw.index(b"\r\n\r\n")].decode()
    return next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.startswith("Message-ID: "))


@asynccontextmanager
async def _mailbox_harness(box: TestMailbox, *, sms: bool) -> AsyncIterator[Harness]:
    ills = {
        Ill.BUSY: SmtpTrouble("RCPT", reply="450 4.2.1 mailbox busy"),
        Ill.NO_SUCH_ADDRESS: SmtpTrouble("RCPT", reply="550 5.1.1 no such user"),
        Ill.LOST_BEFORE: smtp.DROP_BEFORE,
        Ill.LOST_AFTER: smtp.DROP_AFTER,
    }

    async def held() -> list[str]:
        mails = await box.messages()
        return [mail.text.strip() if sms else mail.headers["message-id"][0] for mail in mails]

    async with SmtpProxy(box.smtp_port) as proxy:
        mailbox = MailboxEmail("127.0.0.1", proxy.port, box.imap_port, box.user, box.password)
        channel: Channel[Any] = MailboxSms(mailbox, "sms@keepwarm.example") if sms else mailbox
        make: Callable[[int], Message] = a_text if sms else an_email
        yield Harness(
            channel, make, lambda ill: proxy.behave(ills[ill]), held, lambda: proxy.connections, proxy.drop_all
        )
        await channel.close()


def mailbox_email_harness(box: TestMailbox) -> AbstractAsyncContextManager[Harness]:
    return _mailbox_harness(box, sms=False)


def mailbox_sms_harness(box: TestMailbox) -> AbstractAsyncContextManager[Harness]:
    return _mailbox_harness(box, sms=True)


@asynccontextmanager
async def sendgrid_harness(_: TestMailbox) -> AsyncIterator[Harness]:
    no_address = {
        "message": "Does not contain a valid address: ada1@example.org",
        "field": "personalizations.0.to.0.email",
    }
    ills = {
        Ill.BUSY: Trouble(status=503),
        Ill.NO_SUCH_ADDRESS: Trouble(status=400, body={"errors": [no_address]}),
        Ill.LOST_AFTER: provider.DROP_AFTER,
    }

    async def held() -> list[str]:
        return [one.payload["personalizations"][0]["headers"]["Message-ID"] for one in fake.held]

    async with FakeSendGrid() as fake:
        channel = SendGridChannel(API_KEY, fake.url, timeout=PATIENCE)
        yield Harness(
            channel,
            an_email,
            lambda ill: fake.behave(ills[ill]),
            held,
            lambda: fake.connections,
            fake.drop_all,
        )
        await channel.close()


@asynccontextmanager
async def twilio_harness(_: TestMailbox) -> AsyncIterator[Harness]:
    ills = {
        Ill.BUSY: refusal(20429, status=429),
        Ill.NO_SUCH_ADDRESS: refusal(21211, "The 'To' number +4915120000001 is not a valid phone number."),
        Ill.LOST_AFTER: provider.DROP_AFTER,
    }

    async def held() -> list[str]:
        return [one.payload["body"] for one in fake.held]

    async with FakeTwilio() as fake:
        fake.created_at = datetime.now(UTC) - timedelta(hours=1)
        channel = TwilioChannel(ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, base_url=fake.url, timeout=PATIENCE)
        yield Harness(
            channel,
            a_text,
            lambda ill: fake.behave(ills[ill]),
            held,
            lambda: fake.connections,
            fake.drop_all,
        )
        await channel.close()


HARNESSES: dict[str, Callable[[TestMailbox], AbstractAsyncContextManager[Harness]]] = {
    "smtp": smtp_harness,
    "mailbox-email": mailbox_email_harness,
    "mailbox-sms": mailbox_sms_harness,
    "sendgrid": sendgrid_harness,
    "twilio": twilio_harness,
}

UNREACHABLE: dict[str, tuple[Callable[[int], Channel[Any]], Callable[[int], Message]]] = {
    "smtp": (lambda port: SmtpChannel("127.0.0.1", port, timeout=PATIENCE), an_email),
    "mailbox-email": (lambda port: MailboxEmail("127.0.0.1", port, port, "u", "p"), an_email),
    "mailbox-sms": (
        lambda port: MailboxSms(MailboxEmail("127.0.0.1", port, port, "u", "p"), "sms@keepwarm.example"),
        a_text,
    ),
    "sendgrid": (lambda port: SendGridChannel(API_KEY, f"http://127.0.0.1:{port}"), an_email),
    "twilio": (
        lambda port: TwilioChannel(ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, base_url=f"http://127.0.0.1:{port}"),
        a_text,
    ),
}
"""Channels to a port where nobody listens."""


def with_body(message: Message, body: str) -> Message:
    return replace(message, text=body) if isinstance(message, Email) else replace(message, body=body)
