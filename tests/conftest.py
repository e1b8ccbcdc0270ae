"""Real servers for tests: one PostgreSQL, Temporal and mailbox for each test process, started when first asked for."""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from hypothesis import settings
from imap_tools import MailBoxUnencrypted, MailMessage
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from embedded.mailbox import Mailbox
from embedded.parts import Part, start_part
from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.processes import stop
from embedded.temporal import TemporalServer
from storage.database import make_async_engine, make_engine
from storage.schema import migrate
from tests.databases import Databases

_database_number = count(1)
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.register_profile("wide", deadline=None, max_examples=1000)
settings.load_profile("steady")
"""The same examples in every run, and no deadline, since machines are shared; `--hypothesis-profile=wide` goes looking for more."""

_OURS = re.compile(r"KEEPWARM_|TEMPORAL_|DATABASE_URL|PG[A-Z]+$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `--dist loadgroup`: a file's tests stay together, and heavy ones run one after another in one process.

    What needs a browser comes first: those files take longest, and begun last, one process would wait for the other.
    """
    items.sort(key=lambda item: "chromium" not in getattr(item, "fixturenames", ()))
    for item in items:
        group = "heavy" if item.get_closest_marker("heavy") else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody() -> Iterator[None]:
    """The developer's own environment must not reach the tests."""
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if _OURS.match(name):
            patch.delenv(name)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that another system user can enter, unlike pytest's own: PostgreSQL runs as one when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="keepwarm-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def serving(part: Part) -> AsyncIterator[None]:
    """The part, healthy for as long as the block lasts."""
    process = await start_part(part)
    try:
        yield
    finally:
        await stop(process, part.command())


@pytest.fixture(scope="session")
async def postgres(server_folder: Path) -> AsyncIterator[Postgres]:
    """A cluster of this test process, without fsync."""
    server = Postgres(server_folder / "postgres", server_folder / "postgres.log", free_port(), durable=False)
    async with serving(server):
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """SQLAlchemy URL of the cluster's own database. Take `fresh_database` where a test writes."""
    return _url(postgres, "keepwarm")


@pytest.fixture
def fresh_database(postgres: Postgres) -> str:
    """SQLAlchemy URL of an empty database of this test alone."""
    return database_from(postgres, "template0")


def database_from(postgres: Postgres, template: str) -> str:
    """SQLAlchemy URL of a copy of the database `template`. It is left lying, for the cluster ends with the tests.

    To drop one waits for every connection that is just being opened, and a loop that waits for the drop may hold its other end.
    """
    return _url(postgres, copied(postgres, template))


def copied(postgres: Postgres, template: str) -> str:
    """The name of a new copy of the database `template`."""
    name = f"test_{next(_database_number)}"
    _administer(postgres, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    return name


def _administer(postgres: Postgres, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(postgres.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _url(postgres: Postgres, database: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(postgres.conninfo(database))
    url = make_url("postgresql+psycopg://").set(
        username=str(parts["user"]),
        password=str(parts["password"]),
        host=str(parts["host"]),
        port=postgres.port,
        database=database,
    )
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def temporal_server(server_folder: Path) -> AsyncIterator[str]:
    """`host:port` of a development server in memory, with visibility. Search attributes are the tests' to register."""
    server = TemporalServer(None, server_folder / "temporal.log", free_port(), None)
    async with serving(server):
        yield f"127.0.0.1:{server.port}"


@dataclass(frozen=True)
class TestMailbox:
    """The mailbox as a test sees it. All addresses share one inbox."""

    __test__ = False

    smtp_port: int
    imap_port: int
    web_port: int
    user: str
    password: str

    async def messages(self) -> list[MailMessage]:
        """Everything received so far, oldest first, read over IMAP."""
        return await asyncio.to_thread(self._fetch)

    async def clear(self) -> None:
        """Empties the inbox."""
        await asyncio.to_thread(self._delete)

    def _fetch(self) -> list[MailMessage]:
        with MailBoxUnencrypted("127.0.0.1", self.imap_port).login(self.user, self.password) as inbox:
            return list(inbox.fetch(mark_seen=False))

    def _delete(self) -> None:
        with MailBoxUnencrypted("127.0.0.1", self.imap_port).login(self.user, self.password) as inbox:
            inbox.delete(inbox.uids())


@pytest.fixture(scope="session")
async def _mail_server(server_folder: Path) -> AsyncIterator[Mailbox]:
    server = Mailbox(
        server_folder / "mailbox",
        server_folder / "mailbox.log",
        smtp_port=free_port(),
        imap_port=free_port(),
        web_port=free_port(),
        user="keepwarm",
        password="keepwarm",
    )
    async with serving(server):
        yield server


@pytest.fixture
async def mailbox(_mail_server: Mailbox) -> TestMailbox:
    """The embedded mailbox, empty at the start of each test."""
    server = _mail_server
    box = TestMailbox(server.smtp_port, server.imap_port, server.web_port, server.user, server.password)
    await box.clear()
    return box


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """The name of a database that the real migrations made, to be copied."""
    url = database_from(postgres, "template0")
    migrate(url)
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def databases(postgres: Postgres, migrated: str) -> Databases:
    """Migrated databases for one test after the other."""
    return Databases(migrated, partial(copied, postgres, migrated), postgres.conninfo)


@pytest.fixture
def database_url(postgres: Postgres, databases: Databases) -> str:
    """SQLAlchemy URL of a migrated, empty database of this test alone."""
    return _url(postgres, databases.take())


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on it, as the command line and the web have it."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
async def async_engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on it, as the worker has it."""
    made = make_async_engine(database_url)
    yield made
    await made.dispose()
