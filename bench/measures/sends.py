"""The send path alone (gates, claim, render, MIME, SMTP, mark) against the floor, and against a hand-written poller."""

from __future__ import annotations

from sqlalchemy import text

from bench.controls import poller
from bench.findings import Line, number
from bench.people import add_people
from bench.runs import Run, SendCost, send_cost

FLOOR_TIMES = 3.0
WHY = (
    "Why more: the floor knows no gate and writes a page in one statement; ours reads whom it writes to, commits each claim and each "
    "hand-over before the next step, and waits for the server's answer to each command"
)


async def measure(run: Run) -> list[Line]:
    """CPU of the sending process per mail, PostgreSQL's beside it."""
    floor = await run.floor()
    count = run.sizes.mails
    async with run.place.stage(temporal=False) as stage:
        add_people(stage.engine, "s", count + poller.BATCH)
        ours = await send_cost(stage, "bench.sender", str(count), environment=stage.settings().environment())
        with stage.engine.begin() as connection:
            connection.execute(text(poller.MADE))
        theirs = await send_cost(stage, "bench.controls.poller", stage.database_url, str(stage.sink.port))
    return [
        Line(
            "CPU of a mail, sending process",
            ours.process,
            "ms",
            control=floor.process,
            control_name="floor",
            times_control=FLOOR_TIMES,
            note=f"{_said(ours)}. {WHY}",
        ),
        Line("the same against the poller", ours.process, "ms", theirs.process, "poller", note=_said(theirs)),
        Line(
            "the same with PostgreSQL's part",
            ours.process + ours.postgres,
            "ms",
            floor.process + floor.postgres,
            "floor",
            note=f"PostgreSQL: ours {number(ours.postgres)} ms a mail, floor {number(floor.postgres)} ms (a page a commit), "
            f"poller {number(theirs.postgres)} ms",
        ),
    ]


def _said(cost: SendCost) -> str:
    return f"{number(cost.per_second)} mails a second in one process"
