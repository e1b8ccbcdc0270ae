"""A stateful SMTP server (aiosmtpd) that makes the troubles it is told, and a proxy that makes them before a real one."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

Step = Literal["MAIL", "RCPT", "body"]


@dataclass(frozen=True)
class SmtpTrouble:
    """What one mail meets at `step`: a `reply` other than the usual, or the connection's end. `accepts`: kept anyway."""

    step: Step
    then: Literal["reply", "drop", "hang"] = "reply"
    reply: str = "451 4.3.0 try later"
    accepts: bool = False


DROP_AFTER = SmtpTrouble("body", "drop", accepts=True)
HANG_AFTER = SmtpTrouble("body", "hang", accepts=True)
DROP_BEFORE = SmtpTrouble("RCPT", "drop")


@dataclass(frozen=True)
class HeldMail:
    """One mail that was accepted."""

    sender: str
    recipient: str
    raw: bytes


class _Server(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.connections += 1
        self.event_handler.transports.add(transport)


class FakeSmtp:
    """`async with FakeSmtp() as fake: … fake.port, fake.held, fake.behave(DROP_AFTER)`."""

    def __init__(self) -> None:
        self.held: list[HeldMail] = []
        self.connections = 0
        self.port = 0
        self.transports: set[asyncio.BaseTransport] = set()
        self._troubles: deque[SmtpTrouble] = deque()
        self._ended = asyncio.Event()
        self._server: asyncio.Server | None = None

    def behave(self, *troubles: SmtpTrouble) -> None:
        """The next mails meet these, one each."""
        self._troubles.extend(troubles)

    async def drop_all(self) -> None:
        """End every connection, as a server does with idle ones."""
        for transport in self.transports:
            transport.close()
        self.transports.clear()
        await asyncio.sleep(0)  # the loop closes them in its next turn

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Server(self, hostname="fake", loop=loop), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        assert self._server is not None
        self._server.close()
        await self.drop_all()
        await self._server.wait_closed()

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if told := await self._answer("RCPT", server):
            return told
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        trouble = self._troubles[0] if self._troubles else None
        if trouble is None or trouble.step != "body" or trouble.accepts:
            assert isinstance(envelope.content, bytes)
            self.held.append(HeldMail(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content))
        return await self._answer("body", server) or "250 2.0.0 OK"

    async def _answer(self, step: Step, server: Any) -> str | None:
        if not self._troubles or self._troubles[0].step != step:
            return None
        trouble = self._troubles.popleft()
        match trouble.then:
            case "drop":
                server.transport.abort()
            case "hang":
                await self._ended.wait()
            case "reply":
                return trouble.reply
        return "421 4.4.2 gone"


class SmtpProxy:
    """Before a real SMTP server: passes everything on but for the troubles it is told."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self.connections = 0
        self._target_port = target_port
        self._troubles: deque[SmtpTrouble] = deque()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def behave(self, *troubles: SmtpTrouble) -> None:
        """The next mails meet these, one each. At `body` only what is accepted can be dropped."""
        self._troubles.extend(troubles)

    async def drop_all(self) -> None:
        """End every connection, as a server does with idle ones."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self.drop_all()
        await self._server.wait_closed()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above_reader, above_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        try:
            writer.write(await _reply(above_reader))
            while line := await reader.readline():
                verb = line[:4].decode("ascii").upper().strip()
                if verb in ("MAIL", "RCPT") and (told := self._told(verb)):
                    if told.then == "drop":
                        return
                    writer.write(told.reply.encode() + b"\r\n")
                    continue
                above_writer.write(line)
                answer = await _reply(above_reader)
                if verb == "DATA" and answer.startswith(b"354"):
                    writer.write(answer)
                    above_writer.write(await reader.readuntil(b"\r\n.\r\n"))
                    answer = await _reply(above_reader)
                    if self._told("body"):
                        return
                writer.write(answer)
        finally:
            writer.transport.abort()
            above_writer.transport.abort()

    def _told(self, step: str) -> SmtpTrouble | None:
        return self._troubles.popleft() if self._troubles and self._troubles[0].step == step else None


async def _reply(reader: asyncio.StreamReader) -> bytes:
    """One whole reply, of many lines where the server sends them (RFC 5321 §4.2.1)."""
    lines = [await reader.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(await reader.readline())
    return b"".join(lines)
