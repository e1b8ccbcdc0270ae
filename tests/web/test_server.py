"""`keepwarm web` as a process: it serves, with and without Temporal, and ends cleanly when asked."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import Engine

from config.links import Links
from embedded.ports import free_port
from tests.web.conftest import LEFT, path_of, standing

SECRET = "k" * 32


@contextmanager
def serving(engine: Engine, temporal: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it answers at all."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "TEMPORAL_ADDRESS": temporal,
        "KEEPWARM_SECRET_KEY": SECRET,
        "KEEPWARM_WEB_PORT": str(port),
        **more,
    }
    command = [sys.executable, "-m", "starter.cli", "web"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{address}/healthz", timeout=10)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield process, address
    finally:
        process.kill()
        process.communicate()


def test_it_serves_and_ends_with_exit_code_0_on_sigterm(engine: Engine, temporal_server: str) -> None:
    with serving(engine, temporal_server) as (process, address):
        answer = httpx.get(f"{address}/healthz")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        logged = process.communicate(timeout=15)[1]
    assert process.returncode == 0, logged
    assert "KEEPWARM_API_TOKEN is not set" in logged


def test_an_unsubscribe_holds_while_no_temporal_is_there_and_its_link_is_not_logged(
    engine: Engine, add_person: Callable[..., str]
) -> None:
    with serving(engine, f"127.0.0.1:{free_port()}") as (process, address):
        assert httpx.get(f"{address}/healthz").status_code == 503
        path = path_of(Links(SECRET.encode(), address).unsubscribe_url(add_person(), "nurture"))
        answer = httpx.post(address + path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert standing(engine) == LEFT
        process.send_signal(signal.SIGTERM)
        logged = process.communicate(timeout=15)[1]
    assert process.returncode == 0, logged
    assert "workflow not told of consent" in logged
    assert path.split("/")[2] not in logged


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("talent.acme.example", 403)])
def test_without_a_token_the_figures_are_for_this_machine_alone(
    host: str, status: int, engine: Engine, temporal_server: str
) -> None:
    with serving(engine, temporal_server) as (_, address):
        assert httpx.get(f"{address}/metrics", headers={"host": host}).status_code == status
