"""Work for people, and facts that they find out: both wake the journeys that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from starter.refusals import Refused
from storage import candidate_facts, tasks
from storage.candidate_facts import KnownFact
from storage.tasks import Task

if TYPE_CHECKING:
    from starter.client import Keepwarm


@dataclass(frozen=True, slots=True)
class StepOfJourney:
    """The step whose work a task is."""

    candidate_id: str
    journey: str
    step: str


def step_of(task: Task) -> StepOfJourney | None:
    """The journey's step that waits for a task (its key: `candidate/task/journey/step/occurrence`); None for other tasks."""
    candidate, kind, rest = [*task.task_key.split("/", 2), "", ""][:3]
    parts = rest.split("/")
    return StepOfJourney(candidate, parts[0], parts[1]) if kind == "task" and len(parts) == 3 else None


async def finish(keepwarm: Keepwarm, task_id: int, outcome: str) -> dict[str, Any]:
    """Tick a task off as `done` or `dropped`; the journey that waits for it goes on. Raises Refused for an unknown one."""
    task = await keepwarm.read(_find, task_id)
    step = step_of(task)
    if step:
        said = {"event_id": f"task-{task.id}-{outcome}", "journey": step.journey, "step": step.step, "outcome": outcome}
        await keepwarm.signal_candidates([step.candidate_id], "task_done", said)
    else:
        await keepwarm.write(tasks.finish, [task.task_key], await keepwarm.now())
    return {
        "task": task.id,
        "outcome": outcome,
        "candidate": task.candidate_id,
        "journey": step.journey if step else "",
    }


async def set_fact(keepwarm: Keepwarm, candidate: str, name: str, value: str, source: str) -> dict[str, Any]:
    """Put a fact about a person on record (an empty value takes it away); waits that count from it are counted again."""
    person = await keepwarm.find(candidate)
    try:
        await keepwarm.write(candidate_facts.put, KnownFact(person.id, name, value, source, await keepwarm.now()))
    except ValueError as error:
        raise Refused(str(error)) from error
    from starter.client import new_event_id

    await keepwarm.signal_candidates([person.id], "profile_changed", {"event_id": new_event_id(), "facts": [name]})
    return {"candidate": person.id, "name": name, "value": value, "source": source}


def _find(connection: Connection, task_id: int) -> Task:
    found = next((task for task in tasks.listed(connection, limit=100_000) if task.id == task_id), None)
    if found is None:
        raise Refused(f"no open task {task_id}; `keepwarm task list` shows them")
    return found
