"""What the cluster's folder may hold at a start."""

import os
from pathlib import Path

import psycopg
import pytest

from embedded.parts import start_part
from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.processes import EmbeddedError, stop


def server_over(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", folder / "postgres.log", free_port(), durable=False)


async def start_and_stop(server: Postgres) -> None:
    await stop(await start_part(server), server.command())


async def test_a_lock_file_whose_number_is_now_another_process_is_forgotten(server_folder: Path) -> None:
    server = server_over(server_folder / "reused")
    await start_and_stop(server)
    lock = server.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.data}\n")
    await start_and_stop(server)
    assert not lock.exists()


async def test_another_version_of_the_data_is_kept_and_explained(server_folder: Path) -> None:
    server = server_over(server_folder / "older")
    await start_and_stop(server)
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError, match=r"was made by PostgreSQL 15 and this is \d+. Dump it with version 15"):
        await start_part(server)


@pytest.mark.parametrize("password", ["", "another"])
async def test_a_password_that_does_not_open_is_named_at_once(server_folder: Path, password: str) -> None:
    server = server_over(server_folder / f"password-{password}")
    await start_and_stop(server)
    server.password_file.write_text(password)
    with pytest.raises(EmbeddedError, match=r"does not hold this database's password. Put it back from a backup"):
        await start_part(server)


async def test_a_server_asks_for_its_password(postgres: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.conninfo(), password="wrong")


async def test_a_refused_value_does_not_reach_the_servers_log(postgres: Postgres, server_folder: Path) -> None:
    with psycopg.connect(postgres.conninfo()) as connection:
        connection.execute("create temporary table words (word text primary key)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into words values (%s), (%s)", ["ada@candidates.example"] * 2)
    logged = (server_folder / "postgres.log").read_text()
    assert "words_pkey" in logged
    assert "ada@candidates.example" not in logged


async def test_a_folder_that_the_servers_account_cannot_enter_is_explained(tmp_path: Path) -> None:
    """As a plain user the server runs as ourselves, and enters what we can."""
    server = server_over(tmp_path)
    if os.geteuid() != 0:
        await server.prepare()
        assert server.data.parent.is_dir()
        return
    with pytest.raises(EmbeddedError, match="which the system user keepwarm cannot enter; set KEEPWARM_HOME"):
        await server.prepare()
