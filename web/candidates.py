"""The API's candidates: who they are, what they will be sent, what they were sent and why not, and where they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from storage import applications, candidates, consents, inspections, upcoming
from storage.applications import Application
from storage.candidates import CHOSEN_ID, ContactPoint, NewCandidate, UnknownCandidate
from storage.tables import stage_log
from storage.upcoming import UpcomingTouch
from web.described import ERASED, REFUSED, UNKNOWN
from web.sites import Site

Text = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=5_000)]
Texts = Annotated[list[Text], Field(max_length=200)]


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Consent(_Read):
    """What holds for a purpose and channel, since `at`, from `source`."""

    purpose: str
    channel: str
    granted: bool
    basis: str
    source: str
    at: datetime


class Candidate(BaseModel):
    """One candidate as on record. `tags` maps each to its reason."""

    id: str
    full_name: str
    first_name: str
    language: str
    zone: str
    country: str
    place: str
    preferred_channel: str
    relationship_type: str
    source: str
    headline: str
    company: str
    owner: str
    level: str
    snoozed_until: datetime | None
    contact_points: list[ContactPoint]
    skills: list[str]
    tags: dict[str, str]
    pools: list[str]
    applications: list[Application]
    consents: list[Consent]


class LedgerTouch(_Read):
    """One message or non-message: how far it came, and the gate that stopped it. Its address and text stay in the ledger."""

    touch_key: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    version: int
    state: str
    gate: str
    because: str
    due: datetime
    not_before: datetime | None
    provider: str
    provider_id: str
    attempts: int
    error: str
    handed_over_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None


class StageSignal(_Read):
    """One stage signal and what came of it: entered, repeated, late, unknown_stage."""

    opening_id: str
    stage: str
    outcome: str
    because: str
    by: str
    at: datetime


class Why(BaseModel):
    """Everything that explains what a candidate was and was not sent."""

    touches: list[LedgerTouch]
    stages: list[StageSignal]


class AddCandidate(_Asked):
    """A person to add; without an `id` they get the next number. No consent comes with it: none is sent anything for it alone."""

    full_name: Annotated[str, Field(max_length=500, pattern=r"\S")]
    first_name: Text = ""
    id: Annotated[str, Field(pattern=f"^{CHOSEN_ID}$")] | None = None
    emails: Texts = []
    phones: Texts = []
    profiles: Texts = []
    language: Text = "en"
    zone: Text = "UTC"
    country: Text = ""
    place: Text = ""
    preferred_channel: Annotated[str, Field(pattern="^(email|sms)$")] = "email"
    source: Text = "api"
    headline: Text = ""
    company: Text = ""
    owner: Text = ""
    level: Text = ""
    skills: Texts = []
    tags: dict[str, Text] = {}
    pools: Texts = []


class Added(BaseModel):
    """The new candidate's id."""

    id: str


class ChangeStage(_Asked):
    """A move within an opening's pipeline. The same `event_id` is the same move, however often it is sent.

    Who was interviewed is refused with `reason` and `feedback`, or with a `waiver` that says why there is none.
    """

    opening_id: Text
    stage: Text
    by: Text = "api"
    reason: Words = ""
    feedback: Words = ""
    waiver: Words = ""
    at: datetime | None = None
    event_id: Text = ""


class StageChanged(BaseModel):
    """Where the application stands now, and what the candidate `will` be told, and when."""

    opening_id: str
    stage: str
    will: str
    event_id: str


def router(site: Site) -> APIRouter:
    """The routes below /candidates."""
    routes = APIRouter(prefix="/candidates", tags=["candidates"])

    @routes.post("", status_code=201, responses=REFUSED)
    async def add(person: AddCandidate) -> Added:
        """Put a person on record and start their workflow. 409 when an address, number or profile is known already."""
        return Added(id=await site.door.add_candidate(NewCandidate(**person.model_dump(exclude_none=True))))

    @routes.get("/{candidate_id}", responses=UNKNOWN | ERASED)
    def show(candidate_id: str) -> Candidate:
        """Everything on record about a person."""
        with site.engine.connect() as connection:
            _require(connection, candidate_id)
            return _describe(connection, candidate_id)

    @routes.get("/{candidate_id}/upcoming", responses=UNKNOWN | ERASED)
    def show_upcoming(candidate_id: str) -> list[UpcomingTouch]:
        """Every touch that is planned, the soonest first."""
        with site.engine.connect() as connection:
            _require(connection, candidate_id)
            return list(upcoming.listed(connection, candidate_id=candidate_id))

    @routes.get("/{candidate_id}/why", responses=UNKNOWN | ERASED)
    def show_why(candidate_id: str) -> Why:
        """Every message and non-message with its reason, and every stage signal with what came of it."""
        with site.engine.connect() as connection:
            _require(connection, candidate_id)
            touches = inspections.for_candidate(connection, candidate_id)
            log = select(stage_log).where(stage_log.c.candidate_id == candidate_id).order_by(stage_log.c.id)
            return Why(
                touches=[LedgerTouch.model_validate(touch) for touch in touches],
                stages=[StageSignal.model_validate(row) for row in connection.execute(log)],
            )

    @routes.post("/{candidate_id}/stage", responses=REFUSED | UNKNOWN | ERASED)
    async def change_stage(candidate_id: str, change: ChangeStage) -> StageChanged:
        """Move an application; answers what the candidate will be told. 409 says why a move is refused."""
        await run_in_threadpool(_require_at, site, candidate_id)
        answer = await site.door.change_stage(
            candidate_id, change.opening_id, change.stage, by=change.by, reason=change.reason, feedback=change.feedback,
            waiver=change.waiver, at=change.at, event_id=change.event_id,
        )  # fmt: skip
        return StageChanged(
            opening_id=change.opening_id, **{name: answer[name] for name in ("stage", "will", "event_id")}
        )

    return routes


def _require_at(site: Site, candidate_id: str) -> None:
    with site.engine.connect() as connection:
        _require(connection, candidate_id)


def _require(connection: Connection, candidate_id: str) -> None:
    """404 for nobody's id; 410 for a person who was erased."""
    try:
        person = candidates.get(connection, candidate_id)
    except UnknownCandidate as error:
        raise HTTPException(404, str(error)) from error
    if person.erased:
        raise HTTPException(410, f"candidate {candidate_id} was erased")


def _describe(connection: Connection, candidate_id: str) -> Candidate:
    profile = candidates.profile(connection, candidate_id)
    own = {
        name: getattr(profile.candidate, name) for name in Candidate.model_fields if hasattr(profile.candidate, name)
    }
    return Candidate(
        **own,
        contact_points=profile.contact_points,
        skills=profile.skills,
        tags=profile.tags,
        pools=profile.pools,
        applications=applications.for_candidate(connection, candidate_id),
        consents=[Consent.model_validate(consent) for consent in consents.latest(connection, candidate_id)],
    )
