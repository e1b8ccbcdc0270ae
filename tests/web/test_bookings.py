"""Choosing an interview time: by the person's own clock, once, and never by opening a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from icalendar import Calendar
from sqlalchemy import Connection, Engine, insert

from domain.windows import zone_of
from storage import bookings, candidates, consents, openings, slots
from storage.bookings import Booking
from storage.slots import NewSlot
from storage.tables import applications
from tests.web.conftest import FakeDoor, page_path
from web import bookings as pages
from web.sites import Site

DAY = (datetime.now(UTC) + timedelta(days=30)).replace(hour=9, minute=0, second=0, microsecond=0)


def apply(connection: Connection, who: str = "ada", stage: str = "interview", kind: str = "late") -> None:
    connection.execute(
        insert(applications).values(
            candidate_id=who, opening_id="be-1", stage=stage, stage_at=DAY, kind=kind, furthest=stage, applied_at=DAY
        )
    )


def offer(engine: Engine, *hours: int, **values: Any) -> list[int]:
    given = {"place": "Room 1", "interviewer": "Dana Okafor"} | values
    with engine.begin() as connection:
        return slots.add(connection, [NewSlot("be-1", DAY + timedelta(hours=hour), 45, **given) for hour in hours])


def held(engine: Engine, who: str = "ada") -> Booking | None:
    with engine.connect() as connection:
        return bookings.held(connection, who, "be-1")


@pytest.fixture
def path(site: Site, engine: Engine, add_person: Callable[..., str]) -> str:
    """The page of Ada, who lives in New York and is invited to an interview at be-1."""
    add_person(zone="America/New_York")
    with engine.begin() as connection:
        openings.add(connection, openings.NewOpening("be-1", "Backend <engineer>"))
        openings.set_status(connection, "be-1", "open", 1)
        apply(connection)
    return page_path(site, "ada", "booking/be-1")


def shown(page: Response) -> str:
    """What the page says of the booking that it shows."""
    found = re.search(r'name="shown" value="([^"]*)"', page.text)
    assert found
    return found[1]


async def book(http: AsyncClient, path: str, slot: int, shown: str = "") -> Response:
    return await http.post(path, data={"action": "book", "slot": str(slot), "shown": shown})


async def test_free_times_are_shown_by_the_persons_own_clock_with_its_zone(
    http: AsyncClient, path: str, engine: Engine
) -> None:
    offer(engine, 0)
    page = await http.get(path)
    assert page.status_code == 200
    local = DAY.astimezone(zone_of("America/New_York"))
    clock = f"{local.hour}:00\N{NARROW NO-BREAK SPACE}AM"
    assert clock in page.text
    assert "Eastern" in page.text
    assert "America/New_York" in page.text
    assert "Backend &lt;engineer&gt;" in page.text
    assert "with Dana Okafor" in page.text


async def test_opening_the_page_books_nothing(http: AsyncClient, path: str, engine: Engine, door: FakeDoor) -> None:
    offer(engine, 0)
    for method in ("GET", "HEAD"):
        assert (await http.request(method, path)).status_code == 200
    assert held(engine) is None
    assert door.told == []


async def test_a_press_books_records_the_request_and_tells_the_workflow(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    [slot] = offer(engine, 0)
    page = await book(http, path, slot)
    assert page.status_code == 200
    assert "Booked." in page.text
    own = held(engine)
    assert own is not None
    assert own.uid.endswith("@keepwarm.example")
    [told] = door.told
    assert (told["signal"], told["booking"], told["sequence"], told["opening_id"]) == ("booked", own.uid, 0, "be-1")
    assert told["starts_at"] == DAY.isoformat()
    with engine.connect() as connection:
        [word] = [one for one in consents.latest(connection, "ada") if one.purpose == "service"]
    assert (word.granted, word.basis, word.source, word.ip) == (True, "request", "booking page", "203.0.113.7")
    assert "interview" in word.wording
    assert word.event_id not in {told["event_id"] for told in door.told}, (
        "a workflow rebuilt from the record has seen it"
    )


async def test_the_same_press_again_changes_nothing_and_says_the_same(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    [slot] = offer(engine, 0)
    await book(http, path, slot)
    again = await book(http, path, slot)
    assert again.status_code == 200
    assert len({told["event_id"] for told in door.told}) == 1
    with engine.connect() as connection:
        assert len(bookings.for_candidate(connection, "ada")) == 1


async def test_a_booking_moves_and_is_cancelled(http: AsyncClient, path: str, engine: Engine, door: FakeDoor) -> None:
    first, second = offer(engine, 0, 2)
    page = await book(http, path, first)
    moved = await book(http, path, second, shown(page))
    assert "Moved." in moved.text
    own = held(engine)
    assert own is not None
    assert (own.slot_id, own.sequence) == (second, 1)
    gone = {"action": "cancel", "shown": shown(moved)}
    for _ in range(2):
        page = await http.post(path, data=gone)
        assert page.status_code == 200
        assert "Cancelled." in page.text
    assert held(engine) is None
    assert [(told["signal"], told["sequence"]) for told in door.told] == [
        ("booked", 0), ("booked", 1), ("unbooked", 2), ("unbooked", 2),
    ]  # fmt: skip


async def test_an_older_page_does_not_undo_what_was_done_since(http: AsyncClient, path: str, engine: Engine) -> None:
    first, second, third = offer(engine, 0, 2, 4)
    page = await book(http, path, first)
    await book(http, path, second, shown(page))
    for data in ({"action": "cancel", "shown": shown(page)}, {"slot": str(third), "shown": shown(page)}):
        answer = await http.post(path, data=data)
        assert answer.status_code == 409
        assert "has changed" in answer.text
    own = held(engine)
    assert own is not None
    assert own.slot_id == second


async def test_a_time_that_somebody_else_took_is_said_to_be_gone(
    http: AsyncClient, path: str, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    [slot] = offer(engine, 0)
    add_person("ben")
    with engine.begin() as connection:
        apply(connection, "ben")
        bookings.book(connection, "ben", "be-1", slot, uid="b", shown="", now=datetime.now(UTC))
    page = await book(http, path, slot)
    assert page.status_code == 409
    assert "not free any more" in page.text
    assert held(engine) is None


@pytest.mark.parametrize("slot", ["", "x", "-1", "9" * 30, "١"])
async def test_what_is_no_slot_books_nothing(http: AsyncClient, path: str, engine: Engine, slot: str) -> None:
    page = await http.post(path, data={"action": "book", "slot": slot, "shown": ""})
    assert page.status_code == 409
    assert held(engine) is None


@pytest.mark.parametrize(("stage", "kind"), [("applied", "received"), ("rejected", "refused"), ("hired", "hired")])
async def test_who_is_not_invited_is_offered_nothing_and_told_nothing_of_it(
    http: AsyncClient, path: str, engine: Engine, stage: str, kind: str
) -> None:
    [slot] = offer(engine, 0)
    with engine.begin() as connection:
        connection.execute(applications.update().values(stage=stage, kind=kind))
    page = await http.get(path)
    assert page.status_code == 200
    assert "no times to choose" in page.text
    assert stage not in page.text
    assert (await book(http, path, slot)).status_code == 409
    assert held(engine) is None


async def test_an_opening_at_which_somebody_did_not_apply_is_as_one_that_is_none(
    http: AsyncClient, site: Site, path: str, engine: Engine, add_person: Callable[..., str]
) -> None:
    [slot] = offer(engine, 0)
    other = page_path(site, add_person("ben"), "booking/be-1")
    none = other.replace("be-1", "be-9")
    for wanted in (other, f"{other}/invite.ics"):
        answer = await http.get(wanted)
        assert answer.status_code == 404
        assert answer.text == (await http.get(none)).text
    assert (await book(http, other, slot)).status_code == 404
    assert held(engine) is None


async def test_nothing_is_offered_at_a_filled_opening_and_an_unknown_one_is_missing(
    http: AsyncClient, path: str, engine: Engine
) -> None:
    offer(engine, 0)
    with engine.begin() as connection:
        openings.set_status(connection, "be-1", "filled", 1)
    assert "no times to choose" in (await http.get(path)).text
    assert (await http.get(path.replace("be-1", "be-9"))).status_code == 404


async def test_the_address_of_a_call_is_for_those_who_booked(http: AsyncClient, path: str, engine: Engine) -> None:
    first, _ = offer(engine, 0, 2, place="https://meet.example/42")
    assert "meet.example" not in (await http.get(path)).text
    assert 'href="https://meet.example/42"' in (await book(http, path, first)).text


async def test_a_time_that_we_took_back_is_said_so_with_others_to_choose(
    http: AsyncClient, path: str, engine: Engine
) -> None:
    first, second = offer(engine, 0, 2)
    await book(http, path, first)
    with engine.begin() as connection:
        slots.cancel(connection, [first], datetime.now(UTC))
    page = await http.get(path)
    assert "had to take back" in page.text
    assert "Booked." not in page.text
    moved = await book(http, path, second, shown(page))
    assert moved.status_code == 200
    assert "had to take back" not in moved.text


async def test_the_calendar_file_is_what_the_mail_carries(http: AsyncClient, path: str, engine: Engine) -> None:
    assert (await http.get(f"{path}/invite.ics")).status_code == 404
    [slot] = offer(engine, 0)
    page = await book(http, path, slot)
    assert f'href="{path}/invite.ics"' in page.text
    file = await http.get(f"{path}/invite.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert file.headers["content-disposition"] == 'attachment; filename="invite.ics"'
    calendar = Calendar.from_ical(file.text)
    assert isinstance(calendar, Calendar)
    own, event = held(engine), calendar.walk("VEVENT")[0]
    assert own is not None
    assert (event["UID"], str(event["ATTENDEE"])) == (own.uid, "mailto:ada@candidates.example")
    await http.post(path, data={"action": "cancel", "shown": own.version})
    assert (await http.get(f"{path}/invite.ics")).headers["content-type"].endswith("method=CANCEL")


async def test_while_temporal_is_away_the_booking_stands_and_is_told_later(
    site: Site, path: str, engine: Engine, door: FakeDoor
) -> None:
    first, second = offer(engine, 0, 2)
    with engine.begin() as connection:
        own, _ = bookings.book(connection, "ada", "be-1", first, uid="one", shown="", now=datetime.now(UTC))
        bookings.cancel(connection, "ada", "be-1", uid=own.uid, now=datetime.now(UTC))
        bookings.book(connection, "ada", "be-1", second, uid="two", shown="", now=datetime.now(UTC))
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        door.closed = len(rests) < 2

    door.closed = True
    await pages.tell(site, "ada", "be-1", rest)
    assert rests == [5, 30]
    assert [(told["signal"], told["booking"]) for told in door.told] == [("unbooked", "one"), ("booked", "two")]


async def test_what_a_process_that_ended_had_not_told_is_told_by_the_next(
    site: Site, path: str, engine: Engine, door: FakeDoor
) -> None:
    [slot] = offer(engine, 0)
    with engine.begin() as connection:
        bookings.book(connection, "ada", "be-1", slot, uid="one", shown="", now=datetime.now(UTC))
    await pages.catch_up(site)
    assert [(told["signal"], told["booking"]) for told in door.told] == [("booked", "one")]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
async def test_every_language_has_the_whole_page(http: AsyncClient, path: str, engine: Engine, language: str) -> None:
    first, _ = offer(engine, 0, 2)
    with engine.begin() as connection:
        candidates.change(connection, "ada", language=language)
    for page in (await http.get(path), await book(http, path, first)):
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert not re.search(r"[{}]", page.text)
