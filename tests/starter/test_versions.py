"""What another version would change for whom, and who is to be moved: asked of the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from config.settings import Settings
from starter.refusals import Refused
from starter.versions import Difference, Effect, Wanted, choose, differ
from storage import journeys
from storage.tables import controls, tags
from templates.journeys import compact_plan, load_journey
from tests.starter.insiders import JOURNEY, let_leave, publish_all, put_inside, version

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
"""A Monday on which the story stands still."""
DAY = timedelta(days=1)
FIRST = ("send: hello", "wait: 10 days", "send: question", "wait: 10 days", "send: bye")
HOUSE = Settings(external_database="postgresql://nowhere", cap_per_day=9, cap_per_week=9)


@pytest.fixture
def inside(engine: Engine, tmp_path: Path) -> Engine:
    """Version 1 with 12 people in it: 6 had its greeting 4 days ago, 4 the question too, a day ago; 2 entered just now."""
    clock = {"real_anchor": datetime.now(UTC).isoformat(), "story_anchor": NOW.isoformat(), "speed": 1.0}
    with engine.begin() as connection:
        connection.execute(insert(controls).values(name="clock", value=clock))
    publish_all(engine, [version(tmp_path, 1, *FIRST)])
    early, late, new = [f"e{n}" for n in range(6)], [f"l{n}" for n in range(4)], ["n0", "n1"]
    let_leave(engine, early, "hello", NOW - 4 * DAY, put_inside(engine, early, NOW - 4 * DAY))
    occurrence = put_inside(engine, late, NOW - 11 * DAY)
    let_leave(engine, late, "hello", NOW - 11 * DAY, occurrence)
    let_leave(engine, late, "question", NOW - DAY, occurrence)
    put_inside(engine, new, NOW)
    return engine


def compared(engine: Engine, place: Path, only: list[str] | None = None) -> Difference:
    plan = compact_plan(load_journey(place), 2)
    with engine.connect() as connection:
        return differ(connection, HOUSE, JOURNEY, plan, only)


def test_who_gets_what_earlier_who_would_skip_what_and_who_is_unchanged(inside: Engine, tmp_path: Path) -> None:
    place = version(tmp_path, 2, "send: hello", "wait: 8 days", "send: question", "wait: 10 days", "send: bye")
    found = compared(inside, place)
    assert (found.people, found.unchanged) == (12, 4)
    assert {effect: len(ids) for effect, ids in found.effects.items()} == {
        Effect("question", "earlier", 2): 8, Effect("bye", "earlier", 2): 8,
    }  # fmt: skip
    assert found.lines() == ["8 get bye 2 days earlier", "8 get question 2 days earlier", "4 unchanged"]


def test_a_step_that_is_gone_is_skipped_and_a_new_one_is_got_besides(inside: Engine, tmp_path: Path) -> None:
    place = version(tmp_path, 2, "send: hello", "wait: 10 days", "send: news", "wait: 10 days", "send: bye")
    assert compared(inside, place).lines() == ["8 get news besides", "8 would skip question", "4 unchanged"]


def test_nobody_s_outlook_changes_where_only_words_do(inside: Engine, tmp_path: Path) -> None:
    found = compared(inside, version(tmp_path, 2, *FIRST, hello="Good day {{ first_name }}."))
    assert (found.unchanged, dict(found.effects)) == (12, {})


def test_a_comparison_may_ask_of_some_people_alone(inside: Engine, tmp_path: Path) -> None:
    place = version(tmp_path, 2, "send: hello", "wait: 8 days", "send: question", "wait: 10 days", "send: bye")
    found = compared(inside, place, ["e1", "l1"])
    assert (found.people, found.unchanged, found.effects[Effect("bye", "earlier", 2)]) == (2, 1, ["e1"])


def test_a_comparison_writes_nothing(inside: Engine, tmp_path: Path) -> None:
    compared(inside, version(tmp_path, 2, "send: hello"))
    with inside.connect() as connection:
        assert journeys.get(connection, JOURNEY).version == 1
        assert len(choose(connection, JOURNEY, 2, Wanted())) == 12


def chosen(engine: Engine, **wanted: object) -> list[str]:
    with engine.connect() as connection:
        return [stay.candidate_id for stay in choose(connection, JOURNEY, 2, Wanted(**wanted))]  # type: ignore[arg-type]


def test_everybody_in_another_version_is_moved_unless_said_otherwise(inside: Engine) -> None:
    assert len(chosen(inside)) == 12
    with inside.connect() as connection:
        assert choose(connection, JOURNEY, 1, Wanted()) == []


def test_those_of_whom_a_condition_holds_may_be_moved_alone(inside: Engine) -> None:
    with inside.begin() as connection:
        connection.execute(insert(tags).values([{"candidate_id": one, "tag": "vip"} for one in ("e2", "n1")]))
    assert chosen(inside, condition='tagged("vip")') == ["e2", "n1"]
    with pytest.raises(Refused, match="tagd"):
        chosen(inside, condition='tagd("vip")')


def test_a_share_is_the_same_people_in_every_try(inside: Engine) -> None:
    third = chosen(inside, share=0.33)
    assert len(third) == 4
    assert chosen(inside, share=0.33) == third
    assert set(third) <= set(chosen(inside, share=0.5))
    with pytest.raises(Refused, match="moves nobody"):
        chosen(inside, share=0.0)


def test_people_named_who_are_not_in_another_version_are_refused_by_name(inside: Engine) -> None:
    assert chosen(inside, ids=("e3",)) == ["e3"]
    with pytest.raises(Refused, match=r"not in another version of spring: nobody"):
        chosen(inside, ids=("e3", "nobody"))
