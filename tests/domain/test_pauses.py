"""Pauses of a person, a journey, a sender, a template, everything: what they hold, and how life goes on after them."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effects import preview, previews
from domain.facts import FactKind
from domain.gates import Gate
from domain.pauses import fault_of, pause, paused_by
from domain.plans import Case, Plan, PlanStep, StepKind, Wait
from domain.relationships import Relationship
from domain.resumptions import MOST_DAYS, overdue, read_policy, resume
from domain.touches import Channel, Outcome, Priority, Purpose, Settlement, Touch
from domain.windows import ALWAYS, SPREAD, Caps, Window
from tests.domain.lives import DAY, MONDAY, Answers, Life, deferred, journey

POLICIES = ("shift", "drop-overdue", "spread:3d")
SCOPES = ("", "everything", "journey:hello", "sender:dana", "template:hello-2")
WIDE = Caps(per_day=50, per_week=300)


def open_life(number: int = 1, **more: object) -> Life:
    """Somebody of Dana's who may be written to at any hour."""
    values = {"zone": "UTC", "window": ALWAYS, "caps": WIDE, "owner": "dana"} | more
    return Life(Relationship(f"c{number}", **values))  # type: ignore[arg-type]


def rest(life: Life, scope: str, days: float) -> None:
    """A pause begins, and this much time passes."""
    life.relationship.outlook_stale = True
    pause(life.relationship, scope, life.now)
    life.live(days=days)


def go_on(life: Life, scope: str, policy: str) -> None:
    life.facts += resume(life.relationship, scope, policy, life.now)


def days_of(life: Life) -> list[timedelta]:
    return [moment - MONDAY for moment, _ in life.sent]


# Holding


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        ("", {"hello-1", "news-1", "interview"}),
        ("everything", {"hello-1", "news-1", "interview"}),
        ("journey:hello", {"hello-1"}),
        ("sender:dana", {"hello-1", "news-1", "interview"}),
        ("sender:erik", set()),
        ("template:news-1", {"news-1"}),
        ("template:interview", {"interview"}),
    ],
)
def test_a_pause_holds_what_its_scope_names_and_no_acknowledgment(scope: str, held: set[str]) -> None:
    life = open_life()
    life.enroll(journey(1, exit_on=[]))
    life.enroll(journey(1, name="news", alongside=True, exit_on=[]))
    pause(life.relationship, scope, life.now)
    life.stage("interview", "be-2")
    life.stage("applied", "fe-1")
    said = set(life.live(days=5))
    assert "received" in said
    assert {"hello-1", "news-1", "interview"} - said == held


def test_what_holds_a_touch_is_named() -> None:
    life = open_life()
    touch = Touch("k", Purpose.NURTURE, Channel.EMAIL, "hello-1", MONDAY, Priority.NURTURE, journey="hello")
    assert paused_by(life.relationship, touch) == ""
    for scope in ("template:hello-1", "sender:dana", "journey:hello", "everything", "person"):
        pause(life.relationship, scope, MONDAY)
        assert fault_of(scope) == ""
    assert paused_by(life.relationship, touch) == "person"
    assert paused_by(life.relationship, replace(touch, priority=Priority.ACKNOWLEDGMENT)) == ""


@pytest.mark.parametrize("scope", ["nobody", "journey:", "opening:be-1", ":x"])
def test_what_is_no_scope_is_kept_for_operators_to_see(scope: str) -> None:
    life = open_life()
    assert pause(life.relationship, scope, MONDAY) == []
    assert scope in life.relationship.refused[0]
    assert not life.relationship.pauses


def test_waits_do_not_pass_while_their_journey_is_paused() -> None:
    life = open_life()
    steps = [PlanStep("pause", kind=StepKind.WAIT, wait_days=3), PlanStep("call", kind=StepKind.TASK, title="Call")]
    life.enroll(replace(journey(1), steps=steps))
    rest(life, "journey:hello", 10)
    enrollment = life.relationship.enrollments["hello"]
    assert enrollment.position == 0
    assert life.recorded(FactKind.TASK) == []
    go_on(life, "journey:hello", "shift")
    life.live(days=2)
    assert life.recorded(FactKind.TASK) == []
    life.live(days=2)
    assert life.recorded(FactKind.TASK) == ["ask"]


# Shift


@pytest.mark.parametrize("scope", [*SCOPES[:4], "template:hello-1"])
def test_shift_moves_every_wait_by_what_of_the_pause_it_spent_waiting(scope: str) -> None:
    life = open_life()
    life.enroll(journey(10, 10))
    life.live(days=4)
    rest(life, scope, 14)
    go_on(life, scope, "shift")
    life.live(days=60)
    assert days_of(life) == [24 * DAY, 34 * DAY]


def test_pauses_that_overlap_take_their_time_once() -> None:
    life = open_life()
    life.enroll(journey(10))
    life.live(days=2)
    rest(life, "everything", 3)
    rest(life, "journey:hello", 4)
    go_on(life, "everything", "shift")
    life.live(days=5)
    go_on(life, "journey:hello", "shift")
    life.live(days=30)
    assert days_of(life) == [22 * DAY]


@given(st.lists(st.tuples(st.sampled_from(SCOPES[:4]), st.booleans(), st.integers(0, 50)), max_size=12))
def test_a_wait_lasts_longer_by_exactly_the_time_in_which_anything_held_it(
    turns: list[tuple[str, bool, int]],
) -> None:
    life, frozen, on = open_life(), timedelta(), set[str]()
    life.enroll(journey(40))
    for scope, begins, hours in turns:
        if begins:
            pause(life.relationship, scope, life.now)
            on.add(scope)
        elif scope in on:
            go_on(life, scope, "shift")
            on.discard(scope)
        if on:
            frozen += timedelta(hours=hours)
        life.live(hours=hours)
    for scope in on:
        go_on(life, scope, "shift")
    life.live(days=100)
    [left] = days_of(life)
    expected = 40 * DAY + frozen
    assert expected == left


def test_a_wait_for_a_weekday_ends_on_that_weekday_after_a_shift() -> None:
    life = open_life()
    step = PlanStep("hello-1", wait=Wait(days=2, weekdays="0100000", at=600))
    life.enroll(replace(journey(1), steps=[step]))
    rest(life, "journey:hello", 9.3)
    go_on(life, "journey:hello", "shift")
    life.live(days=60)
    [(moment, _)] = life.sent
    assert (moment.weekday(), moment.hour, moment.minute) == (1, 10, 0)
    assert moment - MONDAY > 15 * DAY


def test_a_date_on_record_is_no_wait_that_a_pause_could_move() -> None:
    from domain.definitions import Decision

    life = open_life()
    life.decide = lambda enrollment, step: Decision(until=MONDAY + 30 * DAY)
    life.enroll(replace(journey(1), steps=[PlanStep("hello-1", wait=Wait(fact="start_date", fact_days=-5))]))
    life.live(days=1)
    rest(life, "everything", 10)
    go_on(life, "everything", "shift")
    life.live(days=60)
    assert days_of(life) == [25 * DAY]


def test_a_question_that_was_asked_before_the_pause_waits_as_long_for_its_answer() -> None:
    steps = [
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=240, otherwise=1),
        PlanStep("hello-1"),
    ]
    life = open_life()
    life.enroll(replace(journey(1), steps=steps))
    life.live(days=4)
    rest(life, "journey:hello", 20)
    go_on(life, "journey:hello", "shift")
    assert life.live(days=5.9) == []
    assert life.live(days=0.2) == ["hello-1"]


# Dropping


def test_drop_overdue_records_what_fell_due_and_goes_on_by_the_calendar() -> None:
    life = open_life()
    life.enroll(journey(2, 3, 4, 20))
    rest(life, "journey:hello", 14)
    assert [touch.template for touch in overdue(life.relationship, "journey:hello", life.now)] == ["hello-1"]
    go_on(life, "journey:hello", "drop-overdue")
    dropped = [fact for fact in life.facts if fact.kind is FactKind.NOT_SENT]
    assert [(fact.template, fact.outcome) for fact in dropped] == [
        ("hello-1", Gate.DROPPED),
        ("hello-2", Gate.DROPPED),
        ("hello-3", Gate.DROPPED),
    ]
    assert "journey hello was paused" in dropped[0].because
    life.live(days=60)
    assert days_of(life) == [29 * DAY]


def test_drop_overdue_drops_nothing_that_is_owed() -> None:
    life = open_life()
    life.enroll(journey(2, purpose=Purpose.APPLICATION, exit_on=[]))
    rest(life, "everything", 5)
    life.stage("interview")
    life.live(days=5)
    go_on(life, "everything", "drop-overdue")
    assert sorted(life.live(hours=1)) == ["hello-1", "interview"]


def test_drop_overdue_drops_nothing_that_was_to_wait_for_its_window_anyway() -> None:
    life = open_life(window=Window())
    life.now = MONDAY - 2 * DAY
    life.enroll(journey(0))
    rest(life, "journey:hello", 0.1)
    go_on(life, "journey:hello", "drop-overdue")
    assert life.live(days=5) == ["hello-1"]


def test_a_branch_that_fell_due_is_asked_after_a_drop_and_counts_from_then() -> None:
    steps = [
        PlanStep("hello-1", wait_days=1),
        PlanStep("fork", kind=StepKind.BRANCH, wait_days=1, cases=[Case("applied()", 2)], otherwise=2),
        PlanStep("hello-2", wait_days=2),
    ]
    life = open_life()
    life.enroll(replace(journey(1), steps=steps))
    rest(life, "everything", 30)
    go_on(life, "everything", "drop-overdue")
    life.live(days=60)
    assert [touch.template for _, touch in life.sent] == ["hello-2"]
    assert timedelta() <= days_of(life)[0] - 32 * DAY < SPREAD


# Others


@pytest.mark.parametrize("scope", ["journey:hello", "template:hello-1"])
def test_a_paused_journey_lets_the_others_act_and_leads_again_after_it(scope: str) -> None:
    life = open_life()
    life.enroll(journey(1, 2))
    life.now += timedelta(seconds=1)
    life.enroll(journey(1, 2, 9, name="news"))
    rest(life, scope, 4)
    assert life.templates() == ["news-1", "news-2"]
    go_on(life, scope, "shift")
    assert life.live(days=4) == ["hello-1", "hello-2"]
    assert life.live(days=30) == ["news-3"]


@pytest.mark.parametrize("scope", ["", "everything", "sender:dana"])
def test_a_pause_of_all_that_a_person_gets_changes_nothing_among_their_journeys(scope: str) -> None:
    life = open_life()
    life.enroll(journey(1))
    life.now += timedelta(seconds=1)
    life.enroll(journey(1, name="news"))
    rest(life, scope, 4)
    assert life.templates() == []
    assert [touch.template for touch in overdue(life.relationship, scope, life.now)] == ["hello-1"]


def test_what_was_overdue_behind_a_journey_that_is_paused_does_not_burst_out() -> None:
    lives = [open_life(number) for number in range(40)]
    for life in lives:
        life.enroll(journey(90))
        life.now += timedelta(seconds=1)
        life.enroll(journey(1, name="news"))
        life.live(days=10)
        facts = life.happen("paused", scope="journey:hello")
        assert [fact.kind for fact in facts] == [FactKind.STEP], "so that a rebuild finds when it falls due"
        life.live(days=1)
        assert life.templates() == ["news-1"]
    assert busiest(lives, timedelta(minutes=5)) < 15


def test_a_run_that_began_with_earlier_rules_waits_behind_a_paused_journey() -> None:
    life = open_life(rules=3)
    life.enroll(journey(1))
    life.now += timedelta(seconds=1)
    life.enroll(journey(1, name="news"))
    rest(life, "journey:hello", 4)
    assert life.templates() == []


def test_a_journey_that_a_drop_ends_is_finished_and_lets_the_next_one_begin_without_a_burst() -> None:
    lives = [open_life(number, rules=3) for number in range(40)]
    for life in lives:
        life.enroll(journey(1))
        life.now += timedelta(seconds=1)
        life.enroll(journey(1, name="news"))
        rest(life, "journey:hello", 10)
        go_on(life, "journey:hello", "drop-overdue")
        life.live(days=1)
        assert life.templates() == ["news-1"]
        assert life.recorded(FactKind.ENROLLMENT) == ["active", "active", "finished"]
    assert busiest(lives, timedelta(minutes=5)) < 15


# Bursts


def busiest(lives: list[Life], span: timedelta, since: datetime = MONDAY) -> int:
    """The most messages that all together got within any such span."""
    moments = sorted(moment for life in lives for moment, _ in life.sent if moment >= since)
    return max((sum(first <= one < first + span for one in moments) for first in moments), default=0)


def life_plan(life: Life) -> Plan:
    """A journey whose first message falls due somewhere in the next two weeks, drawn by who it is."""
    return journey(random.Random(life.relationship.candidate_id).uniform(0.5, 13.5), 9)


def crowd(number: int, policy: str, scope: str = "everything", **more: object) -> tuple[list[Life], datetime]:
    """People whose journey's message falls due in two weeks of pause; they went on by the policy, and lived three weeks more."""
    lives = [open_life(one, **more) for one in range(number)]
    for life in lives:
        life.enroll(life_plan(life))
        rest(life, scope, 14)
        go_on(life, scope, policy)
        life.live(days=21)
    return lives, MONDAY + 14 * DAY


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("scope", ["everything", "journey:hello", "sender:dana"])
def test_five_hundred_overdue_after_two_weeks_do_not_burst_out(policy: str, scope: str) -> None:
    lives, resumed = crowd(500, policy, scope)
    assert all(not [moment for moment, _ in life.sent if moment < resumed] for life in lives)
    assert busiest(lives, timedelta(minutes=10), resumed) <= 25
    if policy == "spread:3d":
        assert busiest(lives, DAY, resumed) < 240
    if policy == "shift":
        never_paused = [open_life(number) for number in range(500)]
        for life, twin in zip(lives, never_paused, strict=True):
            twin.enroll(life_plan(life))
            twin.live(days=21)
            assert [moment + 14 * DAY for moment, _ in twin.sent] == [moment for moment, _ in life.sent]


def test_whoever_waited_for_a_window_when_a_pause_began_does_not_burst_out_at_its_end() -> None:
    lives = [open_life(number, window=Window()) for number in range(300)]
    for life in lives:
        life.now = MONDAY - timedelta(hours=20)
        life.enroll(journey(0))
        rest(life, "everything", 3.1)
        assert life.now.hour == 15
        go_on(life, "everything", "shift")
        life.live(days=4)
    assert busiest(lives, timedelta(minutes=5)) < 60


def test_spread_fills_the_days_on_which_we_write_evenly() -> None:
    lives, resumed = crowd(600, "spread:3d", window=Window())
    first = [life.sent[0][0] for life in lives]
    days = Counter(moment.date() for moment in first)
    assert len(days) == 3
    assert min(days.values()) > 150
    assert {moment.weekday() for moment in first} <= {0, 1, 2}
    assert all(9 <= moment.hour < 18 and moment >= resumed for moment in first)


# Telling before


@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_resume_is_said_to_do_is_what_then_happens(policy: str) -> None:
    lives = [open_life(number, window=Window(), caps=Caps(1, 2)) for number in range(60)]
    for life in lives:
        chance = random.Random(life.relationship.candidate_id)
        life.enroll(journey(chance.uniform(0.5, 20), 3, 3))
        rest(life, "journey:hello", 14)
    said = previews((life.relationship for life in lives), "journey:hello", policy, MONDAY + 14 * DAY)
    dropped = 0
    for life in lives:
        go_on(life, "journey:hello", policy)
        dropped += sum(fact.outcome == Gate.DROPPED for fact in life.facts)
        life.live(days=30)
    assert (said.people, said.dropped) == (60, dropped)
    assert 20 < said.overdue < 60
    assert said.by_day == Counter(moment.date().isoformat() for life in lives for moment, _ in life.sent)


def test_a_preview_changes_nothing() -> None:
    life = open_life()
    life.enroll(journey(2))
    rest(life, "everything", 5)
    before = life.relationship.compact()
    preview(life.relationship, "everything", "drop-overdue", life.now)
    assert life.relationship.compact() == before


# Whatever may happen


@given(
    seed=st.integers(0, 10_000),
    turns=st.lists(
        st.tuples(st.sampled_from(SCOPES), st.sampled_from(["", *POLICIES]), st.integers(0, 200)), max_size=14
    ),
    capped=st.booleans(),
)
def test_no_touch_is_lost_or_sent_twice_or_sent_during_a_pause(
    seed: int, turns: list[tuple[str, str, int]], capped: bool
) -> None:
    chance = random.Random(seed)
    life = open_life(seed, window=chance.choice([ALWAYS, Window()]), caps=Caps(1, 2) if capped else WIDE)
    on = set[str]()

    def answer(touch: Touch, now: datetime) -> Settlement:
        assert not on & {"", "everything", "sender:dana", f"journey:{touch.journey}", f"template:{touch.template}"}
        return Settlement(Outcome.SENT, now)

    life.answer = answer
    plans = [journey(*(chance.choice([0, 2.5, 9]) for _ in range(3)), name=name) for name in ("hello", "news")]
    for plan in plans:
        life.enroll(replace(plan, alongside=chance.random() < 0.5, exit_on=[]))
    for scope, policy, hours in turns:
        if policy:
            go_on(life, scope, policy)
            on.discard(scope)
        else:
            pause(life.relationship, scope, life.now)
            on.add(scope)
        life.live(hours=hours)
    for scope in sorted(on):
        on.discard(scope)
        go_on(life, scope, "shift")
    life.live(days=200)
    dropped = [fact.touch_key for fact in life.facts if fact.kind is FactKind.NOT_SENT]
    sent = [touch.key for _, touch in life.sent]
    assert len({*sent, *dropped}) == len(sent) + len(dropped) == 6
    assert not life.relationship.enrollments
    assert life.recorded(FactKind.ENROLLMENT)[:2] == ["active", "active"]


def test_what_only_the_gates_held_goes_on_spread_at_the_resume() -> None:
    life = open_life()
    life.answer = Answers([deferred(MONDAY + 40 * DAY, Gate.PAUSED)])
    life.enroll(journey(0, 3))
    life.live(hours=1)
    go_on(life, "journey:hello", "shift")
    assert life.live(hours=1) == ["hello-1"]


def test_a_resume_of_what_never_rested_changes_nothing() -> None:
    life = open_life(window=Window())
    life.now = MONDAY - DAY
    life.enroll(journey(0))
    before = life.relationship.enrollments["hello"].due
    go_on(life, "journey:hello", "drop-overdue")
    assert life.relationship.enrollments["hello"].due == before


@pytest.mark.parametrize("text", ["", "drop", "spread", "spread:0d", f"spread:{MOST_DAYS + 1}d", "spread:3", "Shift"])
def test_a_policy_that_can_not_be_read_names_the_cure(text: str) -> None:
    with pytest.raises(ValueError, match="use shift, drop-overdue, or spread"):
        read_policy(text)


def test_a_signal_with_a_bad_policy_leaves_the_pause_on() -> None:
    life = open_life()
    pause(life.relationship, "everything", MONDAY)
    assert resume(life.relationship, "everything", "at once", MONDAY) == []
    assert life.relationship.pauses
    assert "at once" in life.relationship.refused[0]


def test_a_journey_may_end_at_the_resume() -> None:
    life = open_life()
    steps = [PlanStep("hello-1", wait_days=1), PlanStep("out", kind=StepKind.EXIT, wait_days=1, because="enough")]
    life.enroll(replace(journey(1), steps=steps))
    rest(life, "everything", 9)
    go_on(life, "everything", "drop-overdue")
    life.live(hours=1)
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited"]


# Signals


def test_signals_pause_and_resume_a_scope_from_the_moment_that_their_command_named() -> None:
    life = open_life()
    life.enroll(journey(10))
    life.live(days=1)
    said = life.now
    life.live(minutes=20)
    life.happen("paused", scope="journey:hello", at=said.isoformat())
    assert life.relationship.pauses == {"journey:hello": said}
    life.live(days=9)
    resumed = life.now - timedelta(minutes=5)
    life.happen("resumed", scope="journey:hello", policy="shift", at=resumed.isoformat())
    life.live(days=30)
    assert days_of(life) == [10 * DAY + (resumed - said)]


def test_a_signal_that_names_a_moment_long_past_counts_from_now() -> None:
    life = open_life()
    life.live(days=9)
    life.happen("paused", scope="everything", at=MONDAY.isoformat())
    assert life.relationship.pauses == {"everything": life.now}


def test_whoever_gets_another_owner_does_not_wait_for_a_paused_sender_any_more() -> None:
    life = open_life()
    life.enroll(journey(2))
    rest(life, "sender:dana", 7)
    life.happen("profile_changed", owner="erik")
    assert not life.relationship.pauses
    life.live(days=30)
    assert days_of(life) == [9 * DAY]
