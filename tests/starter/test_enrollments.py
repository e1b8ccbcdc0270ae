"""Many people into a journey: who would enter is told first, and exactly those do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text, update

from starter.enrollments import Audience, audience, enroll_all
from starter.refusals import Refused
from storage.tables import candidates, pool_members, tags
from tests.starter.insiders import HEAD, JOURNEY, publish_all, put_inside, version

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
PEOPLE = [f"p{n}" for n in range(6)]


@pytest.fixture
def pool(engine: Engine, tmp_path: Path) -> Engine:
    """Six people in a pool: one is inside, one is an employee, one withdrew; one more is in no pool."""
    head = HEAD.replace("steps:", 'exclude: relationship == "employee"\nsteps:')
    publish_all(engine, [version(tmp_path, 1, "send: hello", "wait: 10 days", "send: bye", head=head)])
    put_inside(engine, [*PEOPLE, "stranger"], NOW)
    with engine.begin() as connection:
        connection.execute(text("update enrollments set status = 'exited' where candidate_id <> 'p0'"))
        connection.execute(update(candidates).where(candidates.c.id == "p1").values(relationship_type="employee"))
        connection.execute(text("update consent_log set granted = false where candidate_id = 'p2'"))
        connection.execute(insert(pool_members), [{"pool": "crowd", "candidate_id": one} for one in PEOPLE])
        connection.execute(insert(tags).values(candidate_id="p3", tag="keen"))
    return engine


def asked(engine: Engine, named: str = "crowd", condition: str = "") -> Audience:
    with engine.connect() as connection:
        return audience(connection, JOURNEY, named, condition)


class Workflows:
    """Takes everybody in but one, who had said no; counts."""

    def __init__(self) -> None:
        self.entered: list[str] = []

    async def enroll(self, candidate: str, journey: str, *, by: str = "") -> dict[str, Any]:
        if candidate == "p4":
            return {"journey": "", "will": "nothing: said no"}
        if candidate == "p5":
            raise Refused("the workflow is gone")
        self.entered.append(candidate)
        return {"journey": f"{journey}@1", "will": "send hello"}


def test_who_would_enter_and_who_not_is_told_with_the_reason(pool: Engine) -> None:
    found = asked(pool)
    assert found.entering == ["p3", "p4", "p5"]
    assert found.lines()[0] == "3 would enter"
    assert set(found.kept_out) == {
        "inside already",
        'the journey excludes those of whom relationship == "employee" is true',
        "no consent for nurture by email",
    }


def test_a_condition_narrows_and_no_pool_means_everybody(pool: Engine) -> None:
    assert asked(pool, condition='"keen" in tags').entering == ["p3"]
    assert asked(pool, "").entering == ["p3", "p4", "p5", "stranger"]


def test_an_unknown_pool_and_a_bad_condition_are_refused_with_the_cure(pool: Engine) -> None:
    with pytest.raises(Refused, match="nobody is in the pool nowhere"):
        asked(pool, "nowhere")
    with pytest.raises(Refused, match="color"):
        asked(pool, condition='color == "red"')


async def test_exactly_those_enter_and_refusals_are_counted() -> None:
    workflows, seen = Workflows(), list[int]()
    made = await enroll_all(workflows, JOURNEY, ["p3", "p4", "p5"], progress=lambda done, of: seen.append(done))
    assert (workflows.entered, made.entered) == (["p3"], 1)
    assert dict(made.refused) == {"nothing: said no": 1, "the workflow is gone": 1}
    assert sorted(seen) == [1, 2, 3]
