"""`load_definitions` fetches what a signal names."""

from __future__ import annotations

import pytest
from temporalio.testing import ActivityEnvironment

from activities.definitions import Lookups
from domain.definitions import Definitions, LoadDefinitions
from tests.activities.conftest import PLAN, House

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
