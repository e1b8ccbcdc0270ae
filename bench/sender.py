"""The product's send path alone, without Temporal: `python -m bench.sender COUNT`, settings by environment.

The very activity of the worker, made by its own wiring, with as many attempts under way as a worker has, on the worker's kind of loop.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import uvloop
from sqlalchemy import select

from activities.sends import Sends
from bench.controls.floor import WARM_UP
from bench.people import JOURNEY, STEPS
from config.settings import Settings, read_settings
from domain.touches import Channel, Outcome, Priority, Purpose, SendTouch, Touch, stamp, touch_key
from storage import journeys
from storage.database import make_async_engine, make_engine
from storage.tables import candidates
from worker.wiring import make_channels, make_sends


def read_orders(settings: Settings, count: int) -> list[SendTouch]:
    """One touch of the drip for each of `count` people."""
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        version = journeys.get(connection, JOURNEY).version
        ids = connection.scalars(select(candidates.c.id).order_by(candidates.c.id).limit(count)).all()
    engine.dispose()
    now = datetime.now(UTC)
    return [SendTouch(candidate_id, _touch(candidate_id, version, now)) for candidate_id in ids]


def _touch(candidate_id: str, version: int, now: datetime) -> Touch:
    part = f"{JOURNEY}-{version}"
    return Touch(
        key=touch_key(candidate_id, Purpose.NURTURE, part, STEPS[0], stamp(now)),
        purpose=Purpose.NURTURE,
        channel=Channel.EMAIL,
        template=STEPS[0],
        due=now,
        priority=Priority.NURTURE,
        journey=JOURNEY,
        version=version,
    )


async def send_all(sends: Sends, orders: Sequence[SendTouch], at_once: int) -> None:
    """Send each once. Raises RuntimeError for one that did not leave."""
    waiting = iter(orders)

    async def attempt() -> None:
        for order in waiting:
            settlement = await sends.send_touch(order)
            if settlement.outcome is not Outcome.SENT:
                raise RuntimeError(
                    f"{order.touch.key} was {settlement.outcome}: {settlement.gate} {settlement.because}"
                )

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(attempt())


async def main(count: int) -> None:
    """Send to `count` people after a warm-up; print the CPU seconds of this process."""
    settings = read_settings()
    orders = read_orders(settings, count + WARM_UP)
    engine = make_async_engine(settings.database_url)
    email, sms = make_channels(settings)
    sends = make_sends(settings, engine, email, sms)
    await send_all(sends, orders[:WARM_UP], settings.worker_concurrency)
    cpu, began = time.process_time(), time.monotonic()
    await send_all(sends, orders[WARM_UP:], settings.worker_concurrency)
    spent = {"mails": len(orders) - WARM_UP, "cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
    await email.close()
    await sms.close()
    await engine.dispose()
    print(json.dumps(spent))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
