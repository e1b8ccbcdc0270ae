"""What is wrong with a message or a journey: every fault of one run, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake. `line` and `column` count from 1; `cure` says what to write instead."""

    file: str
    line: int
    column: int
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}; {self.cure}"


class Faults(Exception):
    """All faults of one reading, in order of file and line. The text has one line for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class MessageFaults(Faults):
    """A message file can't be used."""


class JourneyFaults(Faults):
    """A journey can't be published."""


def cure_for(word: str, known: Iterable[str]) -> str:
    """`did you mean 'send'?` where a known word is close, else all known ones."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"did you mean {close[0]!r}?" if close else "known are " + ", ".join(names)
