"""Published journeys: each version immutable, its definition bound to its messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from storage.tables import journey_versions


class UnknownJourney(LookupError):
    """No published version."""


@dataclass(frozen=True, slots=True)
class Published:
    """Which version holds the content now; `is_new` is False when it was published before and nothing was written."""

    journey: str
    version: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class JourneyVersion:
    """A version: `plan` is what workflows pin, `snapshot` what its messages are rendered from."""

    journey: str
    version: int
    title: str
    plan: dict[str, Any]
    snapshot: dict[str, Any]
    digest: str


_ROW = [journey_versions.c[name] for name in JourneyVersion.__dataclass_fields__]


def publish(
    connection: Connection,
    journey: str,
    *,
    title: str,
    snapshot: Mapping[str, Any],
    digest: str,
    plan_of: Callable[[int], dict[str, Any]],
) -> Published:
    """Store a new version, numbered from 1; the newest version's own content again is that version.

    `digest` is equal where the content is; `plan_of` makes the plan for a version number. Content of an older version
    becomes a new one: that is how to go back.
    """
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"journey {journey}", 0))))
    newest = _newest(connection, journey)
    if newest and newest.digest == digest:
        return Published(journey, newest.version, is_new=False)
    version = newest.version + 1 if newest else 1
    row = {"journey": journey, "version": version, "title": title, "snapshot": dict(snapshot), "digest": digest}
    connection.execute(insert(journey_versions).values(plan=plan_of(version), **row))
    return Published(journey, version, is_new=True)


def get(connection: Connection, journey: str, version: int = 0) -> JourneyVersion:
    """One version; 0 is the newest. Raises UnknownJourney."""
    found = _newest(connection, journey) if version == 0 else _exactly(connection, journey, version)
    if found is None:
        wanted = f"version {version} of {journey}" if version else f"published version of {journey}"
        raise UnknownJourney(f"no {wanted}; `keepwarm journey publish` publishes one")
    return found


def latest(connection: Connection) -> list[JourneyVersion]:
    """The newest version of every journey, by name."""
    c = journey_versions.c
    newest = select(*_ROW).ext(distinct_on(c.journey)).order_by(c.journey, c.version.desc())
    return [JourneyVersion(*row) for row in connection.execute(newest)]


def _newest(connection: Connection, journey: str) -> JourneyVersion | None:
    c = journey_versions.c
    row = connection.execute(select(*_ROW).where(c.journey == journey).order_by(c.version.desc()).limit(1)).first()
    return JourneyVersion(*row) if row else None


def _exactly(connection: Connection, journey: str, version: int) -> JourneyVersion | None:
    c = journey_versions.c
    row = connection.execute(select(*_ROW).where(c.journey == journey, c.version == version)).first()
    return JourneyVersion(*row) if row else None
