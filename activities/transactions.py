"""Transactions of activities: committed or as if they never were, and never with a person's data in an error's text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

DATABASE_ERROR = "DatabaseError"
"""The database could not be used; nothing of the transaction holds."""
DATA_REFUSED = "DataRefused"
"""Some row broke a rule of the schema."""
P = ParamSpec("P")
R = TypeVar("R")


def real_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


async def transact(
    engine: AsyncEngine, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Do the work in one transaction. Raises ApplicationError for the database's errors: their own text quotes rows."""
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work, *args, **kwargs)
    except SQLAlchemyError as error:
        kind = DATA_REFUSED if isinstance(error, DataError | IntegrityError) else DATABASE_ERROR
        raise ApplicationError(_named(error), type=kind) from None


def is_about_rows(error: BaseException) -> bool:
    """Whether an error of `transact` is about what was written, so that others' rows may pass without it."""
    return isinstance(error, ApplicationError) and error.type == DATA_REFUSED


def _named(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError):
        return f"the database can't be used: {type(error).__name__}"
    state = getattr(error.orig, "sqlstate", None) or "no connection"
    return f"the database refused: {type(error.orig).__name__} ({state})"
