"""What a set of cases comes to: a score with its bar, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_MISSES = 5
"""Misses that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many of how many cases went right; `bar` is the share that must, 0 where the number is only told. `misses` name cases."""

    name: str
    right: int
    total: int
    bar: float
    misses: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 1.0

    @property
    def holds(self) -> bool:
        """Whether the bar is met; a set without cases meets none."""
        return bool(self.total) and self.share >= self.bar


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A set that the product does not handle yet."""

    name: str
    why: str


Scores = Iterable[Score | NotBuilt]


@dataclass(frozen=True, slots=True)
class CaseSet:
    """A kind of cases: the file or folder below the given one, and what runs it."""

    place: str
    run: Callable[[Path], Scores]


def score(name: str, outcomes: Iterable[tuple[str, bool]], bar: float = 1.0) -> Score:
    """The score of outcomes, (case, went right)."""
    told = list(outcomes)
    return Score(
        name, sum(right for _, right in told), len(told), bar, tuple(case for case, right in told if not right)
    )
