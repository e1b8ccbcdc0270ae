"""The servers that other tests stand on."""

from typing import LiteralString

import aiosmtplib
import psycopg
from temporalio.client import Client

from tests.conftest import TestMailbox


def _execute(url: str, statement: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return list(cursor) if cursor.description else []


def test_a_fresh_database_is_empty_and_takes_the_extensions(fresh_database: str) -> None:
    assert _execute(fresh_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    _execute(fresh_database, "CREATE EXTENSION pg_trgm; CREATE EXTENSION citext; CREATE TABLE seen ()")


def test_each_test_has_a_database_of_its_own(fresh_database: str) -> None:
    assert _execute(fresh_database, "SELECT to_regclass('seen')") == [(None,)]


async def test_the_temporal_server_answers(temporal_server: str) -> None:
    client = await Client.connect(temporal_server)
    assert [run async for run in client.list_workflows("WorkflowId = 'nobody'")] == []


async def test_the_mailbox_shows_what_was_sent_to_anybody(mailbox: TestMailbox) -> None:
    text = b"From: a@sender.example\r\nTo: ada@candidates.example\r\nSubject: Hello\r\n\r\nGood day\r\n"
    await aiosmtplib.send(
        text,
        sender="a@sender.example",
        recipients=["ada@candidates.example"],
        hostname="127.0.0.1",
        port=mailbox.smtp_port,
        start_tls=False,
    )
    received = await mailbox.messages()
    assert [(mail.subject, mail.to, mail.text.strip()) for mail in received] == [
        ("Hello", ("ada@candidates.example",), "Good day")
    ]


async def test_the_mailbox_is_empty_for_the_next_test(mailbox: TestMailbox) -> None:
    assert await mailbox.messages() == []
