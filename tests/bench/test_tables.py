"""The page that the bench writes."""

import pytest

from bench.findings import Finding, Line
from bench.measures import ROWS
from bench.tables import NOT_BUILT, Surroundings, as_markdown, print_table

WHERE = Surroundings("2 cores", "Python 3", 42.4, quick=False)
KEPT = Finding("History", (Line("events", 33, at_most=33, note="11 a touch"),), 1.0)
BROKEN = Finding("Memory", (Line("worker | idle", 200, "MB", 100, "lean", at_most=150, note="what holds it"),), 2.0)
FAILED = Finding("Kills", (), 3.0, failed="BenchError: no worker\nand its log")


def test_the_page_says_what_was_measured_and_why_a_bound_is_broken() -> None:
    page = as_markdown([KEPT, BROKEN], WHERE)
    assert "| events | 33 |  |  | ≤ 33 | ok |" in page
    assert "| worker \\| idle | 200 MB | 100 MB (lean) | 2 × | ≤ 150 MB | short |" in page
    assert "- events: 11 a touch." in page
    short = page.partition("## What falls short")[2]
    assert "**Memory, worker | idle**: 200 MB, 2 × lean, bound ≤ 150 MB. what holds it." in short
    assert "History" not in short


def test_a_row_that_could_not_be_measured_is_named_with_its_first_reason() -> None:
    page = as_markdown([FAILED], WHERE)
    assert "- **Kills**: could not be measured. BenchError: no worker" in page
    assert "and its log" not in page


def test_the_page_says_that_nothing_falls_short_only_when_nothing_does() -> None:
    assert "every bound was kept" in as_markdown([KEPT], WHERE)
    assert "every bound was kept" not in as_markdown([KEPT, FAILED], WHERE)


def test_the_page_names_what_is_not_built() -> None:
    page = as_markdown([KEPT], WHERE)
    assert all(row in page for row in NOT_BUILT)


def test_the_terminal_shows_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([KEPT, BROKEN, FAILED], WHERE)
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("History", "Memory", "Kills", "short", "no worker"))


def test_rows_have_names_of_their_own() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
