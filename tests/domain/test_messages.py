"""What each class of message does, and what a correction takes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import SIGNALS, read_event
from domain.facts import FactKind
from domain.messages import COOL_OFF, LATER, LATER_AT_MOST, MOST_KEPT
from domain.relationships import HEARD_MESSAGES, Relationship
from domain.replies import ReplyKind
from domain.windows import ALWAYS
from tests.domain.lives import DAY, MONDAY, Life, journey

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
