"""What is told beforehand is what then happens: upcoming touches, and the effect of a resume, against real workflows."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from domain.effects import previews
from domain.plans import PlanStep, StepKind
from domain.relationships import Relationship
from domain.touches import Planned
from domain.windows import Caps, Window
from tests.domain.lives import ZONES, journey, plan_json
from tests.workflows.conftest import World

PEOPLE = 12
POLICIES = ("shift", "drop-overdue", "spread:3d")


def life_of(number: int) -> tuple[Relationship, list[dict[str, Any]]]:
    """Somebody, and the journeys that they enter."""
    chance = random.Random(number)
    person = Relationship(f"p{number}", zone=chance.choice(ZONES), window=Window(), caps=Caps(1, 2))
    plans = []
    for name in ("hello", "news")[: chance.randint(1, 2)]:
        waits = [chance.choice([0.5, 2, 5.25, 11]) for _ in range(3)]
        plan = journey(*waits, name=name, alongside=chance.random() < 0.5)
        plan.steps.insert(1, PlanStep("rest", kind=StepKind.WAIT, wait_days=chance.randint(0, 4)))
        plans.append(plan_json(plan))
    return person, plans


async def begin(world: World) -> list[WorkflowHandle[Any, Any]]:
    """Everybody enters their journeys, at whole seconds."""
    handles = []
    for number in range(PEOPLE):
        person, plans = life_of(number)
        handle = await world.start(person)
        for plan in plans:
            entered = {"event_id": plan["journey"], "journey": plan["journey"], "plan": plan}
            await handle.execute_update("enroll", entered)
        handles.append(handle)
    return handles


async def planned(handles: list[WorkflowHandle[Any, Any]]) -> list[Planned]:
    listed = [await handle.query("upcoming", result_type=list[Planned]) for handle in handles]
    return [touch for touches in listed for touch in touches]


def by_day(moments: list[datetime]) -> Counter[str]:
    return Counter(moment.astimezone(UTC).date().isoformat() for moment in moments)


async def test_upcoming_touches_are_those_that_are_then_sent(world: World) -> None:
    handles = await begin(world)
    await world.env.sleep(timedelta(seconds=30))
    told = await planned(handles)
    await world.env.sleep(timedelta(days=120))
    assert sorted(touch.key for touch in told) == sorted(touch.key for _, touch in world.sent)
    assert by_day([touch.due for touch in told]) == by_day([moment for moment, _ in world.sent])
    assert await planned(handles) == []


@pytest.mark.parametrize("policy", POLICIES)
async def test_what_a_resume_is_said_to_do_is_what_the_workflows_then_do(world: World, policy: str) -> None:
    handles = await begin(world)
    await world.env.sleep(timedelta(days=1))
    for handle in handles:
        await handle.signal("paused", {"event_id": "p", "scope": "everything"})
    await world.env.sleep(timedelta(days=14))
    before = len(world.sent)
    now = await world.now()
    states = [await handle.query("relationship", result_type=Relationship) for handle in handles]
    told = previews(states, "everything", policy, now)
    resumed = {"event_id": "r", "scope": "everything", "policy": policy, "at": now.isoformat()}
    await asyncio.gather(*(handle.signal("resumed", resumed) for handle in handles))
    await world.env.sleep(timedelta(days=30) - timedelta(seconds=1))
    assert told.overdue > 0
    assert told.by_day == by_day([moment for moment, _ in world.sent[before:]])
    dropped = [fact.touch_key for fact in world.facts if fact.outcome == "dropped"]
    assert len(dropped) == told.dropped
    assert (told.dropped > 0) == (policy == "drop-overdue")
    keys = [touch.key for _, touch in world.sent]
    assert len({*keys, *dropped}) == len(keys) + len(dropped), "nothing twice"


async def test_during_a_pause_nothing_leaves_but_an_acknowledgment(world: World) -> None:
    [handle, *_] = await begin(world)
    await handle.signal("paused", {"event_id": "p", "scope": "everything"})
    await handle.signal("stage_changed", {"event_id": "s", "opening_id": "be-1", "stage": "applied"})
    await world.env.sleep(timedelta(days=5))
    assert [touch.template for _, touch in world.sent if touch.key.startswith("p0/")] == ["received"]
