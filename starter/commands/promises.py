"""`keepwarm promises`: what candidates are owed, and how it came out."""

from __future__ import annotations

from dataclasses import asdict

import typer

from starter.console import AsJson, look, table, when


def promises(
    due: bool = typer.Option(False, "--due", help="Those that are still owed, the next one first."),
    broken: bool = typer.Option(False, "--broken", help="Those that passed without word."),
    kept: bool = typer.Option(False, "--kept", help="Those that were kept."),
    opening: str = typer.Option("", help="Of one opening."),
    limit: int = typer.Option(1000, min=1),
    as_json: bool = AsJson,
) -> None:
    """What candidates are owed: due, kept, broken; all of them, where none is named."""
    from starter.lookups import find_opening
    from storage.promises import listed

    if due + broken + kept > 1:
        raise typer.BadParameter("give one of --due, --broken and --kept")
    state = "due" if due else "broken" if broken else "kept" if kept else ""
    if opening:
        look(find_opening, opening)
    found = look(listed, state=state, opening_id=opening, limit=limit)
    rows = [
        (when(one.due), one.state, one.kind, one.candidate_id, one.opening_id, one.owner, one.because) for one in found
    ]
    columns = ("due", "state", "promise", "candidate", "opening", "owner", "because")
    table([asdict(one) for one in found], as_json, columns, rows)
