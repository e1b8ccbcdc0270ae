"""Mail through any SMTP server, over a few kept connections.

Whether a failure leaves the message in doubt depends on one moment: when its body is written after the server's 354. Before
it nothing can have been taken over; after it only the server's answer tells (RFC 5321 §4.2.5, §6.1).
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.response import SMTPResponse

from channels.messages import (
    Accepted,
    Answer,
    CannotTell,
    Email,
    Fault,
    Inquiry,
    PermanentSendError,
    SendError,
    TemporarySendError,
    UncertainSendError,
)
from channels.mime import ascii_address, assemble
from config.settings import SmtpTls

ATTEMPT_TIMEOUT = timedelta(seconds=12)
"""Of one attempt, connecting included: below the 15 s that a send activity may take."""

IDLE_LIMIT = timedelta(seconds=60)
"""A connection unused for longer is replaced: firewalls forget quiet ones without a word."""

_WAITING_FOR_BODY = 354
_DONE = 250
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_POLICY = re.compile(
    r"relay|denied|not allowed|not permitted|authenticat|blocked|black ?list|reputation|spf|dkim|dmarc", re.IGNORECASE
)

_NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""RFC 3463 codes that say for good that nobody is there; others of 5.1.x and 5.2.x do not (measured on real bounces)."""

_MAILBOX_FULL = "5.2.2"
_CONTENT_CODES = ("5.2.3", "5.3.4", "5.6.")
_SENDER_CODES = ("5.1.7", "5.1.8", "5.7.")
_WORDS_REFUSED = frozenset({"5.7.0", "5.7.1"})
"""RFC 3463 "other" and "delivery not authorized": after the body, servers mean the body."""

_CREDENTIAL_REPLIES = frozenset({530, 534, 535, 538})
_ADDRESS_REPLIES = frozenset({550, 551, 553})


class _Refused(Exception):
    """The server's answer to one step was not the one that lets us go on. Never leaves this file."""

    def __init__(self, step: str, reply: SMTPResponse) -> None:
        super().__init__(step, reply)
        self.step = step
        self.reply = reply


@dataclass(slots=True)
class _Kept:
    connection: SMTP
    since: float
    """Of the loop's clock: when it was last used."""


class SmtpChannel:
    """A `Channel[Email]`. Cannot `ask`: SMTP has no question for it.

    At most `pool_size` connections; the one used last is used first, so that quiet ones end by themselves.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str | None = None,
        password: str | None = None,
        tls: SmtpTls = SmtpTls.NONE,
        *,
        pool_size: int = 10,
        name: str = "smtp",
        timeout: timedelta = ATTEMPT_TIMEOUT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self._host, self._port, self._user, self._password, self._tls = host, port, user, password, tls
        self._timeout = timeout.total_seconds()
        self._now = now
        self._free = asyncio.Semaphore(pool_size)
        self._kept: list[_Kept] = []

    async def send(self, message: Email) -> Accepted:
        """Hand one mail over, once; the provider's id is our Message-ID. Raises a `SendError`."""
        try:
            recipient = ascii_address("To", message.to_address)
        except ValueError as error:
            raise PermanentSendError(f"SMTP: {error}", fault=Fault.ADDRESS) from error
        try:
            body = assemble(message, self._now())
            sender = ascii_address("envelope sender", message.envelope_sender) if message.envelope_sender else ""
        except ValueError as error:
            raise PermanentSendError(f"SMTP: {error}", fault=Fault.CONTENT) from error
        try:
            await self._hand_over(sender, recipient, body)
        except _Refused as refused:
            _raise_refusal(refused)
        return Accepted(self.name, message.message_id)

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Never knows."""
        return CannotTell("an SMTP server cannot be asked what it has taken over")

    async def close(self) -> None:
        """Say goodbye on every kept connection."""
        kept, self._kept = self._kept, []
        for one in kept:
            with suppress(SMTPException, OSError, TimeoutError):
                await one.connection.quit(timeout=1)
            one.connection.close()

    async def _hand_over(self, sender: str, recipient: str, body: bytes) -> None:
        written = False
        connection: SMTP | None = None
        try:
            async with asyncio.timeout(self._timeout), self._free:
                connection = await self._ready_for_body(sender, recipient)
                _write(connection, body)
                written = True
                await _read_answer(connection)
        except _Refused:
            if connection is not None:
                self._keep(connection)
            raise
        except (SMTPException, OSError, TimeoutError) as error:
            _discard(connection)
            if written:
                raise UncertainSendError(
                    f"SMTP: no answer from {self._host}:{self._port} after the message was written ({_kind(error)})"
                ) from error
            raise self._unreached(error) from error
        except asyncio.CancelledError:
            _discard(connection)
            raise
        self._keep(connection)

    async def _ready_for_body(self, sender: str, recipient: str) -> SMTP:
        """A connection on which the server waits for the body. A kept one that has gone stale is replaced."""
        while True:
            kept = self._take()
            connection = kept or await self._connect()
            try:
                await _envelope(connection, sender, recipient)
            except _Refused as refused:
                if refused.reply.code != 421:
                    await self._reset(connection)
                    raise
                connection.close()  # 421: the server closes, RFC 5321 §3.8
                if kept is None:
                    raise
            except SMTPServerDisconnected:
                connection.close()
                if kept is None:
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                return connection

    def _take(self) -> SMTP | None:
        oldest = asyncio.get_running_loop().time() - IDLE_LIMIT.total_seconds()
        while self._kept:
            kept = self._kept.pop()
            if kept.connection.is_connected and kept.since >= oldest:
                return kept.connection
            kept.connection.close()
        return None

    def _keep(self, connection: SMTP) -> None:
        if connection.is_connected:
            self._kept.append(_Kept(connection, asyncio.get_running_loop().time()))

    async def _reset(self, connection: SMTP) -> None:
        try:
            await connection.rset()
        except (SMTPException, OSError):
            connection.close()
        else:
            self._keep(connection)

    async def _connect(self) -> SMTP:
        connection = SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user or None,
            password=self._password or None,
            use_tls=self._tls is SmtpTls.IMPLICIT,
            start_tls=self._tls is SmtpTls.STARTTLS,
            timeout=self._timeout,
        )
        try:
            await connection.connect()
            if connection.is_ehlo_or_helo_needed:
                await connection.ehlo()
        except BaseException:
            connection.close()
            raise
        return connection

    def _unreached(self, error: Exception) -> SendError:
        """What a failure before the body means: nothing was taken over."""
        where = f"{self._host}:{self._port}"
        if isinstance(root := error.__cause__ or error, ssl.SSLCertVerificationError):
            return PermanentSendError(
                f"SMTP: the certificate of {where} is not trusted ({root.verify_message}); "
                "set SSL_CERT_FILE to the authority's certificate",
                fault=Fault.ACCOUNT,
            )
        match error:
            case SMTPAuthenticationError() if error.code >= 500:
                return PermanentSendError(
                    f"SMTP {error.code}: {where} refuses our login; check KEEPWARM_SMTP_USER and KEEPWARM_SMTP_PASSWORD",
                    fault=Fault.ACCOUNT,
                    code=str(error.code),
                )
            case SMTPException() if type(error) in (SMTPException, SMTPNotSupported):  # no STARTTLS, no AUTH
                return PermanentSendError(
                    f"SMTP: {where} lacks what we need ({error.message}); check KEEPWARM_SMTP_TLS and KEEPWARM_SMTP_USER",
                    fault=Fault.ACCOUNT,
                )
            case SMTPResponseException():
                return TemporarySendError(f"SMTP {error.code}: {where} did not let us begin; tried again later")
        return TemporarySendError(f"SMTP: {where} cannot be reached ({_kind(error)}); tried again later")


async def _envelope(connection: SMTP, sender: str, recipient: str) -> None:
    for step, command in (("MAIL", f"FROM:<{sender}>"), ("RCPT", f"TO:<{recipient}>")):
        reply = await connection.execute_command(step.encode(), command.encode("ascii"))
        if reply.code // 100 != 2:
            raise _Refused(step, reply)
    reply = await connection.execute_command(b"DATA")
    if reply.code != _WAITING_FOR_BODY:
        raise _Refused("DATA", reply)


def _write(connection: SMTP, body: bytes) -> None:
    """The body, dot-stuffed (RFC 5321 §4.5.2). Raises SMTPServerDisconnected before a byte is written.

    Not `SMTP.data`: its errors do not tell whether the body was written.
    """
    if connection.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    connection.protocol.write(body.replace(b"\r\n.", b"\r\n..") + b".\r\n")


async def _read_answer(connection: SMTP) -> None:
    if connection.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    reply = await connection.protocol.read_response()
    if reply.code != _DONE:
        raise _Refused("body", reply)


def _raise_refusal(refused: _Refused) -> NoReturn:
    code, words = refused.reply
    enhanced = found[1] if (found := _ENHANCED.match(words)) else ""
    text = f"SMTP {code} at {refused.step}{f' ({enhanced})' if enhanced else ''}"
    if refused.step == "body" and not 400 <= code < 600:
        raise UncertainSendError(f"{text} (no answer that SMTP knows)")
    if 400 <= code < 500 or enhanced == _MAILBOX_FULL:
        raise TemporarySendError(text)
    fault = _fault(refused.step, code, enhanced, words)
    raise PermanentSendError(text, fault=fault, code=enhanced or str(code))


def _fault(step: str, code: int, enhanced: str, words: str) -> Fault:
    """Whose fault a 5xx is, from the enhanced code (RFC 3463), else from the step and the reply (RFC 5321 §4.2.3)."""
    if enhanced in _NO_SUCH_ADDRESS:
        return Fault.ADDRESS
    if enhanced.startswith(_CONTENT_CODES):
        return Fault.CONTENT
    if code in _CREDENTIAL_REPLIES:
        return Fault.ACCOUNT
    if enhanced.startswith(_SENDER_CODES):
        return Fault.CONTENT if step == "body" and enhanced in _WORDS_REFUSED else Fault.ACCOUNT
    if step == "RCPT" and code in _ADDRESS_REPLIES and not enhanced:
        return Fault.ACCOUNT if _POLICY.search(words) else Fault.ADDRESS
    return Fault.CONTENT if step == "body" or code == 552 else Fault.ACCOUNT


def _discard(connection: SMTP | None) -> None:
    if connection is not None:
        connection.close()


def _kind(error: BaseException) -> str:
    """An error's class: its text may quote what we sent."""
    return type(error.__cause__ or error).__name__
