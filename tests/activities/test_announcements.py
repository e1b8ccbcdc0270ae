"""An opening's pages: who is signalled, once, and what an error tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.announcements import Announcements
from domain.announcements import AnnouncePage, MarkOpening
from storage import openings
from tests.activities.conftest import House


class FakeSignaller:
    """Notes who was woken."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        self.woken += candidate_ids


async def test_an_openings_status_is_recorded(house: House) -> None:
    activities = Announcements(house.async_engine, FakeSignaller())
    await ActivityEnvironment().run(activities.mark_opening, MarkOpening("be-1", "open", 1))
    with house.engine.connect() as connection:
        assert (openings.get(connection, "be-1").status, openings.get(connection, "be-1").round) == ("open", 1)


async def test_an_error_of_the_database_tells_no_data_and_wakes_nobody(house: House) -> None:
    signaller = FakeSignaller()
    activities = Announcements(house.async_engine, signaller)
    house.run("alter table openings add constraint never check (status <> 'closed')")
    house.run("alter table opening_matches rename to gone")
    for run, order, said in (
        (activities.mark_opening, MarkOpening("be-1", "closed", 1), "the database refused: CheckViolation (23514)"),
        (activities.announce_page, AnnouncePage("be-1", 1), "the database refused: UndefinedTable (42P01)"),
    ):
        with pytest.raises(ApplicationError) as failure:
            await ActivityEnvironment().run(run, order)  # type: ignore[arg-type]
        assert (failure.value.message, failure.value.__cause__) == (said, None)
    assert signaller.woken == []
