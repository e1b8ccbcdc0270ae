"""What candidates are owed, and that no date passes without a word."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind
from domain.gates import Gate
from domain.obligations import closing_promises, promises_after_settlement
from domain.promises import PromiseKind, read_word
from domain.relationships import Relationship
from domain.touches import Outcome, Settlement, Touch
from domain.windows import ALWAYS, Window
from tests.domain.lives import DAY, MONDAY, ZONES, Answers, Life, deferred, sends, skipped

GUIDE = {"timetable": {"applied": 7, "interview": 14}, "owner": "dana", "deputy": "eli", "survey_days": 3}
WORDS_GIVEN: dict[str, Any] = {"has_reason": True, "has_feedback": True}


def applied_by_guide(**changed: object) -> Life:
    """Somebody who has applied at an opening with a guide."""
    life = Life(Relationship("c1", zone="Europe/Berlin"))
    life.stage("applied", guide=GUIDE | changed)
    return life


def promised(life: Life) -> list[tuple[str, str]]:
    """Kind and outcome of every promise that was recorded, in order."""
    return [(fact.stage, fact.outcome) for fact in life.facts if fact.kind is FactKind.PROMISE]


def words(life: Life) -> list[tuple[date, str]]:
    """What the candidate read, by their own day."""
    zone = ZoneInfo(life.relationship.zone)
    return [(moment.astimezone(zone).date(), touch.template) for moment, touch in life.sent]


def test_an_application_owes_an_acknowledgment_and_the_answer_that_the_guide_tells() -> None:
    life = applied_by_guide()
    owed = {promise.kind: promise.due for promise in life.relationship.promises.values()}
    assert owed == {
        PromiseKind.ACKNOWLEDGMENT: MONDAY + DAY,
        PromiseKind.ANSWER: datetime(2026, 11, 30, 23, tzinfo=UTC),
        PromiseKind.SILENCE: MONDAY + 14 * DAY,
    }


def test_what_a_message_keeps_is_written_by_its_own_send() -> None:
    life = applied_by_guide()
    touch = life.relationship.messages[0].touch
    kept = closing_promises(life.relationship, touch, life.now)
    assert [(fact.stage, fact.outcome) for fact in kept] == [("acknowledgment", "kept")]
    life.live(hours=1)
    assert {promise.kind for promise in life.relationship.promises.values()} == {
        PromiseKind.ANSWER,
        PromiseKind.SILENCE,
    }


def test_a_date_that_cannot_be_kept_is_moved_before_it_passes() -> None:
    life = applied_by_guide()
    life.live(days=14)
    assert words(life)[:2] == [(date(2026, 11, 23), "received"), (date(2026, 11, 27), "slipped")]
    word = read_word("c1", life.sent[1][1].key)
    assert word is not None
    assert word.promised() == date(2026, 12, 7)
    assert ("answer", "broken") not in promised(life)


def test_a_slip_also_breaks_the_silence() -> None:
    life = applied_by_guide()
    life.live(days=12)
    assert [template for _, template in words(life)] == ["received", "slipped", "slipped"]


def test_a_decision_in_time_needs_no_slip() -> None:
    life = applied_by_guide()
    life.live(days=3)
    life.stage("rejected")
    life.live(days=60)
    assert [template for _, template in words(life)] == ["received", "refused", "survey"]


def test_without_a_guide_nobody_in_an_open_stage_waits_longer_than_two_weeks() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin"))
    life.stage("applied")
    life.live(days=60)
    days = [day for day, _ in words(life)]
    assert {template for _, template in words(life)[1:]} == {"holding"}
    assert max(later - earlier for earlier, later in itertools.pairwise(days)) <= 14 * DAY
    assert all(day.weekday() < 5 for day in days)


def test_a_holding_message_names_a_day_on_which_word_really_comes() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin"))
    life.stage("applied")
    life.live(days=90)
    holdings = [(day, read_word("c1", touch.key)) for (day, _), (_, touch) in zip(words(life), life.sent, strict=True)][
        1:
    ]
    for (_, word), (following, _) in itertools.pairwise(holdings):
        assert word is not None
        named = word.promised()
        assert named is not None
        assert following <= named


def test_a_holding_message_that_was_held_takes_a_day_that_is_still_ahead() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin"))
    life.stage("applied")
    life.live(days=1)
    life.answer = Answers([deferred(life.now + 40 * DAY, Gate.KILL_SWITCH)])
    life.live(days=45)
    day, word = words(life)[1][0], read_word("c1", life.sent[1][1].key)
    assert word is not None
    named = word.promised()
    assert named is not None
    assert named > day
    assert ("silence", "broken") in promised(life)


def test_a_refusal_that_is_taken_back_owes_no_feedback_and_is_never_sent() -> None:
    life = applied_by_guide()
    life.stage("interview")
    life.live(days=1)
    life.stage("rejected", **WORDS_GIVEN)
    life.stage("interview")
    life.live(days=9)
    assert not [template for template in life.templates() if template.startswith(("refused", "survey"))]
    assert ("feedback", "waived") in promised(life)


def test_no_survey_before_the_decision_was_delivered() -> None:
    life = applied_by_guide()
    life.live(days=1)
    held = deferred(life.now + 20 * DAY, Gate.TOKENS)
    life.answer = Answers([held])
    life.stage("rejected")
    life.live(days=18)
    assert life.templates() == ["received"], "the refusal waits for its words"
    life.live(days=20)
    assert life.templates() == ["received", "refused", "survey"]
    refused, survey = life.sent[1][0], life.sent[2][0]
    assert survey >= refused + 3 * DAY


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.FAILED, Outcome.UNKNOWN])
def test_no_survey_where_the_decision_may_not_have_come(outcome: Outcome) -> None:
    life = applied_by_guide()
    life.live(days=1)
    life.answer = lambda touch, now: Settlement(
        outcome if touch.template == "refused" else Outcome.SENT, now, Gate.SUPPRESSED
    )
    life.stage("rejected")
    life.live(days=60)
    assert "survey" not in life.templates()


def test_no_survey_about_a_decision_that_bounced() -> None:
    life = applied_by_guide()
    life.stage("rejected")
    life.live(days=1)
    assert life.templates() == ["refused"]
    life.happen("delivery_reported", kind="bounced", touch_key=life.sent[0][1].key)
    life.live(days=60)
    assert life.templates() == ["refused"]


def test_no_survey_once_the_person_is_back_in_the_running() -> None:
    life = applied_by_guide()
    life.live(days=1)
    life.stage("rejected")
    life.live(days=1)
    life.stage("interview")
    life.live(days=12)
    assert "survey" not in life.templates()


def test_the_owner_is_reminded_before_the_slip_and_then_the_deputy() -> None:
    life = applied_by_guide(timetable={"applied": 14})
    life.live(days=13)
    reminders = [
        (moment.date(), order.level, order.kind, order.owner, order.deputy) for moment, order in life.reminders
    ]
    assert reminders == [
        (date(2026, 12, 2), "owner", "answer", "dana", "eli"),
        (date(2026, 12, 2), "deputy", "answer", "dana", "eli"),
    ]
    slip = next(moment for moment, touch in life.sent if touch.template == "slipped")
    assert max(moment for moment, _ in life.reminders) < slip
    assert life.reminders[1][0] - life.reminders[0][0] == timedelta(hours=8)


def test_nobody_is_reminded_of_what_is_decided() -> None:
    life = applied_by_guide()
    life.live(days=1)
    life.stage("rejected")
    life.live(days=60)
    assert life.reminders == []


def test_an_acknowledgment_that_fails_to_leave_is_broken_and_its_owner_hears() -> None:
    life = applied_by_guide()
    life.answer = Answers([deferred(MONDAY + 3 * DAY, Gate.KILL_SWITCH)])
    life.live(days=2)
    assert ("acknowledgment", "broken") in promised(life)
    assert next((order.kind, order.broken) for _, order in life.reminders) == ("acknowledgment", True)


def test_who_cannot_be_reached_is_owed_nothing() -> None:
    life = applied_by_guide()
    life.answer = Answers([skipped(Gate.SUPPRESSED)])
    life.live(days=40)
    assert ("acknowledgment", "waived") in promised(life)
    assert life.templates() == []


def test_a_waiver_stands_in_for_the_feedback() -> None:
    life = applied_by_guide()
    life.stage("interview")
    life.live(days=1)
    life.stage("rejected", waived=True)
    assert ("feedback", "waived") in promised(life)
    life.live(days=2)
    assert life.templates()[-1] == "refused_without_feedback"


def test_a_person_who_knows_of_the_refusal_already_is_owed_nothing() -> None:
    life = applied_by_guide()
    life.live(days=1)
    life.stage("rejected")
    life.live(days=1)
    life.stage("interview", event_id="back")
    life.stage("rejected", event_id="again")
    assert {promise.kind for promise in life.relationship.promises.values()} <= {
        PromiseKind.SURVEY,
        PromiseKind.FEEDBACK,
    }


def test_a_message_about_something_else_settles_no_promise() -> None:
    life = applied_by_guide()
    settled = Settlement(Outcome.SENT, life.now)
    assert promises_after_settlement(life.relationship, "c1/nurture/spring-1/hello/1", settled, life.now) == []
    assert len(life.relationship.promises) == 3


STAGES = ("applied", "screening", "interview", "offer", "rejected", "withdrawn", "hired")
OPEN = {"applied", "screening", "interview", "offer"}


@settings(max_examples=150)
@given(seed=st.integers(0, 1_000_000))
def test_in_any_life_no_date_passes_unsaid_and_nobody_open_is_left_in_silence(seed: int) -> None:
    chance = random.Random(seed)
    guide = {
        "timetable": {stage: chance.randint(2, 30) for stage in OPEN if chance.random() < 0.7},
        "slip_days": chance.randint(2, 9),
        "survey_days": chance.choice([0, 2]),
    }
    window = chance.choice([Window(), ALWAYS, Window("0100100", 600, 700)])
    closed = [(MONDAY + chance.randint(0, 200) * DAY).date().isoformat() for _ in range(chance.randint(0, 9))]
    life = Life(Relationship("c1", zone=chance.choice(ZONES), window=window, closed=sorted(closed)))
    life.now += timedelta(minutes=chance.randrange(525_600))
    spans: list[tuple[datetime, datetime]] = []
    entered, stage = life.now, ""
    for _ in range(chance.randint(1, 8)):
        new = "applied" if not stage else chance.choice(STAGES)
        more = dict(WORDS_GIVEN) if chance.random() < 0.8 else {"waived": True}
        life.stage(new, **({} if stage else {"guide": guide}) | more)
        if stage in OPEN and new not in OPEN:
            spans.append((entered, life.now))
        entered = life.now if stage not in OPEN else entered
        stage = new
        life.live(days=chance.choice([0, 0.1, 2, 11, 40, 100]))
    if stage in OPEN:
        spans.append((entered, life.now))
    assert ("answer", "broken") not in promised(life), promised(life)
    assert ("silence", "broken") not in promised(life)
    _check_words(life, spans)


def _check_words(life: Life, spans: list[tuple[datetime, datetime]]) -> None:
    """By a model that shares no code with the core: gaps, doubles, and surveys."""
    keys = [touch.key for _, touch in life.sent]
    assert len(keys) == len(set(keys))
    for begin, end in spans:
        heard = [
            begin,
            *(moment for moment, touch in life.sent if begin <= moment <= end and touch.template != "survey"),
            end,
        ]
        gaps = [later - earlier for earlier, later in itertools.pairwise(heard)]
        assert max(gaps) <= 14 * DAY
        inside = [(m, t) for m, t in life.sent if begin <= m <= end and t.template in ("holding", "slipped")]
        for (one, _), (two, _) in itertools.pairwise(inside):
            assert two - one >= timedelta(hours=12), "two messages that say nothing new, at once"
    decided: datetime | None = None
    for moment, touch in life.sent:
        if touch.template.startswith(("refused", "hired")):
            decided = moment
        if touch.template == "survey":
            assert decided is not None
            assert moment > decided


def test_the_model_sees_a_silence() -> None:
    life = Life()
    life.sent.append((MONDAY, Touch("k", None, None, "received", MONDAY, None)))  # type: ignore[arg-type]  # only its template is read
    with pytest.raises(AssertionError):
        _check_words(life, [(MONDAY, MONDAY + 15 * DAY)])


def test_a_refusal_that_nobody_could_stop_waits_for_its_words_and_its_owner_hears() -> None:
    life = applied_by_guide()
    life.live(days=1)
    life.stage("interview")
    life.live(days=1)
    life.answer = lambda touch, now: (
        deferred(now + DAY, Gate.TOKENS) if touch.template.startswith("refused") else sends(touch, now)
    )
    life.stage("rejected")
    life.live(days=10)
    assert life.templates() == ["received", "interview"]
    assert [(order.kind, order.level) for _, order in life.reminders] == [("feedback", "owner"), ("feedback", "deputy")]
    assert ("feedback", "broken") in promised(life)
    life.answer = sends
    life.live(days=2)
    assert life.templates()[-1] == "refused_after_interview"
