"""The end: an erased person is owed nothing and sent nothing, whatever was planned and whatever comes."""

from __future__ import annotations

import pytest

from domain.arbiter import Idle, next_action, proposals
from domain.facts import FactKind
from domain.gates import Gate
from domain.outlook import upcoming
from tests.domain.lives import DAY, Life, drawn_life, journey


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_left_of_any_life_that_is_erased(seed: int) -> None:
    life = drawn_life(seed)
    life.happen("message_received", kind="question", message_id="1")
    start = (life.now + 9 * DAY).isoformat()
    life.happen("booked", opening_id="be-0", booking="u1", starts_at=start)
    life.happen("delivery_reported", kind="bounced")
    proposed = {offer.touch.key for offer in proposals(life.relationship)}
    facts = life.happen("erased")
    assert proposed <= {fact.touch_key for fact in facts if fact.kind is FactKind.NOT_SENT}
    assert upcoming(life.relationship, life.now) == []
    assert isinstance(next_action(life.relationship, life.now), Idle)
    assert life.live(days=800) == []
    assert not life.relationship.enrollments
    assert not life.relationship.promises
    assert not life.relationship.set_aside


def test_each_planned_message_says_that_the_person_was_erased() -> None:
    life = Life()
    life.enroll(journey(1, 7, exit_on=[]))
    life.stage("applied")
    facts = life.happen("erased")
    unsent = {fact.template: fact.outcome for fact in facts if fact.kind is FactKind.NOT_SENT}
    assert unsent == {"hello-1": Gate.ERASED, "received": Gate.ERASED}


def test_what_comes_afterwards_changes_nothing() -> None:
    life = Life()
    life.happen("erased")
    assert life.happen("erased") == []
    life.enroll(journey(0))
    life.stage("applied")
    life.happen("message_received", kind="question")
    assert life.live(days=100) == []
    assert not life.relationship.enrollments
