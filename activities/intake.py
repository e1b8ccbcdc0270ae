"""Reading what was received: each source has a taker that writes what an input means and says whom it concerns.

A page's writes commit first, then the candidates' workflows are told, then its inputs count as taken in. A crash between repeats the
reading and the telling: takers find what they wrote before, and workflows know an `event_id` again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.announcements import Signaller
from activities.transactions import DATABASE_ERROR
from domain.intake import TakeInPage, TakenIn
from storage import controls, received, redactions, tasks
from storage.forgotten import Register
from storage.received import Received

PAGE = 200
PAGE_BYTES = 32 * 1024 * 1024
"""Of all bodies of a page together: about the largest mail, so that a page is never much larger than one input."""
MOST_ATTEMPTS = 5
"""How often an input is read before a person has to look at it."""
IN_FLIGHT = 25
"""Candidates that are told at once: about what one Temporal frontend takes from one client without queueing."""
BEAT = timedelta(seconds=3)
T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Consequence:
    """A signal for one candidate's workflow. `payload` holds `event_id`, `at` (ISO 8601) and ids alone: it lies in the history."""

    candidate_id: str
    signal: str
    payload: dict[str, Any]


class Taker(Protocol):
    """Reads the inputs of one source."""

    def __call__(self, connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
        """Write what these inputs mean, the oldest first, and say who must hear of it. `now` is a story moment.

        The same input may come again after a crash: the answer is then the same, and nothing is written twice. An input that raises
        is tried again by itself; nothing that it wrote stays.
        """


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a page came to: its inputs, those of them that failed, and who is to be told."""

    rows: list[Received]
    failed: Mapping[int, str]
    consequences: list[Consequence]


class Intake:
    """The activity that takes in. It reads in threads: what came may take long to parse, and the loop has others to serve."""

    def __init__(self, engine: Engine, signaller: Signaller, takers: Mapping[str, Taker], forgotten: Register) -> None:
        self._engine = engine
        self._forgotten = forgotten
        self._signaller = signaller
        self._takers = takers

    @activity.defn(name="take_in_page")
    async def take_in_page(self, order: TakeInPage) -> TakenIn:
        """Read the next inputs and tell those whom they concern."""
        working = asyncio.create_task(self._take_in(order.after))
        while not (await asyncio.wait({working}, timeout=BEAT.total_seconds()))[0]:
            activity.heartbeat()
        return working.result()

    async def _take_in(self, after: int) -> TakenIn:
        reading = await self._transact(self._read, after)
        await self._tell(reading.consequences)
        done = [row.id for row in reading.rows if row.id not in reading.failed]
        return await self._transact(self._finish, after, reading.rows, done)

    def _read(self, connection: Connection, after: int) -> _Reading:
        rows = received.waiting(connection, after, PAGE, PAGE_BYTES)
        now = controls.clock(connection).story(datetime.now(UTC))
        failed: dict[int, str] = {}
        consequences: list[Consequence] = []
        for source, group in groupby(rows, key=lambda row: row.source):
            consequences += self._read_group(connection, source, list(group), now, failed)
        for number, why in failed.items():
            if received.fail(connection, number, why, MOST_ATTEMPTS):
                tasks.ask(connection, [_given_up(number, why, now)])
        return _Reading(rows, failed, consequences)

    def _read_group(
        self, connection: Connection, source: str, rows: Sequence[Received], now: datetime, failed: dict[int, str]
    ) -> list[Consequence]:
        """All at once; one by one where that fails, so that one bad input holds nobody up."""
        taker = self._takers.get(source)
        if taker is None:
            failed.update((row.id, f"nobody reads {source}") for row in rows)
            return []
        found = _attempt(connection, taker, rows, now)
        if not isinstance(found, str):
            return found
        if len(rows) > 1:
            return [told for row in rows for told in self._read_group(connection, source, [row], now, failed)]
        failed[rows[0].id] = found
        log.warning("input can't be read", received=rows[0].id, source=source, why=found)
        return []

    async def _tell(self, consequences: Sequence[Consequence]) -> None:
        """Everybody at once, but each in the order of what happened."""
        by_candidate: dict[str, list[Consequence]] = {}
        for consequence in consequences:
            by_candidate.setdefault(consequence.candidate_id, []).append(consequence)
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def tell(candidate_id: str, theirs: Sequence[Consequence]) -> None:
            async with gate:
                for one in theirs:
                    await self._signaller.signal_candidates([candidate_id], one.signal, one.payload)

        await asyncio.gather(*(tell(candidate_id, theirs) for candidate_id, theirs in by_candidate.items()))

    def _finish(self, connection: Connection, after: int, rows: Sequence[Received], done: Sequence[int]) -> TakenIn:
        received.finish(connection, done, datetime.now(UTC))
        redactions.cut_late(connection, done, self._forgotten)
        last = rows[-1].id if rows else after
        return TakenIn(last, not received.any_waits(connection, last), len(rows) - len(done))

    async def _transact(self, work: Callable[..., T], *arguments: Any) -> T:
        """In a thread and one transaction. Raises ApplicationError for the database's errors, whose own text may quote rows."""

        def run() -> T:
            with self._engine.begin() as connection:
                return work(connection, *arguments)

        try:
            return await asyncio.to_thread(run)
        except SQLAlchemyError as error:
            text = f"the database can't be used: {type(error).__name__}"
            raise ApplicationError(text, type=DATABASE_ERROR) from None


def _attempt(connection: Connection, taker: Taker, rows: Sequence[Received], now: datetime) -> list[Consequence] | str:
    """What the taker answers, or the kind of error that its reading ended with; then nothing of it is written."""
    try:
        with connection.begin_nested():
            return taker(connection, rows, now)
    except (OperationalError, InterfaceError):
        raise  # the database's own trouble says nothing about the input
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes do to a parser ends with that one input
        return type(error).__name__


def _given_up(number: int, why: str, now: datetime) -> tasks.NewTask:
    because = (
        f"what came in as {number} could not be read {MOST_ATTEMPTS} times ({why}); the worker's log says more, and once that is "
        f"mended `keepwarm intake retry {number}` reads it again"
    )
    return tasks.NewTask(received.task_key(number), "unread_input", because, now)
