"""Where a measurement takes place: servers, a mail sink and real worker processes of its own, in a temporary folder, on free ports."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from bench.meters import Cost, cpu_seconds
from bench.people import publish_drip
from bench.sink import Arrival, read_arrivals
from config.settings import EmailChannel, Settings
from embedded.parts import Part, greets, start_part
from embedded.ports import ListeningPort, free_port
from embedded.postgres import Postgres
from embedded.processes import Command, last_lines, spawn, stop
from embedded.programs import Worker
from embedded.temporal import TemporalServer
from starter.client import Keepwarm
from starter.preparations import prepare
from storage.database import make_engine
from workflows.names import QUEUE, SEND_QUEUE

LOOK_AGAIN = 0.1
"""Seconds between two looks at a condition."""
PATIENCE = 180.0
"""Seconds after which a condition that has not come true ends the measurement."""
Child = asyncio.subprocess.Process


class BenchError(RuntimeError):
    """A measurement cannot be made; the text says what did not come true."""


async def until(
    what: str, look: Callable[[], Awaitable[bool]], within: float = PATIENCE, look_again: float = LOOK_AGAIN
) -> None:
    """Return when `look` sees it. Raises BenchError after `within` seconds."""
    deadline = time.monotonic() + within
    while not await look():
        if time.monotonic() > deadline:
            raise BenchError(f"not within {within:.0f} s: {what}")
        await asyncio.sleep(look_again)


class Sink(Part):
    """The SMTP server that takes everything."""

    name = "sink"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.notes = folder / "arrivals"
        self._log = folder / "sink.log"

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        return (ListeningPort(self.port, "a free port"),)

    def command(self) -> Command:
        return Command([sys.executable, "-m", "bench.sink", str(self.port), str(self.notes)], self._log)

    async def is_healthy(self) -> bool:
        return await greets(self.port, b"220")


class Stage:
    """One measurement's surroundings. Names in `cost()`: `PostgreSQL`, `Temporal`, and one for each child that was started by name."""

    def __init__(self, folder: Path, postgres: Postgres, postgres_pid: int, database: str) -> None:
        self.folder = folder
        self._postgres = postgres
        self._pids = {postgres.name: postgres_pid}
        self._children: dict[str, tuple[Child, Command]] = {}
        self._workers = 0
        self.sink = Sink(folder)
        self.temporal = TemporalServer(folder / "temporal", folder / "temporal.log", free_port(), None)
        self.database_url = _url(postgres, database)
        self.engine: Engine = make_engine(self.database_url)
        self.keepwarm: Keepwarm

    def settings(self, **more: Any) -> Settings:
        """The product's settings here: mail to the sink, and caps that do not hold a measurement back."""
        given: dict[str, Any] = {
            "home": self.folder,
            "external_database": self.database_url,
            "temporal_address": f"127.0.0.1:{self.temporal.port}",
            "secret_key": "measured-" * 5,
            "email": EmailChannel.SMTP,
            "smtp_host": "127.0.0.1",
            "smtp_port": self.sink.port,
            "smtp_tls": "none",
            "from_address": "talent@bench.example",
            "company": "Bench Ltd",
            "company_address": "1 Example Street, Exampleton",
            "reply_domain": "reply.bench.example",
            "public_url": "https://bench.example",
            "cap_per_day": 50,
            "cap_per_week": 50,
        }
        return Settings(**(given | more))

    # Children

    async def start_part(self, part: Part) -> None:
        """Start a server; returns when it is healthy."""
        self._children[part.name] = await start_part(part), part.command()
        self._pids[part.name] = self._children[part.name][0].pid

    async def start_worker(self, name: str = "worker", **more: Any) -> int:
        """Start `keepwarm worker`; returns its process id when it takes work."""
        command = self._worker_command(**more)
        return await self.start_polling(name, command, {QUEUE: "workflow", SEND_QUEUE: "activity"})

    async def spawn_worker(self, name: str = "worker", **more: Any) -> None:
        """Start `keepwarm worker` and go on at once."""
        await self._spawn(name, self._worker_command(**more))

    async def spawn(self, name: str, module: str, *arguments: str) -> None:
        """Start one of the bench's own programs and go on at once."""
        await self._spawn(name, self.program(module, *arguments, log=f"{name}.log"))

    def _worker_command(self, **more: Any) -> Command:
        self._workers += 1
        return Worker(self.settings(**more), self.folder / f"worker-{self._workers}.log").command()

    async def _spawn(self, name: str, command: Command) -> Child:
        child = await spawn(command)
        self._children[name] = child, command
        self._pids[name] = child.pid
        return child

    async def start_polling(self, name: str, command: Command, queues: Mapping[str, str]) -> int:
        """Start a worker process; returns its id when Temporal sees it poll these queues."""
        child = await self._spawn(name, command)

        async def polls() -> bool:
            if child.returncode is not None:
                raise BenchError(f"{name} ended at its start:\n{last_lines(command.log, 30)}")
            found = [await _polls(self.client, child.pid, queue, kind) for queue, kind in queues.items()]
            return all(found)

        await until(f"{name} polls", polls, within=30)
        return child.pid

    def program(self, module: str, *arguments: str, log: str, environment: Mapping[str, str] | None = None) -> Command:
        """One of the bench's own programs as a command."""
        return Command([sys.executable, "-m", module, *arguments], self.folder / log, environment or {})

    async def kill(self, name: str) -> None:
        """`kill -9`; returns when the process is gone."""
        child, _ = self._children.pop(name)
        del self._pids[name]
        child.kill()
        await child.wait()

    async def stop(self, name: str) -> None:
        """End a child politely."""
        child, command = self._children.pop(name)
        del self._pids[name]
        await stop(child, command)

    async def stop_all(self) -> None:
        """Workers first, servers last."""
        for name in reversed(list(self._children)):
            await self.stop(name)
        self.engine.dispose()

    # What is seen

    @property
    def client(self) -> Client:
        """A Temporal client."""
        return self.keepwarm.client

    def pid(self, name: str) -> int:
        """The process id of a child."""
        return self._pids[name]

    def cost(self) -> Cost:
        """CPU seconds used so far by each process that lives."""
        return Cost({name: cpu_seconds(pid) for name, pid in self._pids.items()})

    def arrivals(self) -> list[Arrival]:
        """What the sink has taken so far."""
        return read_arrivals(self.sink.notes)

    async def until_arrived(self, count: int, within: float = PATIENCE, look_again: float = LOOK_AGAIN) -> None:
        """Wait until the sink has taken this many mails."""

        async def arrived() -> bool:
            return len(self.arrivals()) >= count

        await until(f"{count} mails arrived", arrived, within, look_again)

    async def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """What a SELECT finds."""

        def select() -> Sequence[Any]:
            with self.engine.connect() as connection:
                return connection.execute(text(statement), values).all()

        return await asyncio.to_thread(select)


class Place:
    """The temporary folder and the PostgreSQL of a whole run; a stage in it for each measurement."""

    def __init__(self, folder: Path, postgres: Postgres, pid: int) -> None:
        self._folder = folder
        self._postgres = postgres
        self._pid = pid
        self._stages = 0
        self._preparing = asyncio.Lock()  # migrations share one context in a process

    @asynccontextmanager
    async def stage(self, *, temporal: bool = True) -> AsyncIterator[Stage]:
        """A fresh database with the drip published, a sink, and a Temporal server where one is wanted."""
        self._stages += 1
        name = f"stage_{self._stages}"
        folder = self._folder / name
        folder.mkdir(mode=0o755)
        self._administer("CREATE DATABASE {} TEMPLATE template0", name)
        stage = Stage(folder, self._postgres, self._pid, name)
        try:
            await stage.start_part(stage.sink)
            await stage.start_part(stage.temporal)
            async with self._preparing:
                await prepare(stage.settings())
            publish_drip(stage.engine)
            if not temporal:
                await stage.stop(stage.temporal.name)
                yield stage
            else:
                async with Keepwarm.open(stage.settings()) as stage.keepwarm:
                    yield stage
        finally:
            await stage.stop_all()
            self._administer("DROP DATABASE {} WITH (FORCE)", name)
            shutil.rmtree(folder, ignore_errors=True)

    def _administer(self, statement: Any, name: str) -> None:
        with psycopg.connect(self._postgres.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _make_folder() -> Path:
    """One that PostgreSQL's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="keepwarm-bench-"))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def open_place() -> AsyncIterator[Place]:
    """A folder, removed at the end, and a durable PostgreSQL in it."""
    folder = _make_folder()
    try:
        postgres = Postgres(folder / "postgres", folder / "postgres.log", free_port())
        process = await start_part(postgres)
        try:
            yield Place(folder, postgres, process.pid)
        finally:
            await stop(process, postgres.command())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def report_of(command: Command) -> dict[str, float]:
    """Run one of the bench's programs to its end; the JSON of its last line. Raises BenchError."""
    command.log.unlink(missing_ok=True)
    child = await spawn(command)
    try:
        code = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
    if code:
        raise BenchError(f"{' '.join(command.argv)} ended with {code}:\n{last_lines(command.log, 30)}")
    report: dict[str, float] = json.loads(command.log.read_text(encoding="utf-8").splitlines()[-1])
    return report


async def _polls(client: Client, pid: int, queue: str, kind: str) -> bool:
    kinds = {
        "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    }
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kinds[kind]
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return f"{pid}@{socket.gethostname()}" in {poller.identity for poller in answer.pollers}


def _url(postgres: Postgres, database: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(postgres.conninfo(database))
    url = make_url("postgresql+psycopg://").set(
        username=str(parts["user"]), password=str(parts["password"]), host="127.0.0.1", port=postgres.port, database=database
    )  # fmt: skip
    return url.render_as_string(hide_password=False)
