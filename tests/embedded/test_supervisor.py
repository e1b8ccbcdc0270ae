"""One command starts everything, keeps it alive, and leaves nothing behind."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtplib
import psutil
import psycopg
import pytest
from imap_tools import MailBoxUnencrypted
from temporalio.client import Client

from config.settings import EmailChannel, Settings, SmsChannel, SmtpTls
from embedded.parts import Part
from embedded.ports import free_port
from embedded.processes import ROOT, Command, EmbeddedError
from embedded.supervisor import Supervisor, embedded_servers, running

pytestmark = pytest.mark.heavy


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="keepwarm-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        web_port=free_port(),
        postgres_port=free_port(),
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
        smtp_port=free_port(),
        imap_port=free_port(),
        mailbox_web_port=free_port(),
    )


class Sleeper(Part):
    """A program without a port: `code` run by Python."""

    def __init__(self, name: str, log: Path, code: str = "import time; time.sleep(600)", healthy: bool = True) -> None:
        self.name = name
        self._log = log
        self._code = code
        self._healthy = healthy

    def command(self) -> Command:
        return Command(argv=[sys.executable, "-c", self._code], log=self._log)

    async def is_healthy(self) -> bool:
        return self._healthy


async def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return list(cursor) if cursor.description else []


async def send_mail(settings: Settings) -> None:
    mail = b"From: a@sender.example\r\nTo: ada@candidates.example\r\nSubject: Kept\r\n\r\nText\r\n"
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=settings.smtp_port, start_tls=False) as smtp:
        await smtp.sendmail("a@sender.example", ["ada@candidates.example"], mail)


def subjects(settings: Settings) -> list[str]:
    with MailBoxUnencrypted("127.0.0.1", settings.imap_port).login("keepwarm", "keepwarm") as inbox:
        return [mail.subject for mail in inbox.fetch()]


@asynccontextmanager
async def supervised(settings: Settings) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, int]]]:
    """A supervisor in a process of its own, and the ids of its children."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.embedded.supervised"),
        env={**os.environ, **settings.environment()},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def test_a_part_that_is_killed_comes_back_with_its_state(settings: Settings) -> None:
    async with running(settings, worker=False, web=False) as supervisor:
        query(settings, "CREATE TABLE kept AS SELECT 1 AS n")
        client = await Client.connect(f"127.0.0.1:{settings.temporal_port}")
        await client.start_workflow("Anything", id="kept", task_queue="nobody")
        await send_mail(settings)
        before = supervisor.pids

        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        await eventually(
            lambda: supervisor.pids.keys() == before.keys() and not set(supervisor.pids.values()) & set(before.values())
        )
        await eventually_healthy(supervisor)

        assert query(settings, "SELECT n FROM kept") == [(1,)]
        assert (await client.get_workflow_handle("kept").describe()).id == "kept"
        assert await asyncio.to_thread(subjects, settings) == ["Kept"]


async def eventually_healthy(supervisor: Supervisor) -> None:
    async with asyncio.timeout(20):
        for part in supervisor.servers:
            while not await healthy(part):
                await asyncio.sleep(0.05)


async def healthy(part: Part) -> bool:
    try:
        return await part.is_healthy()
    except OSError:
        return False


async def test_a_killed_supervisor_leaves_no_process_and_the_next_start_finds_all_state(settings: Settings) -> None:
    async with supervised(settings) as (process, pids):
        assert pids.keys() == {"PostgreSQL", "Temporal", "Mailbox"}
        family = psutil.Process(process.pid).children(recursive=True)
        assert {child.pid for child in family} >= set(pids.values())
        query(settings, "CREATE TABLE kept AS SELECT 1 AS n")
        process.kill()
        await eventually(lambda: not any(child.is_running() for child in family))

    async with supervised(settings) as (process, _):
        assert query(settings, "SELECT n FROM kept") == [(1,)]


async def test_sigterm_stops_everything_in_order_and_exits_well(settings: Settings) -> None:
    async with supervised(settings) as (process, pids):
        process.terminate()
        assert await process.wait() == 0
        assert not any(psutil.pid_exists(pid) for pid in pids.values())


async def test_a_signal_during_the_start_leaves_nothing(settings: Settings) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.embedded.supervised"), env={**os.environ, **settings.environment()}, cwd=ROOT
    )
    await eventually((settings.home / "logs" / "temporal.log").exists)
    process.terminate()
    assert await process.wait() == 0
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(settings.home) in " ".join(p.info["cmdline"] or [])]


async def test_a_port_in_use_is_named_with_its_setting_and_its_holder(settings: Settings) -> None:
    holder = await asyncio.start_server(lambda *_: None, "127.0.0.1", settings.temporal_port)
    async with holder:
        with pytest.raises(EmbeddedError) as refused:
            async with running(settings, worker=False, web=False):
                pass
    assert f"port {settings.temporal_port} is in use by" in str(refused.value)
    assert f"(pid {os.getpid()})" in str(refused.value)
    assert "KEEPWARM_TEMPORAL_PORT" in str(refused.value)


async def test_two_supervisors_do_not_share_a_home(settings: Settings) -> None:
    async with supervised(settings) as (process, _):
        with pytest.raises(EmbeddedError, match=f"already up over .* \\(pid {process.pid}\\)"):
            await Supervisor(settings).start()


async def test_half_made_folders_are_made_anew(settings: Settings) -> None:
    data = settings.home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    (settings.home / "temporal").mkdir()
    (settings.home / "temporal" / "temporal.db").write_bytes(b"half a database")
    (settings.home / "secret_key").write_text("short")
    async with running(settings, worker=False, web=False):
        assert query(settings, "SELECT 1") == [(1,)]
        assert len(settings.signing_key) >= 32


async def test_a_database_that_was_in_use_is_never_made_anew(settings: Settings) -> None:
    (settings.home / "postgres").mkdir()
    (settings.home / "postgres" / "whole").touch()
    with pytest.raises(EmbeddedError, match="PG_VERSION is missing, though this database has been in use"):
        async with running(settings, worker=False, web=False):
            pass


async def test_a_damaged_temporal_that_was_in_use_names_the_cure(settings: Settings) -> None:
    (settings.home / "temporal").mkdir()
    (settings.home / "temporal" / "temporal.db").write_bytes(b"half a database")
    (settings.home / "temporal" / "whole").touch()
    with pytest.raises(EmbeddedError, match=r"remove .*temporal, start again, and run `keepwarm doctor --repair`"):
        async with running(settings, worker=False, web=False):
            pass
    assert (settings.home / "temporal" / "temporal.db").exists()


async def test_a_secret_key_that_is_no_text_is_never_replaced_unasked(settings: Settings) -> None:
    settings.home.joinpath("secret_key").write_bytes(b"\xff" * 64)
    with pytest.raises(EmbeddedError, match="secret_key is damaged"):
        await Supervisor(settings, servers=[], programs=[]).start()
    assert settings.secret_key_file.read_bytes() == b"\xff" * 64


async def test_the_hook_runs_between_servers_and_programs(settings: Settings, home: Path) -> None:
    seen: list[list[str]] = []
    servers, programs = [Sleeper("server", home / "server.log")], [Sleeper("program", home / "program.log")]

    async def hook() -> None:
        seen.append(list(supervisor.pids))

    supervisor = Supervisor(settings, servers=servers, programs=programs, before_programs=hook)
    await supervisor.start()
    assert (seen, list(supervisor.pids)) == ([["server"]], ["server", "program"])
    await supervisor.stop()
    assert supervisor.pids == {}


async def test_a_part_that_stops_at_once_is_explained_by_its_log(settings: Settings, home: Path) -> None:
    broken = Sleeper("broken", home / "broken.log", code="raise SystemExit('no licence')", healthy=False)
    supervisor = Supervisor(settings, servers=[Sleeper("other", home / "other.log")], programs=[broken])
    with pytest.raises(EmbeddedError, match=r"broken stopped with exit code 1 while starting.*\n.*no licence"):
        await supervisor.start()
    assert supervisor.pids == {}


async def test_a_home_that_cannot_be_written_names_its_setting(settings: Settings, home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(EmbeddedError, match="set KEEPWARM_HOME"):
        await Supervisor(settings.model_copy(update={"home": home / "file" / "below"})).start()


def test_each_server_is_replaced_by_its_setting(home: Path) -> None:
    def names(**changes: object) -> list[str]:
        base = Settings(home=home)
        return [server.name for server in embedded_servers(base.model_copy(update=changes))]

    assert names() == ["PostgreSQL", "Temporal", "Mailbox"]
    assert names(external_database="postgresql://db.example/keepwarm") == ["Temporal", "Mailbox"]
    assert names(temporal_address="temporal.example:7233") == ["PostgreSQL", "Mailbox"]
    assert names(email=EmailChannel.SMTP, smtp_tls=SmtpTls.NONE) == ["PostgreSQL", "Temporal", "Mailbox"]
    assert names(email=EmailChannel.SENDGRID, sms=SmsChannel.TWILIO) == ["PostgreSQL", "Temporal"]
