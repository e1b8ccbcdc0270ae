"""What many rehearsed lives add up to: who was sent what and when, what was held or dropped by which gate, where journeys collide."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.rehearsals import Happened

STAYS = ("active", "finished", "reached", "exited", "refused", "held_out")
"""How a stay in a journey may stand."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rehearsal must not exceed: messages a day, of all and of one sender; 0 for no limit. Days are those of UTC."""

    per_day: int = 0
    per_sender_day: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A limit that is exceeded: the first day, by how much, and whose it is (empty: everybody's)."""

    day: date
    count: int
    limit: int
    sender: str = ""

    def __str__(self) -> str:
        whose = f" by {self.sender}" if self.sender else ""
        return f"{self.count} messages{whose} on {self.day}, the first day above the limit of {self.limit}"


@dataclass(slots=True)
class GateTotal:
    """What one gate did: touches it dropped, times it put one off, and the first day of either."""

    skipped: int = 0
    deferred: int = 0
    first: date = date.max


@dataclass(slots=True)
class StepTotal:
    """What became of one step of a journey."""

    sent: int = 0
    skipped: int = 0
    deferred: int = 0
    replied: int = 0
    opted_out: int = 0


@dataclass(slots=True)
class Totals:
    """Everything counted. `steps` are by (journey, step); `stays` by journey and how they stand; `refusals` by reason; `collisions` are
    the people in whom the first journey waited for the second to end."""

    people: int = 0
    sent: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    by_sender_day: Counter[tuple[str, date]] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    by_sender: Counter[str] = field(default_factory=Counter)
    steps: dict[tuple[str, str], StepTotal] = field(default_factory=lambda: defaultdict(StepTotal))
    gates: dict[str, GateTotal] = field(default_factory=lambda: defaultdict(GateTotal))
    stays: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    collisions: Counter[tuple[str, str]] = field(default_factory=Counter)
    tasks: Counter[date] = field(default_factory=Counter)
    forgotten: Counter[date] = field(default_factory=Counter)
    """People whose data would be erased, the retention being over."""

    def add(self, life: Sequence[Happened]) -> None:
        """Count one person's life."""
        self.people += 1
        for one in life:
            day = one.at.date()
            if one.kind in STAYS:
                self.stays[one.journey, one.kind] += 1
                if one.kind == "refused":
                    self.refusals[one.because] += 1
            elif one.kind == "behind":
                self.collisions[one.journey, one.because] += 1
            elif one.kind == "task":
                self.tasks[day] += 1
            elif one.kind == "forgotten":
                self.forgotten[day] += 1
            else:
                self._count_touch(one, day)

    def _count_touch(self, one: Happened, day: date) -> None:
        step = self.steps[one.journey or one.purpose, one.step]
        if one.kind == "sent":
            self.sent += 1
            self.by_day[day] += 1
            self.by_channel[one.channel] += 1
            self.by_sender[one.sender] += 1
            self.by_sender_day[one.sender, day] += 1
            step.sent += 1
            return
        if one.kind in ("replied", "opted_out"):
            setattr(step, one.kind, getattr(step, one.kind) + 1)
            return
        gate = self.gates[one.gate]
        gate.first = min(gate.first, day)
        if one.kind == "deferred":
            step.deferred += 1
            gate.deferred += 1
        else:
            step.skipped += 1
            gate.skipped += 1

    def busiest(self) -> tuple[date, int] | None:
        """The day with the most messages."""
        return max(self.by_day.items(), key=lambda pair: (pair[1], pair[0])) if self.by_day else None


def broken_limits(totals: Totals, limits: Limits) -> list[Broken]:
    """The limits that the lives exceed, each with its first day; empty where all are kept."""
    broken: list[Broken] = []
    if limits.per_day:
        days = (Broken(day, count, limits.per_day) for day, count in totals.by_day.items() if count > limits.per_day)
        broken += sorted(days)[:1]
    if limits.per_sender_day:
        over: dict[str, Broken] = {}
        for (sender, day), count in sorted(totals.by_sender_day.items(), key=lambda pair: pair[0][1]):
            if sender and count > limits.per_sender_day and sender not in over:
                over[sender] = Broken(day, count, limits.per_sender_day, sender)
        broken += sorted(over.values())
    return broken
