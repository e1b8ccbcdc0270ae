"""Pauses as they are commanded: durable, told to exactly those concerned, and a resume that does what it said it would do."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from typer.testing import CliRunner

from activities.facts import Facts
from config.settings import Settings
from domain.facts import FactKind
from domain.gates import Gate
from domain.relationships import Relationship
from starter.cli import app
from starter.client import Keepwarm
from starter.doctor import examine
from starter.pauses import Target, find_target, foresee, pause, resume
from starter.preparations import register_search_attributes
from starter.rebuild import house_of, relationship_from, relationships_from
from starter.refusals import Refused
from storage import controls, journeys
from storage import facts as storage_facts
from storage import pauses as record
from storage.candidates import NewCandidate, add
from storage.tables import controls as controls_table
from storage.tables import ledger as ledger_table
from tests.domain.lives import Life, journey, plan_json
from tests.starter.temporal import leaving_nobody
from workflows.candidates import Candidate
from workflows.names import QUEUE, candidate_workflow_id

MONDAY = datetime(2027, 2, 8, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
POLICIES = ("shift", "drop-overdue", "spread:3d")


def set_clock(engine: Engine, story: datetime) -> None:
    """Let it be a moment of the story, standing still for the length of a test."""
    clock = {"real_anchor": datetime.now(UTC).isoformat(), "story_anchor": story.isoformat(), "speed": 1.0}
    with engine.begin() as connection:
        connection.execute(controls_table.delete().where(controls_table.c.name == "clock"))
        connection.execute(insert(controls_table).values(name="clock", value=clock))


def publish_plan(engine: Engine, name: str, *waits: float) -> dict[str, Any]:
    plan = plan_json(journey(*waits, name=name, alongside=True))
    with engine.begin() as connection:
        journeys.publish(connection, name, title=name, snapshot={}, digest=name, plan_of=lambda version: plan)
    return plan


# Five hundred


def crowd(engine: Engine, number: int) -> list[Life]:
    """People in a journey, on record; its first message falls due somewhere in the next two weeks."""
    plans = [publish_plan(engine, f"hello-{waits}", waits, 3, 9) for waits in range(1, 15)]
    set_clock(engine, MONDAY)
    lives = []
    with engine.begin() as connection:
        for one in range(number):
            add(
                connection,
                NewCandidate(f"Person {one}", id=f"p{one}", emails=[f"p{one}@example.org"], country="SE", zone="UTC"),
            )
        house = house_of(connection, Settings(external_database="postgresql://x/y"))
        states = relationships_from(connection, house, [f"p{one}" for one in range(number)])
        for one, state in enumerate(states.values()):
            life, chance = Life(state, now=MONDAY), random.Random(one)
            plan = plans[chance.randrange(len(plans))]
            moment = MONDAY + timedelta(minutes=chance.randrange(60 * 24))
            life.now = moment
            life.happen("enrolled", journey=plan["journey"], version=1, plan=plan)
            storage_facts.apply(connection, state.candidate_id, life.facts)
            lives.append(life)
    return lives


async def test_two_weeks_of_pause_with_five_hundred_overdue_end_without_a_burst_as_it_was_said(
    engine: Engine, database_url: str
) -> None:
    lives = await asyncio.to_thread(crowd, engine, 500)
    door = Keepwarm(None, engine, Settings(external_database=database_url))  # type: ignore[arg-type]
    begun, ended = MONDAY + 1.5 * DAY, MONDAY + 15.5 * DAY
    with engine.begin() as connection:
        controls.pause(connection, begun, "dana")
        record.remember(connection, "everything", [life.relationship.candidate_id for life in lives])
    for life in lives:
        life.live(seconds=(begun - life.now).total_seconds())
        keep_sent(engine, life)
        life.happen("paused", scope="everything")
        life.live(seconds=(ended - life.now).total_seconds())
    set_clock(engine, ended)
    target, before = Target("everything"), {life.relationship.candidate_id: asdict(life.relationship) for life in lives}
    for policy in POLICIES:
        said = await foresee(door, target, policy)
        sent, dropped = Counter[str](), 0
        moments = []
        for life in lives:
            again = Life(relationship_of(before[life.relationship.candidate_id]), now=ended)
            again.happen("resumed", scope="everything", policy=policy, event_id="resumed")
            dropped += sum(one.outcome == Gate.DROPPED for one in again.facts if one.kind is FactKind.NOT_SENT)
            again.live(days=30)
            sent.update(moment.date().isoformat() for moment, _ in again.sent)
            moments += [moment for moment, _ in again.sent]
        assert said.people == 500
        assert said.overdue > 450
        assert (said.dropped, dict(said.by_day)) == (dropped, dict(sent)), policy
        assert most_within(moments, timedelta(minutes=10)) < 120, policy
        assert dropped > 450 if policy == "drop-overdue" else dropped == 0


def keep_sent(engine: Engine, life: Life) -> None:
    """What was sent so far, as the ledger has it."""
    rows = [
        {
            "touch_key": touch.key, "candidate_id": life.relationship.candidate_id, "purpose": touch.purpose,
            "channel": touch.channel, "template": touch.template, "journey": touch.journey, "version": touch.version,
            "state": "accepted", "due": touch.due, "accepted_at": moment, "settled_at": moment, "handed_over_at": moment,
        }
        for moment, touch in life.sent
    ]  # fmt: skip
    if rows:
        with engine.begin() as connection:
            connection.execute(insert(ledger_table), rows)


def relationship_of(raw: dict[str, Any]) -> Relationship:
    """A relationship as its workflow would carry it over."""
    converter = DataConverter().payload_converter
    [state] = converter.from_payloads(converter.to_payloads([raw]), [Relationship])
    return state  # type: ignore[no-any-return]


def most_within(moments: list[datetime], span: timedelta) -> int:
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - span:
            first += 1
        most = max(most, last - first + 1)
    return most


# Told to exactly those concerned


@pytest.fixture
async def keepwarm(
    engine: Engine, async_engine: AsyncEngine, database_url: str, temporal_server: str
) -> AsyncIterator[Keepwarm]:
    """The door beside a worker that records for real; four people of Dana's and Erik's in two journeys, and one in none."""
    client = await Client.connect(temporal_server)
    await register_search_attributes(client)
    set_clock(engine, MONDAY)
    door = Keepwarm(client, engine, Settings(external_database=database_url))
    worker = Worker(
        client, task_queue=QUEUE, workflows=[Candidate], activities=[Facts(async_engine).record_facts],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )  # fmt: skip
    for name in ("hello", "news"):
        publish_plan(engine, name, 10, 10)
    async with leaving_nobody(client), worker:
        for name, owner in {"anna": "dana", "bela": "dana", "carl": "erik", "duke": "erik", "erin": "dana"}.items():
            person = NewCandidate(name.title(), id=name, emails=[f"{name}@example.org"], zone="UTC", owner=owner)
            await door.add_candidate(person)
        for name, entered in {"anna": "hello", "bela": "news", "carl": "hello", "duke": "news"}.items():
            await door.enroll(name, entered)
            await until_planned(engine, name)
        yield door


async def until_planned(engine: Engine, name: str) -> None:
    """The worker has written what is planned."""
    async with asyncio.timeout(20):
        while True:
            with engine.connect() as connection:
                if name in record.concerned(connection, "everything"):
                    return
            await asyncio.sleep(0.02)


async def state_of(keepwarm: Keepwarm, name: str) -> Relationship:
    """What the workflow knows once it has taken in what was signalled, and has written it."""
    handle: Any = keepwarm.client.get_workflow_handle(candidate_workflow_id(name))
    async with asyncio.timeout(20):
        while True:
            state: Relationship = await handle.query("relationship", result_type=Relationship)
            if not state.inbox and not state.unrecorded:
                return state
            await asyncio.sleep(0.02)


async def paused_people(keepwarm: Keepwarm, scope: str) -> list[str]:
    names = ("anna", "bela", "carl", "duke", "erin")
    return [name for name in names if scope in (await state_of(keepwarm, name)).pauses]


@pytest.mark.parametrize(
    ("scope", "concerned"),
    [
        ("everything", ["anna", "bela", "carl", "duke"]),
        ("journey:hello", ["anna", "carl"]),
        ("sender:dana", ["anna", "bela"]),
        ("template:news-2", ["bela", "duke"]),
    ],
)
async def test_a_pause_and_its_end_are_told_to_exactly_those_concerned(
    keepwarm: Keepwarm, scope: str, concerned: list[str]
) -> None:
    assert await pause(keepwarm, Target(scope), by="dana") == len(concerned)
    assert await paused_people(keepwarm, scope) == concerned
    assert await resume(keepwarm, Target(scope), "shift") == len(concerned)
    assert await paused_people(keepwarm, scope) == []
    with keepwarm.engine.connect() as connection:
        assert controls.pauses(connection) == {}
        assert record.told_scopes(connection) == []


async def test_a_resume_reaches_whoever_left_what_was_paused_meanwhile(keepwarm: Keepwarm) -> None:
    await pause(keepwarm, Target("journey:hello"))
    await keepwarm.unenroll("anna", "hello")
    await resume(keepwarm, Target("journey:hello"), "shift")
    assert await paused_people(keepwarm, "journey:hello") == []


async def test_whoever_enters_a_paused_journey_waits_from_the_beginning_and_hears_of_the_end(
    keepwarm: Keepwarm,
) -> None:
    await pause(keepwarm, Target("journey:hello"))
    await keepwarm.enroll("erin", "hello")
    assert await paused_people(keepwarm, "journey:hello") == ["anna", "carl", "erin"]
    await resume(keepwarm, Target("journey:hello"), "shift")
    assert await paused_people(keepwarm, "journey:hello") == []


async def test_a_workflow_that_was_lost_in_a_pause_is_rebuilt_paused(keepwarm: Keepwarm) -> None:
    await pause(keepwarm, Target("sender:dana"))
    await keepwarm.pause("carl")
    assert (await state_of(keepwarm, "carl")).paused_at is not None
    before = await state_of(keepwarm, "bela")
    for name in ("anna", "bela", "carl", "erin"):
        await keepwarm.client.get_workflow_handle(candidate_workflow_id(name)).terminate()
    await keepwarm.start_again(["anna", "bela", "carl", "erin"])
    assert await paused_people(keepwarm, "sender:dana") == ["anna", "bela"]
    assert (await state_of(keepwarm, "carl")).paused_at is not None
    after = await state_of(keepwarm, "bela")
    assert after.pauses == before.pauses
    assert after.enrollments == before.enrollments


async def test_a_pause_that_is_begun_again_keeps_its_beginning_and_an_end_twice_changes_nothing(
    keepwarm: Keepwarm,
) -> None:
    await pause(keepwarm, Target("journey:hello"))
    since = (await state_of(keepwarm, "anna")).pauses
    await pause(keepwarm, Target("journey:hello"))
    assert (await state_of(keepwarm, "anna")).pauses == since
    await resume(keepwarm, Target("journey:hello"), "shift")
    due = (await state_of(keepwarm, "anna")).enrollments["hello"].due
    assert await resume(keepwarm, Target("journey:hello"), "drop-overdue") == 0
    assert (await state_of(keepwarm, "anna")).enrollments["hello"].due == due


async def test_the_shift_of_a_pause_is_found_again_when_the_workflow_is_lost_after_it(keepwarm: Keepwarm) -> None:
    await pause(keepwarm, Target("journey:hello"))
    set_clock(keepwarm.engine, MONDAY + 4 * DAY)
    state = await state_of(keepwarm, "anna")
    state.clock = controls_clock(keepwarm)
    life = Life(state, now=MONDAY + 4 * DAY)
    facts = life.happen("resumed", scope="journey:hello")
    with keepwarm.engine.begin() as connection:
        controls.resume(connection, "dana", "journey:hello")
        record.forget(connection, "journey:hello")
        storage_facts.apply(connection, "anna", facts)
        again = relationship_from(connection, house_of(connection, keepwarm.settings), "anna")
    assert again.enrollments["hello"].due == state.enrollments["hello"].due
    assert again.enrollments["hello"].due - MONDAY > 13.9 * DAY
    assert again.enrollments["hello"].since == state.enrollments["hello"].since


def controls_clock(keepwarm: Keepwarm) -> Any:
    with keepwarm.engine.connect() as connection:
        return controls.clock(connection)


async def test_a_resume_that_was_interrupted_is_found_by_the_doctor_and_finished_by_another(keepwarm: Keepwarm) -> None:
    await pause(keepwarm, Target("journey:hello"))
    with keepwarm.engine.begin() as connection:
        controls.resume(connection, "dana", "journey:hello")
    [found] = [finding for finding in await examine(keepwarm) if finding.kind == "half_resumed"]
    assert found.ids == ["journey:hello"]
    assert await resume(keepwarm, Target("journey:hello"), "shift") == 2
    assert await paused_people(keepwarm, "journey:hello") == []
    assert not [finding for finding in await examine(keepwarm) if finding.kind == "half_resumed"]


# Commands


@pytest.fixture
def command_line(keepwarm: Keepwarm, monkeypatch: pytest.MonkeyPatch, database_url: str, temporal_server: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)


async def run(*words: str, code: int = 0) -> str:
    """What a command says; as JSON where it is asked for."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    assert result.exit_code == code, f"{words}: {result.output} {result.exception!r}"
    return result.output if code else result.stdout


@pytest.mark.usefixtures("command_line")
async def test_a_journey_is_paused_and_resumed_by_command_and_by_its_alias(keepwarm: Keepwarm) -> None:
    assert "2 people wait" in await run("pause", "--journey", "hello", "--because", "a wrong link", "--by", "dana")
    assert "journey hello is paused" in await run("pauses")
    [found] = json.loads(await run("pauses", "--json"))
    assert (found["scope"], found["because"], found["by"]) == ("journey:hello", "a wrong link", "dana")
    set_clock(keepwarm.engine, MONDAY + 14 * DAY)
    dry = json.loads(await run("resume", "--journey", "hello", "--policy", "drop-overdue", "--dry-run", "--json"))
    assert dry["effects"]["drop-overdue"] | {"by_day": {}} == {"people": 2, "overdue": 2, "dropped": 2, "by_day": {}}
    assert await paused_people(keepwarm, "journey:hello") == ["anna", "carl"]
    assert "--policy shift" in await run("resume", "--journey", "hello", code=1)
    assert "2 overdue" in await run("journey", "resume", "hello", "--policy", "spread:3d", "--yes")
    assert await paused_people(keepwarm, "journey:hello") == []
    assert "news is paused" in await run("journey", "pause", "news")
    assert "is no way to resume" in await run("resume", "--journey", "news", "--policy", "now", code=1)


@pytest.mark.usefixtures("command_line")
async def test_a_person_is_paused_and_resumed_by_command(keepwarm: Keepwarm) -> None:
    assert "anna is paused; keepwarm resume anna" in await run("pause", "anna@example.org")
    assert (await state_of(keepwarm, "anna")).paused_at is not None
    assert "anna goes on" in await run("resume", "anna")
    assert (await state_of(keepwarm, "anna")).paused_at is None


@pytest.mark.usefixtures("command_line")
async def test_the_kill_switch_of_a_scope_is_thrown_and_released_by_command(keepwarm: Keepwarm) -> None:
    assert "nothing of template hello-1 leaves until `keepwarm go --template hello-1`" in await run(
        "stop", "--template", "hello-1"
    )
    assert "nothing leaves until `keepwarm go`" in await run("stop", "--because", "a wrong template")
    with keepwarm.engine.connect() as connection:
        assert sorted(controls.stops(connection)) == ["everything", "template:hello-1"]
    assert "template hello-1 is stopped" in await run("pauses")
    assert "going: 0 people" in await run("go")
    await run("go", "--template", "hello-1")
    with keepwarm.engine.connect() as connection:
        assert controls.stops(connection) == {}


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ((), "name one candidate, or one of"),
        (("anna", "--everything"), "name one candidate, or one of"),
        (("--journey", "helo"), "did you mean hello?"),
        (("--sender", "dan"), "did you mean dana?"),
        (("--template", "hello-3"), "did you mean hello-"),
        (("nobody",), "no candidate 'nobody'"),
    ],
)
@pytest.mark.usefixtures("command_line")
async def test_what_can_not_be_paused_is_refused_with_the_cure(words: tuple[str, ...], cure: str) -> None:
    assert cure in await run("pause", *words, code=1)


def test_a_shipped_message_can_be_paused_before_any_journey_is_published(engine: Engine) -> None:
    with engine.connect() as connection:
        assert find_target(connection, template="interview") == Target("template:interview")
        with pytest.raises(Refused, match="no sender 'dana'"):
            find_target(connection, sender="dana")
