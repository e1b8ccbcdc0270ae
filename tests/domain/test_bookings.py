"""Interviews: confirmed, reminded of, moved and cancelled, and never told of an hour that no longer holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.facts import FactKind
from domain.gates import Gate
from domain.relationships import Relationship
from domain.touches import Channel, Purpose
from tests.domain.lives import DAY, MONDAY, Life, deferred, journey

START = MONDAY + 5 * DAY


@pytest.fixture
def life() -> Life:
    """Somebody who is snoozed, paused and in New York: none of that holds what they asked for."""
    life = Life(Relationship("c1", zone="America/New_York"))
    life.stage("interview")
    life.live(minutes=1)
    life.happen("snoozed", until=(MONDAY + 90 * DAY).isoformat())
    life.happen("paused")
    life.sent.clear()
    return life


def book(life: Life, starts_at: datetime = START, sequence: int = 0, uid: str = "u1", **more: str) -> None:
    life.happen("booked", opening_id="be-1", booking=uid, starts_at=starts_at.isoformat(), sequence=sequence, **more)


def told(life: Life) -> list[tuple[str, timedelta]]:
    """What was told, and how long before the hour."""
    return [(touch.template, START - moment) for moment, touch in life.sent]


def test_a_booking_is_confirmed_at_once_and_reminded_of_a_day_and_an_hour_before(life: Life) -> None:
    book(life)
    life.live(days=10)
    assert [(name, left) for name, left in told(life)[1:]] == [
        ("booking_reminder", DAY),
        ("booking_reminder", timedelta(hours=1)),
    ]
    assert life.sent[0][1].template == "booking"
    assert life.sent[0][0] - MONDAY < timedelta(minutes=5)
    for _, touch in life.sent:
        assert (touch.purpose, touch.channel, touch.opening_id, touch.event_id) == (
            Purpose.SERVICE, Channel.EMAIL, "be-1", "u1",
        )  # fmt: skip


def test_a_moved_booking_tells_the_new_hour_and_nothing_of_the_old_one(life: Life) -> None:
    book(life)
    life.live(hours=1)
    book(life, START + 3 * DAY, sequence=1)
    life.live(days=12)
    assert [name for name, _ in told(life)] == ["booking", "booking_moved", "booking_reminder", "booking_reminder"]
    assert [left for _, left in told(life)[2:]] == [-2 * DAY, timedelta(hours=1) - 3 * DAY]
    withdrawn = [fact for fact in life.facts if fact.kind is FactKind.NOT_SENT]
    assert {fact.outcome for fact in withdrawn} == {Gate.WITHDRAWN}
    assert len(withdrawn) == 2


def test_a_cancelled_booking_is_told_to_whoever_was_told_of_it(life: Life) -> None:
    book(life)
    life.live(hours=1)
    life.happen("unbooked", booking="u1", sequence=1)
    life.live(days=12)
    assert [name for name, _ in told(life)] == ["booking", "booking_cancelled"]


def test_a_booking_that_is_taken_back_before_its_confirmation_left_tells_nothing(life: Life) -> None:
    life.answer = lambda touch, now: deferred(MONDAY + DAY, Gate.KILL_SWITCH)
    book(life)
    life.live(hours=1)
    life.happen("unbooked", booking="u1")
    assert life.relationship.scheduled == []
    assert life.live(days=12) == []


def test_late_word_of_a_booking_changes_nothing(life: Life) -> None:
    book(life, START + DAY, sequence=2)
    book(life, START, sequence=1)
    assert life.relationship.bookings["u1"].starts_at == START + DAY
    life.happen("unbooked", booking="u1", sequence=1)
    assert not life.relationship.bookings["u1"].cancelled


def test_a_cancellation_that_overtakes_its_booking_stands(life: Life) -> None:
    life.happen("unbooked", booking="u1", sequence=1)
    book(life, sequence=0)
    assert life.live(days=12) == []


def test_without_a_sequence_the_later_word_counts(life: Life) -> None:
    life.now += timedelta(hours=2)
    life.happen("unbooked", booking="u1")
    book(life, at=MONDAY.isoformat())
    assert life.relationship.bookings["u1"].cancelled


def test_a_booking_for_soon_needs_no_reminder_that_says_the_same(life: Life) -> None:
    book(life, life.now + timedelta(minutes=90))
    assert life.live(days=1) == ["booking"]


def test_a_reminder_that_could_not_leave_in_time_never_leaves(life: Life) -> None:
    book(life)
    life.live(hours=1)
    life.answer = lambda touch, now: deferred(now + 30 * DAY, Gate.KILL_SWITCH)
    life.live(days=40)
    assert [name for name, _ in told(life)] == ["booking"]
    assert life.relationship.scheduled == []


def test_who_is_refused_or_withdraws_is_reminded_of_no_interview(life: Life) -> None:
    book(life)
    life.live(hours=1)
    life.stage("withdrawn")
    life.happen("resumed")
    assert "booking_reminder" not in life.live(days=12)


def test_booking_ends_the_journeys_that_a_booking_ends() -> None:
    life = Life()
    life.enroll(journey(0, 2, exit_on=["booking"], name="a"))
    life.enroll(journey(0, 2, exit_on=["reply"], name="b"))
    book(life)
    assert set(life.relationship.enrollments) == {"b"}


def test_a_booking_is_forgotten_when_it_is_long_past(life: Life) -> None:
    book(life)
    life.live(days=60)
    life.happen("resumed")
    life.live(days=60)
    assert life.relationship.bookings == {}
