"""Pausing and resuming a person, a journey, a sender, a template or everything: durable, told to exactly those concerned.

The pause stands in the controls first, where the gates read it; those whose waits it freezes are then signalled, by pages, and noted,
so that each of them hears of its end. What a resume will do is computed from the record before it is done.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from config.settings import Settings
from domain.effects import Effect, previews
from domain.pauses import EVERYTHING, PERSON
from domain.resumptions import read_policy
from starter.lookups import find_candidate, find_journey
from starter.rebuild import house_of, relationships_from
from starter.refusals import Refused, unknown
from storage import controls, recruiters
from storage import pauses as record
from storage.journeys import JourneyVersion
from templates.messages import shipped

if TYPE_CHECKING:
    from starter.client import Keepwarm

PAGE = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What is paused: `scope` (domain.pauses), and whom where it is a person."""

    scope: str
    candidate: str = ""

    def __str__(self) -> str:
        return self.candidate if self.scope == PERSON else self.scope.replace(":", " ", 1)

    def words(self) -> str:
        """As the command line names it."""
        kind, _, name = self.scope.partition(":")
        return self.candidate if self.scope == PERSON else f"--{kind} {name}".strip()


def find_target(
    connection: Connection, candidate: str = "", journey: str = "", sender: str = "", template: str = "", everything: bool = False
) -> Target:  # fmt: skip
    """What somebody means: exactly one of the five. Raises Refused."""
    if sum(map(bool, (candidate, journey, sender, template, everything))) != 1:
        raise Refused("name one candidate, or one of --journey, --sender, --template and --everything")
    if candidate:
        return Target(PERSON, find_candidate(connection, candidate).id)
    if everything:
        return Target(EVERYTHING)
    if journey:
        return Target(f"journey:{find_journey(connection, journey).journey}")
    kind, name = ("sender", sender) if sender else ("template", template)
    known = set(record.names(connection, kind))
    known |= {one.id for one in recruiters.listed(connection)} if sender else {source.name for source in shipped()}
    if name not in known:
        raise unknown(kind, name, sorted(known), "`keepwarm upcoming` shows what is planned")
    return Target(f"{kind}:{name}")


async def pause(keepwarm: Keepwarm, target: Target, *, because: str = "", by: str = "") -> int:
    """Hold everything of the target but acknowledgments, from now on; how many people were told. Again, it tells those it missed."""
    if target.scope == PERSON:
        await keepwarm.pause(target.candidate, by=by)
        return 1
    now = await keepwarm.now()
    ids, since = await keepwarm.write(_begin, target.scope, now, by, because)
    await _tell(keepwarm, ids, "paused", {"scope": target.scope, "by": by, "at": since.isoformat()})
    return len(ids)


def _begin(connection: Connection, scope: str, now: datetime, by: str, because: str) -> tuple[list[str], datetime]:
    resting = controls.pauses(connection).get(scope)
    if resting is None:
        controls.pause(connection, now, by, because, scope)
    ids = record.concerned(connection, scope)
    record.remember(connection, scope, ids)
    return ids, resting.at if resting else now


async def foresee(keepwarm: Keepwarm, target: Target, policy: str) -> Effect:
    """What a resume by a policy would do now, by day. Raises Refused."""
    _check(policy)
    now = await keepwarm.now()
    ids = await keepwarm.read(_told_or_concerned, target)
    total = Effect()
    for first in range(0, len(ids), PAGE):
        total.add(
            await keepwarm.read(_foresee, keepwarm.settings, target.scope, ids[first : first + PAGE], policy, now)
        )
    return total


def _foresee(
    connection: Connection, settings: Settings, scope: str, ids: Sequence[str], policy: str, now: datetime
) -> Effect:
    states = relationships_from(connection, house_of(connection, settings), ids)
    return previews(states.values(), scope, policy, now)


async def resume(keepwarm: Keepwarm, target: Target, policy: str, *, by: str = "") -> int:
    """End the pause by a policy; how many people were told. Again, it tells those whom an interrupted one missed."""
    _check(policy)
    if target.scope == PERSON:
        await keepwarm.resume(target.candidate, policy=policy, by=by)
        return 1
    now = await keepwarm.now()
    ids = await keepwarm.write(_end, target, by)
    await _tell(keepwarm, ids, "resumed", {"scope": target.scope, "policy": policy, "by": by, "at": now.isoformat()})
    await keepwarm.write(record.forget, target.scope)
    return len(ids)


def _end(connection: Connection, target: Target, by: str) -> list[str]:
    ids = _told_or_concerned(connection, target)
    record.remember(connection, target.scope, ids)
    controls.resume(connection, by, target.scope)
    return ids


def _told_or_concerned(connection: Connection, target: Target) -> list[str]:
    if target.scope == PERSON:
        return [target.candidate]
    resting = controls.pauses(connection).get(target.scope)
    told = set(record.told(connection, target.scope))
    concerned = record.concerned(connection, target.scope, resting.at) if resting else []
    return sorted(told.union(concerned))


async def tell_newcomer(keepwarm: Keepwarm, candidate_id: str, published: JourneyVersion) -> None:
    """Tell somebody who enters a journey of the pauses that hold it, so that their waits are frozen from the beginning."""
    for scope in await keepwarm.write(_joining, candidate_id, published):
        await _tell(keepwarm, [candidate_id], "paused", {"scope": scope})


def _joining(connection: Connection, candidate_id: str, published: JourneyVersion) -> list[str]:
    """The house's pauses that concern somebody in this journey; they are noted as told."""
    resting = controls.pauses(connection)
    if not resting:
        return []
    owner = find_candidate(connection, candidate_id).owner
    templates = {f"template:{step['id']}" for step in published.plan["steps"]}
    mine = [
        one for one in resting if one in {EVERYTHING, f"journey:{published.journey}", f"sender:{owner}", *templates}
    ]
    for scope in mine:
        record.remember(connection, scope, [candidate_id])
    return mine


def resting(connection: Connection) -> list[dict[str, Any]]:
    """Everything that is stopped or paused, as plain data."""
    stops = [{"kind": "stopped", "scope": scope} | asdict(one) for scope, one in controls.stops(connection).items()]
    pauses = [{"kind": "paused", "scope": scope} | asdict(one) for scope, one in controls.pauses(connection).items()]
    return [*stops, *pauses]


def effect_lines(effect: Effect, policy: str, days: int = 10) -> list[str]:
    """What a resume would do, for people."""
    by_day = sorted(effect.by_day.items())
    shown = ", ".join(f"{day}: {number}" for day, number in by_day[:days]) or "nothing within a month"
    dropped = f", {effect.dropped} dropped" if effect.dropped else ""
    more = f", then {sum(number for _, number in by_day[days:])} more" if len(by_day) > days else ""
    return [f"{policy}: {effect.overdue} overdue{dropped}; {shown}{more}"]


def _check(policy: str) -> None:
    try:
        read_policy(policy)
    except ValueError as error:
        raise Refused(str(error)) from error


async def _tell(keepwarm: Keepwarm, ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
    event_id = str(uuid.uuid4())
    for first in range(0, len(ids), PAGE):
        await keepwarm.signal_candidates(ids[first : first + PAGE], name, {"event_id": event_id, **payload})
