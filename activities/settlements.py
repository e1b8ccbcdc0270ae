"""What else becomes true when a touch is settled: the plan loses it, alerts are told of, the workflow's closing facts hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.facts import Fact, FactKind
from domain.touches import LEFT, Outcome, Purpose, SendTouch, Settlement
from storage import facts, ledger, matches, upcoming


@dataclass(frozen=True, slots=True)
class Delivered:
    """A touch that a provider has taken over."""

    order: SendTouch
    acceptance: ledger.Acceptance

    def settlement(self) -> Settlement:
        """What the workflow is answered."""
        return Settlement(Outcome.SENT, self.acceptance.at)


def accept(connection: Connection, delivered: Sequence[Delivered]) -> None:
    """Record that providers have taken messages over, and what follows, for many at once."""
    ledger.accept(connection, [one.acceptance for one in delivered])
    for one in delivered:
        _follow(connection, one.order, one.settlement())


def finish(connection: Connection, order: SendTouch, settlement: Settlement) -> None:
    """Record what follows from one settlement that is no deferral."""
    upcoming.drop(connection, [order.touch.key])
    _follow(connection, order, settlement)


def _follow(connection: Connection, order: SendTouch, settlement: Settlement) -> None:
    if order.touch.purpose is Purpose.ALERTS and order.touch.opening_id:
        matches.settle(connection, [_match_outcome(order, settlement)])
    if order.afterwards:
        left = settlement.outcome in LEFT
        read = [Fact.read(fact) for fact in order.afterwards]
        facts.apply(connection, order.candidate_id, [one for one in read if left or one.kind is not FactKind.PROMISE])


def _match_outcome(order: SendTouch, settlement: Settlement) -> matches.MatchOutcome:
    """The alert's key ends in its round: `…/alert/round-2`."""
    touch = order.touch
    number = touch.key.rpartition("/round-")[2]
    told = settlement.outcome is Outcome.SENT
    because = "" if told else f"{settlement.gate or settlement.outcome}: {settlement.because}"
    return matches.MatchOutcome(
        touch.opening_id, int(number) if number.isdigit() else 1, order.candidate_id, "told" if told else "not_told",
        because, settlement.at,
    )  # fmt: skip
