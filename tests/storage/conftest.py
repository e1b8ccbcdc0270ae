"""Databases with the product's own schema: migrated once, copied for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from embedded.postgres import Postgres
from storage.database import make_async_engine, make_engine
from storage.schema import migrate
from tests.conftest import database_from

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday, inside every window of the tests."""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in one transaction, committed at the end, of an engine that lives no longer."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def _migrated(postgres: Postgres) -> Iterator[str]:
    """The name of a database that the real migrations made."""
    with database_from(postgres, "template0") as url:
        migrate(url)
        yield url.rsplit("/", 1)[1]


@pytest.fixture
def database(postgres: Postgres, _migrated: str) -> Iterator[str]:
    """SQLAlchemy URL of a migrated, empty database of this test alone."""
    with database_from(postgres, _migrated) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """As the command line and the web have it."""
    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def _shared_engine(postgres: Postgres, _migrated: str) -> Iterator[Engine]:
    with database_from(postgres, _migrated) as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.fixture
def connection(_shared_engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction, which the test's end rolls back; so these tests share a database, and are fast."""
    with _shared_engine.connect() as opened:
        yield opened


@pytest.fixture
async def async_engine(database: str) -> AsyncIterator[AsyncEngine]:
    """As the worker has it."""
    made = make_async_engine(database)
    yield made
    await made.dispose()
