"""Reports of a provider, each its own webhook, beside mails that leave: how soon each is answered, and what the machine could take."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import text

from bench.findings import Line, number
from bench.measures.touches import SERVER, WORKER
from bench.people import Dues, add_people, analyze
from bench.runs import Run
from bench.stages import Stage, report_of, until
from embedded.ports import free_port
from embedded.programs import Web

EVENTS_A_SECOND = 2_000 / 60
SENDS_A_SECOND = 10
P99_MILLISECONDS = 200.0
LIMIT_SECONDS = 5
"""How long the machine's own limit is looked for, at this many requests a second more or less:"""
LIMIT_GUESS = 300
AHEAD, STARTS_A_SECOND = timedelta(seconds=4), 50
"""From the start of the workflows to the first mail that is due: the starts themselves must be over by then."""
WEB = "web"
_SENT = text(
    """
    insert into ledger (touch_key, candidate_id, purpose, channel, template, state, due, address, message_id, provider,
        provider_id, handed_over_at, handed_over_recorded_at, accepted_at, consent_id)
    select id || '/nurture/before/step/1', id, 'nurture', 'email', 'step', 'accepted', now(), id || '@people.example',
        '<' || id || '@bench.example>', 'sendgrid', 'x-' || id, now() - interval '30 days', now() - interval '30 days',
        now() - interval '30 days', (select k.id from consent_log as k where k.candidate_id = c.id and k.purpose = 'nurture')
    from candidates as c where id like 'e%'
    """
)


@dataclass(frozen=True, slots=True)
class Provider:
    """Who reports: with its key, to our address."""

    folder: Path
    url: str

    def write_key(self) -> str:
        """Make a key, keep it for the reporter; what the product is told of it."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._key_file.write_bytes(pem)
        return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    async def report(self, stage: Stage, first: int, count: int, rate: float) -> dict[str, float]:
        """Tell that the messages to so many people arrived."""
        events = self.folder / f"events-{first}.json"
        told = [
            {
                "email": f"e{person}@people.example", "timestamp": int(datetime.now(UTC).timestamp()), "event": "delivered",
                "sg_event_id": f"event-{person}", "sg_message_id": f"x-e{person}.filter01.1.2", "response": "250 OK",
                "smtp-id": f"<e{person}@bench.example>", "touch_key": f"e{person}/nurture/before/step/1",
            }
            for person in range(first, first + count)
        ]  # fmt: skip
        events.write_text(json.dumps(told), encoding="utf-8")
        arguments = (self.url, str(self._key_file), str(events), str(rate))
        return await report_of(stage.program("bench.reporter", *arguments, log=f"reporter-{first}.log"))

    @property
    def _key_file(self) -> Path:
        return self.folder / "provider.pem"


async def measure(run: Run) -> list[Line]:
    """At the steady rate beside the mails; then, with nothing else to do, as fast as answers come."""
    seconds = run.sizes.webhooks.total_seconds()
    steady, sends, most = round(EVENTS_A_SECOND * seconds), round(SENDS_A_SECOND * seconds), LIMIT_GUESS * LIMIT_SECONDS
    async with run.place.stage() as stage:
        port = free_port()
        provider = Provider(stage.folder, f"http://127.0.0.1:{port}/webhooks/sendgrid/events")
        more: dict[str, Any] = {"web_port": port, "sendgrid_webhook_key": provider.write_key()}
        await asyncio.to_thread(_furnish, stage, steady + most)
        await stage.start_worker(WORKER)
        await stage.start_part(Web(stage.settings(**more), stage.folder / "web.log"))
        first = datetime.now(UTC) + AHEAD + timedelta(seconds=sends / STARTS_A_SECOND)
        await asyncio.to_thread(
            add_people, stage.engine, "s", sends, Dues(first, timedelta(seconds=1 / SENDS_A_SECOND))
        )
        await stage.keepwarm.start_candidates()
        await asyncio.sleep((first - datetime.now(UTC)).total_seconds())
        before = stage.cost()
        beside = await provider.report(stage, 1, steady, EVENTS_A_SECOND)
        spent = stage.cost() - before
        await stage.until_arrived(sends)
        await until("all that was stored is read", lambda: _nothing_waits(stage))
        late = await _read_within(stage)
        alone = await provider.report(stage, steady + 1, most, 0)
        await until("all that was stored is read", lambda: _nothing_waits(stage))
        found = (await stage.rows(_FOUND))[0]
        mails = [arrival.message_id for arrival in stage.arrivals()]
    events = steady + most
    parts = ", ".join(
        f"{name} {number(100 * spent.of(name) / beside['seconds'])} %" for name in (WEB, WORKER, SERVER, "PostgreSQL")
    )
    return [
        Line(
            "answer to a webhook, 99th percentile", beside["p99"], "ms", alone["p99"], "at the machine's limit",
            at_most=P99_MILLISECONDS,
            note=f"{steady} requests of one event each, {number(60 * steady / beside['seconds'])} a minute, beside {sends} mails at "
            f"{SENDS_A_SECOND} a second; of a core: {parts}",
        ),
        Line("the same, 50th percentile", beside["p50"], "ms", alone["p50"], "at the machine's limit"),
        Line(
            "webhooks a second", steady / beside["seconds"], "", alone["requests"] / alone["seconds"], "the machine's limit",
            note="the limit: one web process beside the worker that reads, on the same cores as the reporter",
        ),
        Line("not answered with 200", beside["refused"] + alone["refused"], at_most=0),
        Line("lost (not in the ledger)", events - found.delivered, at_most=0, note=f"of {number(events)}"),
        Line("counted twice", found.noted - events, at_most=0),
        Line("mails not sent, or twice", abs(len(mails) - sends) + len(mails) - len(set(mails)), at_most=0, note=f"of {sends}"),
        Line("from stored to read, the longest beside mails", late, "s"),
    ]  # fmt: skip


_FOUND = """
    select (select count(*) from ledger where state = 'delivered') as delivered, (select count(*) from message_events) as noted
"""


def _furnish(stage: Stage, people: int) -> None:
    """People to whom a message has left."""
    add_people(stage.engine, "e", people)
    with stage.engine.begin() as connection:
        connection.execute(_SENT)
        connection.execute(text("update candidates set started = true where id like 'e%'"))
    analyze(stage.engine)


async def _nothing_waits(stage: Stage) -> bool:
    return not (await stage.rows("select from received where state <> 'taken_in' limit 1"))


async def _read_within(stage: Stage) -> float:
    rows = await stage.rows("select extract(epoch from max(taken_in_at - recorded_at)) from received")
    return float(rows[0][0])
