"""`python -m cases DIR`: run the product's real code over a folder of real cases, and print a score per set.

Exits 1 where a set lies below its bar or can't be run, 2 where the folder is none. CONTRIBUTING.md says what a folder
holds; a set that is not in it is left out, one that the product does not handle yet is named.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cases.mails import run_bounces, run_replies
from cases.people import run_csv, run_greenhouse, run_json_resume, run_phones, run_titles
from cases.providers import run_sendgrid, run_twilio
from cases.requests import run_specs
from cases.scores import MOST_MISSES, CaseSet, NotBuilt, Score

SETS = (
    CaseSet("sendgrid", run_sendgrid),
    CaseSet("twilio", run_twilio),
    CaseSet("replies", run_replies),
    CaseSet("bounces", run_bounces),
    CaseSet("csv-spectrum", run_csv),
    CaseSet("phones", run_phones),
    CaseSet("specs", run_specs),
    CaseSet("titles", run_titles),
    CaseSet("greenhouse", run_greenhouse),
    CaseSet("json-resume-sample.json", run_json_resume),
)
WIDTH = 120


def run_sets(folder: Path) -> Iterator[Score | NotBuilt]:
    """The scores of every set that the folder holds; a set that can't be run scores nothing."""
    for one in SETS:
        place = folder / one.place
        if not place.exists():
            continue
        try:
            yield from one.run(place)
        except Exception as error:  # noqa: BLE001 - the outermost loop: one broken set must not hide the others' scores
            yield Score(f"{one.place}: can't be run", 0, 1, 1.0, (f"{type(error).__name__}: {str(error)[:200]}",))


def as_table(found: list[Score | NotBuilt]) -> Table:
    """The scores as they are printed."""
    table = Table("set", "right", "of", "share", "bar", "", box=None, pad_edge=False)
    for one in found:
        if isinstance(one, NotBuilt):
            table.add_row(one.name, "", "", "", "", f"not built: {one.why}")
            continue
        word = "below" if not one.holds else "holds" if one.bar else "told"
        table.add_row(
            one.name, str(one.right), str(one.total), f"{one.share:.1%}", f"{one.bar:.0%}" if one.bar else "–", word
        )
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every bar is met, 1 when one is not, 2 when there is no folder."""
    parser = argparse.ArgumentParser(prog="python -m cases", description="Score the product over real cases.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder with one folder a set")
    folder = parser.parse_args(arguments).folder
    console = Console(width=WIDTH, highlight=False)
    if not folder.is_dir():
        console.print(f"{folder} is no folder; give one that holds the sets: make cases CASES=DIR", markup=False)
        return 2
    found = list(run_sets(folder))
    console.print(as_table(found))
    for one in (one for one in found if isinstance(one, Score) and one.misses):
        more = f" and {len(one.misses) - MOST_MISSES} more" if len(one.misses) > MOST_MISSES else ""
        console.print(f"{one.name}, missed: {'; '.join(one.misses[:MOST_MISSES])}{more}", markup=False)
    if not found:
        console.print(f"{folder} holds none of the sets {', '.join(one.place for one in SETS)}", markup=False)
    return 0 if found and all(isinstance(one, NotBuilt) or one.holds for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
