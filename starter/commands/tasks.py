"""`keepwarm task …`: work that waits for a person."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from starter.console import AsJson, Commands, answer, ask, look, table, when

if TYPE_CHECKING:
    from starter.client import Keepwarm

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Work for people: list it, tick it off."
)
Number = typer.Argument(help="The task's number, as `list` shows it.")


@app.command("list")
def list_(
    candidate: str = typer.Option("", help="Only of this person."),
    done: bool = typer.Option(False, "--done", help="Those that are done, instead of the open ones."),
    as_json: bool = AsJson,
) -> None:
    """What waits for somebody of ours, the first due first."""
    from starter import lookups
    from storage import tasks

    candidate_id = look(lookups.find_candidate, candidate).id if candidate else ""
    rows = look(tasks.listed, candidate_id, done=done)
    shown = [(one.id, when(one.due), one.kind, one.candidate_id or "", one.owner, one.because) for one in rows]
    table([asdict(one) for one in rows], as_json, ("task", "due", "kind", "candidate", "owner", "what"), shown)


@app.command("done")
def done(task: int = Number, as_json: bool = AsJson) -> None:
    """It is done: the journey that waits for it goes on."""
    _finish(task, "done", as_json=as_json)


@app.command("drop")
def drop(task: int = Number, as_json: bool = AsJson) -> None:
    """Nobody will do it: the journey goes on as without it."""
    _finish(task, "dropped", as_json=as_json)


def _finish(task: int, outcome: str, *, as_json: bool) -> None:
    from starter.tasks import finish

    async def work(keepwarm: Keepwarm) -> dict[str, object]:
        return await finish(keepwarm, task, outcome)

    told = ask(work)
    goes_on = f"; {told['journey']} goes on" if told["journey"] else ""
    answer(told, as_json, [f"task {task} is {outcome}{goes_on}"])
