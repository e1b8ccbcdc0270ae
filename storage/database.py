"""Engines: how processes reach PostgreSQL. The worker's is asynchronous, the command line's and the web's is not."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL = 8
"""Connections kept by a worker: sends travel in batches, so a few carry hundreds at once."""
PATIENCE_SECONDS = 10
"""How long a statement waits for a free connection."""
_SESSION = "-c timezone=UTC -c jit=off -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
"""Moments come back in UTC; statements are short, so compiling them costs more than it saves; nobody waits for ever."""

_VALUES = re.compile(r"\n(?:DETAIL|CONTEXT|LINE \d+):.*", re.DOTALL)
"""Of an error's text, from where it may tell what was to be written."""


def make_engine(url: str, *, pool: int = 4) -> Engine:
    """For the command line and the web. `url` is SQLAlchemy's, `postgresql+psycopg://…`. Notices dead connections."""
    made = create_engine(url, pool_size=pool, max_overflow=pool, pool_pre_ping=True, **_options())
    event.listen(made, "handle_error", _leave_out_values)
    return made


def make_async_engine(url: str, *, pool: int = POOL) -> AsyncEngine:
    """For the worker. A dead connection fails one attempt, which Temporal repeats: cheaper than a ping each time."""
    made = create_async_engine(url, pool_size=pool, max_overflow=pool, **_options())
    event.listen(made.sync_engine, "handle_error", _leave_out_values)
    return made


def _leave_out_values(context: ExceptionContext) -> None:
    """PostgreSQL adds the values to what is wrong with them ("DETAIL: Key (email)=(…) already exists"): as `hide_parameters`."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (_VALUES.sub("", str(error.args[0])), *error.args[1:])


def _options() -> dict[str, Any]:
    """`hide_parameters`: an error's text must not carry people's names and addresses into logs and histories."""
    return {
        "pool_timeout": PATIENCE_SECONDS,
        "hide_parameters": True,
        "connect_args": {"options": _SESSION, "application_name": "keepwarm", "connect_timeout": PATIENCE_SECONDS},
    }
