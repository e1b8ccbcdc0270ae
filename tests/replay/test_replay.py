"""Histories of every released shape are replayed with today's code: what runs for years must not stumble over an upgrade."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from workflows.candidates import Candidate
from workflows.intake import Intake
from workflows.openings import Opening
from workflows.signups import Signup

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))

WORKFLOWS = [Candidate, Opening, Intake, Signup]


def test_there_are_histories_to_replay() -> None:
    assert {path.stem.split("-", 1)[1] for path in HISTORIES} >= {
        "journey",
        "stages",
        "troubles",
        "opening",
        "intake",
        "signup",
    }


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_released_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(path.stem, path.read_text())
    await Replayer(workflows=WORKFLOWS).replay_workflow(history)


async def test_a_history_that_the_code_would_not_make_is_found() -> None:
    path = next(path for path in HISTORIES if path.stem.endswith("journey"))
    raw = json.loads(path.read_text())
    for event in raw["events"]:
        attributes = event.get("activityTaskScheduledEventAttributes")
        if attributes and attributes["activityType"]["name"] == "send_touch":
            attributes["activityType"]["name"] = "send_something_else"
            break
    history = WorkflowHistory.from_json(path.stem, json.dumps(raw))
    with pytest.raises(Exception, match=r"(?i)nondeterminism|non-deterministic"):
        await Replayer(workflows=WORKFLOWS).replay_workflow(history)
