"""Openings: what is to be filled, how, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain import stages
from domain.stages import DEFAULT_PIPELINE, Pipeline, check_pipeline
from storage.tables import openings


class UnknownOpening(LookupError):
    """No opening of that id."""


@dataclass(frozen=True, slots=True)
class NewOpening:
    """An opening to add. `pipeline` None is the default one; its JSON is `{"stages": [{"name", "kind", "message", …}]}`.

    `guide` is the process guide's (domain.promises.Guide), None for none.
    """

    id: str
    title: str
    place: str = ""
    level: str = ""
    pay: str = ""
    must_have: Sequence[str] = ()
    nice_to_have: Sequence[str] = ()
    pools: Sequence[str] = ()
    owner: str = ""
    next_step: str = ""
    pipeline: dict[str, Any] | None = None
    guide: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening as recorded. `status`: draft, open, closed, filled; `round` counts how often it was opened."""

    id: str
    title: str
    place: str
    level: str
    pay: str
    must_have: list[str]
    nice_to_have: list[str]
    pools: list[str]
    owner: str
    next_step: str
    pipeline: dict[str, Any] | None
    status: str
    round: int
    guide: dict[str, Any] | None = None

    def stages(self) -> Pipeline:
        """The pipeline that holds."""
        return read_pipeline(self.pipeline)


_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""It stands in touch keys, whose parts `/` and `:` divide, in workflow ids and in addresses of pages."""
_ROW = [openings.c[name] for name in Opening.__dataclass_fields__]


def read_pipeline(raw: dict[str, Any] | None) -> Pipeline:
    """The pipeline from its JSON; the default one for None. Raises ValueError for JSON that is none."""
    if not raw:
        return DEFAULT_PIPELINE
    return stages.read_pipeline(raw)


def add(connection: Connection, opening: NewOpening) -> None:
    """Put an opening on record as a draft. Raises ValueError for an id in use, an id or a pipeline that can't be used."""
    if not _ID.fullmatch(opening.id):
        raise ValueError(
            f"id {opening.id!r}: use letters, digits, dot, dash or underscore, no blanks, at most 100 of them"
        )
    if opening.pipeline:
        faults = check_pipeline(read_pipeline(opening.pipeline))
        if faults:
            raise ValueError("; ".join(faults))
    if connection.scalar(select(openings.c.id).where(openings.c.id == opening.id)):
        raise ValueError(f"opening {opening.id} is on record; choose another id, or reopen it")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(opening).items()}
    values["title"] = " ".join(opening.title.split())
    connection.execute(insert(openings).values(**values))


def get(connection: Connection, opening_id: str) -> Opening:
    """One opening. Raises UnknownOpening."""
    row = connection.execute(select(*_ROW).where(openings.c.id == opening_id)).first()
    if row is None:
        raise UnknownOpening(f"no opening {opening_id}; `keepwarm opening add` adds one")
    return Opening(*row)


def listed(connection: Connection, status: str = "") -> list[Opening]:
    """All openings, or those of a status, by id."""
    wanted = select(*_ROW).order_by(openings.c.id)
    return [
        Opening(*row) for row in connection.execute(wanted.where(openings.c.status == status) if status else wanted)
    ]


def open_titles(connection: Connection, opening_ids: Iterable[str]) -> dict[str, str]:
    """The titles, with their places (`Backend engineer (Berlin)`), of those of the openings that are open."""
    wanted = sorted(set(opening_ids))
    if not wanted:
        return {}
    c = openings.c
    found = connection.execute(select(c.id, c.title, c.place).where(c.id.in_(wanted), c.status == "open"))
    return {row.id: f"{row.title} ({row.place})" if row.place else row.title for row in found}


def rounds(connection: Connection, opening_ids: Iterable[str]) -> dict[str, int]:
    """How often each of the openings was opened."""
    c = openings.c
    found = connection.execute(select(c.id, c.round).where(c.id.in_(sorted(set(opening_ids)))))
    return {row.id: row.round for row in found}


def set_guide(connection: Connection, opening_id: str, guide: dict[str, Any]) -> None:
    """Keep the process guide of an opening."""
    connection.execute(update(openings).where(openings.c.id == opening_id).values(guide=guide))


def set_status(connection: Connection, opening_id: str, status: str, round_number: int) -> None:
    """Record what its workflow says; an older round changes nothing, so that a late repetition does no harm."""
    known = (openings.c.id == opening_id) & (openings.c.round <= round_number)
    connection.execute(update(openings).where(known).values(status=status, round=round_number))
