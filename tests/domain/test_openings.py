"""Reopening alerts: whom an announced opening reaches, whom it does not, and why."""

from datetime import timedelta

import pytest

from domain.facts import FactKind
from domain.gates import Gate
from domain.openings import TOLD_AGAIN_AFTER
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, Priority, Purpose, Settlement
from tests.domain.lives import MONDAY, Answers, Life, deferred, skipped


@pytest.fixture
def life() -> Life:
    return Life(Relationship("c1", channel=Channel.SMS))


def announce(life: Life, opening_id: str = "be-2", round_: int = 1) -> list[tuple[str, int, str]]:
    """Announce an opening; answers what is recorded of alerts."""
    facts = life.happen("opening_announced", opening_id=opening_id, round=round_)
    return [(fact.outcome, fact.round, fact.because) for fact in facts if fact.kind is FactKind.ALERT]


def test_an_announced_opening_becomes_one_alert_by_the_preferred_channel(life: Life) -> None:
    assert announce(life) == []
    assert life.live(days=10) == ["reopening_alert"]
    touch = life.sent[0][1]
    assert touch.key == "c1/alerts/be-2/alert/round-1"
    assert (touch.channel, touch.purpose, touch.priority, touch.opening_id) == (
        Channel.SMS, Purpose.ALERTS, Priority.ALERT, "be-2",
    )  # fmt: skip


def test_the_same_round_again_tells_nobody_twice(life: Life) -> None:
    announce(life)
    announce(life)
    life.live(days=2)
    announce(life)
    assert life.templates() == ["reopening_alert"]
    life.live(days=200)
    assert announce(life) == []
    assert life.live(days=10) == []


def test_the_same_round_again_does_not_wake_an_alert_that_is_held(life: Life) -> None:
    life.answer = Answers([deferred(MONDAY + timedelta(days=3), Gate.KILL_SWITCH)])
    announce(life)
    life.live(hours=1)
    announce(life)
    assert life.live(days=1) == []


def test_a_new_round_is_told_after_ninety_days_and_not_before(life: Life) -> None:
    announce(life)
    life.live(days=60)
    told = announce(life, round_=2)
    assert [outcome for outcome, _, _ in told] == ["not_told"]
    assert told[0][2].startswith("told on 2026-11-2")
    life.live(seconds=TOLD_AGAIN_AFTER.total_seconds())
    announce(life, round_=3)
    assert life.live(days=10) == ["reopening_alert"]


@pytest.mark.parametrize(
    ("stages", "because"),
    [
        (["hired"], "hired"),
        (["applied"], "already in applied there"),
        (["applied", "offer"], "already in offer there"),
        (["applied", "withdrawn"], "withdrew from this opening"),
    ],
)
def test_where_the_person_stands_there_may_speak_against_it(life: Life, stages: list[str], because: str) -> None:
    for stage in stages:
        life.stage(stage, "be-2")
    assert announce(life) == [("not_told", 1, because)]
    assert "reopening_alert" not in life.live(days=10)


def test_a_past_applicant_who_was_refused_is_told(life: Life) -> None:
    for stage in ("interview", "rejected"):
        life.stage(stage, "be-2")
        life.live(days=2)
    announce(life)
    assert life.live(days=10) == ["reopening_alert"]


def test_who_said_no_is_left_alone_and_told_of_openings_after_the_rest(life: Life) -> None:
    life.happen("message_received", kind="no")
    assert announce(life) == [("not_told", 1, "said no; at rest until 2027-05-22")]
    life.live(days=181)
    announce(life, round_=2)
    assert life.live(days=10) == ["reopening_alert"]


def test_who_opted_out_of_alerts_by_their_channel_is_not_told(life: Life) -> None:
    life.happen("consent_changed", purpose="alerts", channel="sms", granted=False)
    assert announce(life) == [("not_told", 1, "opted out of alerts")]


@pytest.mark.parametrize(
    ("name", "payload", "because"),
    [
        ("stage_changed", {"opening_id": "fe-9", "stage": "hired"}, "hired"),
        ("stage_changed", {"opening_id": "be-2", "stage": "applied"}, "already in applied there"),
        ("message_received", {"kind": "no"}, "said no; at rest until 2027-05-22"),
        ("message_received", {"kind": "stop", "channel": "sms"}, "opted out of alerts"),
        ("consent_changed", {"purpose": "alerts", "channel": "*", "granted": False}, "opted out of alerts"),
        ("delivery_reported", {"kind": "complained", "channel": "sms"}, "opted out of alerts"),
    ],
)
def test_what_happens_before_it_leaves_withdraws_an_alert(
    life: Life, name: str, payload: dict[str, str], because: str
) -> None:
    announce(life)
    facts = life.happen(name, **payload)
    assert [(f.outcome, f.round, f.because) for f in facts if f.kind is FactKind.ALERT] == [("not_told", 1, because)]
    assert "reopening_alert" not in life.live(days=200)


def test_a_reply_leaves_an_alert_as_it_is(life: Life) -> None:
    announce(life)
    life.happen("message_received", kind="reply")
    assert life.live(days=5) == ["reopening_alert"]


def test_a_newer_round_takes_the_place_of_one_that_still_waits(life: Life) -> None:
    life.happen("snoozed", until=(MONDAY + timedelta(days=9)).isoformat())
    announce(life)
    assert announce(life, round_=2) == [("not_told", 1, "opened again, round 2, before it left")]
    assert announce(life, round_=1) == []
    life.live(days=20)
    assert [touch.key for _, touch in life.sent] == ["c1/alerts/be-2/alert/round-2"]


def test_an_alert_that_was_leaving_when_the_next_round_came_is_not_repeated(life: Life) -> None:
    announce(life)
    life.during_send = lambda touch: touch.key.endswith("1") and announce(life, round_=2)
    assert life.live(days=80) == ["reopening_alert"]
    told = [(f.round, f.because) for f in life.facts if f.kind is FactKind.ALERT and f.because.startswith("told on")]
    assert [number for number, _ in told] == [2]


def test_a_deferred_alert_is_recorded_as_waiting(life: Life) -> None:
    until = MONDAY + timedelta(days=3)
    life.answer = Answers([deferred(until, Gate.CAP)])
    announce(life)
    life.live(hours=1)
    waiting = [(f.outcome, f.because) for f in life.facts if f.kind is FactKind.ALERT]
    assert waiting == [("waiting", "cap until 2026-11-26T09:00:00Z")]
    assert life.live(days=10) == ["reopening_alert"]


@pytest.mark.parametrize(
    ("settlement", "counts"),
    [
        (Settlement(Outcome.SENT, MONDAY), True), (Settlement(Outcome.UNKNOWN, MONDAY), True),
        (Settlement(Outcome.FAILED, MONDAY), False), (skipped(Gate.CONSENT), False),
    ],
)  # fmt: skip
def test_an_alert_counts_as_told_when_it_left_or_may_have(life: Life, settlement: Settlement, counts: bool) -> None:
    life.answer = Answers([settlement])
    announce(life)
    life.live(days=1)
    assert life.relationship.alerts == {}
    assert ("be-2" in life.relationship.told_openings) is counts
    life.live(days=10)
    announce(life, round_=2)
    assert life.live(days=10) == ([] if counts else ["reopening_alert"])


def test_several_openings_that_could_be_told_of_at_once_make_one_message(life: Life) -> None:
    for number in range(5):
        announce(life, f"be-{number}")
    life.live(days=30)
    [(_, touch)] = life.sent
    assert sorted([touch.opening_id, *touch.also]) == [f"be-{number}" for number in range(5)]
    assert set(life.relationship.told_openings) == {f"be-{number}" for number in range(5)}
    assert not life.relationship.alerts


def test_openings_merged_into_an_alert_that_did_not_leave_are_told_of_by_the_next(life: Life) -> None:
    announce(life, "be-1")
    announce(life, "be-2")
    life.answer = Answers([skipped(Gate.SUPPRESSED)])
    life.live(days=30)
    assert [(touch.opening_id, touch.also) for _, touch in life.sent] == [("be-2", [])]


def test_openings_announced_on_different_days_share_the_caps(life: Life) -> None:
    for number in range(5):
        announce(life, f"be-{number}")
        life.live(days=2)
    life.live(days=30)
    days = [moment.date() for moment, _ in life.sent]
    assert len(set(days)) == len(days)
    assert all((later - earlier).days >= 7 for earlier, later in zip(days, days[2:], strict=False))
    assert set(life.relationship.told_openings) == {f"be-{number}" for number in range(5)}
