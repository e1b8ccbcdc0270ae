"""A house with one candidate, one opening, one journey, and channels in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.messages import SenderIdentity
from activities.sends import Sends
from channels.messages import Email, TextMessage
from domain.touches import Channel, Priority, Purpose, SendTouch, Settlement, Touch, touch_key
from storage import candidates, consents, inspections, journeys, openings
from tests.activities.channels import FakeChannel
from tests.storage.conftest import NOW

SENDER = SenderIdentity(
    address="talent@keepwarm.example",
    name="The talent team",
    company="Example Ltd",
    company_address="1 Example Street",
    reply_domain="reply.keepwarm.example",
    reply_key=b"k" * 32,
)
PLAN = {"purpose": "nurture", "steps": [{"id": "hello", "channel": "email"}, {"id": "nudge", "channel": "sms"}]}
HELLO = """---
subject: Hello {{ first_name }}
---
Good day {{ first_name }}.
"""
NUDGE = """---
---
{{ company }}: good day {{ first_name }}. Reply STOP to opt out.
"""
SNAPSHOT = {
    "journey": "spring",
    "purpose": "nurture",
    "steps": [{"id": "hello", "message": "hello"}, {"id": "nudge", "message": "nudge"}],
    "messages": [
        {"message": "hello", "channel": "email", "language": "en", "text": HELLO},
        {"message": "nudge", "channel": "sms", "language": "en", "text": NUDGE},
    ],
}


class PlainLinks:
    """Links that say what they are."""

    def page_url(self, candidate_id: str, page: str, epoch: int, today: date) -> str:
        """As config.links."""
        return f"https://keepwarm.example/c/{candidate_id}/{page}"

    def address_url(self, candidate_id: str, address: str, today: date) -> str:
        """As config.links."""
        return f"https://keepwarm.example/c/{candidate_id}-{address}/address"

    def unsubscribe_url(self, candidate_id: str, purpose: str) -> str:
        """As config.links."""
        return f"https://keepwarm.example/u/{candidate_id}-{purpose}"


@dataclass
class House:
    """The database, the channels, and what a worker would do with them."""

    engine: Engine
    async_engine: AsyncEngine
    email: FakeChannel[Email] = field(default_factory=lambda: FakeChannel[Email]("mail"))
    sms: FakeChannel[TextMessage] = field(default_factory=lambda: FakeChannel[TextMessage]("sms"))
    now: datetime = NOW

    def sends(self, of: AsyncEngine | None = None, **options: Any) -> Sends:
        """As a worker process has it."""
        given = {"sender": SENDER} | options
        return Sends(
            of or self.async_engine, email=self.email, sms=self.sms, links=PlainLinks(), clock=lambda: self.now, **given
        )

    async def send(self, order: SendTouch, sends: Sends | None = None) -> Settlement:
        """One attempt."""
        settlement: Settlement = await ActivityEnvironment().run((sends or self.sends()).send_touch, order)
        return settlement

    async def send_until_settled(self, order: SendTouch, tries: int = 20) -> Settlement:
        """Attempts as Temporal makes them: after an error the next one, the hand-over's time having passed."""
        for _ in range(tries):
            try:
                return await self.send(order)
            except ApplicationError:
                self.let_hand_overs_end()
        raise AssertionError(f"not settled in {tries} attempts")

    def let_hand_overs_end(self) -> None:
        """As if fifteen seconds had passed."""
        self.run("update ledger set handed_over_recorded_at = handed_over_recorded_at - interval '16 seconds'")

    def run(self, statement: str, **values: Any) -> list[Any]:
        """A statement, committed."""
        with self.engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return list(found) if found.returns_rows else []

    def row(self, key: str) -> inspections.LedgerRow:
        """A ledger row."""
        with self.engine.begin() as connection:
            found = inspections.touch(connection, key)
        assert found is not None
        return found

    def consent(self, candidate_id: str, purpose: str, channel: str = "email", *, granted: bool = True) -> None:
        """A word of consent, said now."""
        number = self.run("select count(*) from consent_log")[0][0]
        word = consents.NewConsent(
            candidate_id, purpose, channel, granted, self.now - timedelta(minutes=1), f"test-{number}"
        )
        with self.engine.begin() as connection:
            consents.record(connection, [word])

    def add_candidate(self, candidate_id: str, **values: Any) -> None:
        """Somebody with an email, a phone, and every consent."""
        digits = sum(candidate_id.encode())
        person = candidates.NewCandidate(
            full_name=f"{candidate_id.title()} Lovelace",
            id=candidate_id,
            emails=[f"{candidate_id}@example.org"],
            phones=[f"+4930{100000 + digits}"],
            **values,
        )
        with self.engine.begin() as connection:
            candidates.add(connection, person)
        for purpose in Purpose:
            for channel in ("email", "sms"):
                self.consent(candidate_id, purpose, channel)


@pytest.fixture
def house(engine: Engine, async_engine: AsyncEngine) -> House:
    """Ada, who agreed to everything; the open opening be-1; the journey spring."""
    made = House(engine, async_engine)
    made.add_candidate("ada")
    with engine.begin() as connection:
        _furnish(connection)
    return made


def _furnish(connection: Connection) -> None:
    openings.add(connection, openings.NewOpening("be-1", "Backend engineer", must_have=["python"], owner="Dana"))
    openings.set_status(connection, "be-1", "open", 1)
    journeys.publish(
        connection, "spring", title="Spring", snapshot=SNAPSHOT, digest="1",
        plan_of=lambda version: PLAN | {"journey": "spring", "version": version},
    )  # fmt: skip


def acknowledgment(candidate_id: str = "ada", *, at: datetime = NOW) -> SendTouch:
    """An application's acknowledgment."""
    key = touch_key(candidate_id, Purpose.APPLICATION, "be-1:applied", "message", "2026-11-24T10:00:00Z")
    touch = Touch(
        key, Purpose.APPLICATION, Channel.EMAIL, "received", at, Priority.ACKNOWLEDGMENT, "be-1", event_id="e1"
    )
    return SendTouch(candidate_id, touch)


def nurture(candidate_id: str = "ada", step: str = "hello", occurrence: str = "1") -> SendTouch:
    """A journey's step."""
    channel = Channel.SMS if step == "nudge" else Channel.EMAIL
    key = touch_key(candidate_id, Purpose.NURTURE, "spring-1", step, occurrence)
    return SendTouch(
        candidate_id, Touch(key, Purpose.NURTURE, channel, step, NOW, Priority.NURTURE, journey="spring", version=1)
    )


def alert(candidate_id: str = "ada", opening_id: str = "be-1") -> SendTouch:
    """A reopening alert."""
    key = touch_key(candidate_id, Purpose.ALERTS, opening_id, "alert", "round-1")
    return SendTouch(
        candidate_id, Touch(key, Purpose.ALERTS, Channel.EMAIL, "reopening_alert", NOW, Priority.ALERT, opening_id)
    )


def stage_message(template: str, candidate_id: str = "ada") -> SendTouch:
    """A message about a stage that is no acknowledgment."""
    key = touch_key(candidate_id, Purpose.APPLICATION, f"be-1:{template}", "message", "2026-11-24T10:00:00Z")
    return SendTouch(
        candidate_id,
        Touch(key, Purpose.APPLICATION, Channel.EMAIL, template, NOW, Priority.STAGE, "be-1", event_id="e2"),
    )
