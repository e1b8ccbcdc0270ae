"""`keepwarm keeping`: how long things are kept, whose data ends soon, and telling everybody of new terms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from starter.console import AsJson, answer, ask, look, when


def keeping(
    apply: bool = typer.Option(False, "--apply", help="Let everybody on record go by the terms that hold now."),
    as_json: bool = AsJson,
) -> None:
    """How long consents and data are kept, and whose data ends within three months: names before anything is erased."""
    from starter.keeping import outlook, tell
    from storage.controls import story_now
    from storage.keeping import everybody

    shown = look(outlook, look(story_now))
    told = ask(lambda keepwarm: tell(keepwarm, look(everybody))) if apply else 0
    plain: dict[str, Any] = {**asdict(shown), "told": told}
    plain["ending"] = [{"candidate": person, "at": at.isoformat()} for person, at in shown.ending]
    lines = [
        *(f"consent to {purpose or 'anything else'}: {_span(days)}" for purpose, days in shown.terms.lifetimes.items()),
        f"data: {_span(shown.terms.retention_days)}{' after the last sign of life' if shown.terms.retention_days else ''}",
        *(f"  {person} ends on {when(at)}, after a warning" for person, at in shown.ending),
    ]
    answer(plain, as_json, [*lines, *([f"{told} people's workflows were told"] if apply else [])])


def _span(days: int) -> str:
    return f"{days} days" if days else "for good"
