"""The servers that other tests stand on."""

from typing import LiteralString

import aiosmtplib
import psycopg
from temporalio.client import Client

from embedded.postgres import Postgres
from tests.conftest import TestMailbox
from tests.databases import KEPT, Databases


def _execute(url: str, statement: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return list(cursor) if cursor.description else []


def test_a_fresh_database_is_empty_and_takes_the_extensions(fresh_database: str) -> None:
    assert _execute(fresh_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    _execute(fresh_database, "CREATE EXTENSION pg_trgm; CREATE EXTENSION citext; CREATE TABLE seen ()")


def test_each_test_has_a_database_of_its_own(fresh_database: str) -> None:
    assert _execute(fresh_database, "SELECT to_regclass('seen')") == [(None,)]


def test_a_database_is_handed_on_as_the_migrations_left_it(databases: Databases, postgres: Postgres) -> None:
    names = [databases.take() for _ in range(KEPT)]
    for name in names:
        url = postgres.conninfo(name)
        assert _execute(url, "INSERT INTO candidate_numbers DEFAULT VALUES RETURNING id") == [(1,)]
        _execute(
            url, "INSERT INTO candidates (id, full_name) VALUES ('1', 'Ada Lovelace'); DELETE FROM alembic_version"
        )
    _execute(postgres.conninfo(names[0]), "ALTER TABLE tags RENAME TO marks")
    again = [databases.take() for _ in range(KEPT)]
    assert again[0] not in names, "one with another schema is left lying"
    assert again[1:] == names[1:]
    for name in again:
        url = postgres.conninfo(name)
        assert _execute(url, "SELECT FROM candidates") == []
        assert _execute(url, "SELECT count(*) FROM alembic_version") == [(1,)]
        assert _execute(url, "INSERT INTO candidate_numbers DEFAULT VALUES RETURNING id") == [(1,)]


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
