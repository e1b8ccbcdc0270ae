"""Looking ahead: what is foretold is what then happens, and what operators read of it."""

import copy
from datetime import timedelta

import pytest

from domain.arbiter import Wait
from domain.outlook import MOST_TOUCHES, describe, labels, upcoming
from domain.promises import WORDS
from domain.relationships import Relationship
from domain.windows import ALWAYS, Caps
from tests.domain.lives import MONDAY, Life, drawn_life, journey

DAY = timedelta(days=1)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_foretold_is_what_then_happens(seed: int) -> None:
    life = drawn_life(seed)
    before = copy.deepcopy(life.relationship)
    foretold = upcoming(life.relationship, life.now, 300 * DAY)
    assert life.relationship == before, "looking ahead changes nothing"
    begin = len(life.sent)
    life.live(days=300)
    happened = [(moment, t.key, t.channel, t.template, t.purpose) for moment, t in life.sent[begin:]]
    seen = [(p.due, p.key, p.channel, p.template, p.purpose) for p in foretold]
    assert [one for one in seen if one[3] not in WORDS] == [one for one in happened if one[3] not in WORDS]
    assert {one for one in seen if one[3] in WORDS} <= set(happened), (
        "of repeated holding messages the next one is foretold"
    )


def test_the_drawn_lives_foretell_enough_to_be_worth_it() -> None:
    lengths = [len(upcoming((life := drawn_life(seed)).relationship, life.now)) for seed in range(60)]
    assert sum(lengths) > 200
    assert max(lengths) > 8


def test_a_foretold_touch_says_what_it_waits_for() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.enroll(journey(0, 7))
    assert [(p.because, p.journey) for p in upcoming(life.relationship, MONDAY)] == [
        ("", "hello"),
        ("its day", "hello"),
    ]


def test_the_look_ahead_ends_at_its_horizon_and_at_its_bound() -> None:
    life = Life(Relationship("c1", window=ALWAYS, caps=Caps(9, 60)))
    life.enroll(journey(*[1] * 100))
    assert len(upcoming(life.relationship, MONDAY, 10 * DAY)) == 10
    assert len(upcoming(life.relationship, MONDAY)) == MOST_TOUCHES


def test_signals_not_yet_read_do_not_disturb_the_look_ahead() -> None:
    life = Life()
    life.relationship.receive("paused", {})
    assert upcoming(life.relationship, MONDAY) == []
    assert len(life.relationship.inbox) == 1


# What operators search by


def test_the_state_says_where_the_person_stands() -> None:
    life = Life(Relationship("c1", owner="dana"))
    seen = [labels(life.relationship, life.now).state]
    life.enroll(journey(9))
    seen.append(labels(life.relationship, life.now).state)
    for name, payload in (("stage", "applied"), ("stage", "hired")):
        life.happen(f"{name}_changed", opening_id="be-1", stage=payload)
        seen.append(labels(life.relationship, life.now).state)
    life.happen("paused")
    seen.append(labels(life.relationship, life.now).state)
    assert seen == ["idle", "nurturing", "in_process", "hired", "paused"]
    assert labels(life.relationship, life.now).owner == "dana"


def test_labels_list_stages_journeys_and_the_next_touch() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.stage("rejected", "z")
    life.live(days=1)
    life.stage("applied", "a")
    life.enroll(journey(9))
    found = labels(life.relationship, life.now)
    assert (found.stages, found.journeys, found.next_touch) == (["a:applied", "z:rejected"], ["hello@1"], life.now)
    life.live(hours=1)
    assert labels(life.relationship, life.now).next_touch == MONDAY + 10 * DAY
    life.happen("unenrolled", journey="hello")
    owed = life.upcoming_action()
    assert isinstance(owed, Wait)
    assert labels(life.relationship, life.now).next_touch == owed.until


def test_the_description_tells_the_story() -> None:
    life = Life(Relationship("c1", zone="Europe/Berlin"))
    life.stage("applied")
    said = describe(life.relationship, life.now)
    assert "**in_process** · Europe/Berlin" in said
    assert "- be-1: applied since 2026-11-23T09:00:00Z, not yet told" in said
    assert "Next: be-1/received now" in said
    life.live(hours=1)
    life.enroll(journey(7, 7))
    life.relationship.refuse("paused needs one JSON object")
    said = describe(life.relationship, life.now)
    assert "told of applied" in said
    assert "- hello@1: step 1 of 2" in said
    assert "Next: hello/hello-1 at Mon 2026-11-30 11:00 Europe/Berlin; waits for its day" in said
    assert "Signals that could not be read:\n- paused needs one JSON object" in said
    assert "Last decisions:\n- 2026-11-23 09:00 be-1: applied\n- 2026-11-23 10:00 enrolled in hello@1" in said


def test_the_description_of_an_empty_relationship_says_so() -> None:
    assert describe(Relationship("c1"), MONDAY) == "**idle** · UTC\n\nNext: nothing; nothing is planned"


def test_operators_see_how_long_somebody_is_away() -> None:
    life = Life()
    life.happen("message_received", kind="auto_reply", until="2026-12-01T09:00:00Z")
    assert "- away until 2026-12-01T09:00:00Z" in describe(life.relationship, life.now)
    assert "away until 2026-12-01" in life.relationship.decisions[-1]
    life.live(days=10)
    assert "- away" not in describe(life.relationship, life.now)
