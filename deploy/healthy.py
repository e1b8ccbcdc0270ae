"""Exit code 0 when this container's own process does its work: HEALTHCHECK of the image, and exec probes in Kubernetes.

The web process is asked over HTTP. A worker is healthy when Temporal has seen this very container poll for workflow tasks, the mailbox's
reader when it has looked into the mailbox lately.
"""

import asyncio
import socket
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from config.settings import Settings, SettingsError, read_settings
from config.temporal import connect
from storage import mailboxes
from storage.database import make_engine
from worker.listening import server_of
from workflows.names import QUEUE

POLLED_WITHIN = timedelta(minutes=3)
"""A poll that finds no work ends after one minute and is made again."""

LOOKED_WITHIN = timedelta(minutes=15)
"""The reader looks at least every minute; a mailbox that is away for longer is worth an alarm."""

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


def reader_looks(settings: Settings) -> bool:
    """Whether the mailbox was read lately. Each look moves the cursor's time, whether or not there was a mail."""
    engine = make_engine(settings.database_url, pool=1)
    try:
        with engine.connect() as connection:
            mailbox = server_of(settings).mailbox
            found = mailboxes.cursor(connection, mailbox, settings.imap_folder)
            return found is not None and found.recorded_at > datetime.now(UTC) - LOOKED_WITHIN
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def main() -> int:
    """0 healthy, 1 not."""
    started_with = Path("/proc/1/cmdline").read_bytes().split(b"\0")
    try:
        settings = read_settings()
        if b"web" in started_with:
            healthy = web_answers(settings)
        elif b"listen" in started_with:
            healthy = reader_looks(settings)
        else:
            healthy = asyncio.run(worker_polls(settings, socket.gethostname()))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - `docker inspect` shows it
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
