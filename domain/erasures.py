"""The end of a relationship: the person was erased, and nothing is ever sent, promised or remembered again."""

from __future__ import annotations

from datetime import datetime

from domain.arbiter import proposals
from domain.facts import Fact
from domain.gates import Gate
from domain.journeys import exit_journey, not_sent
from domain.obligations import settle_promise
from domain.promises import PromiseState
from domain.relationships import Keeping, Relationship

ERASED = "the person was erased"


def erase(relationship: Relationship, now: datetime) -> list[Fact]:
    """Withdraw everything; the facts say so for each message that was planned. Whoever drives the relationship lets it end here."""
    if relationship.erased:
        return []
    relationship.erased = True
    stays = [*relationship.enrollments, *(aside.enrollment.plan.journey for aside in relationship.set_aside)]
    facts = [fact for journey in stays for fact in exit_journey(relationship, journey, ERASED, now, gate=Gate.ERASED)]
    facts += [not_sent(relationship, offer.touch, Gate.ERASED, ERASED, now) for offer in proposals(relationship)]
    for promise in list(relationship.promises.values()):
        facts += settle_promise(relationship, promise, PromiseState.WAIVED, ERASED, now)
    relationship.messages, relationship.scheduled, relationship.set_aside, relationship.heard = [], [], [], []
    relationship.alerts, relationship.bookings, relationship.keeping = {}, {}, Keeping()
    relationship.outlook_stale = True
    relationship.note(now, "erased")
    return facts
