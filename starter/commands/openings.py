"""`keepwarm opening …`: add one, move it, see whom it fits, and who was told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from starter.console import AsJson, Commands, answer, ask, look, table, when

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Openings: add, open, close, see who was told."
)
OpeningId = typer.Argument(help="An opening's id.")


@app.command("add")
def add(
    id: str = typer.Argument(help="A short id, such as be-1; it stands in links and commands."),  # noqa: A002
    title: str = typer.Argument(help="As candidates read it."),
    place: str = "",
    level: str = "",
    pay: str = "",
    must_have: list[str] = typer.Option([], help="A skill; again for more."),
    nice_to_have: list[str] = typer.Option([], help="A skill; again for more."),
    pool: list[str] = typer.Option([], help="A talent pool to tell; again for more."),
    owner: str = typer.Option("", help="The recruiter."),
    next_step: str = typer.Option("", help="What candidates are told comes next, and when."),
    pipeline: Path | None = typer.Option(None, help="A pipeline of its own, JSON or YAML."),
    as_json: bool = AsJson,
) -> None:
    """Put an opening on record, as a draft."""
    from starter.additions import read_pipeline_file
    from storage.openings import NewOpening

    stages = read_pipeline_file(pipeline) if pipeline else None
    opening = NewOpening(id, title, place, level, pay, must_have, nice_to_have, pool, owner, next_step, stages)
    ask(lambda keepwarm: keepwarm.add_opening(opening))
    answer({"opening": id, "status": "draft"}, as_json, [f"{id} is a draft; keepwarm opening open {id}"])


def _move(opening: str, verb: str, as_json: bool) -> None:
    told = ask(lambda keepwarm: keepwarm.move_opening(opening, verb))
    note = "; people it may fit are being told" if told["status"] == "open" else ""
    answer(told, as_json, [f"{opening} is {told['status']}, round {told['round']}{note}"])


@app.command("open")
def open_(opening: str = OpeningId, as_json: bool = AsJson) -> None:
    """Open it for the first time, and tell the people it may fit."""
    _move(opening, "open", as_json)


@app.command("close")
def close(opening: str = OpeningId, as_json: bool = AsJson) -> None:
    """Close it without a hire."""
    _move(opening, "close", as_json)


@app.command("fill")
def fill(opening: str = OpeningId, as_json: bool = AsJson) -> None:
    """Close it with a hire."""
    _move(opening, "fill", as_json)


@app.command("reopen")
def reopen(opening: str = OpeningId, as_json: bool = AsJson) -> None:
    """Open it again: a new round."""
    _move(opening, "reopen", as_json)


@app.command("guide")
def guide(
    opening: str = OpeningId,
    file: Path | None = typer.Argument(None, help="YAML or JSON: criteria, timetable, next_date, owner, deputy …"),
    show: bool = typer.Option(False, "--show", help="Show the guide that holds."),
    as_json: bool = AsJson,
) -> None:
    """How its process goes, as candidates are told: give a guide, or show it."""
    from starter import promises

    if (file is None) is not show:
        raise typer.BadParameter("give a file, or --show")
    if file is not None:
        raw = promises.read_guide_file(file)
        ask(lambda keepwarm: promises.set_guide(keepwarm, opening, raw))
    told = look(promises.guide_of, opening)
    answer(told, as_json, [f"{name}: {_shown(value)}" for name, value in told.items() if value not in ("", [], {})])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {days} days" for name, days in value.items())
    return "; ".join(value) if isinstance(value, list) else str(value)


@app.command("told")
def told(
    opening: str = OpeningId,
    round: int = typer.Option(0, help="A round; the latest, where not given."),  # noqa: A002
    as_json: bool = AsJson,
) -> None:
    """Who was told of it, who was not, and why."""
    from starter.lookups import find_opening
    from storage import matches

    wanted = look(find_opening, opening)
    listed = look(matches.told, wanted.id, round or None)
    rows = [
        (one.candidate_id, one.full_name, one.outcome, one.because, f"{one.score:g}", when(one.at)) for one in listed
    ]
    table([asdict(one) for one in listed], as_json, ("candidate", "name", "outcome", "because", "score", "when"), rows)


@app.command("matches")
def matching(opening: str = OpeningId, limit: int = typer.Option(200, min=1), as_json: bool = AsJson) -> None:
    """Whom it would fit now, with every factor. Nobody is told; a person decides."""
    from starter.lookups import preview_matches

    found = look(preview_matches, opening, limit)
    rows = [(one.candidate_id, f"{one.score:g}", ", ".join(_factor(factor) for factor in one.factors)) for one in found]
    table([asdict(one) for one in found], as_json, ("candidate", "score", "factors"), rows)


def _factor(factor: dict[str, Any]) -> str:
    found = factor.get("found", "")
    words = ", ".join(found) if isinstance(found, list) else found
    return f"{factor['factor']} +{factor['points']:g}" + (f" ({words})" if words else "")


@app.command("list")
def list_(status: str = typer.Option("", help="draft, open, closed or filled."), as_json: bool = AsJson) -> None:
    """All openings."""
    from storage import openings

    listed = look(openings.listed, status)
    rows = [(one.id, one.title, one.place, one.status, one.round, one.owner) for one in listed]
    table([asdict(one) for one in listed], as_json, ("id", "title", "place", "status", "round", "owner"), rows)
