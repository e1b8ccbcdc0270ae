"""The activities as workflows call them: names, inputs, timeouts and retries, each bound with its reason."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

with workflow.unsafe.imports_passed_through():
    from domain.arbiter import short_name
    from domain.definitions import DecideStep, Decision, Definitions, LoadDefinitions
    from domain.keeping import ForgetPerson, Forgotten
    from domain.promises import RemindOf
    from domain.touches import RecordFacts, SendTouch, Settlement
    from workflows.names import SEND_QUEUE

SEND_TIMEOUT = timedelta(seconds=15)
"""One attempt. After a worker's death this is how long its sends stay away, so it is short."""
SEND_BOUND = timedelta(hours=1)
"""All attempts of one call: then the arbiter looks at the person anew, so that no retry outlives a change of mind."""
SEND_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2))
SEND_AGAIN_AFTER = timedelta(minutes=10)
"""When the whole bound passed without success: how long the touch rests before the arbiter proposes it again."""
RECORD_TIMEOUT = timedelta(seconds=15)
FORGET_TIMEOUT = timedelta(minutes=2)
"""One attempt: all raw input is searched, and the mailbox."""
RECORD_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
"""Writing facts has no end of retries: a database that is down delays, and loses nothing."""


def send_touch(order: SendTouch) -> workflow.ActivityHandle[Settlement]:
    """Start sending one touch. Cancelling the handle waits for a running attempt and takes its outcome."""
    return workflow.start_activity(
        "send_touch",
        order,
        result_type=Settlement,
        task_queue=SEND_QUEUE,
        start_to_close_timeout=SEND_TIMEOUT,
        schedule_to_close_timeout=SEND_BOUND,
        retry_policy=SEND_RETRIES,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        priority=Priority(priority_key=int(order.touch.priority)),
        summary=f"send {short_name(order.touch)} by {order.touch.channel}",
    )


async def record_facts(order: RecordFacts) -> None:
    """Write what the workflow has learnt, where nothing is to be sent now."""
    await workflow.execute_activity(
        "record_facts",
        order,
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=RECORD_RETRIES,
        summary=f"record {len(order.facts)} facts" if order.facts else "record what is upcoming",
    )


async def load_definitions(order: LoadDefinitions) -> Definitions:
    """Fetch an opening's pipeline or a journey's plan that a signal named but did not carry."""
    found: Definitions = await workflow.execute_activity(
        "load_definitions",
        order,
        result_type=Definitions,
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=RECORD_RETRIES,
        summary=f"load {order.opening_id or order.journey}",
    )
    return found


async def decide_step(order: DecideStep) -> Decision:
    """Ask the record which way a person takes at a step of a journey."""
    decision: Decision = await workflow.execute_activity(
        "decide_step",
        order,
        result_type=Decision,
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=RECORD_RETRIES,
        summary=f"decide {order.journey}/{order.step}",
    )
    return decision


async def forget_person(order: ForgetPerson) -> Forgotten:
    """Have a person erased, where the record agrees that it is time."""
    answer: Forgotten = await workflow.execute_activity(
        "forget_person",
        order,
        result_type=Forgotten,
        start_to_close_timeout=FORGET_TIMEOUT,
        retry_policy=RECORD_RETRIES,
        summary="erase the person, their retention being over",
    )
    return answer


async def remind(order: RemindOf) -> None:
    """Remind the owner of a promise, or the deputy."""
    await workflow.execute_activity(
        "remind",
        order,
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=RECORD_RETRIES,
        summary=f"remind the {order.level} of {order.kind} at {order.opening_id}".removesuffix(" at "),
    )
