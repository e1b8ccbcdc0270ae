"""Ports on this machine: which are taken, by whom, and which are free."""

import asyncio
import errno
import random
import socket
from dataclasses import dataclass
from pathlib import Path

from embedded.processes import EmbeddedError

PATIENCE = 1.0
"""Seconds. A child that the kernel is just ending holds its port for a moment."""

_UNASKED = range(20_000, 32_768)
"""Ports that Linux gives to no connection that goes out (ip(7): ip_local_port_range begins at 32768). One that it does may be
taken again before the server that it was found for listens on it."""

_LISTEN = "0A"
"""The state in /proc/net/tcp (include/net/tcp_states.h)."""


@dataclass(frozen=True, slots=True)
class ListeningPort:
    """A port that a part will listen on, and the setting that moves it."""

    number: int
    setting: str
    host: str = "127.0.0.1"


async def require_free(port: ListeningPort, patience: float = PATIENCE) -> None:
    """Waits `patience` seconds for the port to become free.

    Raises EmbeddedError, which names port, setting and the process that holds it.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while (fault := _bind_error(port)) is not None:
        if asyncio.get_running_loop().time() >= deadline:
            if fault.errno == errno.EADDRINUSE:
                why = f"in use by {_holder(port.number) or 'another process'}"
            else:
                why = f"not to be had on {port.host} ({fault.strerror})"
            raise EmbeddedError(f"port {port.number} is {why}; stop that, or set {port.setting} to another port")
        await asyncio.sleep(0.05)


def _bind_error(port: ListeningPort) -> OSError | None:
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError as error:
            return error
    return None


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on just now, chosen at random: processes that ask at once are told different ones.

    Raises EmbeddedError when none of many is to be had.
    """
    for number in random.sample(_UNASKED, 100):
        if _bind_error(ListeningPort(number, "", host)) is None:
            return number
    raise EmbeddedError(
        f"no port of {_UNASKED.start} to {_UNASKED.stop - 1} is to be had on {host}; is the address of this machine?"
    )


def _holder(port: int) -> str | None:
    """`name (pid 123)` of the process that listens on `port`; None where /proc does not tell us."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    if not inodes:
        return None
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in inodes:
                process = descriptor.parents[1]
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # gone, or another user's
    return None


def _listening_inodes(port: int) -> set[str]:
    """Inodes of the sockets that listen on `port` (proc(5), /proc/net/tcp)."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            rows = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for row in map(str.split, rows):
            if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port:
                found.add(row[9])
    return found
