"""What a candidate says and does, with the real workflow under time skipping: it takes effect before the next touch."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.promises import PromiseState, answer_id
from domain.relationships import Desk, Relationship
from domain.touches import Outcome, Purpose, Settlement
from domain.windows import ALWAYS, Caps
from tests.workflows.conftest import World
from tests.workflows.test_candidates import plan, settle

HELLO = plan(("hello", "email", 0), ("again", "email", 7), ("once-more", "email", 7))
Handle = WorkflowHandle[Any, Any]


async def enrolled(world: World, steps: dict[str, Any] = HELLO, **more: Any) -> Handle:
    """Ada, two days after the first message of a journey."""
    handle = await world.start(Relationship("ada", window=ALWAYS, caps=Caps(3, 9), owner="dana", **more))
    await handle.execute_update("enroll", {"event_id": "e1", "journey": "passive-prospect", "plan": steps})
    await settle(world, timedelta(days=2))
    assert world.templates() == ["hello"]
    return handle


async def writes(handle: Handle, kind: str, number: int = 1, **more: Any) -> None:
    await handle.signal("message_received", {"event_id": f"m{number}", "kind": kind, "message_id": str(number), **more})


def facts(world: World, kind: FactKind) -> list[Fact]:
    return [fact for fact in world.facts if fact.kind is kind]


async def why(handle: Handle) -> str:
    return "\n".join(await handle.query("why", result_type=list[str]))


async def events(handle: Handle) -> str:
    """The whole history as text."""
    return (await handle.fetch_history()).to_json()


async def test_a_reply_stops_the_journey_before_its_next_touch_and_why_says_so(world: World) -> None:
    handle = await enrolled(world)
    await settle(world, timedelta(days=4, hours=23, minutes=59))
    await writes(handle, "interested")
    await settle(world, timedelta(days=30))
    assert world.templates() == ["hello"]
    assert [fact.outcome for fact in facts(world, FactKind.ENROLLMENT)] == ["active", "exited"]
    unsent = facts(world, FactKind.NOT_SENT)
    assert [(fact.template, fact.outcome, fact.because) for fact in unsent] == [
        ("again", Gate.EXITED, "interested (message 1)")
    ]
    assert "interested" in await why(handle)


async def test_an_out_of_office_delays_the_journey_until_the_return_and_is_no_reply(world: World) -> None:
    handle = await enrolled(world)
    back = await world.now() + timedelta(days=20)
    await writes(handle, "auto_reply", until=back.isoformat())
    await settle(world, timedelta(days=19))
    assert world.templates() == ["hello"]
    told = await why(handle)
    assert "not counted as a reply" in told
    assert f"away until {back:%Y-%m-%d}" in told
    await settle(world, timedelta(days=2))
    assert world.templates() == ["hello", "again"]
    assert world.sent[1][0] - back < timedelta(minutes=1)
    assert [fact.outcome for fact in facts(world, FactKind.ENROLLMENT)] == ["active"]


async def test_stop_one_second_before_a_send_is_in_time(world: World) -> None:
    handle = await enrolled(world)
    due = world.sent[0][0] + timedelta(days=7)
    await settle(world, due - await world.now() - timedelta(seconds=1))
    await writes(handle, "stop")
    await settle(world, timedelta(days=30))
    assert world.templates() == ["hello"]
    withdrawn = {(fact.purpose, fact.outcome) for fact in facts(world, FactKind.CONSENT)}
    assert withdrawn == {("nurture", "withdrawn"), ("alerts", "withdrawn")}
    assert [fact.outcome for fact in facts(world, FactKind.NOT_SENT)] == [Gate.OPTED_OUT]


async def test_start_resumes_consent(world: World) -> None:
    handle = await enrolled(world)
    await writes(handle, "stop", channel="sms")
    await handle.signal(
        "consent_changed", {"event_id": "s2", "purpose": "*", "channel": "sms", "granted": True, "source": "START"}
    )
    await settle(world)
    state: Relationship = await handle.query("relationship", result_type=Relationship)
    assert state.opted_out == []
    told = [(fact.outcome, fact.by) for fact in facts(world, FactKind.CONSENT)]
    assert told == [("withdrawn", "signal")] * 4 + [("granted", "START")] * 4


async def test_later_in_may_is_a_snooze_with_its_timer_and_somebody_s_task(world: World) -> None:
    handle = await enrolled(world)
    may = await world.now() + timedelta(days=120)
    await handle.signal("opening_announced", {"event_id": "o1", "opening_id": "be-1"})
    await writes(handle, "later", until=may.isoformat())
    await settle(world, timedelta(days=119))
    assert world.templates() == ["hello", "reopening_alert"] or world.templates() == ["hello"]
    await handle.signal("opening_announced", {"event_id": "o2", "opening_id": "be-2"})
    before = len(world.sent)
    await settle(world, timedelta(hours=12))
    assert len(world.sent) == before, "left alone until the day"
    await settle(world, timedelta(days=2))
    assert "reopening_alert" in world.templates()[before:]
    assert [fact.until for fact in facts(world, FactKind.SNOOZE)] == [may]
    (task,) = facts(world, FactKind.TASK)
    assert (task.channel, task.until, task.by) == ("later", may, "dana")


# Questions


async def test_a_question_that_is_answered_in_time_is_a_promise_kept(world: World) -> None:
    handle = await enrolled(world, desk=Desk("UTC", ALWAYS))
    await writes(handle, "question")
    await settle(world, timedelta(hours=1))
    assert [(order.kind, order.level) for order in world.reminded] == [("question", "owner")]
    await handle.signal("question_answered", {"event_id": "a1", "message_id": "1", "by": "dana"})
    await settle(world, timedelta(days=3))
    assert [fact.outcome for fact in facts(world, FactKind.PROMISE)] == [PromiseState.DUE, PromiseState.KEPT]
    assert len(world.reminded) == 1


async def test_an_answer_keeps_the_promise_once_it_has_left(world: World) -> None:
    handle = await enrolled(world, desk=Desk("UTC", ALWAYS))
    await writes(handle, "question")
    now = await world.now()
    world.answers = [
        Settlement(Outcome.DEFERRED, now, Gate.KILL_SWITCH, now + timedelta(hours=7)),
        refused_for_good(now),
    ]
    answers = {"template": "letter", "purpose": "service", "channel": "email", "due": now.isoformat()}
    await handle.execute_update("schedule_touch", {"event_id": "a1", "touch_id": answer_id(1, "a"), **answers})
    await settle(world, timedelta(hours=7, minutes=30))
    assert [(order.kind, order.level) for order in world.reminded] == [("question", "owner"), ("question", "deputy")]
    assert [fact.outcome for fact in facts(world, FactKind.PROMISE)] == [PromiseState.DUE], "it waited, then failed"
    await handle.execute_update("schedule_touch", {"event_id": "a2", "touch_id": answer_id(1, "b"), **answers})
    await settle(world, timedelta(days=3))
    assert [fact.outcome for fact in facts(world, FactKind.PROMISE)] == [PromiseState.DUE, PromiseState.KEPT]
    assert world.templates() == ["hello", "letter"]
    assert "answered message 1" in await why(handle)


def refused_for_good(now: datetime) -> Settlement:
    return Settlement(Outcome.FAILED, now, Gate.UNDELIVERABLE, because="the provider refuses it")


async def test_a_question_that_nobody_answers_goes_to_the_deputy_and_then_is_a_breach(world: World) -> None:
    handle = await enrolled(world, desk=Desk("UTC", ALWAYS))
    asked = await world.now()
    await writes(handle, "question")
    await settle(world, timedelta(hours=7))
    assert [order.level for order in world.reminded] == ["owner", "deputy"]
    assert [fact.outcome for fact in facts(world, FactKind.PROMISE)] == [PromiseState.DUE]
    await settle(world, timedelta(hours=2))
    broken = facts(world, FactKind.PROMISE)[-1]
    assert broken.outcome == PromiseState.BROKEN
    assert broken.until is not None
    assert broken.until - asked < timedelta(hours=8, minutes=1)


async def test_a_correction_gives_a_journey_back_in_place(world: World) -> None:
    handle = await enrolled(world)
    await writes(handle, "reply")
    await settle(world, timedelta(days=3))
    await handle.signal("message_corrected", {"event_id": "c1", "message_id": "1", "kind": "auto_reply"})
    await settle(world, timedelta(days=60))
    assert world.templates() == ["hello", "again", "once-more"]
    assert len({touch.key for _, touch in world.sent}) == 3
    assert len(facts(world, FactKind.WANTED)) == 1


# Interviews


async def booked(world: World, handle: Handle, days: float, sequence: int) -> None:
    at = await world.now() + timedelta(days=days)
    payload = {"opening_id": "be-1", "booking": "u1@keepwarm", "starts_at": at.isoformat(), "sequence": sequence}
    await handle.signal("booked", {"event_id": f"b{sequence}", **payload})


async def test_an_interview_is_confirmed_moved_reminded_of_and_cancelled(world: World) -> None:
    handle = await enrolled(world)
    await booked(world, handle, days=3, sequence=0)
    await settle(world, timedelta(hours=2))
    await booked(world, handle, days=10, sequence=1)
    await settle(world, timedelta(days=9, hours=12))
    assert world.templates() == ["hello", "booking", "booking_moved", "booking_reminder"]
    await handle.signal("unbooked", {"event_id": "u1", "booking": "u1@keepwarm"})
    await settle(world, timedelta(days=5))
    assert world.templates()[4:] == ["booking_cancelled"]
    assert {touch.purpose for _, touch in world.sent[1:]} == {Purpose.SERVICE}
    assert [fact.outcome for fact in facts(world, FactKind.ENROLLMENT)] == ["active", "exited"], "it ends on booking"
    kept = await events(handle)
    assert not [word for word in ("Ada", "@example", "Dana Okafor") if word in kept]


async def test_both_reminders_leave_when_nothing_changes(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    began = await world.now()
    await booked(world, handle, days=4, sequence=0)
    await settle(world, timedelta(days=5))
    moments = [moment - began for moment, _ in world.sent]
    assert world.templates() == ["booking", "booking_reminder", "booking_reminder"]
    assert abs(moments[1] - timedelta(days=3)) < timedelta(minutes=1)
    assert abs(moments[2] - timedelta(days=3, hours=23)) < timedelta(minutes=1)


# Bounces


async def test_a_bounce_sets_aside_and_a_corrected_address_goes_on_in_place(world: World) -> None:
    handle = await enrolled(world)
    key = world.sent[0][1].key
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": "bounced", "touch_key": key})
    await settle(world, timedelta(days=20))
    assert world.templates() == ["hello"]
    await handle.signal("contact_corrected", {"event_id": "c1", "channel": "email"})
    await settle(world, timedelta(days=4))
    assert [touch.key for _, touch in world.sent] == [key, f"{key}.2"], "what nobody has read, and no burst"
    await settle(world, timedelta(days=30))
    assert world.templates() == ["hello", "hello", "again", "once-more"]
    assert len({touch.key for _, touch in world.sent}) == 4
    assert [fact.outcome for fact in facts(world, FactKind.ENROLLMENT)][:3] == ["active", "set_aside", "resumed"]


async def test_an_address_that_nobody_corrects_ends_the_journey_after_sixty_days(world: World) -> None:
    handle = await enrolled(world)
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": "bounced"})
    await settle(world, timedelta(days=61))
    assert [fact.outcome for fact in facts(world, FactKind.ENROLLMENT)] == ["active", "set_aside", "exited"]
    assert "passive-prospect" in await why(handle)


async def test_an_acknowledgment_that_bounced_leaves_once_more_under_a_new_key(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    await handle.signal("stage_changed", {"event_id": "e1", "opening_id": "be-1", "stage": "applied"})
    await settle(world)
    key = world.sent[0][1].key
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": "bounced", "touch_key": key})
    for number in range(3):
        await handle.signal("contact_corrected", {"event_id": f"c{number}", "channel": "email"})
    await settle(world)
    assert [touch.key for _, touch in world.sent] == [key, f"{key}.2"]


@pytest.mark.parametrize("kind", ["soft_bounced", "blocked", "delivered"])
async def test_a_report_that_moves_nothing_costs_no_activity(world: World, kind: str) -> None:
    handle = await enrolled(world)
    before = json.loads(await events(handle))["events"]
    await handle.signal("delivery_reported", {"event_id": "d1", "kind": kind, "touch_key": world.sent[0][1].key})
    await asyncio.sleep(0)
    await settle(world)
    after = json.loads(await events(handle))["events"][len(before) :]
    assert not [one for one in after if "activityTaskScheduledEventAttributes" in one]
    await settle(world, timedelta(days=30))
    assert world.templates() == ["hello", "again", "once-more"]


# The end


async def test_an_erased_person_s_workflow_withdraws_everything_and_completes(world: World) -> None:
    handle = await enrolled(world)
    await writes(handle, "question")
    await booked(world, handle, days=9, sequence=0)
    await settle(world)
    sent = len(world.sent)
    await handle.signal("erased", {"event_id": "x1"})
    await handle.result()
    assert "workflowExecutionCompletedEventAttributes" in json.loads(await events(handle))["events"][-1]
    assert len(world.sent) == sent
    assert world.upcoming == []
    assert Gate.ERASED in {fact.outcome for fact in facts(world, FactKind.NOT_SENT)}
    assert facts(world, FactKind.PROMISE)[-1].outcome == PromiseState.WAIVED


async def test_whoever_is_started_again_after_an_erasure_ends_at_once(world: World) -> None:
    handle = await world.start(Relationship("ada", erased=True))
    await handle.result()
    assert world.orders == []


async def test_a_singled_out_service_message_leaves_on_a_sunday_night_under_a_snooze(world: World) -> None:
    handle = await world.start(Relationship("ada"))
    now = await world.now()
    await handle.signal("snoozed", {"event_id": "s1", "until": (now + timedelta(days=90)).isoformat()})
    await handle.signal("paused", {"event_id": "p1"})
    for number in range(3):
        due = (now + timedelta(hours=1)).isoformat()
        payload = {"touch_id": str(number), "template": "letter", "due": due, "purpose": "service", "channel": "email"}
        await handle.signal("touch_scheduled", {"event_id": f"t{number}", **payload})
    await settle(world, timedelta(hours=2))
    assert world.templates() == ["letter"] * 3
