"""Why somebody has not heard from us: the first thing that holds each message, and what would change it. Nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, update

from config.settings import Settings
from domain.plans import Case, Plan, PlanStep, StepKind, Wait
from starter.explanations import Line
from starter.verdicts import verdicts
from storage import candidates, consents, controls, enrollments, journeys
from storage.tables import candidates as candidates_table
from storage.tables import controls as controls_table
from storage.tables import ledger, tasks
from tests.domain.lives import plan_json

MONDAY = datetime(2027, 2, 8, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SETTINGS = Settings(external_database="postgresql://nobody/nothing")
TEXT = "---\nsubject: Hello {{ first_name }}\n---\nGood day.\n"
NEEDY = "---\nsubject: Hello\nrequired: [next_step]\n---\nGood day {{ next_step }}.\n"


def enter(
    engine: Engine, steps: list[PlanStep], *, name: str = "hello", text: str = TEXT, days: float = 0, **more: Any
) -> None:
    """Ada enters a journey of these steps, so many days ago."""
    plan = plan_json(Plan(name, 1, steps, **more))
    sends = [step.id for step in steps if step.kind is StepKind.SEND]
    snapshot = {
        "journey": name,
        "purpose": "nurture",
        "steps": [{"id": one, "message": one} for one in sends],
        "messages": [{"message": one, "channel": "email", "language": "en", "text": text} for one in sends],
    }
    entered = MONDAY - timedelta(days=days)
    stay = enrollments.Enrollment("ada", name, 1, f"{entered:%Y-%m-%dT%H:%M:%SZ}", "active", "", entered, None)
    with engine.begin() as connection:
        journeys.publish(connection, name, title=name, snapshot=snapshot, digest=name, plan_of=lambda version: plan)
        enrollments.record(connection, stay)


def consent(connection: Connection, *, granted: bool = True) -> None:
    word = consents.NewConsent("ada", "nurture", "email", granted, MONDAY - 9 * DAY, f"c{granted}")
    consents.record(connection, [word])


@pytest.fixture
def ada(engine: Engine) -> Engine:
    """Ada Abelard of Stockholm, known to Dana, on a Monday morning; no public holiday is near."""
    clock = {"real_anchor": datetime.now(UTC).isoformat(), "story_anchor": MONDAY.isoformat(), "speed": 1.0}
    with engine.begin() as connection:
        connection.execute(insert(controls_table).values(name="clock", value=clock))
        person = candidates.NewCandidate(
            "Ada Abelard", id="ada", emails=["ada@example.org"], country="SE", zone="Europe/Stockholm", owner="dana"
        )
        candidates.add(connection, person)
        consent(connection)
    return engine


def said(engine: Engine) -> list[Line]:
    with engine.connect() as connection:
        return verdicts(connection, SETTINGS, "ada")


def only(engine: Engine) -> Line:
    """The one line about something that could be sent, or is waited for."""
    switches = ("paused", "stopped")
    [line] = [one for one in said(engine) if one.kind != "heard" and (one.kind not in switches or one.touch_key)]
    return line


SEND = [PlanStep("hello")]


def test_somebody_of_whom_nothing_is_planned(ada: Engine) -> None:
    heard, nothing = said(ada)
    assert heard.text == "has never heard from us"
    assert nothing.text.startswith("nothing is planned: in no journey")
    assert "keepwarm enroll" in nothing.cure


def test_a_message_that_may_leave_says_so_and_when_they_last_heard(ada: Engine) -> None:
    enter(ada, SEND)
    sent = {
        "touch_key": "ada/application/be-1:applied/message/x", "candidate_id": "ada", "purpose": "application",
        "channel": "email", "template": "received", "state": "accepted", "due": MONDAY, "accepted_at": MONDAY - 3 * DAY,
    }  # fmt: skip
    with ada.begin() as connection:
        connection.execute(insert(ledger).values(sent))
    assert said(ada)[0].text == "last heard from us 3 days ago: received at 2027-02-05 10:00"
    assert "every gate is open" in only(ada).text


@pytest.mark.parametrize(
    ("change", "gate", "text", "cure"),
    [
        (lambda c: consent(c, granted=False), "", "nothing is planned", "keepwarm enroll"),
        (
            lambda c: controls.stop(c, "dana", "a wrong link", "journey:hello"),
            "kill_switch",
            "kill_switch, journey hello is stopped",
            "keepwarm go",
        ),
        (
            lambda c: controls.pause(c, MONDAY - DAY, "dana", scope="journey:hello"),
            "paused",
            "journey hello is paused",
            "`keepwarm resume --journey hello`",
        ),
        (
            lambda c: controls.pause(c, MONDAY - DAY, "dana"),
            "paused",
            "everything is paused",
            "`keepwarm resume --everything`",
        ),
        (
            lambda c: candidates.rest(c, "ada", paused_at=MONDAY - DAY),
            "paused",
            "the person is paused",
            "`keepwarm resume ada`",
        ),
        (lambda c: candidates.snooze(c, "ada", MONDAY + 9 * DAY), "", "waits until 2027-02-17", "end of the snooze"),
        (
            lambda c: candidates.rest(c, "ada", cool_off_until=MONDAY + 90 * DAY),
            "",
            "end of the cool-off",
            "end of the rest",
        ),
        (lambda c: candidates.rest(c, "ada", away_until=MONDAY + 3 * DAY), "", "the return from absence", "return"),
        (
            lambda c: c.execute(update(candidates_table).values(zone="Asia/Tokyo")),
            "window",
            "2027-02-09",
            "send window",
        ),
        (
            lambda c: c.exec_driver_sql("update contact_points set suppressed = 'bounced'"),
            "suppressed",
            "gate suppressed",
            "correct address",
        ),
        (
            lambda c: c.exec_driver_sql("delete from consent_log"),
            "consent",
            "no consent on record",
            "consent on record",
        ),
    ],
)
def test_the_first_thing_that_holds_a_message_is_named_with_what_would_change_it(
    ada: Engine, change: Callable[[Connection], Any], gate: str, text: str, cure: str
) -> None:
    enter(ada, SEND)
    with ada.begin() as connection:
        change(connection)
    line = only(ada)
    assert line.gate == gate
    assert text in line.text
    assert cure in line.cure


def test_a_cap_that_is_used_up_waits_for_another_day(ada: Engine) -> None:
    enter(ada, [PlanStep("hello"), PlanStep("again")], days=0.05)
    sent = {
        "touch_key": "ada/nurture/hello-1/hello/2027-02-08T08:48:00Z", "candidate_id": "ada", "purpose": "nurture",
        "channel": "email", "template": "hello", "journey": "hello", "version": 1, "state": "accepted", "due": MONDAY,
        "accepted_at": MONDAY - DAY / 24, "handed_over_at": MONDAY - DAY / 24, "settled_at": MONDAY - DAY / 24,
    }  # fmt: skip
    with ada.begin() as connection:
        connection.execute(insert(ledger).values(sent))
    line = only(ada)
    assert "waits until 2027-02-09" in line.text
    assert "again" in line.touch_key


def test_a_missing_token_is_found_before_the_message_is_due(ada: Engine) -> None:
    enter(ada, [PlanStep("hello", wait_days=2)], text=NEEDY)
    line = only(ada)
    assert (line.gate, line.kind) == ("tokens", "waits")
    assert "next_step" in line.text


@pytest.mark.parametrize(
    ("steps", "text", "cure"),
    [
        (
            [PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=240)],
            "waits for reply, until 2027-02-17 10:00",
            "an answer",
        ),
        (
            [PlanStep("call", kind=StepKind.TASK, title="Call Ada", timeout_hours=240)],
            "waits for a person to do 'Call Ada', until",
            "task_done",
        ),
        ([PlanStep("rest", kind=StepKind.WAIT, wait_days=3)], "waits until 2027-02-10 10:00", "its moment"),
        (
            [PlanStep("soon", wait=Wait(fact="start_date"))],
            "waits for start_date, which is not on record",
            "start_date on record",
        ),
        (
            [PlanStep("fork", kind=StepKind.BRANCH, wait_days=4, cases=[Case("applied()", -1)])],
            "waits until 2027-02-11 10:00",
            "its moment",
        ),
    ],
)
def test_what_a_journey_waits_for_is_told(ada: Engine, steps: list[PlanStep], text: str, cure: str) -> None:
    enter(ada, steps, days=1)
    line = only(ada)
    assert text in line.text
    assert cure in line.cure


def test_a_journey_that_waits_behind_another_one_says_which_comes_first(ada: Engine) -> None:
    enter(ada, [PlanStep("hello", wait_days=9)], days=1)
    enter(ada, [PlanStep("news", wait_days=1)], name="news", days=0.5)
    told = [line.text for line in said(ada)]
    assert any(text.startswith("news@1 waits: hello@1 comes first") for text in told)


def test_asking_changes_nothing(ada: Engine) -> None:
    enter(ada, SEND, text=NEEDY)
    assert only(ada).gate == "tokens"
    with ada.connect() as connection:
        for table in (ledger, tasks):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
