"""Whom a pause of a journey, a sender, a template or everything concerns, and who was told of it and must hear of its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, union
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import candidates, controls, enrollments, journey_versions, ledger, upcoming

TOLD = "told"
"""Name of the control that keeps who was told of a pause: `told:<scope>`. Read only by those who pause and resume."""


def concerned(connection: Connection, scope: str, since: datetime | None = None) -> list[str]:
    """Candidates of whom the scope holds anything now, in the order of their ids; with a pause's beginning, also those who left a
    journey since."""
    kind, _, name = scope.partition(":")
    e, u, w = enrollments.c, upcoming.c, ledger.c
    inside = e.status == "active"
    if since:
        inside |= e.ended_at >= since
    stays, planned = select(e.candidate_id).where(inside), select(u.candidate_id)
    waits = select(w.candidate_id).where(w.state == "intended")
    if kind == "journey":
        stays, planned, waits = (
            stays.where(e.journey == name),
            planned.where(u.journey == name),
            waits.where(w.journey == name),
        )
    if kind == "template":
        versions = select(journey_versions.c.journey, journey_versions.c.version).where(_sends(name)).subquery()
        stays = stays.join(versions, (versions.c.journey == e.journey) & (versions.c.version == e.version))
        planned, waits = planned.where(u.template == name), waits.where(w.template == name)
    everybody = union(stays, planned, waits).subquery()
    return list(connection.scalars(_owned(select(everybody.c.candidate_id), kind, name)))


def _owned(ids: Select[tuple[str]], kind: str, name: str) -> Select[tuple[str]]:
    c, known = candidates.c, ids.subquery()
    found = select(c.id).where(c.id.in_(select(known.c.candidate_id)), ~c.erased).order_by(c.id)
    return found.where(c.owner == name) if kind == "sender" else found


def _sends(name: str) -> ColumnElement[bool]:
    """Whether a version has a step that sends this message."""
    return journey_versions.c.plan["steps"].contains([{"id": name}])


def remember(connection: Connection, scope: str, candidate_ids: Iterable[str]) -> None:
    """Note that these were told, with those noted before."""
    known = set(told(connection, scope)) | set(candidate_ids)
    row = upsert(controls).values(name=f"{TOLD}:{scope}", value={"people": sorted(known)})
    fresh = {"value": row.excluded.value, "recorded_at": func.clock_timestamp()}
    connection.execute(row.on_conflict_do_update(index_elements=[controls.c.name], set_=fresh))


def told(connection: Connection, scope: str) -> list[str]:
    """Who was told that the scope rests, and not yet that it goes on."""
    value = connection.scalar(select(controls.c.value).where(controls.c.name == f"{TOLD}:{scope}"))
    return list(value["people"]) if value else []


def told_scopes(connection: Connection) -> list[str]:
    """The scopes of which anybody was told."""
    named = select(controls.c.name).where(controls.c.name.startswith(f"{TOLD}:")).order_by(controls.c.name)
    return [name.removeprefix(f"{TOLD}:") for name in connection.scalars(named)]


def forget(connection: Connection, scope: str) -> None:
    """Everybody has been told of the end."""
    connection.execute(delete(controls).where(controls.c.name == f"{TOLD}:{scope}"))


def names(connection: Connection, kind: str) -> list[str]:
    """What can be named in a scope of this kind: journeys, owners and recruiters' ids come from the record; steps that send."""
    if kind == "journey":
        return list(connection.scalars(select(journey_versions.c.journey).distinct()))
    if kind == "sender":
        return list(connection.scalars(select(candidates.c.owner).where(candidates.c.owner != "").distinct()))
    plans = connection.scalars(select(journey_versions.c.plan))
    return sorted({step["id"] for plan in plans for step in plan["steps"] if step.get("kind", "send") == "send"})
