"""Whose days are closed: public holidays by country and own rules, the most specific first; windows as people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from domain.windows import Window
from storage import calendars, candidates, offices, recruiters
from storage.calendars import Rule, Scope, read_window, window_text
from storage.offices import Office
from storage.recruiters import Recruiter
from storage.tables import candidate_facts
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate

CHRISTMAS, EPIPHANY, BRIDGE = date(2026, 12, 25), date(2027, 1, 6), date(2026, 12, 28)
YEAR = (date(2026, 12, 1), date(2027, 11, 30))


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Munich and London, Dana in Munich; people of either, of Germany, and of nowhere."""
    offices.put(connection, Office("muc", "Munich", "DE", "BY", "Europe/Berlin"))
    offices.put(connection, Office("lon", "London", "GB", "ENG", "Europe/London"))
    recruiters.put(connection, Recruiter("dana", "Dana Okafor", office="muc"))
    people: dict[str, dict[str, Any]] = {
        "bavarian": {"owner": "dana"},
        "german": {"country": "DE"},
        "briton": {"country": "GB", "owner": "dana"},
        "londoner": {},
        "nowhere": {},
    }
    for name, values in people.items():
        add_candidate(connection, name, **values)
    candidates.change(connection, "londoner", office="lon")
    return connection


def closed(connection: Connection, name: str, day: date) -> str:
    return calendars.closed_days(connection, [name], day, day)[name].get(day, "")


def test_a_person_keeps_the_holidays_of_their_own_country_else_of_their_office(house: Connection) -> None:
    assert closed(house, "german", CHRISTMAS) == "Christmas Day"
    assert closed(house, "bavarian", EPIPHANY) == "Epiphany"
    assert closed(house, "german", EPIPHANY) == ""
    assert closed(house, "briton", EPIPHANY) == ""
    assert closed(house, "londoner", CHRISTMAS) == "Christmas Day"
    assert closed(house, "nowhere", CHRISTMAS) == ""


def test_a_country_or_part_without_a_list_has_no_holidays_of_its_own() -> None:
    assert calendars.public_holidays("QQ", "", 2026) == calendars.public_holidays("", "", 2026) == ()
    assert calendars.public_holidays("DE", "ZZ", 2026) == calendars.public_holidays("DE", "", 2026) != ()
    assert calendars.knows("DE", "BY")
    assert not calendars.knows("DE", "ZZ")
    assert not calendars.knows("QQ")


def test_own_closed_days_concern_their_scope_alone(house: Connection) -> None:
    calendars.put(house, Rule(BRIDGE, office="muc", because="bridge day"))
    assert [closed(house, name, BRIDGE) for name in ("bavarian", "german", "nowhere")] == ["bridge day", "", ""]
    calendars.put(house, Rule(date(2027, 2, 1), country="DE"))
    assert [closed(house, name, date(2027, 2, 1)) for name in ("bavarian", "german", "londoner")] == [
        "closed",
        "closed",
        "",
    ]
    calendars.put(house, Rule(date(2027, 3, 3), because="all hands"))
    assert closed(house, "nowhere", date(2027, 3, 3)) == "all hands"


def test_the_most_specific_rule_holds(house: Connection) -> None:
    calendars.put(house, Rule(CHRISTMAS, is_open=True))
    assert closed(house, "german", CHRISTMAS) == ""
    calendars.put(house, Rule(CHRISTMAS, country="DE", because="rest"))
    assert closed(house, "german", CHRISTMAS) == "rest"
    calendars.put(house, Rule(CHRISTMAS, office="muc", is_open=True))
    assert closed(house, "bavarian", CHRISTMAS) == ""
    assert closed(house, "german", CHRISTMAS) == "rest"


def test_a_rule_said_again_replaces_the_first_and_can_be_taken_back(house: Connection) -> None:
    calendars.put(house, Rule(BRIDGE, country="DE", because="bridge day"))
    calendars.put(house, Rule(BRIDGE, country="DE", because="long weekend", by="dana"))
    assert [(rule.because, rule.by) for rule in calendars.rules(house, *YEAR)] == [("long weekend", "dana")]
    assert calendars.forget(house, BRIDGE, country="DE") is True
    assert calendars.forget(house, BRIDGE, country="DE") is False
    assert closed(house, "german", BRIDGE) == ""


def test_a_page_of_keepers_goes_by_scope_and_leaves_out_the_erased(house: Connection) -> None:
    candidates.mark_erased(house, "german")
    assert [one.id for one in calendars.keepers(house, Scope(country="DE"))] == ["bavarian"]
    assert [one.id for one in calendars.keepers(house, Scope(office="muc"))] == ["bavarian", "briton"]
    assert [one.id for one in calendars.keepers(house, Scope(), limit=2)] == ["bavarian", "briton"]
    assert [one.id for one in calendars.keepers(house, Scope(), after="briton")] == ["londoner", "nowhere"]


def test_hours_are_the_persons_else_their_offices_else_the_houses(house: Connection) -> None:
    offices.set_hours(house, "muc", Window(end=16 * 60))
    fact = {"candidate_id": "briton", "name": calendars.SEND_WINDOW, "value": "sat 10:00-12:00", "at": NOW}
    house.execute(insert(candidate_facts).values(**fact))
    hours = {one.id: (one.hours, one.own_hours) for one in calendars.keepers(house, Scope())}
    assert hours["bavarian"] == (Window(end=16 * 60), False)
    assert hours["briton"] == (Window("0000010", 600, 720), True)
    assert hours["nowhere"] == (None, False)
    assert calendars.house_window(house) == Window()
    calendars.set_rule_of_house(house, calendars.WINDOW, {"days": "1111100", "start": 600, "end": 900})
    assert calendars.house_window(house) == Window(start=600, end=900)
    calendars.set_rule_of_house(house, calendars.WINDOW, None)
    assert calendars.house_window(house) == Window()


@given(
    days=st.text("01", min_size=7, max_size=7).filter(lambda days: "1" in days),
    hours=st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_a_window_is_read_back_as_it_is_written(days: str, hours: list[int]) -> None:
    window = Window(days, *hours)
    assert read_window(window_text(window)) == window


@pytest.mark.parametrize(
    ("text", "days", "start", "end"),
    [
        ("09:00-17:30", "1111100", 540, 1050),
        ("mon, wed 9-12", "1010000", 540, 720),
        ("sat-mon 10:00-11:00", "1000011", 600, 660),
    ],
)
def test_a_window_is_read_from_short_forms(text: str, days: str, start: int, end: int) -> None:
    assert read_window(text) == Window(days, start, end)


@pytest.mark.parametrize("text", ["", "09:00", "someday 09:00-17:00", "18:00-09:00", "09:00-9:75"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|days"):
        read_window(text)
