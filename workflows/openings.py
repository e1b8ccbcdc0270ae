"""One opening: opened, announced by pages, closed or filled, opened again. Who is told is decided by each candidate's own workflow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.announcements import AnnouncedPage, AnnouncePage, MarkOpening, OpeningState

PAGE_TIMEOUT = timedelta(minutes=5)
"""A page signals a few hundred people, 25 at a time."""
PAGE_HEARTBEAT = timedelta(seconds=20)
"""After a worker's death the next attempt goes on from the last cursor that was beaten within this time."""
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
HISTORY_BOUND = 2_000


@workflow.defn(name="Opening")
class Opening:
    """One opening; its id is `opening-<id>`."""

    @workflow.init
    def __init__(self, state: OpeningState) -> None:
        self._state = state
        self._unmarked = False
        self._asked_to_roll_over = False

    @workflow.run
    async def run(self, state: OpeningState) -> None:
        """Record each change of status; while the round is being announced, take page after page."""
        while not self._rolls_over():
            if self._unmarked:
                self._unmarked = False
                await self._mark()
            elif self._state.announcing:
                await self._announce_page()
            else:
                await workflow.wait_condition(
                    lambda: self._unmarked or self._state.announcing or self._asked_to_roll_over
                )
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._unmarked:
            await self._mark()
        workflow.continue_as_new(self._state)

    async def _mark(self) -> None:
        state = self._state
        await workflow.execute_activity(
            "mark_opening",
            MarkOpening(state.opening_id, state.status, state.round),
            start_to_close_timeout=timedelta(seconds=15),
            retry_policy=RETRIES,
            summary=f"{state.status}, round {state.round}",
        )

    async def _announce_page(self) -> None:
        state = self._state
        number, clock = state.round, None if state.clock.speed == 1 else state.clock
        page: AnnouncedPage = await workflow.execute_activity(
            "announce_page",
            AnnouncePage(state.opening_id, number, state.cursor, clock),
            result_type=AnnouncedPage,
            start_to_close_timeout=PAGE_TIMEOUT,
            heartbeat_timeout=PAGE_HEARTBEAT,
            retry_policy=RETRIES,
            summary=f"announce to those after {state.cursor or 'the first'}",
        )
        if state.round != number:
            return
        state.considered += page.considered
        state.cursor, state.told = page.last, page.told
        state.announcing = state.announcing and not page.done

    def _rolls_over(self) -> bool:
        info = workflow.info()
        return (
            self._asked_to_roll_over
            or info.is_continue_as_new_suggested()
            or info.get_current_history_length() > HISTORY_BOUND
        )

    @workflow.signal
    def roll_over(self, *_: Any) -> None:
        """Continue as new at the next quiet moment."""
        self._asked_to_roll_over = True

    @workflow.update(name="open")
    def open_first(self) -> dict[str, Any]:
        """Open for the first time and announce to the people it may fit."""
        return self._begin()

    @open_first.validator
    def _check_open(self) -> None:
        if self._state.status != "draft":
            self._refuse(
                f"{self._state.opening_id} is {self._state.status}; use reopen for one that was closed or filled"
            )

    @workflow.update
    def reopen(self) -> dict[str, Any]:
        """Open again after it was closed or filled: a new round of alerts."""
        return self._begin()

    @reopen.validator
    def _check_reopen(self) -> None:
        if self._state.status not in ("closed", "filled"):
            self._refuse(
                f"{self._state.opening_id} is {self._state.status}; only a closed or filled opening is reopened"
            )

    @workflow.update
    def close(self) -> dict[str, Any]:
        """Close without a hire; alerts that have not left are withdrawn by their gate."""
        return self._end("closed")

    @close.validator
    def _check_close(self) -> None:
        self._check_is_open()

    @workflow.update
    def fill(self) -> dict[str, Any]:
        """Close because somebody was hired."""
        return self._end("filled")

    @fill.validator
    def _check_fill(self) -> None:
        self._check_is_open()

    @workflow.query
    def progress(self) -> dict[str, Any]:
        """Status, round, and how many people were considered."""
        return self._state.progress()

    @workflow.query
    def told(self) -> dict[str, int]:
        """How many people per outcome, as of the last page; `keepwarm opening told` lists them all, with reasons."""
        return self._state.told

    def _begin(self) -> dict[str, Any]:
        self._state.open()
        self._unmarked = True
        return self._state.progress()

    def _end(self, status: str) -> dict[str, Any]:
        self._state.end(status)
        self._unmarked = True
        return self._state.progress()

    def _check_is_open(self) -> None:
        if self._state.status != "open":
            self._refuse(f"{self._state.opening_id} is {self._state.status}; only an open opening is closed or filled")

    def _refuse(self, why: str) -> None:
        raise ApplicationError(why, type="Refused", non_retryable=True)
