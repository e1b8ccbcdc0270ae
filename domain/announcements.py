"""An opening's own life: opened, announced to the people it may fit by pages, closed or filled, opened again."""

from dataclasses import dataclass, field
from typing import Any

from domain.clocks import Clock


@dataclass(slots=True)
class OpeningState:
    """The state of one opening: the only argument of its workflow. `cursor` is the last candidate id considered in this round."""

    opening_id: str
    clock: Clock = field(default_factory=Clock)
    status: str = "draft"
    round: int = 0
    announcing: bool = False
    cursor: str = ""
    considered: int = 0
    told: dict[str, int] = field(default_factory=dict)

    def open(self) -> None:
        """Begin a round: from now on people are announced to."""
        self.status, self.round = "open", self.round + 1
        self.announcing, self.cursor, self.considered, self.told = True, "", 0, {}

    def end(self, status: str) -> None:
        """Close or fill: nobody further is announced to."""
        self.status, self.announcing = status, False

    def progress(self) -> dict[str, Any]:
        """Where the opening stands, for operators."""
        return {
            "status": self.status,
            "round": self.round,
            "announcing": self.announcing,
            "considered": self.considered,
        }


@dataclass(frozen=True, slots=True)
class MarkOpening:
    """Input of the activity `mark_opening`: the opening's new status and round, to be recorded."""

    opening_id: str
    status: str
    round: int


@dataclass(frozen=True, slots=True)
class AnnouncePage:
    """Input of the activity `announce_page`: announce this round to the next people after `after`, in the order of ids."""

    opening_id: str
    round: int
    after: str = ""
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class AnnouncedPage:
    """Its answer: how many people were considered, the last id among them, whether any are left, and the counts so far by outcome."""

    considered: int
    last: str
    done: bool
    told: dict[str, int]
