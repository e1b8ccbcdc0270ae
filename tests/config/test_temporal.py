"""The Temporal client follows Temporal's own settings."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError
from config.temporal import connect
from embedded.ports import free_port


async def test_an_embedded_server_is_found_by_its_port(temporal_server: str) -> None:
    client = await connect(Settings(temporal_port=int(temporal_server.rpartition(":")[2])))
    assert client.namespace == "default"


async def test_temporals_own_variables_name_another_server(
    temporal_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "talent")
    client = await connect(Settings())
    assert (client.service_client.config.target_host, client.namespace) == (temporal_server, "talent")


async def test_a_configuration_file_is_read_when_asked_for(
    temporal_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "temporal.toml").write_text(
        f'[profile.staging]\naddress = "{temporal_server}"\nnamespace = "staging"\n', encoding="utf-8"
    )
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    monkeypatch.setenv("TEMPORAL_PROFILE", "staging")
    settings = Settings()
    assert not settings.embeds_temporal
    assert (await connect(settings)).namespace == "staging"


async def test_a_server_that_is_not_there_is_named_with_the_cure() -> None:
    port = free_port()
    with pytest.raises(SettingsError, match=f"Temporal does not answer at 127.0.0.1:{port}. Start `keepwarm up`"):
        await connect(Settings(temporal_port=port), within=0)
