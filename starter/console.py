"""How the command line speaks: results on stdout, for people or as JSON; refusals on stderr; exit 0 done, 1 refused, 2 usage."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from config.settings import Settings
    from starter.client import Keepwarm

T = TypeVar("T")
AsJson = typer.Option(False, "--json", help="Answer as JSON.")
REFUSED = 1


class Commands(TyperGroup):
    """A group whose commands refuse in one line on stderr instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an expected fault becomes its reason and exit code 1."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except Exception as error:
            reason = reason_of(error)
            if reason is None:
                raise
            refuse(reason)


def reason_of(error: Exception) -> str | None:
    """The text for the person at the terminal; None for a fault of ours, which needs its traceback."""
    from sqlalchemy.exc import OperationalError, ProgrammingError
    from temporalio.service import RPCError

    from config.settings import SettingsError
    from embedded.processes import EmbeddedError
    from starter.refusals import Refused
    from starter.sheets import SheetError
    from templates.faults import JourneyFaults

    match error:
        case Refused() | SettingsError() | SheetError() | EmbeddedError() | JourneyFaults():
            return str(error)
        case OperationalError():
            return f"the database does not answer: {error.orig}. Start `keepwarm up`, or set DATABASE_URL"
        case ProgrammingError() if "does not exist" in str(error.orig):
            return "the database lacks Keepwarm's tables; run `keepwarm migrate`"
        case RPCError():
            return f"Temporal refused: {error.message}. `keepwarm doctor` looks closer"
    return None


def refuse(reason: str) -> None:
    """Say why not, and end with exit code 1."""
    typer.echo(f"keepwarm: {reason}", err=True)
    raise typer.Exit(REFUSED)


def settings() -> Settings:
    """This process's settings."""
    from config.settings import read_settings

    return read_settings()


def look(reader: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """What the database answers. `reader` takes a connection first."""
    from storage.database import make_engine

    engine = make_engine(settings().database_url)
    try:
        with engine.connect() as connection:
            return reader(connection, *arguments, **named)
    finally:
        engine.dispose()


def ask(work: Callable[[Keepwarm], Awaitable[T]]) -> T:
    """What comes of some work with the door to the workflows open."""
    from starter.client import Keepwarm

    async def run() -> T:
        async with Keepwarm.open(settings()) as keepwarm:
            return await work(keepwarm)

    return asyncio.run(run())


def answer(value: Any, as_json: bool, lines: Iterable[str]) -> None:
    """The value as JSON, or its lines for people."""
    if as_json:
        typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))
        return
    for line in lines:
        typer.echo(line)


def table(value: Sequence[Any], as_json: bool, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as JSON, as a table on a terminal, or as tab-separated lines."""
    if as_json:
        answer(value, True, ())
    elif sys.stdout.isatty():
        _rich_table(columns, rows)
    else:
        for row in rows:
            typer.echo("\t".join(" ".join(str(cell).split()) for cell in row))


def _rich_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(*columns, box=None, header_style="bold")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    Console().print(shown)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr where somebody watches; call it with the number done and, if only now known, the total."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(done: int, of: int | None) -> None:
            bar.update(task, completed=done, total=of)

        yield advance


def when(moment: datetime | None) -> str:
    """A moment for people, in UTC to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else ""


def moment_of(text: str) -> datetime:
    """The moment that somebody typed: a date or ISO 8601, UTC unless it says otherwise."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment; write 2026-12-31 or 2026-12-31T09:00:00+01:00") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
