"""GET /metrics: what an operator watches, for Prometheus. Counts only, nobody's data.

What is still open is counted at every scrape, over partial indexes; what is settled only grows, and is counted once a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Connection, and_, func, select, text

from storage import controls
from storage.tables import ledger, tasks, upcoming
from web.sites import Backlog, DoorClosed, Site

ACKNOWLEDGE_WITHIN = timedelta(minutes=15)
"""Real time from an application's arrival in the log to its acknowledgment; whoever waits longer was left waiting (S2)."""

LATE_AFTER = timedelta(minutes=10)
"""Story time by which a planned touch may miss its moment before it counts as late."""

SETTLED_SECONDS = 60.0
"""How old the counts of settled rows may be."""

OPEN_STATES = ("intended", "claimed", "handed_over", "unknown")

_UNACKNOWLEDGED = text(
    """
    select count(*) from stage_log as s
    where s.kind = 'received' and s.outcome = 'entered' and s.recorded_at < clock_timestamp() - cast(:within as interval)
      and not exists (
        select from ledger as l
        where l.candidate_id = s.candidate_id and l.opening_id = s.opening_id and l.purpose = 'application'
          and (l.state in ('accepted', 'delivered', 'complained')
               or l.state in ('skipped', 'failed') and l.gate in ('opted_out', 'erased', 'withdrawn')))
    """
)
"""An acknowledgment that bounced, failed or met no address leaves a person waiting; one that the person declined does not."""

_INTAKE_AGE = text(
    "select extract(epoch from clock_timestamp() - min(recorded_at)) from received where state = 'stored'"
)
"""Over the partial index of what waits. What was given up is a task."""


def router(site: Site) -> APIRouter:
    """The route."""
    routes = APIRouter()
    settled = _Remembered(SETTLED_SECONDS)

    @routes.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        try:
            backlogs = await site.door.backlogs()
        except DoorClosed:
            backlogs = None
        body = await run_in_threadpool(_measure, site, settled, backlogs)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    return routes


class _Remembered:
    """The last answer of a costly question, for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0
        self._answer: dict[str, int] = {}

    def get(self, ask: Callable[[], dict[str, int]]) -> dict[str, int]:
        """The answer, asked again when the last one is too old."""
        now = time.monotonic()
        if now >= self._until:
            self._answer, self._until = ask(), now + self._seconds
        return self._answer


def _measure(site: Site, settled: _Remembered, backlogs: Mapping[str, Backlog] | None) -> bytes:
    registry = CollectorRegistry()
    with site.engine.connect() as connection:
        registry.register(_Figures(site, connection, settled, backlogs))
        return generate_latest(registry)


class _Figures(Collector):
    """All figures of one scrape, over one connection."""

    def __init__(
        self, site: Site, connection: Connection, settled: _Remembered, backlogs: Mapping[str, Backlog] | None
    ) -> None:
        self._site = site
        self._connection = connection
        self._settled = settled
        self._backlogs = backlogs

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures."""
        yield self._by_label("keepwarm_ledger_touches", "Touches in the ledger by state", "state", self._states())
        deferred = self._counts(ledger.c.gate, ledger.c.state == "intended", ledger.c.gate != "")
        yield self._by_label("keepwarm_touches_deferred", "Touches that wait for a gate to open", "gate", deferred)
        open_tasks = self._counts(tasks.c.kind, tasks.c.done_at.is_(None))
        yield self._by_label("keepwarm_tasks_open", "Tasks that wait for a person", "kind", open_tasks)
        yield GaugeMetricFamily(
            "keepwarm_applications_unacknowledged",
            f"Applications without acknowledgment after {ACKNOWLEDGE_WITHIN}; must be 0",
            self._one(_UNACKNOWLEDGED, within=ACKNOWLEDGE_WITHIN),
        )
        yield GaugeMetricFamily(
            "keepwarm_touches_late", f"Planned touches more than {LATE_AFTER} past their moment", self._late()
        )
        stopped = controls.stopped(self._connection).stopped
        yield GaugeMetricFamily("keepwarm_stopped", "1 while the kill switch is thrown", float(stopped))
        age = self._one(_INTAKE_AGE)
        yield GaugeMetricFamily(
            "keepwarm_intake_age_seconds", "How long the oldest of what came in waits to be read", age
        )
        yield from self._temporal()

    def _temporal(self) -> Iterator[GaugeMetricFamily]:
        reachable = GaugeMetricFamily("keepwarm_temporal_up", "1 while Temporal answers", self._backlogs is not None)
        yield reachable
        if self._backlogs is None:
            return
        waiting = {queue: backlog.tasks for queue, backlog in self._backlogs.items()}
        yield self._by_label("keepwarm_backlog_tasks", "Tasks that no worker has taken", "queue", waiting)
        oldest = {queue: backlog.age_seconds for queue, backlog in self._backlogs.items()}
        yield self._by_label("keepwarm_backlog_age_seconds", "How long the oldest of them waits", "queue", oldest)

    def _states(self) -> dict[str, int]:
        unsettled = dict.fromkeys(OPEN_STATES, 0) | self._counts(ledger.c.state, ledger.c.state.in_(OPEN_STATES))
        return unsettled | self._settled.get(lambda: self._counts(ledger.c.state, ledger.c.state.not_in(OPEN_STATES)))

    def _late(self) -> int:
        before = self._site.story_now(self._connection) - LATE_AFTER
        return self._connection.scalar(select(func.count()).where(upcoming.c.due < before)) or 0

    def _counts(self, column: ColumnElement[str], *narrowed: ColumnElement[bool]) -> dict[str, int]:
        wanted = select(column, func.count()).where(and_(*narrowed)).group_by(column)
        return {str(value): int(number) for value, number in self._connection.execute(wanted)}

    def _one(self, question: object, **values: object) -> int:
        return int(self._connection.scalar(question, values) or 0)  # type: ignore[call-overload]

    @staticmethod
    def _by_label(name: str, about: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(name, about, labels=[label])
        for value, number in values.items():
            family.add_metric([value], number)
        return family
