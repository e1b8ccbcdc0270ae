"""Signals as they come: read when they can be, refused by name with the cure when not, never a crash."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import (
    LATEST,
    LONGEST_TEXT,
    SIGNALS,
    BadEvent,
    ConsentChanged,
    Enrolled,
    Event,
    MessageReceived,
    OpeningAnnounced,
    ProfileChanged,
    PromiseReminded,
    Snoozed,
    StageChanged,
    StepDecided,
    TouchScheduled,
    TouchSettled,
    event_id_of,
    read_event,
)
from domain.facts import FactKind
from domain.inbox import let_happen, read_signal
from domain.relationships import Relationship
from domain.transitions import apply
from tests.domain.lives import MONDAY, Life, journey, news, plan_json

EARLIER = "2026-11-20T10:00:00+01:00"
GOOD: dict[str, dict[str, Any]] = {
    "stage_changed": {"opening_id": "be-1", "stage": "interview", "by": "dana"},
    "message_received": {"kind": "auto_reply", "channel": "sms", "until": "2026-12-01"},
    "consent_changed": {"purpose": "*", "channel": "email", "granted": False},
    "enrolled": {"journey": "hello", "plan": plan_json(journey(1))},
    "unenrolled": {"journey": "hello"},
    "opening_announced": {"opening_id": "be-1", "round": 2},
    "paused": {"by": "dana"},
    "resumed": {},
    "released": {"by": "dana"},
    "snoozed": {"until": "2027-01-01T00:00:00Z"},
    "profile_changed": {"zone": "Asia/Tokyo", "channel": "sms", "owner": "dana", "pace": "monthly"},
    "delivery_reported": {"kind": "bounced", "touch_key": "k"},
    "touch_scheduled": {"touch_id": "t1", "template": "note", "due": "2026-12-01T09:00:00Z"},
    "moved": {"journey": "hello", "version": 2, "plan": plan_json(journey(1)), "move_id": "m1"},
    "task_done": {"journey": "hello", "step": "call", "outcome": "dropped"},
    "calendar_changed": {"closed": ["2026-12-24"], "window": {"days": "1111100"}, "caps": {"per_day": 2}},
    "message_corrected": {"message_id": "17", "kind": "auto_reply", "until": "2026-12-01"},
    "question_answered": {"message_id": "17", "by": "dana"},
    "contact_corrected": {"channel": "email"},
    "booked": {"opening_id": "be-1", "booking": "u1@keepwarm", "starts_at": "2026-12-01T09:00:00Z", "sequence": 1},
    "unbooked": {"booking": "u1@keepwarm"},
    "erased": {},
    "terms_changed": {"retention_days": 730},
}


def test_every_event_but_the_driver_s_own_is_a_signal() -> None:
    assert set(SIGNALS.values()) == set(get_args(Event)) - {TouchSettled, StepDecided, PromiseReminded}
    assert set(GOOD) == set(SIGNALS)


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_each_signal_is_read_from_plain_json(name: str) -> None:
    payload = json.loads(json.dumps(GOOD[name] | {"event_id": "e1", "at": EARLIER, "unknown": [1, {}]}))
    event = read_event(name, payload, MONDAY)
    assert isinstance(event, SIGNALS[name])
    assert (event.event_id, event.at) == ("e1", datetime(2026, 11, 20, 9, tzinfo=UTC))


def test_values_arrive_as_what_they_mean() -> None:
    common: Any = {"event_id": "e1", "at": MONDAY}
    assert read_event("stage_changed", GOOD["stage_changed"] | {"event_id": "e1"}, MONDAY) == StageChanged(
        **common, opening_id="be-1", stage="interview", by="dana"
    )
    assert read_event("message_received", GOOD["message_received"] | {"event_id": "e1"}, MONDAY) == MessageReceived(
        **common, kind="auto_reply", channel="sms", until=datetime(2026, 12, 1, tzinfo=UTC)
    )
    assert read_event("consent_changed", GOOD["consent_changed"] | {"event_id": "e1"}, MONDAY) == ConsentChanged(
        **common, purpose="*", channel="email", granted=False
    )
    assert read_event(
        "opening_announced", {"opening_id": 7, "round": "3", "event_id": "e1"}, MONDAY
    ) == OpeningAnnounced(**common, opening_id="7", round=3)
    assert read_event("touch_scheduled", GOOD["touch_scheduled"] | {"event_id": "e1"}, MONDAY) == TouchScheduled(
        **common, touch_id="t1", template="note", due=datetime(2026, 12, 1, 9, tzinfo=UTC)
    )
    assert read_event("snoozed", {"until": None, "event_id": "e1"}, MONDAY) == Snoozed(**common, until=None)


def test_a_field_that_is_null_or_empty_counts_as_left_out() -> None:
    event = read_event("profile_changed", {"zone": "", "channel": None, "owner": ""}, MONDAY)
    assert isinstance(event, ProfileChanged)
    assert (event.zone, event.channel, event.owner) == (None, None, None)


# Moments


@pytest.mark.parametrize(
    ("at", "read"),
    [
        pytest.param("2026-11-23T08:59:59Z", MONDAY - timedelta(seconds=1), id="UTC"),
        pytest.param("2026-11-23T08:00:00", MONDAY - timedelta(hours=1), id="without a zone: UTC"),
        pytest.param("2026-11-23T08:00:00+05:30", datetime(2026, 11, 23, 2, 30, tzinfo=UTC), id="with an offset"),
        pytest.param("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC), id="a day"),
        pytest.param("2026-11-23T10:00:00Z", MONDAY, id="the future counts as now"),
        pytest.param("9999-12-31T23:59:59-12:00", MONDAY, id="the end of calendars counts as now"),
        pytest.param(None, MONDAY, id="null means now"),
        pytest.param("", MONDAY, id="nothing means now"),
    ],
)
def test_the_moment_of_an_event_is_never_ahead_of_now(at: str | None, read: datetime) -> None:
    assert read_event("paused", {"at": at}, MONDAY).at == read


def test_a_snooze_until_the_end_of_time_ends_where_calendars_do() -> None:
    event = read_event("snoozed", {"until": "9999-12-31T23:59:59-12:00"}, MONDAY)
    assert isinstance(event, Snoozed)
    assert event.until == LATEST
    life = Life()
    life.enroll(journey(1))
    life.happen("snoozed", until="9999-12-31")
    assert life.live(days=400) == []


# Garbage


@pytest.mark.parametrize(
    ("name", "payload", "names", "cure"),
    [
        ("hired", {}, "hired is no signal", "known: stage_changed, message_received"),
        ("paused", None, "paused needs one JSON object", "not NoneType"),
        ("paused", [], "paused needs one JSON object", "not list"),
        ("paused", "now", "paused needs one JSON object", "not str"),
        ("paused", 7, "paused needs one JSON object", "not int"),
        ("stage_changed", {}, "stage_changed lacks opening_id", "add it to the signal's input"),
        ("stage_changed", {"opening_id": "be-1"}, "stage_changed lacks stage", "add it"),
        ("stage_changed", {"opening_id": "", "stage": "x"}, "stage_changed lacks opening_id", "add it"),
        ("stage_changed", {"opening_id": {}, "stage": "x"}, "stage_changed: opening_id must be a text", ""),
        ("stage_changed", {"opening_id": "b", "stage": ["x"]}, "stage_changed: stage must be a text", ""),
        ("stage_changed", {"opening_id": "b\0", "stage": "x"}, "opening_id is no plain text", "valid Unicode"),
        ("stage_changed", {"opening_id": "\ud800", "stage": "x"}, "opening_id is no plain text", "valid Unicode"),
        ("stage_changed", {"opening_id": "b" * 501, "stage": "x"}, "opening_id is no plain text", "at most 500"),
        ("stage_changed", {"opening_id": "b", "stage": "x", "pipeline": []}, "pipeline must be a JSON object", ""),
        ("paused", {"event_id": "a\0b"}, "paused: event_id is no plain text", "valid Unicode"),
        ("paused", {"at": "yesterday"}, "paused: at is 'yesterday'", "use ISO 8601, such as 2026-12-01T09:00:00Z"),
        ("paused", {"at": 1764061200}, "paused: at is 1764061200", "use ISO 8601"),
        ("paused", {"at": ["2026"]}, "paused: at is ['2026']", "use ISO 8601"),
        ("paused", {"at": "0001-01-01T00:00:00+14:00"}, "paused: at is '0001-01-01", "use a moment since 1970"),
        ("snoozed", {"until": "tomorrow"}, "snoozed: until is 'tomorrow'", "use ISO 8601"),
        ("snoozed", {"until": "x" * 10_000}, "snoozed: until is 'xxxxx", "use ISO 8601"),
        ("message_received", {"kind": "love letter"}, "kind is 'love letter'", "use one of reply, auto_reply, no, stop"),
        ("message_received", {"kind": {}}, "kind is {}", "use one of"),
        ("delivery_reported", {}, "delivery_reported lacks kind", "add it"),
        ("delivery_reported", {"kind": "lost"}, "kind is 'lost'", "use one of delivered, bounced, complained"),
        ("consent_changed", {"purpose": "gossip", "channel": "*", "granted": True}, "purpose is 'gossip'", "use one of"),
        ("consent_changed", {"purpose": "*", "channel": "fax", "granted": True}, "channel is 'fax'", "use one of"),
        ("consent_changed", {"purpose": "*", "channel": "*", "granted": "no"}, "granted is 'no'", "use true or false"),
        ("consent_changed", {"purpose": "*", "channel": "*"}, "consent_changed lacks granted", "add it"),
        ("enrolled", {"journey": "j", "version": True}, "version is True", "use a whole number"),
        ("enrolled", {"journey": "j", "version": "²"}, "version is '²'", "use a whole number"),
        ("enrolled", {"journey": "j", "version": -1}, "version is -1", "use a whole number"),
        ("enrolled", {"journey": "j", "version": 1.5}, "version is 1.5", "use a whole number"),
        ("enrolled", {"journey": "j", "version": "9" * 5000}, "version is '999", "use a whole number"),
        ("enrolled", {"journey": "j", "plan": "monthly"}, "enrolled: plan must be a JSON object", ""),
        ("profile_changed", {"zone": "Mars/Phobos"}, "zone is 'Mars/Phobos'", "such as Europe/Berlin"),
        ("profile_changed", {"zone": "../../etc/passwd"}, "zone is '../../etc", "such as Europe/Berlin"),
        ("profile_changed", {"zone": "Europe"}, "zone is 'Europe'", "such as Europe/Berlin"),
        ("profile_changed", {"zone": 7}, "zone is 7", "such as Europe/Berlin"),
        ("profile_changed", {"channel": "preferred"}, "channel is 'preferred'", "use one of email, sms"),
        ("profile_changed", {"pace": "hourly"}, "pace is 'hourly'", "use one of monthly, quarterly, house"),
        ("touch_scheduled", {"touch_id": "t", "template": "x", "due": "soon"}, "due is 'soon'", "use ISO 8601"),
        ("touch_scheduled", {"touch_id": "t", "template": "x"}, "touch_scheduled lacks due", "add it"),
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_refused_with_field_and_cure(name: str, payload: Any, names: str, cure: str) -> None:
    with pytest.raises(BadEvent) as refused:
        read_event(name, payload, MONDAY)
    said = str(refused.value)
    assert names in said
    assert cure in said
    assert len(said) < 400


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["*", "email", "9999-12-31", "0001-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = sorted({field for payload in GOOD.values() for field in payload} | {"event_id", "at", "pipeline", "recorded"})


@settings(max_examples=400)
@given(data=st.data(), name=st.sampled_from(sorted(SIGNALS)))
def test_any_json_whatsoever_is_an_event_or_a_refusal_and_never_stops_the_relationship(
    data: st.DataObject, name: str
) -> None:
    payload = GOOD[name] | data.draw(st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4))
    life = Life(Relationship("c1"))
    life.enroll(journey(1, 7))
    try:
        event = read_event(name, payload, MONDAY)
    except BadEvent:
        return
    assert event.at <= MONDAY
    apply(life.relationship, event, MONDAY)
    life.live(days=30)


@given(payload=anything, name=st.sampled_from(sorted(SIGNALS)))
def test_any_json_has_an_event_id(payload: Any, name: str) -> None:
    assert event_id_of(name, payload)
    assert event_id_of(name, payload) == event_id_of(name, payload)


# Which event it is


def test_the_id_of_an_event_is_its_own_or_derived_from_its_content() -> None:
    stage = {"opening_id": "be-1", "stage": "applied"}
    assert event_id_of("stage_changed", stage | {"event_id": 42}) == "42"
    derived = event_id_of("stage_changed", stage)
    assert derived == event_id_of("stage_changed", dict(reversed(stage.items())))
    assert derived != event_id_of("stage_changed", stage | {"stage": "offer"})
    assert derived != event_id_of("opening_announced", stage)


def test_the_same_signal_at_the_same_moment_is_one_event() -> None:
    relationship, signal = Relationship("c1"), {"stage": "applied", "opening_id": "be-1", "at": EARLIER}
    for _ in range(3):
        relationship.receive("stage_changed", signal)
    entered = []
    for waiting in relationship.inbox:
        event = read_signal(relationship, waiting, MONDAY)
        entered += let_happen(relationship, waiting, event, MONDAY) if event else []
    assert [fact.outcome for fact in entered if fact.kind is FactKind.STAGE] == ["entered"]
    assert relationship.receive("stage_changed", signal) is False


def test_a_signal_without_id_and_moment_is_an_event_of_its_own_each_time() -> None:
    """Interview, rejected, interview again: were the last one taken for the first, the refusal would be sent."""
    life = Life()
    ids = []
    for stage in ("interview", "rejected", "interview"):
        life.live(hours=1)
        facts = life.happen("stage_changed", opening_id="be-1", stage=stage, event_id="", at="")
        ids += [fact.event_id for fact in facts if fact.kind is FactKind.STAGE]
    assert len(set(ids)) == 3
    assert news(life.live(days=30)) == []
    assert news(life.templates()) == ["interview"]


def test_a_text_may_be_as_long_as_its_limit() -> None:
    event = read_event("unenrolled", {"journey": "j", "because": "ä" * LONGEST_TEXT}, MONDAY)
    assert not isinstance(event, Enrolled)
