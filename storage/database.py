"""Engines: how processes reach PostgreSQL. The worker's is asynchronous, the command line's and the web's is not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL = 8
"""Connections kept by a worker: sends travel in batches, so a few carry hundreds at once."""
PATIENCE_SECONDS = 10
"""How long a statement waits for a free connection."""
_SESSION = "-c timezone=UTC -c jit=off -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
"""Moments come back in UTC; statements are short, so compiling them costs more than it saves; nobody waits for ever."""


def make_engine(url: str, *, pool: int = 4) -> Engine:
    """For the command line and the web. `url` is SQLAlchemy's, `postgresql+psycopg://…`. Notices dead connections."""
    return create_engine(url, pool_size=pool, max_overflow=pool, pool_pre_ping=True, **_options())


def make_async_engine(url: str, *, pool: int = POOL) -> AsyncEngine:
    """For the worker. A dead connection fails one attempt, which Temporal repeats: cheaper than a ping each time."""
    return create_async_engine(url, pool_size=pool, max_overflow=pool, **_options())


def _options() -> dict[str, Any]:
    """`hide_parameters`: an error's text must not carry people's names and addresses into logs and histories."""
    return {
        "pool_timeout": PATIENCE_SECONDS,
        "hide_parameters": True,
        "connect_args": {"options": _SESSION, "application_name": "keepwarm", "connect_timeout": PATIENCE_SECONDS},
    }
