"""What a candidate experiences, and when, with the real workflow under time skipping."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError

from domain.definitions import Definitions
from domain.facts import FactKind
from domain.gates import Gate
from domain.relationships import Relationship
from domain.touches import Outcome, Settlement
from domain.windows import ALWAYS, Caps, Window, zone_of
from tests.workflows.conftest import World, refused_once
from workflows.names import QUEUE, candidate_workflow_id


def plan(*steps: tuple[str, str, int], journey: str = "passive-prospect", **more: Any) -> dict[str, Any]:
    """A plan of (id, channel, wait in days)."""
    listed = [{"id": name, "channel": channel, "wait_days": days} for name, channel, days in steps]
    return {"journey": journey, "version": 1, "steps": listed, **more}


async def run_id(world: World, candidate_id: str) -> str:
    """The id of the candidate's present run."""
    execution = WorkflowExecution(workflow_id=candidate_workflow_id(candidate_id))
    request = DescribeWorkflowExecutionRequest(namespace=world.env.client.namespace, execution=execution)
    described = await world.env.client.workflow_service.describe_workflow_execution(request)
    return described.workflow_execution_info.execution.run_id


async def settle(world: World, span: timedelta = timedelta(minutes=1)) -> None:
    """Let the server's clock run on."""
    await world.env.sleep(span)


async def test_the_same_stage_signal_three_times_congratulates_once(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    signal = {"event_id": "e1", "opening_id": "be-1", "stage": "interview", "at": "2020-01-01T09:00:00Z", "by": "dana"}
    for _ in range(3):
        await handle.signal("stage_changed", signal)
    await handle.signal("stage_changed", {**signal, "event_id": "e2"})
    await settle(world)
    assert world.templates() == ["interview"]
    outcomes = [fact.outcome for fact in world.facts if fact.kind is FactKind.STAGE]
    assert outcomes == ["entered", "repeated"]


async def test_a_refusal_taken_back_inside_its_delay_is_never_sent_and_why_says_so(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "interview"})
    await settle(world)
    answer = await handle.execute_update(
        "change_stage",
        {"event_id": "e2", "opening_id": "be-1", "stage": "rejected", "has_reason": True, "has_feedback": True},
        result_type=dict[str, str],
    )
    assert answer["stage"] == "rejected"
    assert "unless taken back" in answer["will"]
    await settle(world, timedelta(hours=2, minutes=50))
    await handle.signal("stage_changed", {"event_id": "e3", "opening_id": "be-1", "stage": "interview"})
    await settle(world, timedelta(days=30))
    assert [name for name in world.templates() if name != "holding"] == ["interview"]
    assert any(f.kind is FactKind.NOT_SENT and f.outcome == Gate.WITHDRAWN for f in world.facts)
    assert any("not sent refused" in line for line in await handle.query("why", result_type=list[str]))


async def test_a_refusal_leaves_after_its_delay(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    began = await world.now()
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "rejected"})
    await settle(world, timedelta(hours=4))
    assert world.templates() == ["refused"]
    assert timedelta(hours=3) <= world.sent[0][0] - began < timedelta(hours=3, minutes=1)


async def test_a_year_of_touches_stays_inside_the_window_on_both_sides_of_daylight_saving(world: World) -> None:
    zone = "America/New_York"
    window = Window("1111100", 9 * 60, 18 * 60)
    handle = await world.start(Relationship("ada", zone=zone, window=window))
    steps = [(f"month-{n}", "email", 30) for n in range(12)]
    await handle.execute_update(
        "enroll", {"event_id": "e1", "journey": "silver", "plan": plan(*steps, journey="silver")}
    )
    await settle(world, timedelta(days=420))
    assert len(world.sent) == 12
    local = [moment.astimezone(zone_of(zone)) for moment, _ in world.sent]
    assert all(window.covers(moment) for moment in local), local
    assert len({moment.utcoffset() for moment in local}) == 2, "the year must cross a change of clocks"
    assert local == sorted(local)


async def test_a_reply_ends_the_journey_before_its_next_touch(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    steps = plan(("hello", "email", 0), ("again", "email", 7))
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    await settle(world, timedelta(days=2))
    await handle.signal("message_received", {"event_id": "e2", "kind": "reply"})
    await settle(world, timedelta(days=30))
    assert world.templates() == ["hello"]
    statuses = [f.outcome for f in world.facts if f.kind is FactKind.ENROLLMENT]
    assert statuses == ["active", "exited"]


async def test_a_touch_in_retry_that_is_no_longer_wanted_is_cancelled(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "rejected"})
    world.answers += [refused_once() for _ in range(8)]
    await settle(world, timedelta(hours=3, minutes=1))
    assert world.orders, "the refusal was tried"
    await handle.signal("stage_changed", {"event_id": "e2", "opening_id": "be-1", "stage": "screening"})
    await settle(world, timedelta(days=1))
    assert "refused" not in world.templates()
    assert any(f.kind is FactKind.NOT_SENT and f.template == "refused" for f in world.facts)


async def test_a_provider_that_is_down_delays_and_loses_nothing(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    world.answers += [refused_once() for _ in range(5)]
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "applied"})
    await settle(world, timedelta(hours=1))
    assert world.templates() == ["received"]


async def test_a_deferral_is_obeyed_and_a_skip_costs_only_its_touch(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    now = await world.now()
    later = now + timedelta(days=2)
    world.answers += [
        Settlement(Outcome.DEFERRED, now, Gate.CAP, later),
        Settlement(Outcome.SKIPPED, later, Gate.CONSENT),
    ]
    steps = plan(("hello", "email", 0), ("again", "email", 1))
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    await settle(world, timedelta(days=10))
    assert [order.touch.template for order in world.orders] == ["hello", "hello", "again"]
    assert world.templates() == ["again"]
    assert world.sent[0][0] >= later + timedelta(days=1)


async def test_the_end_of_a_journey_is_recorded_with_its_last_touch(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    journey = {"event_id": "e1", "journey": "passive-prospect", "plan": plan(("hello", "email", 0))}
    await handle.execute_update("enroll", journey)
    await settle(world)
    assert [f.outcome for f in world.facts if f.kind is FactKind.ENROLLMENT] == ["active", "finished"]


async def test_a_signal_that_cannot_be_read_is_shown_and_hurts_nothing(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    await handle.signal("stage_changed", {"opening_id": "be-1"})
    await handle.signal("stage_changed", "nonsense")
    await handle.signal("stage_changed", {"opening_id": "be-1", "stage": "interview", "at": "yesterday"})
    await handle.signal("stage_changed", {"opening_id": "be-1", "stage": "no-such-stage"})
    await handle.signal("stage_changed", {"opening_id": "be-1", "stage": "interview"})
    await settle(world)
    assert world.templates() == ["interview"]
    why = "\n".join(await handle.query("why", result_type=list[str]))
    assert "lacks stage" in why
    assert "use ISO 8601" in why
    assert any(f.outcome == "unknown_stage" for f in world.facts)
    assert [f.outcome for f in world.facts if f.kind is FactKind.REFUSED] == ["ask"] * 3


@pytest.mark.parametrize("given", [[{}], ["ada"], [], [{"candidate_id": ""}], [None]])
async def test_an_input_that_names_nobody_fails_on_purpose_and_says_what_to_give(
    world: World, given: list[Any]
) -> None:
    handle = await world.env.client.start_workflow("Candidate", args=given, id="candidate-x", task_queue=QUEUE)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert '{"candidate_id": "<id>"}' in str(failed.value.cause)


async def test_a_zone_that_nobody_knows_counts_as_utc_and_is_told(world: World) -> None:
    handle = await world.start(Relationship("ada", zone="Nowhere/At all"))
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "interview"})
    await settle(world)
    assert world.templates() == ["interview"]
    assert "UTC stands for it" in "\n".join(await handle.query("why", result_type=list[str]))
    await handle.signal("profile_changed", {"event_id": "e2", "zone": "Europe/Berlin"})
    assert (await handle.query("relationship", result_type=Relationship)).zone == "Europe/Berlin"


async def test_a_plan_that_a_signal_brings_is_not_believed(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    world.definitions["passive-prospect"] = Definitions(found=True, plan=plan(("hello", "email", 0)))
    forged = plan(("every-hour", "email", 0), ("and-again", "email", 0))
    await handle.signal("enrolled", {"event_id": "e1", "journey": "passive-prospect", "plan": forged, "refusal": "no"})
    await handle.signal("enrolled", {"event_id": "e2", "journey": "unpublished", "plan": forged})
    await settle(world)
    assert world.templates() == ["hello"]
    assert "no published version of unpublished" in "\n".join(await handle.query("why", result_type=list[str]))


async def test_an_opening_that_nobody_knows_is_not_told_of(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    world.definitions["typo-1"] = Definitions(found=False)
    await handle.signal("opening_announced", {"event_id": "e1", "opening_id": "typo-1"})
    await settle(world)
    assert world.sent == []
    assert "no opening typo-1; add it" in "\n".join(await handle.query("why", result_type=list[str]))
    await handle.signal("opening_announced", {"event_id": "e2", "opening_id": "be-1"})
    await settle(world)
    assert world.templates() == ["reopening_alert"]


async def test_an_announcement_of_our_own_asks_nobody(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    world.definitions["be-1"] = Definitions(found=False)
    await handle.signal("opening_announced", {"event_id": "e1", "opening_id": "be-1", "known": True})
    await settle(world)
    assert world.templates() == ["reopening_alert"]


async def test_a_corrected_signal_counts_though_its_id_was_refused(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    world.definitions["be-9"] = Definitions(found=False)
    signal = {"event_id": "fx", "opening_id": "be-9", "stage": "interview"}
    await handle.signal("stage_changed", signal | {"at": "bad"})
    await handle.signal("stage_changed", signal)
    await settle(world)
    assert world.templates() == []
    world.definitions["be-9"] = Definitions(found=True, pipeline={})
    for _ in range(2):
        await handle.signal("stage_changed", signal)
    await settle(world)
    assert world.templates() == ["interview"]
    assert [f.outcome for f in world.facts if f.kind is FactKind.REFUSED] == ["ask", "ask", "done"]


async def test_an_unknown_opening_and_an_unpublished_journey_are_refused_with_the_cure(world: World) -> None:
    world.definitions["nowhere"] = Definitions(found=False)
    handle = await world.start(Relationship("ada"))
    await handle.signal("stage_changed", {"opening_id": "nowhere", "stage": "applied"})
    await handle.signal("enrolled", {"journey": "draft-only"})
    await settle(world)
    why = "\n".join(await handle.query("why", result_type=list[str]))
    assert "no opening nowhere" in why
    assert "no published version of draft-only" in why
    assert world.sent == []


@pytest.mark.parametrize("inputs", [[], [1, 2], [{"opening_id": "be-1"}, {"stage": "applied"}]])
async def test_a_signal_with_too_few_or_too_many_inputs_hurts_nothing(world: World, inputs: list[Any]) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    await handle.signal("stage_changed", args=inputs)
    await handle.signal("roll_over", args=inputs)
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "applied"})
    await settle(world)
    assert world.templates() == ["received"]
    assert any("needs one JSON object" in line for line in await handle.query("why", result_type=list[str]))


async def test_an_update_is_refused_without_history_and_a_plan_is_loaded_when_not_carried(world: World) -> None:
    world.definitions["passive-prospect"] = Definitions(found=True, plan=plan(("hello", "email", 3)))
    handle = await world.start(Relationship("ada"))
    answer = await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect"}, result_type=dict)
    assert answer["journey"] == "passive-prospect@1"
    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await handle.execute_update("enroll", {"event_id": "e2", "journey": "passive-prospect"}, result_type=dict)
    assert "already in passive-prospect@1" in str(refusal.value.cause)
    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await handle.execute_update("change_stage", {"opening_id": "be-1"}, result_type=dict)
    assert "lacks stage" in str(refusal.value.cause)


async def test_operators_find_people_by_state_and_read_where_they_stand(world: World) -> None:
    handle = await world.start(Relationship("ada", owner="dana"))
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "applied"})
    await settle(world)
    found = (await handle.describe()).search_attributes
    assert found["KeepwarmState"] == ["in_process"]
    assert found["KeepwarmStages"] == ["be-1:applied"]
    assert found["KeepwarmOwner"] == ["dana"]


async def test_rolling_over_carries_everything_and_loses_no_signal(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS, caps=Caps(7, 7)))
    steps = plan(*[(f"step-{n}", "email", 1) for n in range(6)])
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    runs = {await run_id(world, "ada")}
    applied = {"event_id": "s1", "opening_id": "be-1", "stage": "applied"}
    for _ in range(4):
        await handle.signal("roll_over")
        await settle(world, timedelta(days=1, minutes=1))
        runs.add(await run_id(world, "ada"))
    await handle.signal("roll_over")
    await handle.signal("stage_changed", applied)
    await settle(world, timedelta(days=10))
    await handle.signal("stage_changed", applied)
    await settle(world, timedelta(days=10))
    runs.add(await run_id(world, "ada"))
    assert len(runs) == 6
    assert world.templates() == ["step-0", "step-1", "step-2", "step-3", "received", "holding"]


async def test_an_update_that_arrives_while_rolling_over_is_answered(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))

    async def advance(number: int) -> dict[str, str]:
        request = {"event_id": f"u{number}", "opening_id": f"be-{number}", "stage": "applied"}
        answer: dict[str, str] = await handle.execute_update("change_stage", request, result_type=dict[str, str])
        return answer

    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(advance(n) for n in range(5)), handle.signal("roll_over"), advance(5))
    assert [a["stage"] for a in answers if a] == ["applied"] * 6
    await settle(world)
    assert sorted(touch.opening_id for _, touch in world.sent) == [f"be-{n}" for n in range(6)]


async def test_the_projection_of_upcoming_follows_the_journey(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    steps = plan(("hello", "email", 1), ("again", "email", 7))
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    await settle(world)
    assert [key.split("/")[3] for key in world.upcoming] == ["hello", "again"]
    await handle.signal("unenrolled", {"event_id": "e2", "journey": "passive-prospect"})
    await settle(world)
    assert world.upcoming == []


async def test_a_pause_freezes_the_waits_and_a_resume_shifts_them(world: World) -> None:
    handle = await world.start(Relationship("ada", window=ALWAYS))
    began = await world.now()
    steps = plan(("hello", "email", 3))
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    await settle(world, timedelta(days=1))
    await handle.signal("paused", {"event_id": "e2"})
    await settle(world, timedelta(days=14))
    assert world.sent == []
    await handle.signal("resumed", {"event_id": "e3"})
    await settle(world, timedelta(days=3))
    assert world.sent[0][0] - began >= timedelta(days=17) - timedelta(minutes=5)


def test_the_zone_of_the_tests_has_two_offsets() -> None:
    zone = ZoneInfo("America/New_York")
    assert (
        datetime(2026, 1, 1, tzinfo=UTC).astimezone(zone).utcoffset()
        != datetime(2026, 7, 1, tzinfo=UTC).astimezone(zone).utcoffset()
    )


async def test_the_timer_is_kept_across_signals_and_nothing_polls(world: World) -> None:
    """One timer for a wait of a month, however much happens meanwhile; no activity asks whether it is over."""
    handle = await world.start(Relationship("ada", window=ALWAYS))
    await handle.execute_update(
        "enroll", {"event_id": "e1", "journey": "slow", "plan": plan(("one", "email", 30), journey="slow")}
    )
    for number in range(5):
        await settle(world, timedelta(days=3))
        await handle.signal("delivery_reported", {"event_id": f"d{number}", "kind": "delivered"})
    await settle(world, timedelta(days=20))
    assert world.templates() == ["one"]
    history = await handle.fetch_history()
    kinds = [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events]
    assert kinds.count("TIMER_STARTED") == 1
    assert kinds.count("ACTIVITY_TASK_SCHEDULED") <= 3
