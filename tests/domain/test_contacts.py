"""Bounces and corrections: what rests goes on where it stood, once, without a burst; what nobody corrects ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contacts import SET_ASIDE_FOR
from domain.facts import FactKind
from domain.gates import Gate
from domain.plans import Plan, PlanStep, StepKind, Wait
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, Settlement, Touch
from domain.windows import ALWAYS, Caps
from tests.domain.lives import DAY, Answers, Life, deferred, journey, news, skipped

PLAN = journey(0, 7, 7, exit_on=["bounce", "reply", "hire"])


def free(**more: object) -> Life:
    return Life(Relationship("c1", window=ALWAYS, caps=Caps(5, 20), **more))  # type: ignore[arg-type]


@pytest.fixture
def life() -> Life:
    """A day after the first of three messages."""
    life = free()
    life.enroll(PLAN)
    life.live(days=1)
    return life


def bounce(life: Life, key: str = "", channel: str = "email") -> None:
    life.happen("delivery_reported", kind="bounced", touch_key=key, channel=channel)


def test_a_hard_bounce_sets_the_journey_aside_and_a_correction_gives_it_back_in_place(life: Life) -> None:
    bounce(life)
    assert life.live(days=20) == []
    life.happen("contact_corrected")
    due = life.relationship.enrollments["hello"].due
    assert due == life.now + 6 * DAY, "the wait of seven days had one day behind it"
    assert life.live(days=30) == ["hello-2", "hello-3"]
    assert life.recorded(FactKind.ENROLLMENT)[:3] == ["active", "set_aside", "resumed"]
    keys = [touch.key for _, touch in life.sent]
    assert len(keys) == len(set(keys))


def test_the_message_that_came_back_is_the_one_that_goes_on_under_a_key_of_its_own(life: Life) -> None:
    for again in (2, 3):
        bounce(life, life.sent[-1][1].key)
        assert life.live(days=20) == []
        life.happen("contact_corrected")
        assert life.live(hours=1) == ["hello-1"], "nobody has read it"
        assert life.sent[-1][1].key == f"{life.sent[0][1].key}.{again}"
    assert life.live(days=6) == []
    assert life.live(days=30) == ["hello-2", "hello-3"]
    assert life.sent[-1][0] - life.sent[-3][0] == 14 * DAY, "waits count from the copy that arrived"


def test_a_message_that_came_back_keeps_to_its_weekday_when_it_goes_once_more() -> None:
    life = free()
    life.enroll(Plan("hello", 1, [PlanStep("a", wait=Wait(weekdays="0100000", at=600)), PlanStep("b", wait_days=30)]))
    life.live(days=2)
    bounce(life, life.sent[-1][1].key)
    life.live(days=2)
    life.happen("contact_corrected")
    assert life.live(days=7) == ["a"]
    assert f"{life.sent[-1][0]:%a %H:%M}" == "Tue 10:00"


def test_what_was_asked_and_answered_since_a_message_left_stays_behind_even_if_it_came_back() -> None:
    ask = PlanStep("ask", kind=StepKind.WAIT_FOR, events=["form"], timeout_hours=24)
    life = free()
    life.enroll(Plan("hello", 1, [PlanStep("a"), ask, PlanStep("b", wait_days=30)], exit_on=["bounce"]))
    life.live(days=2)
    bounce(life, life.sent[-1][1].key)
    life.happen("contact_corrected")
    assert life.live(days=40) == ["b"]


def test_only_the_last_message_goes_once_more(life: Life) -> None:
    life.live(days=7)
    assert life.templates() == ["hello-1", "hello-2"]
    bounce(life, life.sent[0][1].key)
    life.happen("contact_corrected")
    assert life.live(days=30) == ["hello-3"]


def test_a_journey_that_does_not_rest_repeats_nothing() -> None:
    life = free()
    steps = [PlanStep("mail", Channel.EMAIL), PlanStep("text", Channel.SMS, wait_days=3)]
    life.enroll(Plan("hello", 1, steps, exit_on=["bounce"]))
    life.live(days=1)
    bounce(life, life.sent[-1][1].key)
    life.happen("contact_corrected")
    assert life.live(days=9) == ["text"]


def test_a_run_that_began_with_earlier_rules_goes_on_behind_what_came_back() -> None:
    life = free(rules=3)
    life.enroll(PLAN)
    life.live(days=1)
    bounce(life, life.sent[-1][1].key)
    life.happen("contact_corrected")
    assert life.live(days=30) == ["hello-2", "hello-3"]


@given(after=st.floats(0, 25), rest=st.floats(0, 59), steps=st.integers(1, 5))
def test_whenever_it_is_corrected_every_wait_is_kept_and_nothing_leaves_twice(
    after: float, rest: float, steps: int
) -> None:
    life = free()
    life.enroll(journey(0, *[7] * (steps - 1), exit_on=["bounce"]))
    life.live(days=after)
    bounce(life)
    inside = bool(life.relationship.set_aside)
    life.live(days=rest)
    life.happen("contact_corrected")
    life.live(days=100)
    assert [touch.template for _, touch in life.sent] == [f"hello-{number}" for number in range(1, steps + 1)]
    gaps = [later[0] - earlier[0] for earlier, later in zip(life.sent, life.sent[1:], strict=False)]
    assert all(gap >= 7 * DAY for gap in gaps)
    assert not inside or sum(gap > 7 * DAY for gap in gaps) <= 1


def test_what_nobody_corrects_ends_after_sixty_days_and_says_so(life: Life) -> None:
    bounce(life)
    life.live(days=61)
    ended = [fact for fact in life.facts if fact.kind is FactKind.ENROLLMENT][-1]
    assert (ended.outcome, ended.because) == ("exited", "not an address that works within 60 days")
    assert [fact.outcome for fact in life.facts if fact.kind is FactKind.NOT_SENT] == [Gate.SUPPRESSED]
    life.happen("contact_corrected")
    assert life.live(days=90) == []


def test_it_ends_at_its_moment_without_any_event(life: Life) -> None:
    bounce(life)
    moment = life.now + SET_ASIDE_FOR
    life.live(days=90)
    assert [fact.at for fact in life.facts if fact.outcome == "exited"] == [moment]


def test_several_journeys_that_go_on_do_not_burst_out() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(1, 7)))
    for name in ("a", "b", "c"):
        life.enroll(journey(0, 1, 1, name=name, exit_on=["bounce"], alongside=True))
    bounce(life)
    life.live(days=30)
    life.happen("contact_corrected")
    before = len(life.sent)
    life.live(days=30)
    days = [moment.date() for moment, _ in life.sent[before:]]
    assert len(days) == 9
    assert len(set(days)) == 9


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("message_received", {"kind": "reply"}),
        ("stage_changed", {"opening_id": "be-1", "stage": "hired"}),
        ("unenrolled", {"journey": "hello"}),
        ("consent_changed", {"purpose": "nurture", "channel": "email", "granted": False}),
        ("erased", {}),
    ],
)  # fmt: skip
def test_what_would_have_ended_it_ends_it_while_it_rests(life: Life, name: str, payload: dict[str, object]) -> None:
    bounce(life)
    life.live(days=1)
    life.happen(name, **payload)
    assert not life.relationship.set_aside
    life.happen("contact_corrected")
    assert not any(template.startswith("hello") for template in life.live(days=90))


def test_nobody_enters_a_journey_that_rests(life: Life) -> None:
    bounce(life)
    life.enroll(PLAN)
    assert not life.relationship.enrollments
    assert life.recorded(FactKind.ENROLLMENT)[-1] == "refused"


def test_a_stay_that_a_reply_ended_is_not_given_back_beside_a_later_one_that_rests() -> None:
    life = free()
    life.enroll(PLAN)
    life.happen("message_received", kind="reply", message_id="17")
    life.now += timedelta(hours=1)
    life.enroll(PLAN)
    bounce(life)
    life.happen("message_corrected", message_id="17", kind="auto_reply")
    assert not life.relationship.enrollments
    (aside,) = life.relationship.set_aside
    assert aside.lacks_contact


def test_a_task_that_a_journey_waited_for_is_asked_for_again() -> None:
    life = free()
    steps = [PlanStep("call", kind=StepKind.TASK, title="call them", work="call"), PlanStep("mail", Channel.EMAIL)]
    life.enroll(Plan("hello", 1, steps, exit_on=["bounce"]))
    life.live(hours=1)
    bounce(life)
    life.live(days=3)
    life.happen("contact_corrected")
    life.live(hours=1)
    asked = [fact.outcome for fact in life.facts if fact.kind is FactKind.TASK and fact.journey == "hello"]
    assert asked == ["ask", "dropped", "ask"]
    life.happen("task_done", journey="hello", step="call")
    assert life.live(days=1) == ["mail"]


@pytest.mark.parametrize("kind", ["soft_bounced", "blocked", "delivered"])
def test_what_is_no_hard_bounce_moves_nothing_and_writes_nothing(life: Life, kind: str) -> None:
    life.relationship.outlook_stale = False
    life.relationship.unrecorded.clear()
    assert life.happen("delivery_reported", kind=kind) == []
    assert not life.relationship.outlook_stale
    assert life.live(days=30) == ["hello-2", "hello-3"]


def test_a_complaint_ends_for_good(life: Life) -> None:
    life.happen("delivery_reported", kind="complained")
    life.happen("contact_corrected")
    assert life.live(days=90) == []
    assert life.relationship.has_opted_out("nurture", "email")


def test_a_correction_of_the_number_does_not_give_back_what_waits_for_the_address(life: Life) -> None:
    bounce(life)
    life.happen("contact_corrected", channel="sms")
    assert life.live(days=30) == []


def test_a_dead_number_stops_no_mail() -> None:
    life = free()
    life.enroll(PLAN)
    life.live(days=1)
    bounce(life, channel="sms")
    assert life.live(days=30) == ["hello-2", "hello-3"]


def test_a_run_that_began_with_earlier_rules_ends_journeys_as_it_always_did() -> None:
    life = free(rules=2)
    life.enroll(PLAN)
    life.live(days=1)
    bounce(life)
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited"]


# Words about applications


def test_an_acknowledgment_that_came_back_is_sent_once_more_under_a_new_key() -> None:
    life = free()
    life.stage("applied")
    life.live(minutes=1)
    bounce(life, life.sent[0][1].key)
    assert life.live(days=1) == []
    life.happen("contact_corrected")
    assert life.live(minutes=1) == ["received"]
    first, second = (touch.key for _, touch in life.sent)
    assert second == first + ".2"
    life.happen("contact_corrected")
    assert "received" not in life.live(days=30)


@pytest.mark.parametrize(("rules", "again"), [(4, ["offer"]), (3, [])])
def test_a_word_that_came_back_is_told_again_even_while_an_acknowledgment_waits(rules: int, again: list[str]) -> None:
    life = free(rules=rules)
    life.answer = Answers([deferred(life.now + 5 * DAY, Gate.TOKENS)])
    life.stage("applied")
    life.live(minutes=1)
    life.stage("offer")
    assert life.live(hours=1) == ["offer"]
    bounce(life, life.sent[-1][1].key)
    life.happen("contact_corrected")
    assert news(life.live(days=1)) == again


def test_a_stage_that_found_no_address_is_told_when_there_is_one() -> None:
    life = free()
    life.stage("applied")
    life.live(minutes=1)
    bounce(life, life.sent[0][1].key)
    life.answer = Answers([skipped(Gate.SUPPRESSED)])
    life.stage("interview")
    life.live(hours=1)
    life.happen("contact_corrected")
    assert life.live(hours=1) == ["interview"], "the acknowledgment is no news any more"


def test_a_message_of_a_stage_that_is_over_is_not_told_again() -> None:
    life = free()
    life.stage("applied")
    life.live(minutes=1)
    life.stage("interview")
    life.live(minutes=1)
    bounce(life, life.sent[0][1].key)
    life.happen("contact_corrected")
    assert life.live(hours=1) == []


def test_a_message_that_bounces_again_waits_for_the_next_correction() -> None:
    life = free()
    life.stage("applied")
    for _ in range(3):
        life.live(minutes=1)
        bounce(life, life.sent[-1][1].key)
        life.happen("contact_corrected")
    life.live(minutes=1)
    assert len({touch.key for _, touch in life.sent}) == 4


def test_a_touch_that_was_leaving_when_the_journey_was_set_aside_does_not_leave_twice() -> None:
    life = free()
    life.enroll(journey(0, 7, exit_on=["bounce"]))
    life.during_send = lambda touch: bounce(life) if not life.relationship.set_aside else None
    life.live(minutes=1)
    life.during_send = None
    sent: list[str] = []

    def answers(touch: Touch, now: datetime) -> Settlement:
        sent.append(touch.key)
        return Settlement(Outcome.SENT, now)

    life.answer = answers
    life.happen("contact_corrected")
    life.live(days=30)
    assert life.relationship.enrollments == {}
