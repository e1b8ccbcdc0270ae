"""Alembic's way in: with the connection that `storage.schema` brings, or the settings' own."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from config.settings import read_settings
from storage.database import make_engine
from storage.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with make_engine(read_settings().database_url).begin() as own:
        _run(own)
