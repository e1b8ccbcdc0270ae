"""One candidate's year: the shipped silver medalist's journey, real storage and mailbox, on a clock that skips the waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.definitions import Lookups
from activities.facts import Facts
from activities.messages import SenderIdentity
from activities.sends import Sends
from channels.mailbox import MailboxEmail, MailboxSms
from config.links import Links
from config.payloads import DATA_CONVERTER
from config.settings import Settings
from domain.touches import SendTouch, Settlement
from starter.client import Keepwarm
from starter.preparations import publish
from storage import proofs
from storage.candidates import NewCandidate
from storage.database import make_async_engine, make_engine
from storage.schema import migrate
from templates.journeys import FOLDER, load_journey
from tests.conftest import TestMailbox
from tests.workflows.conftest import test_server
from workflows.candidates import Candidate
from workflows.names import QUEUE, SEARCH_ATTRIBUTES, SEND_QUEUE, candidate_workflow_id

NEW_YORK = "America/New_York"
"""Changes its clocks in March and November."""
STEPS = ["thank-you", "what-changed", "sms-check", "still-fitting", "anniversary"]


class SkippingSends:
    """The real send activity, told the server's time before each touch."""

    def __init__(self, env: WorkflowEnvironment, engine: AsyncEngine, mailbox: TestMailbox) -> None:
        self._env = env
        self._now = datetime.now(UTC)
        self._engine = engine
        email = MailboxEmail("127.0.0.1", mailbox.smtp_port, mailbox.imap_port, mailbox.user, mailbox.password)
        key = b"a-year" * 8
        self._sends = Sends(
            self._engine,
            email=email,
            sms=MailboxSms(email, "talent@keepwarm.example"),
            sender=SenderIdentity(
                "talent@keepwarm.example",
                "Dana",
                "Keepwarm Example Ltd",
                "1 Example Street",
                reply_domain="reply.keepwarm.example",
                reply_key=key,
            ),
            links=Links(key, "https://keepwarm.example"),
            clock=lambda: self._now,
        )
        self.light: list[Callable[..., Any]] = [
            Facts(self._engine).record_facts,
            Lookups(self._engine).load_definitions,
        ]

    @activity.defn
    async def send_touch(self, order: SendTouch) -> Settlement:
        """As `Sends.send_touch`, on the server's clock."""
        self._now = await self._env.get_current_time()
        return await self._sends.send_touch(order)


@dataclass(frozen=True)
class Year:
    """The year, over: its ledger in order."""

    engine: Engine
    handle: WorkflowHandle[Any, Any]
    began: datetime
    ended: datetime


@pytest.fixture
async def year(fresh_database: str, mailbox: TestMailbox) -> AsyncIterator[Year]:
    migrate(fresh_database)
    engine = make_engine(fresh_database)
    async_engine = make_async_engine(fresh_database)
    publish(engine, load_journey(FOLDER / "silver-medalist"))
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server(), data_converter=DATA_CONVERTER
    ) as env:
        types = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES}
        request = AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=types)
        await env.client.operator_service.add_search_attributes(request)
        sends = SkippingSends(env, async_engine, mailbox)
        door = Keepwarm(env.client, engine, Settings(external_database=fresh_database))
        workers = (
            Worker(env.client, task_queue=QUEUE, workflows=[Candidate], activities=sends.light),
            Worker(env.client, task_queue=SEND_QUEUE, activities=[sends.send_touch]),
        )
        async with workers[0], workers[1]:
            began = await env.get_current_time()
            person = NewCandidate("Ada", id="ada", emails=["ada@example.org"], phones=["+12125550142"], zone=NEW_YORK)
            await door.add_candidate(person)
            for channel in ("email", "sms"):
                await door.record_consent("ada", "nurture", channel, wording="yes", source="form", at=began)
            await door.enroll("ada", "silver-medalist")
            await env.sleep(timedelta(days=380))
            yield Year(
                engine,
                env.client.get_workflow_handle(candidate_workflow_id("ada")),
                began,
                await env.get_current_time(),
            )
    await async_engine.dispose()
    engine.dispose()


async def test_each_touch_of_a_year_falls_into_the_window_on_both_sides_of_a_clock_change(
    year: Year, mailbox: TestMailbox
) -> None:
    with year.engine.connect() as connection:
        rows = connection.execute(text("select * from ledger order by handed_over_at")).all()
        violations = proofs.prove(connection, year.ended)
        stays = connection.execute(text("select status from enrollments")).scalars().all()
    assert [(row.template, row.state) for row in rows] == [(step, "accepted") for step in STEPS]
    local = [row.handed_over_at.astimezone(ZoneInfo(NEW_YORK)) for row in rows]
    assert all(time(9) <= moment.time() < time(18) and moment.weekday() < 5 for moment in local), local
    assert len({moment.utcoffset() for moment in local}) == 2
    assert timedelta(weeks=52) <= rows[-1].handed_over_at - year.began <= timedelta(weeks=53)
    assert violations == []
    assert stays == ["finished"]
    mails = await mailbox.messages()
    assert [mail.headers["message-id"][0] for mail in mails] == [row.message_id for row in rows]
    assert all("list-unsubscribe" in mail.headers for mail in mails if "sms" not in mail.to[0])
    assert await year.handle.query("upcoming") == []
    assert year.ended > datetime.now(UTC) + timedelta(days=370)
