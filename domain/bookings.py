"""Booked interviews: confirmed at once, reminded of a day and an hour before, and nothing of an hour that no longer holds.

The words are made from the booking on record when they leave; here are its uid, its sequence and its moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.events import Booked, Unbooked
from domain.facts import Fact
from domain.gates import Gate
from domain.journeys import end_journeys, not_sent
from domain.relationships import Booking, Relationship, StageMessage
from domain.touches import Channel, Priority, Purpose, Touch, touch_key

CONFIRMATION, MOVED, REMINDER, CANCELLATION = "booking", "booking_moved", "booking_reminder", "booking_cancelled"
"""Templates."""
CONFIRMED, CANCELLED = "confirmed", "cancelled"
"""Steps in the keys of those that say how a booking stands."""
REMINDERS = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
"""How long before an interview its reminders leave, by the step in their keys."""
APART = timedelta(hours=1)
"""A reminder that would leave sooner after the confirmation says nothing new."""
KEPT_FOR = timedelta(days=30)
"""How long after its hour a booking is remembered: late word of it changes nothing."""


def book(relationship: Relationship, event: Booked, now: datetime) -> list[Fact]:
    """Take a booking, or its new hour. Word that is older than what is known changes nothing."""
    known = relationship.bookings.get(event.booking)
    if known and (event.sequence <= known.sequence if known.sequence >= 0 else event.at <= known.at):
        relationship.note(now, f"late word of the booking {event.booking}, ignored")
        return []
    facts = _withdraw(relationship, event.booking, "moved to another hour before it left", now) if known else []
    booking = Booking(event.opening_id, event.starts_at, event.sequence, event.at)
    relationship.bookings[event.booking] = booking
    relationship.note(now, f"booked for {event.starts_at:%Y-%m-%d %H:%M} UTC at {event.opening_id}")
    if event.starts_at > now:
        template = MOVED if known and not known.cancelled else CONFIRMATION
        _propose(relationship, event.booking, booking, CONFIRMED, template, now)
        for step, before in REMINDERS.items():
            if event.starts_at - before >= now + APART:
                _propose(relationship, event.booking, booking, step, REMINDER, event.starts_at - before)
    return facts + end_journeys(relationship, "booking", f"booked at {event.opening_id}", now)


def unbook(relationship: Relationship, event: Unbooked, now: datetime) -> list[Fact]:
    """A booking no longer holds: nothing of it leaves any more, and who was told of it is told so."""
    known = relationship.bookings.get(event.booking)
    if known is None:
        relationship.bookings[event.booking] = Booking(event.opening_id, event.at, event.sequence, event.at, True)
        return []
    if known.cancelled or (event.sequence < known.sequence if event.sequence >= 0 else event.at < known.at):
        relationship.note(now, f"late word of the booking {event.booking}, ignored")
        return []
    known.cancelled, known.sequence, known.at = True, max(event.sequence, known.sequence), event.at
    relationship.note(now, f"the booking at {known.opening_id} was cancelled")
    facts = _withdraw(relationship, event.booking, "cancelled before it left", now)
    if known.starts_at > now and _was_told(relationship, event.booking, {fact.touch_key for fact in facts}):
        _propose(relationship, event.booking, known, CANCELLED, CANCELLATION, now)
    return facts


def _was_told(relationship: Relationship, uid: str, withdrawn: set[str]) -> bool:
    """Whether some word of a booking has left, so that its entry stands in the person's calendar."""
    told = touch_key(relationship.candidate_id, Purpose.SERVICE, _part(uid), CONFIRMED, "")
    return any(key.startswith(told) and key not in withdrawn for key in relationship.settled)


def withdraw_bookings(relationship: Relationship, now: datetime) -> list[Fact]:
    """Withdraw what would be told of an interview at an opening for which the person is no longer in the running."""
    closed = {one.opening_id for one in relationship.applications.values() if not one.is_open()}
    return [
        fact
        for uid, booking in relationship.bookings.items()
        if booking.opening_id in closed and not booking.cancelled
        for fact in _withdraw(relationship, uid, f"no longer in the running for {booking.opening_id}", now)
    ]


def elapse_bookings(relationship: Relationship, now: datetime) -> list[Fact]:
    """Let time pass: what did not leave before its hour is over, or before the next reminder, would say something untrue."""
    facts = []
    for uid, booking in list(relationship.bookings.items()):
        if booking.starts_at <= now:
            facts += _withdraw(relationship, uid, "its hour has come", now)
        elif booking.starts_at - REMINDERS["hour"] <= now:
            facts += _withdraw(relationship, uid, "the next reminder says the same", now, only="day")
        if booking.starts_at + KEPT_FOR <= now:
            del relationship.bookings[uid]
    return facts


def _propose(relationship: Relationship, uid: str, booking: Booking, step: str, template: str, due: datetime) -> None:
    key = touch_key(relationship.candidate_id, Purpose.SERVICE, _part(uid), step, str(booking.sequence))
    if key in relationship.settled or any(one.touch.key == key for one in relationship.scheduled):
        return
    touch = Touch(
        key=key, purpose=Purpose.SERVICE, channel=Channel.EMAIL, template=template, due=due, priority=Priority.STAGE,
        opening_id=booking.opening_id, event_id=uid,
    )  # fmt: skip
    relationship.scheduled.append(StageMessage(touch))


def _withdraw(relationship: Relationship, uid: str, because: str, now: datetime, only: str = "") -> list[Fact]:
    about = touch_key(relationship.candidate_id, Purpose.SERVICE, _part(uid), only, "").rstrip("/") + "/"
    facts = []
    for message in [one for one in relationship.scheduled if one.touch.key.startswith(about)]:
        relationship.scheduled.remove(message)
        relationship.outlook_stale = True
        relationship.note(now, f"not sent {message.touch.template}: {because}")
        facts.append(not_sent(relationship, message.touch, Gate.WITHDRAWN, because, now))
    return facts


def _part(uid: str) -> str:
    return f"booking:{uid}"
