"""What messages say of interviews: read when they are about to leave, so that no place, time or name waits in a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import Connection

from channels.messages import CalendarPart
from domain.touches import Channel, SendTouch, Touch
from domain.windows import zone_of
from storage import bookings, slots
from storage.bookings import NOTICE, Booking
from templates.invitations import Appointment, Method, Person, describe, invitation
from templates.messages import shipped

CONFIRMING = frozenset({"booking", "booking_moved", "booking_reminder"})
CANCELLING = "booking_cancelled"
TEMPLATES = CONFIRMING | {CANCELLING}
INVITING = frozenset({"booking", "booking_moved"})
"""Those that carry a calendar entry; a reminder is about one that is there already, and would only be one more to dismiss."""
PAGE = "booking"


@dataclass(frozen=True, slots=True)
class Meetings:
    """What a batch of touches stands on: how each calendar entry stands, by its uid, and the openings with times to choose."""

    booked: Mapping[str, Booking] = field(default_factory=dict)
    offering: frozenset[str] = frozenset()

    def of(self, candidate_id: str, touch: Touch) -> Booking | None:
        """The booking that a touch tells of, if it is that person's."""
        booking = self.booked.get(touch.event_id) if is_about_booking(touch) else None
        return booking if booking and booking.candidate_id == candidate_id else None


NONE = Meetings()


def is_about_booking(touch: Touch) -> bool:
    """Whether a touch is one of the messages about a booking, whose uid is then its `event_id`."""
    return touch.template in TEMPLATES and not touch.journey


def read_meetings(connection: Connection, orders: Iterable[SendTouch], now: datetime) -> Meetings:
    """For a batch; asks nothing where no touch of it is about a booking or could lead to one."""
    listed = list(orders)
    uids = {order.touch.event_id for order in listed if is_about_booking(order.touch)}
    inviting = {
        order.touch.opening_id
        for order in listed
        if not order.touch.journey and order.touch.opening_id and order.touch.template in _leading_to_times()
    }
    if not uids and not inviting:
        return NONE
    offering = slots.with_free(connection, inviting, now + NOTICE) if inviting else set()
    return Meetings(bookings.by_uid(connection, uids), frozenset(offering))


def why_obsolete(touch: Touch, booking: Booking | None, now: datetime) -> str:
    """Why a message about a booking no longer makes sense; empty while it does, and for all other messages."""
    if not is_about_booking(touch):
        return ""
    if booking is None:
        return f"no booking at {touch.opening_id} is on record"
    if touch.template == CANCELLING:
        return "" if booking.state == "cancelled" else "the booking stands"
    if booking.state != "booked" or booking.slot_cancelled:
        return "the booking was cancelled meanwhile"
    return "the interview has begun" if booking.starts_at <= now else ""


def tokens_of(booking: Booking, zone: str, *, offering: bool) -> dict[str, object]:
    """What stands for the tokens of a booking; its time by the candidate's own clock."""
    return {
        "booking_time": booking.starts_at.astimezone(zone_of(zone)),
        "booking_minutes": booking.minutes,
        "booking_place": booking.place,
        "interviewer": booking.interviewer,
        "booking_taken_back": "yes" if booking.slot_cancelled else "",
        "booking_offered": "yes" if offering else "",
    }


def calendar_of(touch: Touch, booking: Booking, entry: Entry) -> CalendarPart | None:
    """The calendar entry that goes with a mail; None for an SMS, and where the message changes none."""
    if touch.channel != Channel.EMAIL or touch.template not in {*INVITING, CANCELLING}:
        return None
    return calendar_part(booking, entry)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar entry needs beside its booking. `organizer` is the house, in every message: who moves an entry must be who made
    it (RFC 5546 §2.1.4)."""

    language: str
    opening: str
    company: str
    organizer: Person
    attendee: Person


def calendar_part(booking: Booking, entry: Entry) -> CalendarPart:
    """The entry of a booking as it stands: a request while it is held, else a cancellation."""
    summary, description = describe(
        entry.language, opening=entry.opening, company=entry.company, interviewer=booking.interviewer
    )
    method = Method.REQUEST if booking.state == "booked" else Method.CANCEL
    appointment = Appointment(
        uid=booking.uid,
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamped_at=booking.at,
        summary=summary,
        description=description,
        place=booking.place,
    )
    return CalendarPart(str(method), invitation(method, appointment, entry.organizer, entry.attendee))


@cache
def _leading_to_times() -> frozenset[str]:
    """The shipped messages that lead to the times one can choose."""
    return frozenset(source.name for source in shipped() if "booking_url" in source.text)
