"""`keepwarm intake …`: what came in by webhook or mailbox and waits, or could not be read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from starter.console import AsJson, Commands, answer, ask, look, table, when

if TYPE_CHECKING:
    from starter.client import Keepwarm

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What came in: see what was given up, read it again.",
)


@app.command("list")
def list_(
    waiting: bool = typer.Option(False, "--waiting", help="What waits to be read, instead of what was given up."),
    as_json: bool = AsJson,
) -> None:
    """What could not be read, the oldest first. What it holds is not shown: it is about people."""
    from storage import received

    rows = look(received.listed, received.STORED if waiting else received.FAILED)
    shown = [(one.id, when(one.recorded_at), one.source, one.size, one.attempts, one.error) for one in rows]
    table([asdict(one) for one in rows], as_json, ("input", "came", "source", "bytes", "attempts", "error"), shown)


@app.command("retry")
def retry(number: int = typer.Argument(help="The input's number, as `list` shows it."), as_json: bool = AsJson) -> None:
    """Read again what was given up."""
    from starter.intake import read_again

    async def work(keepwarm: Keepwarm) -> dict[str, object]:
        return await read_again(keepwarm, number)

    answer(ask(work), as_json, [f"what came in as {number} is read again"])
