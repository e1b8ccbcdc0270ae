"""Further facts about people by name, each with its source: what conditions ask and dates are counted from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import candidate_facts

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
LONGEST = 500


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One fact; `value` is text, dates as ISO 8601. `at` is when it was said."""

    candidate_id: str
    name: str
    value: str
    source: str
    at: datetime


def put(connection: Connection, fact: KnownFact) -> None:
    """Put a fact on record, in place of an older one of that name; an empty value takes it away. Raises ValueError."""
    if not NAME.match(fact.name):
        raise ValueError(f"{fact.name!r} is no name of a fact; use small letters, digits and _, such as start_date")
    if len(fact.value) > LONGEST or not fact.value.isprintable():
        raise ValueError(f"the value of {fact.name} is no plain line of at most {LONGEST} characters")
    c = candidate_facts.c
    if not fact.value:
        connection.execute(delete(candidate_facts).where(c.candidate_id == fact.candidate_id, c.name == fact.name))
        return
    row = upsert(candidate_facts).values({name: getattr(fact, name) for name in KnownFact.__dataclass_fields__})
    fresh = {name: row.excluded[name] for name in ("value", "source", "at")}
    connection.execute(row.on_conflict_do_update(index_elements=[c.candidate_id, c.name], set_=fresh))


def of(connection: Connection, candidate_id: str) -> list[KnownFact]:
    """A person's facts, by name."""
    columns = [candidate_facts.c[name] for name in KnownFact.__dataclass_fields__]
    wanted = select(*columns).where(candidate_facts.c.candidate_id == candidate_id)
    return [KnownFact(*row) for row in connection.execute(wanted.order_by(candidate_facts.c.name))]
