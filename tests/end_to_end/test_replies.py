"""Real answers by SMTP into the real mailbox: what they stop, delay and close, and that none is lost when its reader is killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from imap_tools import MailMessage
from sqlalchemy import text
from temporalio.api.sdk.v1 import WorkflowMetadata

from embedded.parts import start_part
from embedded.processes import stop
from embedded.programs import Listener
from starter.preparations import publish
from storage.candidates import NewCandidate
from templates.journeys import load_journey
from tests.end_to_end.deployment import Deployment, until
from tests.starter.insiders import JOURNEY, version
from workflows.names import candidate_workflow_id

pytestmark = pytest.mark.heavy
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PEOPLE = ("replier", "traveller", "gone", "killed", "texter", "asker")
_numbers = count(1)


class House(Deployment):
    """A deployment with the mailbox's reader, which can be killed."""

    _listener: asyncio.subprocess.Process

    async def listen(self) -> None:
        """Start the reader; returns when it is at work."""
        self._part = Listener(self.settings, self.settings.home / "logs" / "listener.log")
        self._listener = await start_part(self._part)

    async def kill_listener(self) -> None:
        """`kill -9`."""
        self._listener.kill()
        await self._listener.wait()

    async def stop_listener(self) -> None:
        """As the supervisor does it."""
        await stop(self._listener, self._part.command())

    async def mail_to(self, person: str) -> MailMessage:
        """Our first mail to somebody, once it is there."""

        async def find() -> list[MailMessage]:
            return [mail for mail in await self.mailbox.messages() if f"{person}@example.org" in mail.to]

        return (await until(f"{person} has our mail", find))[0]

    async def send(self, mail: EmailMessage) -> None:
        """Somebody's mail, by SMTP."""
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.settings.smtp_port, start_tls=False)

    async def answer(self, ours: MailMessage, person: str, words: str, **headers: str) -> None:
        """Answer a mail of ours, as a mail program does it."""
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{person}@example.org", ours.headers["reply-to"][0].strip()
        mail["Subject"], mail["Message-ID"] = f"Re: {ours.subject}", f"<{person}-{next(_numbers)}@example.org>"
        mail["In-Reply-To"] = ours.headers["message-id"][0].strip()
        for name, value in headers.items():
            del mail[name.replace("_", "-")]
            mail[name.replace("_", "-")] = value
        quoted = "\n".join(f"> {line}" for line in ours.text.splitlines())
        mail.set_content(f"{words}\n\n{quoted}")
        await self.send(mail)

    async def why(self, person: str) -> list[str]:
        """The lines of `keepwarm why`."""
        return [line["text"] for line in (await self.cli("why", person, "--json")).json]

    async def details(self, person: str) -> str:
        """What Temporal's UI shows as current details."""
        handle = self.client.get_workflow_handle(candidate_workflow_id(person))
        told = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return str(told.current_details)

    async def planned(self, person: str) -> list[dict[str, Any]]:
        """What will be sent to somebody."""
        return await self.rows("select * from upcoming where candidate_id = :id order by due", id=person)

    async def messages(self, person: str) -> list[dict[str, Any]]:
        """What somebody wrote."""
        return await self.rows("select * from messages where candidate_id = :id order by id", id=person)


@pytest.fixture(scope="module")
async def house(home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """People in a journey who have had its first message; the story begins on a Tuesday, an hour a minute."""
    place = version(tmp_path_factory.mktemp("journeys"), 1, "send: hello", "wait: 5 days", "send: question")
    async with House(home, clock_speed=60) as deployed:
        await deployed.begin_story(TUESDAY)
        publish(deployed.engine, load_journey(place))
        for one in PEOPLE:
            person = NewCandidate(one.title(), id=one, emails=[f"{one}@example.org"], phones=[f"+4915112345{PEOPLE.index(one):03}"],
                                  zone="Europe/Berlin")  # fmt: skip
            await deployed.keepwarm.add_candidate(person)
            for channel in ("email", "sms"):
                await deployed.keepwarm.record_consent(one, "nurture", channel, wording="Yes", source="form")
            await deployed.keepwarm.enroll(one, JOURNEY)
        await deployed.listen()
        yield deployed
        await deployed.stop_listener()


async def happens(what: str, house: House, look: Callable[[], Awaitable[bool]]) -> None:
    """Waits, and shows the logs where it does not happen."""
    try:
        await until(what, look, within=40)
    except AssertionError as error:
        log = (house.settings.home / "logs" / "listener.log").read_text()[-1500:]
        raise AssertionError(f"{error}\nlistener: {log}\nworker: {house.log_of('worker-1')[-1500:]}") from None


async def test_a_reply_stops_the_journey_before_its_next_touch(house: House) -> None:
    ours = await house.mail_to("replier")
    assert [touch["template"] for touch in await house.planned("replier")] == ["question"]
    await house.answer(ours, "replier", "Thank you, this sounds good.")

    async def stopped() -> bool:
        return not await house.planned("replier")

    await happens("nothing more is planned", house, stopped)
    [message] = await house.messages("replier")
    assert message["matched_by"] == "message_id"
    assert message["text"] == "Thank you, this sounds good."
    lines = await house.why("replier")
    assert any(line.startswith("wrote: ") for line in lines)
    assert any(line.startswith(f"left {JOURNEY}@1: ") for line in lines), lines
    assert any("not sent: question" in line for line in lines)
    assert "exited spring@1" in await house.details("replier")


async def test_an_absence_with_its_date_delays_the_next_touch_and_is_no_reply(house: House) -> None:
    ours = await house.mail_to("traveller")
    words = "I am out of the office and will be back on 14 December 2026."
    await house.answer(ours, "traveller", words, Auto_Submitted="auto-replied", Subject="Automatic reply: hello")

    async def delayed() -> bool:
        return all(touch["due"] >= datetime(2026, 12, 13, 23, tzinfo=UTC) for touch in await house.planned("traveller"))

    await happens("the question waits for the return", house, delayed)
    [touch] = await house.planned("traveller")
    assert touch["template"] == "question", "the journey goes on"
    [message] = await house.messages("traveller")
    assert message["kind"] == "auto_reply"
    lines = await house.why("traveller")
    assert any("an automatic answer, which is no reply until 2026-12-14" in line for line in lines)
    assert any("will send question" in line and "return from absence" in line for line in lines)
    assert "away until 2026-12-1" in await house.details("traveller")


async def test_a_bounce_by_mail_closes_the_address(house: House) -> None:
    ours = await house.mail_to("gone")
    original, to = ours.headers["message-id"][0].strip(), "bounce@reply.keepwarm.example"
    bounce = (
        f"From: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <dsn-1@mx.example.org>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\r\n"
        "<gone@example.org>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        "Final-Recipient: rfc822; gone@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\nSubject: hello\r\n\r\n--b--\r\n"
    )
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=house.settings.smtp_port, start_tls=False) as server:
        await server.sendmail("mailer-daemon@mx.example.org", [to], bounce.encode())

    async def closed() -> bool:
        return not await house.planned("gone")

    await happens("nothing more is planned", house, closed)
    [point] = await house.rows("select suppressed from contact_points where candidate_id = 'gone' and kind = 'email'")
    assert point["suppressed"].startswith("bounced")
    [touch] = await house.rows("select state from ledger where candidate_id = 'gone' and template = 'hello'")
    assert touch["state"] == "bounced"
    assert any("bounced" in line for line in await house.why("gone"))


async def test_a_question_is_owed_until_its_answer_has_left(house: House) -> None:
    ours = await house.mail_to("asker")
    await house.answer(ours, "asker", "Is the role remote?")

    async def states() -> list[str]:
        return [row["state"] for row in await house.rows("select state from promises where candidate_id = 'asker'")]

    async def asked() -> bool:
        return await states() == ["due"]

    await happens("the question is owed an answer", house, asked)
    [message] = await house.messages("asker")
    number = str(message["id"])
    assert (await house.cli("stop", "--template", "letter")).code == 0
    told = (await house.cli("inbox", "answer", number, "Yes, it is.", "--json")).json

    async def held() -> bool:
        found = (await house.cli("inbox", "show", number, "--json")).json["answers"]
        return "waits: " in found[0]["fate"]

    await happens("the answer waits at the gate", house, held)
    assert await states() in (["due"], ["broken"])
    assert (await house.cli("go", "--template", "letter")).code == 0

    async def answered() -> bool:
        rows = await house.rows("select state, because from promises where candidate_id = 'asker'")
        return str(rows[0]["state"]) == "kept" or str(rows[0]["because"]).startswith("late: ")

    await happens("the promise is kept by the answer that has left", house, answered)
    [letter] = await house.rows("select state from ledger where touch_key = :key", key=told["touch_key"])
    assert letter["state"] == "accepted"


async def test_stop_by_sms_in_the_mailbox_ends_sms_at_once(house: House) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = (
        "4915112345004@sms.keepwarm.test",
        house.settings.from_address,
        "<s1@x>",
    )
    mail.set_content("Stop please")
    await house.send(mail)

    async def ended() -> bool:
        words = "select granted from consent_log where candidate_id = 'texter' and channel = 'sms' order by at desc, id desc"
        return not (await house.rows(words))[0]["granted"]

    await happens("the log has it", house, ended)

    async def known() -> bool:
        return "opted out of * by sms" in await house.details("texter")

    await happens("the workflow knows it", house, known)


async def test_killed_between_fetch_and_store_the_reader_loses_nothing_and_stores_nothing_twice(house: House) -> None:
    ours = await house.mail_to("killed")
    connection = await asyncio.to_thread(house.engine.connect)
    try:
        await asyncio.to_thread(connection.execute, text("lock table received in access exclusive mode"))
        await house.answer(ours, "killed", "Please tell me more.")

        async def fetched() -> bool:
            waits = (
                "select from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'insert into received%'"
            )
            return bool(await house.rows(waits))

        await happens("the mail is fetched and about to be stored", house, fetched)
        await house.kill_listener()
    finally:
        await asyncio.to_thread(connection.close)
    assert await house.messages("killed") == []
    await house.listen()

    async def told() -> bool:
        return bool(await house.messages("killed")) and not await house.planned("killed")

    await happens("the answer is taken in", house, told)
    assert len(await house.messages("killed")) == 1
    stored = await house.rows(
        "select from received where position('killed@example.org' in convert_from(body, 'UTF8')) > 0"
    )
    assert len(stored) == 1
