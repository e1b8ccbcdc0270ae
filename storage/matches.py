"""Who may fit an opening, by open rules on skills, tags, pools, earlier stage and place; each factor stored with its points.

Ranking people is regulated (NYC Local Law 144, EU AI Act Annex III no. 4): the factors are few, fixed and shown per person, and
nothing here decides; it proposes whom to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select, text

from domain.stages import StageKind
from domain.touches import Purpose
from storage.rows import as_rows
from storage.tables import applications, candidates, opening_matches, upcoming

STANDING_TAGS = ("silver-medalist", "passive-prospect")
"""Tags that mean: tell me whenever something fits."""

_WORDS = "(select coalesce(array_agg(distinct lower(word)), '{{}}') from unnest({0}) as word)"


def _factor(name: str, points: str, found: str, of: str = "null") -> str:
    """SQL for one factor: null where nothing was found."""
    return (
        f"case when {found} is not null then jsonb_strip_nulls(jsonb_build_object("
        f"'factor', '{name}', 'points', {points}, 'found', to_jsonb({found}), 'of', {of})) end"
    )


_MATCH = text(
    f"""
    with plain as materialized (
        select id, lower(title) as title, lower(place) as place, pools,
               {_WORDS.format("must_have")} as must, {_WORDS.format("nice_to_have")} as nice
        from openings where id = :opening_id
    ), wanted as materialized (
        select plain.*, cardinality(must) as must_count, cardinality(nice) as nice_count, array(
            select other.id from openings as other
            where lower(other.title) = plain.title or {_WORDS.format("other.must_have")} && plain.must
        ) as kindred
        from plain
    ), medals as materialized (
        select a.candidate_id, min(a.opening_id) as opening_id
        from wanted as w join applications as a on a.opening_id = any (w.kindred) join openings as o on o.id = a.opening_id
        where a.furthest_kind = 'late' and (a.kind in ('refused', 'withdrawn') or o.status in ('closed', 'filled'))
        group by a.candidate_id
    ), tagged as materialized (
        select t.candidate_id, array_agg(t.tag order by t.tag) as found
        from wanted as w join tags as t on lower(t.tag) = any (w.must || cast(:standing as text[])) group by t.candidate_id
    ), pooled as materialized (
        select p.candidate_id, array_agg(p.pool order by p.pool) as found
        from wanted as w join pool_members as p on p.pool = any (w.pools) group by p.candidate_id
    ), skilled as materialized (
        select s.candidate_id, array_agg(distinct lower(s.skill)) as found
        from wanted as w join skills as s on lower(s.skill) = any (w.must) group by s.candidate_id
    ), reached as (
        select candidate_id from skilled, wanted where 2 * cardinality(found) >= must_count
        union select candidate_id from tagged
        union select candidate_id from pooled
        union select candidate_id from medals
    ), judged as (
        select r.candidate_id, array_remove(array[
            {_factor("must_have", "round(50.0 * cardinality(skilled.found) / w.must_count, 1)", "skilled.found", "w.must_count")},
            {_factor("nice_to_have", "round(15.0 * cardinality(nice.found) / w.nice_count, 1)", "nice.found", "w.nice_count")},
            {_factor("silver_medalist", "20", "medals.opening_id")},
            {_factor("tag", "10", "tagged.found")},
            {_factor("pool", "10", "pooled.found")},
            {_factor("place", "5", "case when w.place <> '' and lower(c.place) = w.place then c.place end")}
        ], null) as factors
        from reached as r cross join wanted as w join candidates as c on c.id = r.candidate_id
        left join skilled using (candidate_id) left join medals using (candidate_id)
        left join tagged using (candidate_id) left join pooled using (candidate_id)
        cross join lateral (
            select array_agg(distinct lower(skill)) as found from skills
            where candidate_id = r.candidate_id and lower(skill) = any (w.nice)
        ) as nice
        where not c.erased and c.relationship_type <> 'employee'
    )
    insert into opening_matches (opening_id, round, candidate_id, score, factors, at, outcome, because)
    select :opening_id, :round, candidate_id,
           (select sum(cast(factor ->> 'points' as numeric)) from unnest(factors) as factor), to_jsonb(factors), :at,
           case when hired then 'not_told' else 'matched' end, case when hired then 'hired' else '' end
    from judged cross join lateral (
        select exists (select from applications as a where a.candidate_id = judged.candidate_id and a.kind = 'hired') as hired
    ) as standing
    on conflict do nothing
    """  # noqa: S608 - built of our own constants
)
_PAGE = (
    select(opening_matches.c.candidate_id, opening_matches.c.score, opening_matches.c.factors)
    .where(
        opening_matches.c.opening_id == bindparam("opening_id"),
        opening_matches.c.round == bindparam("round"),
        opening_matches.c.candidate_id > bindparam("after"),
        ~exists().where(
            applications.c.candidate_id == opening_matches.c.candidate_id, applications.c.kind == StageKind.HIRED
        ),
    )
    .order_by(opening_matches.c.candidate_id)
    .limit(bindparam("limit"))
)
_ANNOUNCED = text(
    """
    update opening_matches set outcome = 'announced', at = :at
    where opening_id = :opening_id and round = :round and candidate_id = any (:ids) and outcome = 'matched'
    """
)
_SETTLE = text(
    """
    insert into opening_matches (opening_id, round, candidate_id, score, factors, outcome, because, at)
    select t.opening_id, t.round, t.candidate_id, 0, '[]', t.outcome, t.because, t.at
    from json_to_recordset(:rows) as t (opening_id text, round int, candidate_id text, outcome text, because text, at timestamptz)
    where exists (select from openings as o where o.id = t.opening_id)
    on conflict (opening_id, round, candidate_id) do update
    set outcome = excluded.outcome, because = excluded.because, at = excluded.at
    where opening_matches.outcome <> 'told'
    """
)


_IS_PLANNED = and_(
    upcoming.c.candidate_id == opening_matches.c.candidate_id,
    upcoming.c.purpose == Purpose.ALERTS,
    upcoming.c.opening_id == opening_matches.c.opening_id,
    upcoming.c.touch_key.endswith(func.concat("/round-", opening_matches.c.round)),
    upcoming.c.because != "",
    opening_matches.c.outcome == "announced",
)
_OUTCOME = case((upcoming.c.touch_key.is_not(None), "waiting"), else_=opening_matches.c.outcome).label("outcome")
_UNTIL = func.to_char(func.timezone("UTC", upcoming.c.due), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
_BECAUSE = case(
    (upcoming.c.touch_key.is_not(None), upcoming.c.because + " until " + _UNTIL), else_=opening_matches.c.because
).label("because")


@dataclass(frozen=True, slots=True)
class Match:
    """A person who may fit. `factors`: a list of `{"factor", "points", "found"?, "of"?}`; their points add up to `score`."""

    candidate_id: str
    score: float
    factors: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a person in a round. `outcome`: matched, announced, waiting, told, not_told; `because` says why not."""

    candidate_id: str
    full_name: str
    score: float
    factors: list[dict[str, Any]]
    outcome: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """What became of one alert."""

    opening_id: str
    round: int
    candidate_id: str
    outcome: str
    because: str
    at: datetime


def page(
    connection: Connection,
    opening_id: str,
    round_number: int,
    after: str,
    limit: int,
    at: datetime,
) -> list[Match]:
    """The next people who may fit, in the order of ids after `after`, from now on announced in this round.

    The first page (`after` empty) matches everybody and stores them with their factors; asked again it adds who has come since,
    and changes nothing else. Who qualifies: at least half of the must-have skills; one of the opening's pools; a silver
    medalist of an opening with the same title or an overlapping must-have; a tag that is a must-have or a standing one.
    Erased people and employees do not; hired ones are stored as not told, and are on no page.
    """
    if not after:
        given = {"opening_id": opening_id, "round": round_number, "at": at, "standing": list(STANDING_TAGS)}
        connection.execute(_MATCH, given)
    wanted = {"opening_id": opening_id, "round": round_number, "after": after, "limit": limit, "at": at}
    found = [Match(*row) for row in connection.execute(_PAGE, wanted)]
    if found:
        connection.execute(_ANNOUNCED, wanted | {"ids": [match.candidate_id for match in found]})
    return found


def settle(connection: Connection, outcomes: Sequence[MatchOutcome]) -> None:
    """Record what became of alerts, also for people who were announced to by hand. Who was told stays told."""
    if outcomes:
        connection.execute(_SETTLE, {"rows": as_rows(outcomes)})


def told(connection: Connection, opening_id: str, round_number: int | None = None) -> list[Told]:
    """Who was told, who was not and why, the best match first; of the latest round unless one is named.

    An alert that its candidate's workflow holds back waits, until the moment that the workflow has planned.
    """
    m = opening_matches.c
    if round_number is None:
        round_number = connection.scalar(select(func.max(m.round)).where(m.opening_id == opening_id)) or 0
    wanted = (
        select(m.candidate_id, candidates.c.full_name, m.score, m.factors, _OUTCOME, _BECAUSE, m.at)
        .join(candidates, candidates.c.id == m.candidate_id)
        .outerjoin(upcoming, _IS_PLANNED)
        .where(m.opening_id == opening_id, m.round == round_number)
        .order_by(m.score.desc(), m.candidate_id)
    )
    return [Told(*row) for row in connection.execute(wanted)]


def counts(connection: Connection, opening_id: str, round_number: int) -> dict[str, int]:
    """How many people per outcome."""
    m = opening_matches.c
    wanted = (
        select(_OUTCOME, func.count().label("number"))
        .select_from(opening_matches.outerjoin(upcoming, _IS_PLANNED))
        .where(m.opening_id == opening_id, m.round == round_number)
        .group_by(_OUTCOME)
    )
    return {row.outcome: row.number for row in connection.execute(wanted)}
