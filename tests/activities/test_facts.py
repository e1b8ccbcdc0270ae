"""`record_facts` writes facts and the plan, twice as well as once."""

from __future__ import annotations

from datetime import timedelta

from temporalio.testing import ActivityEnvironment

from activities.facts import Facts
from domain.facts import Fact, FactKind
from domain.touches import Channel, Planned, Purpose, RecordFacts
from storage import applications, upcoming
from tests.activities.conftest import House
from tests.storage.conftest import NOW


async def test_facts_and_the_plan_are_written_however_often(house: House) -> None:
    entered = Fact(
        FactKind.STAGE, NOW, event_id="e", opening_id="be-1", stage="applied", furthest="applied", outcome="entered"
    )
    planned = Planned("k", Purpose.NURTURE, Channel.EMAIL, "hello", NOW + timedelta(days=1))
    order = RecordFacts("ada", [entered.compact()], [planned])
    activities = Facts(house.async_engine)
    for _ in range(2):
        await ActivityEnvironment().run(activities.record_facts, order)
    with house.engine.begin() as connection:
        assert [application.stage for application in applications.for_candidate(connection, "ada")] == ["applied"]
        assert [touch.touch_key for touch in upcoming.listed(connection)] == ["k"]


async def test_no_projection_leaves_the_plan_as_it_is(house: House) -> None:
    planned = Planned("k", Purpose.NURTURE, Channel.EMAIL, "hello", NOW)
    activities = Facts(house.async_engine)
    await ActivityEnvironment().run(activities.record_facts, RecordFacts("ada", [], [planned]))
    await ActivityEnvironment().run(activities.record_facts, RecordFacts("ada", []))
    with house.engine.begin() as connection:
        assert len(upcoming.listed(connection)) == 1
