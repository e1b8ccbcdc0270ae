"""What holds when a touch asks to leave: switches, closed days, windows, caps and conditions as they are at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from activities.rules import Request
from domain.conditions import Traits
from domain.gates import Gate
from domain.rehearsals import Person, settle
from domain.relationships import Relationship
from domain.touches import Outcome, Purpose, SendTouch, Settlement
from domain.windows import Sent, Window
from storage import calendars, candidates, controls, journeys, matches, offices, openings, preferences, recruiters
from tests.activities.conftest import PLAN, SNAPSHOT, House, acknowledgment, alert, nurture, stage_message
from tests.storage.conftest import NOW

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = NOW.date()


@pytest.fixture
def berlin(house: House) -> House:
    """Ada lives in Berlin, and Dana looks after her."""
    change(
        house, lambda connection: candidates.change(connection, "ada", zone="Europe/Berlin", country="DE", owner="dana")
    )
    return house


def change(house: House, do: Callable[[Any], object]) -> None:
    """Something done by somebody else, committed."""
    with house.engine.begin() as connection:
        do(connection)


def publish(house: House, **plan: Any) -> SendTouch:
    """Version 2 of spring with this in its plan; the touch of its first step."""
    with house.engine.begin() as connection:
        journeys.publish(
            connection, "spring", title="Spring", snapshot=SNAPSHOT, digest="2",
            plan_of=lambda version: PLAN | plan | {"journey": "spring", "version": version},
        )  # fmt: skip
    order = nurture()
    return replace(order, touch=replace(order.touch, version=2))


def local(settlement: Settlement) -> datetime:
    """Until when a deferral lasts, by the wall clock in Berlin."""
    assert settlement.until is not None
    return settlement.until.astimezone(BERLIN)


# The kill switch


SCOPES = ["everything", "journey:spring", "sender:dana", "template:hello"]


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_stopped_scope_holds_its_touches_and_names_the_cure(berlin: House, scope: str) -> None:
    change(berlin, lambda connection: controls.stop(connection, "omar", scope=scope))
    settlement = await berlin.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.KILL_SWITCH)
    assert settlement.because.startswith(scope.replace(":", " ") + " is stopped; keepwarm go")
    assert berlin.row(nurture().touch.key).state == "intended"
    assert berlin.email.kept == []


@pytest.mark.parametrize("scope", ["journey:autumn", "sender:omar", "template:nudge"])
async def test_what_another_scope_stops_leaves(berlin: House, scope: str) -> None:
    change(berlin, lambda connection: controls.stop(connection, "omar", scope=scope))
    assert (await berlin.send(nurture())).outcome is Outcome.SENT


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_switch_thrown_between_claim_and_hand_over_lets_nothing_leave_and_released_sends_once(
    berlin: House, scope: str
) -> None:
    sends = berlin.sends()
    hand_over = sends._handing_over._perform

    async def meanwhile(orders: object) -> object:
        assert berlin.row(nurture().touch.key).state == "claimed"
        change(berlin, lambda connection: controls.stop(connection, "omar", scope=scope))
        sends._handing_over._perform = hand_over
        return await hand_over(orders)  # type: ignore[arg-type]

    sends._handing_over._perform = meanwhile  # type: ignore[assignment]
    settlement = await berlin.send(nurture(), sends)
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.KILL_SWITCH)
    row = berlin.row(nurture().touch.key)
    assert (row.state, row.gate, row.handed_over_at) == ("intended", "kill_switch", None)
    assert berlin.email.kept == []

    change(berlin, lambda connection: controls.go(connection, "omar", scope=scope))
    assert (await berlin.send(nurture(), sends)).outcome is Outcome.SENT
    assert (await berlin.send(nurture(), sends)).outcome is Outcome.SENT
    assert len(berlin.email.kept) == 1


async def test_a_stopped_deputy_holds_what_leaves_in_their_name(berlin: House) -> None:
    def dana_left(connection: Any) -> None:
        recruiters.put(connection, recruiters.Recruiter("dana", "Dana Diaz", deputy="eva", active=False))
        recruiters.put(connection, recruiters.Recruiter("eva", "Eva Eder"))
        controls.stop(connection, "omar", scope="sender:eva")

    change(berlin, dana_left)
    settlement = await berlin.send(nurture())
    assert settlement.because == "sender eva is stopped; keepwarm go --sender eva resumes"


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_pause_holds_all_but_acknowledgments(berlin: House, scope: str) -> None:
    change(berlin, lambda connection: controls.pause(connection, NOW, "omar", scope=scope))
    settlement = await berlin.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.PAUSED)
    assert (await berlin.send(acknowledgment())).outcome is Outcome.SENT


# Closed days and windows


async def test_a_new_holiday_is_obeyed_by_a_touch_that_was_already_waiting(berlin: House) -> None:
    berlin.now = NOW.replace(hour=3)
    waiting = await berlin.send(nurture())
    assert (waiting.gate, local(waiting).date()) == (Gate.WINDOW, TODAY)
    change(berlin, lambda connection: calendars.put(connection, calendars.Rule(TODAY, because="Founders' Day")))
    assert waiting.until is not None
    berlin.now = waiting.until
    settlement = await berlin.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.WINDOW)
    assert settlement.because.startswith("2026-11-24 is closed (Founders' Day); opens 2026-11-25 09:")
    assert local(settlement).date() == date(2026, 11, 25)


async def test_a_public_holiday_of_the_candidates_country_closes_the_day(berlin: House) -> None:
    berlin.now = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    settlement = await berlin.send(nurture())
    assert settlement.because.startswith("2026-12-25 is closed (Christmas Day")
    assert local(settlement).date() == date(2026, 12, 28)
    assert (await berlin.send(acknowledgment())).outcome is Outcome.SENT


async def test_a_new_window_is_obeyed_by_those_already_waiting(berlin: House) -> None:
    change(
        berlin,
        lambda connection: calendars.set_rule_of_house(
            connection, "window", {"days": "0000100", "start": 600, "end": 660}
        ),
    )
    settlement = await berlin.send(nurture())
    assert settlement.because.startswith("outside 10:00-11:00 Europe/Berlin; opens 2026-11-27 10:")


async def test_the_hours_of_an_office_come_before_the_houses_and_a_journeys_before_both(berlin: House) -> None:
    def arrange(connection: Any) -> None:
        offices.put(
            connection, offices.Office("berlin", zone="Europe/Berlin", country="DE", hours=Window("1111111", 840, 900))
        )
        candidates.change(connection, "ada", office="berlin")

    change(berlin, arrange)
    assert "outside 14:00-15:00" in (await berlin.send(nurture())).because
    order = publish(berlin, window={"days": "1111111", "start": 1140, "end": 1200})
    assert "outside 19:00-20:00" in (await berlin.send(order)).because


async def test_a_quiet_stretch_of_the_journey_is_obeyed(berlin: House) -> None:
    settlement = await berlin.send(publish(berlin, quiet=[["11-20", "11-30"]]))
    assert settlement.because.startswith("2026-11-24 lies in a quiet stretch of the journey; opens 2026-12-01 09:")


# Caps


async def test_a_new_cap_is_obeyed_by_those_already_waiting(berlin: House) -> None:
    assert (await berlin.send(nurture())).outcome is Outcome.SENT
    caps = {"per_day": 5, "per_week": 5, "per_month": 1}
    change(berlin, lambda connection: calendars.set_rule_of_house(connection, "caps", caps))
    berlin.now = NOW + timedelta(days=10)
    settlement = await berlin.send(nurture(occurrence="2"))
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.CAP)
    assert settlement.because == "the cap of 1 a month is used up; keepwarm calendar caps changes it"
    assert local(settlement).date() == date(2026, 12, 24)
    change(berlin, lambda connection: calendars.set_rule_of_house(connection, "caps", None))
    assert (await berlin.send(nurture(occurrence="2"))).outcome is Outcome.SENT


async def test_a_limit_reaches_back_as_far_as_it_says(berlin: House) -> None:
    assert (await berlin.send(nurture())).outcome is Outcome.SENT
    yearly = [{"count": 1, "days": 366, "channel": "email", "purpose": "nurture"}]
    change(
        berlin,
        lambda connection: calendars.set_rule_of_house(
            connection, "caps", {"per_day": 5, "per_week": 5, "limits": yearly}
        ),
    )
    berlin.now = NOW + timedelta(days=300)
    settlement = await berlin.send(nurture(occurrence="2"))
    assert settlement.because == "the cap of 1 nurture email in 366 days is used up; keepwarm calendar caps changes it"
    assert (await berlin.send(nurture(step="nudge"))).outcome is Outcome.SENT


@pytest.mark.parametrize(("pace", "first_day"), [("monthly", date(2026, 12, 24)), ("quarterly", date(2027, 2, 23))])
async def test_a_person_hears_from_us_no_more_often_than_they_chose(berlin: House, pace: str, first_day: date) -> None:
    assert (await berlin.send(nurture())).outcome is Outcome.SENT
    change(berlin, lambda connection: preferences.change(connection, "ada", {"pace": pace}))
    berlin.now = NOW + timedelta(days=28)
    settlement = await berlin.send(nurture(occurrence="2"))
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.CAP)
    assert local(settlement).date() == first_day
    known = Relationship("ada", zone="Europe/Berlin", pace=pace, recent=[Sent(NOW)])
    rehearsed = Person(known, Traits(), frozenset({"email"}), frozenset({"nurture/email"}))
    assert settle(rehearsed, nurture(occurrence="2").touch, berlin.now) == settlement
    assert (await berlin.send(stage_message("interview"))).outcome is Outcome.SENT
    change(berlin, lambda connection: preferences.change(connection, "ada", {"pace": ""}))
    assert (await berlin.send(nurture(occurrence="2"))).outcome is Outcome.SENT


async def test_two_messages_keep_their_distance(berlin: House) -> None:
    assert (await berlin.send(nurture())).outcome is Outcome.SENT
    change(
        berlin,
        lambda connection: calendars.set_rule_of_house(
            connection, "caps", {"per_day": 5, "per_week": 5, "spacing_hours": 28}
        ),
    )
    berlin.now = NOW + timedelta(hours=24)
    settlement = await berlin.send(nurture(occurrence="2"))
    assert (settlement.gate, settlement.until) == (Gate.SPACING, NOW + timedelta(hours=28))
    assert (await berlin.send(stage_message("interview"))).outcome is Outcome.SENT


async def test_a_touch_held_by_a_cap_comes_back_inside_its_window(berlin: House) -> None:
    assert (await berlin.send(nurture())).outcome is Outcome.SENT
    settlement = await berlin.send(nurture(occurrence="2"))
    assert settlement.gate == Gate.CAP
    assert (local(settlement).date(), local(settlement).hour) == (date(2026, 11, 25), 9)
    assert settlement.until is not None
    berlin.now = settlement.until
    assert (await berlin.send(nurture(occurrence="2"))).outcome is Outcome.SENT


# Conditions of steps


def with_condition(condition: str) -> dict[str, Any]:
    """A plan whose first step goes only where this holds."""
    return {"steps": [{"id": "hello", "channel": "email", "condition": condition}, {"id": "nudge", "channel": "sms"}]}


async def test_a_step_whose_condition_does_not_hold_is_skipped_with_it(berlin: House) -> None:
    settlement = await berlin.send(publish(berlin, **with_condition('country == "FR"')))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.CONDITION)
    assert settlement.because == 'country == "FR" does not hold; a person of whom it is true gets the message'
    assert berlin.email.kept == []


async def test_a_step_whose_condition_holds_leaves(berlin: House) -> None:
    assert (await berlin.send(publish(berlin, **with_condition('country == "DE"')))).outcome is Outcome.SENT


async def test_a_condition_may_ask_how_an_earlier_step_came_out(berlin: House) -> None:
    order = publish(berlin, **with_condition('answer("ask") == "reply"'))
    entered = {
        "kind": "enrollment",
        "at": NOW.isoformat(),
        "journey": "spring",
        "version": 2,
        "occurrence": "1",
        "outcome": "active",
    }
    answered = {
        "kind": "step",
        "at": NOW.isoformat(),
        "journey": "spring",
        "occurrence": "1",
        "stage": "ask",
        "outcome": "reply",
    }
    assert (await berlin.send(replace(order, facts=[entered, answered]))).outcome is Outcome.SENT


# What a claim keeps


async def test_a_claim_keeps_the_rules_that_it_was_made_by(berlin: House) -> None:
    caps = {
        "per_day": 3, "per_week": 4, "per_month": 6, "spacing_hours": 2,
        "limits": [{"count": 1, "days": 14, "channel": "sms", "purpose": ""}],
    }  # fmt: skip

    def arrange(connection: Any) -> None:
        calendars.set_rule_of_house(connection, "caps", caps)
        calendars.put(connection, calendars.Rule(TODAY + timedelta(days=2), because="Founders' Day"))

    change(berlin, arrange)
    await berlin.send(nurture())
    [row] = berlin.run("select cap_per_day, cap_per_week, limits from ledger")
    assert (row.cap_per_day, row.cap_per_week) == (3, 4)
    assert row.limits == {
        "window": {"days": "1111100", "start": 540, "end": 1080}, "closed": ["2026-11-26"], "spacing_hours": 2,
        "limits": [{"count": 6, "days": 30, "channel": "", "purpose": ""}],
    }  # fmt: skip


async def test_what_nothing_binds_keeps_no_rules(berlin: House) -> None:
    await berlin.send(acknowledgment())
    [row] = berlin.run("select cap_per_day, limits from ledger")
    assert tuple(row) == (None, None)


async def test_a_batch_asks_as_many_statements_as_one_touch(house: House) -> None:
    for number in range(12):
        house.add_candidate(f"c{number}")
    order = publish(house, **with_condition('country == ""'))
    sends = house.sends()
    asked: list[str] = []
    event.listen(house.async_engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for people in (["ada"], [f"c{number}" for number in range(12)]):
        orders = [
            replace(order, candidate_id=person, touch=replace(order.touch, key=f"{person}/x")) for person in people
        ]
        asked.clear()
        await sends._claim([Request(one, house.now) for one in orders])
        counts.append(len(asked))
    assert counts[1] <= counts[0]


# Alerts that were merged


def open_more(house: House) -> None:
    """Two further openings that ada was matched to; the second is closed by the time."""

    def do(connection: Any) -> None:
        for name, status in (("be-2", "open"), ("be-3", "closed")):
            openings.add(connection, openings.NewOpening(name, f"Engineer {name}"))
            openings.set_status(connection, name, status, 2)
            matched = matches.MatchOutcome(name, 2, "ada", "announced", "", NOW)
            matches.settle(connection, [matched])

    change(house, do)


async def test_an_alert_settles_every_opening_that_it_tells_of(house: House) -> None:
    open_more(house)
    other = replace(alert(opening_id="be-2").touch, key="ada/alerts/be-2/alert/round-2")
    change(house, lambda connection: controls.stop(connection, "omar"))
    await house.send(SendTouch("ada", other))
    change(house, lambda connection: controls.go(connection, "omar"))
    order = alert()
    await house.send(replace(order, touch=replace(order.touch, also=["be-2", "be-3"])))
    found = house.run("select opening_id, outcome, because from opening_matches order by opening_id")
    assert [tuple(row) for row in found] == [
        ("be-1", "told", ""), ("be-2", "told", ""), ("be-3", "not_told", "withdrawn: the opening is not open"),
    ]  # fmt: skip
    assert house.run("select also from ledger where state = 'accepted'")[0].also == ["be-2"]
    row = house.row(other.key)
    assert (row.state, row.gate, row.because) == ("skipped", "merged", "told by the alert about be-1")
    assert len(house.email.kept) == 1


async def test_a_merged_alert_that_is_asked_for_again_is_not_sent(house: House) -> None:
    open_more(house)
    order = alert()
    await house.send(replace(order, touch=replace(order.touch, also=["be-2"])))
    late = replace(alert(opening_id="be-2").touch, key="ada/alerts/be-2/alert/round-2")
    house.now = NOW + timedelta(days=30)
    settlement = await house.send(SendTouch("ada", late))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.MERGED)
    assert len(house.email.kept) == 1


async def test_openings_of_an_alert_that_did_not_leave_are_not_told_of(house: House) -> None:
    open_more(house)
    house.consent("ada", Purpose.ALERTS, granted=False)
    order = alert()
    await house.send(replace(order, touch=replace(order.touch, also=["be-2"])))
    found = house.run("select opening_id, outcome from opening_matches where opening_id <> 'be-3' order by opening_id")
    assert [tuple(row) for row in found] == [("be-1", "not_told"), ("be-2", "announced")]
