"""Doing together what many attempts ask for at once: while one batch is under way the next one gathers.

An attempt that is alone goes at once; under load a transaction carries many, so that its cost is shared. Nothing waits for company.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")
MOST = 60
"""In one batch: larger ones gain little and make the first wait for the last."""


class Batches(Generic[A, R]):
    """Performs single requests in batches.

    `perform` gets requests of different `key`s and answers in their order. When it raises, each of the batch raises, but for an
    error that one of them alone has caused (`divides` says so): then each is performed by itself. A request whose caller is
    cancelled is still performed: what a provider has accepted is recorded whatever happens to the attempt.
    """

    def __init__(
        self,
        perform: Callable[[Sequence[A]], Awaitable[Sequence[R]]],
        key: Callable[[A], Hashable],
        divides: Callable[[BaseException], bool],
    ) -> None:
        self._perform = perform
        self._key = key
        self._divides = divides
        self._waiting: list[tuple[A, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, request: A) -> R:
        """The answer to one request."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                await self._answer(batch)
        finally:
            self._running = None

    def _next(self) -> list[tuple[A, asyncio.Future[R]]]:
        """The first of those that wait, one of a key: two touches of one person must see each other."""
        taken: dict[Hashable, tuple[A, asyncio.Future[R]]] = {}
        rest = []
        for waiting in self._waiting:
            key = self._key(waiting[0])
            if key in taken or len(taken) == MOST:
                rest.append(waiting)
            else:
                taken[key] = waiting
        self._waiting = rest
        return list(taken.values())

    async def _answer(self, batch: list[tuple[A, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._perform([request for request, _ in batch])
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - handed to those who asked
            if len(batch) > 1 and self._divides(error):
                for one in batch:
                    await self._answer([one])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
