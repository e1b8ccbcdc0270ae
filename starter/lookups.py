"""What people name, found in the record, or refused with what they may have meant. Each takes a connection first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from activities.definitions import entry_refusal
from config.settings import Settings
from domain.announcements import OpeningState
from domain.keeping import NOTICE, WARNING
from domain.outlook import labels
from domain.plans import StepKind, read_plan
from domain.relationships import Relationship
from domain.stages import Stage
from domain.touches import Channel, Purpose
from starter.rebuild import House, house_of, relationships_from
from starter.refusals import Refused, unknown
from starter.starts import Start
from storage import (
    applications,
    candidates,
    consents,
    controls,
    enrollments,
    inspections,
    journeys,
    matches,
    openings,
    proofs,
)
from storage.tables import applications as applications_table
from storage.tables import candidates as candidates_table
from storage.tables import contact_points, ledger, opening_matches
from workflows.names import QUEUE, candidate_workflow_id, opening_workflow_id, search_attributes


def find_candidate(connection: Connection, name: str) -> candidates.Candidate:
    """A candidate by id or email."""
    try:
        person = candidates.find(connection, name)
    except candidates.UnknownCandidate:
        near = _alike(connection, name)
        raise unknown("candidate", name, near, "name one by id or email, or add one: keepwarm candidate add") from None
    if person.erased:
        raise Refused(f"candidate {person.id} was erased; nothing more is sent or recorded")
    return person


def words_of_consent(connection: Connection, name: str) -> list[consents.ConsentRow]:
    """Every word of a candidate's consent, the oldest first. Raises Refused where nobody has the name."""
    return consents.history(connection, find_candidate(connection, name).id)


def _alike(connection: Connection, name: str) -> Sequence[str]:
    """Ids and addresses that begin like a name, for a guess at what was meant."""
    beginning = name[:2].casefold().replace("%", "").replace("_", "")
    c = contact_points.c
    addresses = select(c.canonical).where(c.kind == "email", c.canonical.startswith(beginning)).limit(200)
    ids = select(candidates_table.c.id).where(candidates_table.c.id.startswith(name[:2])).limit(200)
    return [*connection.scalars(addresses), *connection.scalars(ids)] if beginning else []


def find_opening(connection: Connection, name: str) -> openings.Opening:
    """An opening by id."""
    try:
        return openings.get(connection, name)
    except openings.UnknownOpening:
        known = [opening.id for opening in openings.listed(connection)]
        raise unknown("opening", name, known, "add it first: keepwarm opening add") from None


def find_journey(connection: Connection, name: str, version: int = 0) -> journeys.JourneyVersion:
    """A journey's published version; 0 is the newest."""
    try:
        return journeys.get(connection, name, version)
    except journeys.UnknownJourney:
        known = {journey.journey: journey.version for journey in journeys.latest(connection)}
        if name in known:
            raise Refused(f"{name} has no version {version}; the newest is {known[name]}") from None
        raise unknown("journey", name, known, "publish it first: keepwarm journey publish") from None


def admission(connection: Connection, candidate_id: str, plan: dict[str, Any]) -> tuple[str, list[str]]:
    """Why a journey's own rules keep somebody out, empty where they don't; and the channels of its messages without a consent on record."""
    refusal = entry_refusal(connection, candidate_id, plan, datetime.now(UTC))
    read, own = read_plan(plan), candidates.get(connection, candidate_id).preferred_channel
    agreed = {
        word.channel
        for word in consents.latest(connection, candidate_id)
        if word.holds(controls.clock(connection).story(datetime.now(UTC))) and word.purpose == read.purpose
    }
    taken = {
        str(own if step.channel is Channel.PREFERRED else step.channel)
        for step in read.steps
        if step.kind is StepKind.SEND
    }
    return refusal, sorted(taken - agreed)


def find_stage(opening: openings.Opening, name: str) -> Stage:
    """A stage of an opening's pipeline."""
    stages = opening.stages()
    stage = stages.find(name)
    if stage is None:
        raise unknown(f"stage of {opening.id}", name, stages.names(), "look at its pipeline")
    return stage


def find_both(connection: Connection, candidate: str, opening: str) -> tuple[candidates.Candidate, openings.Opening]:
    """A candidate and an opening."""
    return find_candidate(connection, candidate), find_opening(connection, opening)


def has_applied(connection: Connection, candidate_id: str, opening_id: str) -> bool:
    """Whether an application is on record."""
    c = applications_table.c
    found = select(c.stage).where(c.candidate_id == candidate_id, c.opening_id == opening_id)
    return connection.scalar(found) is not None


def note_decision(connection: Connection, note: applications.DecisionNote) -> None:
    """Keep the words of a stage change, where there are any. Those of a second try complete the first's."""
    if note.reason or note.feedback or note.waiver:
        applications.note_decision(connection, note)


def held_by_stop(connection: Connection) -> list[str]:
    """Who waits for a message about their application, or for one that they asked for, which the kill switch holds.

    What time asks for (domain.keeping) may be owed to many at once: it comes back by itself.
    """
    c = ledger.c
    awaited = (c.purpose == Purpose.APPLICATION) | (
        (c.purpose == Purpose.SERVICE) & c.template.not_in((NOTICE, WARNING))
    )
    held = select(c.candidate_id).where(c.state == "intended", c.gate == "kill_switch", awaited)
    return list(connection.scalars(held.distinct().order_by(c.candidate_id)))


def started_of(connection: Connection, candidate_ids: Sequence[str]) -> set[str]:
    """Which of these candidates have had a workflow."""
    c = candidates_table.c
    return set(connection.scalars(select(c.id).where(c.id.in_(candidate_ids), c.started)))


def candidate_starts(connection: Connection, settings: Settings, candidate_ids: Sequence[str]) -> dict[str, Start]:
    """What starts the workflows of these candidates, from the facts on record; erased and unknown ones are left out."""
    if not candidate_ids:
        return {}
    house = house_of(connection, settings)
    erased = set(
        connection.scalars(
            select(candidates_table.c.id).where(
                candidates_table.c.id.in_(candidate_ids), candidates_table.c.erased_recorded_at.is_not(None)
            )
        )
    )
    states = relationships_from(connection, house, [one for one in candidate_ids if one not in erased])
    return {candidate_id: candidate_start(state, house) for candidate_id, state in states.items()}


def candidate_start(state: Relationship, house: House) -> Start:
    """What starts one candidate's workflow: its attributes are right from the first moment, so that none is upserted."""
    seen = labels(state, house.clock.story(datetime.now(UTC)))
    return Start(
        workflow="Candidate",
        id=candidate_workflow_id(state.candidate_id),
        queue=QUEUE,
        state=state.compact(),
        title=f"Candidate {state.candidate_id}",
        summary=f"candidate {state.candidate_id}, {state.zone}",
        attributes=search_attributes(seen.state, seen.stages, seen.journeys, seen.next_touch, seen.owner),
    )


def opening_start(connection: Connection, settings: Settings, name: str) -> Start:
    """What starts an opening's workflow, in the state on record."""
    opening, house = find_opening(connection, name), house_of(connection, settings)
    state = OpeningState(opening.id, house.clock, opening.status, opening.round)
    if opening.status == "open":
        state.announcing, state.cursor = _announcing(connection, opening)
    return Start(
        workflow="Opening",
        id=opening_workflow_id(opening.id),
        queue=QUEUE,
        state=state,
        title=f"Opening {opening.id}",
        summary=f"opening {opening.id}",
    )


def _announcing(connection: Connection, opening: openings.Opening) -> tuple[bool, str]:
    """Whether the present round has matched people who were not announced to, and after whom to go on."""
    c = opening_matches.c
    here = (c.opening_id == opening.id) & (c.round == opening.round)
    waiting = connection.scalar(select(func.count()).where(here, c.outcome == "matched"))
    last = connection.scalar(select(func.max(c.candidate_id)).where(here, c.outcome == "announced"))
    return bool(waiting), last or ""


def proof(connection: Connection) -> tuple[list[proofs.Violation], dict[str, int]]:
    """What is wrong with the ledger at this story moment, and its touches per state, all from one snapshot."""
    connection.execution_options(isolation_level="REPEATABLE READ")
    clock = controls.clock(connection)
    violations = proofs.prove(connection, clock.story(datetime.now(UTC)), proofs.grace_for(clock))
    return violations, inspections.counts(connection)


def preview_matches(connection: Connection, name: str, limit: int) -> list[matches.Match]:
    """Whom an opening would fit now, the best first. Nothing is kept: the connection is rolled back."""
    opening = find_opening(connection, name)
    found = matches.page(connection, opening.id, opening.round + 1, "", 1_000_000, datetime.now(UTC))
    connection.rollback()
    return sorted(found, key=lambda match: (-match.score, match.candidate_id))[:limit]


def journeys_with_counts(connection: Connection) -> list[dict[str, Any]]:
    """The newest version of every journey with the number of stays in any version, by status."""
    listed = []
    for journey in journeys.latest(connection):
        stays = Counter[str]()
        for (_, status), number in enrollments.counts(connection, journey.journey).items():
            stays[status] += number
        numbers = {status: stays[status] for status in ("active", "finished", "exited")}
        steps = len(journey.plan["steps"])
        listed.append(
            {"journey": journey.journey, "version": journey.version, "title": journey.title, "steps": steps} | numbers
        )
    return listed
