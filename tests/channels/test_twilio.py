"""Twilio: what a request carries, what each code means, and what the list of messages can tell."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.messages import (
    Accepted,
    CannotTell,
    Fault,
    Inquiry,
    NotFound,
    PermanentSendError,
    TemporarySendError,
    TooEarly,
    UncertainSendError,
)
from channels.twilio import LIST_DELAY, LIST_KEPT, MOST_LISTED, TwilioChannel
from channels.twilio_codes import fault_of
from tests.channels.harnesses import a_text
from tests.fakes.provider import DROP_BEFORE, HANG_AFTER, HANG_BEFORE, Trouble
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, FakeTwilio, refusal

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HANDED_OVER = NOW - timedelta(hours=1)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        server.created_at = HANDED_OVER
        yield server


@pytest.fixture
async def channel(fake: FakeTwilio) -> AsyncIterator[TwilioChannel]:
    channel = TwilioChannel(
        ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, base_url=fake.url, timeout=timedelta(seconds=0.5), now=lambda: NOW
    )
    yield channel
    await channel.close()


def inquire(n: int = 1, at: datetime = HANDED_OVER) -> Inquiry:
    text = a_text(n)
    return Inquiry(text.touch_key, text.message_id, text.to_number, at, text.body)


async def test_a_request_carries_sender_text_and_status_callback(channel: TwilioChannel, fake: FakeTwilio) -> None:
    accepted = await channel.send(a_text())
    (held,) = fake.held
    assert accepted == Accepted("twilio", held.id)
    assert held.payload["from"] == FROM_NUMBER
    assert held.payload["messaging_service_sid"] is None
    assert held.payload["to"] == a_text().to_number
    assert held.payload["body"] == a_text().body
    assert held.payload["status_callback"] == a_text().status_callback


async def test_a_messaging_service_sends_instead_of_a_number(fake: FakeTwilio) -> None:
    service = "MG" + "0" * 32
    channel = TwilioChannel(ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, service, fake.url)
    await channel.send(replace(a_text(), status_callback=""))
    (held,) = fake.held
    assert (held.payload["messaging_service_sid"], held.payload["from"]) == (service, None)
    assert held.payload["status_callback"] is None
    await channel.close()


def test_a_channel_without_a_sender_names_the_settings() -> None:
    with pytest.raises(ValueError, match="KEEPWARM_TWILIO_FROM"):
        TwilioChannel(ACCOUNT_SID, AUTH_TOKEN)


@pytest.mark.parametrize(
    ("code", "status", "fault"),
    [
        (21610, 400, Fault.OPTED_OUT),
        (21211, 400, Fault.ADDRESS),
        (21614, 400, Fault.ADDRESS),
        (30003, 400, Fault.ADDRESS),
        (30005, 400, Fault.ADDRESS),
        (30006, 400, Fault.ADDRESS),
        (30007, 400, Fault.CONTENT),
        (21617, 400, Fault.CONTENT),
        (30034, 400, Fault.ACCOUNT),
        (21408, 400, Fault.ACCOUNT),
        (20003, 401, Fault.ACCOUNT),
        (20404, 404, Fault.ACCOUNT),
        (99999, 400, Fault.CONTENT),
        (99999, 403, Fault.ACCOUNT),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(
    channel: TwilioChannel, fake: FakeTwilio, code: int, status: int, fault: Fault
) -> None:
    fake.behave(refusal(code, status=status))
    with pytest.raises(PermanentSendError) as refused:
        await channel.send(a_text())
    assert (refused.value.fault, refused.value.code) == (fault, str(code))
    assert fault_of(code) in (fault, None)


async def test_twilios_own_words_go_no_further(channel: TwilioChannel, fake: FakeTwilio) -> None:
    fake.behave(refusal(21211, "Ada, born 1815, has no phone 0151 234"))
    with pytest.raises(PermanentSendError) as refused:
        await channel.send(a_text())
    assert str(refused.value) == "Twilio 21211 (https://www.twilio.com/docs/api/errors/21211)"


async def test_too_many_requests_waits_as_told(channel: TwilioChannel, fake: FakeTwilio) -> None:
    fake.behave(refusal(20429, status=429, **{"Retry-After": "12"}))
    with pytest.raises(TemporarySendError) as failed:
        await channel.send(a_text())
    assert failed.value.retry_after == timedelta(seconds=12)


@pytest.mark.parametrize("trouble", [Trouble(status=500), Trouble(status=503), refusal(21611), refusal(30001)])
async def test_a_failure_of_twilio_is_temporary(channel: TwilioChannel, fake: FakeTwilio, trouble: Trouble) -> None:
    fake.behave(trouble)
    with pytest.raises(TemporarySendError):
        await channel.send(a_text())
    assert fake.held == []


@pytest.mark.parametrize(
    "trouble",
    [Trouble(status=502), Trouble(status=504), DROP_BEFORE, HANG_BEFORE, HANG_AFTER],
    ids=["502", "504", "drop", "hang", "accept then hang"],
)
async def test_no_answer_of_twilio_itself_is_uncertain(
    channel: TwilioChannel, fake: FakeTwilio, trouble: Trouble
) -> None:
    fake.behave(trouble)
    with pytest.raises(UncertainSendError):
        await channel.send(a_text())
    assert fake.requests == 1


async def test_a_message_still_queued_is_found(channel: TwilioChannel, fake: FakeTwilio) -> None:
    await channel.send(a_text())
    assert fake.held[0].payload["date_sent"] is None
    assert await channel.ask(inquire()) == Accepted("twilio", fake.held[0].id)


async def test_the_same_text_of_another_month_is_another_message(channel: TwilioChannel, fake: FakeTwilio) -> None:
    fake.created_at = HANDED_OVER - timedelta(days=30)
    await channel.send(a_text())
    fake.created_at = HANDED_OVER + timedelta(minutes=30)
    await channel.send(a_text())
    assert await channel.ask(inquire()) == NotFound()


async def test_a_text_that_twilio_rewrote_is_recognised(channel: TwilioChannel, fake: FakeTwilio) -> None:
    fake.rewrites = {"’": "'", "–": "-"}
    text = replace(a_text(), body="Ada, it’s open – still keen?")
    await channel.send(text)
    asked = replace(inquire(), body=text.body)
    assert await channel.ask(asked) == Accepted("twilio", fake.held[0].id)


async def test_a_trial_accounts_prefix_is_overlooked(channel: TwilioChannel, fake: FakeTwilio) -> None:
    await channel.send(replace(a_text(), body=f"Sent from your Twilio trial account - {a_text().body}"))
    assert isinstance(await channel.ask(inquire()), Accepted)


async def test_another_text_of_that_moment_leaves_the_question_open(channel: TwilioChannel, fake: FakeTwilio) -> None:
    await channel.send(replace(a_text(), body="See https://twil.io/abc"))
    assert isinstance(await channel.ask(inquire()), CannotTell)


async def test_a_message_is_found_beyond_the_first_page(channel: TwilioChannel, fake: FakeTwilio) -> None:
    await channel.send(a_text())
    fake.created_at = NOW - timedelta(minutes=1)
    fake.held += [replace(fake.held[0], payload={**fake.held[0].payload, "body": "later"}) for _ in range(120)]
    for later in fake.held[1:]:
        later.payload["date_created"] = "Tue, 01 Dec 2026 08:59:00 +0000"
    assert isinstance(await channel.ask(inquire()), Accepted)


async def test_too_many_messages_to_look_through_cannot_tell(channel: TwilioChannel, fake: FakeTwilio) -> None:
    fake.created_at = NOW - timedelta(minutes=1)
    await channel.send(a_text())
    fake.held *= MOST_LISTED + 1
    assert isinstance(await channel.ask(inquire()), CannotTell)


@pytest.mark.parametrize(
    ("age", "answer"),
    [
        (LIST_DELAY - timedelta(seconds=1), TooEarly),
        (LIST_DELAY, NotFound),
        (LIST_KEPT + timedelta(seconds=1), CannotTell),
    ],
)
async def test_an_empty_list_is_believed_neither_too_early_nor_too_late(
    channel: TwilioChannel, fake: FakeTwilio, age: timedelta, answer: type
) -> None:
    fake.hides_new = True
    await channel.send(a_text())
    assert isinstance(await channel.ask(inquire(at=NOW - age)), answer)


async def test_wrong_credentials_cannot_tell(fake: FakeTwilio) -> None:
    channel = TwilioChannel(ACCOUNT_SID, "wrong", FROM_NUMBER, base_url=fake.url)
    assert isinstance(await channel.ask(inquire()), CannotTell)
    await channel.close()
