"""Consent, replies, deliveries, pauses and whatever else happens to a relationship."""

from datetime import timedelta
from typing import Any

import pytest

from domain.arbiter import Wait
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.messages import AWAY_AT_MOST, COOL_OFF
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, Priority, Settlement
from domain.windows import ALWAYS, Caps
from tests.domain.lives import MONDAY, Answers, Life, deferred, journey, news

DAY = timedelta(days=1)


@pytest.fixture
def life() -> Life:
    return Life(Relationship("c1", window=ALWAYS, caps=Caps(9, 60)))


def consents(facts: list[Fact]) -> list[tuple[str, str, str]]:
    """What is recorded of consent."""
    return [(f.purpose, f.channel, f.outcome) for f in facts if f.kind is FactKind.CONSENT]


# Consent


@pytest.mark.parametrize(
    ("purpose", "channel", "expected"),
    [
        ("nurture", "email", ["nurture/email"]),
        ("nurture", "*", ["nurture/email", "nurture/sms"]),
        ("*", "email", ["nurture/email", "alerts/email"]),
        ("*", "sms", ["application/sms", "nurture/sms", "alerts/sms", "service/sms"]),
        ("*", "*", ["nurture/email", "alerts/email", "application/sms", "nurture/sms", "alerts/sms", "service/sms"]),
        ("application", "email", ["application/email"]),
    ],
)
def test_what_a_star_covers(life: Life, purpose: str, channel: str, expected: list[str]) -> None:
    """Every purpose by SMS, where STOP means no SMS at all; by email not the messages about one's own application."""
    facts = life.happen("consent_changed", purpose=purpose, channel=channel, granted=False, event_id="e", source="web")
    assert life.relationship.opted_out == expected
    assert [f"{p}/{c}" for p, c, _ in consents(facts)] == expected
    assert {f.event_id for f in facts} == {f"e:{pair}" for pair in expected}
    assert {f.by for f in facts} == {"web"}
    assert all(life.relationship.has_opted_out(*pair.split("/")) for pair in expected)


def test_consent_given_again_opens_what_was_closed(life: Life) -> None:
    life.happen("consent_changed", purpose="nurture", channel="*", granted=False)
    facts = life.happen("consent_changed", purpose="nurture", channel="email", granted=True)
    assert consents(facts) == [("nurture", "email", "granted")]
    assert life.relationship.opted_out == ["nurture/sms"]


def test_consent_that_is_on_record_is_not_recorded_again(life: Life) -> None:
    assert life.happen("consent_changed", purpose="alerts", channel="sms", granted=False, recorded=True) == []
    assert life.relationship.has_opted_out("alerts", "sms")


def test_withdrawing_twice_is_withdrawing_once(life: Life) -> None:
    for _ in range(2):
        life.happen("consent_changed", purpose="nurture", channel="email", granted=False)
    assert life.relationship.opted_out == ["nurture/email"]


# Messages from the person


def test_no_means_a_rest_of_half_a_year_from_all_but_their_applications(life: Life) -> None:
    life.enroll(journey(1))
    life.happen("message_received", kind="no")
    life.enroll(journey(1, name="later"))
    life.stage("applied")
    assert news(life.live(days=170)) == ["received"]
    assert life.relationship.enrollments.keys() == set()


def test_a_journey_entered_during_the_rest_waits_for_its_end(life: Life) -> None:
    life.happen("message_received", kind="no")
    life.enroll(journey(1))
    life.live(days=400)
    assert [moment for moment, _ in life.sent] == [MONDAY + COOL_OFF]


def test_out_of_office_waits_for_the_return(life: Life) -> None:
    life.enroll(journey(1, 1))
    life.happen("message_received", kind="auto_reply", until=(MONDAY + 20 * DAY).isoformat())
    action = life.upcoming_action()
    assert isinstance(action, Wait)
    assert (action.until, action.because) == (MONDAY + 20 * DAY, "the return from absence")
    assert life.live(days=30) == ["hello-1", "hello-2"]


def test_a_return_that_is_past_changes_nothing(life: Life) -> None:
    life.happen("message_received", kind="auto_reply", until=(MONDAY - DAY).isoformat())
    assert life.relationship.away_until is None


def test_stop_ends_everything_by_that_channel(life: Life) -> None:
    facts = life.happen("message_received", kind="stop", channel="sms", event_id="e9")
    assert consents(facts) == [(p, "sms", "withdrawn") for p in ("application", "nurture", "alerts", "service")]
    assert not life.relationship.has_opted_out("nurture", "email")


def test_stop_said_in_any_other_way_covers_every_channel(life: Life) -> None:
    life.happen("message_received", kind="stop", channel="phone")
    assert life.relationship.has_opted_out("nurture", "email")
    assert life.relationship.has_opted_out("application", "sms")
    assert not life.relationship.has_opted_out("application", "email")


# Deliveries


def test_a_delivery_changes_nothing(life: Life) -> None:
    life.enroll(journey(1))
    assert life.happen("delivery_reported", kind="delivered") == []
    assert life.live(days=3) == ["hello-1"]


def test_a_complaint_is_an_opt_out(life: Life) -> None:
    facts = life.happen("delivery_reported", kind="complained", channel="email")
    assert consents(facts) == [("nurture", "email", "withdrawn"), ("alerts", "email", "withdrawn")]
    assert {fact.by for fact in facts} == {"complaint"}


def test_a_bounce_is_no_opt_out(life: Life) -> None:
    assert consents(life.happen("delivery_reported", kind="bounced")) == []


# Pauses and snoozes


def test_a_pause_holds_everything_but_acknowledgments(life: Life) -> None:
    life.enroll(journey(1))
    life.stage("offer", "be-1")
    life.happen("paused", by="dana")
    action = life.upcoming_action()
    assert isinstance(action, Wait)
    assert action.touch is None, "nothing is sent; what is owed is still watched"
    life.stage("applied", "be-2")
    assert life.live(days=30) == ["received"]


def test_a_resume_shifts_every_wait_so_that_nothing_bursts_out(life: Life) -> None:
    life.enroll(journey(10, 10))
    life.live(days=4)
    life.happen("paused")
    life.live(days=100)
    life.happen("paused")
    life.happen("resumed")
    life.live(days=100)
    assert [moment - MONDAY for moment, _ in life.sent] == [110 * DAY, 120 * DAY]


def test_a_wait_that_began_during_the_pause_is_shifted_by_the_rest_of_it(life: Life) -> None:
    life.happen("paused")
    life.live(days=50)
    life.enroll(journey(10))
    life.live(days=5)
    life.happen("resumed")
    life.live(days=100)
    assert [moment - MONDAY for moment, _ in life.sent] == [65 * DAY]


def test_releasing_the_kill_switch_wakes_what_it_held_and_nothing_else(life: Life) -> None:
    life.answer = Answers([deferred(MONDAY + 3 * DAY, Gate.KILL_SWITCH), deferred(MONDAY + 3 * DAY, Gate.TOKENS)])
    life.stage("interview")
    life.enroll(journey(0))
    life.live(hours=1)
    life.happen("released")
    held = {holder.held.gate for holder in life.relationship.holders() if holder.held}
    assert held == {Gate.TOKENS}
    assert len(life.live(hours=1)) == 1


def test_releasing_the_kill_switch_does_not_end_a_pause(life: Life) -> None:
    life.happen("paused")
    life.happen("released")
    assert life.relationship.paused_at is not None


def test_a_snooze_holds_nurture_and_is_recorded(life: Life) -> None:
    life.enroll(journey(1))
    until = MONDAY + 30 * DAY
    facts = life.happen("snoozed", until=until.isoformat())
    assert [(f.kind, f.until) for f in facts] == [(FactKind.SNOOZE, until)]
    life.stage("rejected")
    life.live(days=60)
    assert [touch.template for moment, touch in life.sent if moment < until] == ["refused"]


def test_a_snooze_is_ended_by_the_person(life: Life) -> None:
    life.enroll(journey(1))
    life.happen("snoozed", until=(MONDAY + 300 * DAY).isoformat())
    life.live(days=5)
    facts = life.happen("snoozed")
    assert [(f.kind, f.until) for f in facts] == [(FactKind.SNOOZE, None)]
    assert life.live(hours=1) == ["hello-1"]


# Profile


def test_a_profile_takes_what_is_given_and_keeps_the_rest(life: Life) -> None:
    life.happen("profile_changed", owner="dana")
    life.happen("profile_changed", zone="Asia/Tokyo")
    life.happen("profile_changed", channel="sms")
    relationship = life.relationship
    assert (relationship.zone, relationship.channel, relationship.owner) == ("Asia/Tokyo", Channel.SMS, "dana")


@pytest.mark.parametrize(("gate", "wakes"), [(Gate.TOKENS, True), (Gate.WINDOW, True), (Gate.KILL_SWITCH, False)])
def test_new_facts_wake_what_lacked_a_token_or_waited_for_a_window(life: Life, gate: Gate, wakes: bool) -> None:
    life.answer = Answers([deferred(MONDAY + 5 * DAY, gate)])
    life.enroll(journey(0))
    life.live(hours=1)
    life.happen("profile_changed", zone="Asia/Tokyo")
    assert life.live(hours=1) == (["hello-1"] if wakes else [])


# Single touches


def scheduled(life: Life, **more: Any) -> None:
    """Ask for a single message, by default tomorrow."""
    payload = {"touch_id": "t1", "template": "note", "due": (life.now + DAY).isoformat(), **more}
    life.happen("touch_scheduled", **payload)


def test_a_single_message_is_sent_at_its_moment_once(life: Life) -> None:
    scheduled(life)
    scheduled(life)
    assert life.live(days=5) == ["note"]
    moment, touch = life.sent[0]
    assert moment == MONDAY + DAY
    assert (touch.key, touch.priority) == ("c1/nurture/single/note/t1", Priority.NURTURE)
    scheduled(life)
    assert life.live(days=5) == []


def test_a_single_message_for_a_past_moment_goes_now(life: Life) -> None:
    scheduled(life, due="2026-01-01", purpose="application", channel="sms")
    life.live(hours=1)
    moment, touch = life.sent[0]
    assert (moment, touch.channel, touch.priority) == (MONDAY, Channel.SMS, Priority.STAGE)


def test_a_single_alert_does_not_settle_the_reopening_alert_of_its_opening(life: Life) -> None:
    life.happen("opening_announced", opening_id="be-2")
    scheduled(life, purpose="alerts", opening_id="be-2")
    assert sorted(life.live(days=5)) == ["note", "reopening_alert"]
    assert life.relationship.scheduled == []


def test_a_single_message_about_an_application_says_nothing_of_its_stage(life: Life) -> None:
    life.stage("interview")
    life.live(hours=1)
    scheduled(life, purpose="application", opening_id="be-1", template="note")
    life.live(days=3)
    assert life.relationship.applications["be-1"].told == "interview"


def test_a_stage_that_moves_on_leaves_single_messages_alone(life: Life) -> None:
    life.stage("interview")
    scheduled(life, purpose="application", opening_id="be-1")
    life.stage("offer")
    assert life.live(days=3) == ["offer", "note"]


# Settling


@pytest.mark.parametrize(("outcome", "counted"), [
    (Outcome.SENT, True), (Outcome.UNKNOWN, True), (Outcome.FAILED, False), (Outcome.SKIPPED, False),
])  # fmt: skip
def test_the_cap_counts_what_left_or_may_have(outcome: Outcome, counted: bool) -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(1, 1)))
    life.answer = Answers([Settlement(outcome, MONDAY)])
    life.enroll(journey(0, name="a"))
    life.enroll(journey(0, name="b"))
    life.live(days=30)
    assert life.sent[-1][0] - MONDAY == (timedelta(days=6, hours=15) if counted else timedelta())


def test_messages_about_an_application_do_not_count_for_the_cap(life: Life) -> None:
    life.relationship.caps = Caps(1, 1)
    life.stage("interview")
    life.enroll(journey(0))
    assert life.live(hours=1) == ["interview", "hello-1"]


def test_a_settlement_of_a_touch_that_nobody_knows_changes_nothing(life: Life) -> None:
    life.during_send = lambda touch: life.happen("unenrolled", journey=touch.journey)
    life.answer = Answers([Settlement(Outcome.FAILED, MONDAY)])
    life.enroll(journey(0))
    life.live(days=1)
    assert life.relationship.recent == []


def test_everything_learnt_waits_to_be_recorded(life: Life) -> None:
    facts = life.stage("applied")
    assert [Fact.read(fact) for fact in life.relationship.unrecorded] == facts
    assert life.relationship.outlook_stale


def test_a_message_that_went_as_planned_does_not_make_the_outlook_stale(life: Life) -> None:
    life.enroll(journey(0, 1))
    life.relationship.outlook_stale = False
    life.live(hours=1)
    assert not life.relationship.outlook_stale


def test_no_absence_is_believed_for_longer_than_a_year() -> None:
    life = Life()
    [away] = [
        f for f in life.happen("message_received", kind="auto_reply", until="9999-12-31") if f.kind is FactKind.AWAY
    ]
    assert away.until == life.relationship.away_until == MONDAY + AWAY_AT_MOST
