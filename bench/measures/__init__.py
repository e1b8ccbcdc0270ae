"""The rows of the table, in its order."""

from __future__ import annotations

from dataclasses import dataclass

from bench.measures import (
    acknowledgments,
    alerts,
    dormancy,
    histories,
    kills,
    matches,
    rehearsals,
    sends,
    touches,
    webhooks,
    windows,
)
from bench.runs import Measure


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what `--only` calls it, its title, how it is measured, and the seconds that this takes on an idle machine of two cores."""

    name: str
    title: str
    measure: Measure
    seconds: float


ROWS = (
    Row("history", "History of a three-touch journey", histories.measure, 1),
    Row("touches", "Timed touches", touches.measure, 95),
    Row("sends", "Send path", sends.measure, 22),
    Row("acknowledgments", "Acknowledgment", acknowledgments.measure, 48),
    Row("webhooks", "Webhooks beside mails", webhooks.measure, 155),
    Row("kills", "kill -9 of the worker", kills.measure, 140),
    Row("dormancy", "Open and dormant candidates", dormancy.measure, 125),
    Row("windows", "Local time", windows.measure, 43),
    Row("matches", "An opening against a large pool", matches.measure, 10),
    Row("rehearsal", "Rehearsal", rehearsals.measure, 15),
    Row("alerts", "Opening alerts", alerts.measure, 35),
)
