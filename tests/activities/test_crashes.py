"""Attempts that die at every point, live on when believed dead, and run beside each other: one message, never two, never none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.sends import Sends
from domain.touches import Outcome, SendTouch, Settlement
from storage import tasks
from storage.database import make_async_engine
from tests.activities.conftest import House, acknowledgment, alert, nurture


class Crash(Exception):
    """The process died here."""


@contextmanager
def dying_at(engine: AsyncEngine, point: int) -> Iterator[list[str]]:
    """The engine's n-th step kills the attempt: a statement before it runs, a commit before it commits. Yields the steps taken."""
    steps: list[str] = []

    def step(name: str) -> None:
        steps.append(name)
        if len(steps) == point:
            raise Crash(name)

    def statement(*arguments: object) -> None:
        step(str(arguments[2]))

    def commit(*_arguments: object) -> None:
        step("commit")

    event.listen(engine.sync_engine, "before_cursor_execute", statement)
    event.listen(engine.sync_engine, "commit", commit)
    try:
        yield steps
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", statement)
        event.remove(engine.sync_engine, "commit", commit)


async def crash_everywhere(house: House, order: SendTouch) -> list[Settlement]:
    """For each point: an attempt that dies there, then attempts until it is settled, each time for another person."""
    settlements: list[Settlement] = []
    for point in range(1, 40):
        who = f"p{point}"
        house.add_candidate(who)
        theirs = _for(order, who)
        with dying_at(house.async_engine, point) as steps:
            try:
                await house.send(theirs)
            except Crash:
                house.let_hand_overs_end()
            else:
                assert len(steps) < point
                return settlements
        settlements.append(await house.send_until_settled(theirs))
    raise AssertionError("it never got through")


def _for(order: SendTouch, who: str) -> SendTouch:
    match order.touch.template:
        case "received":
            return acknowledgment(who)
        case "reopening_alert":
            return alert(who)
        case _:
            return nurture(who)


@pytest.mark.parametrize("order", [acknowledgment(), nurture(), alert()], ids=["acknowledgment", "nurture", "alert"])
async def test_an_attempt_that_dies_at_any_step_leads_to_one_message(house: House, order: SendTouch) -> None:
    settlements = await crash_everywhere(house, order)
    assert len(settlements) >= 9
    assert {settlement.outcome for settlement in settlements} == {Outcome.SENT}
    copies = Counter(mail.to_address for mail in house.email.kept)
    assert set(copies.values()) == {1}
    assert house.run("select count(*) from ledger where state <> 'accepted'") == [(0,)]


async def test_where_the_provider_cannot_tell_nothing_but_acknowledgments_is_ever_sent_twice(house: House) -> None:
    house.email.tells = False
    settlements = await crash_everywhere(house, nurture())
    copies = Counter(mail.to_address for mail in house.email.kept)
    assert max(copies.values()) == 1
    unknown = [settlement for settlement in settlements if settlement.outcome is Outcome.UNKNOWN]
    with house.engine.begin() as connection:
        assert len(tasks.listed(connection)) == len(unknown) > 0
    settled = house.run("select state, count(*) from ledger group by 1 order by 1")
    assert [state for state, _ in settled] == ["accepted", "unknown"]


async def test_where_the_provider_cannot_tell_every_acknowledgment_arrives(house: House) -> None:
    house.email.tells = False
    await crash_everywhere(house, acknowledgment())
    copies = Counter(mail.to_address for mail in house.email.kept)
    assert len(copies) == house.run("select count(*) from ledger")[0][0]
    assert max(copies.values()) == 2


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_crash_inside_the_provider_leads_to_one_message(house: House, dies: str) -> None:
    getattr(house.email, dies).append(Crash())
    with pytest.raises(Crash):
        await house.send(nurture())
    house.let_hand_overs_end()
    assert (await house.send_until_settled(nurture())).outcome is Outcome.SENT
    assert len(house.email.kept) == 1


async def _attempts(house: House, all_sends: list[Sends], order: SendTouch) -> list[Settlement | BaseException]:
    tries = [house.send(order, sends) for sends in all_sends]
    return list(await asyncio.gather(*tries, return_exceptions=True))


@pytest.mark.parametrize("workers", [1, 4])
async def test_twenty_attempts_at_once_send_one_message(house: House, database_url: str, workers: int) -> None:
    engines = [make_async_engine(database_url) for _ in range(workers)]
    processes = [house.sends(engine) for engine in engines]
    answers = await _attempts(house, [processes[n % workers] for n in range(20)], nurture())
    assert len(house.email.kept) == 1
    assert Outcome.SENT in {answer.outcome for answer in answers if isinstance(answer, Settlement)}
    failures = {answer.type for answer in answers if isinstance(answer, ApplicationError)}
    assert failures <= {"SendInFlight", "SendContended"}
    assert all(isinstance(answer, Settlement | ApplicationError) for answer in answers)
    assert (await house.send(nurture())).outcome is Outcome.SENT
    for engine in engines:
        await engine.dispose()


async def test_touches_of_one_person_at_once_keep_the_cap(house: House) -> None:
    orders = [nurture(occurrence=str(number)) for number in range(6)]
    sends = house.sends()
    settlements = await asyncio.gather(*(house.send(order, sends) for order in orders))
    assert Counter(settlement.outcome for settlement in settlements) == {Outcome.SENT: 1, Outcome.DEFERRED: 5}


async def test_an_attempt_believed_dead_that_comes_back_is_recorded_and_not_repeated(house: House) -> None:
    """The first attempt hangs inside the provider past its time; the second asks, is told no, and sends; then the first is done."""
    gate = asyncio.Event()
    send = house.email.send

    async def late(message: object) -> object:
        house.email.send = send  # type: ignore[method-assign]
        await gate.wait()
        return await send(message)  # type: ignore[arg-type]

    house.email.send = late  # type: ignore[method-assign,assignment]
    first = asyncio.create_task(house.send(nurture()))
    while not house.run("select from ledger where state = 'handed_over'"):
        await asyncio.sleep(0)
    house.let_hand_overs_end()
    assert (await house.send(nurture())).outcome is Outcome.SENT
    gate.set()
    assert (await first).outcome is Outcome.SENT
    assert house.run("select kind from message_events") == [("accepted_again",)]


async def test_a_provider_that_never_answers_is_left_before_the_next_attempt_may_ask(house: House) -> None:
    async def never(message: object) -> object:
        raise TimeoutError

    house.email.send = never  # type: ignore[method-assign,assignment]
    with pytest.raises(ApplicationError) as failure:
        await house.send(nurture())
    assert failure.value.type == "UncertainSendError"
    assert house.row(nurture().touch.key).state == "handed_over"


async def test_a_bad_row_fails_alone(house: House) -> None:
    """Two people in one batch; one brings a fact that the schema refuses."""
    house.add_candidate("bob")
    spoilt = SendTouch(
        "bob",
        nurture("bob").touch,
        facts=[
            {
                "kind": "stage",
                "at": "2026-11-24T10:00:00+00:00",
                "opening_id": "be-1",
                "stage": "a\0b",
                "outcome": "late",
            }
        ],
    )
    sends = house.sends()
    fine, refused = await asyncio.gather(
        house.send(nurture(), sends), house.send(spoilt, sends), return_exceptions=True
    )
    assert isinstance(fine, Settlement)
    assert isinstance(refused, ApplicationError)
    assert refused.type == "DataRefused"


async def test_an_error_of_the_database_tells_no_data(house: House) -> None:
    house.run("alter table ledger add constraint never check (template <> 'received')")
    with pytest.raises(ApplicationError) as failure:
        await house.send(acknowledgment())
    assert failure.value.message == "the database refused: CheckViolation (23514)"
    assert failure.value.__cause__ is None
