"""Calendar entries, read back by another's parser, and held against what Gmail and Outlook ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from templates.invitations import PRODUCT, Appointment, Method, Person, describe, invitation
from templates.words import languages

START = datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Europe/Berlin"))
APPOINTMENT = Appointment(
    uid="b-7f3a@keepwarm.example",
    sequence=0,
    starts_at=START,
    ends_at=START + timedelta(minutes=45),
    stamped_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    summary="Interview: Backend engineer, Acme",
    description="You meet Dana.\nTo move it, use the link in our message; or answer it.",
    place="https://meet.example/42?x=1,2",
)
HOUSE = Person('Acme "Söhne", Ltd', "talent@acme.example")
ADA = Person("Ada Lovelace", "ada@example.org")
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


def read(text: str) -> tuple[Any, Any]:
    """The object and its only event."""
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    [event] = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    assert event.errors == []
    return calendar, event


def test_an_invitation_holds_what_gmail_and_outlook_need() -> None:
    text = invitation(Method.REQUEST, APPOINTMENT, HOUSE, ADA)
    calendar, event = read(text)
    assert (calendar["PRODID"], calendar["VERSION"], calendar["METHOD"]) == (PRODUCT, "2.0", "REQUEST")
    assert (event["UID"], int(event["SEQUENCE"]), event["STATUS"]) == ("b-7f3a@keepwarm.example", 0, "CONFIRMED")
    assert event.start == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 1, 9, 45, tzinfo=UTC)
    assert event["DTSTAMP"].dt == APPOINTMENT.stamped_at
    assert "\r\nDTSTART:20261201T090000Z\r\n" in text
    assert str(event["ORGANIZER"]) == "mailto:talent@acme.example"
    assert str(event["ATTENDEE"]) == "mailto:ada@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert (event["LOCATION"], event["URL"]) == (APPOINTMENT.place, APPOINTMENT.place)
    assert event["DESCRIPTION"] == APPOINTMENT.description


def test_a_cancellation_names_the_same_entry_later_in_its_sequence() -> None:
    calendar, event = read(invitation(Method.CANCEL, replace(APPOINTMENT, sequence=2), HOUSE, ADA))
    assert (calendar["METHOD"], event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", APPOINTMENT.uid)
    assert int(event["SEQUENCE"]) == 2


def test_the_same_state_gives_the_same_object() -> None:
    assert invitation(Method.REQUEST, APPOINTMENT, HOUSE, ADA) == invitation(Method.REQUEST, APPOINTMENT, HOUSE, ADA)


def test_colleagues_who_see_the_calendar_do_not_see_where_somebody_applies() -> None:
    assert read(invitation(Method.REQUEST, APPOINTMENT, HOUSE, ADA))[1]["CLASS"] == "PRIVATE"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        invitation(Method.REQUEST, replace(APPOINTMENT, starts_at=datetime(2026, 12, 1, 9)), HOUSE, ADA)  # noqa: DTZ001


@given(words, words, words)
def test_no_text_breaks_out_of_its_property(summary: str, place: str, name: str) -> None:
    written = replace(APPOINTMENT, summary=summary, place=place)
    text = invitation(Method.REQUEST, written, HOUSE, replace(ADA, name=name))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    _, event = read(text)
    assert event["SUMMARY"] == " ".join(summary.split())
    assert str(event["ATTENDEE"]) == "mailto:ada@example.org"
    assert set(event) <= {
        "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "ATTENDEE", "CLASS", "DESCRIPTION", "LOCATION",
        "ORGANIZER", "STATUS", "TRANSP", "URL",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["x\nATTENDEE:mailto:eve@example.org", "x\r\nMETHOD:CANCEL", '";X=1:mailto:eve@example.org']
)
def test_a_name_adds_no_line_of_its_own(name: str) -> None:
    _, event = read(invitation(Method.REQUEST, APPOINTMENT, HOUSE, replace(ADA, name=name)))
    assert str(event["ATTENDEE"]) == "mailto:ada@example.org"


@pytest.mark.parametrize("language", languages())
def test_every_language_names_the_interview_and_whom_one_meets(language: str) -> None:
    summary, text = describe(language, opening="Clerk", company="Acme", interviewer="Dana")
    assert "Clerk" in summary
    assert "Acme" in summary
    assert "Dana" in text
    assert not set("{}") & set(summary + text)
    assert "Dana" not in describe(language, opening="Clerk", company="Acme")[1]
