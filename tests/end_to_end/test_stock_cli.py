"""What the stock `temporal` command line can do to a candidate: all that ours can, and no harm."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage.candidates import NewCandidate
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, Ran, until

pytestmark = pytest.mark.heavy
INTERVIEW = {"event_id": "e1", "opening_id": "be-1", "stage": "interview", "at": "2099-12-01T09:00:00Z", "by": "dana"}
"""The sender's clock may be wrong: a moment in the future counts as now."""


@pytest.fixture(scope="module")
async def deployment(home: Path) -> AsyncIterator[Deployment]:
    async with Deployment(home) as deployed:
        door = deployed.keepwarm
        await door.add_candidate(NewCandidate("Ada", id="42", emails=["ada@example.org"], zone="Europe/Berlin"))
        await door.add_opening(NewOpening("be-1", "Backend engineer"))
        await door.move_opening("be-1", "open")
        await door.apply("42", "be-1")
        yield deployed


async def signal(deployment: Deployment, name: str, *inputs: str) -> Ran:
    """`temporal workflow signal` to Ada."""
    words = [word for text in inputs for word in ("--input", text)]
    return await deployment.temporal("workflow", "signal", "--workflow-id", "candidate-42", "--name", name, *words)


async def why(deployment: Deployment) -> list[str]:
    """What the workflow answers to the query `why`."""
    told = await deployment.temporal(
        "workflow", "query", "--workflow-id", "candidate-42", "--type", "why", "--output", "json"
    )
    assert told.code == 0, told.err
    lines: list[str] = json.loads(told.out)["queryResult"][0]
    return lines


async def last_decision(deployment: Deployment) -> str:
    """What the workflow noted last."""
    lines = [line for line in await why(deployment) if not line.startswith("could not be read")]
    return lines[-1]


async def subjects(deployment: Deployment) -> list[str]:
    """The subjects of all that lies in the mailbox."""
    return [mail.subject for mail in await deployment.mailbox.messages()]


async def test_a_stage_signalled_three_times_is_one_congratulation(deployment: Deployment) -> None:
    async def acknowledged() -> bool:
        return len(await subjects(deployment)) == 1

    await until("Ada is acknowledged", acknowledged)
    for _ in range(3):
        told = await signal(deployment, "stage_changed", json.dumps(INTERVIEW))
        assert told.code == 0, told.err

    async def congratulated() -> bool:
        return len(await subjects(deployment)) > 1

    await until("Ada is congratulated", congratulated)
    again = INTERVIEW | {"event_id": "e2"}
    await signal(deployment, "stage_changed", json.dumps(again))

    async def heard() -> list[dict[str, Any]]:
        return await deployment.rows("select outcome from stage_log where event_id = 'e2'")

    assert await until("the repeated signal is on record", heard) == [{"outcome": "repeated"}]
    mails = await deployment.mailbox.messages()
    assert [mail.to for mail in mails] == [("ada@example.org",)] * 2
    assert len({mail.headers["message-id"] for mail in mails}) == 2
    row = await deployment.rows("select template, state from ledger order by id")
    assert row == [{"template": "received", "state": "accepted"}, {"template": "interview", "state": "accepted"}]


async def test_people_are_found_by_their_state(deployment: Deployment) -> None:
    async def found() -> bool:
        listed = await deployment.temporal(
            "workflow", "list", "--query", 'KeepwarmState = "in_process"', "--output", "json"
        )
        assert listed.code == 0, listed.err
        return [run["execution"]["workflowId"] for run in json.loads(listed.out)] == ["candidate-42"]

    await until("the stock list finds Ada", found)
    staged = await deployment.temporal(
        "workflow", "list", "--query", 'KeepwarmStages = "be-1:interview"', "--output", "json"
    )
    assert len(json.loads(staged.out)) == 1


@pytest.mark.parametrize(
    ("name", "inputs", "said"),
    [
        ("stage_changed", ('"nonsense"',), "needs one JSON object"),
        ("stage_changed", ('{"opening_id": "be-1"}',), "lacks stage"),
        ("stage_changed", ('{"opening_id": "be-1", "stage": {"deep": 1}}',), "must be a text"),
        ("stage_changed", ('{"opening_id": "nowhere-9", "stage": "interview"}',), "no opening nowhere-9"),
        ("enrolled", ('{"journey": "no-such"}',), "no published version of no-such"),
        ("consent_changed", ('{"purpose": "world", "channel": "email", "granted": true}',), "use one of"),
        ("snoozed", ('{"until": "soon"}',), "use ISO 8601"),
        ("opening_announced", ('{"opening_id": "be-1", "round": "first"}',), "use a whole number"),
    ],
)
async def test_a_signal_that_cannot_be_read_is_shown_and_hurts_nothing(
    deployment: Deployment, name: str, inputs: tuple[str, ...], said: str
) -> None:
    assert (await signal(deployment, name, *inputs)).code == 0

    async def shown() -> bool:
        return any(said in line for line in await why(deployment))

    await until(f"`why` shows {said!r}", shown)


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("stage_changed", ()),
        ("stage_changed", ("1", "2")),
        ("stage_changed", (r'{"opening_id": "be-1", "stage": "interview", "by": "da\u0000na"}',)),
        ("stage_changed", (r'{"event_id": "\ud800", "opening_id": "be-1", "stage": "interview"}',)),
        ("stage_changed", ('{"opening_id": "be-1", "stage": "offer", "at": "0001-01-01T00:00:00+14:00"}',)),
        ("enrolled", ('{"journey": "silver-medalist", "version": 99999999999}',)),
        ("opening_announced", ('{"opening_id": "be-1", "round": 99999999999}',)),
        ("snoozed", ('{"until": "9999-12-31T23:59:59-14:00"}',)),
        ("profile_changed", ('{"zone": "Mars/Olympus"}',)),
        ("no_such_signal", ('{"a": 1}',)),
        ("roll_over", ("1",)),
    ],
)
async def test_a_signal_of_the_wrong_shape_leaves_the_workflow_at_work(
    deployment: Deployment, name: str, inputs: tuple[str, ...]
) -> None:
    assert (await signal(deployment, name, *inputs)).code == 0
    for text in ("paused", "resumed"):
        assert (await signal(deployment, text, json.dumps({"by": f"{name} {inputs}"}))).code == 0

        async def done(text: str = text) -> bool:
            return text in (await last_decision(deployment))

        await until(f"the workflow {text}", done)


async def test_an_update_answers_what_will_happen_and_refuses_with_the_cure(deployment: Deployment) -> None:
    def change(stage: str, event_id: str) -> tuple[str, ...]:
        request = json.dumps({"event_id": event_id, "opening_id": "be-1", "stage": stage})
        return (
            *("workflow", "update", "execute", "--workflow-id", "candidate-42", "--name", "change_stage"),
            *("--input", request, "--output", "json"),
        )

    refused = await deployment.temporal(*change("knighted", "u0"))
    assert refused.code != 0
    assert "no stage 'knighted' at be-1; stages: applied, screening, interview" in refused.err + refused.out
    answered = await deployment.temporal(*change("offer", "u1"))
    assert answered.code == 0, answered.err
    assert json.loads(answered.out)["result"] == {"stage": "offer", "will": "send offer now"}


async def test_a_workflow_that_is_reset_writes_nothing_twice(deployment: Deployment) -> None:
    person = NewCandidate("Bo", id="43", emails=["bo@example.org"], zone="Europe/Berlin")
    await deployment.keepwarm.add_candidate(person)
    await deployment.keepwarm.apply("43", "be-1")
    await deployment.sent("43", "received")
    await deployment.keepwarm.change_stage("43", "be-1", "screening")
    await deployment.sent("43", "advanced")
    reset = ("workflow", "reset", "--workflow-id", "candidate-43", "--type", "FirstWorkflowTask", "--reason", "a test")
    told = await deployment.temporal(*reset)
    assert told.code == 0, told.err

    async def heard_again() -> bool:
        ran = await deployment.temporal("workflow", "show", "--workflow-id", "candidate-43", "--output", "json")
        events: list[dict[str, Any]] = json.loads(ran.out)["events"] if ran.code == 0 else []
        done = [event for event in events if event["eventType"] == "EVENT_TYPE_ACTIVITY_TASK_COMPLETED"]
        return len(done) >= 2

    await until("the new run has asked for both messages", heard_again)
    mails = [mail.subject for mail in await deployment.mailbox.messages() if "bo@example.org" in mail.to]
    assert len(mails) == 2, mails
    assert await deployment.violations() == []
