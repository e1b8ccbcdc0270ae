"""What all measurements of a run share: where they take place, how large they are, and the floor that several compare with."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bench.findings import Line
from bench.people import add_people
from bench.stages import Place, Stage, report_of

SMALLEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each thing is done."""

    burst: int
    """Touches due at one moment, to find the run's own capacity."""
    timed: timedelta
    """How long touches fall due at a steady rate."""
    most_timed: int
    mails: int
    alerts: int
    acknowledgments: int
    killed_touches: int
    kills: int
    open_candidates: int
    dormant_candidates: int
    dormant: timedelta
    webhooks: timedelta
    """How long a provider reports at a steady rate: on a slow machine too, for that is what is asked."""
    every_zone: int
    """1: each zone; n: every n-th."""
    pool: int

    def in_share(self, share: float) -> Sizes:
        """What can be done in this share of the time, a fifth at the least; each row says how much it did."""
        if share >= 1:
            return self
        share = max(share, SMALLEST_SHARE)
        return replace(
            self,
            burst=round(share * self.burst),
            timed=share * self.timed,
            most_timed=round(share * self.most_timed),
            mails=round(share * self.mails),
            alerts=round(share * self.alerts),
            acknowledgments=round(share * self.acknowledgments),
            killed_touches=round(share * self.killed_touches),
            open_candidates=round(share * self.open_candidates),
            dormant_candidates=round(share * self.dormant_candidates),
            every_zone=max(self.every_zone, round(1 / share)),
        )


FULL = Sizes(
    burst=300,
    timed=timedelta(seconds=20),
    most_timed=400,
    mails=3_000,
    alerts=5_000,
    acknowledgments=150,
    killed_touches=900,
    kills=5,
    open_candidates=2_000,
    dormant_candidates=1_000,
    dormant=timedelta(seconds=30),
    webhooks=timedelta(minutes=2),
    every_zone=1,
    pool=100_000,
)
QUICK = Sizes(
    burst=60,
    timed=timedelta(seconds=8),
    most_timed=60,
    mails=400,
    alerts=300,
    acknowledgments=15,
    killed_touches=120,
    kills=2,
    open_candidates=120,
    dormant_candidates=60,
    dormant=timedelta(seconds=5),
    webhooks=timedelta(seconds=6),
    every_zone=40,
    pool=5_000,
)


CAUTIOUS_CAPACITY = 20.0
LONGEST_RUN = 530.0
"""Seconds: well under ten minutes, whatever else the machine does. Rows do less where time is short, and the last fills what is left."""


@dataclass(frozen=True, slots=True)
class SendCost:
    """What one mail cost, in milliseconds of CPU: of the sending process, and of PostgreSQL behind it; and the rate."""

    process: float
    postgres: float
    per_second: float


class Run:
    """One run of the bench. `capacity` is in touches a second, from the row that measured it, else a cautious guess.

    `planned` are the seconds that all wanted rows take on an idle machine; `sizes` shrink where this one is slower.
    """

    def __init__(self, place: Place, sizes: Sizes, planned: float) -> None:
        self.place = place
        self.sizes = sizes
        self._whole = sizes
        self._planned = self._ahead = planned
        self.capacity = CAUTIOUS_CAPACITY
        self._floor: SendCost | None = None
        self._began = time.monotonic()

    @property
    def left(self) -> float:
        """Seconds until the run should have ended."""
        return LONGEST_RUN - (time.monotonic() - self._began)

    def pace(self, seconds: float) -> None:
        """Choose the sizes of the next row, which is planned to take so many seconds: so that it and all after it find their time."""
        gone = time.monotonic() - self._began
        slowness = max(1.0, gone / (self._planned - self._ahead)) if self._ahead < self._planned else 1.0
        self.sizes = self._whole.in_share(self.left / (self._ahead * slowness))
        self._ahead -= seconds

    async def floor(self) -> SendCost:
        """The floor of sending, measured once a run."""
        if self._floor is None:
            async with self.place.stage(temporal=False) as stage:
                add_people(stage.engine, "f", self.sizes.mails + 100)
                self._floor = await send_cost(stage, "bench.controls.floor", *_arguments(stage), str(self.sizes.mails))
        return self._floor


async def send_cost(stage: Stage, module: str, *arguments: str, environment: dict[str, str] | None = None) -> SendCost:
    """Run a sending program over the stage's people."""
    before = stage.cost()
    report = await report_of(stage.program(module, *arguments, log=f"{module}.log", environment=environment))
    postgres = (stage.cost() - before).of("PostgreSQL")
    mails = report["mails"]
    return SendCost(1_000 * report["cpu"] / mails, 1_000 * postgres / mails, mails / report["seconds"])


def _arguments(stage: Stage) -> tuple[str, str]:
    return stage.database_url, str(stage.sink.port)


Measure = Callable[[Run], Awaitable[list[Line]]]
