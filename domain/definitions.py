"""What a signal may name without carrying it: an opening's pipeline, a journey's plan."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LoadDefinitions:
    """Input of the activity `load_definitions`: an opening's id, or a journey and its version (0: the newest)."""

    opening_id: str = ""
    journey: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Definitions:
    """Its answer. `found` is False when the opening or the version does not exist; an empty pipeline is the default one."""

    found: bool
    pipeline: dict[str, Any] | None = None
    plan: dict[str, Any] | None = None
