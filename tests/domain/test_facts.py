"""What is to be recorded travels as small JSON and comes back whole."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Fact, FactKind
from tests.domain.lives import MONDAY

texts = st.text(max_size=8)
moments = st.integers(-(10**9), 10**9).map(lambda milliseconds: MONDAY + timedelta(milliseconds=milliseconds))
facts = st.builds(
    Fact,
    kind=st.sampled_from(FactKind),
    at=moments,
    event_id=texts, opening_id=texts, stage=texts, furthest=texts, journey=texts, version=st.integers(0, 9), occurrence=texts,
    round=st.integers(0, 9), touch_key=texts, purpose=texts, channel=texts, template=texts, outcome=texts, because=texts,
    by=texts, until=st.none() | moments,
)  # fmt: skip


@given(facts)
def test_a_fact_comes_back_from_its_compact_json(fact: Fact) -> None:
    assert Fact.read(json.loads(json.dumps(fact.compact()))) == fact


def test_a_compact_fact_holds_only_what_is_set() -> None:
    fact = Fact(FactKind.SNOOZE, MONDAY)
    assert fact.compact() == {"kind": "snooze", "at": "2026-11-23T09:00:00+00:00"}
