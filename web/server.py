"""The web process: `keepwarm web`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from config.links import make_links
from config.settings import Settings
from storage.database import make_engine
from web.app import create_app
from web.doors import TemporalDoor
from web.sites import Site

GRACE_SECONDS = 10
"""After SIGTERM, requests under way are given this long."""

POOL = 8
"""Database connections kept; as many again under load."""


class _Server(uvicorn.Server):
    """uvicorn ends by raising the signal that stopped it once more; ours ends as a program that did its work."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def run_until_stopped(self) -> None:
        """Serve until SIGTERM or SIGINT; a second one drops what is under way."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop)
        await self.serve()

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; then finish what is under way. Raises SettingsError where something is not set."""
    engine = make_engine(settings.database_url, pool=POOL)
    site = Site(settings, engine, make_links(settings), TemporalDoor(settings, engine))
    config = uvicorn.Config(
        create_app(site),
        host=settings.host,
        port=settings.web_port,
        log_config=None,
        # Paths hold personal links; web.guards logs routes instead.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    try:
        asyncio.run(_Server(config).run_until_stopped())
    finally:
        engine.dispose()
