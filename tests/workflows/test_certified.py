"""A rehearsal and the real workflow agree to the second: same touches, same moments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.worker import Worker

from activities.decisions import decide_by
from domain.conditions import Traits
from domain.definitions import DecideStep, Decision, Definitions, LoadDefinitions
from domain.gates import Gate
from domain.plans import Case, Plan, PlanStep, StepKind, Wait, read_plan
from domain.promises import RemindOf
from domain.rehearsals import Habits, Person, rehearse
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, RecordFacts, SendTouch, Settlement
from domain.windows import Caps, Sent, at_pace, cap_allows
from tests.domain.lives import journey, plan_json
from tests.workflows.conftest import World, skipping_server
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEND_QUEUE

KNOWN = Traits(skills=frozenset({"python"}), facts={"start_date": "2030-03-01"}, country="DE")
ZONE, CAPS = "America/New_York", Caps(1, 2, 6)
FULL = Plan(
    "full",
    1,
    [
        PlanStep("hello", wait_hours=2),
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=100, to=3, otherwise=2),
        PlanStep("again", Channel.SMS, wait=Wait(business_days=3)),
        PlanStep("which", kind=StepKind.BRANCH, wait_days=5, cases=[Case('"python" in skills', 4)], otherwise=5),
        PlanStep("python", wait=Wait(weekdays="0100000", at=700)),
        PlanStep("call", kind=StepKind.TASK, timeout_hours=50, title="Call", work="call"),
        PlanStep("goal", kind=StepKind.GOAL, cases=[Case("tagged('never')", -1)]),
        PlanStep("nearly", wait=Wait(fact="start_date", fact_days=-30, at=600)),
        PlanStep("last", wait_days=30),
    ],
)


@dataclass
class Recorded:
    """Activities that answer as a rehearsal takes the world to answer. `pace` is the one that the gate keeps."""

    world: World
    pace: str = ""

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """Everything leaves that the caps let through."""
        now = await self.world.env.get_current_time()
        sent = [Sent(at, touch.channel) for at, touch in self.world.sent]
        capped = cap_allows(at_pace(CAPS, self.pace), ZONE, sent, now, order.touch.channel)
        if capped.at > now:
            return Settlement(Outcome.DEFERRED, now, Gate.CAP, capped.at)
        self.world.sent.append((now, order.touch))
        return Settlement(Outcome.SENT, now)

    @activity.defn
    async def decide_step(self, order: DecideStep) -> Decision:
        """By the traits on record."""
        step = read_plan(plan_json(FULL)).steps[FULL.position_of(order.step)]
        return decide_by(step, KNOWN, "America/New_York")

    @activity.defn
    async def record_facts(self, order: RecordFacts) -> None:
        """Nothing to keep."""

    @activity.defn
    async def remind(self, order: RemindOf) -> None:
        """Nobody to remind."""

    @activity.defn
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        """The update carries them."""
        return Definitions(False)


@pytest.mark.parametrize("pace", ["", "monthly", "quarterly"])
@pytest.mark.parametrize(
    "plan", [FULL, journey(0, 14, 21.5, 28), journey(3, 90, 90, 90)], ids=["every step", "days", "a year"]
)
async def test_a_rehearsal_is_what_the_workflow_then_does(certifying: Recorded, plan: Plan, pace: str) -> None:
    world, certifying.pace = certifying.world, pace
    relationship: dict[str, Any] = {"zone": ZONE, "caps": CAPS, "closed": [], "pace": pace}
    handle = await world.start(Relationship(f"ada-{plan.journey}-{len(plan.steps)}", **relationship))
    began = (await world.now()).replace(microsecond=0)
    await handle.execute_update(
        "enroll", {"event_id": "e1", "at": began.isoformat(), "journey": plan.journey, "plan": plan_json(plan)}
    )
    await world.env.sleep(timedelta(days=1600))
    person = Person(
        Relationship(f"ada-{plan.journey}-{len(plan.steps)}", **relationship), KNOWN, frozenset({"email", "sms"}),
        frozenset({"nurture/email", "nurture/sms"}),
    )  # fmt: skip
    life = rehearse(person, began, timedelta(days=1600), Habits(), plan_json(plan))
    expected = [(one.touch_key, _to_the_second(one.at)) for one in life if one.kind == "sent"]
    happened = [(touch.key, _to_the_second(moment)) for moment, touch in world.sent]
    assert len(expected) >= len([step for step in plan.steps if step.kind is StepKind.SEND]) - 1
    assert [key for key, _ in happened] == [key for key, _ in expected]
    for (key, real), (_, rehearsed) in zip(happened, expected, strict=True):
        assert abs(real - rehearsed) <= timedelta(seconds=1), (key, real, rehearsed)


def _to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@pytest.fixture
async def certifying() -> AsyncIterator[Recorded]:
    async with skipping_server() as env:
        world = World(env)
        made = Recorded(world)
        light: list[Callable[..., Any]] = [made.record_facts, made.load_definitions, made.decide_step, made.remind]
        async with (
            Worker(env.client, task_queue=QUEUE, workflows=[Candidate], activities=light, max_cached_workflows=100),
            Worker(env.client, task_queue=SEND_QUEUE, activities=[made.send_touch]),
        ):
            yield made
