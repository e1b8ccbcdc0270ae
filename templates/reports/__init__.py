"""Reports as one HTML file each: nothing is loaded from elsewhere, every chart has its words and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

FULL_HEIGHT = 105


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `height` in 120ths of the chart."""

    label: str
    value: int
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart with what it shows in words."""

    title: str
    summary: str
    bars: Sequence[Bar]

    @property
    def width(self) -> int:
        """In bars."""
        return max(len(self.bars), 1)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names the row, the others are numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def chart(title: str, values: Sequence[tuple[str, int]], summary: str) -> Chart:
    """Bars in the order of the values, the highest of full height."""
    most = max((value for _, value in values), default=0) or 1
    return Chart(title, summary, [Bar(label, value, value / most * FULL_HEIGHT) for label, value in values])


def rehearsal_html(
    title: str, summary: str, broken: Sequence[str], charts: Sequence[Chart], tables: Sequence[Table]
) -> str:
    """The report of a rehearsal or a forecast."""
    return _template("rehearsal.html").render(title=title, summary=summary, broken=broken, charts=charts, tables=tables)


@cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(name)
