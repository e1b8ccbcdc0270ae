"""The web process: `keepwarm web`."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from channels.sendgrid_signature import read_key
from config.links import make_links
from config.settings import Settings, SettingsError, env_name
from storage.database import make_engine
from web.app import create_app
from web.connections import PatientProtocol
from web.doors import TemporalDoor
from web.sites import Site

GRACE_SECONDS = 10
"""After SIGTERM, requests under way are given this long."""

POOL = 8
"""Database connections kept; as many again under load."""

MOST_CONNECTIONS = 1_000
"""Beyond so many at once, 503: each may hold some memory, and none of ours lasts long."""
OPEN_FILES = 2 * MOST_CONNECTIONS
"""Many a system allows 1,024, and then connections to the database would fail before anybody hears 503."""


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
    _check_keys(settings)
    _allow_files()
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
        http=PatientProtocol,
        # None of our routes; with a library for it installed, its log would name personal links.
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    try:
        asyncio.run(_Server(config).run_until_stopped())
    finally:
        engine.dispose()


def _allow_files() -> None:
    """Let this process hold OPEN_FILES, or as many as it may."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _check_keys(settings: Settings) -> None:
    """Raises SettingsError where a key is none: better at the start than with the first webhook that it refuses."""
    if settings.sendgrid_webhook_key is not None:
        try:
            read_key(settings.sendgrid_webhook_key)
        except ValueError as error:
            raise SettingsError(f"{env_name('sendgrid_webhook_key')} is not usable: {error}") from error
