"""Versions of a journey and the people in them: what another version would change for whom, moving them, and taking it back."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from config.settings import Settings
from domain.conditions import check, holds
from domain.events import Moved
from domain.outlook import upcoming
from domain.plans import draw
from domain.relationships import Relationship
from domain.transitions import apply
from domain.windows import SPREAD
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
LOOK_SECONDS = 0.2
RECORDED_AT_ONCE = 2_000
Advance = Callable[[int, int | None], None]
HORIZON = timedelta(days=4000)


def _silently(done: int, of: int | None) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """What a version changes about a step for some people: `earlier` or `later` by `days` (0: by hours), `added`, or `skipped`."""

    step: str
    change: str
    days: int = 0

    def __str__(self) -> str:
        match self.change:
            case "skipped":
                return f"would skip {self.step}"
            case "added":
                return f"get {self.step} besides"
        span = f"{self.days} day{'s' if self.days > 1 else ''}" if self.days else "some hours"
        return f"get {self.step} {span} {self.change}"


@dataclass(slots=True)
class Difference:
    """What another version would change for those inside: whom each effect concerns, and for how many nothing changes."""

    journey: str
    people: int = 0
    unchanged: int = 0
    effects: dict[Effect, list[str]] = field(default_factory=lambda: defaultdict(list))

    def lines(self) -> list[str]:
        """In sentences, what concerns most people first: `300 get step-4 2 days earlier`."""
        ordered = sorted(self.effects.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return [*(f"{len(ids)} {effect}" for effect, ids in ordered), f"{self.unchanged} unchanged"]


def differ(
    connection: Connection, settings: Settings, journey: str, plan: dict[str, Any], only: Iterable[str] | None = None,
    progress: Advance = _silently,
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
                found.effects[effect].append(candidate_id)
        progress(min(first + PAGE, len(stays)), len(stays))
    return found


def effects_for(state: Relationship, journey: str, plan: dict[str, Any], now: datetime) -> list[Effect]:
    """What moving one person would change of the journey's touches that they still get. The state is moved."""
    before = _touches(state, journey, now)
    apply(state, Moved(event_id="", at=now, journey=journey, version=int(plan["version"]), plan=plan), now)
    after = _touches(state, journey, now)
    effects = [Effect(step, "skipped") for step in before if step not in after]
    effects += [Effect(step, "added") for step in after if step not in before]
    for step in before.keys() & after.keys():
        shift = after[step] - before[step]
        if abs(shift) > SPREAD:
            effects.append(
                Effect(step, "later" if shift > timedelta() else "earlier", round(abs(shift) / timedelta(days=1)))
            )
    return sorted(effects)


def _touches(state: Relationship, journey: str, now: datetime) -> dict[str, datetime]:
    """When each message of the journey goes. Touches of different versions are spread differently, by no more than SPREAD."""
    return {planned.template: planned.due for planned in upcoming(state, now, HORIZON) if planned.journey == journey}


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
        holding = _of_whom(connection, journey, wanted.condition, [stay.candidate_id for stay in stays])
        stays = [stay for stay in stays if stay.candidate_id in holding]
    drawn = sorted(stays, key=lambda stay: draw(f"move/{journey}/{version}/{stay.candidate_id}"))
    kept = drawn[: round(len(drawn) * wanted.share)]
    return sorted(kept, key=lambda stay: stay.candidate_id)


def _of_whom(connection: Connection, journey: str, condition: str, ids: Sequence[str]) -> set[str]:
    now, holding = controls.clock(connection).story(datetime.now(UTC)), set[str]()
    for first in range(0, len(ids), PAGE):
        page = ids[first : first + PAGE]
        answers = traits.answers_of(connection, [(one, journey) for one in page])
        for one, known in traits.traits_of(connection, page, now).items():
            if holds(condition, replace(known, answers=answers.get((one, journey), {}))):
                holding.add(one)
    return holding


def _moving(stays: Sequence[Stay], version: int, only: Iterable[str] | None) -> list[Stay]:
    named = None if only is None else set(only)
    return [stay for stay in stays if stay.version != version and (named is None or stay.candidate_id in named)]


@dataclass(frozen=True, slots=True)
class Moving:
    """What came of a move: its id (to undo it), how many were signalled, and whose workflows have not made it yet."""

    move_id: str
    people: int
    waiting: list[str]


async def move_people(
    keepwarm: Keepwarm,
    journey: str,
    version: int,
    stays: Sequence[Stay],
    *,
    by: str = "",
    progress: Advance = _silently,
) -> Moving:
    """Move people to a version: recorded first, so that it can be undone and gone on with, then signalled. Raises Refused."""
    published = await keepwarm.read(lookups.find_journey, journey, version)
    move_id, at = new_move_id(), await keepwarm.now()
    listed = [
        Move(move_id, stay.candidate_id, journey, stay.occurrence, stay.version, published.version, at, by)
        for stay in stays
    ]
    return await _make(keepwarm, listed, progress)


async def undo(keepwarm: Keepwarm, move_id: str, *, by: str = "", progress: Advance = _silently) -> Moving:
    """Take a move back for everybody who is still where it took them. Raises Refused for an unknown one."""
    made = await keepwarm.read(_find, move_id)
    inside = {(stay.candidate_id, stay.occurrence): stay for stay in await keepwarm.read(moves.inside, made[0].journey)}
    back_id, at = new_move_id(), await keepwarm.now()
    back = [
        Move(
            back_id, move.candidate_id, move.journey, move.occurrence, stay.version, move.from_version, at, by, move_id
        )
        for move in made
        if (stay := inside.get((move.candidate_id, move.occurrence))) and stay.version == move.to_version
    ]
    return await _make(keepwarm, back, progress)


async def go_on(keepwarm: Keepwarm, move_id: str, *, progress: Advance = _silently) -> Moving:
    """Signal a move again to all who have not made it: it was interrupted, or their workflow was lost. Raises Refused."""
    made, waiting = await keepwarm.read(_find, move_id), set(await keepwarm.read(moves.waiting, move_id))
    return await _make(keepwarm, [move for move in made if move.candidate_id in waiting], progress)


def _find(connection: Connection, move_id: str) -> list[Move]:
    made = moves.of(connection, move_id)
    if not made:
        raise Refused(f"no move {move_id}; `keepwarm journey show` lists those of a journey")
    return made


async def _make(keepwarm: Keepwarm, listed: Sequence[Move], progress: Advance) -> Moving:
    """Record moves, which share their id, signal them by pages, and wait until they are made. The signal's id makes it one."""
    if not listed:
        return Moving("", 0, [])
    for first in range(0, len(listed), RECORDED_AT_ONCE):
        await keepwarm.write(moves.record, listed[first : first + RECORDED_AT_ONCE])
    done = 0
    for version, group in _by_version(listed).items():
        move, published = group[0], await keepwarm.read(lookups.find_journey, group[0].journey, version)
        payload = {
            "event_id": move.move_id, "at": move.at.isoformat(), "journey": move.journey, "version": version,
            "move_id": move.move_id, "undoes": move.undoes, "plan": published.plan,
        }  # fmt: skip
        for first in range(0, len(group), PAGE):
            page = group[first : first + PAGE]
            await keepwarm.signal_candidates([one.candidate_id for one in page], "moved", payload)
            done += len(page)
            progress(done, len(listed))
    return Moving(listed[0].move_id, len(listed), await _until_made(keepwarm, listed[0].move_id))


def _by_version(listed: Sequence[Move]) -> dict[int, list[Move]]:
    groups: dict[int, list[Move]] = defaultdict(list)
    for move in listed:
        groups[move.to_version].append(move)
    return groups


async def _until_made(keepwarm: Keepwarm, move_id: str) -> list[str]:
    """Who has not made the move once everybody has, or patience ends."""
    deadline = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
    while waiting := await keepwarm.read(moves.waiting, move_id):
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return waiting


def new_move_id() -> str:
    """An id for a move, short enough to be typed."""
    return f"move-{uuid.uuid4().hex[:8]}"
