"""Proving and mending: `prove`, `unknown`, `resolve`, `doctor`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from starter.console import REFUSED, AsJson, answer, ask, look, refuse, settings, table, when

SHOWN = 10


def prove(as_json: bool = AsJson) -> None:
    """Check the whole ledger: nothing twice, nothing without consent, nothing due and unsent. Exit 1 where it fails."""
    from starter.lookups import proof

    violations, counts = look(proof)
    total = sum(counts.values())
    states = ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "empty"
    lines = [f"{violation.kind}  {violation.touch_key}  {violation.what}" for violation in violations]
    verdict = f"{len(violations)} violations" if violations else "proved: nothing twice, nothing without consent"
    told = {"proved": not violations, "touches": counts, "violations": [asdict(one) for one in violations]}
    answer(told, as_json, [*lines, f"{verdict}; {total} touches: {states}"])
    if violations:
        raise typer.Exit(REFUSED)


def unknown(as_json: bool = AsJson) -> None:
    """Messages of which nobody knows whether they left."""
    from storage import inspections

    rows = look(inspections.unknowns)
    told = [
        {"touch_key": row.touch_key, "candidate_id": row.candidate_id, "provider": row.provider,
         "message_id": row.message_id, "handed_over_at": row.handed_over_at, "because": row.because}
        for row in rows
    ]  # fmt: skip
    shown = [(when(row.handed_over_at), row.touch_key, row.message_id, row.because) for row in rows]
    table(told, as_json, ("handed over", "touch", "Message-ID", "because"), shown)


def resolve(
    touch_key: str = typer.Argument(help="As `keepwarm unknown` lists it."),
    sent: bool = typer.Option(..., "--sent/--not-sent", help="What you found out."),
    by: str = typer.Option("a person", "--by", help="Who found out."),
) -> None:
    """Settle one unknown. Nothing is sent by this."""
    from datetime import UTC, datetime

    from storage import controls, ledger
    from storage.database import make_engine

    engine = make_engine(settings().database_url)
    with engine.begin() as connection:
        now = controls.clock(connection).story(datetime.now(UTC))
        settled = ledger.resolve(connection, touch_key, sent=sent, by=by, at=now)
    engine.dispose()
    if not settled:
        refuse(f"{touch_key} is no touch of unknown fate; `keepwarm unknown` lists them")
    typer.echo(f"{touch_key} {'left' if sent else 'did not leave'}, says {by}")


def doctor(
    repair: bool = typer.Option(False, "--repair", help="Start what is missing."), as_json: bool = AsJson
) -> None:
    """Compare PostgreSQL with Temporal. Exit 1 where something is wrong and was not mended."""
    from starter.doctor import examine

    findings = ask(lambda keepwarm: examine(keepwarm, repair=repair))
    lines = []
    for finding in findings:
        named = ", ".join(finding.ids[:SHOWN]) + (", …" if len(finding.ids) > SHOWN else "")
        mended = "mended" if finding.repaired else finding.cure
        lines.append(f"{finding.kind}: {len(finding.ids)} {finding.meaning}: {named}\n  {mended}")
    answer([asdict(finding) for finding in findings], as_json, lines or ["all is well"])
    if any(not finding.repaired for finding in findings):
        raise typer.Exit(REFUSED)
