"""The state itself: it survives its own JSON, and what could grow for ever does not."""

from typing import Any

import pytest
from temporalio.converter import DataConverter

from domain.clocks import Clock
from domain.definitions import Definitions, LoadDefinitions
from domain.gates import Gate
from domain.outlook import upcoming
from domain.relationships import DECISIONS, REFUSED_SIGNALS, RULES, SEEN_EVENTS, SETTLED_TOUCHES, Relationship
from domain.stages import StageKind
from domain.touches import Channel, Outcome, Priority, Purpose, RecordFacts, SendTouch, Settlement, Touch
from domain.windows import Sent
from tests.domain.lives import MONDAY, SHORT_PIPELINE, Answers, Life, deferred, drawn_life, journey, pipeline_json


def through_temporal(value: Any) -> Any:
    """The value as the next run, or the activity, receives it."""
    converter = DataConverter.default.payload_converter
    return converter.from_payloads(converter.to_payloads([value]), [type(value)])[0]


@pytest.mark.parametrize("seed", range(25))
def test_a_relationship_that_rolls_over_is_the_same(seed: int) -> None:
    life = drawn_life(seed)
    life.relationship.receive("paused", {"by": "dana", "nested": [1, None, {"a": 0.5}]})
    again = through_temporal(life.relationship)
    assert again == life.relationship
    assert upcoming(again, life.now) == upcoming(life.relationship, life.now)


@pytest.mark.parametrize("seed", range(10))
def test_a_workflow_that_begins_with_the_compact_state_begins_with_the_same(seed: int) -> None:
    converter = DataConverter.default.payload_converter
    for state in (Relationship("c1"), drawn_life(seed).relationship):
        [begun] = converter.from_payloads(converter.to_payloads([state.compact()]), [Relationship])
        assert begun == state
    assert Relationship("c1").compact() == {"candidate_id": "c1", "rules": RULES}


def test_everything_that_a_relationship_may_hold_survives() -> None:
    life = Life(Relationship("c1", clock=Clock(MONDAY, MONDAY, 3600.0), refusal_delay_minutes=5))
    life.answer = Answers([deferred(MONDAY, Gate.TOKENS)])
    life.stage("trial-day", pipeline=pipeline_json(SHORT_PIPELINE))
    life.enroll(journey(0, 1.25, window=life.relationship.window))
    life.happen("opening_announced", opening_id="op-1")
    life.happen("touch_scheduled", touch_id="t", template="note", due="2027-01-01")
    life.happen("consent_changed", purpose="alerts", channel="sms", granted=False)
    life.happen("message_received", kind="auto_reply", until="2027-01-01")
    life.happen("snoozed", until="2027-02-01")
    life.happen("paused")
    life.relationship.told_openings["op-9"] = MONDAY
    life.relationship.recent.append(Sent(MONDAY, "email", "nurture"))
    life.relationship.refuse("nonsense")
    again = through_temporal(life.relationship)
    assert again == life.relationship
    assert isinstance(again.messages[0].touch.priority, Priority)
    assert isinstance(again.applications["be-1"].pipeline.stages[0].kind, StageKind)
    assert isinstance(again.enrollments["hello"].plan.purpose, Purpose)
    assert isinstance(again.channel, Channel)


def test_what_activities_are_given_and_answer_survives() -> None:
    touch = Touch("k", Purpose.ALERTS, Channel.SMS, "t", MONDAY, Priority.ALERT, opening_id="o")
    life = Life()
    life.enroll(journey(0))
    planned = upcoming(life.relationship, MONDAY)
    for value in (
        SendTouch("c1", touch, Clock(speed=60.0), life.relationship.unrecorded, planned),
        RecordFacts("c1", life.relationship.unrecorded, None),
        Settlement(Outcome.DEFERRED, MONDAY, Gate.CAP, MONDAY, "full"),
        LoadDefinitions(journey="hello", version=2),
        Definitions(found=True, pipeline=pipeline_json(SHORT_PIPELINE)),
    ):
        assert through_temporal(value) == value


def test_an_older_state_is_read_by_newer_code() -> None:
    """What a run of an earlier release carries lacks the fields that came later."""
    converter = DataConverter.default.payload_converter
    old = {
        "candidate_id": "c1",
        "applications": {"be-1": {"opening_id": "be-1", "stage": "applied", "at": "2026-11-23T09:00:00Z"}},
    }
    read = converter.from_payloads(converter.to_payloads([old]), [Relationship])[0]
    assert read.applications["be-1"].is_open()


def test_lists_that_could_grow_for_ever_are_rings() -> None:
    life = Life()
    for number in range(SEEN_EVENTS + 150):
        life.stage("interview" if number % 2 else "rejected", at=MONDAY.isoformat())
        life.happen("enrolled", journey="unpublished")
    relationship = life.relationship
    assert len(relationship.seen) == SEEN_EVENTS
    assert len(relationship.settled) == SETTLED_TOUCHES
    assert len(relationship.decisions) == DECISIONS
    assert len(relationship.refused) == REFUSED_SIGNALS
    assert len(relationship.messages) == 1
    assert relationship.seen[-1] == f"event-{life.signals - 1}", "the last one was refused"
    assert len(relationship.refused_ids) == REFUSED_SIGNALS


def test_sends_older_than_the_cap_looks_back_are_forgotten() -> None:
    life = Life()
    life.enroll(journey(*[7] * 30))
    life.live(days=300)
    assert len(life.sent) == 30
    assert len(life.relationship.recent) <= 5


@pytest.mark.parametrize(
    ("opted_out", "purpose", "channel", "expected"),
    [
        ("nurture/email", "nurture", "email", True), ("nurture/email", "alerts", "email", False),
        ("nurture/email", "nurture", "sms", False), ("*/sms", "nurture", "sms", True), ("nurture/*", "nurture", "sms", True),
        ("*/*", "application", "email", True),
    ],
)  # fmt: skip
def test_an_opt_out_covers_what_it_names(opted_out: str, purpose: str, channel: str, expected: bool) -> None:
    assert Relationship("c1", opted_out=[opted_out]).has_opted_out(purpose, channel) is expected
