"""Slots from the command's side: whose zone their times are in, which days they fall on, and who is told when one is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from config.settings import Settings
from starter import slots
from starter.client import Keepwarm
from starter.refusals import Refused
from starter.slots import Offer, read_local
from storage import bookings, candidates, offices, openings, recruiters
from storage import slots as stored
from storage.candidates import NewCandidate
from storage.offices import Office
from storage.openings import NewOpening
from storage.recruiters import Recruiter

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MORNING = Offer(
    "be-1",
    read_local("2026-12-01T09:00"),
    read_local("2026-12-01T12:00"),
    timedelta(minutes=45),
    timedelta(minutes=45),
)


class Noting(Keepwarm):
    """The door, which notes what workflows were told; its clock stands still."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(cast(Any, None), engine, Settings())
        self.told: list[tuple[str, str, dict[str, Any]]] = []

    async def now(self) -> datetime:
        return NOW

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        self.told += [(one, name, payload) for one in candidate_ids]


@pytest.fixture
def keepwarm(engine: Engine) -> Noting:
    """The opening be-1 of Dana's, whose office is in Munich; be-2 of nobody's; Ada and Ben."""
    with engine.begin() as connection:
        offices.put(connection, Office("muc", "Munich", "DE", "BY", "Europe/Berlin"))
        recruiters.put(connection, Recruiter("dana", "Dana Okafor", office="muc"))
        openings.add(connection, NewOpening("be-1", "Backend engineer", owner="dana"))
        openings.add(connection, NewOpening("be-2", "Clerk"))
        for name in ("ada", "ben"):
            candidates.add(connection, NewCandidate(name.title(), id=name, emails=[f"{name}@example.org"]))
    return Noting(engine)


def begins(keepwarm: Keepwarm, opening: str = "be-1") -> list[str]:
    with keepwarm.engine.connect() as connection:
        return [f"{one.starts_at.astimezone(UTC):%m-%d %H:%M}" for one in stored.listed(connection, opening)]


async def test_times_are_those_of_the_openings_office(keepwarm: Noting) -> None:
    told = await slots.add(keepwarm, MORNING)
    assert (told["zone"], told["added"]) == ("Europe/Berlin", 4)
    assert begins(keepwarm) == ["12-01 08:00", "12-01 08:45", "12-01 09:30", "12-01 10:15"]
    again = await slots.add(keepwarm, MORNING)
    assert (again["added"], again["known"]) == (0, 4)


async def test_a_slot_longer_than_its_step_ends_by_the_end(keepwarm: Noting) -> None:
    await slots.add(keepwarm, replace(MORNING, every=timedelta(hours=1), length=timedelta(minutes=75)))
    assert begins(keepwarm) == ["12-01 08:00", "12-01 09:00"]


async def test_several_days_leave_out_weekends_and_the_offices_holidays(keepwarm: Noting) -> None:
    days = replace(
        MORNING, first=read_local("2026-12-24T09:00"), last=read_local("2026-12-29T10:00"), every=timedelta(hours=1),
    )  # fmt: skip
    await slots.add(keepwarm, days)
    assert begins(keepwarm) == ["12-24 08:00", "12-28 08:00", "12-29 08:00"]
    told = await slots.add(keepwarm, replace(days, every_day=True))
    assert told["added"] == 3


async def test_the_clocks_may_change_between_two_days(keepwarm: Noting) -> None:
    night = Offer(
        "be-1",
        read_local("2027-03-27T01:30"),
        read_local("2027-03-28T04:00"),
        timedelta(hours=1),
        every_day=True,
    )
    await slots.add(keepwarm, night)
    assert begins(keepwarm) == ["03-27 00:30", "03-27 01:30", "03-28 00:30"]
    with pytest.raises(Refused, match="does not exist in Europe/Berlin"):
        await slots.add(keepwarm, Offer("be-1", read_local("2027-03-28T02:30")))


async def test_without_an_office_the_zone_must_be_said(keepwarm: Noting) -> None:
    one = Offer("be-2", read_local("2026-12-01T09:00"))
    with pytest.raises(Refused, match="--zone Europe/Berlin"):
        await slots.add(keepwarm, one)
    assert (await slots.add(keepwarm, replace(one, zone="america/new_york")))["zone"] == "America/New_York"
    assert (await slots.add(keepwarm, replace(one, first=datetime.fromisoformat("2026-12-01T09:00+05:30"))))["added"]
    assert begins(keepwarm, "be-2") == ["12-01 03:30", "12-01 14:00"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"last": None}, "belong together"),
        ({"every": None}, "belong together"),
        ({"last": read_local("2026-12-01T08:00")}, "must be after"),
        (
            {"first": read_local("2026-11-01T09:00"), "last": read_local("2026-11-01T12:00"), "every_day": True},
            "has passed",
        ),
        ({"length": timedelta(hours=5)}, "no slot fits"),
        ({"length": timedelta(minutes=1)}, "5 minutes to 12 hours"),
        ({"capacity": 0}, "1 to 1000"),
        ({"place": "a\nb"}, "one line"),
        ({"zone": "Mars/Base"}, "unknown"),
        ({"opening": "be-7"}, "no opening"),
        ({"last": read_local("2027-12-01T18:00"), "every": timedelta(minutes=5)}, "more than 500"),
    ],
)
async def test_what_is_no_offer_is_refused_with_its_cure(keepwarm: Noting, change: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        await slots.add(keepwarm, replace(MORNING, **change))
    assert begins(keepwarm) == []


async def test_a_closed_opening_meets_nobody(keepwarm: Noting) -> None:
    with keepwarm.engine.begin() as connection:
        openings.set_status(connection, "be-1", "filled", 1)
    with pytest.raises(Refused, match="reopen it first"):
        await slots.add(keepwarm, MORNING)


@pytest.mark.parametrize(("text", "minutes"), [("45m", 45), ("45", 45), ("1h", 60), ("90 min", 90)])
def test_durations_are_read(text: str, minutes: int) -> None:
    assert slots.read_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0m", "1d", "-5m", "an hour"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no duration"):
        slots.read_duration(text)


async def test_who_holds_a_cancelled_slot_is_told_once(keepwarm: Noting) -> None:
    first, second, *_ = (await slots.add(keepwarm, MORNING))["slots"]
    with keepwarm.engine.begin() as connection:
        own, _ = bookings.book(connection, "ada", "be-1", first, uid="u1", shown="", now=NOW)
    told = await slots.cancel(keepwarm, [first, second])
    assert told == {"cancelled": [first, second], "told": ["ada"]}
    [(who, signal, payload)] = keepwarm.told
    assert (who, signal, payload["booking"], payload["event_id"]) == ("ada", "unbooked", own.uid, "unbooked:u1:1")
    assert await slots.cancel(keepwarm, [first]) == {"cancelled": [], "told": []}
    assert len(keepwarm.told) == 1


async def test_a_cancellation_that_broke_off_is_finished_when_asked_again(keepwarm: Noting) -> None:
    first, *_ = (await slots.add(keepwarm, MORNING))["slots"]
    with keepwarm.engine.begin() as connection:
        bookings.book(connection, "ada", "be-1", first, uid="u1", shown="", now=NOW)
        stored.cancel(connection, [first], NOW)
    assert (await slots.cancel(keepwarm, [first]))["told"] == ["ada"]


async def test_a_slot_that_is_not_there_is_refused(keepwarm: Noting) -> None:
    with pytest.raises(Refused, match="no slot 77; `keepwarm slot list`"):
        await slots.cancel(keepwarm, [77])


async def test_the_list_shows_who_comes_in_the_offices_time(keepwarm: Noting) -> None:
    first, *_ = (await slots.add(keepwarm, MORNING))["slots"]
    with keepwarm.engine.begin() as connection:
        bookings.book(connection, "ada", "be-1", first, uid="u1", shown="", now=NOW)
        shown = slots.listed(connection, "be-1", everything=False, now=NOW)
    assert [(one.local, one.guests) for one in shown][:2] == [
        ("2026-12-01 09:00", ["Ada (ada)"]),
        ("2026-12-01 09:45", []),
    ]
    with keepwarm.engine.connect() as connection:
        later = NOW + timedelta(days=30)
        assert slots.listed(connection, "be-1", everything=False, now=later) == []
        assert len(slots.listed(connection, "", everything=True, now=later)) == 4
