"""`keepwarm demo`: everything on this machine, a fast story clock, and one story told from beginning to proof."""

from __future__ import annotations

import asyncio
import shutil
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from config.links import make_links
from config.settings import EMBEDDED_HOST, EmailChannel, Settings, SmsChannel
from embedded.supervisor import Supervisor, running, take_home
from starter.client import Keepwarm
from starter.links import links_of
from starter.lookups import proof
from starter.preparations import prepare
from starter.story import Story
from storage import proofs

SPEED = 57_600.0
"""Story seconds in a second: a story day lasts a second and a half, and a working day's window half of one."""
MONTHS = timedelta(days=75)
"""How long the journeys run between the first opening and the second: not quite two minutes."""


INTERRUPTED = 130
"""The exit code of what Ctrl-C ended (128 and SIGINT)."""


async def run(settings: Settings, *, once: bool) -> int:
    """Tell the story; stay up until Ctrl-C unless `once`. Answers the exit code: 0 when the ledger proves, else 1."""
    console = Console(highlight=False)
    try:
        return await _run(settings, console, once=once)
    except asyncio.CancelledError:
        console.print("Stopped before the end of the story.")
        return INTERRUPTED


async def _run(settings: Settings, console: Console, *, once: bool) -> int:
    demo = settings_of_demo(settings)
    _clear(demo.home)
    this = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: this and this.cancel())

    async def ready_database() -> None:
        await prepare(demo)

    console.print("Starting PostgreSQL, Temporal, the mailbox, the worker and the web process …")
    async with running(demo, before_programs=ready_database) as platform, Keepwarm.open(demo) as keepwarm:
        console.print(platform.address_table())
        somebody = await Story(keepwarm, lambda line: _say(console, line)).tell(months=MONTHS)
        code = await _prove(keepwarm, console)
        _point(console, demo, platform, await asyncio.to_thread(_pages_of, keepwarm, somebody))
        if once:
            return code
        console.print("Everything stays up; Ctrl-C ends it.")
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    return code


def settings_of_demo(settings: Settings) -> Settings:
    """The same settings over a state folder of its own, with the demo's clock unless another speed was chosen.

    Mails and texts stay in the embedded mailbox, whatever is set: nobody of the story is real.
    """
    changes = {
        "home": settings.home / "demo",
        "clock_speed": settings.clock_speed if settings.clock_speed != 1 else SPEED,
        "email": EmailChannel.MAILBOX,
        "sms": SmsChannel.MAILBOX,
        "smtp_host": EMBEDDED_HOST,
        "smtp_tls": None,
        "imap_host": EMBEDDED_HOST,
        "imap_tls": None,
        "imap_port": settings.mailbox_imap_port,
        "imap_listen": True,
    }
    return settings.model_copy(update=changes)


def _clear(home: Path) -> None:
    """Forget the last demo. Raises EmbeddedError while it is up."""
    with take_home(home) as lock:
        for entry in home.iterdir():
            if entry.name == Path(lock.name).name:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _say(console: Console, line: str) -> None:
    console.print(f"  • {line}")


async def _prove(keepwarm: Keepwarm, console: Console) -> int:
    def look() -> tuple[list[proofs.Violation], dict[str, int]]:
        with keepwarm.engine.connect() as connection:
            return proof(connection)

    violations, counts = await asyncio.to_thread(look)
    for violation in violations:
        console.print(f"  [red]{violation.kind}[/red] {violation.touch_key}: {violation.what}")
    if not violations:
        told = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
        console.print(f"  • proved: nothing twice, nothing without consent, nothing due and unsent; {told}")
    return 1 if violations else 0


def _pages_of(keepwarm: Keepwarm, candidate_id: str) -> dict[str, str]:
    with keepwarm.engine.connect() as connection:
        return links_of(connection, make_links(keepwarm.settings), candidate_id)


def _point(console: Console, demo: Settings, platform: Supervisor, pages: dict[str, str]) -> None:
    """Where to look now. `pages` are somebody's, by name."""
    temporal = f"http://127.0.0.1:{demo.temporal_ui_port}"
    query = "KeepwarmState%3D%22nurturing%22"
    console.print(platform.address_table())
    where = f"{temporal}/namespaces/default/workflows?query={query}"
    console.print(f"People in a journey, in the Temporal UI: {where}", soft_wrap=True)
    somebody = pages["candidate"]
    console.print(
        f"What {somebody} sees of it (`keepwarm links {somebody}` once it has ended): {pages['status']}", soft_wrap=True
    )
    console.print(f"Every mail and text message: http://127.0.0.1:{demo.mailbox_web_port}")
    console.print(f"Commands reach it with KEEPWARM_HOME={demo.home}", soft_wrap=True)
