"""Taking in what others sent: how far a page of it went."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TakeInPage:
    """Input of the activity `take_in_page`: read the inputs that wait beyond the id `after`, the oldest first."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Its answer: the last id that was looked at, whether nothing waits beyond it, and how many could not be read and are to be tried
    again."""

    last: int
    done: bool
    failing: int = 0
