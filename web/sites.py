"""What every route works with: settings, the database, signed links, and the door to the workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from config.links import Links
from config.settings import Settings
from storage import controls
from storage.candidates import NewCandidate


class DoorClosed(Exception):
    """Temporal cannot be reached just now. The text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Tasks of one queue that no worker has taken yet, as Temporal estimates them: how many, and how long the oldest waits."""

    tasks: int
    age_seconds: float


class Door(Protocol):
    """The one way to the workflows. Every verb raises DoorClosed while Temporal is away."""

    async def check(self) -> None:
        """Returns when Temporal answers."""

    async def backlogs(self) -> Mapping[str, Backlog]:
        """By the queue's name."""

    async def consent_changed(
        self, candidate_id: str, purpose: str, channel: str, *, granted: bool, source: str, event_id: str, at: datetime,
        until: datetime | None = None,
    ) -> None:  # fmt: skip
        """Tell a candidate's workflow of a word that the consent log already has. `channel` may be `*`; `until` it runs out."""

    async def signal(self, candidate_id: str, name: str, payload: dict[str, Any]) -> None:
        """Send a candidate's workflow a signal, starting it where it does not run. `payload` holds `event_id` and ids alone."""

    async def await_confirmation(self, signup_id: int, candidate_id: str) -> None:
        """Have a sign-up deleted where its address does not confirm it in time."""

    async def nudge_intake(self) -> None:
        """Say that something was stored that waits to be read."""

    async def erase_candidate(self, candidate_id: str, *, because: str, by: str) -> list[str]:
        """Forget a person, and end their workflow; answers what is left to people. Raises Refused while a message is leaving."""

    async def add_candidate(self, person: NewCandidate) -> str:
        """Put a person on record and start their workflow; answers the id. Raises Refused."""

    async def change_stage(
        self, candidate: str, opening: str, stage: str, *, by: str = "", reason: str = "", feedback: str = "",
        waiver: str = "", at: datetime | None = None, event_id: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """Move an application; answers `candidate`, `opening`, `stage`, `will`, `event_id`. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Site:
    """One deployment as the web process sees it."""

    settings: Settings
    engine: Engine
    links: Links
    door: Door

    def story_now(self, connection: Connection) -> datetime:
        """What time it is for candidates: real time but where KEEPWARM_CLOCK_SPEED says otherwise."""
        return controls.clock(connection).story(datetime.now(UTC))
