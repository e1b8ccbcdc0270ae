"""The schema's versions: bringing any older database, with whatever is in it, up to the tables of this code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import make_engine

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6B656570_7761726D
"""One migration at a time, however many processes start at once. Spells `keepwarm`."""


def migrate(url: str, revision: str = "head") -> None:
    """Run all missing migrations forward, in one transaction. Safe to call at every start and from many processes."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("set local lock_timeout = '5min'"))
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str:
    """The revision that a database is at; empty before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The revision of this code."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config
