"""What each class of message does, and what a correction takes back."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import SIGNALS, read_event
from domain.facts import FactKind
from domain.messages import COOL_OFF, LATER, LATER_AT_MOST, MOST_KEPT
from domain.plans import Plan, PlanStep, StepKind
from domain.relationships import HEARD_MESSAGES, Relationship
from domain.replies import ReplyKind
from domain.windows import ALWAYS
from tests.domain.lives import DAY, MONDAY, Life, journey, plan_json

JOURNEY = journey(0, 7, 7, exit_on=["reply", "bounce"])


@pytest.fixture
def life() -> Life:
    """A week after the first message of a journey of three."""
    life = Life(Relationship("c1", window=ALWAYS, owner="dana"))
    life.enroll(JOURNEY)
    life.live(days=3)
    assert life.templates() == ["hello-1"]
    return life


def writes(life: Life, kind: str, message_id: str = "17", **more: str) -> None:
    life.happen("message_received", kind=kind, message_id=message_id, **more)


def corrected(life: Life, kind: str, message_id: str = "17", **more: str) -> None:
    life.happen("message_corrected", kind=kind, message_id=message_id, **more)


def test_every_class_that_is_read_from_words_can_be_signalled_and_corrected() -> None:
    for name, more in (("message_received", {}), ("message_corrected", {"message_id": "1"})):
        for kind in ReplyKind:
            assert isinstance(read_event(name, {"kind": str(kind), **more}, MONDAY), SIGNALS[name])


@pytest.mark.parametrize("kind", ["reply", "interested", "question", "later", "no"])
def test_an_answer_ends_the_journeys_that_a_reply_ends(life: Life, kind: str) -> None:
    writes(life, kind)
    assert not life.relationship.enrollments
    assert "hello-2" not in life.live(days=300)


@pytest.mark.parametrize("kind", ["auto_reply", "wrong_person"])
def test_what_no_answer_is_does_not_end_them(life: Life, kind: str) -> None:
    writes(life, kind)
    assert "exited" not in life.recorded(FactKind.ENROLLMENT)


def test_later_with_a_date_rests_until_then_and_asks_somebody_to_write(life: Life) -> None:
    until = MONDAY + 160 * DAY
    writes(life, "later", until=until.isoformat())
    assert life.relationship.snoozed_until == until
    task = next(fact for fact in life.facts if fact.kind is FactKind.TASK)
    assert (task.outcome, task.channel, task.until, task.by) == ("ask", "later", until, "dana")
    life.happen("opening_announced", opening_id="be-1")
    assert life.live(days=150) == []
    assert life.live(days=10) == ["reopening_alert"]


@given(days=st.integers(-4000, 4000))
def test_later_is_never_for_ever_and_never_nothing(days: int) -> None:
    life = Life()
    writes(life, "later", until=(MONDAY + days * DAY).isoformat())
    until = life.relationship.snoozed_until
    assert until is not None
    assert MONDAY < until <= MONDAY + LATER_AT_MOST
    assert until == MONDAY + days * DAY or days <= 0 or days * DAY > LATER_AT_MOST


def test_later_without_a_date_rests_for_a_while(life: Life) -> None:
    writes(life, "later")
    assert life.relationship.snoozed_until == life.now + LATER


def test_a_wrong_person_gets_nothing_more_and_a_task_looks_for_the_right_address(life: Life) -> None:
    writes(life, "wrong_person")
    contact = next(fact for fact in life.facts if fact.kind is FactKind.CONTACT)
    assert (contact.channel, contact.outcome, contact.event_id) == ("email", "suppressed", "17")
    assert [fact.channel for fact in life.facts if fact.kind is FactKind.TASK] == ["contact"]
    assert life.live(days=30) == []


# Corrections


def test_a_reply_that_was_an_automatic_one_gives_the_journey_back_in_place(life: Life) -> None:
    writes(life, "reply")
    life.live(days=2)
    corrected(life, "auto_reply", until=(life.now + 10 * DAY).isoformat())
    assert life.relationship.enrollments["hello"].position == 1
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited", "resumed"]
    assert [fact.touch_key for fact in life.facts if fact.kind is FactKind.WANTED] == [
        fact.touch_key for fact in life.facts if fact.kind is FactKind.NOT_SENT
    ]
    assert life.live(days=9) == [], "away until then"
    assert life.live(days=30) == ["hello-2", "hello-3"]
    keys = [touch.key for _, touch in life.sent]
    assert len(keys) == len(set(keys))


# Waits that a message answered


def waiting(*then: PlanStep, **more: Any) -> Life:
    """Asked on Monday; ten days for a reply, then `then`; without one a reminder."""
    program = [
        PlanStep("question"),
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=240, to=3, otherwise=2),
        PlanStep("reminder"),
        *then,
    ]
    one = Life(Relationship("c1", window=ALWAYS, owner="dana", **more))
    one.enroll(Plan("hello", 1, program, exit_on=["reply", "hire"]))
    one.live(days=3)
    assert one.templates() == ["question"]
    return one


THANKS = PlanStep("thanks", wait_days=2)
TALK = PlanStep("talk", kind=StepKind.EXIT, because="they talk with us")
CALL = PlanStep("call", kind=StepKind.TASK, title="Call", work="call", timeout_hours=48)


@pytest.mark.parametrize("then", [THANKS, TALK, CALL], ids=["a message", "the end", "a task"])
def test_a_wait_that_an_automatic_reply_answered_goes_on_till_it_would_have_ended(then: PlanStep) -> None:
    life = waiting(then)
    writes(life, "reply")
    life.live(days=1)
    corrected(life, "auto_reply")
    enrollment = life.relationship.enrollments["hello"]
    assert (enrollment.position, enrollment.answers) == (1, {})
    assert "hello@1 waits again at ask" in life.relationship.decisions[-2]
    assert life.live(days=5, hours=23) == []
    assert life.live(hours=2) == ["reminder"], "ten days after the question"
    tasks = life.recorded(FactKind.TASK)
    assert tasks[:2] == (["ask", "dropped"] if then is CALL else []), "nobody is to call any more"
    stays = life.recorded(FactKind.ENROLLMENT)
    assert stays[:3] == (["active", "exited", "resumed"] if then is TALK else ["active", *stays[1:3]])
    steps = [(fact.stage.partition("@")[0], fact.outcome) for fact in life.facts if fact.kind is FactKind.STEP]
    assert steps[:2] == [("ask", "reply"), ("ask", "")]
    assert ("ask", "timeout") in steps


def test_the_answer_that_comes_after_a_correction_counts() -> None:
    life = waiting(THANKS)
    writes(life, "reply")
    corrected(life, "auto_reply")
    life.live(days=1)
    writes(life, "reply", message_id="18")
    assert life.live(days=3) == ["thanks"]


def test_a_wait_that_would_have_ended_meanwhile_goes_on_without_an_answer() -> None:
    life = waiting(PlanStep("thanks", wait_days=20))
    writes(life, "reply")
    life.live(days=15)
    corrected(life, "auto_reply")
    assert life.live(hours=1) == ["reminder"]


@pytest.mark.parametrize(
    ("happens", "because"),
    [
        ("sent", "its message thanks is settled"),
        ("unenrolled", "it has ended since"),
        ("task", "its task call came out done"),
        ("hired", "hired meanwhile"),
        ("moved", "moved to hello@2 since"),
    ],
)
def test_a_journey_that_has_gone_too_far_does_not_wait_again_and_says_so(happens: str, because: str) -> None:
    last = PlanStep("last", wait_days=30)
    life = waiting(*{"task": [CALL, last], "hired": [TALK]}.get(happens, [THANKS, last]))
    writes(life, "reply")
    match happens:
        case "sent":
            life.live(days=3)
        case "unenrolled":
            life.happen("unenrolled", journey="hello")
        case "task":
            life.live(hours=1)
            life.happen("task_done", journey="hello", step="call")
        case "hired":
            life.live(hours=1)
            life.stage("hired")
        case "moved":
            plan = plan_json(replace(life.relationship.enrollments["hello"].plan, version=2))
            life.happen("moved", journey="hello", version=2, plan=plan)
    before = copy.deepcopy(life.relationship.enrollments)
    corrected(life, "auto_reply")
    assert f"hello@1 does not wait again at ask: {because}" in "\n".join(life.relationship.decisions)
    assert life.relationship.enrollments == before
    assert not life.relationship.set_aside


def test_another_reading_of_an_answer_is_an_answer_still() -> None:
    life = waiting(THANKS)
    writes(life, "reply")
    corrected(life, "interested")
    assert life.live(days=3) == ["thanks"]


def test_a_message_of_two_classes_is_one_answer() -> None:
    life = waiting(THANKS)
    writes(life, "later", until=(life.now + DAY).isoformat())
    writes(life, "question")
    assert life.live(days=3) == ["thanks"]
    assert life.relationship.promises


def test_a_run_that_began_with_earlier_rules_goes_on_as_it_always_did() -> None:
    life = waiting(THANKS, rules=3)
    writes(life, "reply")
    corrected(life, "auto_reply")
    assert life.live(days=3) == ["thanks"]


def test_who_enters_again_waits_by_the_new_stay_alone() -> None:
    life = waiting(TALK)
    writes(life, "reply")
    life.live(hours=1)
    life.enroll(journey(5, exit_on=["reply"]))
    corrected(life, "auto_reply")
    assert life.relationship.enrollments["hello"].plan.steps[0].id == "hello-1"
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited", "active"]


def test_an_automatic_reply_that_was_one_of_theirs_ends_the_journey_and_the_absence(life: Life) -> None:
    writes(life, "auto_reply", until=(life.now + 20 * DAY).isoformat())
    corrected(life, "reply")
    assert life.relationship.away_until is None
    assert not life.relationship.enrollments
    assert [fact.until for fact in life.facts if fact.kind is FactKind.AWAY][-1] is None


def test_a_no_that_was_none_ends_the_rest(life: Life) -> None:
    writes(life, "no")
    corrected(life, "interested")
    assert life.relationship.cool_off_until is None
    rests = [fact.until for fact in life.facts if fact.kind is FactKind.COOL_OFF]
    assert rests == [life.now + COOL_OFF, None]
    assert not life.relationship.enrollments, "it is an answer all the same"
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited"]


def test_a_later_that_was_none_ends_the_snooze_and_its_task(life: Life) -> None:
    writes(life, "later", until=(life.now + 100 * DAY).isoformat())
    corrected(life, "question")
    assert life.relationship.snoozed_until is None
    assert life.recorded(FactKind.TASK) == ["ask", "done"]
    assert life.relationship.promises


def test_a_message_that_says_two_things_is_taken_back_whole(life: Life) -> None:
    writes(life, "later", until=(life.now + 100 * DAY).isoformat())
    writes(life, "question")
    corrected(life, "auto_reply")
    assert life.relationship.snoozed_until is None
    assert not life.relationship.promises
    assert "hello" in life.relationship.enrollments
    assert [one.kind for one in life.relationship.heard] == ["auto_reply"]


def test_a_snooze_that_the_person_chose_since_stays(life: Life) -> None:
    writes(life, "later", until=(life.now + 100 * DAY).isoformat())
    chosen = life.now + 50 * DAY
    life.happen("snoozed", until=chosen.isoformat())
    corrected(life, "reply")
    assert life.relationship.snoozed_until == chosen


def test_a_question_that_was_none_is_owed_no_answer(life: Life) -> None:
    writes(life, "question")
    corrected(life, "reply")
    assert not life.relationship.promises
    assert life.recorded(FactKind.PROMISE) == ["due", "waived"]


def test_a_wrong_person_who_was_the_right_one_is_written_to_again(life: Life) -> None:
    writes(life, "wrong_person")
    life.live(days=1)
    corrected(life, "auto_reply")
    assert [fact.outcome for fact in life.facts if fact.kind is FactKind.CONTACT] == ["suppressed", "usable"]
    assert life.live(days=30) == ["hello-2", "hello-3"]


def test_an_opt_out_is_taken_back_by_nobody_but_the_person(life: Life) -> None:
    writes(life, "stop")
    corrected(life, "reply")
    assert life.relationship.has_opted_out("nurture", "email")


def test_the_same_correction_twice_changes_nothing_more(life: Life) -> None:
    writes(life, "reply")
    corrected(life, "auto_reply")
    corrected(life, "auto_reply")
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited", "resumed"]


def test_a_message_that_is_no_longer_remembered_just_takes_effect(life: Life) -> None:
    corrected(life, "no", message_id="3")
    assert life.relationship.cool_off_until
    assert not life.relationship.enrollments


def test_a_journey_that_was_entered_again_is_not_given_back(life: Life) -> None:
    writes(life, "reply")
    life.enroll(JOURNEY)
    again = life.relationship.enrollments["hello"].occurrence
    corrected(life, "auto_reply")
    assert life.relationship.enrollments["hello"].occurrence == again
    assert not life.relationship.set_aside


def test_what_a_reply_ended_is_not_kept_for_ever(life: Life) -> None:
    writes(life, "reply")
    assert life.relationship.set_aside
    life.live(days=61)
    life.happen("message_received", kind="reply")
    assert not life.relationship.set_aside


def test_only_so_many_stays_are_kept_for_a_correction(life: Life) -> None:
    for number in range(MOST_KEPT + 5):
        life.enroll(journey(5, name=f"j{number}"))
        writes(life, "reply", message_id=str(number))
    assert len(life.relationship.set_aside) == MOST_KEPT
    assert life.relationship.set_aside[-1].waits_for == f"message:{MOST_KEPT + 4}"


def test_only_the_last_messages_are_remembered(life: Life) -> None:
    for number in range(HEARD_MESSAGES + 5):
        writes(life, "reply", message_id=str(number))
    assert len(life.relationship.heard) == HEARD_MESSAGES
    assert life.now - life.relationship.heard[-1].at < timedelta(seconds=1)
