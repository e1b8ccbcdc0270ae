"""The door to the workflows, opened when first needed: the web process serves its pages before Temporal is there, and without it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError, RPCStatusCode

from config.settings import Settings, SettingsError
from config.temporal import connect
from starter.client import Keepwarm
from starter.erasures import erase_candidate
from starter.intake import nudge
from starter.signups import await_confirmation
from storage import controls
from storage.candidates import NewCandidate
from web.sites import Backlog, DoorClosed
from workflows.names import QUEUE, SEND_QUEUE

QUEUES = {
    QUEUE: (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    SEND_QUEUE: (TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,),
}
AWAY = frozenset({RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED})
"""What a client hears from a Temporal that is not there, or not well."""


class TemporalDoor:
    """A Door over Keepwarm's own client. Once connected, the SDK reconnects by itself."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._keepwarm: Keepwarm | None = None
        self._opening = asyncio.Lock()

    async def check(self) -> None:
        """Returns when Temporal answers; raises DoorClosed."""
        async with self._open() as keepwarm:
            if not await keepwarm.client.service_client.check_health():
                raise DoorClosed("Temporal's frontend is not serving")

    async def backlogs(self) -> Mapping[str, Backlog]:
        """What waits on each of our queues, workflow and activity tasks together."""
        async with self._open() as keepwarm:
            return {queue: await _backlog(keepwarm, queue) for queue in QUEUES}

    async def consent_changed(
        self, candidate_id: str, purpose: str, channel: str, *, granted: bool, source: str, event_id: str, at: datetime,
        until: datetime | None = None,
    ) -> None:  # fmt: skip
        """Signal the candidate's workflow."""
        payload = {
            "event_id": event_id, "at": at.isoformat(), "purpose": purpose, "channel": channel, "granted": granted,
            "source": source, "recorded": True,
        }  # fmt: skip
        if until:
            payload["until"] = until.isoformat()
        await self.signal(candidate_id, "consent_changed", payload)

    async def signal(self, candidate_id: str, name: str, payload: dict[str, Any]) -> None:
        """As Keepwarm's own verb, for one."""
        async with self._open() as keepwarm:
            await keepwarm.signal_candidates([candidate_id], name, payload)

    async def await_confirmation(self, signup_id: int, candidate_id: str) -> None:
        """Start the workflow that waits for it."""
        async with self._open() as keepwarm:
            clock = await keepwarm.read(controls.clock)
            await await_confirmation(keepwarm.client, signup_id, candidate_id, clock)

    async def nudge_intake(self) -> None:
        """Signal the intake, starting it where it does not run."""
        async with self._open() as keepwarm:
            await nudge(keepwarm.client)

    async def erase_candidate(self, candidate_id: str, *, because: str, by: str) -> list[str]:
        """As `keepwarm candidate erase`."""
        async with self._open() as keepwarm:
            done = await erase_candidate(keepwarm, candidate_id, because=because, by=by)
        return done.still_to_do

    async def add_candidate(self, person: NewCandidate) -> str:
        """As Keepwarm's own verb."""
        async with self._open() as keepwarm:
            return await keepwarm.add_candidate(person)

    async def change_stage(
        self, candidate: str, opening: str, stage: str, *, by: str = "", reason: str = "", feedback: str = "",
        waiver: str = "", at: datetime | None = None, event_id: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """As Keepwarm's own verb."""
        async with self._open() as keepwarm:
            return await keepwarm.change_stage(
                candidate, opening, stage, by=by, reason=reason, feedback=feedback, waiver=waiver, at=at,
                event_id=event_id,
            )  # fmt: skip

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Keepwarm]:
        try:
            async with self._opening:
                if self._keepwarm is None:
                    client = await connect(self._settings, within=0)
                    self._keepwarm = Keepwarm(client, self._engine, self._settings)
            yield self._keepwarm
        except SettingsError as error:
            raise DoorClosed(str(error)) from error
        except RPCError as error:
            if error.status not in AWAY:
                raise
            raise DoorClosed(f"Temporal does not answer: {error.message}") from error


async def _backlog(keepwarm: Keepwarm, queue: str) -> Backlog:
    client, tasks, oldest = keepwarm.client, 0, 0.0
    for kind in QUEUES[queue]:
        answer = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind, report_stats=True
            )
        )
        tasks += answer.stats.approximate_backlog_count
        oldest = max(oldest, answer.stats.approximate_backlog_age.ToTimedelta().total_seconds())
    return Backlog(tasks, oldest)
