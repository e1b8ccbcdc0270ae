"""No history of any workflow holds a name, an address, a number or a word about a person, whatever happened to them."""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from starter.refusals import Refused
from storage.openings import NewOpening
from tests.end_to_end.deployment import Deployment, until
from tests.fakes.provider import DROP_AFTER, Trouble
from tests.fakes.sendgrid import API_KEY, FakeSendGrid
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, FakeTwilio, refusal

pytestmark = pytest.mark.heavy
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
"""Ten o'clock in Berlin."""
PEOPLE = {
    "p1": ("Zażółć", "Gęśląjaźń", "zazolc.gesla@example.org", "+4930231250011"),
    "p2": ("Ængström", "Öbergsson", "aengstroem@example.org", "+4930231250012"),
    "p3": ("Séraphine", "O’Mallory", "seraphine.omallory+jobs@example.org", "+4930231250013"),
    "p4": ("小龙", "慕容", "murong.xiaolong@example.org", "+4930231250014"),
    "p5": ("Xanthippe", "Quillfeather", "Xanthippe.Quillfeather@Example.ORG", "+4930231250015"),
    "p6": ("Björgvin", "Þórðarson", "bjorgvin@example.org", "+4930231250016"),
}
REASON = "We went with somebody who has led a bakery of forty ovens."
FEEDBACK = "Your sourdough talk was lucid; the ledger exercise less so."
WORDING = "Ja, schreiben Sie mir über passende Stellen."
TITLE, NEXT_STEP, PLACE = "Oberste Brotprüferin", "Dana bakes with you on the first Thursday.", "Königs Wusterhausen"
HEADLINE, EMPLOYER, BECAUSE = "Pâtissière extraordinaire", "Brotmanufaktur Übersee", "her mother fell ill"


def secrets() -> Iterator[str]:
    """Everything that is about a person, and every word that is no id."""
    for first, last, email, phone in PEOPLE.values():
        yield from (first, last, email, email.casefold(), phone, phone.removeprefix("+"), email.partition("@")[0])
    yield from (REASON, FEEDBACK, WORDING, TITLE, NEXT_STEP, PLACE, HEADLINE, EMPLOYER, BECAUSE)


def forms(secret: str) -> Iterator[bytes]:
    """How it would stand in a history: as UTF-8, escaped in JSON (once or in a quoted JSON text), or in base64 at any offset."""
    escaped = json.dumps(secret)[1:-1]
    yield from (secret.encode(), escaped.encode(), json.dumps(escaped)[1:-1].encode())
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode())
        # the first and last groups also hold bits of what stands around
        yield encoded[4 if offset else 0 : len(encoded) - 4]


@pytest.mark.parametrize("around", ["{}", '{{"a": "{}"}}', "x{}", "xy{}zz"])
def test_the_search_finds_what_is_there(around: str) -> None:
    held = around.format(FEEDBACK).encode()
    for dump in (held, json.dumps(json.dumps(held.decode())).encode(), b"p" + base64.b64encode(held)):
        assert any(form in dump for form in forms(FEEDBACK)), dump


@pytest.fixture(scope="module")
async def deployment(home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """A Monday on which everything happens, the failures among them."""
    async with FakeSendGrid() as sendgrid, FakeTwilio() as twilio:
        settings: dict[str, Any] = {
            "email": "sendgrid",
            "sendgrid_api_key": API_KEY,
            "sendgrid_url": sendgrid.url,
            "sms": "twilio",
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_from": FROM_NUMBER,
            "twilio_url": twilio.url,
            "from_address": "talent@keepwarm.example",
            "company": "Keepwarm Example Ltd",
            "company_address": "1 Example Street",
            "reply_domain": "reply.keepwarm.example",
            "public_url": "https://keepwarm.example",
        }
        async with Deployment(home, clock_speed=60, refusal_delay="0s", **settings) as deployed:
            await deployed.begin_story(MONDAY)
            await bring_in(deployed, tmp_path_factory.mktemp("people") / "people.csv")
            await write_by_mail(deployed, sendgrid)
            await write_by_sms(deployed, twilio)
            await refuse_and_leave(deployed)
            yield deployed


async def bring_in(deployment: Deployment, path: Path) -> None:
    """From a file, with all that a file may hold; then with corrections, which reach workflows that run."""
    columns = (
        *("id", "first name", "last name", "email", "phone", "city", "country", "channel", "headline", "company"),
        *("skills", "tags", "consent nurture", "consent alerts", "consent sms", "consent text", "consent date"),
    )
    for place in ("Berlin", PLACE):
        with path.open("w", encoding="utf-8", newline="") as target:
            table = csv.writer(target)
            table.writerow(columns)
            for number, (name, person) in enumerate(PEOPLE.items()):
                channel = "sms" if number > 2 else "email"
                agreed = ("yes", "yes", "yes", WORDING, "2026-06-27")
                table.writerow([name, *person, place, "DE", channel, HEADLINE, EMPLOYER, "baking", "baker", *agreed])
        told = await deployment.cli("import", str(path), "--zone", "Europe/Berlin")
        assert told.code == 0, told.err


async def write_by_mail(deployment: Deployment, sendgrid: FakeSendGrid) -> None:
    """Applications and a stage, one person after the other, the provider quoting each in its refusals."""
    await deployment.keepwarm.add_opening(NewOpening("be-1", TITLE, place=PLACE, next_step=NEXT_STEP))

    def quoting(person: str, status: int) -> Trouble:
        first, last, email, _ = PEOPLE[person]
        words = f"{last}, {first} <{email}>: mailbox of {first} ({email.partition('@')[0]}) cannot be used"
        body = {"errors": [{"message": words, "field": "to"}]}
        return Trouble(status=status, body=body, headers={"Retry-After": "1"} if status == 429 else {})

    sendgrid.behave(DROP_AFTER)
    await deployment.keepwarm.apply("p5", "be-1")

    async def dropped() -> bool:
        return sendgrid.requests == 1

    await until("SendGrid has dropped the connection", dropped)
    for one in sorted(PEOPLE.keys() - {"p5"}):
        sendgrid.behave(quoting(one, 500) if one in ("p1", "p4") else quoting(one, 429))
        await deployment.keepwarm.apply(PEOPLE[one][2], "be-1")
        await deployment.sent(one, "received")
    sendgrid.behave(quoting("p6", 400))
    await deployment.keepwarm.change_stage("p6", "be-1", "screening")

    async def failed() -> bool:
        return await deployment.count("ledger where candidate_id = 'p6' and state = 'failed'") == 1

    await until("the mail that SendGrid refuses for good has failed", failed)


async def write_by_sms(deployment: Deployment, twilio: FakeTwilio) -> None:
    """An opening is told to three by SMS, the provider quoting their numbers; one of them it refuses for good."""
    await deployment.keepwarm.add_opening(NewOpening("be-2", TITLE, place=PLACE, must_have=["cooking"]))
    await deployment.keepwarm.move_opening("be-2", "open")
    for one in ("p4", "p5", "p6"):
        number = PEOPLE[one][3]
        twilio.behave(Trouble(status=503, body={"code": 20503, "message": f"{number} is queued", "status": 503}))
        if one == "p6":
            twilio.behave(refusal(21211, f"The 'To' number {number} is not a valid phone number."))
        await deployment.keepwarm.announce(one, "be-2", 1)

        async def settled(person: str = one) -> bool:
            held = f"ledger where candidate_id = '{person}' and channel = 'sms' and state in ('accepted', 'failed')"
            return await deployment.count(held) == 1

        await until(f"the SMS to {one} is settled", settled)


async def refuse_and_leave(deployment: Deployment) -> None:
    """Decisions with their words, one without; journeys entered and left; everything that a person may say."""
    door = deployment.keepwarm
    for one in ("p1", "p2"):
        await door.change_stage(PEOPLE[one][2], "be-1", "interview")
    words = ("--reason", REASON, "--feedback", FEEDBACK)
    told = await deployment.cli("stage", PEOPLE["p1"][2], "be-1", "rejected", *words)
    assert told.code == 0, told.err
    await door.change_stage("p2", "be-1", "rejected", waiver="withdrew their interest by phone")
    await door.enroll("p3", "passive-prospect")
    await door.enroll("p5", "silver-medalist")
    left = await deployment.cli("unenroll", "p5", "silver-medalist", "--because", BECAUSE)
    assert left.code == 0, left.err
    with pytest.raises(Refused):
        await door.change_stage("p2", "be-1", FEEDBACK)
    await door.message_received("p3", kind="auto_reply", until=MONDAY + timedelta(days=20))
    await door.snooze("p2", MONDAY + timedelta(days=20))
    await door.withdraw_consent("p6", "*", "*", source="preference page")
    await door.change_profile("p2", full_name="Ængström Nyrén", zone="Europe/Stockholm", owner="dana")

    await deployment.sent("p1", "refused_after_interview")
    await deployment.sent("p5", "received")


async def dump(deployment: Deployment) -> dict[str, bytes]:
    """All histories and all that Temporal shows of each run, as they are stored, by workflow and run."""
    found = {}
    async for run in deployment.client.list_workflows():
        handle = deployment.client.get_workflow_handle(run.id, run_id=run.run_id)
        history = await handle.fetch_history()
        described = await handle.describe()
        events = [event.SerializeToString() for event in history.events]
        found[f"{run.id} {run.run_id}"] = b"\n".join([*events, described.raw_description.SerializeToString()])
    return found


async def test_no_history_names_a_person_or_holds_their_words(deployment: Deployment) -> None:
    histories = await dump(deployment)
    assert {name.split()[0] for name in histories} == {*(f"candidate-{one}" for one in PEOPLE), "opening-be-2"}
    assert sum(b"be-1" in held for held in histories.values()) == len(PEOPLE), "ids are there to be found"
    told = [
        (name, secret)
        for name, held in histories.items()
        for secret in secrets()
        for form in forms(secret)
        if form in held
    ]
    assert told == []


async def test_the_failures_were_met_and_are_in_the_histories(deployment: Deployment) -> None:
    everything = b"\n".join((await dump(deployment)).values())
    for words in (b"SendGrid 500", b"SendGrid 429", b"Twilio"):
        assert words in everything


async def test_no_log_names_a_person_either(deployment: Deployment) -> None:
    log = deployment.log_of("worker-1")
    assert [secret for secret in secrets() if secret in log] == []
