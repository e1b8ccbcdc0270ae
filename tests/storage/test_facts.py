"""Facts find their tables, and finding them twice changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from domain.facts import Fact, FactKind
from storage import applications, candidates, consents, enrollments, facts, inspections, matches, tasks
from storage.promises import open_questions
from storage.tables import contact_points, journey_moves, ledger, promises
from storage.tables import enrollments as enrollments_table
from storage.traits import answers_of
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, sent


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Ada and the opening be-1."""
    add_candidate(connection)
    add_opening(connection)
    return connection


def stage(name: str, furthest: str, hours: int = 0, outcome: str = "entered") -> Fact:
    """A stage entered some hours from now."""
    return Fact(
        FactKind.STAGE, NOW + timedelta(hours=hours), event_id=f"e-{name}-{hours}", opening_id="be-1", stage=name,
        furthest=furthest, outcome=outcome, by="dana",
    )  # fmt: skip


def write(connection: Connection, *found: Fact) -> None:
    """Twice, as a repeated activity does, through the form that travels."""
    for _ in range(2):
        facts.apply(connection, "ada", [Fact.read(fact.compact()) for fact in found])


def test_an_application_moves_and_remembers_how_far_it_came(house: Connection) -> None:
    write(house, stage("applied", "applied"), stage("interview", "interview", 1), stage("rejected", "interview", 2))
    [application] = applications.for_candidate(house, "ada")
    assert (application.stage, application.kind) == ("rejected", "refused")
    assert (application.furthest, application.furthest_kind) == ("interview", "late")
    assert application.applied_at == NOW


def test_a_late_signal_is_logged_and_moves_nothing(house: Connection) -> None:
    write(house, stage("interview", "interview"), stage("applied", "interview", -3, "late"))
    assert [application.stage for application in applications.for_opening(house, "be-1")] == ["interview"]


def test_a_stage_of_an_opening_that_nobody_added_is_logged(house: Connection) -> None:
    write(house, Fact(FactKind.STAGE, NOW, event_id="e", opening_id="gone", stage="applied", outcome="entered"))
    assert applications.for_candidate(house, "ada") == []


def enrollment(status: str, because: str = "") -> Fact:
    """A word about Ada's stay in spring."""
    return Fact(FactKind.ENROLLMENT, NOW, journey="spring", version=1, occurrence="o", outcome=status, because=because)


def test_a_stay_in_a_journey_ends_once(house: Connection) -> None:
    write(house, enrollment("active"), enrollment("exited", "replied"), enrollment("finished"))
    [stay] = enrollments.for_candidate(house, "ada")
    assert (stay.status, stay.because, stay.ended_at) == ("exited", "replied", NOW)
    assert enrollments.counts(house, "spring") == {(1, "exited"): 1}


def test_a_word_of_consent_and_a_snooze(house: Connection) -> None:
    word = Fact(FactKind.CONSENT, NOW, event_id="e", purpose="nurture", channel="sms", outcome="withdrawn", by="sms")
    write(house, word, Fact(FactKind.SNOOZE, NOW, until=NOW + timedelta(days=9)))
    [row] = consents.history(house, "ada")
    assert (row.granted, row.source) == (False, "sms")
    assert candidates.get(house, "ada").snoozed_until == NOW + timedelta(days=9)


def test_an_alert_that_waits_is_listed_though_nobody_matched_the_person(house: Connection) -> None:
    write(house, Fact(FactKind.ALERT, NOW, opening_id="be-1", round=1, outcome="waiting", because="cap"))
    [told] = matches.told(house, "be-1")
    assert (told.outcome, told.because, told.score) == ("waiting", "cap", 0)


NOT_SENT = Fact(
    FactKind.NOT_SENT, NOW, touch_key="k", purpose="application", channel="email", template="refused", opening_id="be-1",
    outcome="withdrawn", because="moved to interview",
)  # fmt: skip


def test_a_touch_that_was_taken_back_is_on_record_with_its_reason(house: Connection) -> None:
    write(house, NOT_SENT)
    [row] = inspections.for_candidate(house, "ada")
    assert (row.state, row.gate, row.because) == ("skipped", "withdrawn", "moved to interview")


@pytest.mark.parametrize(
    ("before", "after"),
    [("intended", "skipped"), ("claimed", "skipped"), ("handed_over", "unknown"), ("accepted", "accepted")],
)
def test_what_a_withdrawal_makes_of_a_touch_depends_on_how_far_it_came(
    house: Connection, before: str, after: str
) -> None:
    values: dict[str, Any] = {"state": before}
    sent(house, "k", **values)
    write(house, NOT_SENT)
    row = inspections.touch(house, "k")
    assert row is not None
    assert row.state == after
    assert [task.kind for task in tasks.listed(house)] == (["unknown_fate"] if after == "unknown" else [])


# The nurture engine's


STAY: dict[str, Any] = {"journey": "spring", "version": 1, "occurrence": "o"}


def test_how_a_step_came_out_is_kept_with_the_stay_and_the_later_answer_stands(house: Connection) -> None:
    write(house, enrollment("active"))
    write(house, Fact(FactKind.STEP, NOW, stage="ask", outcome="timeout", **STAY))
    write(house, Fact(FactKind.STEP, NOW + timedelta(hours=1), stage="ask", outcome="reply", **STAY))
    write(house, Fact(FactKind.STEP, NOW - timedelta(hours=1), stage="ask", outcome="late", **STAY))
    write(house, Fact(FactKind.STEP, NOW, stage="call", outcome="done", **STAY))
    [kept] = house.scalars(select(enrollments_table.c.answers))
    assert {step: answer[0] for step, answer in kept.items()} == {"ask": "reply", "call": "done"}
    assert answers_of(house, [("ada", "spring")]) == {("ada", "spring"): {"ask": "reply", "call": "done"}}
    write(house, enrollment("finished"))
    assert answers_of(house, [("ada", "spring")]) == {}


@pytest.mark.parametrize("status", ["reached", "held_out", "exited", "finished"])
def test_a_stay_ends_as_what_it_was(house: Connection, status: str) -> None:
    write(house, *([] if status == "held_out" else [enrollment("active")]), enrollment(status, "because"))
    [stay] = enrollments.for_candidate(house, "ada")
    assert (stay.status, stay.because, stay.ended_at) == (status, "because", NOW)


def task(outcome: str, hours: int = 0) -> Fact:
    """A word about the call that Ada's journey asks for."""
    return Fact(
        FactKind.TASK, NOW + timedelta(hours=hours), touch_key="ada/task/spring/call/o", stage="call", channel="call",
        because="Call her about the move", by="dana", until=NOW + timedelta(days=3), outcome=outcome, **STAY,
    )  # fmt: skip


def test_a_task_of_a_journey_is_asked_for_once_and_ticked_off(house: Connection) -> None:
    write(house, task("ask"))
    [asked] = tasks.listed(house, "ada")
    assert (asked.kind, asked.owner, asked.because) == ("call", "dana", "Call her about the move")
    assert asked.due == NOW + timedelta(days=3)
    write(house, task("done", 5))
    assert tasks.listed(house, "ada") == []


def test_an_overdue_task_stays_on_the_list_and_says_so(house: Connection) -> None:
    write(house, task("ask"), task("overdue", 72))
    [late] = tasks.listed(house, "ada")
    assert late.because == "Call her about the move (overdue; the journey goes on without it)"
    write(house, task("dropped", 80))
    assert tasks.listed(house, "ada") == []


def test_a_move_pins_the_other_version_and_is_ticked_off(house: Connection) -> None:
    write(house, enrollment("active"))
    move = {
        "move_id": "m1",
        "candidate_id": "ada",
        "journey": "spring",
        "occurrence": "o",
        "from_version": 1,
        "to_version": 2,
    }
    house.execute(insert(journey_moves).values(at=NOW, **move))
    write(house, Fact(FactKind.MOVE, NOW, event_id="m1", **(STAY | {"version": 2})))
    [stay] = enrollments.for_candidate(house, "ada")
    assert stay.version == 2
    assert house.scalar(select(journey_moves.c.moved_at)) == NOW


def test_a_promise_finds_its_table(house: Connection) -> None:
    made = Fact(
        FactKind.PROMISE, NOW, touch_key="ada/promise/next_date/be-1", stage="next_date", opening_id="be-1", by="dana",
        until=NOW + timedelta(days=2), outcome="due",
    )  # fmt: skip
    write(house, made)
    [row] = house.execute(select(promises.c.kind, promises.c.state, promises.c.due))
    assert tuple(row) == ("next_date", "due", NOW + timedelta(days=2))


# What rests, and what is taken back


def stay(status: str, days: int, because: str = "") -> Fact:
    return Fact(
        FactKind.ENROLLMENT, NOW + timedelta(days=days), journey="spring", version=1, occurrence="o", outcome=status,
        because=because,
    )  # fmt: skip


def kept(connection: Connection) -> tuple[str, str, bool]:
    [one] = enrollments.for_candidate(connection, "ada")
    return one.status, one.because, one.ended_at is None


def test_a_stay_that_rests_is_active_again_once_it_goes_on(house: Connection) -> None:
    write(house, stay("active", 0))
    write(house, stay("set_aside", 1, "email bounced"))
    assert kept(house) == ("set_aside", "email bounced", False)
    write(house, stay("active", 0))
    assert kept(house)[0] == "set_aside", "the record of its entry, written again, does not wake it"
    write(house, stay("resumed", 5))
    assert kept(house) == ("active", "", True)


def test_a_stay_that_ended_while_it_rested_is_not_woken_by_an_older_word(house: Connection) -> None:
    write(house, stay("active", 0), stay("set_aside", 1), stay("exited", 9, "no address"))
    write(house, stay("resumed", 5))
    assert kept(house) == ("exited", "no address", False)


def test_a_touch_that_is_wanted_again_can_be_claimed_again_unless_it_left(house: Connection) -> None:
    unsent = Fact(
        FactKind.NOT_SENT, NOW, touch_key="k", purpose="nurture", channel="email", template="s", outcome="exited"
    )
    write(house, unsent)
    write(house, Fact(FactKind.WANTED, NOW, touch_key="k"))
    assert house.scalar(select(ledger.c.id).where(ledger.c.touch_key == "k")) is None
    sent(house, "left")
    write(house, Fact(FactKind.WANTED, NOW, touch_key="left"))
    assert house.scalar(select(ledger.c.state).where(ledger.c.touch_key == "left")) == "accepted"


def contact(outcome: str, event_id: str = "17") -> Fact:
    return Fact(FactKind.CONTACT, NOW, event_id=event_id, channel="email", outcome=outcome, because="not this person's")


def suppressed(connection: Connection) -> list[str]:
    c = contact_points.c
    wanted = select(c.suppressed).where(c.candidate_id == "ada", c.kind == "email").order_by(c.position, c.id)
    return list(connection.scalars(wanted))


def test_the_address_in_use_is_suppressed_once_however_often_it_is_said(connection: Connection) -> None:
    add_candidate(connection, emails=["ada@example.org", "ada@work.example"])
    write(connection, contact("suppressed"))
    assert suppressed(connection) == ["not this person's (message 17)", ""]
    write(connection, contact("suppressed", "18"))
    assert suppressed(connection) == ["not this person's (message 17)", "not this person's (message 18)"]
    write(connection, contact("usable", "18"))
    assert suppressed(connection) == ["not this person's (message 17)", ""]


def question(outcome: str, because: str = "", hours: int = 0) -> Fact:
    return Fact(
        FactKind.PROMISE, NOW + timedelta(hours=hours), touch_key="ada/promise/question/17", stage="question", outcome=outcome,
        because=because, by="dana", until=NOW + timedelta(hours=8),
    )  # fmt: skip


def test_a_question_is_open_until_it_is_answered_in_time_or_late(house: Connection) -> None:
    write(house, question("due"))
    assert [one.owner for one in open_questions(house, ["ada"])] == ["dana"]
    write(house, question("broken", "no word before it passed", 8))
    assert len(open_questions(house, ["ada"])) == 1
    write(house, question("kept", "answered by eli", 9))
    assert open_questions(house, ["ada"]) == []
    row = house.execute(select(promises)).one()
    assert (row.state, row.because) == ("broken", "late: answered by eli")
