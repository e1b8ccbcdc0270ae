"""A page of what came in: read once, told after it was written, and never held up by one bad input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.intake import MOST_ATTEMPTS, Consequence, Intake, Taker
from domain.intake import TakeInPage, TakenIn
from storage import received, tasks
from storage.forgotten import Register
from storage.received import Received
from storage.tasks import NewTask
from tests.activities.conftest import House
from tests.storage.conftest import NOW


@dataclass
class FakeSignaller:
    """Notes who was told what; `broken` is a Temporal that is away."""

    told: list[tuple[str, str, str]] = field(default_factory=list)
    broken: bool = False

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        if self.broken:
            raise ApplicationError("Temporal does not answer")
        self.told += [(candidate_id, name, payload["event_id"]) for candidate_id in candidate_ids]


def take_in_notes(connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
    """Each body is a candidate's id; `bad` cannot be read. What is read becomes a task, written once."""
    told = []
    for row in rows:
        name = row.body.decode()
        tasks.ask(connection, [NewTask(f"note/{row.id}", "account", name, NOW)])
        if name == "bad":
            raise ValueError(name)
        told.append(Consequence(name, "message_received", {"event_id": f"note-{row.id}"}))
    return told


@dataclass
class Desk:
    """The activity over a real database."""

    house: House
    takers: Mapping[str, Taker] = field(default_factory=lambda: {received.IMAP: take_in_notes})
    signaller: FakeSignaller = field(default_factory=FakeSignaller)
    keys: int = 0

    def store(self, *names: str, source: str = received.IMAP) -> list[int]:
        stored = []
        with self.house.engine.begin() as connection:
            for name in names:
                self.keys += 1
                number = received.store(connection, source, str(self.keys), "", {}, name.encode())
                assert number is not None
                stored.append(number)
        return stored

    async def take_in(self, after: int = 0) -> TakenIn:
        activity = Intake(self.house.engine, self.signaller, self.takers, Register(b"k" * 32))
        taken: TakenIn = await ActivityEnvironment().run(activity.take_in_page, TakeInPage(after))
        return taken

    def states(self) -> list[tuple[str, int]]:
        return [(row.state, row.attempts) for row in self.house.run("select state, attempts from received order by id")]

    def notes(self) -> int:
        return int(self.house.run("select count(*) from tasks where kind = 'account'")[0][0])


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


async def test_everybody_is_told_in_the_order_of_what_came(desk: Desk) -> None:
    first, _, third = desk.store("ada", "bob", "ada")
    assert await desk.take_in() == TakenIn(third, True)
    told = [event for who, _, event in desk.signaller.told if who == "ada"]
    assert (told, len(desk.signaller.told)) == ([f"note-{first}", f"note-{third}"], 3)
    assert desk.states() == [("taken_in", 0)] * 3
    assert await desk.take_in() == TakenIn(0, True)


async def test_one_bad_input_holds_nobody_up_and_a_person_is_asked_in_the_end(desk: Desk) -> None:
    desk.store("ada", "bad", "bob")
    assert (await desk.take_in()).failing == 1
    assert [who for who, _, _ in desk.signaller.told] == ["ada", "bob"]
    assert desk.states() == [("taken_in", 0), ("stored", 1), ("taken_in", 0)]
    assert desk.notes() == 2
    for _ in range(MOST_ATTEMPTS - 1):
        await desk.take_in()
    assert desk.states()[1] == ("failed", MOST_ATTEMPTS)
    (task,) = desk.house.run("select because from tasks where kind = 'unread_input'")
    assert "ValueError" in task.because
    assert await desk.take_in() == TakenIn(0, True)


async def test_what_was_written_stays_when_temporal_is_away_and_the_telling_is_repeated(desk: Desk) -> None:
    (number,) = desk.store("ada")
    desk.signaller.broken = True
    with pytest.raises(ApplicationError):
        await desk.take_in()
    assert (desk.states(), desk.notes()) == ([("stored", 0)], 1)
    desk.signaller.broken = False
    await desk.take_in()
    assert (desk.signaller.told, desk.notes()) == ([("ada", "message_received", f"note-{number}")], 1)
    assert desk.states() == [("taken_in", 0)]


async def test_an_input_that_nobody_reads_waits_for_a_person(desk: Desk) -> None:
    desk.store("ada", source="carrier pigeon")
    for _ in range(MOST_ATTEMPTS):
        await desk.take_in()
    assert desk.states() == [("failed", MOST_ATTEMPTS)]


async def test_trouble_of_the_database_is_no_fault_of_the_input(desk: Desk) -> None:
    desk.store("ada", "bob")
    desk.house.run("alter table received rename to received_away")
    with pytest.raises(ApplicationError, match="the database can't be used: ProgrammingError"):
        await desk.take_in()
    desk.house.run("alter table received_away rename to received")
    assert desk.states() == [("stored", 0)] * 2


async def test_large_inputs_come_in_pages_of_their_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.store("a" * 20, "b" * 20)
    monkeypatch.setattr("activities.intake.PAGE_BYTES", 30)
    assert await desk.take_in() == TakenIn(first, False)
    assert await desk.take_in(first) == TakenIn(second, True)
