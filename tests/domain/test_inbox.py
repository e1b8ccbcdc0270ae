"""Signals that are refused: they may come again, corrected, and they stand on record without what they said."""

from __future__ import annotations

from typing import Any

import pytest

from domain.facts import Fact, FactKind
from domain.inbox import LONGEST_REFUSAL, let_happen, read_signal
from domain.relationships import REFUSED_SIGNALS, Relationship
from tests.domain.lives import MONDAY

STAGE = {"event_id": "fx", "opening_id": "be-1", "stage": "interview"}


def take_in(relationship: Relationship, name: str, payload: Any) -> None:
    """What the driver does with a signal."""
    relationship.receive(name, payload)
    while relationship.inbox:
        signal = relationship.inbox.pop(0)
        event = read_signal(relationship, signal, MONDAY)
        if event:
            let_happen(relationship, signal, event, MONDAY)


def recorded(relationship: Relationship) -> list[Fact]:
    """The refusals that the database is to keep."""
    facts = [Fact.read(fact) for fact in relationship.unrecorded]
    return [fact for fact in facts if fact.kind is FactKind.REFUSED]


@pytest.mark.parametrize(
    "bad",
    [{"at": "bad"}, {"stage": ""}, {"opening_id": {}}, {"pipeline": "none"}, {"pipeline": {"stages": 1}}],
    ids=["moment", "stage", "opening", "pipeline", "stages"],
)
def test_a_corrected_signal_counts_under_the_id_of_the_refused_one(bad: dict[str, Any]) -> None:
    relationship = Relationship("c1")
    take_in(relationship, "stage_changed", STAGE | bad)
    assert relationship.applications == {}
    take_in(relationship, "stage_changed", STAGE)
    assert relationship.applications["be-1"].stage == "interview"
    take_in(relationship, "stage_changed", STAGE | {"stage": "offer"})
    assert relationship.applications["be-1"].stage == "interview", "the id is known by now"
    asked, done = recorded(relationship)
    assert (asked.outcome, done.outcome, asked.touch_key) == ("ask", "done", done.touch_key)
    assert relationship.refused_ids == []


def test_the_record_names_signal_and_event_and_what_was_wrong_and_not_what_it_said() -> None:
    relationship = Relationship("c1", owner="dana")
    secret = "Ada Lovelace, ada@example.org"
    take_in(relationship, "stage_changed", STAGE | {"at": secret})
    take_in(relationship, "profile_changed", {"event_id": "fy", "zone": secret})
    take_in(relationship, "message_received", {"event_id": "fz", "kind": secret})
    take_in(relationship, "resumed", {"event_id": "fr", "policy": secret})
    take_in(relationship, "enrolled", {"event_id": "fp", "journey": "j", "plan": {secret: secret}})
    take_in(relationship, "stage_changed", secret)
    facts = recorded(relationship)
    assert [fact.event_id for fact in facts][:5] == ["fx", "fy", "fz", "fr", "fp"]
    assert "stage_changed: at can't be read; use ISO 8601" in facts[0].because
    assert "(event fx)" in facts[0].because
    assert {fact.by for fact in facts} == {"dana"}
    for fact in facts:
        assert not {"Ada", "ada@"} & set(str(fact.compact()).split()), fact
        assert "Lovelace" not in str(fact.compact())


def test_whatever_the_id_is_its_record_can_be_kept() -> None:
    relationship = Relationship("c1")
    for event_id in ("\0", "\ud800", "x" * 5_000, "ä", {"a": "b" * 1_000}, 42):
        take_in(relationship, "stage_changed", {"event_id": event_id, "at": "bad", "opening_id": "o", "stage": "s"})
    facts = recorded(relationship)
    assert len({fact.touch_key for fact in facts}) == 6
    assert all(
        len(f.because) < LONGEST_REFUSAL + 200 and f.touch_key.isascii() and f.touch_key.isprintable() for f in facts
    )


def test_refusals_are_counted_and_the_last_ones_kept() -> None:
    relationship = Relationship("c1")
    for number in range(30):
        take_in(relationship, "stage_changed", STAGE | {"event_id": f"e{number}", "at": "bad"})
    assert relationship.refusals == 30
    assert len(relationship.refused) == len(relationship.refused_ids) == REFUSED_SIGNALS
    assert relationship.seen == []
