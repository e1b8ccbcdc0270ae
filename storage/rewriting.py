"""Writing the tables anew, so that no dead row, statistic or log segment keeps what was erased: for the embedded server."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

_TABLES = text("select quote_ident(tablename) from pg_tables where schemaname = current_schema() order by 1")
_FORGET_SAMPLES = text(
    "select pg_clear_attribute_stats(schemaname, tablename, attname, inherited) from pg_stats where schemaname = current_schema()"
)
"""Of a table that has become empty no new samples are taken. PostgreSQL 18."""


def rewrite(engine: Engine) -> bool:
    """Rewrite every table, its indexes and the planner's samples, then end the log segment that saw the old rows.

    Holds each table for a moment: for a database of one machine. False where one was held by others for too long; what was done stays done.
    The server deletes ended segments where `wal_recycle` is off, as the embedded one's is. Its user is a superuser.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.execute(_FORGET_SAMPLES)
            for name in connection.scalars(_TABLES).all():
                connection.execute(text(f"vacuum (full, analyze) {name}"))
            connection.execute(text("vacuum (full) pg_statistic"))
            connection.execute(text("select pg_switch_wal()"))
            connection.execute(text("checkpoint"))
        except OperationalError:
            return False
    return True
