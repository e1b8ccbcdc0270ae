"""A journey's program: every kind of step, when it acts, and where it leads."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.arbiter import Wait as Rest
from domain.definitions import Decision
from domain.facts import FactKind
from domain.gates import Gate
from domain.plans import END, Case, Plan, PlanStep, StepKind, Variant, Wait, is_held_out, read_plan, variant_of
from domain.relationships import Enrollment, Relationship
from domain.touches import Channel
from domain.windows import ALWAYS, Caps, Window
from tests.domain.lives import DAY, MONDAY, Life, journey, plan_json, sends, skipped

MANY = Caps(50, 50)


@pytest.fixture
def life() -> Life:
    return Life(Relationship("c1", window=ALWAYS, caps=MANY, owner="dana"))


def plan(*steps: PlanStep, **more: object) -> Plan:
    return Plan("talk", 1, list(steps), **more)  # type: ignore[arg-type]


def send(name: str, days: int = 0, **more: object) -> PlanStep:
    return PlanStep(name, Channel.EMAIL, wait_days=days, **more)  # type: ignore[arg-type]


def moments(life: Life) -> list[tuple[str, timedelta]]:
    return [(touch.template, moment - MONDAY) for moment, touch in life.sent]


# Waits


def test_a_wait_by_itself_delays_what_follows(life: Life) -> None:
    life.enroll(plan(PlanStep("rest", kind=StepKind.WAIT, wait_days=3), send("hello", 1)))
    life.live(days=9)
    assert moments(life) == [("hello", 4 * DAY)]


def test_business_days_leave_out_weekends_and_closed_days(life: Life) -> None:
    life.relationship.window = Window("1111100", 0, 1440)
    life.relationship.closed = ["2026-11-25"]
    life.enroll(plan(PlanStep("hello", wait=Wait(business_days=4))))
    life.live(days=20)
    [(moment, _)] = life.sent
    assert moment.date().isoformat() == "2026-11-30"


def test_a_wait_until_a_weekday_and_time_is_the_next_such_local_moment(life: Life) -> None:
    life.relationship.zone = "America/New_York"
    life.enroll(plan(PlanStep("hello", wait=Wait(weekdays="0100000", at=600))))
    life.live(days=9)
    assert [moment for moment, _ in life.sent] == [datetime(2026, 11, 24, 15, 0, tzinfo=UTC)]


def test_a_wait_until_a_time_that_has_passed_today_is_tomorrow(life: Life) -> None:
    life.enroll(plan(PlanStep("hello", wait=Wait(at=8 * 60))))
    life.live(days=2)
    assert moments(life) == [("hello", timedelta(hours=23))]


def test_a_wait_that_counts_from_a_date_asks_for_it_and_moves_with_it(life: Life) -> None:
    start = {"on": datetime(2026, 12, 20, tzinfo=UTC)}
    life.decide = lambda enrollment, step: Decision(until=start["on"])
    life.enroll(plan(PlanStep("nearly", wait=Wait(fact="start_date", fact_days=-7))))
    life.live(days=2)
    start["on"] = datetime(2026, 12, 10, tzinfo=UTC)
    life.happen("profile_changed", facts=["start_date"])
    life.live(days=60)
    assert [moment for moment, _ in life.sent] == [datetime(2026, 12, 3, tzinfo=UTC)]


def test_a_date_that_is_not_on_record_is_asked_for_again_each_day_and_nothing_leaves(life: Life) -> None:
    life.enroll(plan(PlanStep("nearly", wait=Wait(fact="start_date"))))
    life.live(days=3, hours=1)
    assert not life.sent
    assert len(life.decided) == 4
    held = life.relationship.enrollments["talk"].held
    assert held
    assert held.gate == Gate.FACT


# Decisions


def branching() -> Plan:
    return plan(
        PlanStep("which", kind=StepKind.BRANCH, wait_days=1, cases=[Case('"python" in skills', 1), Case("x", 3)], otherwise=5),
        send("python"),
        PlanStep("over-1", kind=StepKind.JUMP, to=6),
        send("other"),
        PlanStep("over-2", kind=StepKind.JUMP, to=6),
        send("else"),
        send("all", 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "told"), [(0, ["python", "all"]), (1, ["other", "all"]), (-1, ["else", "all"]), (7, ["else", "all"])]
)
def test_a_branch_takes_the_case_that_holds_and_comes_together_again(life: Life, case: int, told: list[str]) -> None:
    life.decide = lambda enrollment, step: Decision(case)
    life.enroll(branching())
    assert life.live(days=9) == told
    assert [moment - MONDAY for moment, _ in life.sent] == [1 * DAY, 2 * DAY]
    assert life.decided[0][0] == MONDAY + DAY


def test_a_goal_that_holds_ends_the_journey_as_reached(life: Life) -> None:
    life.decide = lambda enrollment, step: Decision(0)
    life.enroll(plan(send("a"), PlanStep("hired", kind=StepKind.GOAL, cases=[Case("applied()", END)]), send("b", 1)))
    assert life.live(days=9) == ["a"]
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "reached"]


def test_a_goal_that_does_not_hold_lets_the_journey_go_on(life: Life) -> None:
    life.enroll(plan(send("a"), PlanStep("hired", kind=StepKind.GOAL, cases=[Case("applied()", END)]), send("b", 1)))
    assert life.live(days=9) == ["a", "b"]


def test_an_event_that_is_the_journey_s_goal_ends_it_as_reached(life: Life) -> None:
    life.enroll(plan(send("a"), send("b", 2), goals=["booking"]))
    life.live(days=1)
    life.happen("message_received", kind="booking")
    assert life.live(days=9) == []
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "reached"]


# Answers


def asking(hours: float = 48) -> Plan:
    ask = PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply", "click"], timeout_hours=hours, to=2, otherwise=4)
    return plan(send("question"), ask, send("thanks"), PlanStep("over", kind=StepKind.JUMP, to=END), send("again"))


def test_an_answer_in_time_goes_one_way_and_does_not_end_the_journey(life: Life) -> None:
    life.enroll(asking())
    life.live(hours=5)
    life.happen("message_received", kind="reply")
    assert life.live(days=9) == ["thanks"]
    assert life.recorded(FactKind.STEP) == ["reply"]


def test_no_answer_in_time_goes_the_other_way_at_the_deadline(life: Life) -> None:
    life.enroll(asking())
    life.live(days=9)
    assert moments(life) == [("question", timedelta()), ("again", 2 * DAY)]


def test_an_automatic_reply_is_no_answer(life: Life) -> None:
    life.enroll(asking())
    life.live(hours=5)
    life.happen("message_received", kind="auto_reply")
    assert life.live(days=9) == ["again"]


def test_a_reply_while_no_step_waits_for_it_ends_the_journey(life: Life) -> None:
    life.enroll(plan(send("a"), send("b", 5)))
    life.live(days=1)
    life.happen("message_received", kind="reply")
    assert life.live(days=9) == []


# Tasks


def working() -> Plan:
    call = PlanStep("call", kind=StepKind.TASK, wait_days=1, timeout_hours=72, title="Call her", work="call")
    return plan(call, send("after"))


def test_a_task_is_asked_for_and_the_journey_goes_on_when_it_is_done(life: Life) -> None:
    life.enroll(working())
    life.live(days=2)
    [asked] = [fact for fact in life.facts if fact.kind is FactKind.TASK]
    assert (asked.outcome, asked.by, asked.because, asked.until) == ("ask", "dana", "Call her", MONDAY + 4 * DAY)
    life.happen("task_done", journey="talk", step="call")
    life.happen("task_done", journey="talk", step="call")
    life.live(days=9)
    assert moments(life) == [("after", 2 * DAY)]
    assert life.recorded(FactKind.TASK) == ["ask", "done"]


def test_a_task_that_is_overdue_lets_the_journey_go_on(life: Life) -> None:
    life.enroll(working())
    life.live(days=9)
    assert moments(life) == [("after", 4 * DAY)]
    assert life.recorded(FactKind.TASK) == ["ask", "overdue"]


def test_a_task_of_a_journey_that_is_left_is_dropped(life: Life) -> None:
    life.enroll(working())
    life.live(days=2)
    life.happen("unenrolled", journey="talk")
    assert life.recorded(FactKind.TASK) == ["ask", "dropped"]


def test_an_exit_ends_the_journey_with_its_reason(life: Life) -> None:
    life.enroll(plan(send("a"), PlanStep("stop", kind=StepKind.EXIT, because="enough"), send("b")))
    assert life.live(days=9) == ["a"]
    assert [fact.because for fact in life.facts if fact.outcome == "exited"] == ["enough"]


def test_a_message_whose_condition_fails_is_passed_over(life: Life) -> None:
    life.answer = lambda touch, now: skipped("condition", now) if touch.template == "b" else sends(touch, now)
    life.enroll(plan(send("a"), send("b", 1, condition="applied()"), send("c", 1)))
    assert life.live(days=9) == ["a", "c"]


# Between journeys


def test_one_nurture_journey_acts_at_a_time_by_priority(life: Life) -> None:
    life.enroll(journey(1, 1, name="low", priority=7))
    life.enroll(journey(3, 3, name="high", priority=2))
    life.enroll(journey(2, name="beside", alongside=True))
    life.live(days=20)
    assert life.templates() == ["beside-1", "high-1", "high-2", "low-1", "low-2"]
    days = [(moment - MONDAY) // DAY for moment, _ in life.sent]
    assert days == [2, 3, 6, 6, 7]


def test_what_waits_behind_another_journey_says_so(life: Life) -> None:
    life.enroll(journey(1, name="first"))
    life.enroll(journey(0, name="second"))
    action = life.upcoming_action()
    assert isinstance(action, Rest)
    assert action.subject == "first/first-1"


# Entering


def test_nobody_enters_again_before_the_journey_allows_it(life: Life) -> None:
    life.enroll(journey(0, reentry_days=30))
    life.live(days=1)
    life.enroll(journey(0, reentry_days=30))
    life.live(days=40)
    life.enroll(journey(0, reentry_days=30))
    life.live(days=1)
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "refused", "active"]
    assert len(life.sent) == 2


def test_those_held_out_are_sent_nothing_and_recorded(life: Life) -> None:
    life.enroll(journey(0, holdout=1.0))
    assert life.live(days=9) == []
    assert life.recorded(FactKind.ENROLLMENT) == ["held_out"]


def test_the_share_held_out_is_about_the_one_asked_for() -> None:
    share = sum(is_held_out(journey(0, holdout=0.1), f"c{number}") for number in range(5000)) / 5000
    assert 0.08 < share < 0.12


def test_entry_rules_that_refuse_are_recorded(life: Life) -> None:
    life.enroll(journey(0), refusal="not in the pool gold")
    assert life.live(days=9) == []
    assert life.recorded(FactKind.ENROLLMENT) == ["refused"]


# Variants


def test_variants_go_out_by_weight_and_stick_to_a_person() -> None:
    step = PlanStep("hello", variants=[Variant("a", 3), Variant("b", 1)])
    drawn = [variant_of(step, "talk", f"c{number}") for number in range(4000)]
    assert 0.7 < drawn.count("a") / 4000 < 0.8
    assert drawn == [variant_of(step, "talk", f"c{number}") for number in range(4000)]


def test_a_touch_names_its_variant(life: Life) -> None:
    life.enroll(plan(PlanStep("hello", variants=[Variant("only")])))
    life.live(days=1)
    assert [touch.variant for _, touch in life.sent] == ["only"]


# Reading


@pytest.mark.parametrize("made", [branching(), asking(), working(), journey(1, 2.5, quiet=[["12-20", "01-06"]])])
def test_a_plan_survives_its_json(made: Plan) -> None:
    assert read_plan(plan_json(made)) == made


def test_a_plan_that_leads_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="give positions after 1"):
        read_plan(plan_json(plan(send("a"), PlanStep("loop", kind=StepKind.JUMP, to=0))))


def test_an_enrollment_at_its_end_has_no_step() -> None:
    assert Enrollment(journey(1), "o", MONDAY, END, MONDAY).step() is None
