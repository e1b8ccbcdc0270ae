"""An SMTP server that takes everything, notes when each Message-ID came, and keeps nothing else: `python -m bench.sink PORT FILE`.

It is no part of what is measured: its CPU is counted for nobody.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r\n[ \t]+)?(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"


class Session(asyncio.Protocol):
    """One connection (RFC 5321, with PIPELINING of RFC 2920). A mail is noted before its 250 is written."""

    def __init__(self, notes: int) -> None:
        self._notes = notes
        self._buffer = b""
        self._in_body = False
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers = b""
        while True:
            mark = _END if self._in_body else b"\r\n"
            text, found, rest = self._buffer.partition(mark)
            if not found:
                break
            self._buffer = rest
            answers += self._take_mail(text) if self._in_body else self._obey(text)
        if answers and self._transport:
            self._transport.write(answers)

    def _take_mail(self, mail: bytes) -> bytes:
        self._in_body = False
        found = _MESSAGE_ID.search(mail)
        name = found[1] if found else b"<none>"
        os.write(self._notes, b"%d %s\n" % (time.time_ns(), name))
        return b"250 taken\r\n"

    def _obey(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            case b"DATA":
                self._in_body = True
                return b"354 go on\r\n"
            case b"QUIT":
                if self._transport:
                    self._transport.write(b"221 bye\r\n")
                    self._transport.close()
                return b""
            case _:
                return b"250 ok\r\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that the sink took over, at a moment in seconds since 1970."""

    at: float
    message_id: str


def read_arrivals(path: Path) -> list[Arrival]:
    """Everything that came so far, in order."""
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    parts = (line.split(" ", 1) for line in lines)
    return [Arrival(int(at) / 1e9, message_id) for at, message_id in parts]


async def serve(port: int, path: Path) -> None:
    """Listen on 127.0.0.1 until SIGTERM."""
    notes = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(notes), "127.0.0.1", port)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
