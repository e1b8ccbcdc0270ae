"""Reading a mailbox: everything that is for us, once, wherever the reader dies."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesHeaderParser

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_tools import MailBoxUnencrypted
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from channels.imap import Header, Inbox, MailboxRefused, MailServer
from config.settings import Settings, SettingsError
from storage import candidates, mailboxes
from tests.conftest import TestMailbox
from tests.storage.people import sent
from worker.listening import House, Listener, Reader, house_of, server_of

HOUSE = House(frozenset({"talent@keepwarm.example", "dana@keepwarm.example"}), "reply.keepwarm.example", shared=True)


@pytest.fixture
def server(mailbox: TestMailbox) -> MailServer:
    return MailServer("127.0.0.1", mailbox.imap_port, mailbox.user, mailbox.password, "none")


@pytest.fixture
def inbox(server: MailServer) -> Iterator[Inbox]:
    opened = Inbox.open(server)
    yield opened
    opened.close()


@pytest.fixture
def reader(engine: Engine, server: MailServer) -> Reader:
    return Reader(engine, server, lambda connection: HOUSE)


async def send(
    mailbox: TestMailbox, to: str = "reply+abc@reply.keepwarm.example", *, sender: str = "ada@example.org",
    message_id: str = "<m1@example.org>", body: str = "Wär mir recht",
) -> None:  # fmt: skip
    """A mail by SMTP, as anybody may send it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, "Hello", message_id
    mail.set_content(body)
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=mailbox.smtp_port, start_tls=False)


def stored(engine: Engine) -> list[bytes]:
    """What lies in `received`."""
    with engine.connect() as connection:
        return list(connection.scalars(text("select body from received order by id")))


async def look(reader: Reader) -> int:
    """One connection's look."""

    def run() -> int:
        opened = Inbox.open(reader.server)
        try:
            return reader.read_new(opened)
        finally:
            opened.close()

    return await asyncio.to_thread(run)


async def test_what_is_for_us_is_stored_once_byte_for_byte(
    mailbox: TestMailbox, reader: Reader, engine: Engine, server: MailServer
) -> None:
    await send(mailbox)
    assert await look(reader) == 1
    assert await look(reader) == 0
    with MailBoxUnencrypted("127.0.0.1", mailbox.imap_port).login(mailbox.user, mailbox.password) as box:
        [message] = box.fetch(mark_seen=False)
        assert message.flags == (), "the mailbox stays as it was"
        _, answer = box.client.uid("FETCH", message.uid or "", "(BODY.PEEK[])")
    assert stored(engine) == [answer[0][1]]


async def test_our_own_mails_and_those_to_others_are_passed_over(
    mailbox: TestMailbox, reader: Reader, engine: Engine
) -> None:
    with engine.begin() as connection:
        candidates.add(connection, candidates.NewCandidate("Ada", id="ada", emails=["ada@example.org"]))
        sent(connection, "k1", message_id="<ours@keepwarm.example>")
    await send(mailbox, "ada@example.org", sender="talent@keepwarm.example", message_id="<out@keepwarm.example>")
    await send(mailbox, "bob@example.org", message_id="<else@example.org>")
    await send(mailbox, message_id="<ours@keepwarm.example>")
    await send(mailbox, "dana@keepwarm.example", message_id="<to-dana@example.org>")
    assert await look(reader) == 1
    assert b"<to-dana@example.org>" in stored(engine)[0]


async def test_what_could_not_be_stored_is_fetched_again(mailbox: TestMailbox, reader: Reader, engine: Engine) -> None:
    await send(mailbox, message_id="<m1@example.org>")
    assert await look(reader) == 1
    with engine.begin() as connection:
        connection.execute(text("alter table received add constraint refusing check (id < 2) not valid"))
    await send(mailbox, message_id="<m2@example.org>")
    with pytest.raises(DBAPIError):
        await look(reader)
    with engine.begin() as connection:
        connection.execute(text("alter table received drop constraint refusing"))
    assert await look(reader) == 1
    assert len(stored(engine)) == 2


async def test_a_mailbox_that_counts_anew_is_read_again_and_nothing_is_stored_twice(
    mailbox: TestMailbox, reader: Reader, engine: Engine, server: MailServer
) -> None:
    await send(mailbox, message_id="<m1@example.org>")
    await look(reader)
    with engine.begin() as connection:
        mailboxes.move(connection, server.mailbox, server.folder, 7, 90_000)
    await send(mailbox, message_id="<m2@example.org>")
    assert await look(reader) == 1
    assert len(stored(engine)) == 2
    with engine.connect() as connection:
        cursor = mailboxes.cursor(connection, server.mailbox, server.folder)
    assert cursor is not None
    assert cursor.uid_validity != 7


async def test_many_mails_are_read_page_by_page(mailbox: TestMailbox, reader: Reader, engine: Engine) -> None:
    await asyncio.gather(*(send(mailbox, message_id=f"<m{number}@example.org>") for number in range(60)))
    assert await look(reader) == 60
    assert len(set(stored(engine))) == 60


async def test_of_a_mail_that_is_too_large_the_header_is_stored(
    mailbox: TestMailbox, reader: Reader, engine: Engine
) -> None:
    reader.largest = 1_000
    await send(mailbox, body="x " * 1_000)
    assert await look(reader) == 1
    [header] = stored(engine)
    assert b"Subject: Hello" in header
    assert b"x x" not in header
    with engine.connect() as connection:
        assert connection.scalar(text("select headers ->> 'whole' from received")) == "false"


@given(st.binary(max_size=300))
def test_no_header_is_so_strange_that_it_holds_the_others_up(raw: bytes) -> None:
    HOUSE.wants(BytesHeaderParser().parsebytes(raw))
    HOUSE.wants(BytesHeaderParser().parsebytes(b"From: " + raw + b"\nTo: " + raw))


@pytest.mark.parametrize(
    "number", [b"<a\0b@x>", b"<\xff\xfe@x>", b"", b"=?utf-8?q?=00?=", b"<" + b"x" * 20_000 + b"@x>"]
)
def test_a_mail_with_a_broken_id_is_stored(engine: Engine, reader: Reader, number: bytes) -> None:
    raw = b"From: ada@example.org\nTo: talent@keepwarm.example\nMessage-ID: " + number + b"\n\nHello\n"
    header = BytesHeaderParser().parsebytes(raw)
    with engine.begin() as connection:
        assert reader._store(connection, Header(1, len(raw), raw), header, raw)
        assert not reader._store(connection, Header(1, len(raw), raw), header, raw.replace(b"\n", b"\r\n"))


async def test_whoever_waits_hears_of_a_mail_at_once(mailbox: TestMailbox, inbox: Inbox) -> None:
    assert inbox.can_idle
    waiting = asyncio.create_task(asyncio.to_thread(inbox.wait, 20))
    await send(mailbox)
    async with asyncio.timeout(10):
        assert await waiting
    await asyncio.to_thread(inbox.look)
    assert len(inbox.uids_after(inbox.next_uid - 1)) == 1


async def test_a_mail_that_came_after_the_look_ends_the_wait(mailbox: TestMailbox, inbox: Inbox) -> None:
    await asyncio.to_thread(inbox.look)
    await send(mailbox)
    async with asyncio.timeout(10):
        assert await asyncio.to_thread(inbox.wait, 20)


def test_who_is_ended_while_waiting_is_gone_at_once(inbox: Inbox) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: sys.exit(0))
    ending = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1))
    inbox.look()
    began = time.monotonic()
    try:
        ending.start()
        with pytest.raises(SystemExit):
            inbox.wait(60)
        inbox.close()
    finally:
        ending.join()
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 5


async def test_the_intake_is_told_until_it_has_heard(mailbox: TestMailbox, reader: Reader, inbox: Inbox) -> None:
    answers = iter([True, False, True])
    told: list[bool] = []

    def tell() -> bool:
        told.append(next(answers))
        return told[-1]

    listener = Listener(reader, tell)
    await asyncio.to_thread(listener.look, inbox)
    assert told == [True], "at the start something may wait"
    await asyncio.to_thread(listener.look, inbox)
    assert told == [True], "nothing new, nothing told"
    await send(mailbox)
    await asyncio.to_thread(listener.look, inbox)
    await asyncio.to_thread(listener.look, inbox)
    await asyncio.to_thread(listener.look, inbox)
    assert told == [True, False, True]


def test_a_refused_login_or_folder_names_the_setting(server: MailServer) -> None:
    with pytest.raises(MailboxRefused, match="KEEPWARM_IMAP_PASSWORD"):
        Inbox.open(MailServer(server.host, server.port, server.user, "wrong", "none"))


def test_a_mailbox_of_ones_own_needs_port_user_and_password() -> None:
    with pytest.raises(SettingsError, match="KEEPWARM_IMAP_PASSWORD is not set; needed because KEEPWARM_IMAP_HOST="):
        server_of(Settings(imap_host="imap.example.org", imap_port=993, imap_user="talent"))
    with pytest.raises(SettingsError, match="KEEPWARM_IMAP_HOST is not set"):
        server_of(Settings(imap_listen=False))


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (b"From: ada@example.org\nTo: Talent <TALENT@keepwarm.example>", True),
        (b"From: ada@example.org\nTo: =?utf-8?q?T=C3=A4lent?= <talent@keepwarm.example>", True),
        (b"From: ada@example.org\nTo: undisclosed:;\nX-Original-To: bounce+1@reply.keepwarm.example", True),
        (b"From: ada@example.org\nTo: x@example.org\nCc: dana@keepwarm.example", True),
        (b"From: ada@example.org\nTo: not-talent@keepwarm.example", False),
        (b"From: talent@keepwarm.example\nTo: talent@keepwarm.example", False),
        (b"From: ada@example.org", False),
        (b"From: \xff\xfe\nTo: =?broken?q?x?= <talent@keepwarm.example>", True),
        (b"", False),
    ],
)
def test_only_what_names_us_is_ours_in_a_shared_mailbox(headers: bytes, wanted: bool) -> None:
    assert HOUSE.wants(BytesHeaderParser().parsebytes(headers + b"\n\n")) is wanted


def test_in_a_mailbox_of_ones_own_everything_is_but_copies_of_ours(engine: Engine) -> None:
    with engine.connect() as connection:
        house = house_of(connection, Settings(imap_host="imap.example.org"))
    hidden, own = b"From: ada@example.org\n\n", b"From: talent@keepwarm.example\nTo: ada@example.org\n\n"
    assert house.wants(BytesHeaderParser().parsebytes(hidden))
    assert not house.wants(BytesHeaderParser().parsebytes(own))
