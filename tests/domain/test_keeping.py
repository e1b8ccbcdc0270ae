"""What time asks for: consents renewed before they run out, sourced people told, data forgotten after a warning and never before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arbiter import Idle, Wait
from domain.conditions import Traits
from domain.facts import FactKind
from domain.gates import Consent, Gate, GateFacts, Pass, Skip, decide
from domain.keeping import NOTICE, RENEWAL, WARNING, Terms, day_in_key
from domain.outlook import upcoming
from domain.rehearsals import Habits, Person, rehearse
from domain.relationships import Keeping, Relationship
from domain.touches import Channel, Outcome, Priority, Purpose, Settlement, Touch
from domain.windows import Caps
from tests.domain.lives import DAY, MONDAY, Answers, Life, deferred, journey, plan_json, skipped


def life(**keeping: Any) -> Life:
    return Life(Relationship("c1", keeping=Keeping(**keeping)))


def agree(one: Life, purpose: str = "nurture", channel: str = "email", days: int = 730, **more: Any) -> None:
    until = (one.now + days * DAY).isoformat()
    one.happen("consent_changed", purpose=purpose, channel=channel, granted=True, until=until, recorded=True, **more)


def told(one: Life, template: str) -> list[datetime]:
    return [at for at, touch in one.sent if touch.template == template]


# Terms


@pytest.mark.parametrize(
    ("purpose", "basis", "days"),
    [
        ("nurture", "consent", 365),
        ("alerts", "consent", 730),
        ("nurture", "legitimate_interest", None),
        ("application", "application", None),
        ("service", "legal_obligation", None),
        ("application", "consent", None),
    ],
)
def test_only_consents_to_news_and_alerts_run_out(purpose: str, basis: str, days: int | None) -> None:
    terms = Terms({"": 730, "nurture": 365})
    assert terms.expiry(purpose, basis, MONDAY) == (MONDAY + days * DAY if days else None)
    assert Terms({"": 0}).expiry(purpose, basis, MONDAY) is None


# Renewal


def test_nothing_is_planned_for_those_for_whom_nothing_applies() -> None:
    one = Life()
    assert one.upcoming_action() == Idle("nothing is planned")
    assert one.relationship.compact() == {"candidate_id": "c1", "rules": one.relationship.rules}


def test_a_consent_without_an_end_asks_for_nothing() -> None:
    one = Life()
    one.happen("consent_changed", purpose="nurture", channel="email", granted=True, recorded=True)
    assert one.upcoming_action() == Idle("nothing is planned")


def test_renewal_is_asked_for_a_month_before_the_consent_runs_out_and_once() -> None:
    one = life()
    agree(one)
    until = one.now + 730 * DAY
    assert isinstance(one.upcoming_action(), Wait)
    one.live(days=1000)
    (asked,) = told(one, RENEWAL)
    assert timedelta(0) <= asked - (until - 30 * DAY) < 4 * DAY, "on a working day, inside the window"
    assert one.upcoming_action() == Idle("nothing is planned")


def test_what_runs_out_together_is_asked_for_together() -> None:
    one = life()
    agree(one)
    one.live(days=20)
    agree(one, "alerts")
    one.live(days=1000)
    assert len(told(one, RENEWAL)) == 1


def test_what_runs_out_much_later_is_asked_for_by_itself() -> None:
    one = life()
    agree(one)
    one.live(days=200)
    agree(one, "alerts")
    one.live(days=1000)
    assert [touch.purpose for _, touch in one.sent] == ["nurture", "alerts"]


def test_a_renewed_consent_is_asked_for_again_when_it_runs_out_again() -> None:
    one = life()
    agree(one, days=365)
    one.live(days=345)
    assert len(told(one, RENEWAL)) == 1
    agree(one, days=365)
    one.live(days=300)
    assert len(told(one, RENEWAL)) == 1
    one.live(days=100)
    assert len(told(one, RENEWAL)) == 2


def test_a_word_for_every_channel_covers_every_channel() -> None:
    one = life()
    agree(one, channel="*")
    assert sorted(one.relationship.keeping.consents) == ["nurture/email", "nurture/sms"]
    one.live(days=1000)
    assert len(told(one, RENEWAL)) == 1
    one.happen("consent_changed", purpose="*", channel="*", granted=False, recorded=True)
    assert one.relationship.keeping.consents == {}


def test_a_withdrawn_consent_is_not_asked_for_again() -> None:
    one = life()
    agree(one)
    one.live(days=300)
    one.happen("consent_changed", purpose="nurture", channel="email", granted=False, recorded=True)
    one.live(days=1000)
    assert one.sent == []
    assert one.relationship.keeping.consents == {}


def test_consent_to_texts_is_renewed_by_mail_unless_mail_is_unwanted() -> None:
    one = life()
    agree(one, channel="sms")
    one.live(days=1000)
    assert [(touch.template, touch.channel) for _, touch in one.sent] == [(RENEWAL, "email")]
    other = life()
    agree(other, channel="sms")
    other.happen("message_received", kind="stop", channel="email")
    other.live(days=1000)
    assert other.sent == []


def test_renewal_obeys_caps_and_snoozes() -> None:
    one = Life(Relationship("c1", caps=Caps(1, 1)))
    agree(one, days=90)
    one.enroll(journey(59.9))
    one.live(days=61)
    assert [touch.template for _, touch in one.sent] in (["hello-1"], [RENEWAL])
    one.live(days=20)
    (first, _), (second, _) = one.sent
    assert second - first > 6 * DAY
    other = life()
    agree(other, days=90)
    other.happen("snoozed", until=(other.now + 80 * DAY).isoformat())
    other.live(days=79)
    assert other.sent == []
    other.live(days=9)
    assert len(other.sent) == 1


def test_a_deferred_renewal_goes_when_its_gate_opens() -> None:
    one = life()
    agree(one, days=90)
    one.answer = Answers([deferred(one.now + 70 * DAY, Gate.CAP)])
    one.live(days=69)
    assert one.sent == []
    one.live(days=5)
    assert len(one.sent) == 1
    assert one.relationship.keeping.held == {}


@pytest.mark.parametrize(
    ("until", "passes"), [(None, True), (MONDAY + DAY, True), (MONDAY, False), (MONDAY - DAY, False)]
)
def test_a_consent_that_has_run_out_closes_its_gate(until: datetime | None, passes: bool) -> None:
    touch = Touch("c1/nurture/a-1/b/c", Purpose.NURTURE, Channel.EMAIL, "b", MONDAY, Priority.NURTURE)
    answer = decide(GateFacts(address="x@example.org", consent=Consent(7, True, until)), touch, MONDAY)
    if passes:
        assert answer == Pass(7)
    else:
        assert isinstance(answer, Skip)
        assert answer.gate is Gate.CONSENT
        assert f"ran out on {until:%Y-%m-%d}" in answer.because


# Notice to sourced people


def test_sourced_people_are_told_at_once_and_once() -> None:
    one = life(sourced_at=MONDAY)
    one.live(minutes=1)
    assert [(touch.template, touch.purpose) for _, touch in one.sent] == [(NOTICE, "service")]
    assert one.recorded(FactKind.INFORMED) == [""]
    one.live(days=400)
    assert len(one.sent) == 1


def test_neither_a_snooze_nor_an_opt_out_by_mail_keeps_the_notice_back() -> None:
    one = life(sourced_at=MONDAY)
    one.happen("snoozed", until=(one.now + 80 * DAY).isoformat())
    one.happen("message_received", kind="stop", channel="email")
    one.live(minutes=1)
    assert told(one, NOTICE) == [MONDAY]


@pytest.mark.parametrize("outcome", [skipped(Gate.SUPPRESSED), Settlement(Outcome.FAILED, MONDAY, Gate.UNDELIVERABLE)])
def test_who_cannot_be_told_by_mail_becomes_a_task_for_a_person_in_time(outcome: Settlement) -> None:
    one = life(sourced_at=MONDAY)
    one.answer = Answers([outcome])
    one.live(days=400)
    (task,) = [fact for fact in one.facts if fact.kind is FactKind.TASK]
    assert (task.outcome, task.until) == ("ask", MONDAY + 30 * DAY)
    assert one.recorded(FactKind.INFORMED) == []


# Retention


def test_people_are_warned_a_month_before_their_data_is_forgotten() -> None:
    one = life(retention_days=730, active_at=MONDAY)
    one.live(days=800)
    assert told(one, WARNING) == [MONDAY + 700 * DAY]
    assert one.forgotten == MONDAY + 730 * DAY


def test_the_basis_of_the_warning_is_on_record_before_it_leaves() -> None:
    one = life(retention_days=730, active_at=MONDAY)
    one.live(days=699)
    assert one.facts == []
    one.live(days=2)
    (basis,) = [fact for fact in one.facts if fact.kind is FactKind.CONSENT]
    assert (basis.purpose, basis.channel, basis.outcome, basis.because) == (
        "service",
        "email",
        "granted",
        "legal_obligation",
    )


def test_nobody_is_forgotten_less_than_a_month_after_the_warning() -> None:
    one = life(retention_days=730, active_at=MONDAY - 3000 * DAY)
    one.live(days=90)
    assert told(one, WARNING) == [MONDAY]
    assert one.forgotten == MONDAY + 30 * DAY


def test_a_warning_that_was_put_off_puts_the_end_off() -> None:
    one = life(retention_days=730, active_at=MONDAY)
    late = MONDAY + 720 * DAY
    one.answer = Answers([deferred(late, Gate.KILL_SWITCH)])
    one.live(days=900)
    assert told(one, WARNING) == [late]
    assert one.forgotten == late + 30 * DAY


def test_who_cannot_be_warned_is_forgotten_all_the_same() -> None:
    one = life(retention_days=730, active_at=MONDAY)
    one.answer = Answers([skipped(Gate.SUPPRESSED, MONDAY + 700 * DAY)])
    one.live(days=900)
    assert one.sent == []
    assert one.forgotten == MONDAY + 730 * DAY


@pytest.mark.parametrize("kind", ["reply", "no", "click", "form", "booking"])
@pytest.mark.parametrize("after", [100, 715])
def test_a_sign_of_life_moves_the_end(kind: str, after: int) -> None:
    one = life(retention_days=730, active_at=MONDAY)
    one.live(days=after)
    one.happen("message_received", kind=kind)
    one.live(days=729)
    assert one.forgotten is None
    assert told(one, WARNING)[-1] == MONDAY + (after + 700) * DAY
    assert one.recorded(FactKind.ACTIVE) == [""]
    one.live(days=2)
    assert one.forgotten == MONDAY + (after + 730) * DAY


def test_a_renewed_consent_and_an_application_are_signs_of_life() -> None:
    for sign in (lambda one: agree(one), lambda one: one.stage("withdrawn")):
        one = life(retention_days=730, active_at=MONDAY)
        one.live(days=600)
        sign(one)
        one.live(days=729)
        assert one.forgotten is None


def test_an_automatic_reply_and_a_stop_are_none() -> None:
    one = life(retention_days=730, active_at=MONDAY)
    one.live(days=600)
    one.happen("message_received", kind="auto_reply", until=(one.now + DAY).isoformat())
    one.happen("message_received", kind="stop")
    one.live(days=200)
    assert one.forgotten == MONDAY + 730 * DAY


def test_open_applications_and_hires_are_not_forgotten() -> None:
    for stage in ("screening", "hired"):
        one = life(retention_days=100, active_at=MONDAY)
        one.stage(stage)
        one.live(days=1000)
        assert one.forgotten is None
        assert told(one, WARNING) == []


def test_the_record_may_know_better() -> None:
    one = life(retention_days=100, active_at=MONDAY)
    one.live(days=100)
    assert one.forgotten
    one.happen("terms_changed", retention_days=100, active_at=(one.now - 10 * DAY).isoformat())
    one.forgotten = None
    one.live(days=89)
    assert len(told(one, WARNING)) == 2
    assert one.forgotten is None
    one.live(days=2)
    assert one.forgotten == MONDAY + 190 * DAY


def test_another_retention_holds_from_when_it_is_told_with_its_own_warning() -> None:
    one = life()
    one.live(days=1000)
    one.happen("terms_changed", retention_days=730, active_at=MONDAY.isoformat())
    one.live(days=1)
    assert told(one, WARNING) == [MONDAY + 1000 * DAY]
    one.happen("terms_changed")
    one.live(days=1000)
    assert one.forgotten is None


def test_without_a_retention_nobody_is_forgotten() -> None:
    one = life(active_at=MONDAY)
    one.live(days=5000)
    assert one.forgotten is None
    assert one.sent == []


# What is shown


def test_a_view_shows_what_is_to_come() -> None:
    one = life(retention_days=365, active_at=MONDAY)
    agree(one, days=200)
    assert [touch.template for touch in upcoming(one.relationship, one.now)] == [RENEWAL, WARNING]


def test_what_fell_due_in_a_pause_of_everything_does_not_burst_out() -> None:
    one = life(retention_days=365, active_at=MONDAY - 400 * DAY, sourced_at=MONDAY)
    one.happen("paused", scope="everything")
    one.live(days=10)
    assert one.sent == []
    one.happen("resumed", scope="everything")
    one.live(days=2)
    assert sorted(touch.template for _, touch in one.sent) == [NOTICE, WARNING]
    assert all(at > MONDAY + 10 * DAY for at, _ in one.sent)


def test_the_day_stands_in_the_key_of_these_messages_alone() -> None:
    assert day_in_key("c1/service/keeping/retention_warning/2028-11-21") == date(2028, 11, 21)
    assert day_in_key("c1/nurture/keep-warm-1/hello/2028-11-21T00:00:00Z") is None
    assert day_in_key("odd") is None


@settings(max_examples=60)
@given(
    retention=st.integers(40, 900),
    silent=st.integers(0, 2000),
    signs=st.lists(st.integers(1, 700), max_size=6),
)
def test_however_it_comes_nobody_is_forgotten_early_or_unwarned(retention: int, silent: int, signs: list[int]) -> None:
    one = life(retention_days=retention, active_at=MONDAY - silent * DAY)
    for gap in signs:
        one.live(days=gap)
        if one.forgotten:
            break
        one.happen("message_received", kind="reply")
    else:
        one.live(days=1000)
    last = one.relationship.keeping.active_at
    assert last
    assert one.forgotten
    assert last + retention * DAY <= one.forgotten
    warned = told(one, WARNING)[-1]
    assert one.forgotten - warned >= 30 * DAY
    assert warned >= last


def test_a_rehearsal_lives_it_ahead_with_the_same_gates() -> None:
    state = Relationship(
        "c1", keeping=Keeping(retention_days=300, active_at=MONDAY, consents={"nurture/email": MONDAY + 100 * DAY})
    )
    person = Person(state, Traits(), frozenset({"email"}), frozenset({"nurture/email"}))
    plan = plan_json(journey(60, 60, name="hello"))
    lived = [(one.kind, one.step or one.because) for one in rehearse(person, MONDAY, 400 * DAY, Habits(), plan)]
    told_of = [one for one in lived if one[0] in ("sent", "skipped", "forgotten")]
    assert told_of == [
        ("sent", "hello-1"), ("sent", RENEWAL), ("skipped", "hello-2"), ("sent", WARNING), ("forgotten", ""),
    ]  # fmt: skip
