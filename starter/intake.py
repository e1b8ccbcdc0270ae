"""Telling the intake that something waits to be read, starting it where it does not run."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from workflows.names import INTAKE_ID, QUEUE


async def nudge(client: Client) -> None:
    """Signal `received`. What is stored is the message; the signal carries nothing, so one stands for many."""
    await client.start_workflow(
        "Intake",
        None,
        id=INTAKE_ID,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="received",
        memo={"title": "Intake"},
        static_summary="Reads what comes in by webhook and mailbox",
    )
