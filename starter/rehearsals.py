"""Rehearsals over the real pool: everybody as they are on record, lived ahead by the production core. Reads; writes nothing."""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import distinct_on

from config.settings import Settings
from domain.conditions import Traits, refusal_by
from domain.rehearsals import Habits, Happened, Person, rehearse
from domain.totals import Totals
from starter.rebuild import house_of, relationships_from
from starter.refusals import Refused
from storage import controls, recruiters, traits
from storage.tables import candidates, consent_log, contact_points, pool_members

PAGE = 500
CHANNEL_OF = {"email": "email", "phone": "sms"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to rehearse: a journey's plan (None: what is live), over whom, how long, with which habits; `person` is told in full."""

    days: int = 365
    plan: dict[str, Any] | None = None
    pool: str = ""
    habits: Habits = field(default_factory=Habits)
    person: str = ""


@dataclass(slots=True)
class Rehearsal:
    """What came of it. `lives` are those of the people who were asked for in full; `seconds` and `megabytes` are what it cost."""

    start: datetime
    wish: Wish
    totals: Totals = field(default_factory=Totals)
    lives: dict[str, list[Happened]] = field(default_factory=dict)
    seconds: float = 0.0
    megabytes: float = 0.0


def run(
    connection: Connection, settings: Settings, wish: Wish,
    progress: Callable[[int, int | None], None] = lambda done, of: None,
) -> Rehearsal:  # fmt: skip
    """Rehearse over everybody whom the wish concerns. Raises Refused where nobody is."""
    began = time.monotonic()
    made = Rehearsal(controls.clock(connection).story(datetime.now(UTC)), wish)
    ids = pool_of(connection, wish)
    if not ids:
        raise Refused(f"nobody is in the pool {wish.pool}" if wish.pool else "nobody is on record; import people first")
    for done, person in enumerate(people(connection, settings, ids), 1):
        candidate_id = person.relationship.candidate_id
        refusal = entry_refusal(wish.plan, person.traits)
        life = rehearse(person, made.start, timedelta(days=wish.days), wish.habits, wish.plan, refusal)
        made.totals.add(life)
        if wish.person == candidate_id:
            made.lives[candidate_id] = life
        if done % 50 == 0 or done == len(ids):
            progress(done, len(ids))
    made.seconds = time.monotonic() - began
    made.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return made


def sample(connection: Connection, settings: Settings, wish: Wish, count: int) -> list[Person]:
    """Some of those whom the journey would let in, drawn evenly over the pool. Raises Refused where there is nobody."""
    ids = pool_of(connection, wish)
    spread = ids[:: max(1, len(ids) // count)][:count]
    chosen = [one for one in people(connection, settings, spread) if not entry_refusal(wish.plan, one.traits)]
    if not chosen:
        raise Refused("nobody of the sample may enter; choose another pool")
    return chosen


def entry_refusal(plan: dict[str, Any] | None, known: Traits) -> str:
    """Why a journey's own rules refuse a person; empty when they don't."""
    return refusal_by(str(plan.get("entry", "")), str(plan.get("exclude", "")), known) if plan else ""


def pool_of(connection: Connection, wish: Wish) -> list[str]:
    """Everybody whom a rehearsal concerns, by id; a person alone where one is asked for."""
    c = candidates.c
    wanted = select(c.id).where(c.erased_recorded_at.is_(None)).order_by(c.id)
    if wish.pool:
        wanted = wanted.where(c.id.in_(select(pool_members.c.candidate_id).where(pool_members.c.pool == wish.pool)))
    if wish.person:
        wanted = wanted.where(c.id == wish.person)
    return list(connection.scalars(wanted))


def people(connection: Connection, settings: Settings, ids: Sequence[str]) -> Iterator[Person]:
    """Everybody as they are on record now, read by pages."""
    house = house_of(connection, settings)
    today = controls.clock(connection).story(datetime.now(UTC)).date()
    for first in range(0, len(ids), PAGE):
        page = ids[first : first + PAGE]
        states = relationships_from(connection, house, page)
        known = traits.traits_of(connection, page, today)
        reached, agreed = _addresses(connection, page), agreed_to(connection, page)
        writers = recruiters.writing_for(connection, {state.owner for state in states.values()})
        for candidate_id, state in states.items():
            writer = writers.get(state.owner)
            yield Person(
                state, known.get(candidate_id, Traits()), frozenset(reached[candidate_id]), frozenset(agreed[candidate_id]),
                writer.id if writer else "",
            )  # fmt: skip


def _addresses(connection: Connection, page: Sequence[str]) -> dict[str, set[str]]:
    c, found = contact_points.c, defaultdict[str, set[str]](set)
    usable = select(c.candidate_id, c.kind).where(c.candidate_id.in_(page), c.suppressed == "", c.kind.in_(CHANNEL_OF))
    for candidate_id, kind in connection.execute(usable):
        found[candidate_id].add(CHANNEL_OF[kind])
    return found


def agreed_to(connection: Connection, page: Sequence[str]) -> dict[str, set[str]]:
    """What each of these people agreed to, as `purpose/channel`; who agreed to nothing is left out."""
    c, found = consent_log.c, defaultdict[str, set[str]](set)
    key = (c.candidate_id, c.purpose, c.channel)
    latest = (
        select(*key, c.granted)
        .where(c.candidate_id.in_(page))
        .ext(distinct_on(*key))
        .order_by(*key, c.at.desc(), c.id.desc())
    )
    for candidate_id, purpose, channel, granted in connection.execute(latest):
        if granted:
            found[candidate_id].add(f"{purpose}/{channel}")
    return found
