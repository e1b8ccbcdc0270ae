"""What candidates are told of their applications, and what is taken back before they are."""

from datetime import timedelta

import pytest

from domain.arbiter import Send, Wait
from domain.facts import FactKind
from domain.gates import Gate
from domain.relationships import Relationship
from domain.stages import REFUSAL_DELAY
from domain.touches import Channel, Outcome, Priority, Purpose, Settlement, Touch
from domain.windows import ALWAYS
from tests.domain.lives import MONDAY, SHORT_PIPELINE, Answers, Life, deferred, news, pipeline_json, skipped

HOUR = timedelta(hours=1)


def meanwhile(life: Life, template: str, stage: str) -> None:
    """While a message of this template is leaving, the application moves to the stage."""

    def move(touch: Touch) -> None:
        if touch.template == template:
            life.stage(stage)

    life.during_send = move


@pytest.fixture
def life() -> Life:
    return Life(Relationship("c1", zone="Europe/Berlin"))


def test_an_application_is_acknowledged_at_once_even_at_night() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin"), now=MONDAY.replace(hour=1))
    facts = life.stage("applied", by="dana", event_id="e1")
    action = life.upcoming_action()
    assert action == Send(
        Touch("c1/application/be-1:applied/message/2026-11-23T01:00:00Z", Purpose.APPLICATION, Channel.EMAIL, "received",
              life.now, Priority.ACKNOWLEDGMENT, opening_id="be-1", event_id="e1")
    )  # fmt: skip
    assert [(f.kind, f.outcome, f.stage, f.furthest, f.by, f.event_id) for f in facts if f.kind is FactKind.STAGE] == [
        (FactKind.STAGE, "entered", "applied", "applied", "dana", "e1")
    ]
    assert news(life.live(days=30)) == ["received"]


def test_the_same_stage_signalled_again_is_told_once(life: Life) -> None:
    for number in range(3):
        facts = life.stage("interview", event_id=f"e{number}")
        life.live(hours=number)
    assert life.templates() == ["interview"]
    assert [f.outcome for f in facts] == ["repeated"]
    assert life.recorded(FactKind.STAGE) == ["entered", "repeated", "repeated"]


def test_the_same_event_again_changes_nothing(life: Life) -> None:
    life.stage("applied", event_id="e1")
    assert life.stage("screening", event_id="e1") == []
    assert life.relationship.applications["be-1"].stage == "applied"


def test_each_step_forward_is_congratulated_once(life: Life) -> None:
    for stage in ("applied", "screening", "interview", "offer", "hired"):
        life.stage(stage)
        life.live(days=2)
    assert life.templates() == ["received", "advanced", "interview", "offer", "hired"]


def test_only_the_stage_reached_is_told_when_steps_come_faster_than_messages(life: Life) -> None:
    life.stage("applied")
    life.live(hours=1)
    life.stage("screening")
    facts = life.stage("interview")
    assert life.live(days=1) == ["interview"]
    assert [(f.kind, f.outcome, f.template) for f in facts[1:]] == [(FactKind.NOT_SENT, Gate.WITHDRAWN, "advanced")]
    assert "moved to interview" in facts[1].because


def test_a_step_back_among_open_stages_is_silent_and_so_is_the_way_to_where_they_were(life: Life) -> None:
    life.stage("interview")
    life.live(days=1)
    life.stage("screening")
    assert life.live(days=1) == []
    life.stage("interview")
    assert life.live(days=1) == []
    life.stage("offer")
    assert life.live(days=1) == ["offer"]


def test_a_late_signal_is_recorded_and_changes_nothing(life: Life) -> None:
    life.stage("interview", at=(MONDAY - HOUR).isoformat())
    facts = life.stage("rejected", at=(MONDAY - 2 * HOUR).isoformat())
    assert [(f.outcome, f.because) for f in facts] == [("late", "interview since 2026-11-23T08:00:00Z is newer")]
    assert life.live(days=3) == ["interview"]


def test_signals_in_any_order_leave_the_application_where_the_newest_one_put_it() -> None:
    moves = {"applied": 3, "screening": 2, "interview": 1}
    for order in (["applied", "interview", "screening"], ["interview", "screening", "applied"]):
        life = Life()
        for stage in order:
            life.stage(stage, at=(MONDAY - moves[stage] * HOUR).isoformat())
        assert life.relationship.applications["be-1"].stage == "interview"
        assert life.live(days=1).count("interview") == 1


def test_an_unknown_stage_is_recorded_with_the_known_ones(life: Life) -> None:
    facts = life.stage("telepathy")
    assert [f.outcome for f in facts] == ["unknown_stage"]
    assert facts[0].because.endswith("stages: applied, screening, interview, offer, hired, rejected, withdrawn")
    assert life.relationship.applications == {}
    assert life.live(days=1) == []


def test_an_unknown_stage_leaves_an_application_as_it_was(life: Life) -> None:
    life.stage("applied")
    life.stage("telepathy")
    assert life.relationship.applications["be-1"].stage == "applied"
    assert life.live(days=1) == ["received"]


# Acknowledgments


def test_an_acknowledgment_that_is_held_up_stays_owed_when_the_person_advances(life: Life) -> None:
    life.answer = Answers([deferred(MONDAY + HOUR, Gate.KILL_SWITCH)])
    life.stage("applied")
    life.live(minutes=1)
    life.stage("screening")
    assert life.live(hours=3) == ["advanced", "received"]
    assert life.relationship.applications["be-1"].told == "screening"


def test_a_held_acknowledgment_is_not_promised_again_by_a_step_back(life: Life) -> None:
    life.answer = Answers([deferred(MONDAY + HOUR, Gate.KILL_SWITCH)])
    life.stage("applied")
    life.live(minutes=1)
    life.stage("screening")
    life.now += timedelta(minutes=1)
    life.stage("applied")
    assert life.live(days=1) == ["received"]


def test_an_acknowledgment_that_has_not_left_is_dropped_when_the_application_closes(life: Life) -> None:
    life.stage("applied")
    facts = life.stage("withdrawn")
    assert [f.outcome for f in facts if f.kind is FactKind.NOT_SENT] == [Gate.WITHDRAWN]
    assert life.live(days=1) == ["withdrawn"]


def test_who_withdrew_and_applies_again_is_acknowledged_again(life: Life) -> None:
    for stage in ("applied", "withdrawn", "applied"):
        life.stage(stage)
        life.live(days=1)
    assert life.templates() == ["received", "withdrawn", "received"]


def test_stages_that_alternate_within_one_second_have_messages_of_their_own(life: Life) -> None:
    """Some systems know the day of a change and no more."""
    midnight = "2026-11-23T00:00:00Z"
    for stage in ("applied", "rejected", "applied", "rejected"):
        life.stage(stage, at=midnight)
    keys = [message.touch.key for message in life.relationship.messages]
    assert life.live(days=1) == ["refused"]
    withdrawn = [fact.touch_key for fact in life.facts if fact.kind is FactKind.NOT_SENT]
    assert len({*withdrawn, *keys}) == 4


# Refusals


def test_a_refusal_waits_for_its_delay() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin", window=ALWAYS))
    life.stage("applied")
    life.live(hours=1)
    life.stage("rejected")
    refused_at = life.now
    assert isinstance(life.upcoming_action(), Wait)
    assert life.live(days=3) == ["refused"]
    assert life.sent[-1][0] == refused_at + REFUSAL_DELAY


def test_a_refusal_waits_for_the_window_too(life: Life) -> None:
    life.now = MONDAY.replace(hour=15)
    life.stage("rejected")
    life.live(days=3)
    moment, touch = life.sent[0]
    assert touch.template == "refused"
    assert moment.isoformat() >= "2026-11-24T08:00:00"


def test_a_refusal_taken_back_within_its_delay_is_never_sent(life: Life) -> None:
    life.stage("interview")
    life.live(hours=1)
    life.stage("rejected")
    life.live(hours=2)
    facts = life.stage("interview")
    assert [(f.outcome, f.template) for f in facts if f.kind is FactKind.NOT_SENT] == [
        (Gate.WITHDRAWN, "refused_after_interview")
    ]
    assert news(life.live(days=30)) == []
    assert any("not sent refused_after_interview for be-1" in line for line in life.relationship.decisions)


def test_the_company_sets_the_delay_of_the_default_pipeline() -> None:
    life = Life(Relationship("c1", window=ALWAYS, refusal_delay_minutes=30))
    life.stage("rejected")
    life.live(days=1)
    assert life.sent[0][0] == MONDAY + timedelta(minutes=30)


def test_an_interviewed_person_gets_the_refusal_that_owes_feedback(life: Life) -> None:
    for stage in ("interview", "screening", "rejected"):
        life.stage(stage)
    assert life.live(days=2) == ["refused_after_interview"]


def test_who_is_reinstated_after_a_told_refusal_is_told_again(life: Life) -> None:
    for stage in ("interview", "rejected", "interview"):
        life.stage(stage)
        life.live(days=2)
    assert life.templates() == ["interview", "refused_after_interview", "interview"]


def test_who_is_reinstated_while_the_refusal_is_leaving_is_told_again(life: Life) -> None:
    """The refusal had been handed over when it was taken back: the person reads it, so they need to hear that it no longer holds."""
    life.stage("interview")
    life.live(days=1)
    life.stage("rejected")
    meanwhile(life, "refused_after_interview", "interview")
    assert life.live(days=2) == ["refused_after_interview", "interview"]
    assert life.relationship.applications["be-1"].told == "interview"


def test_a_message_that_left_as_it_was_taken_back_is_not_news_again(life: Life) -> None:
    life.stage("applied")
    life.live(days=1)
    life.stage("screening")
    meanwhile(life, "advanced", "interview")
    assert life.live(hours=1) == ["advanced", "interview"]
    life.stage("screening")
    assert life.live(days=1) == []


def test_a_step_forward_that_left_as_it_was_taken_back_makes_the_step_before_it_silent(life: Life) -> None:
    life.stage("applied")
    life.live(days=1)
    life.stage("interview")
    meanwhile(life, "interview", "screening")
    assert life.live(days=1) == ["interview"]
    assert life.relationship.messages == []


def test_who_was_reinstated_by_a_message_that_left_is_refused_again(life: Life) -> None:
    for stage in ("interview", "rejected"):
        life.stage(stage)
        life.live(days=2)
    life.stage("offer")
    meanwhile(life, "offer", "rejected")
    life.now += HOUR
    moved = life.now
    assert life.live(days=2) == ["offer", "refused_after_interview"]
    assert life.sent[-1][0] >= moved + REFUSAL_DELAY


def test_a_cancelled_send_is_forgotten(life: Life) -> None:
    life.stage("interview")
    life.live(days=1)
    life.stage("rejected")
    meanwhile(life, "refused_after_interview", "interview")
    life.answer = lambda _touch, _now: None
    assert life.live(days=2) == []
    assert life.relationship.applications["be-1"].told == "interview"


def test_new_words_wake_the_message_that_waits_for_them(life: Life) -> None:
    life.stage("interview")
    life.live(days=1)
    life.stage("rejected")
    life.answer = Answers([deferred(MONDAY + timedelta(days=9), Gate.TOKENS)])
    assert life.live(days=2) == []
    life.stage("rejected")
    assert life.live(hours=1) == ["refused_after_interview"]


def test_the_same_stage_again_does_not_wake_a_message_held_for_another_reason(life: Life) -> None:
    life.answer = Answers([deferred(MONDAY + timedelta(days=2), Gate.KILL_SWITCH)])
    life.stage("interview")
    life.live(hours=1)
    life.stage("interview")
    assert life.live(hours=1) == []


# What is told counts


@pytest.mark.parametrize(
    ("outcome", "told"),
    [(Outcome.SENT, "interview"), (Outcome.UNKNOWN, "interview"), (Outcome.FAILED, ""), (Outcome.SKIPPED, "")],
)
def test_a_stage_counts_as_told_when_its_message_left_or_may_have(life: Life, outcome: Outcome, told: str) -> None:
    gate = Gate.CONSENT if outcome is Outcome.SKIPPED else ""
    life.answer = Answers([Settlement(outcome, MONDAY, gate=gate)])
    life.stage("interview")
    life.live(days=1)
    assert life.relationship.applications["be-1"].told == told
    assert life.relationship.messages == []


def test_a_skipped_stage_message_is_not_tried_again(life: Life) -> None:
    life.answer = Answers([skipped(Gate.SUPPRESSED)])
    life.stage("interview")
    assert life.live(days=10) == []
    assert len(life.attempts) == 1


# A company's own pipeline


def test_a_company_s_own_pipeline_rules_its_opening(life: Life) -> None:
    pipeline = pipeline_json(SHORT_PIPELINE)
    life.stage("in", pipeline=pipeline)
    life.stage("applied", "other")
    assert sorted(life.live(hours=1)) == ["received", "received"]
    life.stage("no")
    refused_at = life.now
    assert life.live(days=1) == ["refused"]
    assert life.sent[-1][0] == refused_at + timedelta(minutes=60)


def test_an_own_pipeline_knows_late_hired_and_refused_stages_by_their_kind() -> None:
    life = Life()
    life.stage("trial-day", pipeline=pipeline_json(SHORT_PIPELINE))
    life.stage("no")
    assert life.live(days=1) == ["refused_after_interview"]
    life.stage("joined")
    assert life.relationship.is_hired()


def test_the_delay_of_an_own_pipeline_is_its_own() -> None:
    life = Life(Relationship("c1", window=ALWAYS, refusal_delay_minutes=5))
    life.stage("no", pipeline=pipeline_json(SHORT_PIPELINE))
    life.live(days=1)
    assert life.sent[0][0] == MONDAY + timedelta(minutes=60)


def test_one_refusal_replaced_by_another_is_told_once(life: Life) -> None:
    life.stage("no", pipeline=pipeline_json(SHORT_PIPELINE))
    life.now += timedelta(minutes=30)
    life.stage("not-now")
    changed = life.now
    assert life.live(days=2) == ["refused"]
    assert life.sent[0][0] >= changed + timedelta(minutes=120)


def test_a_pipeline_may_be_replaced_later(life: Life) -> None:
    life.stage("applied")
    life.live(hours=1)
    life.stage("trial-day", pipeline=pipeline_json(SHORT_PIPELINE))
    assert life.relationship.applications["be-1"].stage == "trial-day"
    assert life.live(hours=1) == ["interview"]


@pytest.mark.parametrize("pipeline", [{"stages": [{"name": "x"}]}, {"phases": []}, {"stages": "applied"}])
def test_a_pipeline_that_can_t_be_read_is_refused_and_nothing_breaks(life: Life, pipeline: dict[str, object]) -> None:
    assert [fact.kind for fact in life.stage("applied", pipeline=pipeline)] == [FactKind.REFUSED]
    assert life.relationship.applications == {}
    assert "pipeline" in life.relationship.refused[-1]


def test_applications_at_several_openings_do_not_touch_each_other(life: Life) -> None:
    life.stage("rejected", "be-1")
    life.stage("interview", "fe-2")
    life.stage("withdrawn", "ux-3")
    assert sorted(life.live(days=2)) == ["interview", "refused", "withdrawn"]


def test_a_refusal_that_reaches_us_late_still_leaves_time_to_take_it_back(life: Life) -> None:
    life.stage("rejected", at=(MONDAY - timedelta(days=5)).isoformat())
    assert life.live(hours=2) == []
    life.stage("interview")
    assert life.live(days=5) == ["interview"]
