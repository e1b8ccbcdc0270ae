"""One sign-up for the talent community: it waits for its address to confirm it, and is deleted where that does not happen."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from domain.signups import AwaitedSignup, LapseSignup

RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(hours=1))
"""Without an end: what nobody confirmed must go, whatever is down at that moment."""


@workflow.defn(name="Signup")
class Signup:
    """A sign-up; its id is `signup-<number>`. Nobody tells it of the confirmation: at the end it asks the record."""

    @workflow.run
    async def run(self, awaited: AwaitedSignup) -> bool:
        """Wait, then delete what was not confirmed; whether it was deleted."""
        await workflow.sleep(awaited.wait_seconds, summary="waits for the address to confirm it")
        deleted: bool = await workflow.execute_activity(
            "lapse_signup",
            LapseSignup(awaited.signup_id, awaited.candidate_id, awaited.clock),
            result_type=bool,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RETRIES,
            summary="delete it, unless it was confirmed",
        )
        return deleted
