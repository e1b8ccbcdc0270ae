"""What conditions may ask about people, read from the record for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, Connection, Text, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.conditions import Traits
from domain.windows import zone_of
from storage.tables import applications, candidate_facts, candidates, enrollments, pool_members, skills, tags


def traits_of(connection: Connection, candidate_ids: Sequence[str], today: date) -> dict[str, Traits]:
    """Everybody's traits but for `answers`, unknown ids left out. Six statements, however many people.

    With a moment as `today`, each person's is the day that it is where they live.
    """
    ids = list(candidate_ids)
    own_tags, own_skills, own_pools = (
        _sets(connection, *columns, ids)
        for columns in (
            (tags.c.candidate_id, tags.c.tag),
            (skills.c.candidate_id, skills.c.skill),
            (pool_members.c.candidate_id, pool_members.c.pool),
        )
    )
    stages, furthest = defaultdict[str, dict[str, str]](dict), defaultdict[str, dict[str, str]](dict)
    a = applications.c
    for row in connection.execute(
        select(a.candidate_id, a.opening_id, a.stage, a.furthest).where(_among(a.candidate_id, ids))
    ):
        stages[row.candidate_id][row.opening_id] = row.stage
        furthest[row.candidate_id][row.opening_id] = row.furthest
    facts, f = defaultdict[str, dict[str, str]](dict), candidate_facts.c
    for candidate_id, name, value in connection.execute(
        select(f.candidate_id, f.name, f.value).where(_among(f.candidate_id, ids))
    ):
        facts[candidate_id][name] = value
    return {
        row.id: Traits(
            tags=own_tags[row.id], skills=own_skills[row.id], pools=own_pools[row.id], stages=stages[row.id],
            furthest=furthest[row.id], facts=facts[row.id], language=row.language, country=row.country, place=row.place,
            source=row.source, relationship=row.relationship_type, level=row.level, owner=row.owner, office=row.office,
            today=_local(today, row.zone),
        )
        for row in connection.execute(select(candidates).where(_among(candidates.c.id, ids)))
    }  # fmt: skip


def answers_of(connection: Connection, stays: Collection[tuple[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """How the steps that are no messages came out, for people in journeys (candidate and journey), as far as they are in them now."""
    c = enrollments.c
    wanted = select(c.candidate_id, c.journey, c.answers).where(
        c.status == "active", _among(c.candidate_id, {candidate for candidate, _ in stays}),
        _among(c.journey, {journey for _, journey in stays}),
    )  # fmt: skip
    return {
        (row.candidate_id, row.journey): {step: outcome for step, (outcome, _) in row.answers.items()}
        for row in connection.execute(wanted)
    }


def _sets(
    connection: Connection, candidate: Column[str], value: Column[str], ids: list[str]
) -> defaultdict[str, frozenset[str]]:
    found = defaultdict[str, set[str]](set)
    for candidate_id, one in connection.execute(select(candidate, value).where(_among(candidate, ids))):
        found[candidate_id].add(one)
    return defaultdict(frozenset, {candidate_id: frozenset(values) for candidate_id, values in found.items()})


def _among(column: Column[str], values: Iterable[str]) -> ColumnElement[bool]:
    """One parameter, however many values: a list of them ends at 65,535."""
    return column == any_(literal(sorted(set(values)), ARRAY(Text)))


def _local(today: date, zone: str) -> date:
    return today.astimezone(zone_of(zone)).date() if isinstance(today, datetime) else today
