"""What conditions may ask about people, read from the record for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from domain.conditions import Traits
from storage.tables import applications, candidate_facts, candidates, enrollments, pool_members, skills, tags


def of(connection: Connection, candidate_ids: Sequence[str], today: date, journey: str = "") -> dict[str, Traits]:
    """Everybody's traits, unknown ids left out. With a journey, `answers` are those of the stay that they are in."""
    ids = list(candidate_ids)
    sets: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in ("tags", "skills", "pools")}
    for name, table, column in (
        ("tags", tags, tags.c.tag), ("skills", skills, skills.c.skill), ("pools", pool_members, pool_members.c.pool),
    ):  # fmt: skip
        for candidate_id, value in connection.execute(
            select(table.c.candidate_id, column).where(table.c.candidate_id.in_(ids))
        ):
            sets[name][candidate_id].add(value)
    stages, furthest = defaultdict[str, dict[str, str]](dict), defaultdict[str, dict[str, str]](dict)
    for row in connection.execute(select(applications).where(applications.c.candidate_id.in_(ids))):
        stages[row.candidate_id][row.opening_id] = row.stage
        furthest[row.candidate_id][row.opening_id] = row.furthest
    facts = defaultdict[str, dict[str, str]](dict)
    for row in connection.execute(select(candidate_facts).where(candidate_facts.c.candidate_id.in_(ids))):
        facts[row.candidate_id][row.name] = row.value
    answers = _answers(connection, ids, journey) if journey else {}
    return {
        row.id: Traits(
            tags=frozenset(sets["tags"][row.id]), skills=frozenset(sets["skills"][row.id]),
            pools=frozenset(sets["pools"][row.id]), stages=stages[row.id], furthest=furthest[row.id], facts=facts[row.id],
            answers=answers.get(row.id, {}), language=row.language, country=row.country, place=row.place, source=row.source,
            relationship=row.relationship_type, level=row.level, owner=row.owner, office=row.office, today=today,
        )
        for row in connection.execute(select(candidates).where(candidates.c.id.in_(ids)))
    }  # fmt: skip


def _answers(connection: Connection, ids: list[str], journey: str) -> dict[str, dict[str, str]]:
    c = enrollments.c
    wanted = select(c.candidate_id, c.answers).where(
        c.candidate_id.in_(ids), c.journey == journey, c.status == "active"
    )
    return {row.candidate_id: {step: one[0] for step, one in row.answers.items()} for row in connection.execute(wanted)}
