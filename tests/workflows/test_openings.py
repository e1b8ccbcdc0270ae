"""An opening's life with the real workflow under time skipping, and fake activities under the real names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from config.payloads import DATA_CONVERTER
from domain.announcements import AnnouncedPage, AnnouncePage, MarkOpening, OpeningState
from tests.workflows.conftest import test_server
from workflows.names import QUEUE, opening_workflow_id
from workflows.openings import Opening


@dataclass
class Board:
    """Pages of people, and what was asked of the activities."""

    env: WorkflowEnvironment
    people: list[str] = field(default_factory=lambda: [f"c{n:02}" for n in range(7)])
    page: int = 3
    asked: list[AnnouncePage] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    failures: int = 0

    @activity.defn
    async def announce_page(self, order: AnnouncePage) -> AnnouncedPage:
        """The next few people."""
        self.asked.append(order)
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        left = [name for name in self.people if name > order.after]
        page = left[: self.page]
        return AnnouncedPage(
            len(page), page[-1] if page else order.after, len(left) <= self.page, {"announced": len(page)}
        )

    @activity.defn
    async def mark_opening(self, order: MarkOpening) -> None:
        """Keep the status."""
        self.marks.append((order.status, order.round))

    async def start(self) -> WorkflowHandle[Any, Any]:
        """Start the opening's workflow."""
        state = OpeningState("be-1")
        return await self.env.client.start_workflow("Opening", state, id=opening_workflow_id("be-1"), task_queue=QUEUE)


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    """One board per test."""
    async with opening_board() as fresh:
        yield fresh


@asynccontextmanager
async def opening_board() -> AsyncIterator[Board]:
    """A server and a worker for openings alone."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        board = Board(env)
        async with Worker(
            env.client, task_queue=QUEUE, workflows=[Opening], activities=[board.announce_page, board.mark_opening]
        ):
            yield board


async def test_an_opening_is_announced_page_by_page_and_each_person_once(board: Board) -> None:
    handle = await board.start()
    await handle.execute_update("open", result_type=dict)
    await board.env.sleep(timedelta(minutes=1))
    assert [order.after for order in board.asked] == ["", "c02", "c05"]
    progress = await handle.query("progress", result_type=dict[str, Any])
    assert progress == {"status": "open", "round": 1, "announcing": False, "considered": 7}
    assert board.marks == [("open", 1)]


async def test_a_page_that_fails_is_tried_again_from_the_same_place(board: Board) -> None:
    board.failures = 2
    handle = await board.start()
    await handle.execute_update("open", result_type=dict)
    await board.env.sleep(timedelta(minutes=5))
    assert [order.after for order in board.asked] == ["", "", "", "c02", "c05"]
    assert (await handle.query("progress", result_type=dict[str, Any]))["considered"] == 7


async def test_reopening_begins_a_new_round_for_everybody(board: Board) -> None:
    handle = await board.start()
    await handle.execute_update("open", result_type=dict)
    await board.env.sleep(timedelta(minutes=1))
    await handle.execute_update("fill", result_type=dict)
    await handle.execute_update("reopen", result_type=dict)
    await board.env.sleep(timedelta(minutes=1))
    assert [order.round for order in board.asked] == [1, 1, 1, 2, 2, 2]
    assert board.marks[-1] == ("open", 2)


@pytest.mark.parametrize(("updates", "refused", "says"), [
    ([], "close", "is draft; only an open opening"),
    ([], "reopen", "is draft; only a closed or filled"),
    (["open"], "open", "is open; use reopen"),
    (["open", "close"], "fill", "is closed; only an open opening"),
])  # fmt: skip
async def test_a_step_that_makes_no_sense_is_refused_with_the_cure(
    board: Board, updates: list[str], refused: str, says: str
) -> None:
    handle = await board.start()
    for update in updates:
        await handle.execute_update(update, result_type=dict)
    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await handle.execute_update(refused, result_type=dict)
    assert says in str(refusal.value.cause)


async def test_rolling_over_in_the_middle_of_the_pages_goes_on_where_it_was(board: Board) -> None:
    board.page = 1
    handle = await board.start()
    await handle.execute_update("open", result_type=dict)
    await handle.signal("roll_over")
    await board.env.sleep(timedelta(minutes=1))
    assert [order.after for order in board.asked] == ["", *board.people[:-1]]
    assert (await handle.query("told", result_type=dict[str, int])) == {"announced": 1}
