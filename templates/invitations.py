"""Appointments as iCalendar objects, for the mail that confirms them and for the page's download.

RFC 5545 is the format, RFC 5546 what REQUEST and CANCEL mean, RFC 6047 how they travel by mail. Moments are in UTC: every
program shows them in its owner's zone, and no table of time zones can be wrong. A moved appointment keeps its UID and
raises SEQUENCE; without that, programs keep the old time beside the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress

from templates.words import words_for

PRODUCT = "-//Keepwarm//Interviews//EN"
"""PRODID (RFC 5545 §3.7.3); Outlook refuses an object without one."""


class Method(StrEnum):
    """What the reader's calendar is to do (RFC 5546 §1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two who meet. `address` is bare."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar entry says. `place` is a room or a call's URL; `summary` and `description` are plain text.

    `stamped_at` is when this state of it came about, so that the same state gives the same object.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str = ""
    place: str = ""


def describe(language: str, *, opening: str, company: str, interviewer: str = "") -> tuple[str, str]:
    """What an interview's entry is called, and what stands in it. No personal link: calendars are shown to others."""
    words = words_for(language).appointment
    summary = words["summary"].replace("{company}", company).replace("{opening}", opening)
    lines = [words["interviewer"].replace("{interviewer}", interviewer)] if interviewer else []
    return summary, "\n".join([*lines, words["description"]])


def invitation(method: Method, appointment: Appointment, organizer: Person, attendee: Person) -> str:
    """The object, CRLF throughout and folded at 75 octets.

    The attendee has accepted: they chose the time themselves. It is private, since people show their calendars to colleagues
    who need not know where they apply. Raises ValueError for moments without a zone.
    """
    for moment in (appointment.starts_at, appointment.ends_at, appointment.stamped_at):
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no zone")
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", str(method))):
        calendar.add(name, value)
    calendar.add_component(_event(method, appointment, organizer, attendee))
    text: str = calendar.to_ical().decode()
    return text


def _event(method: Method, appointment: Appointment, organizer: Person, attendee: Person) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.stamped_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", _line(appointment.summary))
    for name, value in (("description", appointment.description), ("location", _line(appointment.place))):
        if value:
            event.add(name, value)
    if appointment.place.startswith("https://"):
        event.add("url", _line(appointment.place))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method is Method.CANCEL else "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(organizer))
    event.add("attendee", _address(attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE"))
    return event


def _address(person: Person, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.address}")
    # A quotation mark can't stand in a parameter (RFC 5545 §3.2).
    name = _line(person.name).replace('"', "'")
    for key, value in {**({"CN": name} if name else {}), **parameters}.items():
        address.params[key] = value
    return address


def _line(text: str) -> str:
    return " ".join(text.split())
