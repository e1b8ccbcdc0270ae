"""Exit code 0 when this container's own process does its work: HEALTHCHECK of the image, and exec probes in Kubernetes.

The web process is asked over HTTP. A worker is healthy when Temporal has seen this very container poll for workflow tasks.
"""

import asyncio
import socket
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from config.settings import Settings, SettingsError, read_settings
from config.temporal import connect
from workflows.names import QUEUE

POLLED_WITHIN = timedelta(minutes=3)
"""A poll that finds no work ends after one minute and is made again."""

ANSWER_TIMEOUT = 5.0
"""Seconds."""


def web_answers(settings: Settings) -> bool:
    """Whether /healthz says that the database and Temporal are there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.web_port}/healthz", timeout=ANSWER_TIMEOUT) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def worker_polls(settings: Settings, host: str) -> bool:
    """Whether a worker on `host` polled lately. The SDK's identity is `pid@host`, and a container has its own host name."""
    client = await connect(settings, within=ANSWER_TIMEOUT)
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    oldest = datetime.now(UTC) - POLLED_WITHIN
    return any(
        poller.identity.endswith(f"@{host}") and poller.last_access_time.ToDatetime(UTC) > oldest
        for poller in answer.pollers
    )


def main() -> int:
    """0 healthy, 1 not."""
    started_with = Path("/proc/1/cmdline").read_bytes().split(b"\0")
    try:
        settings = read_settings()
        healthy = (
            web_answers(settings)
            if b"web" in started_with
            else asyncio.run(worker_polls(settings, socket.gethostname()))
        )
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - `docker inspect` shows it
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
