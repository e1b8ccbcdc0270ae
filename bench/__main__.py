"""`python -m bench [--only ROW] [--quick] [--out FILE] [--json FILE]`: measure, print the table, write it down, leave nothing behind."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.findings import Finding
from bench.measures import ROWS
from bench.runs import FULL, QUICK, Run, Sizes
from bench.stages import open_place
from bench.tables import as_markdown, print_finding, print_table, surroundings

README = Path(__file__).parent / "README.md"
_OURS = re.compile(r"KEEPWARM_|TEMPORAL_|DATABASE_URL|PG[A-Z]+$")


async def measure(wanted: Sequence[str], sizes: Sizes) -> list[Finding]:
    """The findings of the wanted rows, in the order of the table. A row that cannot be measured says why, and the next is taken."""
    findings = []
    rows = [row for row in ROWS if row.name in wanted]
    async with open_place() as place:
        run = Run(place, sizes, planned=sum(row.seconds for row in rows))
        for row in rows:
            run.pace(row.seconds)
            began = time.monotonic()
            try:
                lines, failed = tuple(await row.measure(run)), ""
            except Exception as error:  # noqa: BLE001 - the outermost loop: one row's failure must not cost the others
                lines, failed = (), f"{type(error).__name__}: {error}"
            finding = Finding(row.title, lines, time.monotonic() - began, failed)
            print_finding(finding)
            findings.append(finding)
    return findings


def main() -> int:
    """0 when everything that was asked for was measured, whatever the verdicts; 1 when something could not be."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure speed and size against controls in the same run."
    )
    parser.add_argument(
        "--only", action="append", choices=names, metavar="ROW", help=f"one of {', '.join(names)}; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it works, not how fast")
    parser.add_argument(
        "--out", type=Path, help="where the page is written; default: bench/README.md for a whole full run"
    )
    parser.add_argument("--json", type=Path, help="write every number here as well")
    chosen = parser.parse_args()
    for name in [name for name in os.environ if _OURS.match(name)]:
        del os.environ[name]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the folder is removed then, too
    began = time.monotonic()
    findings = asyncio.run(measure(chosen.only or names, QUICK if chosen.quick else FULL))
    where = surroundings(time.monotonic() - began, quick=chosen.quick)
    print_table(findings, where)
    out = chosen.out or (None if chosen.quick or chosen.only else README)
    if out:
        out.write_text(as_markdown(findings, where), encoding="utf-8")
    if chosen.json:
        chosen.json.write_text(
            json.dumps([asdict(finding) | {"verdict": finding.verdict} for finding in findings], indent=1)
        )
    return 1 if any(finding.failed for finding in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main())
