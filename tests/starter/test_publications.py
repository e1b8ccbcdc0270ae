"""Before a journey is published every message is filled for everybody whom it could reach; nothing is stored by asking."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from config.settings import Settings
from starter.publications import Lack, Reach, hold_against_people, refuse_lacks
from starter.refusals import Refused
from storage import candidates
from storage.tables import journey_versions, ledger, pool_members
from templates.journeys import load_journey
from tests.starter.insiders import HEAD, JOURNEY, publish_all, put_inside, version

HOUSE = Settings(external_database="postgresql://nowhere", company="Northwind", company_address="1 Long Street")
NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def pool(engine: Engine) -> Engine:
    """Ada has a recruiter; Bob and Cem have none. Bob lives in Germany."""
    with engine.begin() as connection:
        for one, owner, country in (("ada", "dana", "SE"), ("bob", "", "DE"), ("cem", "", "SE")):
            person = candidates.NewCandidate(
                f"{one.title()} Lovelace", id=one, emails=[f"{one}@example.org"], owner=owner, country=country
            )
            candidates.add(connection, person)
    return engine


def held(engine: Engine, place: Path, pool_name: str = "") -> Reach:
    return hold_against_people(engine, HOUSE, load_journey(place), pool_name)


def test_a_missing_token_names_the_message_the_token_and_the_people_and_refuses(pool: Engine, tmp_path: Path) -> None:
    reach = held(pool, version(tmp_path, 1, "send: hello", "send: bye", hello="I am {{ recruiter_name }}."))
    assert (reach.people, reach.rendered) == (3, 6)
    assert reach.lacks == [Lack("hello/en.md", "recruiter_name", ("bob", "cem"))]
    with pytest.raises(
        Refused, match=r"spring is not published(.|\n)*hello/en.md lacks recruiter_name for 2 people: bob, cem"
    ):
        refuse_lacks(reach, JOURNEY)


def test_with_a_fallback_it_passes(pool: Engine, tmp_path: Path) -> None:
    place = version(tmp_path, 1, "send: hello", hello="I am {{ recruiter_name }}.")
    text = (place / "hello/en.md").read_text()
    (place / "hello/en.md").write_text(text.replace("---\n", "---\nfallbacks: {recruiter_name: your recruiter}\n", 1))
    reach = held(pool, place)
    assert (reach.people, reach.lacks) == (3, [])
    refuse_lacks(reach, JOURNEY)


def test_a_word_that_may_be_absent_is_not_missed(pool: Engine, tmp_path: Path) -> None:
    words = "Hi.{% if recruiter_name %} I am {{ recruiter_name }}.{% endif %}"
    assert held(pool, version(tmp_path, 1, "send: hello", hello=words)).lacks == []


def test_of_a_pool_and_those_inside_alone(pool: Engine, tmp_path: Path) -> None:
    with pool.begin() as connection:
        connection.execute(insert(pool_members).values(pool="nordic", candidate_id="cem"))
    place = version(tmp_path, 1, "send: hello", hello="I am {{ recruiter_name }}.")
    assert held(pool, place, "nordic").lacks == [Lack("hello/en.md", "recruiter_name", ("cem",))]
    publish_all(pool, [place])
    put_inside(pool, ["eve"], NOW)
    assert held(pool, place, "nordic").lacks == [Lack("hello/en.md", "recruiter_name", ("cem", "eve"))]


def test_whom_the_entry_rules_keep_out_cannot_be_reached_but_those_inside_can(pool: Engine, tmp_path: Path) -> None:
    head = HEAD.replace("steps:", """entry: country == "DE"\nsteps:""")
    place = version(tmp_path, 1, "send: hello", head=head, hello="I am {{ recruiter_name }}.")
    reach = held(pool, place)
    assert (reach.people, reach.lacks) == (1, [Lack("hello/en.md", "recruiter_name", ("bob",))])
    publish_all(pool, [place])
    put_inside(pool, ["eve"], NOW)
    assert held(pool, place).lacks == [Lack("hello/en.md", "recruiter_name", ("bob", "eve"))]


def test_each_variant_is_filled_for_everybody(pool: Engine, tmp_path: Path) -> None:
    place = version(tmp_path, 1, "send: short", "send: long", long="I am {{ recruiter_name }}.")
    variants = "  - send: hello\n    variants: [{name: a, message: short}, {name: b, message: long}]\n"
    (place / "journey.yaml").write_text(HEAD + variants)
    reach = held(pool, place)
    assert (reach.rendered, reach.lacks) == (6, [Lack("long/en.md", "recruiter_name", ("bob", "cem"))])


def test_many_are_counted_and_the_first_are_named() -> None:
    reach = Reach(7, 7, [Lack("hello/en.md", "reason", tuple(f"p{n}" for n in range(7)))])
    with pytest.raises(Refused, match=r"for 7 people: p0, p1, p2, p3, p4 …"):
        refuse_lacks(reach, JOURNEY)


def test_nothing_is_stored_by_asking(pool: Engine, tmp_path: Path) -> None:
    held(pool, version(tmp_path, 1, "send: hello"))
    with pool.connect() as connection:
        assert [connection.scalar(select(func.count()).select_from(one)) for one in (journey_versions, ledger)] == [
            0,
            0,
        ]
