"""Many people into one journey: who would enter, who is kept out and why, and then exactly those."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select

from domain.conditions import Traits, check, holds, refusal_by
from domain.plans import StepKind, read_plan
from domain.touches import Channel
from starter import lookups
from starter.refusals import Refused
from starter.rehearsals import agreed_to
from storage import controls, journeys, moves, traits
from storage.tables import candidates, pool_members

PAGE = 500
IN_FLIGHT = 25
"""As many updates under way at once as one Temporal frontend takes from one client without queueing."""
Advance = Callable[[int, int | None], None]


@dataclass(slots=True)
class Audience:
    """Whom an enrollment concerns: the ids of those who would enter, and how many are kept out by each reason."""

    entering: list[str] = field(default_factory=list)
    kept_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """In sentences, those who enter first."""
        return [f"{len(self.entering)} would enter", *(f"{n} not: {why}" for why, n in self.kept_out.most_common())]


class Door(Protocol):
    """Takes one person into a journey: `starter.client.Keepwarm`."""

    async def enroll(self, candidate: str, journey: str, *, by: str = "") -> dict[str, Any]:
        """Answers `journey` (empty: refused) and `will`. Raises Refused."""


@dataclass(slots=True)
class Entering:
    """What came of it: how many entered, and the refusals of their workflows."""

    entered: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def audience(connection: Connection, journey: str, pool: str, condition: str) -> Audience:
    """Who of a pool (empty: of everybody), of whom a condition holds (empty: any), would enter the newest version. Raises Refused."""
    fault = check(condition) if condition else ""
    if fault:
        raise Refused(fault)
    published = lookups.find_journey(connection, journey)
    ids, found = _members(connection, pool), Audience()
    inside = {stay.candidate_id for stay in moves.inside(connection, journey)}
    today = controls.clock(connection).story(datetime.now(UTC)).date()
    for first in range(0, len(ids), PAGE):
        page = ids[first : first + PAGE]
        known, agreed = traits.traits_of(connection, page, today), agreed_to(connection, page)
        preferred = _preferred(connection, page)
        for candidate_id in page:
            if condition and not holds(condition, known[candidate_id]):
                continue
            why = "inside already" if candidate_id in inside else _kept_out(published, known[candidate_id])
            why = why or _unconsented(published, preferred[candidate_id], agreed.get(candidate_id, set()))
            if why:
                found.kept_out[why] += 1
            else:
                found.entering.append(candidate_id)
    return found


def _members(connection: Connection, pool: str) -> list[str]:
    c = candidates.c
    wanted = select(c.id).where(c.erased_recorded_at.is_(None)).order_by(c.id)
    if pool:
        wanted = wanted.where(c.id.in_(select(pool_members.c.candidate_id).where(pool_members.c.pool == pool)))
    ids = list(connection.scalars(wanted))
    if pool and not ids:
        raise Refused(f"nobody is in the pool {pool}; `keepwarm import FILE --pool {pool}` puts people there")
    return ids


def _preferred(connection: Connection, page: Sequence[str]) -> dict[str, str]:
    c = candidates.c
    return {
        row.id: row.preferred_channel
        for row in connection.execute(select(c.id, c.preferred_channel).where(c.id.in_(page)))
    }


def _kept_out(published: journeys.JourneyVersion, known: Traits) -> str:
    return refusal_by(str(published.plan.get("entry", "")), str(published.plan.get("exclude", "")), known)


def _unconsented(published: journeys.JourneyVersion, preferred: str, agreed: set[str]) -> str:
    """Why no message of the journey could reach somebody; one open channel of those that it takes is enough."""
    plan = read_plan(published.plan)
    taken = {
        preferred if step.channel is Channel.PREFERRED else str(step.channel)
        for step in plan.steps
        if step.kind is StepKind.SEND
    }
    if not taken or any(f"{plan.purpose}/{channel}" in agreed for channel in taken):
        return ""
    return f"no consent for {plan.purpose} by {' or '.join(sorted(taken))}"


async def enroll_all(
    door: Door, journey: str, ids: Sequence[str], *, by: str = "", progress: Advance = lambda done, of: None
) -> Entering:
    """Take these people in, each by their own workflow, which may still refuse. Again for the same people changes nothing."""
    found, waiting = Entering(), asyncio.Semaphore(IN_FLIGHT)
    done = 0

    async def enter(candidate_id: str) -> None:
        nonlocal done
        async with waiting:
            try:
                answer = await door.enroll(candidate_id, journey, by=by)
            except Refused as refusal:
                found.refused[str(refusal)] += 1
            else:
                found.entered += bool(answer["journey"])
                if not answer["journey"]:
                    found.refused[str(answer["will"])] += 1
            done += 1
            progress(done, len(ids))

    for first in range(0, len(ids), PAGE):
        await asyncio.gather(*(enter(one) for one in ids[first : first + PAGE]))
    return found
