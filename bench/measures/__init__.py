"""The rows of the table, in its order."""

from __future__ import annotations

from dataclasses import dataclass

from bench.measures import sends
from bench.runs import Measure


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what `--only` calls it, its title, and how it is measured."""

    name: str
    title: str
    measure: Measure


ROWS = (Row("sends", "Send path", sends.measure),)
