"""A part is one long-running child: how it is made ready, started, asked for its health, and healed."""

import asyncio
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from contextlib import suppress

from config.settings import EMBEDDED_HOST
from embedded.ports import ListeningPort, require_free
from embedded.processes import Command, EmbeddedError, last_lines, spawn, stop

HEALTH_PAUSE = 0.05
"""Seconds between two health checks while a part starts."""

ANSWER_TIMEOUT = 2.0
"""Seconds that one health check may take."""


class Part(ABC):
    """One child. Its folder is its own: what it finds there from an interrupted start, it heals or explains."""

    name: str
    replaced_by: str | None = None
    """The setting that puts another server in its place; None for our own programs."""

    ready_within: float = 60.0
    """Seconds from start to health, first start on a slow disk included."""

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        return ()

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """What a person can open or connect to: (what it is, address)."""
        return []

    @property
    def advice(self) -> str:
        """What else may help where it does not start: whole sentences without the last full stop, or nothing."""
        return ""

    async def prepare(self) -> None:  # noqa: B027 - a part without a folder has nothing to prepare
        """Makes the folder ready, before every start. Raises EmbeddedError."""

    @abstractmethod
    def command(self) -> Command:
        """How it is started."""

    @abstractmethod
    async def is_healthy(self) -> bool:
        """Whether it serves; may raise OSError for no."""

    async def confirm(self) -> None:  # noqa: B027 - nor to confirm
        """Runs after each healthy start: writes what proves that the folder is whole."""

    def heal(self) -> bool:
        """After a failed start: True when something was mended and another try makes sense."""
        return False


async def start_part(part: Part) -> asyncio.subprocess.Process:
    """The started, healthy child. Raises EmbeddedError with the end of its log."""
    await part.prepare()
    for port in part.ports:
        await require_free(port)
    try:
        return await _start_once(part)
    except EmbeddedError:
        if not part.heal():
            raise
    await part.prepare()
    return await _start_once(part)


async def _start_once(part: Part) -> asyncio.subprocess.Process:
    command = part.command()
    process = await spawn(command)
    try:
        await _wait_until_healthy(part, process)
        await part.confirm()
    except BaseException:
        await stop(process, command)
        raise
    return process


async def _wait_until_healthy(part: Part, process: asyncio.subprocess.Process) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + part.ready_within
    while process.returncode is None:
        with suppress(OSError):
            if await part.is_healthy():
                return
        if loop.time() > deadline:
            raise _failed(part, f"did not answer within {part.ready_within:.0f} seconds")
        await asyncio.sleep(HEALTH_PAUSE)
    raise _failed(part, f"stopped with exit code {process.returncode} while starting")


def _failed(part: Part, what: str) -> EmbeddedError:
    log = part.command().log
    instead = f". To use a server of your own instead, set {part.replaced_by}" if part.replaced_by else ""
    advice = f". {part.advice}" if part.advice else ""
    return EmbeddedError(f"{part.name} {what}{instead}{advice}. The end of {log}:\n{last_lines(log)}")


async def greets(port: int, greeting: bytes | None) -> bool:
    """Whether a server on this machine accepts and opens with `greeting` (SMTP "220", IMAP "* OK"; None: any, none)."""
    async with asyncio.timeout(ANSWER_TIMEOUT):
        reader, writer = await asyncio.open_connection(EMBEDDED_HOST, port)
        try:
            return greeting is None or (await reader.readline()).startswith(greeting)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def answers_http(url: str) -> bool:
    """Whether a GET of `url` on this machine is answered with 200."""
    return await asyncio.to_thread(_get, url)


def _get(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_TIMEOUT) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except urllib.error.HTTPError:
        return False
