"""What a candidate's workflow hears of their bookings: ids and moments, never a place or a name."""

from __future__ import annotations

from typing import Any

from storage.bookings import Booking


def booked_event(booking: Booking) -> dict[str, Any]:
    """The signal `booked`, for a new booking and for one that moved; the same booking is the same event."""
    return {
        "event_id": f"booked:{booking.uid}:{booking.sequence}",
        "at": booking.at.isoformat(),
        "opening_id": booking.opening_id,
        "booking": booking.uid,
        "starts_at": booking.starts_at.isoformat(),
        "sequence": booking.sequence,
    }


def unbooked_event(booking: Booking) -> dict[str, Any]:
    """The signal `unbooked`, for one that was given or taken back."""
    return {
        "event_id": f"unbooked:{booking.uid}:{booking.sequence}",
        "at": booking.at.isoformat(),
        "opening_id": booking.opening_id,
        "booking": booking.uid,
        "sequence": booking.sequence,
    }
