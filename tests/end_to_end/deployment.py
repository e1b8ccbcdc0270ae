"""The whole product on real processes: servers, workers and the command line, each to be killed and started again by name."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, text
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from config.settings import EmailChannel, Settings, SmsChannel
from config.temporal import temporal_address
from domain.clocks import Clock
from embedded.parts import start_part
from embedded.ports import free_port
from embedded.processes import ROOT, last_lines, spawn, stop
from embedded.programs import Worker
from embedded.supervisor import embedded_servers
from starter.client import Keepwarm
from starter.preparations import prepare
from storage import controls, proofs
from tests.conftest import TestMailbox
from workflows.names import QUEUE, SEND_QUEUE

LOOK_AGAIN = 0.05
"""Seconds between two looks at a condition."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What `--json` printed."""
        assert self.code == 0, f"exit code {self.code}: {self.err}"
        return json.loads(self.out)


async def until(what: str, look: Callable[[], Awaitable[T]], within: float = 30.0) -> T:
    """The first truthy thing that `look` sees; fails after `within` seconds, saying what was last seen."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not (seen := await look()):
        if loop.time() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what}; last seen: {seen!r}")
        await asyncio.sleep(LOOK_AGAIN)
    return seen


async def run(*argv: str, environment: dict[str, str] | None = None) -> Ran:
    """A program, run to its end."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=ROOT,
        env={**os.environ, **(environment or {}), "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ran(process.returncode or 0, out.decode(), err.decode())


class Deployment:
    """Everything in one folder on ports of its own, ready for people from `async with` on.

    `PostgreSQL`, `Temporal`, `Mailbox` (where a channel needs it) and `worker-1` … are the names of what can be killed. The
    folder must be one that PostgreSQL's system user can enter (tests.conftest.server_folder).
    """

    def __init__(self, home: Path, *, workers: int = 1, **settings: Any) -> None:
        ports = ("postgres_port", "temporal_port", "temporal_ui_port", "smtp_port", "imap_port", "mailbox_web_port")
        own = dict(home=home, secret_key="end-to-end-" * 4, **{name: free_port() for name in ports})
        self.settings = Settings(**{**own, **settings})
        self._parts = {part.name: part for part in embedded_servers(self.settings)}
        self._workers = {f"worker-{n + 1}": self._worker(n + 1) for n in range(workers)}
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._open = AsyncExitStack()
        self.keepwarm: Keepwarm

    def _worker(self, number: int) -> Worker:
        return Worker(self.settings, self.settings.home / "logs" / f"worker-{number}.log")

    async def __aenter__(self) -> Self:
        try:
            self.settings.home.mkdir(mode=0o755, parents=True, exist_ok=True)
            await asyncio.gather(*map(self.start, self._parts))
            await prepare(self.settings)
            self.keepwarm = await self._open.enter_async_context(Keepwarm.open(self.settings))
            await asyncio.gather(*map(self.start, self._workers))
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        await self._open.aclose()
        for parts in (self._workers, self._parts):
            names = [name for name in parts if name in self._children]
            await asyncio.gather(*(stop(self._children.pop(name), parts[name].command()) for name in names))

    # Parts

    async def start(self, name: str) -> None:
        """Start a part; returns when it serves."""
        if name in self._parts:
            self._children[name] = await start_part(self._parts[name])
            return
        command = self._workers[name].command()
        self._children[name] = await spawn(command)

        async def polls() -> bool:
            assert self._children[name].returncode is None, f"{name} ended at its start:\n{last_lines(command.log, 30)}"
            return await self._polls(self._children[name].pid)

        await until(f"{name} polls both queues", polls)

    async def _polls(self, pid: int) -> bool:
        """Whether Temporal sees the process poll for decisions and for sends."""
        identity = _identity(pid)
        for queue, kind in (
            (QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
            (SEND_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
        ):
            request = DescribeTaskQueueRequest(
                namespace=self.client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
            )
            answer = await self.client.workflow_service.describe_task_queue(request)
            if identity not in {poller.identity for poller in answer.pollers}:
                return False
        return True

    def identity(self, name: str) -> str:
        """How Temporal names a running worker."""
        return _identity(self._children[name].pid)

    async def kill(self, name: str) -> None:
        """`kill -9`; returns when the process is gone."""
        child = self._children.pop(name)
        child.send_signal(signal.SIGKILL)
        await child.wait()

    def log_of(self, name: str) -> str:
        """What a part has written so far."""
        return (self._parts | self._workers)[name].command().log.read_text(encoding="utf-8", errors="replace")

    # Ways in

    @property
    def client(self) -> Client:
        """A Temporal client."""
        return self.keepwarm.client

    @property
    def engine(self) -> Engine:
        """The product's database."""
        return self.keepwarm.engine

    async def cli(self, *arguments: str) -> Ran:
        """`keepwarm …` as a process of its own."""
        return await run(sys.executable, "-m", "starter.cli", *arguments, environment=self.settings.environment())

    async def temporal(self, *arguments: str) -> Ran:
        """The stock `temporal` command line."""
        program = str(Path(sys.executable).with_name("temporal"))
        return await run(program, *arguments, "--address", temporal_address(self.settings))

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """What a SELECT finds."""

        def select() -> list[dict[str, Any]]:
            with self.engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(statement), values).mappings()]

        return await asyncio.to_thread(select)

    async def count(self, what: str) -> int:
        """How many rows there are: `what` stands behind FROM."""
        (row,) = await self.rows(f"select count(*) as number from {what}")  # noqa: S608 - the tests' own words
        return int(row["number"])

    async def sent(self, candidate_id: str, template: str) -> None:
        """Waits until a provider has taken a message over."""

        async def accepted() -> list[dict[str, Any]]:
            return await self.rows(
                "select from ledger where candidate_id = :candidate_id and template = :template and state = 'accepted'",
                candidate_id=candidate_id,
                template=template,
            )

        await until(f"{template} is sent to {candidate_id}", accepted)

    async def violations(self) -> list[proofs.Violation]:
        """What `keepwarm prove` finds, without a process of its own."""
        now = await self.keepwarm.now()

        def look() -> list[proofs.Violation]:
            with self.engine.connect() as connection:
                return proofs.prove(connection, now, proofs.grace_for(controls.clock(connection)))

        return await asyncio.to_thread(look)

    async def begin_story(self, at: datetime) -> None:
        """Let it be this moment for everybody who is added from now on; the clock runs at the deployment's speed."""
        clock = Clock(datetime.now(UTC), at, self.settings.clock_speed)
        values = {"real_anchor": clock.real_anchor.isoformat(), "story_anchor": at.isoformat(), "speed": clock.speed}

        def write() -> None:
            with self.engine.begin() as connection:
                connection.execute(
                    text("update controls set value = cast(:value as jsonb) where name = 'clock'"),
                    {"value": json.dumps(values)},
                )

        await asyncio.to_thread(write)

    @property
    def mailbox(self) -> TestMailbox:
        """The real mailbox, read over IMAP."""
        s = self.settings
        assert s.email == EmailChannel.MAILBOX or s.sms == SmsChannel.MAILBOX
        return TestMailbox(
            s.smtp_port, s.imap_port, s.mailbox_web_port, s.imap_user, s.imap_password.get_secret_value()
        )


def _identity(pid: int) -> str:
    """The SDK's own default."""
    return f"{pid}@{socket.gethostname()}"
