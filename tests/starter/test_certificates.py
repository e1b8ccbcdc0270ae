"""A sample of the pool, by the rehearsal and by the real workflow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from sys import executable

import pytest

from domain.conditions import Traits
from domain.rehearsals import Person
from domain.relationships import Relationship
from starter.certificates import certify
from templates.journeys import FOLDER, compact_plan, load_journey

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
PACE = ("", "monthly", "quarterly", "")
BOTH = frozenset({"email", "sms"})


@pytest.mark.parametrize("journey", ["passive-prospect", "silver-medalist", "keep-warm"])
async def test_shipped_journeys_are_rehearsed_as_they_are_lived(journey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(executable).parent}:/usr/bin:/bin")
    consents = (frozenset({"nurture/email", "nurture/sms"}), frozenset({"nurture/email"}))
    people = [
        Person(
            Relationship(f"c{at}", zone=zone, pace=PACE[at]),
            Traits(facts={"start_date": "2027-09-01"}),
            BOTH,
            consents[at % 2],
        )
        for at, zone in enumerate(ZONES)
    ]
    plan = compact_plan(load_journey(FOLDER / journey), 1)
    assert await certify(people, timedelta(days=380), plan) == []
