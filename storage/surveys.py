"""Surveys: what people say of how they were treated, asked only once they know how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from storage.locks import lock_candidates
from storage.tables import survey_answers

QUESTIONS = ("informed", "respected")
"""Each from 1 (not at all) to 5 (completely): did they know where they stood, were they treated with respect."""
BEST_SCORE, BEST_ANSWER = 10, 5
CHANGE_WITHIN = timedelta(days=14)
"""How long after it was given an answer may be changed."""
LONGEST_COMMENT = 2_000

_TOLD = text(
    """
    select a.kind in ('hired', 'refused', 'withdrawn') and (
        select split_part(l.touch_key, '/', 3) = a.opening_id || ':' || a.stage from ledger as l
        where l.candidate_id = a.candidate_id and l.opening_id = a.opening_id and l.purpose = 'application'
          and split_part(l.touch_key, '/', 4) = 'message' and l.state in ('accepted', 'delivered', 'complained')
        order by l.accepted_at desc nulls last, l.id desc limit 1)
    from applications as a where a.candidate_id = :candidate_id and a.opening_id = :opening_id
    """
)
_RESULTS = text(
    """
    with asked as (
        select distinct opening_id, candidate_id from ledger
        where template = 'survey' and state in ('accepted', 'delivered', 'complained')
        union select opening_id, candidate_id from survey_answers
    )
    select k.opening_id, coalesce(o.title, ''), count(*), count(s.score),
           count(*) filter (where s.score >= 9), count(*) filter (where s.score <= 6),
           avg(cast(s.answers ->> 'informed' as int)), avg(cast(s.answers ->> 'respected' as int))
    from asked as k
    left join survey_answers as s using (opening_id, candidate_id)
    left join openings as o on o.id = k.opening_id
    where :opening_id in ('', k.opening_id)
    group by k.opening_id, o.title order by k.opening_id
    """
)


class Closed(Exception):
    """An answer can't be given, or not be changed any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person says of one opening's process. `score`: how likely they would recommend applying, 0 to 10.

    `answers` are by QUESTIONS, 1 to 5, left out where not given; `at` is when they first answered.
    """

    candidate_id: str
    opening_id: str
    score: int
    answers: dict[str, int] = field(default_factory=dict)
    comment: str = ""
    at: datetime | None = None

    def may_change(self, now: datetime) -> bool:
        """Whether it can still be changed."""
        return self.at is None or now <= self.at + CHANGE_WITHIN


@dataclass(frozen=True, slots=True)
class Result:
    """What the people of one opening said. `asked` counts who could answer, `answered` who did.

    `informed` and `respected` are means of 1 to 5, None where nobody said.
    """

    opening_id: str
    title: str
    asked: int
    answered: int
    promoters: int
    detractors: int
    informed: float | None
    respected: float | None

    @property
    def cnps(self) -> int | None:
        """Promoters (9, 10) less detractors (0 to 6), in percent of those who answered: -100 to 100. None: nobody did."""
        return round(100 * (self.promoters - self.detractors) / self.answered) if self.answered else None

    @property
    def rate(self) -> float:
        """The share of those asked who answered, 0 to 1."""
        return self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, without who it was: they were promised that it has no bearing on any application."""

    opening_id: str
    score: int
    comment: str
    at: datetime


_ROW = [survey_answers.c[name] for name in Answer.__dataclass_fields__]


def is_told(connection: Connection, candidate_id: str, opening_id: str) -> bool:
    """Whether a person knows how their application ended: the last word that reached them is that of the stage it is in.

    A provider's acceptance counts; a message that bounced, is in doubt, or waits does not.
    """
    return bool(connection.scalar(_TOLD, {"candidate_id": candidate_id, "opening_id": opening_id}))


def get(connection: Connection, candidate_id: str, opening_id: str) -> Answer | None:
    """A person's answer."""
    c = survey_answers.c
    row = connection.execute(select(*_ROW).where(c.candidate_id == candidate_id, c.opening_id == opening_id)).first()
    return Answer(*row) if row else None


def save(connection: Connection, answer: Answer, now: datetime) -> bool:
    """Keep an answer or its change; whether anything changed. Raises Closed before the decision was told, and after CHANGE_WITHIN."""
    lock_candidates(connection, [answer.candidate_id])
    if not is_told(connection, answer.candidate_id, answer.opening_id):
        raise Closed
    known = get(connection, answer.candidate_id, answer.opening_id)
    said = {"score": answer.score, "answers": answer.answers, "comment": answer.comment}
    if known is None:
        key = {"candidate_id": answer.candidate_id, "opening_id": answer.opening_id}
        connection.execute(insert(survey_answers).values(**key, **said, at=now))
        return True
    if said == {"score": known.score, "answers": known.answers, "comment": known.comment}:
        return False
    if not known.may_change(now):
        raise Closed
    c = survey_answers.c
    own = (c.candidate_id == answer.candidate_id) & (c.opening_id == answer.opening_id)
    connection.execute(update(survey_answers).where(own).values(**said))
    return True


def results(connection: Connection, opening_id: str = "") -> list[Result]:
    """By opening; of all, or of one."""
    return [Result(*_plain(row)) for row in connection.execute(_RESULTS, {"opening_id": opening_id})]


def comments(connection: Connection, opening_id: str = "", limit: int = 500) -> list[Comment]:
    """What people wrote, the newest first."""
    c = survey_answers.c
    wanted = select(c.opening_id, c.score, c.comment, c.at).where(c.comment != "").order_by(c.at.desc()).limit(limit)
    return [
        Comment(*row) for row in connection.execute(wanted.where(c.opening_id == opening_id) if opening_id else wanted)
    ]


def _plain(row: Row[Any]) -> list[Any]:
    """A row of _RESULTS, its two means as floats."""
    return [*row[:-2], *(round(float(str(mean)), 2) if mean is not None else None for mean in row[-2:])]
