"""`keepwarm import`: facts at once, workflows behind them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from starter.console import REFUSED, AsJson, answer, ask, look, progress, settings

if TYPE_CHECKING:
    from starter.client import Keepwarm
    from starter.imports import Report

SHOWN = 20


def import_(
    file: Path = typer.Argument(help="A CSV file in any encoding, with any delimiter."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Count and check everything; change nothing."),
    pool: str = typer.Option("", help="A talent pool for all of them."),
    source: str = typer.Option("", help="Where they come from, where the row does not say; else the file's name."),
    country: str = typer.Option("", help="Their country, where the row does not say; numbers without + need it."),
    zone: str = typer.Option("UTC", help="The time zone of those whom nothing tells one of: your office's."),
    consent: str = typer.Option("", help="What all of them agreed to: nurture,alerts or nurture/sms."),
    consent_text: str = typer.Option("", help="The words that they agreed to."),
    consent_source: str = typer.Option("", help="Where they agreed; else the file's name."),
    sourced: bool = typer.Option(
        False, "--sourced", help="Others gave us their data: new people are told so at once (GDPR Art. 14)."
    ),
    allow_erased: bool = typer.Option(
        False, "--allow-erased", help="Also take people who were erased: only where they agreed anew themselves."
    ),
    errors: Path | None = typer.Option(None, help="Write bad rows to this CSV file."),
    encoding: str = typer.Option("", help="The file's encoding, where it is not recognised."),
    as_json: bool = AsJson,
) -> None:
    """Bring people in from a table. The same table twice changes nothing; bad rows are named, good ones kept."""
    from starter.drafts import make_terms
    from starter.imports import import_file, write_faults
    from storage import controls
    from storage.database import make_engine
    from storage.forgotten import Register

    terms = make_terms(
        file.name, pool=pool, source=source, country=country, zone=zone, consents=consent, consent_text=consent_text,
        consent_source=consent_source, language=settings().language, sourced=sourced,
    )  # fmt: skip
    register = None if allow_erased else Register(lambda: settings().signing_key)
    now = look(controls.clock).story(datetime.now(UTC))
    engine = make_engine(settings().database_url)
    try:
        with progress(f"reading {file.name}") as advance:
            report = import_file(
                engine, file, terms, now, dry_run=dry_run, encoding=encoding or None, register=register,
                progress=advance,
            )  # fmt: skip
    finally:
        engine.dispose()
    if errors and report.bad:
        write_faults(report, errors)
    answer(report.summary(), as_json, _lines(report, errors))
    if not dry_run and report.new + report.changed + report.unchanged:
        ask(lambda keepwarm: _start_behind(keepwarm, report))
    if report.rows and len(report.bad) == report.rows:
        raise typer.Exit(REFUSED)


async def _start_behind(keepwarm: Keepwarm, report: Report) -> None:
    """Tell running workflows what changed, and start those that do not run. What is interrupted goes on next time."""
    await keepwarm.follow_up(report.follow_ups)
    with progress("starting workflows", None) as advance:
        await keepwarm.start_candidates(lambda done: advance(done, None))


def _lines(report: Report, errors: Path | None) -> list[str]:
    would = "would be " if report.dry_run else ""
    counts = f"new {report.new}, changed {report.changed}, unchanged {report.unchanged}, bad {len(report.bad)}"
    lines = [f"{report.file} ({report.encoding}): {report.rows} rows; {would}{counts}"]
    lines += [f"  line {fault.line}: {fault.what}" for fault in report.bad[:SHOWN]]
    if len(report.bad) > SHOWN:
        lines.append(f"  and {len(report.bad) - SHOWN} more; --errors FILE writes them all")
    if errors and report.bad:
        lines.append(f"  bad rows written to {errors}")
    lines += [f"  line {line}: the same person as line {first}" for line, first in report.duplicates[:SHOWN]]
    if report.unread_columns:
        lines.append(f"  columns not read: {', '.join(report.unread_columns)}")
    if report.without_zone:
        lines.append(f"  {report.without_zone} people tell no time zone; give --zone, or a column")
    return lines
