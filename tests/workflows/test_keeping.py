"""Years of silence under time skipping: renewal, warning and the end come at their moments, with a single timer each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.worker import Worker

from domain.facts import FactKind
from domain.keeping import NOTICE, RENEWAL, WARNING, ForgetPerson, Forgotten
from domain.relationships import Keeping, Relationship
from tests.workflows.conftest import World, skipping_server
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEND_QUEUE

DAY = timedelta(days=1)


@dataclass
class Keeper(World):
    """A world that also forgets; `spared` are answers that come first."""

    forgotten: list[datetime] = field(default_factory=list)
    spared: list[Forgotten] = field(default_factory=list)

    @activity.defn
    async def forget_person(self, order: ForgetPerson) -> Forgotten:
        """Note when."""
        self._keep(order.facts, None)
        self.forgotten.append(await self.now())
        return self.spared.pop(0) if self.spared else Forgotten(True)


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    async with skipping_server() as env:
        world = Keeper(env)
        light = Worker(
            env.client, task_queue=QUEUE, workflows=[Candidate],
            activities=[world.record_facts, world.load_definitions, world.decide_step, world.remind, world.forget_person],
        )  # fmt: skip
        async with light, Worker(env.client, task_queue=SEND_QUEUE, activities=[world.send_touch]):
            yield world


def near(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(minutes=5)


async def test_two_years_without_a_word_end_with_a_warning_and_then_the_workflow(keeper: Keeper) -> None:
    began = await keeper.now()
    handle = await keeper.start(Relationship("c1", keeping=Keeping(retention_days=730, active_at=began)))
    await handle.result()
    assert keeper.templates() == [WARNING]
    assert near(keeper.sent[0][0], began + 700 * DAY)
    assert [near(at, began + 730 * DAY) for at in keeper.forgotten] == [True]
    basis = [fact for fact in keeper.facts if fact.kind is FactKind.CONSENT]
    assert [(fact.purpose, fact.because) for fact in basis] == [("service", "legal_obligation")]
    kinds = [event.event_type async for event in handle.fetch_history_events()]
    assert kinds.count(EventType.EVENT_TYPE_TIMER_STARTED) == 2, "one to the warning, one to the end"


async def test_a_reply_to_the_warning_moves_the_end(keeper: Keeper) -> None:
    began = await keeper.now()
    handle = await keeper.start(Relationship("c1", keeping=Keeping(retention_days=100, active_at=began)))
    await keeper.env.sleep(80 * DAY)
    replied = await keeper.now()
    await handle.signal("message_received", {"event_id": "m1", "kind": "reply"})
    await handle.result()
    assert keeper.templates() == [WARNING, WARNING]
    assert [near(at, replied + 100 * DAY) for at in keeper.forgotten] == [True]


async def test_the_record_has_the_last_word(keeper: Keeper) -> None:
    began = await keeper.now()
    keeper.spared = [Forgotten(False, began + 90 * DAY, 100)]
    handle = await keeper.start(Relationship("c1", keeping=Keeping(retention_days=100, active_at=began)))
    await handle.result()
    assert [near(at, began + days * DAY) for at, days in zip(keeper.forgotten, (100, 190), strict=True)] == [True, True]
    assert keeper.templates() == [WARNING, WARNING]


async def test_consent_is_renewed_before_it_runs_out_and_notice_given_at_once(keeper: Keeper) -> None:
    began = await keeper.now()
    state = Relationship("c1", keeping=Keeping(sourced_at=began))
    handle = await keeper.start(state)
    agreed: dict[str, Any] = {"purpose": "nurture", "channel": "email", "granted": True, "recorded": True}
    await handle.signal("consent_changed", {"event_id": "k1", "until": (began + 365 * DAY).isoformat(), **agreed})
    await keeper.env.sleep(340 * DAY)
    assert keeper.templates() == [NOTICE, RENEWAL]
    asked = keeper.sent[1][0]
    assert timedelta(0) <= asked - (began + 335 * DAY) < 4 * DAY
    assert [fact.kind for fact in keeper.facts if fact.kind is FactKind.INFORMED] == [FactKind.INFORMED]


async def test_nobody_waits_for_what_does_not_apply_to_them(keeper: Keeper) -> None:
    handle = await keeper.start(Relationship("c1"))
    await handle.signal(
        "consent_changed",
        {"event_id": "k1", "purpose": "nurture", "channel": "email", "granted": True, "recorded": True},
    )
    await keeper.env.sleep(DAY)
    kinds = [event.event_type async for event in handle.fetch_history_events()]
    assert EventType.EVENT_TYPE_TIMER_STARTED not in kinds


async def test_an_erasure_ends_the_workflow_whatever_is_under_way(keeper: Keeper) -> None:
    handle = await keeper.start(Relationship("c1", keeping=Keeping(retention_days=100, active_at=await keeper.now())))
    await handle.signal("stage_changed", {"event_id": "s1", "opening_id": "be-1", "stage": "interview"})
    await handle.signal("erased", {"event_id": "e1"})
    await handle.result()
    assert keeper.upcoming == []
    assert keeper.forgotten == []
