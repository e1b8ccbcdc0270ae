"""A database with the product's tables for each test of this room."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from embedded.postgres import Postgres
from storage.database import make_engine
from storage.schema import migrate
from tests.conftest import database_from


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Iterator[str]:
    """The name of a database with all tables and nothing in them, to be copied."""
    with database_from(postgres, "template0") as url:
        migrate(url)
        yield str(make_url(url).database)


@pytest.fixture
def database_url(postgres: Postgres, migrated: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty product database of this test alone."""
    with database_from(postgres, migrated) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on it."""
    made = make_engine(database_url)
    yield made
    made.dispose()
