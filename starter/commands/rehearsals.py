"""`keepwarm rehearse` and `keepwarm forecast`: the coming months over the real pool, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from starter.console import REFUSED, AsJson, answer, look, progress, settings

if TYPE_CHECKING:
    from starter.rehearsals import Wish

Html = typer.Option(None, "--html", help="Write a page with plots and tables to this file.")
LimitDay = typer.Option(0, "--limit-day", help="Exit 1 where more messages than this leave on any day.")
LimitSender = typer.Option(
    0, "--limit-sender-day", help="Exit 1 where one sender's messages of a day are more than this."
)
DAYS_A_MONTH = 365 / 12


def rehearse(
    journey: str = typer.Argument(help="A published journey, or the folder of a draft."),
    pool: str = typer.Option("", help="Only the members of this pool; everybody else."),
    days: int = typer.Option(365, min=1, max=3650, help="How many days to live ahead."),
    replies: str = typer.Option("0%", help="The share of messages that are answered."),
    opt_outs: str = typer.Option("0%", "--opt-outs", help="The share of messages that end in an opt-out."),
    person: str = typer.Option("", help="Rehearse this one person alone (by id), told in full."),
    certify: int = typer.Option(
        0, min=0, max=200, help="Run so many of them by the real workflow too, on a clock that skips."
    ),
    limit_day: int = LimitDay,
    limit_sender_day: int = LimitSender,
    html: Path | None = Html,
    as_json: bool = AsJson,
) -> None:
    """What a journey would do over a year: everybody enters it now, and the production rules decide. Nothing is sent."""
    from domain.rehearsals import Habits
    from starter.rehearsals import Wish

    habits = Habits(replies=share(replies), opt_outs=share(opt_outs))
    wish = Wish(days, _plan(journey), pool, habits, person)
    if certify:
        _certify(wish, certify, as_json=as_json)
        return
    _run(wish, f"Rehearsal of {journey}", limit_day, limit_sender_day, html, as_json=as_json)


def forecast(
    months: int = typer.Option(12, min=1, max=60, help="How many months to look ahead."),
    limit_day: int = LimitDay,
    limit_sender_day: int = LimitSender,
    html: Path | None = Html,
    as_json: bool = AsJson,
) -> None:
    """What is live now, lived ahead: every message that will leave if nobody does anything."""
    from starter.rehearsals import Wish

    wish = Wish(round(months * DAYS_A_MONTH))
    _run(wish, f"Forecast of {months} months", limit_day, limit_sender_day, html, as_json=as_json)


def _run(wish: Wish, title: str, limit_day: int, limit_sender_day: int, html: Path | None, *, as_json: bool) -> None:
    from domain.totals import Limits, broken_limits
    from starter import reports
    from starter.rehearsals import run

    with progress("people rehearsed") as advance:
        made = look(run, settings(), wish, advance)
    broken = broken_limits(made.totals, Limits(limit_day, limit_sender_day))
    if html:
        html.write_text(reports.as_html(made, broken, title), encoding="utf-8")
    told = [*reports.lines(made, broken), *([f"the page is in {html}"] if html else [])]
    answer(reports.as_json(made, broken), as_json, told)
    if broken:
        raise typer.Exit(REFUSED)


def _certify(wish: Wish, count: int, *, as_json: bool) -> None:
    """Say whether a sample lives the same by the real workflow."""
    import asyncio
    from datetime import timedelta

    from starter.certificates import certify
    from starter.rehearsals import sample

    people = look(sample, settings(), wish, count)
    differing = asyncio.run(certify(people, timedelta(days=wish.days), wish.plan or {}))
    lines = [f"{one.touch_key}: rehearsed {one.rehearsed}, happened {one.happened}" for one in differing]
    verdict = f"{len(differing)} touches differ" if differing else "same touches, same moments"
    told = {"people": len(people), "differing": [one.touch_key for one in differing]}
    answer(told, as_json, [*lines, f"{len(people)} people by the real workflow: {verdict}"])
    if differing:
        raise typer.Exit(REFUSED)


def _plan(journey: str) -> dict[str, Any]:
    """A draft's plan where a folder is named, else the newest published version's."""
    from starter import lookups
    from starter.preparations import journey_folder
    from templates.journeys import FILE, compact_plan, load_journey

    if (Path(journey) / FILE).is_file():
        return compact_plan(load_journey(journey_folder(journey)), 0)
    return look(lookups.find_journey, journey).plan


def share(text: str) -> float:
    """A share such as `8%`, as a number from 0 to 1."""
    try:
        read = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        read = -1.0
    if not 0 <= read <= 1:
        raise typer.BadParameter(f"{text!r} is no share; write 8%")
    return read
