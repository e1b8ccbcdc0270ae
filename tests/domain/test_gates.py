"""The gates before every message: each alone, all pairs in their order, and who needs no window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Closures
from domain.gates import (
    STOP_RECHECK,
    TOKENS_RECHECK,
    Consent,
    Defer,
    Gate,
    GateFacts,
    Pass,
    Skip,
    decide,
    held_by,
    windowless,
)
from domain.touches import Channel, Priority, Purpose, Touch
from domain.windows import ALWAYS, SPREAD, Caps, Limit, Sent, Window, next_allowed
from tests.domain.lives import MONDAY

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""Outside the window."""
OPEN = GateFacts(address="ada@example.org", consent=Consent(7, granted=True), zone="Europe/Berlin")
NURTURE = Touch(
    "c1/nurture/j-1/s/o", Purpose.NURTURE, Channel.EMAIL, "s", MONDAY, Priority.NURTURE, journey="j", version=1
)
REFUSAL = Touch("c1/application/o:r/m/o", Purpose.APPLICATION, Channel.EMAIL, "refused", MONDAY, Priority.STAGE)
ACKNOWLEDGMENT = replace(REFUSAL, template="received", priority=Priority.ACKNOWLEDGMENT)

SERVICE = Touch("c1/service/single/booking/b1", Purpose.SERVICE, Channel.EMAIL, "booking", MONDAY, Priority.STAGE)

BLOCKS: dict[Gate, dict[str, Any]] = {
    Gate.KILL_SWITCH: {"stopped": "everything"},
    Gate.ERASED: {"erased": True},
    Gate.WITHDRAWN: {"obsolete": "the opening is closed"},
    Gate.CONDITION: {"condition_failed": 'country == "DE"'},
    Gate.SUPPRESSED: {"suppressed": "hard bounce"},
    Gate.CONSENT: {"consent": None},
    Gate.OPTED_OUT: {"consent": Consent(8, granted=False)},
    Gate.PAUSED: {"paused": "journey:spring"},
    Gate.SNOOZED: {"snoozed_until": SUNDAY + timedelta(days=30)},
    Gate.CAP: {"sent": [Sent(SUNDAY - timedelta(hours=2))], "caps": Caps(1, 5)},
    Gate.WINDOW: {"window": Window("1111100", 540, 1080)},
    Gate.WORDS: {"unwritten": "no message 'note'"},
    Gate.TOKENS: {"missing_tokens": ("first_name", "opening_title")},
}
"""Facts that close each gate on a Sunday noon, in the order in which the gates are asked."""
WIDE = replace(OPEN, window=ALWAYS)


def test_open_gates_pass_on_the_consent_they_found() -> None:
    assert decide(WIDE, NURTURE, SUNDAY) == Pass(7)


@pytest.mark.parametrize("gate", BLOCKS)
def test_each_gate_alone_blocks_and_says_why(gate: Gate) -> None:
    decision = decide(replace(WIDE, **BLOCKS[gate]), NURTURE, SUNDAY)
    assert isinstance(decision, Skip | Defer)
    assert decision.gate is gate
    assert decision.because


@pytest.mark.parametrize(
    ("first", "second"),
    [(a, b) for a, b in combinations(BLOCKS, 2) if not BLOCKS[a].keys() & BLOCKS[b].keys()],
)
def test_of_two_closed_gates_the_earlier_one_answers(first: Gate, second: Gate) -> None:
    decision = decide(replace(WIDE, **BLOCKS[first], **BLOCKS[second]), NURTURE, SUNDAY)
    assert isinstance(decision, Skip | Defer)
    assert decision.gate is first


@given(st.sets(st.sampled_from(list(BLOCKS)), min_size=1))
def test_of_any_closed_gates_the_first_answers(closed: set[Gate]) -> None:
    facts = WIDE
    for gate in reversed(BLOCKS):
        facts = replace(facts, **BLOCKS[gate]) if gate in closed else facts
    decision = decide(facts, NURTURE, SUNDAY)
    assert isinstance(decision, Skip | Defer)
    assert decision.gate is next(gate for gate in BLOCKS if gate in closed)


@pytest.mark.parametrize(
    "gate", [Gate.ERASED, Gate.WITHDRAWN, Gate.SUPPRESSED, Gate.CONSENT, Gate.OPTED_OUT]
)  # fmt: skip
def test_gates_closed_for_good_skip(gate: Gate) -> None:
    assert isinstance(decide(replace(WIDE, **BLOCKS[gate]), NURTURE, SUNDAY), Skip)


@pytest.mark.parametrize(
    ("gate", "earliest", "latest"),
    [
        (Gate.KILL_SWITCH, SUNDAY + STOP_RECHECK, SUNDAY + STOP_RECHECK + SPREAD),
        (Gate.SNOOZED, SUNDAY + timedelta(days=30), SUNDAY + timedelta(days=30)),
        (Gate.CAP, datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC)),
        (Gate.WINDOW, datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC) + SPREAD),
        (Gate.TOKENS, SUNDAY + TOKENS_RECHECK, SUNDAY + TOKENS_RECHECK),
    ],
)
def test_gates_that_open_later_name_the_moment(gate: Gate, earliest: datetime, latest: datetime) -> None:
    decision = decide(replace(WIDE, **BLOCKS[gate]), NURTURE, SUNDAY)
    assert isinstance(decision, Defer)
    assert earliest <= decision.until <= latest


@given(closed=st.sets(st.sampled_from(list(BLOCKS)), min_size=1), minutes=st.integers(0, 20_000))
def test_a_deferral_always_lies_ahead(closed: set[Gate], minutes: int) -> None:
    facts, now = WIDE, SUNDAY + timedelta(minutes=minutes)
    for gate in reversed(BLOCKS):
        facts = replace(facts, **BLOCKS[gate]) if gate in closed else facts
    decision = decide(facts, NURTURE, now)
    assert not isinstance(decision, Defer) or decision.until > now


def test_the_words_of_each_gate_name_what_would_change_it() -> None:
    said = {gate: decide(replace(WIDE, **BLOCKS[gate]), NURTURE, SUNDAY).because for gate in BLOCKS}  # type: ignore[union-attr]  # none passes
    assert said == {
        Gate.KILL_SWITCH: "everything is stopped; keepwarm go resumes",
        Gate.ERASED: "the person was erased",
        Gate.WITHDRAWN: "the opening is closed",
        Gate.CONDITION: 'country == "DE" does not hold; a person of whom it is true gets the message',
        Gate.SUPPRESSED: "the email address is suppressed: hard bounce; correct the address",
        Gate.CONSENT: "no consent on record for nurture by email; record one",
        Gate.OPTED_OUT: "opted out of nurture by email; only the person can change that",
        Gate.PAUSED: "journey spring is paused; keepwarm resume goes on",
        Gate.SNOOZED: "the person asked not to be written to until then",
        Gate.CAP: "the cap of 1 a day is used up; keepwarm calendar caps changes it",
        Gate.WINDOW: "outside 09:00-18:00 Europe/Berlin; opens 2026-11-23 09:00",
        Gate.WORDS: "no message 'note'; a task asks to write to the person by hand",
        Gate.TOKENS: "the message lacks first_name, opening_title; a task asks for it",
    }


def test_nobody_is_written_to_without_an_address() -> None:
    decision = decide(replace(WIDE, address=""), NURTURE, SUNDAY)
    assert decision == Skip(Gate.SUPPRESSED, "no email address on record; add one")


def test_messages_about_an_application_ask_neither_snooze_nor_cap() -> None:
    facts = replace(WIDE, **BLOCKS[Gate.SNOOZED], **BLOCKS[Gate.CAP])
    assert decide(facts, REFUSAL, SUNDAY) == Pass(7)


def test_a_snooze_that_has_ended_blocks_nothing() -> None:
    assert decide(replace(WIDE, snoozed_until=SUNDAY), NURTURE, SUNDAY) == Pass(7)


@pytest.mark.parametrize(
    ("touch", "free"),
    [
        pytest.param(ACKNOWLEDGMENT, True, id="acknowledgment by email"),
        pytest.param(replace(ACKNOWLEDGMENT, channel=Channel.SMS), False, id="acknowledgment by SMS"),
        pytest.param(replace(REFUSAL, template="interview"), True, id="good news by email"),
        pytest.param(replace(REFUSAL, template="interview", channel=Channel.SMS), False, id="good news by SMS"),
        pytest.param(REFUSAL, False, id="refusal"),
        pytest.param(replace(REFUSAL, template="refused_after_interview"), False, id="refusal after an interview"),
        pytest.param(NURTURE, False, id="nurture"),
        pytest.param(replace(NURTURE, purpose=Purpose.ALERTS, priority=Priority.ALERT), False, id="alert"),
    ],
)
def test_only_acknowledgments_and_good_news_by_email_leave_at_any_hour(touch: Touch, free: bool) -> None:
    assert windowless(touch) is free
    decision = decide(OPEN, touch, SUNDAY)
    assert isinstance(decision, Pass) is free
    if isinstance(decision, Defer):
        assert decision.gate is Gate.WINDOW
        assert decision.until >= next_allowed(OPEN.window, OPEN.zone, SUNDAY)


# The kill switch and pauses, by scope


@pytest.mark.parametrize(
    ("switches", "held"),
    [
        ([], ""),
        (["stop"], "everything"),
        (["stop:journey:j"], "journey:j"),
        (["stop:journey:other"], ""),
        (["stop:sender:dana"], "sender:dana"),
        (["stop:sender:eva"], "sender:eva"),
        (["stop:sender:omar"], ""),
        (["stop:template:s"], "template:s"),
        (["stop:template:s", "stop:journey:j", "stop:sender:dana"], "journey:j"),
        (["stop", "stop:journey:j"], "everything"),
        (["pause:journey:j", "pause:everything"], ""),
    ],
)
def test_a_switch_holds_what_its_scope_names_and_the_widest_answers(switches: list[str], held: str) -> None:
    assert held_by(switches, "stop", NURTURE, ["dana", "eva"]) == held


def test_a_pause_of_everything_is_no_stop() -> None:
    assert held_by(["pause:everything"], "pause", NURTURE, []) == "everything"
    assert held_by(["pause:everything"], "stop", NURTURE, []) == ""


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("everything", "everything is stopped; keepwarm go resumes"),
        ("journey:j", "journey j is stopped; keepwarm go --journey j resumes"),
        ("sender:dana", "sender dana is stopped; keepwarm go --sender dana resumes"),
        ("template:s:x", "template s:x is stopped; keepwarm go --template s:x resumes"),
    ],
)
def test_a_stopped_scope_names_itself_and_the_cure(scope: str, words: str) -> None:
    decision = decide(replace(WIDE, stopped=scope), ACKNOWLEDGMENT, SUNDAY)
    assert isinstance(decision, Defer)
    assert (decision.gate, decision.because) == (Gate.KILL_SWITCH, words)


def test_a_pause_holds_everything_but_acknowledgments() -> None:
    assert isinstance(decide(replace(WIDE, paused="everything"), REFUSAL, SUNDAY), Defer)
    assert decide(replace(WIDE, paused="everything"), ACKNOWLEDGMENT, SUNDAY) == Pass(7)


# Closed days, spacing, caps


MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_a_holiday_names_itself_and_when_it_is_over() -> None:
    facts = replace(OPEN, closures=Closures(frozenset({"2026-11-23"})), holidays={"2026-11-23": "Founders' Day"})
    decision = decide(facts, NURTURE, MONDAY_NOON)
    assert isinstance(decision, Defer)
    assert decision.gate is Gate.WINDOW
    assert decision.because == (
        "2026-11-23 is closed (Founders' Day); opens 2026-11-24 09:00, or at once by keepwarm calendar open 2026-11-23"
    )


def test_a_quiet_stretch_of_the_journey_names_itself() -> None:
    decision = decide(replace(OPEN, closures=Closures(quiet=(("11-20", "11-30"),))), NURTURE, MONDAY_NOON)
    assert isinstance(decision, Defer)
    assert decision.because == "2026-11-23 lies in a quiet stretch of the journey; opens 2026-12-01 09:00"


def test_an_acknowledgment_leaves_on_a_holiday() -> None:
    facts = replace(OPEN, closures=Closures(frozenset({"2026-11-23"})))
    assert decide(facts, ACKNOWLEDGMENT, MONDAY_NOON) == Pass(7)


def test_too_soon_after_the_last_message_is_a_gate_of_its_own() -> None:
    facts = replace(WIDE, caps=Caps(5, 5, spacing_hours=48), sent=[Sent(MONDAY_NOON - timedelta(hours=40))])
    decision = decide(facts, NURTURE, MONDAY_NOON)
    assert decision == Defer(
        MONDAY_NOON + timedelta(hours=8), Gate.SPACING, "48 hours between two; keepwarm calendar caps changes that"
    )


def test_a_limit_of_one_channel_and_purpose_names_itself_and_leaves_the_others_free() -> None:
    caps = Caps(5, 5, limits=[Limit(1, 14, "email", "nurture")])
    facts = replace(WIDE, caps=caps, sent=[Sent(MONDAY_NOON - timedelta(days=2))])
    decision = decide(facts, NURTURE, MONDAY_NOON)
    assert isinstance(decision, Defer)
    assert decision.because == "the cap of 1 nurture email in 14 days is used up; keepwarm calendar caps changes it"
    assert decide(facts, replace(NURTURE, purpose=Purpose.ALERTS), MONDAY_NOON) == Pass(7)
    assert decide(facts, replace(NURTURE, channel=Channel.SMS), MONDAY_NOON) == Pass(7)


@given(
    hours=st.lists(st.integers(0, 200), max_size=6),
    caps=st.builds(Caps, st.integers(1, 2), st.integers(1, 3), spacing_hours=st.sampled_from([0, 30])),
    closed=st.sets(st.integers(0, 9), max_size=4),
    minutes=st.integers(0, 10_000),
)
def test_a_touch_that_comes_back_when_it_was_told_to_is_let_through(
    hours: list[int], caps: Caps, closed: set[int], minutes: int
) -> None:
    """Caps, windows and closed days answer together: nobody is woken only to be sent away again."""
    now = SUNDAY + timedelta(minutes=minutes)
    days = frozenset(f"{SUNDAY + timedelta(days=day):%Y-%m-%d}" for day in closed)
    sent = [Sent(now - timedelta(hours=ago)) for ago in hours]
    facts = replace(OPEN, caps=caps, closures=Closures(days), sent=sent)
    decision = decide(facts, NURTURE, now)
    if isinstance(decision, Defer):
        assert decide(facts, NURTURE, decision.until) == Pass(7)


@pytest.mark.parametrize("gate", [Gate.SNOOZED, Gate.CAP, Gate.WINDOW])
def test_what_was_asked_for_leaves_by_email_whatever_the_hour_the_caps_and_the_snooze(gate: Gate) -> None:
    assert decide(replace(WIDE, **BLOCKS[gate]), SERVICE, SUNDAY) == Pass(7)


@pytest.mark.parametrize("gate", [gate for gate in BLOCKS if gate not in (Gate.SNOOZED, Gate.CAP, Gate.WINDOW)])
def test_what_was_asked_for_meets_every_other_gate(gate: Gate) -> None:
    decision = decide(replace(WIDE, **BLOCKS[gate]), SERVICE, SUNDAY)
    assert isinstance(decision, Skip | Defer)
    assert decision.gate is gate


def test_what_was_asked_for_by_sms_keeps_to_the_window() -> None:
    assert isinstance(decide(OPEN, replace(SERVICE, channel=Channel.SMS), SUNDAY), Defer)
