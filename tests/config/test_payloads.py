"""What travels through Temporal: empty fields stay behind, everything comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from temporalio.converter import DataConverter

from config.payloads import DATA_CONVERTER
from domain.relationships import Relationship
from domain.touches import Channel, Priority, Purpose, RecordFacts, SendTouch, Touch
from domain.windows import Caps

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOUCH = Touch("ada/nurture/x-1/hello/1", Purpose.NURTURE, Channel.EMAIL, "hello", MOMENT, Priority.NURTURE)


@dataclass(frozen=True)
class Example:
    name: str
    note: str = ""
    count: int = 3
    parts: list[int] = field(default_factory=lambda: [1])
    rest: timedelta | None = None
    on: bool = False


def encoded(value: Any) -> Any:
    return json.loads(DATA_CONVERTER.payload_converter.to_payload(value).data)


def test_what_is_empty_by_default_stays_behind() -> None:
    assert encoded(SendTouch("ada", TOUCH)) == {
        "candidate_id": "ada",
        "touch": {
            "key": TOUCH.key, "purpose": "nurture", "channel": "email", "template": "hello", "due": MOMENT.isoformat(),
            "priority": 3,
        },
    }  # fmt: skip


def test_an_empty_value_whose_default_is_not_empty_is_written() -> None:
    assert encoded(Example("", count=0, parts=[])) == {"name": "", "count": 0, "parts": []}


def test_an_empty_list_where_none_is_the_default_comes_back_as_such() -> None:
    order = RecordFacts("ada", upcoming=[])
    payload = DATA_CONVERTER.payload_converter.to_payload(order)
    assert DATA_CONVERTER.payload_converter.from_payload(payload, RecordFacts) == order


@given(st.builds(Example, name=st.text(), note=st.text(), count=st.integers(), parts=st.lists(st.integers()),
                 rest=st.none(), on=st.booleans()))  # fmt: skip
def test_everything_comes_back(example: Example) -> None:
    payload = DATA_CONVERTER.payload_converter.to_payload(example)
    assert DATA_CONVERTER.payload_converter.from_payload(payload, Example) == example


def test_temporals_own_converter_reads_ours_and_is_read() -> None:
    state, ours, theirs = Relationship("ada", caps=Caps(1, 2)), DATA_CONVERTER, DataConverter.default
    for writer, reader in ((ours, theirs), (theirs, ours)):
        payload = writer.payload_converter.to_payload(state)
        assert reader.payload_converter.from_payload(payload, Relationship) == state
