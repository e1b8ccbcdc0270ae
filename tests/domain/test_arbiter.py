"""One place decides among everything that a person could be sent, and says what the rest waits for."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.arbiter import Idle, Send, Wait, is_wanted, proposals, short_name
from domain.gates import Gate
from domain.outlook import upcoming
from domain.relationships import Relationship
from domain.touches import Priority
from domain.windows import ALWAYS, Caps, Window
from tests.domain.lives import MONDAY, Answers, Life, deferred, journey, news

DAY = timedelta(days=1)
MANY = Caps(9, 60)


def crowded(**more: object) -> Life:
    """A life in which one message of every kind is due now."""
    life = Life(Relationship("c1", window=ALWAYS, caps=MANY, refusal_delay_minutes=0, **more))  # type: ignore[arg-type]  # fields by name
    life.stage("rejected", "ux-3", at=(MONDAY - DAY).isoformat())
    life.stage("interview", "fe-2")
    life.stage("applied", "be-1")
    life.enroll(journey(0))
    life.happen("opening_announced", opening_id="op-4")
    return life


def waiting(life: Life) -> tuple[datetime, str, str]:
    """What the arbiter waits for: until when, why, and for which template."""
    action = life.upcoming_action()
    assert isinstance(action, Wait)
    return action.until, action.because, action.subject.rsplit("/")[-1]


def test_acknowledgments_go_first_then_stages_then_nurture_then_alerts() -> None:
    life = crowded()
    assert life.live(hours=1) == ["received", "refused", "interview", "hello-1", "reopening_alert"]
    order = [touch.priority for _, touch in life.sent]
    assert order == sorted(order)


def test_of_two_alike_the_one_that_fell_due_first_goes_first() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=MANY))
    life.enroll(journey(2, name="later", alongside=True))
    life.enroll(journey(1, name="sooner", alongside=True))
    life.happen("snoozed", until=(MONDAY + 5 * DAY).isoformat())
    assert life.live(days=9) == ["sooner-1", "later-1"]


def test_nothing_planned_is_idle() -> None:
    assert Life().upcoming_action() == Idle("nothing is planned")


def test_a_wait_names_the_first_touch_and_its_day() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.enroll(journey(9, name="b"))
    life.enroll(journey(7, name="a"))
    assert waiting(life) == (MONDAY + 7 * DAY, "its day", "a-1")


@pytest.mark.parametrize(
    ("name", "payload", "because", "until"),
    [
        ("snoozed", {"until": "2026-12-24T09:00:00Z"}, "the end of the snooze", datetime(2026, 12, 24, 9, tzinfo=UTC)),
        (
            "message_received", {"kind": "auto_reply", "until": "2026-12-05"}, "the return from absence",
            datetime(2026, 12, 5, tzinfo=UTC),
        ),
        ("message_received", {"kind": "no"}, "the end of the cool-off", MONDAY + 180 * DAY),
    ],
)  # fmt: skip
def test_a_wait_says_what_the_person_asked_for(
    name: str, payload: dict[str, str], because: str, until: datetime
) -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.happen(name, **payload)
    life.enroll(journey(0))
    assert waiting(life) == (until, because, "hello-1")


def test_a_wait_for_the_cap_says_so() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(1, 5)))
    life.enroll(journey(0, name="a"))
    life.enroll(journey(0, name="b"))
    life.live(minutes=1)
    moment, because, name = waiting(life)
    assert (moment, because.split(" (")[0], name) == (datetime(2026, 11, 24, tzinfo=UTC), "the frequency cap", "b-1")


def test_who_wants_to_hear_less_often_does_and_may_change_their_mind() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(1, 7)))
    life.happen("profile_changed", pace="quarterly")
    life.enroll(journey(0, 7, 7, 7))
    assert life.live(days=7) == ["hello-1"]
    (action, planned) = life.upcoming_action(), upcoming(life.relationship, life.now)
    assert isinstance(action, Wait)
    assert action.because == "the frequency cap (1 in 91 days)"
    assert [(one.due - MONDAY).days for one in planned] == [90, 181, 272], "Monday was one of the 91 days"
    assert life.live(days=82, hours=20) == []
    life.happen("profile_changed", pace="monthly")
    assert life.live(hours=1) == ["hello-2"]
    life.happen("profile_changed", pace="house")
    assert life.live(days=15) == ["hello-3", "hello-4"]


def test_a_wait_for_the_window_names_the_local_time_and_what_came_before() -> None:
    life = Life(Relationship("c1", zone="America/New_York", window=Window("1111100", 540, 550), caps=Caps(1, 5)))
    life.enroll(journey(0, name="a"))
    until, because, _ = waiting(life)
    assert datetime(2026, 11, 23, 14, 0, tzinfo=UTC) <= until < datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert because.startswith("09:0")
    assert because.endswith(" America/New_York")
    life.live(hours=6)
    life.enroll(journey(0, name="b"))
    assert waiting(life)[1].split(" (")[0].endswith(" America/New_York, after the frequency cap")


def test_a_held_touch_waits_for_the_gate_that_held_it() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.answer = Answers([deferred(MONDAY + 2 * DAY, Gate.KILL_SWITCH)])
    life.enroll(journey(0))
    life.live(minutes=1)
    assert waiting(life) == (MONDAY + 2 * DAY, Gate.KILL_SWITCH, "hello-1")


def test_the_latest_of_all_reasons_rules() -> None:
    life = Life(Relationship("c1", window=Window("0000001", 600, 660)))
    life.happen("snoozed", until=(MONDAY + 1 * DAY).isoformat())
    life.happen("message_received", kind="auto_reply", until=(MONDAY + 2 * DAY).isoformat())
    life.enroll(journey(3))
    until, because, _ = waiting(life)
    assert (until.weekday(), until.hour) == (6, 10)
    assert because.endswith("UTC, after its day")


def test_a_snoozed_person_still_hears_of_their_application() -> None:
    life = crowded(snoozed_until=MONDAY + 50 * DAY)
    assert news(life.live(days=30)) == ["received", "refused", "interview"]


@pytest.mark.parametrize("reason", ["cool_off_until", "away_until", "snoozed_until"])
def test_a_rest_that_is_over_holds_nothing_back(reason: str) -> None:
    life = crowded(**{reason: MONDAY})
    assert len(life.live(hours=1)) == 5


def test_while_paused_only_acknowledgments_go() -> None:
    life = crowded(paused_at=MONDAY)
    assert life.live(days=30) == ["received"]
    assert life.upcoming_action() == Idle("paused; resume the person to go on")


def test_a_touch_is_wanted_as_long_as_it_is_proposed() -> None:
    life = crowded()
    keys = [proposal.touch.key for proposal in proposals(life.relationship)]
    assert len(keys) == len(set(keys)) == 5
    assert all(is_wanted(life.relationship, key) for key in keys)
    life.live(hours=1)
    assert not any(is_wanted(life.relationship, key) for key in keys)


def test_operators_read_touches_by_short_names() -> None:
    life = crowded()
    life.happen("touch_scheduled", touch_id="t", template="note", due=MONDAY.isoformat())
    names = sorted(short_name(proposal.touch) for proposal in proposals(life.relationship))
    assert names == [
        "be-1/received", "fe-2/interview", "hello/hello-1", "nurture/note", "op-4/reopening_alert", "ux-3/refused",
    ]  # fmt: skip


def test_a_touch_that_is_due_now_is_sent_now() -> None:
    life = crowded()
    action = life.upcoming_action()
    assert isinstance(action, Send)
    assert action.touch.priority is Priority.ACKNOWLEDGMENT
