"""People as they are written down: tables in every grammar of CSV, phone numbers of every region, résumés."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cases.scores import NotBuilt, Score, score
from starter.sheets import SheetError, parse_sheet
from storage.contacts import BadContact, canonical_phone


def run_csv(folder: Path) -> Iterator[Score]:
    """Every csvs/X.csv against json/X.json, a list of mappings."""
    yield score(
        "csv-spectrum: equal records", ((path.stem, _reads(path, folder)) for path in sorted(folder.glob("csvs/*.csv")))
    )


def _reads(path: Path, folder: Path) -> bool:
    expected = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
    try:
        return bool(parse_sheet(path.read_bytes()).records() == expected)
    except SheetError:
        return not expected


def run_phones(folder: Path) -> Iterator[Score]:
    """Every JSON list of [region, national, international, E.164]: the canonical form of both is the third."""
    told = [case for path in sorted(folder.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
    yield score(
        "phones: national form with its region",
        ((f"{region} {here}", _canonical(here, region) == e164) for region, here, _, e164 in told),
    )
    yield score(
        "phones: international form",
        ((f"{region} {abroad}", _canonical(abroad, "") == e164) for region, _, abroad, e164 in told),
    )


def _canonical(number: str, region: str) -> str:
    try:
        return canonical_phone(number, region)
    except BadContact:
        return ""


def run_titles(_: Path) -> Iterator[NotBuilt]:
    """Matching of people and openings by title."""
    yield NotBuilt("titles: ranking by similarity", "matching does not compare titles yet")


def run_greenhouse(_: Path) -> Iterator[NotBuilt]:
    """Webhooks of an applicant tracking system."""
    yield NotBuilt("greenhouse: webhooks", "webhooks of applicant tracking systems are not taken in yet")


def run_json_resume(_: Path) -> Iterator[NotBuilt]:
    """A JSON Resume."""
    yield NotBuilt("json-resume: import", "résumés are not read yet")
