"""What else becomes true when a touch is settled: the plan loses it, alerts are told of, the workflow's closing facts hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from activities.letters import note_settled
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.touches import LEFT, Outcome, Purpose, SendTouch, Settlement, touch_key
from storage import facts, ledger, matches, openings, upcoming

_NOT_OPEN = "the opening is not open"


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
    touch = order.touch
    note_settled(connection, order, settlement)
    if touch.purpose is Purpose.ALERTS and touch.opening_id:
        # The alert's key ends in its round: `…/alert/round-2`.
        number = touch.key.rpartition("/round-")[2]
        outcome = _match_outcome(order, touch.opening_id, int(number) if number.isdigit() else 1, settlement)
        matches.settle(connection, [outcome])
        if touch.also and settlement.outcome in LEFT:
            _merge(connection, order, settlement)
    if order.afterwards:
        left = settlement.outcome in LEFT
        read = [Fact.read(fact) for fact in order.afterwards]
        facts.apply(connection, order.candidate_id, [one for one in read if left or one.kind is not FactKind.PROMISE])


def _merge(connection: Connection, order: SendTouch, settlement: Settlement) -> None:
    """Settle the alerts that this one has taken along: told where it names their opening, and never sent by themselves."""
    told = set(ledger.told_also(connection, order.touch.key))
    closed = Settlement(Outcome.SKIPPED, settlement.at, Gate.WITHDRAWN, because=_NOT_OPEN)
    outcomes = []
    for opening_id, number in openings.rounds(connection, order.touch.also).items():
        is_told = opening_id in told
        outcomes.append(_match_outcome(order, opening_id, number, settlement if is_told else closed))
        merged = Fact(
            FactKind.NOT_SENT, settlement.at, purpose=Purpose.ALERTS, channel=order.touch.channel,
            template=order.touch.template, opening_id=opening_id,
            touch_key=touch_key(order.candidate_id, Purpose.ALERTS, opening_id, "alert", f"round-{number}"),
            outcome=Gate.MERGED if is_told else Gate.WITHDRAWN,
            because=f"told by the alert about {order.touch.opening_id}" if is_told else _NOT_OPEN,
        )  # fmt: skip
        ledger.withdraw(connection, order.candidate_id, merged)
    matches.settle(connection, outcomes)


def _match_outcome(
    order: SendTouch, opening_id: str, round_number: int, settlement: Settlement
) -> matches.MatchOutcome:
    told = settlement.outcome is Outcome.SENT
    because = "" if told else f"{settlement.gate or settlement.outcome}: {settlement.because}"
    outcome = "told" if told else "not_told"
    return matches.MatchOutcome(opening_id, round_number, order.candidate_id, outcome, because, settlement.at)
