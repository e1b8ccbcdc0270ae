"""What a signal may name without carrying it: an opening's pipeline, a journey's plan."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.clocks import Clock


@dataclass(frozen=True, slots=True)
class LoadDefinitions:
    """Input of the activity `load_definitions`: an opening's id, or a journey and its version (0: the newest)."""

    opening_id: str = ""
    journey: str = ""
    version: int = 0
    candidate_id: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Its answer. `found` is False when the opening or the version does not exist; an empty pipeline is the default one.

    `refusal` says why the candidate may not enter the journey by its entry rules; empty when they may. `guide` is the opening's.
    """

    found: bool
    pipeline: dict[str, Any] | None = None
    plan: dict[str, Any] | None = None
    refusal: str = ""
    guide: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DecideStep:
    """Input of the activity `decide_step`: which way a person takes at a step of a journey version, asked on what is on record.

    `answers` are how earlier steps came out. `facts` are what the workflow has learnt and not yet recorded: written first.
    """

    candidate_id: str
    journey: str
    version: int
    occurrence: str
    step: str
    answers: dict[str, str] = field(default_factory=dict)
    clock: Clock | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decision:
    """Its answer: the first `case` (from 0) that holds, -1 for none; `until`, the moment on record that a wait counts from, None where
    the fact is missing. `because` shows why, without personal data."""

    case: int = -1
    until: datetime | None = None
    because: str = ""
