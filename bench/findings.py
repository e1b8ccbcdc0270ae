"""What a measurement found, against its bound: one line of the table each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a line keeps its bound."""

    OK = "ok"
    SHORT = "short"
    INFO = "–"
    """There is no bound: it is measured to explain another line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measured value.

    `control` is what the named control needed in the same run. `at_most` bounds the value itself, `times_control` its ratio to
    the control. `note` says what the value is made of, or why it falls short.
    """

    what: str
    value: float
    unit: str = ""
    control: float | None = None
    control_name: str = ""
    at_most: float | None = None
    times_control: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value in multiples of the control; None where there is none to compare with."""
        return self.value / self.control if self.control else None

    @property
    def verdict(self) -> Verdict:
        """Every bound that is given must hold; a bound on a ratio that could not be measured does not."""
        kept = []
        if self.at_most is not None:
            kept.append(self.value <= self.at_most)
        if self.times_control is not None:
            kept.append(self.ratio is not None and self.ratio <= self.times_control)
        if not kept:
            return Verdict.INFO
        return Verdict.OK if all(kept) else Verdict.SHORT

    @property
    def bound(self) -> str:
        """The bounds in words."""
        said = []
        if self.at_most is not None:
            said.append(f"≤ {number(self.at_most)}{_spaced(self.unit)}")
        if self.times_control is not None:
            said.append(f"≤ {number(self.times_control)} × control")
        return ", ".join(said)

    def measured(self) -> str:
        """The value with its unit."""
        return f"{number(self.value)}{_spaced(self.unit)}"

    def compared(self) -> str:
        """The control's value with its unit and name."""
        if self.control is None:
            return ""
        return f"{number(self.control)}{_spaced(self.unit)} ({self.control_name})"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the page: what was asked, the lines that answer it, and the seconds it took. `failed` says why there are none."""

    title: str
    lines: tuple[Line, ...]
    seconds: float
    failed: str = ""

    @property
    def verdict(self) -> Verdict:
        """Short when a line is, or when the measurement failed."""
        verdicts = {line.verdict for line in self.lines}
        if self.failed or Verdict.SHORT in verdicts:
            return Verdict.SHORT
        return Verdict.OK if Verdict.OK in verdicts else Verdict.INFO


def number(value: float) -> str:
    """Three significant digits, whole numbers whole."""
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value):,}".replace(",", " ")
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1] of the values do not exceed (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("no values to take a percentile of")
    rank = math.ceil(share * len(values) - 1e-9)
    return sorted(values)[max(rank, 1) - 1]


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""
