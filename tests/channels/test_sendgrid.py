"""SendGrid: what a request carries, what each answer means, and what the Email Activity Feed can tell."""

import asyncio
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from channels.messages import (
    Accepted,
    CalendarPart,
    CannotTell,
    Fault,
    Inquiry,
    NotFound,
    PermanentSendError,
    TemporarySendError,
    TooEarly,
    UncertainSendError,
)
from channels.sendgrid import ACTIVITY_DELAY, ACTIVITY_KEPT, SendGridChannel
from channels.sendgrid_events import message_id_of
from channels.wire import ASK_AGAIN
from embedded.ports import free_port
from tests.channels.harnesses import an_email
from tests.fakes.provider import DROP_BEFORE, HANG_AFTER, HANG_BEFORE, Trouble
from tests.fakes.sendgrid import API_KEY, FakeSendGrid

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeSendGrid]:
    async with FakeSendGrid() as server:
        yield server


@pytest.fixture
async def channel(fake: FakeSendGrid) -> AsyncIterator[SendGridChannel]:
    channel = SendGridChannel(API_KEY, fake.url + "/", timeout=timedelta(seconds=0.5), now=lambda: NOW)
    yield channel
    await channel.close()


def inquire(touch_key: str, age: timedelta = timedelta(hours=1)) -> Inquiry:
    return Inquiry(touch_key, "<42@keepwarm.example>", "ada@example.org", NOW - age)


async def test_a_request_carries_all_of_the_mail(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    accepted = await channel.send(an_email())
    (held,) = fake.held
    assert accepted == Accepted("sendgrid", held.id)
    assert fake.refused == []
    assert held.payload == {
        "from": {"email": "talent@keepwarm.example", "name": "Zoë’s team"},
        "reply_to": {"email": "reply+1@reply.keepwarm.example"},
        "subject": "We have your application",
        "personalizations": [
            {
                "to": [{"email": "ada1@example.org", "name": "Ada Lovelace"}],
                "headers": {
                    "Message-ID": "<42.received.1@keepwarm.example>",
                    "Auto-Submitted": "auto-generated",
                    "List-Unsubscribe": "<https://keepwarm.example/u/abc>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
                "custom_args": {"candidate": "42", "touch_key": "42/stage/be-1/received/1"},
            }
        ],
        "content": [
            {"type": "text/plain", "value": "Dear Ada,\n\n.thank you\n.\n"},
            {"type": "text/html", "value": "<p>Dear Ada,</p>"},
        ],
        "categories": ["received", "stage"],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }


async def test_a_mail_without_names_html_or_reply_address_is_accepted(
    channel: SendGridChannel, fake: FakeSendGrid
) -> None:
    await channel.send(replace(an_email(), to_name="", from_name="", html="", reply_to="", categories=(), headers={}))
    assert len(fake.held) == 1


async def test_an_invitation_is_content_with_its_method_and_a_file(
    channel: SendGridChannel, fake: FakeSendGrid
) -> None:
    await channel.send(replace(an_email(), calendar=CalendarPart("CANCEL", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")))
    (held,) = fake.held
    assert [part["type"] for part in held.payload["content"]] == [
        "text/plain", "text/html", "text/calendar; method=CANCEL",
    ]  # fmt: skip
    assert held.payload["content"][2]["value"] == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    [file] = held.payload["attachments"]
    assert b64decode(file.pop("content")).decode() == held.payload["content"][2]["value"]
    assert file == {"type": "application/ics", "filename": "invite.ics", "disposition": "attachment"}


async def test_categories_are_sent_once_and_ten_at_most(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    await channel.send(replace(an_email(), categories=("a", "a", *"bcdefghijklm")))
    assert sorted(fake.held[0].payload["categories"]) == list("abcdefghij")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 45)}, timedelta(seconds=45)),
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({}, None),
    ],
)
async def test_too_many_requests_waits_as_told(
    channel: SendGridChannel, fake: FakeSendGrid, headers: dict[str, str], wait: timedelta | None
) -> None:
    fake.behave(Trouble(status=429, headers=headers))
    with pytest.raises(TemporarySendError) as failed:
        await channel.send(an_email())
    assert failed.value.retry_after == wait


@pytest.mark.parametrize("status", [408, 500, 503])
async def test_a_failure_of_sendgrid_is_temporary(channel: SendGridChannel, fake: FakeSendGrid, status: int) -> None:
    fake.behave(Trouble(status=status))
    with pytest.raises(TemporarySendError, match=f"SendGrid {status}"):
        await channel.send(an_email())


@pytest.mark.parametrize(
    "trouble",
    [Trouble(status=502), Trouble(status=504), DROP_BEFORE, HANG_BEFORE, HANG_AFTER],
    ids=["502", "504", "drop", "hang", "accept then hang"],
)
async def test_no_answer_of_sendgrid_itself_is_uncertain(
    channel: SendGridChannel, fake: FakeSendGrid, trouble: Trouble
) -> None:
    fake.behave(trouble)
    with pytest.raises(UncertainSendError):
        await channel.send(an_email())
    assert fake.requests == 1


@pytest.mark.parametrize(
    ("status", "field", "fault"),
    [
        (400, "personalizations.0.to.0.email", Fault.ADDRESS),
        (400, "from.email", Fault.ACCOUNT),
        (400, "content.0.value", Fault.CONTENT),
        (400, "null", Fault.CONTENT),
        (401, None, Fault.ACCOUNT),
        (403, "from", Fault.ACCOUNT),
        (404, None, Fault.ACCOUNT),
        (301, None, Fault.ACCOUNT),
        (413, None, Fault.CONTENT),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(
    channel: SendGridChannel, fake: FakeSendGrid, status: int, field: str | None, fault: Fault
) -> None:
    fake.behave(Trouble(status=status, body={"errors": [{"message": "no", "field": field}]}))
    with pytest.raises(PermanentSendError) as refused:
        await channel.send(an_email())
    assert (refused.value.fault, refused.value.code) == (fault, str(status))


@pytest.mark.parametrize("field", ["content.0.value", "Ada Lovelace", "ada@example.org", 5, "x." * 60])
async def test_sendgrids_own_words_go_no_further(channel: SendGridChannel, fake: FakeSendGrid, field: object) -> None:
    fake.behave(Trouble(status=400, body={"errors": [{"message": "Ada, born 1815, is refused", "field": field}]}))
    with pytest.raises(PermanentSendError) as refused:
        await channel.send(an_email())
    assert str(refused.value) == ("SendGrid 400 on content.0.value" if field == "content.0.value" else "SendGrid 400")


@pytest.mark.parametrize("status", [200, 204])
async def test_success_without_a_take_over_is_no_acceptance(
    channel: SendGridChannel, fake: FakeSendGrid, status: int
) -> None:
    fake.behave(Trouble(status=status))
    with pytest.raises(PermanentSendError, match="KEEPWARM_SENDGRID_URL") as refused:
        await channel.send(an_email())
    assert refused.value.fault is Fault.ACCOUNT


async def test_a_wrong_key_names_the_setting(fake: FakeSendGrid) -> None:
    channel = SendGridChannel("SG.wrong", fake.url)
    with pytest.raises(PermanentSendError, match="KEEPWARM_SENDGRID_API_KEY"):
        await channel.send(an_email())
    await channel.close()


async def test_a_line_break_in_a_header_never_leaves(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    for mail in (
        replace(an_email(), subject="Hello\r\nBcc: eve@example.org"),
        replace(an_email(), headers={"X-Note": "a\nb"}),
        replace(an_email(), headers={"Subject": "twice"}),
    ):
        with pytest.raises(PermanentSendError) as refused:
            await channel.send(mail)
        assert refused.value.fault is Fault.CONTENT
    assert fake.requests == 0


async def test_the_feed_finds_a_mail_by_its_touch(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    for n in range(3):
        await channel.send(an_email(n))
    assert await channel.ask(inquire(an_email(1).touch_key)) == Accepted("sendgrid", fake.held[1].id)


@pytest.mark.parametrize(
    ("age", "answer"),
    [
        (ACTIVITY_DELAY - timedelta(seconds=1), TooEarly),
        (ACTIVITY_DELAY, NotFound),
        (ACTIVITY_KEPT, NotFound),
        (ACTIVITY_KEPT + timedelta(seconds=1), CannotTell),
    ],
)
async def test_an_empty_feed_is_believed_neither_too_early_nor_too_late(
    channel: SendGridChannel, fake: FakeSendGrid, age: timedelta, answer: type
) -> None:
    await channel.send(an_email())
    fake.hides_new = True
    assert isinstance(await channel.ask(inquire(an_email().touch_key, age)), answer)


async def test_a_feed_that_runs_behind_shows_a_mail_in_the_end(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    second = 0
    fake.clock = lambda: second
    fake.shows_after = 120
    accepted = await channel.send(an_email())
    second = 119
    assert isinstance(await channel.ask(inquire(an_email().touch_key, timedelta(seconds=second))), TooEarly)
    second = 120
    assert await channel.ask(inquire(an_email().touch_key, timedelta(seconds=second))) == accepted


async def test_a_feed_that_is_not_open_cannot_tell(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    fake.feed_is_open = False
    answer = await channel.ask(inquire("42/a"))
    assert isinstance(answer, CannotTell)
    assert "403" in answer.reason


async def test_a_touch_key_cannot_break_out_of_the_query(channel: SendGridChannel, fake: FakeSendGrid) -> None:
    await channel.send(an_email())
    answer = await channel.ask(inquire('x") OR (status="delivered'))
    assert isinstance(answer, CannotTell)


@pytest.mark.parametrize(
    "shown",
    ["14c5d75ce93", "14c5d75ce93.filterdrecv-5645d9c87f-78xzx-18-5FE1-3.0", "14c5d75ce93.recvd-7d4-x2x4z-1-6650-3.0"],
)
def test_the_id_of_sending_is_the_beginning_of_the_id_in_events(shown: str) -> None:
    assert message_id_of(shown) == "14c5d75ce93"


async def test_the_fake_runs_as_a_process_of_its_own() -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.sendgrid", "--port", str(port), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        channel = SendGridChannel(API_KEY, url)
        async with httpx.AsyncClient(base_url=url) as control:
            await control.post("/__behave", json={"every": 2, "trouble": {"accepts": True, "then": "drop"}})
            await channel.send(an_email(1))
            with pytest.raises(UncertainSendError):
                await channel.send(an_email(2))
            await channel.send(an_email(2))
            held = (await control.get("/__held")).json()
            await control.post("/__behave", json={"chance": 1, "trouble": {"status": 429}})
            with pytest.raises(TemporarySendError):
                await channel.send(an_email(3))
            assert (await control.post("/__behave", json={"every": 2})).status_code == 400
        assert [one["to"] for one in held["held"]] == ["ada1@example.org", "ada2@example.org", "ada2@example.org"]
        assert held["copies"] == {an_email(1).touch_key: 1, an_email(2).touch_key: 2}
        assert held["twice"] == {an_email(2).touch_key: 2}
        await channel.close()
    finally:
        process.terminate()
        await process.wait()


async def test_a_feed_that_is_away_is_asked_again_and_never_guessed_about(fake: FakeSendGrid) -> None:
    channel = SendGridChannel(API_KEY, "http://127.0.0.1:9")
    answer = await channel.ask(inquire("42/a"))
    assert isinstance(answer, TooEarly)
    assert answer.rest == ASK_AGAIN
    await channel.close()
