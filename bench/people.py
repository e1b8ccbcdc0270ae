"""A fictional pool, written straight into the product's tables: thousands of people in a second, started by the product's own door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from domain.stages import StageKind
from storage import journeys
from templates.journeys import FOLDER, digest, load_journey, snapshot

JOURNEY = "bench-drip"
SHIPPED = "talent-community"
STEPS = ("welcome", "your-direction", "keep-current")
"""Three mails of the shipped journey, in its own words."""
FAR = 7 * 24.0
"""Hours between the later touches: the next one moves by a week, as in a real journey."""
ROUND_THE_CLOCK = {"days": "1111111", "start": 0, "end": 1440}
"""The measurement must not wait for office hours."""

_PEOPLE = text(
    """
    with fresh as (
        insert into candidates (id, full_name, first_name, zone, relationship_type, source, place)
        select :prefix || g, 'Person Number ' || g, 'Person', 'Europe/Berlin', 'prospect', 'bench', 'Berlin'
        from generate_series(1, :count) as g
        returning id
    ), points as (
        insert into contact_points (candidate_id, kind, value, canonical)
        select id, 'email', id || '@people.example', id || '@people.example' from fresh
    )
    insert into consent_log (candidate_id, purpose, channel, granted, basis, wording, source, at, event_id)
    select id, purpose, 'email', true, 'consent', 'I agree', 'bench', now() - interval '1 day', 'bench:' || purpose
    from fresh cross join unnest(array['application', 'nurture', 'alerts']) as purpose
    """
)
_ENROLL = text(
    """
    insert into enrollments (candidate_id, journey, version, occurrence, status, entered_at)
    select id, :journey, :version, to_char(entered at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'active', entered
    from (
        select :prefix || g as id, cast(:first as timestamptz) + (g - 1) * cast(:apart as interval) as entered
        from generate_series(1, :count) as g
    ) as drawn
    """
)
_SKILLS = text("insert into skills select :prefix || g, :skill from generate_series(1, :count) as g")
_LARGE_POOL = (
    """
    insert into candidates (id, full_name, place)
    select 'p' || g, 'Person Number ' || g, (array['Berlin', 'Paris', 'Rome', 'Oslo'])[1 + g % 4]
    from generate_series(1, :count) as g
    """,
    """
    insert into skills select distinct 'p' || g, 'skill' || ((g * (s * 7 + 1) + s * s * 131) % 60)
    from generate_series(1, :count) as g, generate_series(1, 5) as s
    """,
    "insert into pool_members select 'pool' || (g % 50), 'p' || g from generate_series(1, :count) as g",
    "insert into tags (candidate_id, tag) select 'p' || g, 'passive-prospect' from generate_series(1, :count, 100) as g",
    """
    insert into openings (id, title, place, must_have, nice_to_have, pools, status)
    select 'o' || g, 'Title ' || (g % 20), 'Berlin',
           array['Skill' || (g % 60), 'skill' || ((g * 7) % 60), 'skill' || ((g * 11 + 3) % 60), 'skill' || ((g * 13 + 5) % 60)],
           array['skill1', 'skill2'], array['pool' || (g % 50)], 'closed'
    from generate_series(1, 200) as g
    """,
    """
    insert into applications (candidate_id, opening_id, stage, stage_at, kind, furthest, furthest_kind, applied_at)
    select 'p' || g, 'o' || (1 + g % 200), 'rejected', now(), :refused, case when g % 5 = 0 then 'interview' else 'applied' end,
           case when g % 5 = 0 then :late else :received end, now()
    from generate_series(1, :count, 2) as g
    """,
)


@dataclass(frozen=True, slots=True)
class Dues:
    """When first touches fall due: one person after the other from `first` on, `apart` from each other."""

    first: datetime
    apart: timedelta = timedelta(0)


def plan(apart_hours: float) -> dict[str, Any]:
    """The drip as a workflow pins it, but for its version: the first touch on entering, the others so many hours apart."""
    steps = [
        {"id": step, "channel": "email", "wait_hours": apart_hours if at else 0.0} for at, step in enumerate(STEPS)
    ]
    return {"journey": JOURNEY, "purpose": "nurture", "window": ROUND_THE_CLOCK, "steps": steps}


def publish_drip(engine: Engine) -> None:
    """Publish three mails of a shipped journey: the first at once on entering, then one a week, at any hour."""
    frozen = {**snapshot(load_journey(FOLDER / SHIPPED)), "journey": JOURNEY}
    with engine.begin() as connection:
        journeys.publish(
            connection,
            JOURNEY,
            title="Measured",
            snapshot=frozen,
            digest=digest(frozen),
            plan_of=lambda version: plan(FAR) | {"version": version},
        )


def add_people(engine: Engine, prefix: str, count: int, dues: Dues | None = None) -> None:
    """Put `<prefix>1` to `<prefix><count>` on record with email and consent, with `dues` in the drip. Nothing is started."""
    with engine.begin() as connection:
        connection.execute(_PEOPLE, {"prefix": prefix, "count": count})
        if dues:
            _enroll(connection, prefix, count, dues)
    analyze(engine)


def add_skill(engine: Engine, prefix: str, count: int, skill: str) -> None:
    """Give each of these people a skill."""
    with engine.begin() as connection:
        connection.execute(_SKILLS, {"prefix": prefix, "count": count, "skill": skill})
    analyze(engine)


def add_large_pool(engine: Engine, count: int) -> None:
    """A pool to match against: five skills each, 200 openings, half of the people with an earlier application."""
    kinds = {"refused": StageKind.REFUSED, "late": StageKind.LATE, "received": StageKind.RECEIVED}
    with engine.begin() as connection:
        for statement in _LARGE_POOL:
            named = {name: str(kind) for name, kind in kinds.items() if f":{name}" in statement}
            connection.execute(text(statement), named | ({"count": count} if ":count" in statement else {}))
    analyze(engine)


def analyze(engine: Engine) -> None:
    """Let the planner know what autovacuum would soon tell it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _enroll(connection: Connection, prefix: str, count: int, dues: Dues) -> None:
    version = journeys.get(connection, JOURNEY).version
    when = {"first": dues.first, "apart": dues.apart}
    connection.execute(_ENROLL, {"prefix": prefix, "count": count, "journey": JOURNEY, "version": version, **when})
