"""What a resume would do, told before it is done: the same code, run on a copy."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.facts import FactKind
from domain.gates import Gate
from domain.outlook import upcoming
from domain.relationships import Relationship
from domain.resumptions import overdue, read_policy, resume

DAYS_SHOWN = timedelta(days=30)


@dataclass(slots=True)
class Effect:
    """`overdue` messages would have left by now, `dropped` ones never will; `by_day` are those that leave next, by UTC day (ISO)."""

    people: int = 0
    overdue: int = 0
    dropped: int = 0
    by_day: Counter[str] = field(default_factory=Counter)

    def add(self, other: Effect) -> None:
        """Count further people."""
        self.people += other.people
        self.overdue += other.overdue
        self.dropped += other.dropped
        self.by_day += other.by_day

    def summary(self) -> dict[str, Any]:
        """As plain JSON, the days in their order."""
        days = dict(sorted(self.by_day.items()))
        return {"people": self.people, "overdue": self.overdue, "dropped": self.dropped, "by_day": days}


def preview(relationship: Relationship, scope: str, policy: str, now: datetime, span: timedelta = DAYS_SHOWN) -> Effect:
    """What a resume would mean for one person within a span. Raises ValueError for a policy that can't be read."""
    read_policy(policy)
    ahead = copy.deepcopy(relationship)
    late = len(overdue(ahead, scope, now))
    facts = resume(ahead, scope, policy, now)
    dropped = sum(fact.kind is FactKind.NOT_SENT and fact.outcome == Gate.DROPPED for fact in facts)
    days = Counter(touch.due.date().isoformat() for touch in upcoming(ahead, now, span))
    return Effect(1, late, dropped, days)


def previews(relationships: Iterable[Relationship], scope: str, policy: str, now: datetime) -> Effect:
    """What a resume would mean for all of them."""
    total = Effect()
    for relationship in relationships:
        total.add(preview(relationship, scope, policy, now))
    return total
