"""Values that a whole message needs, for tests of this room."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from templates.rendering import Links

LINKS = Links(
    status_url="https://people.example.org/c/abc?from=mail&lang=en",
    preferences_url="https://people.example.org/p/abc",
    unsubscribe_url="https://people.example.org/u/abc",
)
TOKENS: dict[str, object] = {
    "first_name": "Ada",
    "opening_title": "Backend Engineer",
    "opening_place": "Berlin",
    "company": "Northwind",
    "recruiter_name": "Dana Okafor",
    "stage_words": "first interview",
    "next_step": "Dana reads your application and calls you.",
    "next_date": date(2026, 12, 4),
    "criteria": "Python in production; clear writing",
    "reason": "We need someone who has run PostgreSQL in production.",
    "feedback": "Your way of testing convinced us.\n\nGo deeper into query plans.",
    "booking_time": datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Europe/Berlin")),
    "booking_minutes": 45,
    "booking_place": "https://meet.example.org/42",
    "interviewer": "Dana Okafor and Lee Moreau",
    "booking_taken_back": "yes",
    "booking_offered": "yes",
    "booking_url": "https://people.example.org/c/abc/booking/be-1",
    "survey_url": "https://people.example.org/c/abc/survey/be-1",
    "consent_until": date(2028, 11, 21),
    "erasure_date": date(2028, 12, 21),
    "data_source": "a talk at PyCon DE",
    "confirm_url": "https://people.example.org/c/abc/confirm/7",
    "address_url": "https://people.example.org/c/xyz/address",
    "letter_subject": "Re: Your question",
    "letter_text": "Yes, three days a week from home are possible.",
    "postal_address": "Hauptstraße 1\n10115 Berlin",
}
