"""Awaiting that a sign-up is confirmed, and welcoming whoever did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from domain.clocks import Clock
from domain.signups import CONFIRM_WITHIN, AwaitedSignup
from storage import journeys
from workflows.names import QUEUE, signup_workflow_id

JOURNEY = POOL = "talent-community"
"""What those who confirmed belong to; they enter the journey where a version of it is published."""


async def await_confirmation(client: Client, signup_id: int, candidate_id: str, clock: Clock) -> None:
    """Start what deletes the sign-up where its address does not confirm it; one that waits already goes on waiting."""
    seconds = clock.real_span(CONFIRM_WITHIN).total_seconds()
    awaited = AwaitedSignup(signup_id, candidate_id, seconds, None if clock == Clock() else clock)
    await client.start_workflow(
        "Signup",
        awaited,
        id=signup_workflow_id(signup_id),
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        memo={"title": f"Sign-up {signup_id}"},
        static_summary=f"sign-up {signup_id} of candidate {candidate_id}",
    )


def welcome_event(connection: Connection, signup_id: int, at: datetime) -> dict[str, Any] | None:
    """The signal `enrolled` for the community's journey; None where none is published."""
    if all(one.journey != JOURNEY for one in journeys.latest(connection)):
        return None
    return {"event_id": f"welcome:{signup_id}", "at": at.isoformat(), "journey": JOURNEY}
