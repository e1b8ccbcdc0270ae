"""What every channel promises, whoever the provider is."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from channels.messages import (
    Accepted,
    CannotTell,
    Fault,
    NotFound,
    PermanentSendError,
    SendError,
    TemporarySendError,
    UncertainSendError,
)
from embedded.ports import free_port
from tests.channels.harnesses import HARNESSES, UNREACHABLE, Harness, Ill, inquire
from tests.conftest import TestMailbox

SECRETS = ("ada1@example.org", "Lovelace", "+4915120000001", "4915120000001", "still open")


@pytest.fixture(params=sorted(HARNESSES))
async def harness(request: pytest.FixtureRequest, mailbox: TestMailbox) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param](mailbox) as one:
        yield one


def assert_names_nobody(error: SendError) -> None:
    assert not [secret for secret in SECRETS if secret in str(error)]


async def test_a_message_arrives_once_with_an_id_of_the_provider(harness: Harness) -> None:
    message = harness.make(1)
    accepted = await harness.channel.send(message)
    assert accepted.provider == harness.channel.name
    assert accepted.provider_id
    assert await harness.held() == [harness.mark(message)]


async def test_a_second_attempt_carries_the_same_identity(harness: Harness) -> None:
    message = harness.make(1)
    await harness.channel.send(message)
    await harness.channel.send(message)
    assert await harness.held() == [harness.mark(message)] * 2


async def test_a_connection_is_kept_from_message_to_message(harness: Harness) -> None:
    for n in range(5):
        await harness.channel.send(harness.make(n))
    assert harness.connections() == 1


async def test_a_kept_connection_that_the_provider_ended_is_replaced_without_a_word(harness: Harness) -> None:
    for n in range(3):
        await harness.channel.send(harness.make(n))
        await harness.drop_all()
    assert await harness.held() == [harness.mark(harness.make(n)) for n in range(3)]
    assert harness.connections() == 3


async def test_a_busy_provider_is_temporary_and_has_nothing(harness: Harness) -> None:
    harness.befall(Ill.BUSY)
    with pytest.raises(TemporarySendError) as failed:
        await harness.channel.send(harness.make(1))
    assert_names_nobody(failed.value)
    assert await harness.held() == []
    await harness.channel.send(harness.make(1))
    assert len(await harness.held()) == 1


async def test_an_address_that_does_not_exist_is_permanent_and_its_own_fault(harness: Harness) -> None:
    harness.befall(Ill.NO_SUCH_ADDRESS)
    with pytest.raises(PermanentSendError) as failed:
        await harness.channel.send(harness.make(1))
    assert failed.value.fault is Fault.ADDRESS
    assert failed.value.code
    assert_names_nobody(failed.value)
    assert await harness.held() == []


async def test_an_answer_lost_after_the_message_was_written_is_uncertain(harness: Harness) -> None:
    harness.befall(Ill.LOST_AFTER)
    with pytest.raises(UncertainSendError) as failed:
        await harness.channel.send(harness.make(1))
    assert_names_nobody(failed.value)
    assert await harness.held() == [harness.mark(harness.make(1))]


@pytest.mark.parametrize("harness", ["smtp", "mailbox-email", "mailbox-sms"], indirect=True)
async def test_a_connection_lost_before_the_message_was_written_is_temporary(harness: Harness) -> None:
    harness.befall(Ill.LOST_BEFORE)
    with pytest.raises(TemporarySendError):
        await harness.channel.send(harness.make(1))
    assert await harness.held() == []


async def test_asking_after_a_lost_answer_finds_the_message(harness: Harness) -> None:
    await harness.channel.send(harness.make(2))
    harness.befall(Ill.LOST_AFTER)
    with pytest.raises(UncertainSendError):
        await harness.channel.send(harness.make(1))
    answer = await harness.channel.ask(inquire(harness.make(1)))
    assert isinstance(answer, Accepted if harness.tells else CannotTell)


async def test_asking_for_what_was_never_sent_finds_nothing(harness: Harness) -> None:
    await harness.channel.send(harness.make(2))
    answer = await harness.channel.ask(inquire(harness.make(1)))
    assert isinstance(answer, NotFound if harness.tells else CannotTell)


async def test_the_id_from_asking_is_the_id_from_sending(harness: Harness) -> None:
    accepted = await harness.channel.send(harness.make(1))
    answer = await harness.channel.ask(inquire(harness.make(1)))
    assert answer == accepted if harness.tells else isinstance(answer, CannotTell)


async def test_fifty_at_once_all_arrive_once(harness: Harness) -> None:
    messages = [harness.make(n) for n in range(50)]
    accepted = await asyncio.gather(*map(harness.channel.send, messages))
    assert len({one.provider_id for one in accepted}) == 50
    assert sorted(await harness.held()) == sorted(map(harness.mark, messages))
    assert harness.connections() <= 32


async def test_closing_twice_does_no_harm(harness: Harness) -> None:
    await harness.channel.send(harness.make(1))
    await harness.channel.close()
    await harness.channel.close()
    assert await harness.held() == [harness.mark(harness.make(1))]


@pytest.mark.parametrize("name", sorted(UNREACHABLE))
async def test_a_provider_that_cannot_be_reached_is_temporary(name: str) -> None:
    make_channel, make_message = UNREACHABLE[name]
    channel = make_channel(free_port())
    with pytest.raises(TemporarySendError, match="cannot be reached") as failed:
        await channel.send(make_message(1))
    assert_names_nobody(failed.value)
    await channel.close()


@pytest.mark.parametrize("name", sorted(UNREACHABLE))
async def test_asking_a_provider_that_cannot_be_reached_never_raises(name: str) -> None:
    make_channel, make_message = UNREACHABLE[name]
    channel = make_channel(free_port())
    assert isinstance(await channel.ask(inquire(make_message(1))), CannotTell)
    await channel.close()
