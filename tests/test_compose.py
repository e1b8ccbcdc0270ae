"""The deployment files name only what exists: commands, settings, files and secrets. Nothing here needs Docker."""

import asyncio
import json
import re
import shlex
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from sqlalchemy import Engine, text
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from config.settings import Settings, SettingsError, env_name, read_settings
from deploy import healthy
from embedded.ports import free_port
from embedded.programs import DRAIN
from storage import mailboxes
from workflows.names import QUEUE

ROOT = Path(__file__).parents[1]
OURS = ("migrate", "worker", "web", "listen")
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\})")


@cache
def compose() -> dict[str, Any]:
    """docker-compose.yml as Compose reads it where no variable is set."""
    text = _VARIABLE.sub(
        lambda found: (found["default"] or "") if found["name"] else "$", (ROOT / "docker-compose.yml").read_text()
    )
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def known_variables() -> set[str]:
    names = {env_name(field) for field in Settings.model_fields}
    return names | {f"{name}_FILE" for name in names}


def read_example() -> dict[str, str]:
    lines = (ROOT / "deploy/env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_compose_file_follows_the_compose_specification() -> None:
    parsed = PyCompose.from_json(json.dumps(compose()))
    assert set(parsed.service_names()) == set(compose()["services"])


@pytest.mark.parametrize("name", OURS)
def test_each_service_runs_a_command_that_exists_without_docker(name: str) -> None:
    program, verb = service(name)["command"]
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    asked = subprocess.run(
        [sys.executable, "-m", "starter.cli", verb, "--help"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("name", OURS)
def test_each_variable_of_a_service_is_a_setting(name: str) -> None:
    assert set(service(name)["environment"]) <= known_variables()


def test_each_line_of_the_example_environment_is_a_setting() -> None:
    for_compose_itself = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert set(read_example()) <= known_variables() | for_compose_itself


@pytest.mark.parametrize("name", OURS)
def test_secrets_come_by_file_and_each_file_is_given(name: str) -> None:
    environment, given = service(name)["environment"], service(name)["secrets"]
    secret = {env_name(field) for field, info in Settings.model_fields.items() if "SecretStr" in str(info.annotation)}
    assert not secret & set(environment)
    files = [
        value.removeprefix("/run/secrets/") for variable, value in environment.items() if variable.endswith("_FILE")
    ]
    assert set(files) == set(given)
    assert set(given) <= set(compose()["secrets"])


def test_the_secrets_are_made_once_and_only_their_owner_enters_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make = [str(ROOT / "deploy/make-secrets"), str(folder)]
    subprocess.run(make, check=True, capture_output=True)
    wanted = {Path(secret["file"]).name for secret in compose()["secrets"].values()}
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(made) == wanted
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert made["keepwarm_password"] in made["database_url"]
    assert len({made[name] for name in ("postgres_password", "keepwarm_password", "secret_key", "api_token")}) == 4
    again = subprocess.run(make, check=True, capture_output=True, text=True)
    assert again.stdout == ""
    assert {path.name: path.read_text() for path in folder.iterdir()} == made


def deployed_environment(folder: Path) -> dict[str, str]:
    """What the web service's process is given, with the secrets of `folder`."""
    subprocess.run([str(ROOT / "deploy/make-secrets"), str(folder)], check=True, capture_output=True)
    environment = {
        name: value.replace("/run/secrets", str(folder)) for name, value in service("web")["environment"].items()
    }
    return {**read_example(), **environment}


def test_the_example_is_a_complete_set_of_settings_once_the_channels_have_their_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_environment(monkeypatch, deployed_environment(tmp_path))
    with pytest.raises(SettingsError) as incomplete:
        read_settings()
    assert "KEEPWARM_SMTP_PASSWORD is not set; needed because KEEPWARM_SMTP_USER is set" in str(incomplete.value)
    assert "KEEPWARM_TWILIO_AUTH_TOKEN is not set; needed because KEEPWARM_SMS=twilio" in str(incomplete.value)
    for name in ("smtp_password", "twilio_auth_token"):
        (tmp_path / name).chmod(0o644)
        (tmp_path / name).write_text("given-by-others\n")
    settings = read_settings()
    assert not settings.embeds_postgres
    assert not settings.embeds_temporal
    assert not settings.embeds_mailbox
    assert settings.database_url.endswith("@postgres:5432/keepwarm")


def set_environment(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_workers_can_be_many() -> None:
    worker = service("worker")
    assert not {"container_name", "ports", "hostname"} & set(worker)


def test_only_the_proxied_addresses_are_published_and_on_this_machine_alone() -> None:
    published = {name: value["ports"] for name, value in compose()["services"].items() if "ports" in value}
    assert published == {"web": ["127.0.0.1:8000:8000"], "temporal-ui": ["127.0.0.1:8233:8080"]}


def test_a_stopping_worker_is_given_longer_than_its_sends_take() -> None:
    assert int(service("worker")["stop_grace_period"].removesuffix("s")) > DRAIN


def test_mounted_files_exist_and_shell_scripts_parse() -> None:
    mounts = [mount for value in compose()["services"].values() for mount in value.get("volumes", ())]
    files = [ROOT / mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert len(files) == 4
    for path in [*files, ROOT / "deploy/make-secrets"]:
        assert path.is_file()
        if path.suffix != ".yaml":
            subprocess.run(["/bin/sh", "-n", str(path)], check=True)


@cache
def copied() -> list[str]:
    """What the Dockerfile copies from the checkout."""
    lines = [shlex.split(line) for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY")]
    return [path for _, *words in lines if not words[0].startswith("--from") for path in words[:-1]]


def test_the_image_is_made_of_files_that_exist_and_that_docker_is_sent() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {path.rstrip("/") for path in copied()} == sent
    for path in copied():
        assert (ROOT / path).exists(), path


def test_the_image_holds_every_room_of_the_product() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    assert set(packages) <= {path.rstrip("/") for path in copied()}


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!0|root)", text, re.MULTILINE)
    assert "--require-hashes" in text


@workflow.defn
class Nothing:
    """The workflow of a worker that is only to poll."""

    @workflow.run
    async def run(self) -> None:
        """Never started."""


async def test_a_worker_is_healthy_only_where_it_polls(temporal_server: str) -> None:
    settings = Settings(temporal_address=temporal_server)
    assert not await healthy.worker_polls(settings, "this-container")
    client = await Client.connect(temporal_server, identity="7@this-container")
    async with Worker(client, task_queue=QUEUE, workflows=[Nothing], workflow_runner=UnsandboxedWorkflowRunner()):
        async with asyncio.timeout(10):
            while not await healthy.worker_polls(settings, "this-container"):
                await asyncio.sleep(0.02)
        assert not await healthy.worker_polls(settings, "another")


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_the_web_process_is_healthy_when_it_says_so(status: int, expected: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(healthy.web_answers, Settings(web_port=server.getsockname()[1]))
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        assert asked.result(timeout=5) is expected


def test_the_mailboxes_reader_is_healthy_when_it_looked_lately(database_url: str, engine: Engine) -> None:
    settings = Settings(external_database=database_url)
    assert not healthy.reader_looks(settings)
    with engine.begin() as connection:
        mailboxes.move(connection, "keepwarm@127.0.0.1", "INBOX", 1, 1)
    assert healthy.reader_looks(settings)
    with engine.begin() as connection:
        connection.execute(text("update mailboxes set recorded_at = recorded_at - interval '1 hour'"))
    assert not healthy.reader_looks(settings)


def test_a_reader_without_a_database_is_not_healthy() -> None:
    assert not healthy.reader_looks(Settings(external_database=f"postgresql://nobody@127.0.0.1:{free_port()}/none"))


def test_a_web_process_that_is_not_there_is_not_healthy() -> None:
    assert not healthy.web_answers(Settings(web_port=free_port()))
