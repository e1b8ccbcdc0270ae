"""What is behind `keepwarm up`: every part started in order, kept alive, and stopped in the opposite order."""

import asyncio
import fcntl
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import structlog
from rich.table import Table

from config.settings import MIN_SECRET_KEY, Settings
from embedded.mailbox import Mailbox
from embedded.parts import Part, start_part
from embedded.ports import require_free
from embedded.postgres import Postgres
from embedded.processes import EmbeddedError, stop
from embedded.programs import Listener, Web, Worker
from embedded.temporal import SHARP_TIMERS, TemporalServer

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
"""Seconds before a dead part is started again: doubled each time, from the first to the longest."""

STEADY = 60.0
"""Seconds of life after which a part's next death counts as its first."""

Hook = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)


async def _nothing() -> None:
    """The hook of who needs none."""


class Supervisor:
    """Starts `servers`, then `before_programs`, then `programs`; by default the parts that `settings` ask for.

    A part that dies is started again. Nothing outlives this process, not even when it is killed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        servers: Sequence[Part] | None = None,
        programs: Sequence[Part] | None = None,
        before_programs: Hook = _nothing,
    ) -> None:
        self.settings = settings
        self.servers = list(embedded_servers(settings) if servers is None else servers)
        self.programs = list(own_programs(settings) if programs is None else programs)
        self._before_programs = before_programs
        self._children: dict[Part, asyncio.subprocess.Process] = {}
        self._keepers: dict[Part, asyncio.Task[None]] = {}
        self._lock: TextIO | None = None

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """What a person can open or connect to, the most wanted first: (what it is, address)."""
        return [address for part in (*self.programs, *reversed(self.servers)) for address in part.addresses]

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by part name, of the parts that live."""
        return {part.name: child.pid for part, child in self._children.items() if child.returncode is None}

    def address_table(self) -> Table:
        """The addresses, for a terminal."""
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for what, where in self.addresses:
            table.add_row(what, where)
        return table

    async def start(self) -> None:
        """Returns when everything is healthy. Raises EmbeddedError with nothing left running."""
        self._lock = take_home(self.settings.home)
        try:
            if self.settings.secret_key is None:
                _keep_secret_key(self.settings.secret_key_file)
            for part in self.programs:
                for port in part.ports:
                    await require_free(port)
            await self._start_all(self.servers)
            await self._before_programs()
            await self._start_all(self.programs)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends programs, then servers; returns when all are gone. May be called at any time."""
        for parts in (self.programs, self.servers):
            await asyncio.gather(*(self._stop_part(part) for part in parts))
        if self._lock:
            self._lock.close()
            self._lock = None

    async def run(self, ready: Callable[["Supervisor"], None]) -> None:
        """From start to SIGINT or SIGTERM, calling `ready` once everything is healthy. A second signal kills."""
        asked = asyncio.Event()

        def on_signal() -> None:
            if asked.is_set():
                self._kill_all()
            asked.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on_signal)
        asking = asyncio.create_task(asked.wait())
        starting = asyncio.create_task(self.start())
        try:
            await asyncio.wait((asking, starting), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await starting
                ready(self)
                await asking
        finally:
            for task in (asking, starting):
                task.cancel()
            await asyncio.gather(asking, starting, return_exceptions=True)
            await self.stop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _start_all(self, parts: Iterable[Part]) -> None:
        outcomes = await asyncio.gather(*map(self._start_part, parts), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _start_part(self, part: Part) -> None:
        self._children[part] = await start_part(part)
        self._keepers[part] = asyncio.create_task(self._keep(part))

    async def _keep(self, part: Part) -> None:
        """Starts the part again whenever it has died, for as long as this task lives."""
        clock = asyncio.get_running_loop().time
        pause, since = FIRST_PAUSE, clock()
        while True:
            code = await self._children[part].wait()
            if clock() - since > STEADY:
                pause = FIRST_PAUSE
            log.warning("part died, starting it again", part=part.name, exit_code=code, pause_seconds=pause)
            await asyncio.sleep(pause)
            pause, since = min(pause * 2, LONGEST_PAUSE), clock()
            try:
                self._children[part] = await start_part(part)
                log.info("part is back", part=part.name)
            except EmbeddedError as error:
                log.error("part does not come back", part=part.name, why=str(error))  # noqa: TRY400 - it says it all

    async def _stop_part(self, part: Part) -> None:
        keeper = self._keepers.pop(part, None)
        if keeper:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        child = self._children.pop(part, None)
        if child:
            await stop(child, part.command())

    def _kill_all(self) -> None:
        for child in self._children.values():
            if child.returncode is None:
                child.kill()


def embedded_servers(settings: Settings) -> list[Part]:
    """The servers that no setting has replaced."""
    servers: list[Part] = []
    logs = settings.home / "logs"
    if settings.embeds_postgres:
        servers.append(Postgres(settings.home / "postgres", logs / "postgres.log", settings.postgres_port))
    if settings.embeds_temporal:
        servers.append(
            TemporalServer(
                settings.home / "temporal",
                logs / "temporal.log",
                settings.temporal_port,
                settings.temporal_ui_port,
                namespace=settings.temporal_namespace,
                options=() if settings.clock_speed == 1 else SHARP_TIMERS,
            )
        )
    if settings.embeds_mailbox:
        servers.append(
            Mailbox(
                settings.home / "mailbox",
                logs / "mailbox.log",
                smtp_port=settings.smtp_port,
                imap_port=settings.mailbox_imap_port,
                web_port=settings.mailbox_web_port,
                user=settings.imap_user,
                password=settings.imap_password.get_secret_value(),
            )
        )
    return servers


def own_programs(settings: Settings, *, worker: bool = True, web: bool = True) -> list[Part]:
    """The worker, with it the reader of the mailbox where there is one to read, and the web process."""
    logs = settings.home / "logs"
    programs: list[Part] = []
    if worker:
        programs.append(Worker(settings, logs / "worker.log"))
        if settings.listens:
            programs.append(Listener(settings, logs / "listener.log"))
    if web:
        programs.append(Web(settings, logs / "web.log"))
    return programs


@asynccontextmanager
async def running(
    settings: Settings, *, worker: bool = True, web: bool = True, before_programs: Hook = _nothing
) -> AsyncIterator[Supervisor]:
    """The platform for as long as the block lasts: the demo and tests."""
    supervisor = Supervisor(
        settings, programs=own_programs(settings, worker=worker, web=web), before_programs=before_programs
    )
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


def take_home(home: Path) -> TextIO:
    """The state folder, ours alone while the returned file is open. The lock goes with the process, however it ends."""
    try:
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        lock = (home / "supervisor.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise EmbeddedError(
            f"the state folder {home} cannot be used ({error.strerror}); set KEEPWARM_HOME to a folder of your own"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise EmbeddedError(
            f"keepwarm is already up over {home} (pid {holder}); stop it, or set KEEPWARM_HOME to another folder"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _keep_secret_key(path: Path) -> None:
    """Makes the key for signed links once; a file that an interrupted write left too short is replaced.

    Raises EmbeddedError for a file that is no text: another key would end all links ever sent.
    """
    known = path.read_bytes().strip() if path.exists() else b""
    if not known.isascii():
        raise EmbeddedError(
            f"{path} is damaged. Put it back from a backup, or remove it: a new one is made, and links sent before end"
        )
    if len(known) >= MIN_SECRET_KEY:
        return
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_hex(32), encoding="ascii")
    unfinished.replace(path)
