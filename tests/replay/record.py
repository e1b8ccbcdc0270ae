"""Record the histories that `test_replay` replays for ever: `python -m tests.replay.record NAME`.

Run it once for a release that changed what workflows do, with the release's name (`0.2.0`); commit the files, never change them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.worker import Worker

from domain.clocks import Clock
from domain.definitions import Definitions
from domain.gates import Gate
from domain.promises import answer_id
from domain.relationships import Relationship
from domain.signups import CONFIRM_WITHIN
from domain.touches import Outcome, Settlement
from domain.windows import ALWAYS
from starter.intake import nudge
from starter.signups import await_confirmation
from tests.workflows.conftest import World, refused_once, skipping_server, skipping_world
from tests.workflows.test_intake import Heap, heap_with_worker
from tests.workflows.test_openings import Board, opening_board
from tests.workflows.test_signups import Record, until_ended
from workflows.names import INTAKE_ID, QUEUE, candidate_workflow_id, signup_workflow_id
from workflows.signups import Signup

HISTORIES = Path(__file__).parent / "histories"


async def lives(world: World) -> AsyncIterator[str]:
    """Act out the shapes worth keeping; yields the candidate whose history is complete."""
    steps = [{"id": f"step-{n}", "channel": "email", "wait_days": 7 * n} for n in range(3)]
    plan = {"journey": "passive-prospect", "version": 1, "steps": steps}
    signal = world.env.client.get_workflow_handle
    await world.start(Relationship("journey", zone="Europe/Berlin"))
    await signal(candidate_workflow_id("journey")).execute_update(
        "enroll", {"journey": "passive-prospect", "plan": plan}
    )
    await world.env.sleep(timedelta(days=40))
    yield "journey"

    await world.start(Relationship("stages", zone="America/New_York", owner="dana"))
    handle = signal(candidate_workflow_id("stages"))
    for number, stage in enumerate(("applied", "screening", "interview", "rejected", "interview", "offer", "hired")):
        change = {
            "event_id": f"e{number}",
            "opening_id": "be-1",
            "stage": stage,
            "has_reason": True,
            "has_feedback": True,
        }
        await handle.execute_update("change_stage", change, result_type=dict)
        await world.env.sleep(timedelta(minutes=10))
    yield "stages"

    await world.start(Relationship("troubles"))
    handle = signal(candidate_workflow_id("troubles"))
    now = await world.now()
    world.answers += [refused_once(), Settlement(Outcome.DEFERRED, now, Gate.CAP, now + timedelta(days=1))]
    world.definitions["passive-prospect"] = Definitions(found=True, plan=plan)
    await handle.signal("enrolled", {"journey": "passive-prospect"})
    await handle.signal("stage_changed", "nonsense")
    await handle.signal("opening_announced", {"opening_id": "be-2"})
    await world.env.sleep(timedelta(days=3))
    await handle.signal("paused", {"event_id": "p1"})
    await world.env.sleep(timedelta(days=3))
    await handle.signal("resumed", {"event_id": "p2"})
    await handle.signal("message_received", {"event_id": "m1", "kind": "no"})
    await world.env.sleep(timedelta(days=30))
    yield "troubles"

    async for candidate_id in dealings(world, plan):
        yield candidate_id
    async for candidate_id in conversations(world, plan):
        yield candidate_id


async def dealings(world: World, plan: dict[str, Any]) -> AsyncIterator[str]:
    """What a candidate says and does: an answer that was none, a question, an interview, a bounce, and the end."""
    await world.start(Relationship("dealings", window=ALWAYS))
    handle = world.env.client.get_workflow_handle(candidate_workflow_id("dealings"))
    await handle.execute_update("enroll", {"journey": "passive-prospect", "plan": plan})
    await world.env.sleep(timedelta(hours=1))
    await handle.signal("message_received", {"event_id": "m1", "kind": "reply", "message_id": "1"})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("message_corrected", {"event_id": "m2", "kind": "auto_reply", "message_id": "1"})
    await handle.signal("message_received", {"event_id": "m3", "kind": "question", "message_id": "2"})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("question_answered", {"event_id": "q1", "message_id": "2", "by": "dana"})
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": "bounced"})
    await world.env.sleep(timedelta(days=5))
    await handle.signal("contact_corrected", {"event_id": "c1"})
    await world.env.sleep(timedelta(days=5))
    starts_at = (await world.now() + timedelta(days=3)).isoformat()
    booked = {"event_id": "b1", "opening_id": "be-1", "booking": "u1", "starts_at": starts_at, "sequence": 0}
    await handle.signal("booked", booked)
    await world.env.sleep(timedelta(days=2, hours=12))
    await handle.signal("unbooked", {"event_id": "b2", "booking": "u1", "sequence": 1})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("erased", {"event_id": "x1"})
    await handle.result()
    yield "dealings"


async def conversations(world: World, plan: dict[str, Any]) -> AsyncIterator[str]:
    """What comes back: a wait that no answer answered, a message that bounced, an answer that failed; and a pause that lets others act."""
    await world.start(Relationship("conversations", window=ALWAYS))
    handle = world.env.client.get_workflow_handle(candidate_workflow_id("conversations"))
    asking = {
        "journey": "asking", "version": 1,
        "steps": [
            {"id": "question", "channel": "email"},
            {"id": "ask", "kind": "wait_for", "events": ["reply"], "timeout_hours": 240, "to": 3, "otherwise": 2},
            {"id": "reminder", "channel": "email"},
            {"id": "thanks", "channel": "email", "wait_days": 3},
        ],
    }  # fmt: skip
    await handle.execute_update("enroll", {"journey": "asking", "plan": asking})
    await world.env.sleep(timedelta(seconds=1))
    await handle.execute_update("enroll", {"journey": "passive-prospect", "plan": plan})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("message_received", {"event_id": "m1", "kind": "reply", "message_id": "1"})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("message_corrected", {"event_id": "m2", "kind": "auto_reply", "message_id": "1"})
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": "bounced", "touch_key": world.sent[-1][1].key})
    await world.env.sleep(timedelta(days=2))
    await handle.signal("contact_corrected", {"event_id": "c1"})
    await world.env.sleep(timedelta(days=1))
    await handle.signal("paused", {"event_id": "p1", "scope": "journey:asking"})
    await world.env.sleep(timedelta(days=3))
    await handle.signal("resumed", {"event_id": "p2", "scope": "journey:asking"})
    await handle.signal("profile_changed", {"event_id": "w1", "pace": "monthly"})
    await handle.signal("message_received", {"event_id": "m3", "kind": "question", "message_id": "2"})
    now = await world.now()
    world.answers.append(Settlement(Outcome.FAILED, now, Gate.UNDELIVERABLE, because="refused"))
    letter = {"template": "letter", "purpose": "service", "channel": "email", "due": now.isoformat()}
    for number in (1, 2):
        await handle.execute_update(
            "schedule_touch", {"event_id": f"a{number}", "touch_id": answer_id(2, str(number)), **letter}
        )
        await world.env.sleep(timedelta(hours=1))
    await world.env.sleep(timedelta(days=80))
    yield "conversations"


def _nameless(node: Any) -> Any:
    """The history without what tells of the machine that recorded it: stack traces and worker identities."""
    if isinstance(node, dict):
        return {key: _nameless(value) for key, value in node.items() if key not in ("stackTrace", "identity")}
    return [_nameless(value) for value in node] if isinstance(node, list) else node


async def an_opening(board: Board) -> WorkflowHistory:
    """Opened, announced with a failure on the way, filled, reopened."""
    board.failures = 1
    handle = await board.start()
    for step in ("open", "fill", "reopen", "close"):
        await handle.execute_update(step, result_type=dict)
        await board.env.sleep(timedelta(minutes=2))
    return await handle.fetch_history()


async def an_intake(heap: Heap) -> WorkflowHistory:
    """Pages, an input that is read at the second try, a rest, and more."""
    heap.waiting, heap.failing = [1, 2, 3], {2: 1}
    await nudge(heap.env.client)
    await heap.env.sleep(timedelta(minutes=2))
    heap.waiting = [4]
    await nudge(heap.env.client)
    await heap.env.sleep(timedelta(minutes=2))
    return await heap.env.client.get_workflow_handle(INTAKE_ID).fetch_history()


async def a_signup() -> WorkflowHistory:
    """Not confirmed, and deleted after a failure."""
    async with skipping_server() as env:
        record = Record(env, failing=1)
        async with Worker(env.client, task_queue=QUEUE, workflows=[Signup], activities=[record.lapse_signup]):
            await await_confirmation(env.client, 7, "ada", Clock())
            await env.sleep(CONFIRM_WITHIN + timedelta(minutes=5))
            await until_ended(env, 7)
        return await env.client.get_workflow_handle(signup_workflow_id(7)).fetch_history()


async def main(release: str) -> None:
    """Write one history per life."""

    def keep(name: str, history: WorkflowHistory) -> None:
        text = json.dumps(_nameless(json.loads(history.to_json())), indent=1)
        (HISTORIES / f"{release}-{name}.json").write_text(text + "\n")

    async with opening_board() as board:
        keep("opening", await an_opening(board))
    async with heap_with_worker() as heap:
        keep("intake", await an_intake(heap))
    keep("signup", await a_signup())
    async with skipping_world() as world:
        async for candidate_id in lives(world):
            history = await world.env.client.get_workflow_handle(candidate_workflow_id(candidate_id)).fetch_history()
            keep(candidate_id, history)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
