"""Importing a table of people: every row is brought in, or named with its line and cure; twice the same changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from starter.columns import Column, column_of, knows, layout
from starter.drafts import Draft, RowError, Terms, read_draft
from starter.records import ClashError, FollowUp, Intake, Person, Verdict
from starter.sheets import Fault, Row, Sheet, SheetError, read_sheet
from storage import consents
from storage.consents import NewConsent
from storage.forgotten import Register

PAGE = 500
Progress = Callable[[int, int], None]
"""Told the number of rows done and the number of all."""


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do: counts, faults by line, and what was not read."""

    file: str
    encoding: str
    rows: int
    dry_run: bool
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[Fault] = field(default_factory=list)
    duplicates: list[tuple[int, int]] = field(default_factory=list)
    """Lines that mean a person of an earlier line, each with that line."""
    unread_columns: list[str] = field(default_factory=list)
    without_zone: int = 0
    """New people whose zone nothing told: they got the import's own."""
    follow_ups: list[FollowUp] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """The report as plain JSON, without the people."""
        plain = asdict(self)
        del plain["follow_ups"]
        plain["bad"] = [{"line": fault.line, "what": fault.what} for fault in self.bad]
        plain["duplicates"] = [{"line": line, "of_line": first} for line, first in self.duplicates]
        return plain


def import_file(
    engine: Engine,
    path: Path,
    terms: Terms,
    now: datetime,
    *,
    dry_run: bool = False,
    encoding: str | None = None,
    register: Register | None = None,
    progress: Progress = lambda done, of: None,
) -> Report:
    """Bring the people of a CSV file into the record, in one transaction; a dry run does the same and takes it back.

    What people on record before have agreed to or withdrawn is logged right behind it, a page at a time. Were that interrupted,
    the same file again writes the rest.
    Raises SheetError where the file is no table of people. `now` is the moment of consents that carry no date. With a register of those
    who were erased, their rows are refused.
    """
    sheet = read_sheet(path, knows, encoding)
    places = _places(sheet)
    report = Report(path.name, sheet.encoding, len(sheet.rows) + len(sheet.faults), dry_run, bad=list(sheet.faults))
    report.unread_columns = [name for name in sheet.header if name and column_of(name) is None]
    with engine.connect() as connection:
        intake = Intake(connection, now, terms.zone, terms.language, register)
        for start in range(0, len(sheet.rows), PAGE):
            _import_page(intake, sheet.rows[start : start + PAGE], places, terms, report)
            progress(min(start + PAGE, len(sheet.rows)), len(sheet.rows))
        if dry_run:
            connection.rollback()
        else:
            connection.commit()
            _log_words(connection, intake.words)
    report.bad.sort(key=lambda fault: fault.line)
    return report


def _log_words(connection: Connection, words: Sequence[NewConsent]) -> None:
    """Each page holds its people, so that no message leaves between their word and its record."""
    for start in range(0, len(words), PAGE):
        consents.record(connection, words[start : start + PAGE])
        connection.commit()


def _places(sheet: Sheet) -> Mapping[Column, Sequence[int]]:
    places = layout(sheet.header)
    if not places.keys() & {Column.FULL_NAME, Column.FIRST_NAME, Column.LAST_NAME}:
        raise SheetError(
            f"no column of names among {', '.join(sheet.header)}; name one `name`, or two `first name` and `last name`"
        )
    return places


def _import_page(
    intake: Intake, rows: Sequence[Row], places: Mapping[Column, Sequence[int]], terms: Terms, report: Report
) -> None:
    drafts = list(_read_page(rows, places, terms, report))
    intake.load([draft for _, draft in drafts])
    people = []
    for row, draft in drafts:
        try:
            verdict, person = intake.take(draft)
        except ClashError as error:
            report.bad.append(Fault(row.line, str(error), row.cells))
            continue
        _count(report, verdict, person, draft)
        people.append(person)
    report.follow_ups += intake.save(people)


def _read_page(
    rows: Sequence[Row], places: Mapping[Column, Sequence[int]], terms: Terms, report: Report
) -> Iterator[tuple[Row, Draft]]:
    for row in rows:
        try:
            yield row, read_draft(row, places, terms)
        except RowError as error:
            report.bad.append(Fault(row.line, str(error), row.cells))


def _count(report: Report, verdict: Verdict, person: Person, draft: Draft) -> None:
    match verdict:
        case Verdict.NEW:
            report.new += 1
            report.without_zone += not (draft.zone or draft.guessed_zone)
        case Verdict.CHANGED:
            report.changed += 1
        case Verdict.UNCHANGED:
            report.unchanged += 1
    if person.first_line != draft.line:
        report.duplicates.append((draft.line, person.first_line))


def write_faults(report: Report, path: Path) -> None:
    """The bad rows as a CSV file: line, what is wrong, and the cells as they stood."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        table = csv.writer(target)
        table.writerow(["line", "what is wrong", "row as it stood"])
        table.writerows([fault.line, fault.what, *fault.cells] for fault in report.bad)
