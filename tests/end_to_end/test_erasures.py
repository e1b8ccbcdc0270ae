"""Somebody is erased in the middle of a journey: afterwards nothing of theirs is anywhere, nothing brings them back, the proof holds."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imap_tools import MailMessage
from sqlalchemy import text
from temporalio.client import WorkflowExecutionStatus

from starter.intake import nudge
from starter.preparations import publish
from storage import received
from storage.openings import NewOpening
from templates.journeys import load_journey
from tests.end_to_end.deployment import until
from tests.end_to_end.test_replies import House
from tests.starter.insiders import JOURNEY, version
from workflows.names import candidate_workflow_id

pytestmark = pytest.mark.heavy
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST, LAST, MAIL, NUMBER = "Æthelind", "Wronskianová", "aethelind.wronskian@example.org", "+4915112345999"
PROFILE, HEADLINE, COMPANY, PLACE = "https://github.com/wronskian-x", "Chronometrist", "Uhrwerk Quux", "Gräfenhainichen"
TAG, FEEDBACK, ANSWER, CV = (
    "met-at-horology-fair",
    "Her escapement was lucid.",
    "Do you also build sundials?",
    "Curriculum of a chronometrist",
)
WORDING, SPAM = "Ja, schreiben Sie mir über Unruhen.", "pruned-by-provider"
SECRETS = (
    *(FIRST, LAST, MAIL, NUMBER.removeprefix("+"), "wronskian-x", HEADLINE, COMPANY, PLACE, TAG, FEEDBACK, ANSWER, CV, WORDING),
)  # fmt: skip
ROWS = "id,first name,last name,email,phone,profile,headline,company,city,country,tags,consent nurture,consent text\n"
ADA = f"77,{FIRST},{LAST},{MAIL},{NUMBER},{PROFILE},{HEADLINE},{COMPANY},{PLACE},DE,{TAG},yes,{WORDING}\n".replace(
    WORDING, f'"{WORDING}"'
)
BEA = "78,Bea,Tricks,bea@example.org,,,,,Berlin,DE,,yes,Yes\n"


def forms(secret: str) -> Iterator[bytes]:
    """How it would stand anywhere: as UTF-8 or Latin-1, escaped in JSON, in a URL, in base64 at any offset; small letters."""
    from urllib.parse import quote

    for form in (secret, json.dumps(secret)[1:-1], quote(secret, safe="")):
        yield form.encode().lower()
    yield secret.encode("latin-1", "replace").lower()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode())
        yield encoded[4 if offset else 0 : len(encoded) - 4].lower()


def found_in(place: str, held: bytes) -> list[str]:
    small = held.lower()
    return [f"{place}: {secret}" for secret in SECRETS if any(form in small for form in forms(secret))]


@pytest.fixture(scope="module")
async def house(home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Two people in the middle of a journey, one of whom has done everything that leaves a trace."""
    place = version(tmp_path_factory.mktemp("journeys"), 1, "send: hello", "wait: 5 days", "send: question")
    async with House(home, clock_speed=60) as deployed:
        await deployed.begin_story(TUESDAY)
        publish(deployed.engine, load_journey(place))
        await deployed.listen()
        await bring_in(deployed, tmp_path_factory.mktemp("people") / "people.csv")
        yield deployed
        await deployed.stop_listener()


async def bring_in(house: House, path: Path) -> None:
    path.write_text(ROWS + ADA + BEA, encoding="utf-8")
    told = await house.cli("import", str(path), "--sourced")
    assert told.code == 0, told.err
    await house.keepwarm.add_opening(NewOpening("be-1", "Uhrmacher", owner="dana"))
    await house.keepwarm.apply("77", "be-1")
    for stage in ("screening", "interview"):
        await house.keepwarm.change_stage("77", "be-1", stage, feedback=FEEDBACK)
    for one in ("77", "78"):
        await house.keepwarm.enroll(one, JOURNEY)
    await write_back(house)
    await house.keepwarm.enroll("77", JOURNEY, event_id="again")
    await report(house)


async def write_back(house: House) -> None:
    """She asks a question, with a file; the mailbox has our mail and hers."""

    async def ours() -> list[MailMessage]:
        return [mail for mail in await house.mailbox.messages() if MAIL in mail.to and mail.subject == "hello"]

    mail = (await until("she has our mail", ours))[0]
    reply = EmailMessage()
    reply["From"], reply["To"] = f"{FIRST} {LAST} <{MAIL}>", mail.headers["reply-to"][0].strip()
    reply["Subject"], reply["Message-ID"] = f"Re: {mail.subject}", "<reply-of-wronskian-x@example.org>"
    reply["In-Reply-To"] = mail.headers["message-id"][0].strip()
    reply.set_content(f"{ANSWER}\n\n{FIRST} {LAST}, {NUMBER}")
    reply.add_attachment(CV.encode(), maintype="application", subtype="pdf", filename=f"{LAST}.pdf")
    await house.send(reply)

    async def taken_in() -> int:
        return await house.count("attachments") and await house.count("promises where kind = 'question'")

    await until("her question is on record, with its clock", taken_in, within=60)


async def report(house: House) -> None:
    """A provider's batch tells of both."""
    keys = {
        row["candidate_id"]: row["touch_key"]
        for row in await house.rows("select * from ledger where template = 'hello'")
    }
    events = [
        {
            "event": "delivered",
            "sg_event_id": f"e-{one}",
            "email": address,
            "timestamp": 1795510800,
            "touch_key": keys[one],
        }
        for one, address in (("77", MAIL), ("78", "bea@example.org"))
    ]
    await store(house, "first", events)


async def store(house: House, key: str, events: list[dict[str, Any]]) -> None:
    def write() -> None:
        with house.engine.begin() as connection:
            body = json.dumps(events).encode()
            received.store(connection, received.SENDGRID_EVENTS, key, "application/json", {}, body)

    await asyncio.to_thread(write)
    await nudge(house.client)

    async def read() -> bool:
        return await house.count("received where state = 'stored'") == 0

    await until("the batch is taken in", read)


async def traces(house: House, *, but: str = "nowhere") -> list[str]:
    """Everywhere that anything of hers is found, the server's own files among it; `but` is a folder that is passed over."""
    found = [hit for name, held in (await database(house)).items() for hit in found_in(name, held)]
    for run in [run async for run in house.client.list_workflows()]:
        handle = house.client.get_workflow_handle(run.id, run_id=run.run_id)
        events = (await handle.fetch_history()).events
        shown = (await handle.describe()).raw_description.SerializeToString()
        found += found_in(run.id, b"\n".join([*(event.SerializeToString() for event in events), shown]))
    for mail in await house.mailbox.messages():
        found += found_in("mailbox", mail.obj.as_bytes() + (mail.text or "").encode())
    files = [path for path in house.settings.home.rglob("*") if path.is_file()]
    assert {path.relative_to(house.settings.home).parts[0] for path in files} >= {"mailbox", "postgres", "logs"}
    return found + [hit for path in files if but not in path.parts for hit in found_in(str(path), path.read_bytes())]


async def database(house: House) -> dict[str, bytes]:
    """Every row of every table, as text and with its bytes."""

    def dump() -> dict[str, bytes]:
        held = {}
        with house.engine.connect() as connection:
            names = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
            for name in names:
                rows = connection.execute(text(f'select * from "{name}"')).all()  # noqa: S608 - the database's own names
                parts = [
                    bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in rows for v in row
                ]
                held[name] = b"\n".join(parts)
        return held

    return await asyncio.to_thread(dump)


async def test_an_export_holds_it_all_before_and_an_erasure_nothing_after(house: House, tmp_path: Path) -> None:
    before = await traces(house)
    for place in (
        "candidates",
        "received",
        "messages",
        "attachments",
        "ledger",
        "decision_notes",
        "message_events",
        "mailbox",
    ):
        assert any(hit.startswith(place) for hit in before), f"nothing of hers in {place} to be forgotten"
    assert not any(hit.startswith(("candidate-", "opening-", "intake")) for hit in before), "no history ever names her"
    packed = tmp_path / "hers.zip"
    told = await house.cli("candidate", "export", MAIL, str(packed), "--json")
    assert told.json["candidate"] == "77"
    with zipfile.ZipFile(io.BytesIO(packed.read_bytes())) as archive:
        given = b"".join(archive.read(name) for name in archive.namelist())
    assert not [secret for secret in SECRETS if not any(form in given.lower() for form in forms(secret))]

    assert await house.planned("77"), "she is in the middle of a journey"
    refused = await house.cli("candidate", "erase", MAIL, "--because", "asked by phone")
    assert refused.code != 0, "it asks first"
    assert await house.count("candidates where erased") == 0
    done = (
        await house.cli("candidate", "erase", MAIL, "--because", "asked by phone", "--by", "dana", "--yes", "--json")
    ).json
    assert done["candidate"] == "77"
    assert done["mails"] >= 3
    assert any("backups" in line for line in done["still_to_do"])

    handle = house.client.get_workflow_handle(candidate_workflow_id("77"))

    async def over() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await until("her workflow has ended", over)
    assert await traces(house) == []
    assert await house.planned("77") == []
    assert (await house.rows("select status from enrollments where candidate_id = '78'")) == [{"status": "active"}]
    assert "bea@example.org" in str(await database(house))


async def test_what_a_provider_tells_of_her_later_is_not_kept(house: House) -> None:
    (row,) = await house.rows(
        "select touch_key from ledger where candidate_id = '77' and template = 'hello' order by id limit 1"
    )
    late = [
        {"event": "open", "sg_event_id": "late", "email": MAIL, "timestamp": 1795520800, "touch_key": row["touch_key"]}
    ]
    await store(house, "second", late)
    assert await traces(house, but="pg_wal") == [], (
        "what came and was cut out stands in the server's log until that ends"
    )


async def test_no_import_brings_her_back_and_the_reason_is_told(house: House, tmp_path: Path) -> None:
    again = ADA.replace("77,", "790,", 1).replace(MAIL, MAIL.upper())
    path = tmp_path / "again.csv"
    path.write_text(ROWS + again + BEA, encoding="utf-8")
    told = (await house.cli("import", str(path), "--json")).json
    assert (told["new"], told["unchanged"]) == (0, 1)
    assert told["bad"][0]["line"] == 2
    assert "was erased on 2026-11-2" in told["bad"][0]["what"]
    by_hand = await house.cli("candidate", "add", f"{FIRST} {LAST}", "--email", MAIL)
    assert by_hand.code == 1
    assert "was erased on" in by_hand.err


async def test_the_proof_holds_and_the_doctor_finds_nothing(house: House) -> None:
    proof = await house.cli("prove")
    assert proof.code == 0, proof.out + proof.err
    doctor = await house.cli("doctor", "--json")
    assert [one["kind"] for one in doctor.json] == []
    assert await house.count("ledger where candidate_id = '77' and handed_over_at is not null") >= 3
