"""The gates before every message: each alone, all pairs in their order, and who needs no window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    windowless,
)
from domain.touches import Channel, Priority, Purpose, Touch
from domain.windows import ALWAYS, SPREAD, Caps, Sent, Window, next_allowed
from tests.domain.lives import MONDAY

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""Outside the window."""
OPEN = GateFacts(address="ada@example.org", consent=Consent(7, granted=True), zone="Europe/Berlin")
NURTURE = Touch(
    "c1/nurture/j-1/s/o", Purpose.NURTURE, Channel.EMAIL, "s", MONDAY, Priority.NURTURE, journey="j", version=1
)
REFUSAL = Touch("c1/application/o:r/m/o", Purpose.APPLICATION, Channel.EMAIL, "refused", MONDAY, Priority.STAGE)
ACKNOWLEDGMENT = replace(REFUSAL, template="received", priority=Priority.ACKNOWLEDGMENT)

BLOCKS: dict[Gate, dict[str, Any]] = {
    Gate.KILL_SWITCH: {"stopped": "everything"},
    Gate.ERASED: {"erased": True},
    Gate.WITHDRAWN: {"obsolete": "the opening is closed"},
    Gate.SUPPRESSED: {"suppressed": "hard bounce"},
    Gate.CONSENT: {"consent": None},
    Gate.OPTED_OUT: {"consent": Consent(8, granted=False)},
    Gate.SNOOZED: {"snoozed_until": SUNDAY + timedelta(days=30)},
    Gate.CAP: {"sent": [Sent(SUNDAY - timedelta(hours=2))], "caps": Caps(1, 5)},
    Gate.WINDOW: {"window": Window("1111100", 540, 1080)},
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
        Gate.SUPPRESSED: "the email address is suppressed: hard bounce; correct the address",
        Gate.CONSENT: "no consent on record for nurture by email; record one",
        Gate.OPTED_OUT: "opted out of nurture by email; only the person can change that",
        Gate.SNOOZED: "the person asked not to be written to until then",
        Gate.CAP: "the cap of 1 a day is used up",
        Gate.WINDOW: "outside 09:00-18:00 Europe/Berlin",
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
