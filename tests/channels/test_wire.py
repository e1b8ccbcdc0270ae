"""The wire's threads: who waits for one too long was never written, and that is known."""

import asyncio
import threading
from datetime import timedelta

import pytest

from channels.messages import TemporarySendError
from channels.wire import Wire


class Occupation:
    """Work that takes a thread until it is released."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.released = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        self.released.wait(10)
        return "done"


async def test_a_message_that_finds_no_free_connection_in_time_is_temporary_and_never_leaves() -> None:
    wire = Wire("SendGrid", connections=1)
    occupation, left = Occupation(), threading.Event()
    first = asyncio.create_task(wire.run(occupation))
    await asyncio.to_thread(occupation.begun.wait, 10)
    with pytest.raises(TemporarySendError, match="SendGrid: all connections are busy"):
        await wire.run(left.set, patience=timedelta(0))
    occupation.released.set()
    assert await first == "done"
    await wire.close()
    assert not left.is_set()


async def test_work_that_has_begun_is_waited_for_beyond_the_patience() -> None:
    wire = Wire("SendGrid", connections=1)
    occupation = Occupation()
    patience = timedelta(seconds=0.05)

    def release_late() -> str:
        threading.Timer(2 * patience.total_seconds(), occupation.released.set).start()
        return occupation()

    assert await wire.run(release_late, patience=patience) == "done"
    await wire.close()


async def test_a_question_waits_for_a_connection_as_long_as_it_takes() -> None:
    wire = Wire("SendGrid", connections=1)
    occupation = Occupation()
    first = asyncio.create_task(wire.run(occupation))
    await asyncio.to_thread(occupation.begun.wait, 10)
    question = asyncio.create_task(wire.run(lambda: "answer", patience=None))
    occupation.released.set()
    assert (await first, await question) == ("done", "answer")
    await wire.close()


async def test_what_is_cancelled_while_it_waits_for_a_connection_never_leaves() -> None:
    wire = Wire("SendGrid", connections=1)
    occupation, left = Occupation(), threading.Event()
    first = asyncio.create_task(wire.run(occupation))
    await asyncio.to_thread(occupation.begun.wait, 10)
    second = asyncio.create_task(wire.run(left.set))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    occupation.released.set()
    await first
    await wire.close()
    assert not left.is_set()
