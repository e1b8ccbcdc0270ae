"""Reminders: a task for whoever owns a promise, and a mail that may fail without losing it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reminders import Reminders
from channels.messages import TemporarySendError
from domain.facts import Fact, FactKind
from domain.promises import RemindOf
from storage import promises, recruiters, tasks
from storage.recruiters import Recruiter
from tests.activities.conftest import SENDER, House
from tests.storage.conftest import NOW

KEY = "ada/promise/be-1:interview/answer/2026-11-24T10:00:00Z"
MADE = Fact(
    FactKind.PROMISE,
    NOW,
    opening_id="be-1",
    stage="answer",
    touch_key=KEY,
    outcome="due",
    until=NOW + timedelta(days=7),
)
ORDER = RemindOf("ada", KEY, "answer", "be-1", "interview", NOW + timedelta(days=7), facts=[MADE.compact()])


@pytest.fixture
def house_with_recruiters(house: House) -> House:
    """Dana, who owns the opening, and Eli, who stands in."""
    with house.engine.begin() as connection:
        recruiters.put(connection, Recruiter("Dana", "Dana Okafor", "dana@keepwarm.example", deputy="eli"))
        recruiters.put(connection, Recruiter("eli", "Eli Brandt", "eli@keepwarm.example"))
    return house


async def remind(house: House, order: RemindOf) -> list[tasks.Task]:
    """One attempt, and the open tasks after it."""
    await ActivityEnvironment().run(Reminders(house.async_engine, house.email, SENDER).remind, order)
    with house.engine.begin() as connection:
        return tasks.listed(connection)


async def test_the_owner_gets_a_task_and_a_mail_once(house_with_recruiters: House) -> None:
    house = house_with_recruiters
    await remind(house, ORDER)
    (task,) = await remind(house, ORDER)
    assert (task.kind, task.owner, task.candidate_id, task.due) == ("promise", "Dana", "ada", ORDER.due)
    (mail,) = house.email.kept
    assert mail.to_address == "dana@keepwarm.example"
    assert mail.subject == "Ada Lovelace at Backend engineer: an answer due by Tuesday, 1 December 2026"
    assert "keepwarm stage ada be-1" in mail.text
    assert "Ada Lovelace" in mail.html


async def test_the_promise_itself_is_written_first(house_with_recruiters: House) -> None:
    await remind(house_with_recruiters, ORDER)
    with house_with_recruiters.engine.begin() as connection:
        assert [one.promise_key for one in promises.listed(connection, state="due")] == [KEY]


async def test_the_deputy_hears_who_was_reminded_before(house_with_recruiters: House) -> None:
    house = house_with_recruiters
    await remind(house, ORDER)
    found = await remind(house, replace(ORDER, level="deputy"))
    assert {task.owner for task in found} == {"Dana", "eli"}
    assert "Dana has been reminded" in house.email.kept[1].text
    with house.engine.begin() as connection:
        assert promises.listed(connection)[0].escalated_at is not None


async def test_where_nobody_stands_in_the_same_work_is_asked_for_once(house: House) -> None:
    with house.engine.begin() as connection:
        recruiters.put(connection, Recruiter("Dana", "Dana Okafor", "dana@keepwarm.example"))
    await remind(house, ORDER)
    (task,) = await remind(house, replace(ORDER, level="deputy"))
    assert task.owner == "Dana"
    assert len(house.email.kept) == 1


async def test_the_guide_names_owner_and_deputy_before_the_record(house_with_recruiters: House) -> None:
    (task,) = await remind(house_with_recruiters, replace(ORDER, owner="eli"))
    assert task.owner == "eli"


async def test_a_mail_that_fails_leaves_the_task(house_with_recruiters: House) -> None:
    house = house_with_recruiters
    house.email.before = [TemporarySendError("the mail server is away")]
    (task,) = await remind(house, ORDER)
    assert task.because.endswith("(not mailed: the mail server is away)")


async def test_an_owner_whom_nobody_knows_still_has_a_task(house: House) -> None:
    (task,) = await remind(house, ORDER)
    assert task.owner == "Dana"
    assert house.email.kept == []


async def test_nobody_is_reminded_of_a_person_who_is_gone(house: House) -> None:
    assert await remind(house, replace(ORDER, candidate_id="nobody", facts=[])) == []
