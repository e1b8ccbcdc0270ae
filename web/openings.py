"""The API's openings: who was told of one, who was not, and why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from storage import matches, openings
from storage.openings import UnknownOpening
from web.described import UNKNOWN
from web.sites import Site


class Considered(BaseModel):
    """One person and what became of them. `factors` add up to `score`; `because` says why somebody was not told."""

    candidate_id: str
    score: float
    factors: list[dict[str, Any]]
    outcome: str
    because: str
    at: datetime


class Told(BaseModel):
    """One round of an opening's alerts. `outcomes` counts people: matched, announced, waiting, told, not_told."""

    opening_id: str
    status: str
    round: int
    outcomes: dict[str, int]
    people: list[Considered]


def router(site: Site) -> APIRouter:
    """The routes below /openings."""
    routes = APIRouter(prefix="/openings", tags=["openings"])

    @routes.get("/{opening_id}/told", responses=UNKNOWN)
    def told(opening_id: str, round: int | None = None) -> Told:  # noqa: A002 - the query parameter's name
        """Everybody whom a round considered (the latest unless one is named), the best match first."""
        with site.engine.connect() as connection:
            try:
                opening = openings.get(connection, opening_id)
            except UnknownOpening as error:
                raise HTTPException(404, str(error)) from error
            number = opening.round if round is None else round
            people = matches.told(connection, opening_id, number)
        return Told(
            opening_id=opening_id,
            status=opening.status,
            round=number,
            outcomes=Counter(person.outcome for person in people),
            people=[Considered.model_validate(person, from_attributes=True) for person in people],
        )

    return routes
