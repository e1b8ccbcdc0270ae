"""Slots and bookings: a place is given once, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, text

from storage import bookings, slots
from storage.bookings import NOTICE, Booking, CannotBook, Refusal
from storage.database import make_engine
from storage.slots import NewSlot
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, sent

TOMORROW = NOW + timedelta(days=1)


def offer(connection: Connection, *hours: int, opening: str = "be-1", capacity: int = 1) -> list[int]:
    """Slots so many hours after tomorrow's first; their ids."""
    wanted = [NewSlot(opening, TOMORROW + timedelta(hours=hour), 45, "Room 1", capacity=capacity) for hour in hours]
    return slots.add(connection, wanted)


def take(connection: Connection, slot: int, who: str = "ada", shown: str = "", uid: str = "") -> Booking:
    return bookings.book(connection, who, "be-1", slot, uid=uid or f"{who}@kw", shown=shown, now=NOW)[0]


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Ada, Ben, and the opening be-1."""
    for name in ("ada", "ben"):
        add_candidate(connection, name)
    add_opening(connection)
    return connection


def test_a_slot_offered_again_is_the_same_slot(house: Connection) -> None:
    assert len(offer(house, 0, 1)) == 2
    assert len(offer(house, 1, 2)) == 1
    assert len(slots.listed(house, "be-1")) == 3


def test_a_cancelled_slot_can_be_offered_again_once_its_guest_knows(house: Connection) -> None:
    [first] = offer(house, 0)
    own = take(house, first)
    assert slots.cancel(house, [first], NOW) == [first]
    assert slots.cancel(house, [first], NOW) == []
    assert offer(house, 0) == []
    [stranded] = bookings.to_release(house)
    assert bookings.release(house, stranded, NOW) is not None
    assert bookings.to_release(house) == []
    assert offer(house, 0) == [first]
    assert own.uid == "ada@kw"


def test_a_full_slot_is_offered_to_nobody_else(house: Connection) -> None:
    [first, second] = offer(house, 0, 1)
    take(house, first)
    assert [slot.id for slot in slots.free(house, "be-1", NOW)] == [second]
    assert slots.with_free(house, ["be-1", "be-2"], NOW) == {"be-1"}
    with pytest.raises(CannotBook) as refused:
        take(house, first, "ben")
    assert refused.value.why is Refusal.GONE


def test_booking_twice_is_booking_once(house: Connection) -> None:
    [first] = offer(house, 0)
    made, fresh = bookings.book(house, "ada", "be-1", first, uid="u", shown="", now=NOW)
    again, changed = bookings.book(house, "ada", "be-1", first, uid="v", shown="", now=NOW)
    assert (fresh, changed, again) == (True, False, made)


def test_a_moved_booking_keeps_its_uid_and_frees_its_place(house: Connection) -> None:
    [first, second] = offer(house, 0, 1)
    own = take(house, first)
    moved = take(house, second, shown=own.version, uid="other")
    assert (moved.uid, moved.sequence, moved.slot_id) == (own.uid, 1, second)
    assert [one.state for one in bookings.for_candidate(house, "ada")] == ["moved", "booked"]
    assert take(house, first, "ben").slot_id == first


def test_a_page_that_shows_an_older_booking_changes_nothing(house: Connection) -> None:
    [first, second] = offer(house, 0, 1)
    own = take(house, first)
    for shown in ("", "ada@kw:7"):
        with pytest.raises(CannotBook) as refused:
            take(house, second, shown=shown)
        assert refused.value.why is Refusal.CHANGED
    assert bookings.held(house, "ada", "be-1") == own


def test_a_booking_given_back_is_one_further_in_its_sequence(house: Connection) -> None:
    [first] = offer(house, 0)
    own = take(house, first)
    given = bookings.cancel(house, "ada", "be-1", uid=own.uid, now=NOW)
    assert given is not None
    assert (given.state, given.uid, given.sequence) == ("cancelled", own.uid, 1)
    assert bookings.cancel(house, "ada", "be-1", uid=own.uid, now=NOW) is None
    fresh = take(house, first, uid="new")
    assert (fresh.uid, fresh.sequence) == ("new", 0)


def test_what_begins_too_soon_or_elsewhere_or_was_cancelled_cannot_be_booked(house: Connection) -> None:
    add_opening(house, "be-2")
    [near] = slots.add(house, [NewSlot("be-1", NOW + NOTICE, 45)])
    [elsewhere] = offer(house, 0, opening="be-2")
    [cancelled] = offer(house, 3)
    slots.cancel(house, [cancelled], NOW)
    for slot, why in (
        (near, Refusal.GONE),
        (cancelled, Refusal.GONE),
        (elsewhere, Refusal.UNKNOWN),
        (-1, Refusal.UNKNOWN),
    ):
        with pytest.raises(CannotBook) as refused:
            take(house, slot)
        assert refused.value.why is why


def test_after_the_first_interview_the_second_is_an_entry_of_its_own(house: Connection) -> None:
    [first, second] = offer(house, 0, 30)
    own = take(house, first)
    later = TOMORROW + timedelta(hours=2)
    assert bookings.cancel(house, "ada", "be-1", uid=own.uid, now=later) is None
    made, _ = bookings.book(house, "ada", "be-1", second, uid="round-2", shown=own.version, now=later)
    assert (made.uid, made.sequence) == ("round-2", 0)


def test_who_moved_on_meanwhile_is_not_told_of_the_old_slot(house: Connection) -> None:
    [first, second] = offer(house, 0, 1)
    own = take(house, first)
    slots.cancel(house, [first], NOW)
    [stranded] = bookings.to_release(house, [first])
    take(house, second, shown=own.version)
    assert bookings.release(house, stranded, NOW) is None


@pytest.fixture
def crowd(database_url: str) -> Iterator[Engine]:
    """An engine with a connection for each of twelve."""
    made = make_engine(database_url, pool=12)
    yield made
    made.dispose()


def press(engine: Engine, ready: Barrier, slot: int, who: str = "ada", uid: str = "") -> Refusal | None:
    """The button, pressed when all are ready; why it did nothing."""
    with engine.begin() as connection:
        connection.execute(text("select 1"))
        ready.wait(20)
        try:
            take(connection, slot, who, uid=uid)
        except CannotBook as refused:
            return refused.why
        return None


@pytest.mark.parametrize("capacity", [1, 3])
def test_twelve_who_press_at_once_get_no_more_than_there_is(crowd: Engine, capacity: int) -> None:
    people = [f"c{number:02}" for number in range(12)]
    with crowd.begin() as connection:
        add_opening(connection)
        for one in people:
            add_candidate(connection, one)
        [slot] = offer(connection, 0, capacity=capacity)
    ready = Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda who: press(crowd, ready, slot, who), people))
    assert answers.count(None) == capacity
    assert answers.count(Refusal.GONE) == len(people) - capacity
    with crowd.begin() as connection:
        assert len(bookings.guests(connection, [slot])) == capacity


def test_one_person_in_eight_windows_books_one_slot(crowd: Engine) -> None:
    with crowd.begin() as connection:
        add_opening(connection)
        add_candidate(connection)
        offered = offer(connection, *range(8))
    ready = Barrier(len(offered))
    with ThreadPoolExecutor(len(offered)) as pool:
        answers = list(pool.map(lambda slot: press(crowd, ready, slot, uid=f"u{slot}"), offered))
    assert answers.count(None) == 1
    assert answers.count(Refusal.CHANGED) == len(offered) - 1
    with crowd.begin() as connection:
        assert len(bookings.for_candidate(connection, "ada")) == 1


def test_cancelling_slots_while_people_move_between_them_never_stands_still(crowd: Engine) -> None:
    people = [f"c{number:02}" for number in range(6)]
    with crowd.begin() as connection:
        add_opening(connection)
        for one in people:
            add_candidate(connection, one)
        offered = offer(connection, *range(6), capacity=6)
    ready = Barrier(len(people) + 1)

    def wander(who: str) -> None:
        ready.wait(20)
        for turn in range(12):
            with crowd.begin() as connection:
                own = bookings.held(connection, who, "be-1")
                slot = offered[(turn * 5 + people.index(who)) % len(offered)]
                with suppress(CannotBook):
                    take(connection, slot, who, shown=own.version if own else "", uid=f"{who}-{turn}")

    def withdraw() -> None:
        ready.wait(20)
        for slot in offered[:4]:
            with crowd.begin() as connection:
                slots.cancel(connection, [slot, offered[0]], NOW)
            with crowd.connect() as connection:
                stranded = bookings.to_release(connection)
            for one in stranded:
                with crowd.begin() as connection:
                    bookings.release(connection, one, NOW)

    with ThreadPoolExecutor(len(people) + 1) as pool:
        running = [*(pool.submit(wander, one) for one in people), pool.submit(withdraw)]
        for ended in running:
            ended.result(60)
    with crowd.begin() as connection:
        assert [one for one in bookings.to_release(connection) if one.slot_id not in offered[:4]] == []
        for who in people:
            assert len([one for one in bookings.for_candidate(connection, who) if one.state == "booked"]) <= 1


def note(connection: Connection, step: str, sequence: int, state: str = "accepted") -> None:
    """The ledger's row of a message about Ada's booking."""
    sent(connection, f"ada/service/booking:ada@kw/{step}/{sequence}", purpose="service", state=state)


def test_a_booking_of_which_no_word_is_planned_was_not_told(house: Connection) -> None:
    first, second = offer(house, 0, 1)
    own = take(house, first)
    assert bookings.untold(house, NOW) == [("ada", "be-1")]
    assert bookings.untold(house, TOMORROW) == []
    note(house, "confirmed", 0)
    assert bookings.untold(house, NOW) == []
    moved = take(house, second, shown=own.version)
    assert bookings.untold(house, NOW) == [("ada", "be-1")]
    note(house, "confirmed", 1)
    bookings.cancel(house, "ada", "be-1", uid=moved.uid, now=NOW)
    assert bookings.untold(house, NOW) == [("ada", "be-1")]
    note(house, "cancelled", 2)
    assert bookings.untold(house, NOW) == []


def test_nobody_needs_to_hear_that_what_they_never_heard_of_was_cancelled(house: Connection) -> None:
    [first] = offer(house, 0)
    own = take(house, first)
    note(house, "confirmed", 0, "skipped")
    bookings.cancel(house, "ada", "be-1", uid=own.uid, now=NOW)
    assert bookings.untold(house, NOW) == []
