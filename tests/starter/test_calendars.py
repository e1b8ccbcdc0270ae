"""A calendar that changes moves exactly those who wait and whom it concerns, and says how many: on real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.facts import Facts
from config.settings import Settings
from domain.relationships import Relationship
from domain.windows import Caps, Limit, Window, zone_of
from starter import calendars
from starter.calendars import caps_text, find_scope, read_limit, shown
from starter.client import Keepwarm
from starter.offices import put_office, read_office
from starter.preparations import register_search_attributes
from starter.recruiters import put_recruiter
from starter.refusals import Refused
from starter.timetables import calendar_of
from storage.calendars import Scope
from storage.candidates import NewCandidate
from storage.recruiters import Recruiter
from storage.tables import controls, upcoming
from tests.starter.temporal import leaving_nobody
from workflows.candidates import Candidate
from workflows.names import QUEUE, candidate_workflow_id

TODAY = datetime(2027, 2, 8, 10, 0, tzinfo=UTC)
"""A Monday on which the story stands still for the length of a test; no public holiday is near, in Germany or Britain."""
TOMORROW = date(2027, 2, 9)
BERLIN, LONDON = "Europe/Berlin", "Europe/London"
GERMANY = Scope(country="DE")


def at(zone: str, hour: int = 10, day: date = TOMORROW) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone_of(zone))


@pytest.fixture
async def keepwarm(
    engine: Engine, async_engine: AsyncEngine, database_url: str, temporal_server: str
) -> AsyncIterator[Keepwarm]:
    """The door beside a worker that records for real; Munich with Dana, and five people of three calendars."""
    client = await Client.connect(temporal_server)
    await register_search_attributes(client)
    clock = {"real_anchor": datetime.now(UTC).isoformat(), "story_anchor": TODAY.isoformat(), "speed": 1.0}
    with engine.begin() as connection:
        connection.execute(insert(controls).values(name="clock", value=clock))
    door = Keepwarm(client, engine, Settings(external_database=database_url, cap_per_day=3, cap_per_week=9))
    worker = Worker(
        client, task_queue=QUEUE, workflows=[Candidate], activities=[Facts(async_engine).record_facts],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )  # fmt: skip
    async with leaving_nobody(client), worker:
        await put_office(door, read_office("muc", "Munich", "DE", "BY", BERLIN))
        await put_recruiter(door, Recruiter("dana", "Dana Okafor", office="muc"))
        for name, values in {
            "anna": {"country": "DE", "zone": BERLIN},
            "bela": {"owner": "dana", "zone": BERLIN},
            "carl": {"country": "DE", "zone": BERLIN},
            "duke": {"country": "GB", "zone": LONDON},
            "erin": {"zone": BERLIN},
        }.items():
            await door.add_candidate(NewCandidate(name.title(), id=name, emails=[f"{name}@example.org"], **values))
        yield door


async def plan(keepwarm: Keepwarm, name: str, due: datetime, **options: Any) -> None:
    """A single message, on record as planned."""
    before = len(planned(keepwarm, name))
    await keepwarm.schedule_touch(name, "interview", due, **options)
    await until(lambda: len(planned(keepwarm, name)) == before + 1)


def planned(keepwarm: Keepwarm, name: str) -> list[datetime]:
    wanted = select(upcoming.c.due).where(upcoming.c.candidate_id == name).order_by(upcoming.c.due)
    with keepwarm.engine.connect() as connection:
        return list(connection.scalars(wanted))


def days(keepwarm: Keepwarm, name: str) -> list[date]:
    return [moment.date() for moment in planned(keepwarm, name)]


async def until(condition: Any) -> None:
    """Wait for what the worker does next."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def handle(keepwarm: Keepwarm, name: str) -> WorkflowHandle[Any, Any]:
    return keepwarm.client.get_workflow_handle(candidate_workflow_id(name))


async def state_of(keepwarm: Keepwarm, name: str) -> Relationship:
    state: Relationship = await handle(keepwarm, name).query("relationship", result_type=Relationship)
    return state


async def was_told(keepwarm: Keepwarm, name: str) -> int:
    """How often a person's workflow was signalled that the calendar changed."""
    history = await handle(keepwarm, name).fetch_history()
    named = (event.workflow_execution_signaled_event_attributes.signal_name for event in history.events)
    return sum(name == "calendar_changed" for name in named)


async def test_a_new_public_holiday_tomorrow_moves_exactly_the_waiting_people_it_concerns(keepwarm: Keepwarm) -> None:
    for name, zone in (("anna", BERLIN), ("bela", BERLIN), ("duke", LONDON), ("erin", BERLIN)):
        await plan(keepwarm, name, at(zone))
    await plan(keepwarm, "anna", at(BERLIN, 15))
    await plan(keepwarm, "anna", at(BERLIN, 10, TOMORROW + timedelta(days=2)))
    await plan(keepwarm, "carl", at(BERLIN, 10, TOMORROW + timedelta(days=1)))
    await plan(keepwarm, "bela", at(BERLIN), purpose="application", channel="email")

    foreseen = await calendars.close_day(keepwarm, TOMORROW, GERMANY, because="mourning", dry_run=True)
    assert days(keepwarm, "anna").count(TOMORROW) == 2
    told = await calendars.close_day(keepwarm, TOMORROW, GERMANY, because="mourning")
    assert foreseen.summary() | {"dry_run": False} == told.summary()
    assert (told.people, told.later.touches, sorted(told.later.people)) == (3, 3, ["anna", "bela"])
    assert told.signalled == 3
    assert told.lines()[1] == "3 touches of 2 people move"

    await until(lambda: TOMORROW not in days(keepwarm, "anna"))
    await until(lambda: days(keepwarm, "bela") == [TOMORROW, TOMORROW + timedelta(days=1)])
    assert days(keepwarm, "duke") == days(keepwarm, "erin") == [TOMORROW]
    assert days(keepwarm, "carl") == [TOMORROW + timedelta(days=1)]
    assert [await was_told(keepwarm, name) for name in ("anna", "bela", "carl", "duke", "erin")] == [1, 1, 1, 0, 0]
    assert TOMORROW.isoformat() in (await state_of(keepwarm, "carl")).closed

    again = await calendars.close_day(keepwarm, TOMORROW, GERMANY, because="mourning")
    assert (again.people, again.later.touches, again.signalled) == (0, 0, 0)


async def test_a_day_opened_again_lets_those_who_waited_go_earlier(keepwarm: Keepwarm) -> None:
    await calendars.close_day(keepwarm, TOMORROW, GERMANY)
    await plan(keepwarm, "anna", at(BERLIN))
    assert days(keepwarm, "anna") == [TOMORROW + timedelta(days=1)]
    report = await calendars.forget_day(keepwarm, TOMORROW, GERMANY)
    assert (report.later.touches, report.earlier.touches, report.people) == (0, 1, 3)
    await until(lambda: days(keepwarm, "anna") == [TOMORROW])
    with pytest.raises(Refused, match="nothing was said of 2027-02-09 for DE"):
        await calendars.forget_day(keepwarm, TOMORROW, GERMANY)


async def test_a_changed_window_moves_those_who_have_none_of_their_own(keepwarm: Keepwarm) -> None:
    await calendars.set_window(keepwarm, Window("1111111", 0, 1440), Scope(candidate="erin"))
    for name in ("anna", "bela", "erin"):
        await plan(keepwarm, name, at(BERLIN))
    report = await calendars.set_window(keepwarm, Window(start=12 * 60), Scope())
    assert (report.people, report.later.touches) == (4, 2)
    await until(lambda: planned(keepwarm, "anna")[0] >= at(BERLIN, 12))
    assert planned(keepwarm, "erin") == [at(BERLIN)]
    report = await calendars.set_window(keepwarm, Window(start=14 * 60), Scope(office="muc"))
    assert (report.people, report.later.touches) == (1, 1)
    await until(lambda: planned(keepwarm, "bela")[0] >= at(BERLIN, 14))
    report = await calendars.set_window(keepwarm, None, Scope(office="muc"))
    assert (report.later.touches, report.earlier.touches) == (0, 1)
    await until(lambda: planned(keepwarm, "bela")[0] < at(BERLIN, 13))


async def test_tighter_caps_move_what_no_longer_fits(keepwarm: Keepwarm) -> None:
    await plan(keepwarm, "anna", at(BERLIN, 10))
    await plan(keepwarm, "anna", at(BERLIN, 15))
    await plan(keepwarm, "bela", at(BERLIN, 10))
    foreseen = await calendars.set_caps(keepwarm, Caps(1, 2), dry_run=True)
    report = await calendars.set_caps(keepwarm, Caps(1, 2), by="dana")
    assert foreseen.later.touches == report.later.touches == 1
    assert (report.people, report.later.people) == (5, {"anna"})
    await until(lambda: days(keepwarm, "anna") == [TOMORROW, TOMORROW + timedelta(days=1)])
    report = await calendars.set_caps(keepwarm, None)
    assert (report.later.touches, report.earlier.touches) == (0, 1)
    await until(lambda: days(keepwarm, "anna") == [TOMORROW, TOMORROW])


async def test_a_workflow_starts_with_its_closed_days_window_and_caps(keepwarm: Keepwarm) -> None:
    await calendars.set_caps(keepwarm, Caps(2, 5, limits=[Limit(1, 14, "sms")]))
    await put_office(keepwarm, read_office("muc", "Munich", "DE", "BY", BERLIN, Window(end=900)))
    await keepwarm.add_candidate(NewCandidate("Gus", id="gus", owner="dana"))
    state = await state_of(keepwarm, "gus")
    assert {"2028-01-06", "2027-12-25"} <= set(state.closed)
    assert (state.window, state.caps) == (Window(end=900), Caps(2, 5, limits=[Limit(1, 14, "sms")]))
    with keepwarm.engine.connect() as connection:
        times = calendar_of(connection, keepwarm.settings, ["gus", "nobody"])
    assert times.keys() == {"gus"}
    assert list(times["gus"].closed) == state.closed


async def test_who_moves_to_another_country_or_office_keeps_its_calendar_at_once(keepwarm: Keepwarm) -> None:
    await keepwarm.change_profile("erin", office="muc")
    async with asyncio.timeout(20):
        while "2028-01-06" not in (await state_of(keepwarm, "erin")).closed:
            await asyncio.sleep(0.05)
    report = await put_recruiter(keepwarm, Recruiter("dana", "Dana Okafor"))
    assert (report.people, report.signalled) == (1, 1)
    assert await calendars.refresh(keepwarm, Scope()) == 5


async def test_people_whose_zone_nothing_better_told_move_with_their_office(keepwarm: Keepwarm) -> None:
    await keepwarm.add_candidate(NewCandidate("Gus", id="gus", owner="dana"))
    await keepwarm.add_candidate(NewCandidate("Hal", id="hal", owner="dana", zone=BERLIN, zone_source="phone"))
    await put_office(keepwarm, read_office("muc", "Munich", "DE", "BY", LONDON))
    assert ((await keepwarm.find("gus")).zone, (await keepwarm.find("gus")).zone_source) == (LONDON, "office")
    assert (await keepwarm.find("hal")).zone == BERLIN
    async with asyncio.timeout(20):
        while (await state_of(keepwarm, "gus")).zone != LONDON:
            await asyncio.sleep(0.05)
    await put_office(keepwarm, read_office("lis", "Lisbon", "PT", "", "Europe/Lisbon"))
    await keepwarm.change_profile("gus", office="lis")
    assert (await keepwarm.find("gus")).zone == "Europe/Lisbon"
    await put_recruiter(keepwarm, Recruiter("dana", "Dana Okafor", office="lis"))
    assert [(await keepwarm.find(name)).zone for name in ("gus", "hal")] == ["Europe/Lisbon", BERLIN]


async def test_what_can_not_be_is_refused_with_the_cure(keepwarm: Keepwarm) -> None:
    with keepwarm.engine.connect() as connection:
        with pytest.raises(Refused, match="name one of"):
            find_scope(connection, country="DE", office="muc")
        with pytest.raises(Refused, match="did you mean muc"):
            find_scope(connection, office="much")
        with pytest.raises(Refused, match="use its name or its two letters"):
            find_scope(connection, country="Middle Earth")
    with pytest.raises(Refused, match="is past"):
        await calendars.close_day(keepwarm, date(2027, 1, 1), Scope())
    with pytest.raises(Refused, match="no 'zz' with holidays of its own"):
        read_office("x", "", "DE", "zz", "")
    with pytest.raises(Refused, match="no recruiter 'nobody'"):
        await put_recruiter(keepwarm, Recruiter("lee", "Lee Moreau", deputy="nobody"))


async def test_a_calendar_is_shown_with_what_decides_it(keepwarm: Keepwarm) -> None:
    await calendars.open_day(keepwarm, date(2027, 3, 26), Scope(office="muc"))
    with keepwarm.engine.connect() as connection:
        found = shown(connection, keepwarm.settings, Scope(candidate="bela"), 60)
        german = shown(connection, keepwarm.settings, GERMANY, 60)
    assert (found["country"], found["subdivision"], found["office"], found["zone"]) == ("DE", "BY", "muc", BERLIN)
    assert (found["window"], found["limits"]) == ("mon-fri 09:00-18:00", "3 a day, 9 a week")
    assert {"day": "2027-03-26", "because": "Good Friday"} in german["closed"]
    assert [day["day"] for day in found["closed"]] == ["2027-03-29"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("1/14d", Limit(1, 14)),
        ("1/14d:sms", Limit(1, 14, "sms")),
        ("2/30d:email:alerts", Limit(2, 30, "email", "alerts")),
    ],
)
def test_a_limit_is_read_as_it_is_written(text: str, limit: Limit) -> None:
    assert read_limit(text) == limit
    assert str(limit) in caps_text(Caps(limits=[limit]))


@pytest.mark.parametrize("text", ["", "often", "1/14", "0/14d", "1/14d:fax", "1/14d:sms:sms"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="limit"):
        read_limit(text)
