"""A person's way through a journey: entering, waiting on their own calendar, leaving, finishing."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import plans
from domain.arbiter import Wait
from domain.facts import FactKind
from domain.gates import Gate
from domain.journeys import closing_facts
from domain.plans import EXITS, Plan, PlanStep, read_plan
from domain.programs import moment_of
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, Purpose, Settlement
from domain.windows import ALWAYS, Caps, Window
from tests.domain.lives import MONDAY, Answers, Life, deferred, journey, news, plan_json, skipped

BERLIN = ZoneInfo("Europe/Berlin")
MANY = Caps(per_day=9, per_week=60)


def free(**more: Any) -> Life:
    """A life in which neither window nor cap hold anything back."""
    return Life(Relationship("c1", window=ALWAYS, caps=MANY, **more))


def both_channels() -> Plan:
    """Four steps: email, SMS, email, SMS."""
    channels = (Channel.EMAIL, Channel.SMS) * 2
    return Plan("mixed", 2, [PlanStep(f"m-{n}", channel, 1) for n, channel in enumerate(channels, 1)])


def test_a_journey_sends_each_step_after_its_wait_and_ends() -> None:
    life = free()
    facts = life.enroll(journey(0, 7, 14))
    assert [(f.kind, f.outcome, f.journey, f.version) for f in facts] == [(FactKind.ENROLLMENT, "active", "hello", 1)]
    assert life.live(days=60) == ["hello-1", "hello-2", "hello-3"]
    assert [moment - MONDAY for moment, _ in life.sent] == [timedelta(days=n) for n in (0, 7, 21)]
    assert life.relationship.enrollments == {}


def test_a_touch_names_journey_version_step_and_entry_in_its_key() -> None:
    life = free()
    life.enroll(journey(0))
    life.live(days=1)
    touch = life.sent[0][1]
    assert touch.key == "c1/nurture/hello-1/hello-1/2026-11-23T09:00:00Z"
    assert (touch.journey, touch.version, touch.template, touch.purpose) == ("hello", 1, "hello-1", Purpose.NURTURE)


def test_waits_keep_the_local_time_across_both_clock_changes() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin", window=ALWAYS), now=datetime(2026, 3, 1, 9, 15, tzinfo=UTC))
    life.enroll(journey(*[30] * 10))
    life.live(days=365)
    local = [moment.astimezone(BERLIN) for moment, _ in life.sent]
    assert len(local) == 10
    assert {f"{moment:%H:%M}" for moment in local} == {"10:15"}
    assert len({moment.utcoffset() for moment in local}) == 2


def test_hours_of_a_wait_are_hours_by_any_clock() -> None:
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    relationship, plan = Relationship("c1", zone="Europe/Berlin"), journey(0)
    assert moment_of(relationship, plan, plans.Wait(hours=24), saturday) == saturday + timedelta(hours=24)
    assert moment_of(relationship, plan, plans.Wait(days=1), saturday) == saturday + timedelta(hours=23)


def test_a_plan_s_own_window_binds_its_touches() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.enroll(journey(0, window=Window("0001000", 600, 660)))
    life.live(days=7)
    assert [f"{moment:%a %H}" for moment, _ in life.sent] == ["Thu 10"]


# Leaving


CAUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "reply": ("message_received", {"kind": "reply"}),
    "application": ("stage_changed", {"opening_id": "be-1", "stage": "applied"}),
    "hire": ("stage_changed", {"opening_id": "be-1", "stage": "hired"}),
    "bounce": ("delivery_reported", {"kind": "bounced"}),
    "opt_out": ("consent_changed", {"purpose": "nurture", "channel": "email", "granted": False}),
}


@pytest.mark.parametrize("cause", sorted(set(CAUSES) - {"bounce"}))
def test_every_cause_ends_a_journey_before_its_next_touch(cause: str) -> None:
    name, payload = CAUSES[cause]
    life = free()
    life.enroll(journey(0, 7))
    life.live(days=1)
    facts = life.happen(name, **payload)
    assert life.relationship.enrollments == {}
    left = [f for f in facts if f.kind is FactKind.ENROLLMENT]
    unsent = [f for f in facts if f.kind is FactKind.NOT_SENT]
    assert [(f.outcome, bool(f.because)) for f in left] == [("exited", True)]
    assert [(f.touch_key, f.template) for f in unsent] == [
        ("c1/nurture/hello-1/hello-2/2026-11-23T09:00:00Z", "hello-2")
    ]
    assert unsent[0].outcome == (Gate.OPTED_OUT if cause == "opt_out" else Gate.EXITED)
    assert not any(template.startswith("hello") for template in life.live(days=30))


@pytest.mark.parametrize("cause", sorted(set(CAUSES) - {"opt_out"}))
def test_a_journey_that_does_not_name_a_cause_goes_on(cause: str) -> None:
    name, payload = CAUSES[cause]
    life = free()
    also = {"hire": {"application"}}.get(cause, set())  # who is hired at a new opening has applied there too
    life.enroll(journey(0, 7, exit_on=[other for other in EXITS if other not in {cause, *also}]))
    life.live(days=1)
    life.happen(name, **payload)
    assert "hello-2" in life.live(days=30)


def test_a_hire_at_a_known_opening_ends_journeys_that_an_application_does_not() -> None:
    life = free()
    life.stage("offer")
    life.enroll(journey(7, exit_on=["hire"]))
    life.stage("hired")
    assert life.relationship.enrollments == {}


def test_a_second_stage_of_the_same_application_is_no_new_application() -> None:
    life = free()
    life.stage("applied")
    life.enroll(journey(7))
    life.stage("screening")
    assert "hello-1" in life.live(days=30)


def test_an_automatic_reply_is_no_reply() -> None:
    life = free()
    life.enroll(journey(1))
    life.happen("message_received", kind="auto_reply")
    assert life.live(days=3) == ["hello-1"]


def test_a_person_is_taken_out_by_a_recruiter() -> None:
    life = free()
    life.enroll(journey(7))
    facts = life.happen("unenrolled", journey="hello", because="met in person")
    assert [(f.outcome, f.because) for f in facts] == [("exited", "met in person"), ("exited", "met in person")]
    assert life.happen("unenrolled", journey="hello") == []
    assert life.live(days=30) == []


def test_an_opt_out_of_one_channel_costs_only_its_touches() -> None:
    life = free()
    life.answer = lambda touch, now: (
        skipped(Gate.OPTED_OUT, now) if life.relationship.has_opted_out(touch.purpose, touch.channel)
        else Settlement(Outcome.SENT, now)
    )  # fmt: skip
    life.enroll(both_channels())
    life.happen("consent_changed", purpose="nurture", channel="sms", granted=False)
    assert life.live(days=30) == ["m-1", "m-3"]
    assert life.relationship.enrollments == {}
    assert life.recorded(FactKind.ENROLLMENT) == ["active"]


def test_opting_out_of_every_channel_ahead_ends_the_journey() -> None:
    life = free()
    life.enroll(both_channels())
    life.happen("consent_changed", purpose="nurture", channel="sms", granted=False)
    assert "mixed" in life.relationship.enrollments
    life.happen("consent_changed", purpose="nurture", channel="email", granted=False)
    assert life.relationship.enrollments == {}


def test_an_opt_out_that_only_the_gate_knows_ends_a_journey_of_that_channel() -> None:
    life = free()
    life.answer = Answers([skipped(Gate.OPTED_OUT)])
    life.enroll(journey(0, 1))
    assert life.live(days=30) == []
    assert life.relationship.enrollments == {}
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited"]


def test_the_gate_s_opt_out_of_one_channel_leaves_the_others() -> None:
    life = free()
    life.answer = Answers([skipped(Gate.OPTED_OUT)])
    life.enroll(both_channels())
    assert life.live(days=30) == ["m-2", "m-3", "m-4"]


def test_erased_people_leave_their_journeys() -> None:
    life = free()
    life.answer = Answers([skipped(Gate.ERASED)])
    life.enroll(both_channels())
    assert life.live(days=30) == []
    assert [f.because for f in life.facts if f.outcome == "exited"] == ["erased"]


@pytest.mark.parametrize("gate", [Gate.SUPPRESSED, Gate.CONSENT, Gate.WITHDRAWN])
def test_a_skip_costs_only_its_touch(gate: Gate) -> None:
    life = free()
    life.answer = Answers([skipped(gate)])
    life.enroll(journey(0, 7))
    assert life.live(days=30) == ["hello-2"]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.UNKNOWN])
def test_a_failed_send_does_not_end_the_journey(outcome: Outcome) -> None:
    life = free()
    life.answer = Answers([Settlement(outcome, MONDAY)])
    life.enroll(journey(0, 7))
    assert life.live(days=30) == ["hello-2"]


def test_a_deferred_touch_is_held_until_its_moment_and_then_sent() -> None:
    life = free()
    until = MONDAY + timedelta(days=2, hours=3)
    life.answer = Answers([deferred(until, Gate.TOKENS)])
    life.enroll(journey(0, 7))
    life.live(hours=1)
    action = life.upcoming_action()
    assert isinstance(action, Wait)
    assert (action.until, action.because) == (until, Gate.TOKENS)
    life.live(days=30)
    assert [moment for moment, _ in life.sent] == [until, until + timedelta(days=7)]


# Entering


def test_the_steps_ahead_are_pinned_at_the_entry() -> None:
    life = free()
    life.enroll(journey(0, 7))
    life.enroll(journey(0, 1, 1))
    assert life.live(days=30) == ["hello-1", "hello-2"]
    assert [f.because for f in life.facts if f.outcome == "refused"] == ["already in hello@1"]


def test_who_finished_may_enter_again() -> None:
    life = free()
    for _ in range(2):
        life.enroll(journey(0, 1))
        life.live(days=5)
    assert life.templates() == ["hello-1", "hello-2"] * 2
    assert len({touch.key for _, touch in life.sent}) == 4


def test_who_left_does_not_enter_again_by_the_same_old_word() -> None:
    life = free()
    life.enroll(journey(0, 1))
    life.happen("unenrolled", journey="hello")
    facts = life.enroll(journey(0, 1))
    assert [(f.outcome, f.because) for f in facts] == [("refused", "entered it at 2026-11-23T09:00:00Z before")]
    assert life.live(days=5) == []


def test_who_was_hired_does_not_enter_a_journey_for_others() -> None:
    life = free()
    life.stage("hired")
    assert [f.because for f in life.enroll(journey(0))] == ["hired; this journey is for people who are not"]
    assert [f.outcome for f in life.enroll(journey(0, name="first-days", exit_on=["reply"]))] == ["active"]


def test_who_opted_out_of_all_its_channels_does_not_enter() -> None:
    life = free()
    life.happen("consent_changed", purpose="nurture", channel="email", granted=False)
    assert [f.because for f in life.enroll(journey(0))] == ["opted out of nurture"]
    assert [f.outcome for f in life.enroll(both_channels())] == ["active"]


def test_a_journey_without_a_plan_is_refused_with_the_cure() -> None:
    life = free()
    assert [f.kind for f in life.happen("enrolled", journey="hello")] == [FactKind.REFUSED]
    assert life.relationship.refused == ["enrolled hello: no published version; publish the journey first"]


def test_the_preferred_channel_is_the_person_s() -> None:
    life = free(channel=Channel.SMS)
    life.enroll(Plan("p", 1, [PlanStep("a", Channel.PREFERRED)]))
    life.live(days=1)
    assert life.sent[0][1].channel is Channel.SMS


def test_nothing_of_a_journey_is_sent_after_a_touch_that_was_leaving_when_it_ended() -> None:
    life = free()
    life.enroll(journey(0, 1))
    life.during_send = lambda _touch: life.happen("message_received", kind="reply")
    assert life.live(days=30) == ["hello-1"]


def test_a_touch_that_left_as_its_journey_ended_counts_for_the_cap() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(1, 1)))
    life.enroll(journey(0))
    life.during_send = lambda touch: life.happen("unenrolled", journey=touch.journey)
    life.live(hours=1)
    life.during_send = None
    life.enroll(journey(0, name="other"))
    life.live(days=30)
    assert [moment.date() for moment, _ in life.sent] == [MONDAY.date(), MONDAY.date() + timedelta(days=7)]


def test_the_end_of_a_journey_is_recorded_with_its_last_touch() -> None:
    """The send activity writes it with the outcome, so the end costs no activity of its own."""
    life, closing = free(), []
    life.during_send = lambda touch: closing.append(
        [f.outcome for f in closing_facts(life.relationship, touch, life.now)]
    )
    life.enroll(journey(0, 1))
    life.stage("applied")
    life.enroll(journey(0, 1, name="other"))
    life.live(days=30)
    assert news(life.templates()) == ["received", "other-1", "other-2"]
    assert [outcomes for outcomes in closing if outcomes] == [["finished"]]
    assert life.recorded(FactKind.ENROLLMENT) == ["active", "exited", "active"]


# Plans as they are read


def test_a_plan_comes_back_from_its_json() -> None:
    for plan in (journey(0, 1.5, 30), both_channels(), journey(1, window=Window(), exit_on=[], purpose=Purpose.ALERTS)):
        assert read_plan(plan_json(plan)) == plan


def test_what_a_plan_leaves_out_has_its_default() -> None:
    read = read_plan({"journey": "j", "version": "3", "steps": [{"id": "a", "channel": "sms"}]})
    assert read == Plan("j", 3, [PlanStep("a", Channel.SMS)])
    assert read.label == "j@3"


STEP = {"id": "a", "channel": "email"}


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": []}, {"steps": None}, {"steps": [STEP, STEP]}, {"steps": ["a"]}, {"steps": [{"id": "a"}]}, {"steps": 7},
        {"steps": [STEP | {"channel": "pigeon"}]}, {"steps": [STEP | {"wait_days": -1}]}, {"version": None},
        {"steps": [STEP | {"wait_hours": float("nan")}]}, {"steps": [STEP | {"wait_days": 10**9}]}, {"version": "new"},
        {"steps": [STEP | {"wait_days": float("inf")}]}, {"purpose": "gossip"}, {"exit_on": 7}, {"journey": ...},
        {"window": {"days": "1", "start": 0, "end": 60}}, {"window": [1]}, {"window": {"days": "1111111", "start": "9"}},
    ],
)  # fmt: skip
def test_json_that_is_no_plan_is_refused_with_the_cure(changed: dict[str, Any]) -> None:
    raw = {"journey": "j", "version": 1, "steps": [STEP]} | changed
    raw = {name: value for name, value in raw.items() if value is not ...}
    with pytest.raises(ValueError, match=r"the plan is not one of a published journey: .*; publish the journey again"):
        read_plan(raw)
    life = free()
    assert [f.kind for f in life.happen("enrolled", journey="j", plan=raw)] == [FactKind.REFUSED]
    assert life.relationship.refused[-1].startswith("enrolled j: the plan is not")


def test_any_waits_in_any_zone_keep_their_local_time_unless_a_gap_swallows_it() -> None:
    chance = random.Random(11)
    for zone in ("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"):
        begin = MONDAY + timedelta(minutes=chance.randrange(525_600))
        life = Life(Relationship("c1", zone=zone, window=ALWAYS, caps=MANY), now=begin)
        life.enroll(journey(*[chance.randint(1, 60) for _ in range(12)]))
        life.live(days=800)
        shown = [moment.astimezone(ZoneInfo(zone)) for moment, _ in life.sent]
        assert len(shown) == 12
        assert sum(f"{moment:%H:%M}" == f"{begin.astimezone(ZoneInfo(zone)):%H:%M}" for moment in shown) >= 11
