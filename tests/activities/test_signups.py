"""Deleting what nobody confirmed: the record, the workflow and the mailbox, also where an attempt died in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.signups import Signups
from domain.signups import CONFIRM_WITHIN, LapseSignup
from storage import candidates, signups
from storage.erasures import Erased
from storage.signups import Form, Signup
from tests.activities.conftest import House

KEY = b"k" * 32


@dataclass
class Surroundings:
    """Whose workflow and whose mails the activity reaches. `failing` are the errors that come first."""

    told: list[tuple[str, str]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        if self.failing:
            raise self.failing.pop()
        self.told += [(one, name) for one in candidate_ids]

    def forget_mails(self, erased: Erased) -> int:
        self.mails += erased.addresses
        return 1


def sign_up(house: House) -> Signup:
    with house.engine.begin() as connection:
        made = signups.sign_up(
            connection, Form("Grace Hopper", "grace@example.org", [("nurture", "email")], "I agree"), house.now
        )
    assert made is not None
    return made


async def lapse(
    house: House, made: Signup, around: Surroundings, after: timedelta = CONFIRM_WITHIN + timedelta(hours=1)
) -> bool:
    def now() -> datetime:
        return house.now + after

    activities = Signups(house.async_engine, KEY, around, around.forget_mails, now)
    return bool(await ActivityEnvironment().run(activities.lapse_signup, LapseSignup(made.id, made.candidate_id)))


def is_erased(house: House, candidate_id: str) -> bool:
    with house.engine.connect() as connection:
        return candidates.get(connection, candidate_id).erased


async def test_what_nobody_confirmed_is_deleted_everywhere(house: House) -> None:
    made, around = sign_up(house), Surroundings()
    assert await lapse(house, made, around)
    assert is_erased(house, made.candidate_id)
    assert around.told == [(made.candidate_id, "erased")]
    assert "grace@example.org" in around.mails


async def test_an_attempt_that_died_after_the_record_still_ends_the_workflow(house: House) -> None:
    made, around = sign_up(house), Surroundings(failing=[ApplicationError("Temporal is away")])
    with pytest.raises(ApplicationError):
        await lapse(house, made, around)
    assert is_erased(house, made.candidate_id)
    assert not await lapse(house, made, around)
    assert around.told == [(made.candidate_id, "erased")]


async def test_what_was_confirmed_stays(house: House) -> None:
    made, around = sign_up(house), Surroundings()
    with house.engine.begin() as connection:
        signups.confirm(connection, made.id, "", house.now)
    assert not await lapse(house, made, around)
    assert not is_erased(house, made.candidate_id)
    assert (around.told, around.mails) == ([], [])


async def test_asked_too_early_it_deletes_nothing(house: House) -> None:
    made, around = sign_up(house), Surroundings()
    assert not await lapse(house, made, around, timedelta(days=6))
    assert not is_erased(house, made.candidate_id)


async def test_while_the_question_is_leaving_it_is_tried_again(house: House) -> None:
    made, around = sign_up(house), Surroundings()
    with house.engine.begin() as connection:
        connection.execute(
            text("insert into ledger (touch_key, candidate_id, purpose, channel, template, state, due, handed_over_recorded_at)"
                 " values ('k', :who, 'service', 'email', 'confirm_signup', 'handed_over', now(), clock_timestamp())"),
            {"who": made.candidate_id},
        )  # fmt: skip
    with pytest.raises(ApplicationError, match="is leaving"):
        await lapse(house, made, around)
    assert not is_erased(house, made.candidate_id)
