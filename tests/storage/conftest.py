"""Databases with the product's own schema: migrated once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine

from embedded.postgres import Postgres
from storage.database import make_engine
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
def _shared_engine(postgres: Postgres, migrated: str) -> Iterator[Engine]:
    made = make_engine(database_from(postgres, migrated))
    yield made
    made.dispose()


@pytest.fixture
def connection(_shared_engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction, which the test's end rolls back; so these tests share a database, and are fast."""
    with _shared_engine.connect() as opened:
        yield opened
