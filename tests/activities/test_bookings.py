"""What leaves about an interview: its words and its calendar entry, as they stand when the message leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from channels.messages import Email
from domain.touches import Channel, Outcome, Priority, Purpose, SendTouch, Settlement, Touch, touch_key
from storage import bookings, candidates, slots
from storage.bookings import Booking
from storage.slots import NewSlot
from tests.activities.conftest import House, stage_message

START = datetime(2026, 12, 1, 9, tzinfo=UTC)


UID = "u1@keepwarm.example"


def about(template: str, occurrence: str = "0", channel: Channel = Channel.EMAIL, who: str = "ada") -> SendTouch:
    """A service message about Ada's booking at be-1, as the core plans it."""
    key = touch_key(who, Purpose.SERVICE, f"booking:{UID}", template, occurrence)
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    touch = Touch(key, Purpose.SERVICE, channel, template, now, Priority.STAGE, "be-1", event_id=UID)
    return SendTouch(who, touch)


def offer(house: House, *hours: int) -> list[int]:
    with house.engine.begin() as connection:
        wanted = [
            NewSlot("be-1", START + timedelta(hours=hour), 45, "https://meet.example/42", "Dana Okafor")
            for hour in hours
        ]
        return slots.add(connection, wanted)


def book(house: House, slot: int, uid: str = UID) -> Booking:
    with house.engine.begin() as connection:
        own = bookings.held(connection, "ada", "be-1")
        shown = own.version if own else ""
        return bookings.book(connection, "ada", "be-1", slot, uid=uid, shown=shown, now=house.now)[0]


@pytest.fixture
def berlin(house: House) -> House:
    """Ada lives in Berlin and reads English."""
    with house.engine.begin() as connection:
        candidates.change(connection, "ada", zone="Europe/Berlin")
    return house


async def mailed(house: House, template: str, occurrence: str = "0") -> Email:
    settlement = await house.send(about(template, occurrence))
    assert settlement.outcome is Outcome.SENT, settlement
    return house.email.kept[-1]


def entry(mail: Email) -> tuple[str, Any]:
    """The method and the event of a mail's calendar part."""
    assert mail.calendar is not None
    calendar = Calendar.from_ical(mail.calendar.text)
    assert isinstance(calendar, Calendar)
    assert calendar["METHOD"] == mail.calendar.method
    return mail.calendar.method, calendar.walk("VEVENT")[0]


async def test_a_confirmation_tells_the_time_by_the_candidates_clock_and_invites(berlin: House) -> None:
    own = book(berlin, offer(berlin, 0)[0])
    mail = await mailed(berlin, "booking")
    assert "Tuesday, 1 December 2026, 10:00 (CET), for 45 minutes" in mail.text
    assert "https://meet.example/42" in mail.text
    assert "Dana Okafor" in mail.text
    assert "https://keepwarm.example/c/ada/booking/be-1" in mail.text
    assert "List-Unsubscribe" not in mail.headers
    method, event = entry(mail)
    assert (method, event["UID"], int(event["SEQUENCE"])) == ("REQUEST", own.uid, 0)
    assert event.start == START
    assert str(event["ORGANIZER"]) == "mailto:talent@keepwarm.example"
    assert str(event["ATTENDEE"]) == "mailto:ada@example.org"
    assert "keepwarm.example/c/" not in mail.calendar.text.replace("\r\n ", "")  # type: ignore[union-attr]


async def test_a_moved_booking_moves_the_same_entry(berlin: House) -> None:
    first, second = offer(berlin, 0, 2)
    book(berlin, first)
    own = book(berlin, second, "other")
    method, event = entry(await mailed(berlin, "booking_moved", "1"))
    assert (method, event["UID"], int(event["SEQUENCE"]), event.start) == (
        "REQUEST", own.uid, 1, START + timedelta(hours=2),
    )  # fmt: skip
    assert event["UID"] == UID


async def test_a_cancelled_booking_leaves_the_calendar(berlin: House) -> None:
    own = book(berlin, offer(berlin, 0)[0])
    with berlin.engine.begin() as connection:
        bookings.cancel(connection, "ada", "be-1", uid=own.uid, now=berlin.now)
    mail = await mailed(berlin, "booking_cancelled")
    method, event = entry(mail)
    assert (method, event["UID"], int(event["SEQUENCE"]), event["STATUS"]) == ("CANCEL", own.uid, 1, "CANCELLED")
    assert "As you asked" in mail.text
    assert "/booking/be-1" in mail.text


async def test_a_time_that_we_took_back_comes_with_others_to_choose(berlin: House) -> None:
    first, _ = offer(berlin, 0, 2)
    book(berlin, first)
    with berlin.engine.begin() as connection:
        slots.cancel(connection, [first], berlin.now)
        [stranded] = bookings.to_release(connection)
        bookings.release(connection, stranded, berlin.now)
    mail = await mailed(berlin, "booking_cancelled")
    assert "We are sorry" in mail.text
    assert "Choose another time" in mail.text
    assert "https://keepwarm.example/c/ada/booking/be-1" in mail.text


async def test_without_other_times_a_person_is_asked_to_reply(berlin: House) -> None:
    [only] = offer(berlin, 0)
    book(berlin, only)
    with berlin.engine.begin() as connection:
        slots.cancel(connection, [only], berlin.now)
        [stranded] = bookings.to_release(connection)
        bookings.release(connection, stranded, berlin.now)
    mail = await mailed(berlin, "booking_cancelled")
    assert "Choose another time" not in mail.text
    assert "reply, and we will find one with you" in mail.text


async def test_a_reminder_carries_no_second_invitation(berlin: House) -> None:
    book(berlin, offer(berlin, 0)[0])
    mail = await mailed(berlin, "booking_reminder")
    assert mail.calendar is None
    assert "10:00 (CET)" in mail.text


async def test_an_sms_tells_the_time_alone(berlin: House) -> None:
    book(berlin, offer(berlin, 0)[0])
    await berlin.send(about("booking", channel=Channel.SMS))
    [text] = berlin.sms.kept
    assert "1 December 2026, 10:00 (CET)" in text.body
    assert "http" not in text.body


async def skipped(house: House, template: str) -> Settlement:
    settlement = await house.send(about(template))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, "withdrawn"), settlement
    return settlement


async def test_what_is_no_longer_so_is_not_told(berlin: House) -> None:
    first, second = offer(berlin, 0, 2)
    assert "no booking" in (await skipped(berlin, "booking")).because
    own = book(berlin, first)
    assert "the booking stands" in (await skipped(berlin, "booking_cancelled")).because
    with berlin.engine.begin() as connection:
        slots.cancel(connection, [first], berlin.now)
    assert "cancelled meanwhile" in (await skipped(berlin, "booking_reminder")).because
    book(berlin, second)
    berlin.now = START + timedelta(hours=3)
    assert "has begun" in (await skipped(berlin, "booking_moved")).because
    assert own.sequence == 0
    assert berlin.email.kept == []


async def test_the_entry_of_a_cancelled_booking_is_taken_out_though_another_was_booked(berlin: House) -> None:
    first, second = offer(berlin, 0, 2)
    own = book(berlin, first)
    with berlin.engine.begin() as connection:
        bookings.cancel(connection, "ada", "be-1", uid=own.uid, now=berlin.now)
    book(berlin, second, "u2@keepwarm.example")
    method, event = entry(await mailed(berlin, "booking_cancelled"))
    assert (method, event["UID"], event.start) == ("CANCEL", UID, START)


async def test_nobody_is_told_of_somebody_elses_booking(berlin: House) -> None:
    book(berlin, offer(berlin, 0)[0])
    berlin.add_candidate("ben")
    settlement = await berlin.send(about("booking", who="ben"))
    assert settlement.outcome is Outcome.SKIPPED
    assert berlin.email.kept == []


async def test_the_message_of_the_interview_stage_leads_to_times_where_there_are_any(berlin: House) -> None:
    order = stage_message("interview")
    await berlin.send(order)
    assert "/booking/be-1" not in berlin.email.kept[-1].text
    offer(berlin, 0)
    again = touch_key("ada", Purpose.APPLICATION, "be-1:interview", "message", "2026-11-25T10:00:00Z")
    touch = order.touch
    await berlin.send(
        SendTouch("ada", Touch(again, touch.purpose, touch.channel, "interview", touch.due, touch.priority, "be-1"))
    )
    assert "https://keepwarm.example/c/ada/booking/be-1" in berlin.email.kept[-1].text


async def test_the_survey_and_a_sign_up_lead_to_their_pages(berlin: House) -> None:
    key = touch_key("ada", Purpose.APPLICATION, "be-1:rejected", "survey", "1")
    survey = Touch(key, Purpose.APPLICATION, Channel.EMAIL, "survey", berlin.now, Priority.STAGE, "be-1")
    await berlin.send(SendTouch("ada", survey))
    assert "https://keepwarm.example/c/ada/survey/be-1" in berlin.email.kept[-1].text
    key = touch_key("ada", Purpose.SERVICE, "single", "confirm_signup", "7")
    confirm = Touch(key, Purpose.SERVICE, Channel.EMAIL, "confirm_signup", berlin.now, Priority.STAGE)
    await berlin.send(SendTouch("ada", confirm))
    mail = berlin.email.kept[-1]
    assert "https://keepwarm.example/c/ada/confirm/7" in mail.text
    assert "Ada" not in mail.text + mail.html + mail.to_name


async def test_a_booking_relies_on_the_consent_to_service_messages(berlin: House) -> None:
    book(berlin, offer(berlin, 0)[0])
    await mailed(berlin, "booking")
    [row] = berlin.run("select purpose, consent_id, template from ledger")
    assert (row.purpose, row.template) == ("service", "booking")
    assert row.consent_id
