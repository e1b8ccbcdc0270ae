"""Requests at the same time are performed together, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from activities.batches import MOST, Batches


class Spoilt(Exception):
    """One request broke the batch."""


class Work:
    """Doubles numbers, and remembers in which company."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def perform(self, numbers: Sequence[int]) -> Sequence[int]:
        """Twice each; a 13 breaks everything, a 99 is an outage."""
        self.batches.append(list(numbers))
        await self.may_go.wait()
        if 13 in numbers:
            raise Spoilt
        if 99 in numbers:
            raise ConnectionError
        return [2 * number for number in numbers]


def batches(work: Work) -> Batches[int, int]:
    """Keyed by the last digit."""
    return Batches(work.perform, lambda number: number % 10, lambda error: isinstance(error, Spoilt))


async def test_who_is_alone_goes_at_once_and_the_next_gather_meanwhile() -> None:
    work = Work()
    together = batches(work)
    assert await asyncio.gather(*(together.do(number) for number in (1, 2, 3))) == [2, 4, 6]
    work.may_go.clear()
    first = asyncio.create_task(together.do(4))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(together.do(number)) for number in (5, 6)]
    await asyncio.sleep(0)
    work.may_go.set()
    assert await asyncio.gather(first, *rest) == [8, 10, 12]
    assert work.batches[1:] == [[4], [5, 6]]


async def test_one_of_a_key_at_a_time() -> None:
    work = Work()
    together = batches(work)
    assert await asyncio.gather(*(together.do(number) for number in (1, 11, 21, 2))) == [2, 22, 42, 4]
    assert work.batches == [[1, 2], [11], [21]]


async def test_no_batch_grows_without_bound() -> None:
    work = Work()
    together = Batches(work.perform, lambda number: number, lambda _: False)
    await asyncio.gather(*(together.do(number) for number in range(200, 200 + 2 * MOST + 1)))
    assert [len(batch) for batch in work.batches] == [MOST, MOST, 1]


async def test_a_request_that_spoils_its_batch_fails_alone() -> None:
    together = batches(Work())
    answers = await asyncio.gather(*(together.do(number) for number in (1, 13, 2)), return_exceptions=True)
    assert answers[::2] == [2, 4]
    assert isinstance(answers[1], Spoilt)


async def test_an_outage_fails_all_without_trying_each() -> None:
    work = Work()
    together = batches(work)
    answers = await asyncio.gather(*(together.do(number) for number in (1, 99, 2)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {ConnectionError}
    assert len(work.batches) == 1


async def test_what_was_asked_for_is_done_though_nobody_waits_any_more() -> None:
    work = Work()
    together = batches(work)
    work.may_go.clear()
    waiting = asyncio.create_task(together.do(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    work.may_go.set()
    assert await together.do(2) == 4
    assert work.batches == [[1], [2]]
