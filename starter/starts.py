"""How anything reaches a workflow: by a signal or an update that starts it where it does not run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.exceptions import FailureError
from temporalio.service import RPCError, RPCStatusCode

from starter.refusals import Refused

ANSWER_WITHIN = timedelta(seconds=20)
"""How long somebody waits for an update: a worker that lives answers in milliseconds."""
NOBODY_WORKS = (
    "no worker answers; start one with `keepwarm worker` (or `keepwarm up`), or see in its log why it fails. What was asked is "
    "on its way and will be done once a worker runs; asking again with the same event id does it once"
)


@dataclass(frozen=True, slots=True)
class Start:
    """All that is needed to start one workflow: its type and id, its only argument, and what operators see of it."""

    workflow: str
    id: str
    queue: str
    state: Any
    title: str
    summary: str
    attributes: TypedSearchAttributes = field(default_factory=lambda: TypedSearchAttributes([]))


async def start(client: Client, order: Start) -> None:
    """Start a workflow; one that runs stays as it is."""
    await client.start_workflow(order.workflow, order.state, **_options(order))


async def signal_with_start(client: Client, order: Start, name: str, payload: dict[str, Any]) -> None:
    """Signal a workflow, starting it where it does not run."""
    await client.start_workflow(
        order.workflow, order.state, start_signal=name, start_signal_args=[payload], **_options(order)
    )


async def signal(client: Client, workflow_id: str, name: str, payload: dict[str, Any]) -> bool:
    """Signal a workflow that is thought to run; False, and nothing happened, where it does not."""
    try:
        await client.get_workflow_handle(workflow_id).signal(name, payload)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def update_with_start(
    client: Client,
    order: Start,
    name: str,
    payload: dict[str, Any] | None,
    update_id: str,
    within: timedelta = ANSWER_WITHIN,
) -> dict[str, Any]:
    """Ask a workflow something and wait for its answer, starting it where it does not run. Raises Refused."""
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        order.workflow, order.state, **_options(order)
    )
    try:
        answer: dict[str, Any] = await client.execute_update_with_start_workflow(
            name,
            args=[] if payload is None else [payload],
            id=update_id,
            start_workflow_operation=operation,
            rpc_timeout=within,
            result_type=dict,
        )
    except WorkflowUpdateFailedError as error:
        why = error.cause.message if isinstance(error.cause, FailureError) else str(error.cause)
        raise Refused(why) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        # The same failure waits in the operation; fetched by nobody, it would be printed as a lost exception.
        with suppress(RPCError):
            await operation.workflow_handle()
        raise Refused(NOBODY_WORKS) from error
    return answer


async def query(client: Client, workflow_id: str, name: str) -> Any:
    """What a workflow answers; None where there is none, or nobody who could answer for it."""
    handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(workflow_id)
    try:
        return await handle.query(name, rpc_timeout=ANSWER_WITHIN)
    except WorkflowQueryRejectedError:
        return None
    except RPCError as error:
        if error.status in (
            RPCStatusCode.NOT_FOUND,
            RPCStatusCode.DEADLINE_EXCEEDED,
            RPCStatusCode.FAILED_PRECONDITION,
        ):
            return None
        raise


def _options(order: Start) -> dict[str, Any]:
    return {
        "id": order.id,
        "task_queue": order.queue,
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "search_attributes": order.attributes,
        "memo": {"title": order.title},
        "static_summary": order.summary,
    }
