"""The application in-process over a real database, with a door that remembers who went through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import Engine

from config.links import Links
from config.settings import Settings
from starter.refusals import Refused
from storage import candidates, consents, erasures
from storage.candidates import NewCandidate
from storage.consents import NewConsent
from web.app import create_app
from web.sites import Backlog, DoorClosed, Site

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
TOKEN = "t" * 32
LEFT = {
    "application/email": True,
    "nurture/email": False,
    "nurture/sms": False,
    "alerts/email": False,
    "alerts/sms": False,
}
"""What holds for Ada after one click on unsubscribe."""


@dataclass
class FakeDoor:
    """Notes what workflows were told. `closed` makes it a door to nothing; `refusal` is what the rules answer."""

    engine: Engine
    closed: bool = False
    refusal: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    queues: dict[str, Backlog] = field(default_factory=lambda: {"keepwarm": Backlog(0, 0.0)})

    def _pass(self) -> None:
        if self.closed:
            raise DoorClosed("nobody listens at temporal.example:7233")
        if self.refusal:
            raise Refused(self.refusal)

    async def check(self) -> None:
        self._pass()

    async def backlogs(self) -> Mapping[str, Backlog]:
        self._pass()
        return self.queues

    async def consent_changed(
        self, candidate_id: str, purpose: str, channel: str, *, granted: bool, source: str, event_id: str, at: datetime,
        until: datetime | None = None,
    ) -> None:  # fmt: skip
        self._pass()
        self.told.append(
            {
                "candidate_id": candidate_id,
                "purpose": purpose,
                "channel": channel,
                "granted": granted,
                "source": source,
                "event_id": event_id,
                "at": at,
            }
        )

    async def signal(self, candidate_id: str, name: str, payload: dict[str, Any]) -> None:
        self._pass()
        self.told.append({"candidate_id": candidate_id, "signal": name, **payload})

    async def await_confirmation(self, signup_id: int, candidate_id: str) -> None:
        self._pass()
        self.told.append({"candidate_id": candidate_id, "awaits": signup_id})

    async def nudge_intake(self) -> None:
        self._pass()
        self.told.append({"signal": "received"})

    async def erase_candidate(self, candidate_id: str, *, because: str, by: str) -> list[str]:
        self._pass()
        with self.engine.begin() as connection:
            erasures.erase(connection, candidate_id, key=b"k" * 32, by=by, because=because, at=LONG_AGO)
        self.told.append({"candidate_id": candidate_id, "signal": "erased"})
        return ["let database backups run out"]

    async def add_candidate(self, person: NewCandidate) -> str:
        self._pass()
        try:
            with self.engine.begin() as connection:
                return candidates.add(connection, person)
        except ValueError as error:
            raise Refused(str(error)) from error

    async def change_stage(
        self, candidate: str, opening: str, stage: str, *, by: str = "", reason: str = "", feedback: str = "",
        waiver: str = "", at: datetime | None = None, event_id: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        self._pass()
        self.told.append({"candidate_id": candidate, "opening": opening, "stage": stage, "reason": reason})
        return {
            "candidate": candidate,
            "opening": opening,
            "stage": stage,
            "will": f"send {stage} now",
            "event_id": event_id or "made",
        }


@pytest.fixture
def door(engine: Engine) -> FakeDoor:
    return FakeDoor(engine)


@pytest.fixture
def site(engine: Engine, door: FakeDoor) -> Site:
    settings = Settings(company="Acme <Söhne>", public_url="https://talent.acme.example", api_token=TOKEN)
    return Site(settings, engine, Links(b"k" * 32, settings.public_url), door)


@pytest.fixture
async def http(site: Site) -> AsyncIterator[AsyncClient]:
    """A client of the application, without a token. What breaks inside is answered, not raised."""
    transport = ASGITransport(create_app(site), raise_app_exceptions=False, client=("203.0.113.7", 4321))
    async with AsyncClient(transport=transport, base_url="https://talent.acme.example") as client:
        yield client


@pytest.fixture
def add_person(engine: Engine) -> Callable[..., str]:
    """Puts somebody on record who agreed to everything by email; answers their id."""

    def add(candidate_id: str = "ada", **values: Any) -> str:
        person = {"full_name": "Ada Lovelace", "emails": [f"{candidate_id}@candidates.example"], **values}
        with engine.begin() as connection:
            candidates.add(connection, NewCandidate(id=candidate_id, **person))
            words = [
                NewConsent(candidate_id, purpose, "email", True, LONG_AGO, f"form:{candidate_id}:{purpose}")
                for purpose in ("application", "nurture", "alerts")
            ]
            consents.record(connection, words)
        return candidate_id

    return add


def path_of(url: str) -> str:
    return urlsplit(url).path


def page_path(site: Site, candidate_id: str, page: str = "preferences", epoch: int = 0) -> str:
    """The path of one of a person's pages, by a link of today."""
    return path_of(site.links.page_url(candidate_id, page, epoch, datetime.now(UTC).date()))


def standing(engine: Engine, candidate_id: str = "ada") -> dict[str, bool]:
    """What holds, as `purpose/channel` to granted."""
    with engine.connect() as connection:
        return {f"{row.purpose}/{row.channel}": row.granted for row in consents.latest(connection, candidate_id)}


def words_of_consent(engine: Engine, candidate_id: str = "ada") -> int:
    with engine.connect() as connection:
        return len(consents.history(connection, candidate_id))
