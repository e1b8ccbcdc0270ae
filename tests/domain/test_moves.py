"""Moving people between versions of a journey: where they go on, and that nobody is sent a message twice or lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arbiter import Idle
from domain.definitions import Decision
from domain.facts import FactKind
from domain.plans import END, Case, Plan, PlanStep, StepKind
from domain.relationships import Relationship
from domain.touches import Channel
from domain.windows import ALWAYS, Caps
from tests.domain.lives import DAY, MONDAY, Life, deferred, plan_json, sends, skipped

MANY = Caps(1000, 1000)


@pytest.fixture
def life() -> Life:
    return Life(Relationship("c1", window=ALWAYS, caps=MANY, owner="dana"))


def send(name: str, days: int = 0) -> PlanStep:
    return PlanStep(name, Channel.EMAIL, wait_days=days)


def version(number: int, *steps: PlanStep, **more: Any) -> Plan:
    return Plan("talk", number, list(steps), **more)


def mails(number: int, *names_and_days: tuple[str, int]) -> Plan:
    return version(number, *(send(name, days) for name, days in names_and_days))


def moved(life: Life, plan: Plan, **more: Any) -> list[Any]:
    return life.happen("moved", journey="talk", version=plan.version, plan=plan_json(plan), move_id="m1", **more)


def test_a_moved_person_goes_on_at_the_same_step_and_its_new_wait_counts_from_the_one_before(life: Life) -> None:
    life.enroll(mails(1, ("hello", 0), ("why", 10), ("bye", 10)))
    life.live(days=4)
    [fact] = moved(life, mails(2, ("hello", 0), ("why", 8), ("bye", 10)))
    assert (fact.kind, fact.event_id, fact.version, fact.journey) == (FactKind.MOVE, "m1", 2, "talk")
    life.live(days=30)
    assert [(touch.template, touch.version, when - MONDAY) for when, touch in life.sent] == [
        ("hello", 1, 0 * DAY), ("why", 2, 8 * DAY), ("bye", 2, 18 * DAY),
    ]  # fmt: skip


def test_a_step_that_the_new_version_has_already_passed_leaves_at_once(life: Life) -> None:
    life.enroll(mails(1, ("hello", 0), ("why", 10)))
    life.live(days=6)
    moved(life, mails(2, ("hello", 0), ("why", 3)))
    assert life.live(hours=1) == ["why"]


def test_whose_step_is_gone_goes_on_after_the_last_one_that_they_had(life: Life) -> None:
    life.enroll(mails(1, ("hello", 0), ("why", 10), ("bye", 10)))
    life.live(days=4)
    moved(life, mails(2, ("hello", 0), ("news", 5), ("bye", 10)))
    assert life.live(days=30) == ["news", "bye"]


def test_who_has_had_nothing_of_it_begins_at_its_first_step(life: Life) -> None:
    life.enroll(mails(1, ("hello", 5)))
    life.live(days=1)
    moved(life, mails(2, ("welcome", 2), ("bye", 1)))
    assert life.live(days=30) == ["welcome", "bye"]


def test_what_they_have_had_is_jumped_over_wherever_it_stands(life: Life) -> None:
    life.enroll(mails(1, ("a", 0), ("b", 1), ("c", 1)))
    life.live(days=1, hours=1)
    moved(life, mails(2, ("c", 1), ("b", 1), ("new", 1), ("a", 50), ("end", 1)))
    assert life.live(days=9) == ["c", "new", "end"]


def test_a_step_that_a_gate_has_skipped_is_not_tried_again(life: Life) -> None:
    life.answer = lambda touch, now: skipped("condition", now) if touch.template == "a" else sends(touch, now)
    life.enroll(mails(1, ("a", 0), ("b", 5)))
    life.live(days=1)
    moved(life, mails(2, ("x", 0), ("a", 0), ("b", 5)))
    assert life.live(days=9) == ["b"]


def test_who_has_had_all_of_it_has_finished(life: Life) -> None:
    life.enroll(mails(1, ("a", 0), ("b", 5)))
    life.live(days=1)
    moved(life, mails(2, ("a", 0)))
    life.live(days=1)
    assert (life.relationship.enrollments, life.recorded(FactKind.ENROLLMENT)) == ({}, ["active", "finished"])


def test_a_move_that_is_taken_back_loses_no_step_that_the_other_version_lacked(life: Life) -> None:
    first = mails(1, ("a", 0), ("b", 5), ("c", 5))
    life.enroll(first)
    life.live(days=1)
    moved(life, mails(2, ("a", 0), ("c", 30)))
    assert life.relationship.enrollments["talk"].step() == send("c", 30)
    moved(life, first, undoes="m1")
    life.live(days=30)
    assert [(touch.template, when - MONDAY) for when, touch in life.sent] == [
        ("a", 0 * DAY),
        ("b", 5 * DAY),
        ("c", 10 * DAY),
    ]


def test_a_move_that_is_taken_back_repeats_nothing_of_the_other_version(life: Life) -> None:
    first = mails(1, ("a", 0), ("b", 5), ("c", 5))
    life.enroll(first)
    life.live(days=1)
    moved(life, mails(2, ("a", 0), ("x", 1), ("c", 30)))
    assert life.live(days=2) == ["x"]
    moved(life, first, undoes="m1")
    assert life.live(days=30) == ["b", "c"]


def test_a_touch_that_a_gate_holds_is_asked_again_in_the_words_of_the_new_version(life: Life) -> None:
    life.answer = lambda touch, now: deferred(now + 9 * DAY, "kill_switch") if touch.version == 1 else sends(touch, now)
    life.enroll(mails(1, ("a", 0)))
    life.live(days=1)
    moved(life, mails(2, ("a", 0)))
    life.live(hours=1)
    assert [touch.key for _, touch in life.sent] == [f"c1/nurture/talk-2/a/{MONDAY:%Y-%m-%dT%H:%M:%SZ}"]


def test_work_that_somebody_was_asked_for_stays_asked_and_is_overdue_when_it_was(life: Life) -> None:
    call = PlanStep("call", kind=StepKind.TASK, title="call her", timeout_hours=72)
    life.enroll(version(1, call, send("bye")))
    life.live(days=2)
    moved(life, version(2, send("hello"), call, send("bye")))
    assert life.live(days=0.5) == []
    assert life.live(days=1) == ["bye"]
    assert life.recorded(FactKind.TASK) == ["ask", "overdue"]


def test_work_that_the_new_version_does_not_ask_for_is_dropped(life: Life) -> None:
    life.enroll(version(1, PlanStep("call", kind=StepKind.TASK, title="call her", timeout_hours=72), send("bye")))
    life.live(days=1)
    moved(life, version(2, send("hello"), send("bye")))
    assert life.live(days=1) == ["hello", "bye"]
    assert life.recorded(FactKind.TASK) == ["ask", "dropped"]


def test_a_question_that_is_answered_leads_where_its_answer_leads_and_is_not_put_again(life: Life) -> None:
    ask = PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], to=2, otherwise=3, timeout_hours=240)
    life.enroll(version(1, send("hello"), ask, send("thanks", 3), send("bye", 3)))
    life.live(days=1)
    life.happen("message_received", kind="reply")
    later = PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], to=3, otherwise=4, timeout_hours=240)
    moved(life, version(2, send("first"), send("hello"), later, send("thank-you", 1), send("bye", 3)))
    assert life.live(days=9) == ["thank-you", "bye"]


def test_a_branch_ahead_is_decided_by_the_cases_of_the_new_version(life: Life) -> None:
    life.decide = lambda enrollment, step: Decision(case=len(enrollment.plan.steps[enrollment.position].cases) - 1)
    life.enroll(
        version(
            1, send("a"), PlanStep("fork", wait_days=3, kind=StepKind.BRANCH, cases=[Case("applied()", 2)]), send("b")
        )
    )
    life.live(days=1)
    cases = [Case("applied()", 2), Case('tagged("silver")', 3)]
    moved(
        life,
        version(2, send("a"), PlanStep("fork", wait_days=3, kind=StepKind.BRANCH, cases=cases), send("b"), send("c")),
    )
    assert life.live(days=9) == ["c"]


def test_nobody_is_moved_who_is_not_inside_or_is_there_already(life: Life) -> None:
    plan = mails(1, ("a", 5))
    assert moved(life, plan) == []
    life.enroll(plan)
    assert moved(life, plan) == []
    assert life.live(days=9) == ["a"]


def test_a_plan_that_cannot_be_read_is_kept_for_operators_and_changes_nothing(life: Life) -> None:
    life.enroll(mails(1, ("a", 5)))
    life.happen("moved", journey="talk", version=2, plan={"journey": "talk", "version": 2, "steps": []})
    assert "moved talk" in life.relationship.refused[-1]
    assert life.live(days=9) == ["a"]


def test_the_same_move_told_twice_is_one_move(life: Life) -> None:
    life.enroll(mails(1, ("a", 5)))
    told = {"event_id": "m1", "at": life.now.isoformat()}
    assert len(moved(life, mails(2, ("a", 5)), **told)) == 1
    assert moved(life, mails(2, ("a", 5)), **told) == []


def test_a_message_that_was_leaving_during_the_move_counts_in_the_new_version(life: Life) -> None:
    life.during_send = lambda touch: (
        moved(life, mails(2, ("a", 0), ("b", 5), ("c", 1))) if touch.template == "a" else None
    )
    life.enroll(mails(1, ("a", 0), ("b", 9)))
    life.live(days=30)
    assert [(touch.template, touch.version, when - MONDAY) for when, touch in life.sent] == [
        ("a", 1, 0 * DAY), ("b", 2, 5 * DAY), ("c", 2, 6 * DAY),
    ]  # fmt: skip


def test_the_last_message_of_a_version_that_was_leaving_during_the_move_does_not_end_the_journey(life: Life) -> None:
    life.during_send = lambda touch: moved(life, mails(2, ("b", 5), ("a", 0))) if touch.template == "a" else None
    life.enroll(mails(1, ("a", 0)))
    assert life.live(days=30) == ["a"]
    assert life.relationship.enrollments == {}


# Whatever the versions, whatever the moves


@st.composite
def versions(draw: st.DrawFn) -> list[Plan]:
    """Some versions of one journey: its messages in any order, with any waits, questions, tasks and branches between them."""
    made = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
        steps: list[PlanStep] = []
        for at, name in enumerate(names):
            days = draw(st.integers(0, 6))
            kind = draw(
                st.sampled_from(
                    [StepKind.SEND] * 4 + [StepKind.WAIT_FOR, StepKind.TASK, StepKind.BRANCH, StepKind.WAIT]
                )
            )
            ahead = st.none() | st.integers(at + 1, len(names)) | st.just(END)
            if kind is StepKind.SEND:
                steps.append(send(name, days))
                continue
            steps.append(
                PlanStep(
                    f"{kind}-{name}", kind=kind, wait_days=days, events=["reply"], timeout_hours=24 * draw(st.integers(1, 5)),
                    cases=[Case("applied()", draw(st.integers(at + 1, len(names))))] if kind is StepKind.BRANCH else [],
                    to=draw(ahead) if kind in (StepKind.WAIT_FOR, StepKind.TASK) else None,
                    otherwise=draw(ahead) if kind is not StepKind.WAIT else None,
                )
            )  # fmt: skip
        made.append(version(number, *steps))
    return made


MOVES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3), st.booleans(), st.booleans()), max_size=8)


@given(versions(), MOVES, st.booleans())
def test_whatever_moves_there_are_no_message_leaves_twice_and_nobody_is_lost(
    plans: list[Plan], moves: list[tuple[int, int, bool, bool]], meanwhile: bool
) -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=MANY))
    life.decide = lambda enrollment, step: Decision(case=0)
    life.enroll(plans[0])
    life.during_send = lambda touch: moved(life, plans[len(life.sent) % len(plans)]) if meanwhile else None
    for hours, number, replies, undoes in moves:
        life.live(hours=hours)
        if replies:
            life.happen("message_received", kind="click")
        moved(life, plans[number % len(plans)], undoes="m1" if undoes else "")
    enrollment = life.relationship.enrollments.get("talk")
    if enrollment:
        assert set(enrollment.done) == set(life.templates())
    life.live(days=3 * sum(6 + 5 for plan in plans for _ in plan.steps))
    assert max(Counter(life.templates()).values(), default=1) == 1
    assert life.relationship.enrollments == {}
    assert isinstance(life.upcoming_action(), Idle)
    ends = [fact.outcome for fact in life.facts if fact.kind is FactKind.ENROLLMENT]
    assert ends[0] == "active"
    assert len(ends) == 1 or ends[1:] == ["finished"]


@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True), min_size=2, max_size=2),
    st.integers(0, 300),
)
def test_a_move_taken_back_before_anything_has_left_changes_nothing(names: list[list[str]], hours: int) -> None:
    plans = [mails(number, *((name, 3) for name in one)) for number, one in enumerate(names, 1)]
    stays, goes = (Life(Relationship("c1", window=ALWAYS, caps=MANY)) for _ in range(2))
    for life in (stays, goes):
        life.enroll(plans[0])
        life.live(hours=hours)
    moved(goes, plans[1])
    inside = goes.relationship.enrollments.get("talk")
    if inside and not inside.step():
        return  # they had had all of it, so they have left: nobody takes that back
    moved(goes, plans[0], undoes="m1")
    for life in (stays, goes):
        life.live(days=365)
    assert [(when, touch.template) for when, touch in goes.sent] == [
        (when, touch.template) for when, touch in stays.sent
    ]
