"""The Temporal client of this process, made from Temporal's own environment settings."""

import asyncio
import os
from contextlib import suppress

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError

from config.payloads import DATA_CONVERTER
from config.settings import EMBEDDED_HOST, Settings, SettingsError

CONNECT_TIMEOUT = 10.0
"""Seconds. A server that is there answers in milliseconds; one that is starting is given this long."""

RETRY_PAUSE = 0.2
"""Seconds between two tries to connect."""


def temporal_address(settings: Settings) -> str:
    """`host:port` for messages and links: TEMPORAL_ADDRESS, else the embedded server's."""
    return settings.temporal_address or f"{EMBEDDED_HOST}:{settings.temporal_port}"


async def connect(settings: Settings, *, within: float = CONNECT_TIMEOUT) -> Client:
    """A connected client: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS… as Temporal has them.

    A configuration file is read only where TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE asks for it, so that a developer's
    own profile never redirects an embedded installation. Raises SettingsError when nobody answers `within` seconds.
    """
    config = _connect_config(settings)
    address = config.get("target_host") or temporal_address(settings)
    deadline = asyncio.get_running_loop().time() + within
    while True:
        try:
            await _probe(address)
            return await Client.connect(**config, data_converter=DATA_CONVERTER)
        except (OSError, RuntimeError, RPCError) as error:
            if asyncio.get_running_loop().time() >= deadline:
                raise SettingsError(
                    f"Temporal does not answer at {address}. Start `keepwarm up`, or set TEMPORAL_ADDRESS "
                    f"(and TEMPORAL_NAMESPACE, TEMPORAL_TLS, TEMPORAL_API_KEY where it needs them): {error}"
                ) from error
            await asyncio.sleep(RETRY_PAUSE)


async def _probe(address: str) -> None:
    """Raises OSError when nobody listens at `host:port`.

    Asked first because the SDK's runtime, once it has failed to connect, now and then aborts the process at its exit.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _connect_config(settings: Settings) -> ClientConnectConfig:
    environment = dict(os.environ)
    if settings.embeds_temporal or settings.temporal_address:
        environment["TEMPORAL_ADDRESS"] = temporal_address(settings)
    if "temporal_namespace" in settings.model_fields_set or settings.embeds_temporal:
        environment["TEMPORAL_NAMESPACE"] = settings.temporal_namespace
    return ClientConfig.load_client_connect_config(
        profile=settings.temporal_profile,
        config_file=str(settings.temporal_config_file) if settings.temporal_config_file else None,
        disable_file=settings.temporal_config_file is None and settings.temporal_profile is None,
        override_env_vars=environment,
    )
