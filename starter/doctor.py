"""Comparing what PostgreSQL says with what Temporal does, and starting again what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, select, union
from temporalio.service import RPCError, RPCStatusCode

from starter.client import Keepwarm
from starter.preparations import missing_search_attributes, register_search_attributes
from starter.starts import signal
from storage import controls, pauses, tasks
from storage.schema import newest_revision, revision_of
from storage.tables import applications, candidates, enrollments, ledger, openings, upcoming
from storage.tables import tasks as tasks_table
from workflows.names import CANDIDATE_PREFIX, OPENING_PREFIX

OVERDUE_AFTER = timedelta(hours=2)
"""Story time after which a planned touch that neither left nor moved is called overdue."""
_FAILING = (
    "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running' AND WorkflowType IN ('Candidate', 'Opening')"
)
"""Temporal lists a workflow so after several failures in a row (server 1.30 and later)."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of difference: what it is, what it means, how to mend it, and whom it concerns (ids; all of them)."""

    kind: str
    meaning: str
    cure: str
    ids: list[str] = field(default_factory=list)
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class _Record:
    """What the database says should be."""

    alive: set[str]
    """Candidates of whom something is on record that a workflow must carry on."""
    unstarted: list[str]
    everybody: set[str]
    erased: set[str]
    open_openings: set[str]
    half_resumed: list[str]
    """Scopes that go on, though not everybody was told so."""
    overdue: list[str]
    unknown: list[str]
    refused: list[str]
    """Tasks of signals that were refused."""


async def examine(keepwarm: Keepwarm, *, repair: bool = False) -> list[Finding]:
    """Everything that does not agree; empty when all is well. With `repair`, what can be mended has been."""
    behind = await _read(keepwarm, _schema)
    if behind:
        return [Finding("schema", f"the database is at {behind}", "run `keepwarm migrate`")]
    findings = await _search_attributes(keepwarm, repair)
    record = await _read(keepwarm, _look, await keepwarm.now())
    candidates_run, openings_run = await _running(keepwarm)
    findings += await _without_workflow(keepwarm, record, candidates_run, repair)
    findings += await _openings_without_workflow(keepwarm, record.open_openings - openings_run, repair)
    findings += await _of_erased(keepwarm, sorted(candidates_run & record.erased), repair)
    strangers = sorted(candidates_run - record.everybody)
    if strangers:
        cure = "somebody signalled an id that is not on record; terminate the workflow, or add the candidate"
        findings.append(Finding("workflow_without_candidate", "workflows of nobody on record", cure, strangers))
    if record.half_resumed:
        cure = "run the resume again: `keepwarm resume` with the same scope and policy tells those who are missing"
        findings.append(
            Finding("half_resumed", "pauses whose end was not told to everybody", cure, record.half_resumed)
        )
    if record.overdue:
        cure = "look at the worker's log and at `temporal task-queue describe --task-queue keepwarm-send`"
        findings.append(Finding("overdue", "planned touches whose moment has passed", cure, record.overdue))
    if record.unknown:
        cure = "`keepwarm unknown` lists them, `keepwarm resolve` settles one"
        findings.append(Finding("unknown", "messages of which nobody knows whether they left", cure, record.unknown))
    return findings + await _refused(keepwarm, record.refused, repair) + await _failing(keepwarm)


async def _of_erased(keepwarm: Keepwarm, ids: list[str], repair: bool) -> list[Finding]:
    """Workflows that were not told that their person was erased, Temporal having been away; with `repair` they end."""
    if not ids:
        return []
    now = await keepwarm.now()
    if repair:
        for one in ids:
            payload = {"event_id": "erased", "at": now.isoformat()}
            await signal(keepwarm.client, f"{CANDIDATE_PREFIX}{one}", "erased", payload)
    meaning = "workflows of people who were erased: nothing leaves, but they go on"
    return [Finding("workflow_of_erased", meaning, "`keepwarm doctor --repair` ends them", ids, repair)]


async def _refused(keepwarm: Keepwarm, refused: list[str], repair: bool) -> list[Finding]:
    """Signals that were refused and have not come again; with `repair`, those that a person has now seen are taken off."""
    if not refused:
        return []
    if repair:
        await keepwarm.write(tasks.finish, refused, await keepwarm.now())
    cure = "`keepwarm why` of the person says what was wrong: correct it and send it again under the same event id; `--repair` forgets them"
    return [Finding("refused_signal", "signals that were refused", cure, refused, repair)]


async def _failing(keepwarm: Keepwarm) -> list[Finding]:
    """Workflows whose tasks fail again and again: they look as if they ran. Servers that do not count that know of none."""
    try:
        listed = [run.id async for run in keepwarm.client.list_workflows(_FAILING)]
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        return []
    if not listed:
        return []
    cure = "`temporal workflow describe --workflow-id ID` names the error; mend it and restart the worker, or terminate and `--repair`"
    return [Finding("failing_workflow", "workflows whose tasks fail again and again", cure, sorted(listed))]


async def _search_attributes(keepwarm: Keepwarm, repair: bool) -> list[Finding]:
    missing = await missing_search_attributes(keepwarm.client)
    if not missing:
        return []
    if repair:
        await register_search_attributes(keepwarm.client)
    meaning = "search attributes that Temporal lacks: workflow tasks fail until they are there"
    return [Finding("search_attributes", meaning, "`keepwarm doctor --repair` adds them", sorted(missing), repair)]


async def _without_workflow(keepwarm: Keepwarm, record: _Record, running: set[str], repair: bool) -> list[Finding]:
    cure = "`keepwarm doctor --repair` starts them from the facts on record"
    findings = []
    for kind, meaning, ids in (
        ("candidate_without_workflow", "candidates with something to carry on whom nobody serves",
         sorted(record.alive - running)),
        ("not_started", "candidates whose workflow an import has not started yet",
         [one for one in record.unstarted if one not in running and one not in record.alive]),
    ):  # fmt: skip
        if ids:
            if repair:
                await keepwarm.start_again(ids)
            findings.append(Finding(kind, meaning, cure, ids, repair))
    return findings


async def _openings_without_workflow(keepwarm: Keepwarm, lost: set[str], repair: bool) -> list[Finding]:
    if not lost:
        return []
    if repair:
        for opening in sorted(lost):
            await keepwarm.start_opening(opening)
    cure = "`keepwarm doctor --repair` starts them in the state on record"
    return [Finding("opening_without_workflow", "open openings that nobody runs", cure, sorted(lost), repair)]


async def _running(keepwarm: Keepwarm) -> tuple[set[str], set[str]]:
    """Ids of the candidates and of the openings whose workflows run."""
    people, jobs = set(), set()
    listed = keepwarm.client.list_workflows("ExecutionStatus = 'Running' AND WorkflowType IN ('Candidate', 'Opening')")
    async for run in listed:
        if run.workflow_type == "Candidate":
            people.add(run.id.removeprefix(CANDIDATE_PREFIX))
        else:
            jobs.add(run.id.removeprefix(OPENING_PREFIX))
    return people, jobs


def _schema(connection: Connection) -> str:
    """The revision of a database that is not this code's; empty where it is."""
    found = revision_of(connection)
    return "" if found == newest_revision() else found or "nothing: it has no tables"


def _look(connection: Connection, now: datetime) -> _Record:
    def ids(statement: object) -> list[str]:
        return list(connection.scalars(statement))  # type: ignore[call-overload]

    erased = select(candidates.c.id).where(candidates.c.erased)
    alive = union(
        select(applications.c.candidate_id),
        select(enrollments.c.candidate_id).where(enrollments.c.status == "active"),
        select(upcoming.c.candidate_id),
        select(candidates.c.id).where(candidates.c.started),
    )
    late = now - OVERDUE_AFTER
    return _Record(
        alive=set(ids(alive)) - set(ids(erased)),
        unstarted=ids(
            select(candidates.c.id).where(~candidates.c.started, ~candidates.c.erased).order_by(candidates.c.id)
        ),
        everybody=set(ids(select(candidates.c.id))),
        erased=set(ids(erased)),
        open_openings=set(ids(select(openings.c.id).where(openings.c.status == "open"))),
        half_resumed=sorted(set(pauses.told_scopes(connection)) - set(controls.pauses(connection))),
        overdue=ids(select(upcoming.c.touch_key).where(upcoming.c.due < late).order_by(upcoming.c.due)),
        unknown=ids(select(ledger.c.touch_key).where(ledger.c.state == "unknown").order_by(ledger.c.id)),
        refused=ids(
            select(tasks_table.c.task_key)
            .where(tasks_table.c.kind == "refused_signal", tasks_table.c.done_at.is_(None))
            .order_by(tasks_table.c.id)
        ),
    )


async def _read(keepwarm: Keepwarm, look: Callable[..., T], *arguments: object) -> T:
    def run() -> T:
        with keepwarm.engine.connect() as connection:
            return look(connection, *arguments)

    return await asyncio.to_thread(run)
