"""`keepwarm surveys`: what candidates say of how they were treated."""

from __future__ import annotations

import typer

from starter.console import AsJson, answer, look


def surveys(
    opening: str = typer.Option("", help="Only of this opening."),
    as_json: bool = AsJson,
) -> None:
    """Candidate NPS, how many answered, and what they wrote, by opening. Comments stand without names."""
    from starter.surveys import reports

    found = look(reports, opening)
    lines = [line for one in found for line in one.lines()] or ["nobody has been asked yet"]
    answer([one.summary() for one in found], as_json, lines)
