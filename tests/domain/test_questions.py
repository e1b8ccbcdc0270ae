"""The question clock: hours of work only, the owner at once, the deputy before it is late, a breach on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.obligations import closing_promises
from domain.promises import PromiseKind, PromiseState, answer_id
from domain.questions import MOST_OPEN
from domain.relationships import Desk, Relationship
from domain.touches import Outcome, Settlement, stamp
from domain.windows import ALWAYS, Window
from tests.domain.lives import DAY, MONDAY, ZONES, Answers, Life, deferred

OFFICE = Desk("Europe/Berlin", Window("1111100", 9 * 60, 18 * 60))


def asking(hours: float = 8, **more: object) -> Life:
    """Somebody in New York whose owner works in Berlin, on Monday at 10:00 of Berlin."""
    relationship = Relationship("c1", zone="America/New_York", owner="dana", desk=OFFICE, question_hours=hours, **more)  # type: ignore[arg-type]
    return Life(relationship, MONDAY)


def asks(life: Life, message_id: str = "17") -> None:
    life.happen("message_received", kind="question", message_id=message_id)


def promises(life: Life) -> list[Fact]:
    return [fact for fact in life.facts if fact.kind is FactKind.PROMISE]


def test_an_answer_is_due_within_hours_of_the_office_not_of_the_person() -> None:
    life = asking()
    asks(life)
    (promise,) = life.relationship.promises.values()
    assert promise.kind is PromiseKind.QUESTION
    assert promise.due == datetime(2026, 11, 23, 17, tzinfo=UTC), "18:00 in Berlin"
    assert promises(life)[0].until == promise.due


def test_a_question_on_friday_evening_is_due_on_monday() -> None:
    life = asking()
    life.now = datetime(2026, 11, 27, 16, tzinfo=UTC)
    asks(life)
    (promise,) = life.relationship.promises.values()
    assert promise.due == datetime(2026, 11, 30, 15, tzinfo=UTC), "one hour on Friday, seven on Monday"


def test_closed_days_do_not_count() -> None:
    life = asking(closed=["2026-11-24"])
    life.now = MONDAY + timedelta(hours=6)
    asks(life)
    (promise,) = life.relationship.promises.values()
    assert promise.due.astimezone(ZoneInfo("Europe/Berlin")).date().isoformat() == "2026-11-25"


def test_the_owner_hears_at_once_and_the_deputy_before_it_is_late() -> None:
    life = asking()
    asks(life)
    life.live(days=10)
    assert [(order.level, moment - MONDAY) for moment, order in life.reminders] == [
        ("owner", timedelta()),
        ("deputy", timedelta(hours=6)),
    ]
    assert [order.kind for _, order in life.reminders] == ["question", "question"]


def test_an_answer_in_time_keeps_the_promise_and_spares_the_deputy() -> None:
    life = asking()
    asks(life)
    life.live(hours=2)
    life.happen("question_answered", message_id="17", by="dana")
    life.live(days=10)
    assert not life.relationship.promises
    assert [order.level for _, order in life.reminders] == ["owner"]
    assert [(fact.outcome, fact.because) for fact in promises(life)] == [("due", ""), ("kept", "answered by dana")]


def test_no_answer_in_time_is_a_breach_on_record_until_it_is_answered() -> None:
    life = asking()
    asks(life)
    life.live(days=3)
    assert [fact.outcome for fact in promises(life)] == ["due", "broken"]
    (promise,) = life.relationship.promises.values()
    assert promise.state is PromiseState.BROKEN
    life.happen("question_answered", message_id="17")
    assert not life.relationship.promises
    assert len(life.reminders) == 2


def test_an_answer_without_a_message_s_id_answers_everything() -> None:
    life = asking()
    asks(life, "1")
    asks(life, "2")
    life.happen("question_answered", by="dana")
    assert not life.relationship.promises


def test_an_answer_to_another_message_keeps_nothing() -> None:
    life = asking()
    asks(life)
    life.happen("question_answered", message_id="18")
    assert len(life.relationship.promises) == 1


def test_the_same_question_starts_one_clock_and_a_flood_does_not_grow_for_ever() -> None:
    life = asking()
    asks(life)
    asks(life)
    assert len(life.relationship.promises) == 1
    for number in range(MOST_OPEN + 20):
        asks(life, f"m{number}")
    assert len(life.relationship.promises) == MOST_OPEN


def test_without_an_office_the_persons_own_window_stands_for_it() -> None:
    life = Life(Relationship("c1", zone="Asia/Tokyo", window=ALWAYS))
    asks(life)
    (promise,) = life.relationship.promises.values()
    assert promise.due == MONDAY + timedelta(hours=8)


# Answers


def planned(life: Life, message_id: int = 17, unique: str = "a") -> None:
    """Somebody has written an answer, which is to leave now."""
    life.happen(
        "touch_scheduled", touch_id=answer_id(message_id, unique), template="letter", due=life.now.isoformat(),
        purpose="service", channel="email",
    )  # fmt: skip


def test_an_answer_keeps_the_promise_when_it_has_left_and_not_before() -> None:
    life = asking()
    asks(life)
    asks(life, "18")
    life.answer = Answers([deferred(life.now + timedelta(hours=2), Gate.KILL_SWITCH)])
    planned(life)
    closing: list[Fact] = []
    life.during_send = lambda touch: closing.extend(closing_promises(life.relationship, touch, life.now))
    assert life.live(hours=1) == []
    assert len(life.relationship.promises) == 2, "it waits at a gate"
    closing.clear()
    assert life.live(hours=2) == ["letter"]
    assert [promise.key for promise in life.relationship.promises.values()] == ["c1/promise/question/18"]
    assert [(fact.touch_key, fact.outcome) for fact in closing] == [("c1/promise/question/17", PromiseState.KEPT)]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.FAILED])
def test_an_answer_that_does_not_leave_keeps_nothing_and_the_deputy_hears(outcome: Outcome) -> None:
    life = asking()
    asks(life)
    planned(life)
    life.answer = Answers([Settlement(outcome, life.now, Gate.SUPPRESSED, because="no address")])
    life.live(days=3)
    assert [order.level for _, order in life.reminders] == ["owner", "deputy"]
    assert [fact.outcome for fact in promises(life)] == [PromiseState.DUE, PromiseState.BROKEN]
    planned(life, unique="b")
    assert life.live(hours=1) == ["letter"]
    assert not life.relationship.promises, "late, and nobody is reminded any more"


def test_an_answer_that_came_back_is_owed_once_more() -> None:
    life = asking()
    asks(life)
    planned(life)
    life.live(hours=1)
    assert not life.relationship.promises
    (_, left), *_ = life.sent
    for _ in range(2):
        life.happen("delivery_reported", kind="bounced", touch_key=left.key)
    (again,) = life.relationship.promises.values()
    assert (again.key, again.due) == (f"c1/promise/question/17.{stamp(life.now)}", life.now + timedelta(hours=23))
    assert any("the answer to message 17 came back" in line for line in life.relationship.decisions)
    life.live(hours=1)
    planned(life, unique="b")
    life.live(hours=1)
    assert not life.relationship.promises


def test_what_was_answered_by_phone_is_answered_even_where_its_letter_came_back() -> None:
    life = asking()
    asks(life)
    planned(life)
    life.live(hours=1)
    life.happen("delivery_reported", kind="bounced", touch_key=life.sent[0][1].key)
    life.happen("question_answered", message_id="17", by="dana")
    assert not life.relationship.promises
    life.live(hours=1)
    life.happen("delivery_reported", kind="bounced", touch_key=life.sent[0][1].key)
    assert not life.relationship.promises, "a second report of the same"


def test_a_question_that_was_none_and_is_one_again_is_owed_under_a_key_of_its_own() -> None:
    life = asking()
    asks(life)
    life.happen("message_corrected", message_id="17", kind="reply")
    life.live(hours=1)
    life.happen("message_corrected", message_id="17", kind="question")
    assert [fact.outcome for fact in promises(life)] == [PromiseState.DUE, PromiseState.WAIVED, PromiseState.DUE]
    assert len({fact.touch_key for fact in promises(life)}) == 2, "what is settled stays so on record"
    planned(life)
    life.live(hours=1)
    assert not life.relationship.promises
    assert [fact.outcome for fact in promises(life)][-1] == PromiseState.KEPT


def test_a_letter_that_answers_nothing_keeps_nothing() -> None:
    life = asking()
    asks(life)
    for touch_id, purpose in (("17", "service"), ("answer-170-a", "service"), ("answer-17-a", "application")):
        life.happen(
            "touch_scheduled", touch_id=touch_id, template="letter", due=life.now.isoformat(), purpose=purpose,
            channel="email",
        )  # fmt: skip
    assert len(life.live(hours=1)) == 3
    assert len(life.relationship.promises) == 1


@given(
    zone=st.sampled_from(ZONES), start=st.integers(0, 22 * 60), length=st.integers(60, 600),
    minutes=st.integers(0, 525_600), hours=st.sampled_from([0.5, 1, 4, 8, 24]),
)  # fmt: skip
def test_exactly_the_hours_of_work_lie_between_question_and_answer(
    zone: str, start: int, length: int, minutes: int, hours: float
) -> None:
    """Counted minute by minute, on a clock of its own."""
    window = Window("1111100", start, min(start + length, 1440))
    life = asking(hours)
    life.relationship.desk = Desk(zone, window)
    life.now = MONDAY + timedelta(minutes=minutes)
    asks(life)
    (promise,) = life.relationship.promises.values()
    step = timedelta(minutes=5)
    worked, moment = timedelta(), life.now
    while moment < promise.due:
        local = moment.astimezone(ZoneInfo(zone))
        worked += step if window.covers(local) else timedelta()
        moment += step
    assert abs(worked - timedelta(hours=hours)) <= 6 * step * (1 + hours / max(length / 60, 1))
    assert promise.due - life.now < 60 * DAY
