"""`load_definitions` fetches what a signal names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.definitions import Lookups
from domain.definitions import Definitions, LoadDefinitions
from storage import candidates, journeys
from tests.activities.conftest import PLAN, SNAPSHOT, House

SPRING = PLAN | {"journey": "spring", "version": 1}


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (LoadDefinitions(opening_id="be-1"), Definitions(True, pipeline={})),
        (LoadDefinitions(opening_id="gone"), Definitions(False)),
        (LoadDefinitions(journey="spring"), Definitions(True, plan=SPRING)),
        (LoadDefinitions(journey="spring", version=1), Definitions(True, plan=SPRING)),
        (LoadDefinitions(journey="spring", version=2), Definitions(False)),
        (LoadDefinitions(journey="autumn"), Definitions(False)),
    ],
)
async def test_a_definition_is_found_or_it_is_said_that_there_is_none(
    house: House, order: LoadDefinitions, found: Definitions
) -> None:
    assert await ActivityEnvironment().run(Lookups(house.async_engine).load_definitions, order) == found


def restricted(house: House, **rules: str) -> None:
    """Spring's next version, which not everybody may enter."""
    with house.engine.begin() as connection:
        journeys.publish(
            connection, "spring", title="Spring", snapshot=SNAPSHOT, digest="rules",
            plan_of=lambda version: PLAN | rules | {"journey": "spring", "version": version},
        )  # fmt: skip
        candidates.change(connection, "ada", country="DE", zone="Pacific/Auckland")


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ({}, ""),
        ({"entry": 'country == "DE"'}, ""),
        ({"entry": 'country == "FR"'}, 'the journey is for those of whom country == "FR" is true'),
        ({"exclude": 'country == "DE"'}, 'the journey excludes those of whom country == "DE" is true'),
        ({"entry": 'country == "DE"', "exclude": "applied()"}, ""),
        ({"entry": 'today >= "2027-01-01"'}, ""),
        ({"entry": 'today >= "2027-01-02"'}, 'the journey is for those of whom today >= "2027-01-02" is true'),
    ],
)
async def test_who_may_not_enter_is_told_by_which_rule(house: House, rules: dict[str, str], refusal: str) -> None:
    """It is New Year in Auckland, and still the old one in UTC."""
    restricted(house, **rules)
    lookups = Lookups(house.async_engine, clock=lambda: datetime(2026, 12, 31, 15, tzinfo=UTC))
    order = LoadDefinitions(journey="spring", version=2, candidate_id="ada")
    found = await ActivityEnvironment().run(lookups.load_definitions, order)
    assert (found.found, found.refusal) == (True, refusal)


async def test_where_nobody_asks_to_enter_nobody_is_refused(house: House) -> None:
    restricted(house, entry='country == "FR"')
    order = LoadDefinitions(journey="spring", version=2)
    assert (await ActivityEnvironment().run(Lookups(house.async_engine).load_definitions, order)).refusal == ""
