"""What comes in by webhook or mailbox, taken in page by page for as long as anything waits. There is one such workflow."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from domain.intake import TakeInPage, TakenIn

PAGE_TIMEOUT = timedelta(minutes=2)
"""A page of mails with large attachments takes seconds; everything else milliseconds."""
PAGE_HEARTBEAT = timedelta(seconds=10)
"""After a worker's death, how long until another one takes the same page in."""
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
"""Without an end: a database that is down delays, and loses nothing."""
AGAIN_AFTER = timedelta(seconds=30)
"""What could not be read is tried again after this rest; activities/intake.py says how often."""
HISTORY_BOUND = 2_000


@workflow.defn(name="Intake")
class Intake:
    """All that comes in; its id is `intake`. Each run begins by looking, so that no signal of a former one is lost."""

    def __init__(self) -> None:
        self._told = True

    @workflow.run
    async def run(self, _given: Any = None) -> None:
        """Take in until nothing waits, then rest until somebody says that there is more."""
        while not self._rolls_over():
            self._told = False
            failing = await self._take_in_all()
            with suppress(asyncio.TimeoutError):
                await workflow.wait_condition(lambda: self._told, timeout=AGAIN_AFTER if failing else None)
        workflow.continue_as_new(None)

    async def _take_in_all(self) -> int:
        """Page after page from the oldest; how many inputs could not be read and are to be tried again."""
        page, failing = TakenIn(0, False), 0
        while not page.done:
            page = await workflow.execute_activity(
                "take_in_page",
                TakeInPage(page.last),
                result_type=TakenIn,
                start_to_close_timeout=PAGE_TIMEOUT,
                heartbeat_timeout=PAGE_HEARTBEAT,
                retry_policy=RETRIES,
                summary=f"read what came in after {page.last}" if page.last else "read what came in",
            )
            failing += page.failing
        return failing

    def _rolls_over(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > HISTORY_BOUND

    @workflow.signal
    def received(self, *_: Any) -> None:
        """Something was stored that waits to be read."""
        self._told = True
