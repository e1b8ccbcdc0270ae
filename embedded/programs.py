"""Our own long-running programs as parts: the worker, the web process and the mailbox's reader."""

import sys
from pathlib import Path

from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from config.settings import EMBEDDED_HOST, Settings, SettingsError
from config.temporal import connect
from embedded.parts import Part, answers_http
from embedded.ports import ListeningPort
from embedded.processes import Command

DRAIN = 35.0
"""Seconds. A worker is given 30 to finish the sends it has begun, and a little more to say good-bye."""

WORKER_QUEUE = "keepwarm"
"""The queue whose poller shows that a worker works: `workflows.names.QUEUE`, which this room does not import."""

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


class Worker(Part):
    """`keepwarm worker`. Healthy when Temporal sees it poll for workflow tasks."""

    name = "worker"

    def __init__(self, settings: Settings, log: Path, queue: str = WORKER_QUEUE) -> None:
        self._settings = settings
        self._log = log
        self._queue = queue
        self._client: Client | None = None

    def command(self) -> Command:
        return _program("worker", self._settings, self._log)

    async def is_healthy(self) -> bool:
        queue = TaskQueue(name=self._queue)
        try:
            client = self._client = self._client or await connect(self._settings, within=0)
            request = DescribeTaskQueueRequest(namespace=client.namespace, task_queue=queue)
            answer = await client.workflow_service.describe_task_queue(request)
        except (RPCError, SettingsError):
            return False
        return len(answer.pollers) > 0

    async def confirm(self) -> None:
        self._client = None


class Web(Part):
    """`keepwarm web`. Healthy when /healthz says so."""

    name = "web"

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        return (ListeningPort(self._settings.web_port, "KEEPWARM_WEB_PORT", self._settings.host),)

    @property
    def addresses(self) -> list[tuple[str, str]]:
        return [("Keepwarm", self._settings.public_url)]

    def command(self) -> Command:
        return _program("web", self._settings, self._log)

    async def is_healthy(self) -> bool:
        host = EMBEDDED_HOST if self._settings.host in _EVERYWHERE else self._settings.host
        return await answers_http(f"http://{host}:{self._settings.web_port}/healthz")


class Listener(Part):
    """`keepwarm listen`. Healthy once it is at work: it connects again by itself, so a mailbox that is away holds nothing up."""

    name = "listener"

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log

    async def prepare(self) -> None:
        self._settings.listening_file.unlink(missing_ok=True)

    def command(self) -> Command:
        return _program("listen", self._settings, self._log)

    async def is_healthy(self) -> bool:
        return self._settings.listening_file.exists()


def _program(verb: str, settings: Settings, log: Path) -> Command:
    return Command(
        argv=[sys.executable, "-m", "starter.cli", verb], log=log, environment=settings.environment(), grace=DRAIN
    )
