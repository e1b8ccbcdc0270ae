"""When a message does not leave for good, or nobody can tell: who must hear of it, and what must not be tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from activities.settlements import finish
from channels.messages import Fault, PermanentSendError
from domain.gates import Gate
from domain.touches import Outcome, SendTouch, Settlement
from storage import consents, contacts, inspections, ledger, tasks
from storage.locks import lock_candidates

ACCOUNT_RECHECK = timedelta(hours=1)
"""How long a touch rests while a provider refuses our account: an operator must act, and nobody's message is lost by it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A provider's permanent refusal of the claim that `attempts` numbers, at a story moment."""

    order: SendTouch
    attempts: int
    provider: str
    error: PermanentSendError
    at: datetime


def refuse(connection: Connection, refusal: Refusal) -> Settlement | None:
    """Record a refusal by whose fault it is; None, and nothing is written, when another attempt has taken the touch on.

    The address: it is suppressed. The person said stop: consent is withdrawn. The content: a person must look. Our account: the
    touch waits, since the message is as good as before.
    """
    order, error, at = refusal.order, refusal.error, refusal.at
    lock_candidates(connection, [order.candidate_id])
    if error.fault is Fault.ACCOUNT:
        return _rest(connection, refusal)
    gate = Gate.OPTED_OUT if error.fault is Fault.OPTED_OUT else Gate.UNDELIVERABLE
    settlement = Settlement(Outcome.FAILED, at, gate, because=str(error))
    conclusion = ledger.Conclusion(
        order.touch.key, refusal.attempts, "failed", gate, str(error), error=error.code, settled_at=at
    )
    if not ledger.conclude(connection, conclusion):
        return None
    match error.fault:
        case Fault.ADDRESS:
            _suppress(connection, refusal)
        case Fault.OPTED_OUT:
            _opt_out(connection, refusal)
        case Fault.CONTENT:
            because = f"{refusal.provider} refuses the message: {error}"
            key = order.touch.key
            tasks.ask(
                connection, [tasks.NewTask(f"refused/{key}", "refused_message", because, at, order.candidate_id, key)]
            )
    finish(connection, order, settlement)
    return settlement


def leave_unknown(
    connection: Connection, order: SendTouch, attempts: int, reason: str, at: datetime
) -> Settlement | None:
    """Nobody can tell whether it left: never sent again by itself, and a person is asked to find out. None: as `refuse`."""
    settlement = Settlement(Outcome.UNKNOWN, at, because=reason)
    conclusion = ledger.Conclusion(order.touch.key, attempts, "unknown", because=reason, settled_at=at)
    if not ledger.conclude(connection, conclusion):
        return None
    tasks.ask(connection, [ledger.unknown_fate(order.touch.key, order.candidate_id, at)])
    finish(connection, order, settlement)
    return settlement


def _rest(connection: Connection, refusal: Refusal) -> Settlement | None:
    until = refusal.at + ACCOUNT_RECHECK
    because = f"{refusal.provider} refuses our account: {refusal.error}"
    conclusion = ledger.Conclusion(
        refusal.order.touch.key, refusal.attempts, "intended", Gate.UNDELIVERABLE, because, refusal.error.code, until
    )
    if not ledger.conclude(connection, conclusion):
        return None
    task = tasks.NewTask(f"account/{refusal.provider}/{refusal.error.code}", "account", because, refusal.at)
    tasks.ask(connection, [task])
    return Settlement(Outcome.DEFERRED, refusal.at, Gate.UNDELIVERABLE, until, because)


def _suppress(connection: Connection, refusal: Refusal) -> None:
    row = inspections.touch(connection, refusal.order.touch.key)
    if row:
        reason = f"refused by {refusal.provider} {refusal.error.code}".strip()
        contacts.suppress(connection, contacts.KINDS[row.channel], row.address, reason)


def _opt_out(connection: Connection, refusal: Refusal) -> None:
    order = refusal.order
    consents.opt_out(
        connection, order.candidate_id, "*", order.touch.channel, at=refusal.at,
        event_id=f"refused:{order.touch.key}", source=refusal.provider,
    )  # fmt: skip
