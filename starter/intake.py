"""What came in by webhook or mailbox: telling the intake that something waits, and having it read again what it gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from starter.refusals import Refused
from storage import received, tasks
from workflows.names import INTAKE_ID, QUEUE

if TYPE_CHECKING:
    from starter.client import Keepwarm

AHEAD = Priority(priority_key=1)
"""What came in may be a stop: it is read before anything that waits to be sent is decided."""


async def nudge(client: Client) -> None:
    """Signal `received`. What is stored is the message; the signal carries nothing, so one stands for many."""
    try:
        await _start(client)
    except WorkflowAlreadyStartedError:
        # Somebody else started it between the server's look and its start.
        await client.get_workflow_handle(INTAKE_ID).signal("received")


async def _start(client: Client) -> None:
    await client.start_workflow(
        "Intake",
        None,
        id=INTAKE_ID,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="received",
        priority=AHEAD,
        memo={"title": "Intake"},
        static_summary="Reads what comes in by webhook and mailbox",
    )


async def read_again(keepwarm: Keepwarm, number: int) -> dict[str, Any]:
    """Have an input read again that was given up. Raises Refused where there is none."""
    if not await keepwarm.write(received.wait_again, number):
        raise Refused(f"nothing that came in as {number} was given up; `keepwarm intake list` shows what was")
    await keepwarm.write(tasks.finish, [received.task_key(number)], await keepwarm.now())
    await nudge(keepwarm.client)
    return {"received": number, "will": "be read again"}
