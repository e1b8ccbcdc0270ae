"""The rows of the table, in its order."""

from __future__ import annotations

from dataclasses import dataclass

from bench.measures import acknowledgments, alerts, dormancy, histories, kills, matches, sends, touches, windows
from bench.runs import Measure


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what `--only` calls it, its title, and how it is measured."""

    name: str
    title: str
    measure: Measure


ROWS = (
    Row("history", "History of a three-touch journey", histories.measure),
    Row("touches", "Timed touches", touches.measure),
    Row("sends", "Send path", sends.measure),
    Row("acknowledgments", "Acknowledgment", acknowledgments.measure),
    Row("kills", "kill -9 of the worker", kills.measure),
    Row("dormancy", "Open and dormant candidates", dormancy.measure),
    Row("windows", "Local time", windows.measure),
    Row("matches", "An opening against a large pool", matches.measure),
    Row("alerts", "Opening alerts", alerts.measure),
)
