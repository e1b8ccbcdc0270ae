"""The end of a retention: the record is asked once more, and only then is somebody forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.erasures import Erasures
from domain.keeping import ForgetPerson, Forgotten, Terms
from storage import controls
from storage.erasures import Erased
from tests.activities.conftest import House

KEY = b"a-signing-key-of-a-deployment-----"
ORDER = ForgetPerson("ada")


class Mails:
    """A mailbox that notes whom it was to forget."""

    def __init__(self, fails: bool = False) -> None:
        self.forgotten: list[Erased] = []
        self._fails = fails

    def __call__(self, erased: Erased) -> int:
        self.forgotten.append(erased)
        if self._fails:
            raise OSError("away")
        return 3


def forget(house: House, mails: Mails, days: float) -> Erasures:
    later = house.now + timedelta(days=days)
    return Erasures(house.async_engine, KEY, mails, lambda: later)


@pytest.fixture
def kept(house: House) -> House:
    """Ada, whose last sign of life is her consent of a minute ago; two years are kept."""
    with house.engine.begin() as connection:
        controls.set_terms(connection, Terms({}, 730))
    house.run("update candidates set recorded_at = :at", at=house.now - timedelta(days=999))
    return house


async def test_who_gave_no_sign_of_life_is_forgotten(kept: House) -> None:
    mails = Mails()
    assert await forget(kept, mails, 731).forget_person(ORDER) == Forgotten(True)
    assert kept.run("select full_name from candidates")[0][0] == "erased"
    assert mails.forgotten[0].addresses == ("ada@example.org",)
    assert kept.run("select because, by from erasures limit 1")[0] == ("no sign of life for 730 days", "retention")


async def test_again_it_finds_them_erased(kept: House) -> None:
    mails = Mails()
    for _ in range(2):
        assert await forget(kept, mails, 731).forget_person(ORDER) == Forgotten(True)
    assert len(mails.forgotten) == 1


async def test_a_sign_of_life_on_record_keeps_them(kept: House) -> None:
    seen = kept.now + timedelta(days=100)
    kept.run("update candidates set active_at = :seen", seen=seen)
    assert await forget(kept, Mails(), 731).forget_person(ORDER) == Forgotten(False, seen, 730)
    assert kept.run("select erased from candidates")[0][0] is False


async def test_facts_that_come_along_count(kept: House) -> None:
    seen = kept.now + timedelta(days=700)
    order = replace(ORDER, facts=[{"kind": "active", "at": seen.isoformat()}])
    assert await forget(kept, Mails(), 731).forget_person(order) == Forgotten(False, seen, 730)


async def test_an_open_application_keeps_them(kept: House) -> None:
    kept.run(
        "insert into applications (candidate_id, opening_id, stage, stage_at, kind, furthest, applied_at)"
        " values ('ada', 'be-1', 'interview', now(), 'late', 'interview', now())"
    )
    later = kept.now + timedelta(days=9999)
    assert await forget(kept, Mails(), 9999).forget_person(ORDER) == Forgotten(False, later, 730)


async def test_another_retention_holds_at_once(kept: House) -> None:
    with kept.engine.begin() as connection:
        controls.set_terms(connection, Terms({}, 0))
    answer = await forget(kept, Mails(), 731).forget_person(ORDER)
    assert (answer.erased, answer.retention_days) == (False, 0)


async def test_a_mailbox_that_is_away_becomes_work_for_a_person(kept: House) -> None:
    assert await forget(kept, Mails(fails=True), 731).forget_person(ORDER) == Forgotten(True)
    ((_, because, person),) = kept.run("select kind, because, candidate_id from tasks where kind = 'erase_mailbox'")
    assert "candidate ada" in because
    assert person is None


async def test_a_message_that_is_leaving_is_waited_for(kept: House) -> None:
    kept.run(
        "insert into ledger (touch_key, candidate_id, purpose, channel, template, state, due, handed_over_at, handed_over_recorded_at)"
        " values ('ada/nurture/a/b/c', 'ada', 'nurture', 'email', 'b', 'handed_over', now(), now(), now())"
    )
    with pytest.raises(ApplicationError, match="leaving at this moment"):
        await forget(kept, Mails(), 731).forget_person(ORDER)
