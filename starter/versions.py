"""Versions of a journey and the people in them: what another version would change for whom, moving them, and taking it back."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from config.settings import Settings
from domain.conditions import check, holds
from domain.events import Moved
from domain.outlook import upcoming
from domain.plans import draw
from domain.relationships import Relationship
from domain.touches import Planned
from domain.transitions import apply
from starter import lookups
from starter.rebuild import house_of, relationships_from
from starter.refusals import Refused
from storage import controls, moves, traits
from storage.moves import Move, Stay

if TYPE_CHECKING:
    from starter.client import Keepwarm

PAGE = 200
PATIENCE = timedelta(seconds=60)
"""How long a move is waited for; workflows that are slower make it all the same."""
LOOK = 0.2
HORIZON = timedelta(days=4000)


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """What a version changes about a step for some people: `sooner` or `later` by `days`, `added`, or `dropped`."""

    step: str
    change: str
    days: int = 0

    def __str__(self) -> str:
        match self.change:
            case "dropped":
                return f"would skip {self.step}"
            case "added":
                return f"get {self.step} besides"
        span = f"{self.days} day{'s' if self.days != 1 else ''}" if self.days else "hours"
        return f"get {self.step} {span} {'earlier' if self.change == 'sooner' else 'later'}"


@dataclass(slots=True)
class Difference:
    """What another version would change for those inside: how many people each effect concerns, and for how many nothing changes."""

    journey: str
    people: int = 0
    unchanged: int = 0
    effects: Counter[Effect] = field(default_factory=Counter)
    of_whom: dict[Effect, list[str]] = field(default_factory=lambda: defaultdict(list))

    def lines(self) -> list[str]:
        """In sentences: `300 get step-4 2 days earlier`."""
        told = [
            f"{number} {effect}"
            for effect, number in sorted(self.effects.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        return [*told, f"{self.unchanged} unchanged"]


def differ(
    connection: Connection, settings: Settings, journey: str, plan: dict[str, Any], only: Iterable[str] | None = None,
    progress: Callable[[int, int | None], None] = lambda done, of: None,
) -> Difference:  # fmt: skip
    """What a plan would change for those who are in another version of the journey: each one's outlook with and without the move."""
    stays = _moving(moves.inside(connection, journey), int(plan["version"]), only)
    found, house = Difference(journey, people=len(stays)), house_of(connection, settings)
    now = controls.clock(connection).story(datetime.now(UTC))
    for first in range(0, len(stays), PAGE):
        page = [stay.candidate_id for stay in stays[first : first + PAGE]]
        for candidate_id, state in relationships_from(connection, house, page).items():
            effects = effects_for(state, journey, plan, now)
            found.unchanged += not effects
            for effect in effects:
                found.effects[effect] += 1
                found.of_whom[effect].append(candidate_id)
        progress(min(first + PAGE, len(stays)), len(stays))
    return found


def effects_for(state: Relationship, journey: str, plan: dict[str, Any], now: datetime) -> list[Effect]:
    """What moving one person would change of the journey's touches that they still get."""
    before = _touches(state, journey, now)
    moved = copy.deepcopy(state)
    apply(moved, Moved(event_id="", at=now, journey=journey, version=int(plan["version"]), plan=plan), now)
    after = _touches(moved, journey, now)
    effects = [Effect(step, "dropped") for step in before if step not in after]
    for step, due in after.items():
        if step not in before:
            effects.append(Effect(step, "added"))
        elif due != before[step]:
            shift = due - before[step]
            effects.append(
                Effect(step, "later" if shift > timedelta() else "sooner", round(abs(shift) / timedelta(days=1)))
            )
    return sorted(effects)


def _touches(state: Relationship, journey: str, now: datetime) -> dict[str, datetime]:
    ahead: list[Planned] = upcoming(state, now, HORIZON)
    return {planned.template: planned.due for planned in ahead if planned.journey == journey}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a move concerns: all inside another version, or those of whom a condition holds, named ones, a share (0 to 1)."""

    condition: str = ""
    ids: tuple[str, ...] = ()
    share: float = 1.0


def choose(connection: Connection, journey: str, version: int, wanted: Wanted) -> list[Stay]:
    """The people a move concerns, by id. A share is drawn, the same in every try. Raises Refused."""
    fault = check(wanted.condition) if wanted.condition else ""
    if fault:
        raise Refused(fault)
    if not 0 < wanted.share <= 1:
        raise Refused(f"a share of {wanted.share:.0%} moves nobody; give more than 0 and at most 100%")
    stays = _moving(moves.inside(connection, journey), version, wanted.ids or None)
    missing = sorted(set(wanted.ids) - {stay.candidate_id for stay in stays})
    if missing:
        raise Refused(f"not in another version of {journey}: {', '.join(missing)}")
    if wanted.condition:
        today = datetime.now(UTC).date()
        known: dict[str, bool] = {}
        for first in range(0, len(stays), PAGE):
            page = [stay.candidate_id for stay in stays[first : first + PAGE]]
            known |= {
                one: holds(wanted.condition, seen) for one, seen in traits.traits_of(connection, page, today).items()
            }
        stays = [stay for stay in stays if known.get(stay.candidate_id)]
    drawn = sorted(stays, key=lambda stay: draw(f"move/{journey}/{version}/{stay.candidate_id}"))
    kept = drawn[: round(len(drawn) * wanted.share)]
    return sorted(kept, key=lambda stay: stay.candidate_id)


def _moving(stays: Sequence[Stay], version: int, only: Iterable[str] | None) -> list[Stay]:
    named = None if only is None else set(only)
    return [stay for stay in stays if stay.version != version and (named is None or stay.candidate_id in named)]


@dataclass(frozen=True, slots=True)
class Moving:
    """What came of a move: its id (to undo it), how many were signalled, and how many workflows have not made it yet."""

    move_id: str
    people: int
    waiting: int


async def move_people(
    keepwarm: Keepwarm, journey: str, version: int, stays: Sequence[Stay], *, by: str = "", undoes: str = "", move_id: str,
    progress: Callable[[int, int | None], None] = lambda done, of: None,
) -> Moving:  # fmt: skip
    """Move people to a version: recorded first, so that it can be undone, then signalled. Again with the same id, it goes on."""
    published = await keepwarm.read(lookups.find_journey, journey, version)
    at = await keepwarm.now()
    listed = [
        Move(move_id, stay.candidate_id, journey, stay.occurrence, stay.version, version, at, by, undoes)
        for stay in stays
    ]
    for first in range(0, len(listed), PAGE):
        page = listed[first : first + PAGE]
        await keepwarm.write(moves.record, page)
        payload = {
            "event_id": move_id, "journey": journey, "version": version, "move_id": move_id, "at": at.isoformat(),
            "plan": published.plan,
        }  # fmt: skip
        await keepwarm.signal_candidates([move.candidate_id for move in page], "moved", payload)
        progress(min(first + PAGE, len(listed)), len(listed))
    return Moving(move_id, len(listed), await _settled(keepwarm, move_id))


async def undo(keepwarm: Keepwarm, move_id: str, *, by: str = "", new_id: str) -> list[Moving]:
    """Take a move back for everybody who is still where it took them. Raises Refused for an unknown one."""
    made = await keepwarm.read(moves.of, move_id)
    if not made:
        raise Refused(f"no move {move_id}; `keepwarm journey move` tells the id of each")
    inside = {stay.candidate_id: stay for stay in await keepwarm.read(moves.inside, made[0].journey)}
    back: dict[int, list[Stay]] = defaultdict(list)
    for move in made:
        stay = inside.get(move.candidate_id)
        if stay and stay.version == move.to_version and stay.occurrence == move.occurrence:
            back[move.from_version].append(stay)
    return [
        await move_people(
            keepwarm, made[0].journey, version, stays, by=by, undoes=move_id, move_id=f"{new_id}-{version}"
        )
        for version, stays in sorted(back.items())
    ]


async def _settled(keepwarm: Keepwarm, move_id: str) -> int:
    """How many have not made the move once nobody makes it any more, or patience ends."""
    deadline = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
    while (rest := await keepwarm.read(moves.waiting, move_id)) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - workflows write it
        await asyncio.sleep(LOOK)
    return rest
