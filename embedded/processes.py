"""Child processes that never outlive us, run under a system account where they must, and are stopped politely."""

import asyncio
import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""Where our packages lie; children are started here, so that `python -m` finds them."""

LOG_LIMIT = 10_000_000
"""Bytes. A longer log is put aside as `.1` at the next start."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class EmbeddedError(RuntimeError):
    """A part cannot be started here. The text names the thing and the cure."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that a child runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Command:
    """How a child is started.

    `death_signal` is what the kernel sends it when we die, `stop_signal` what we send it, `grace` the seconds it then
    has before SIGKILL.
    """

    argv: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    death_signal: signal.Signals = signal.SIGKILL
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0


async def spawn(command: Command) -> asyncio.subprocess.Process:
    """Starts the child in a session of its own, so that Ctrl-C reaches us alone and we stop everything in order.

    Call it from the main thread: the kernel takes the end of the thread that forked for the end of the parent.
    """
    command.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if command.log.exists() and command.log.stat().st_size > LOG_LIMIT:
        command.log.replace(command.log.with_suffix(".log.1"))
    account = command.account
    with command.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT if account is None else "/",
            env={**os.environ, **command.environment},
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_dies_with(os.getpid(), command.death_signal),
        )


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """Runs in the child, after its change of user (which would clear the setting): prctl(2), PR_SET_PDEATHSIG."""

    def bind() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # we died between fork and prctl
            os._exit(1)

    return bind


async def stop(process: asyncio.subprocess.Process, command: Command) -> None:
    """Ends the child: `stop_signal`, then SIGKILL after `grace` seconds, to its whole session."""
    if process.returncode is None:
        process.send_signal(command.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), command.grace)
        except TimeoutError:
            _kill_session(process.pid)
            await process.wait()


def _kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"  {line}" for line in lines[-count:])


def system_account(name: str) -> Account | None:
    """The account that a server runs as when we are root; it is made when missing. None when we are not root.

    Raises EmbeddedError when it cannot be made.
    """
    if os.geteuid() != 0:
        return None
    # Two useradd at once both believe the name to be free, and the second changes the first one's id.
    with Path("/etc/passwd").open(encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            _add_account(name)
            entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)


def _add_account(name: str) -> None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", name]
    made = useradd and subprocess.run([useradd, *arguments], capture_output=True, text=True, check=False)
    if not made or made.returncode != 0:
        why = made.stderr.strip() if made else "useradd is not installed"
        raise EmbeddedError(
            f"the system user {name} is needed to run PostgreSQL and could not be made ({why}). "
            f"Make it (useradd --system {name}), start as a plain user, or set DATABASE_URL"
        )
