"""What providers reported of messages: kept once each, and how far it takes a touch in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.rows import as_rows
from storage.tables import candidates, contact_points, ledger, message_events

CHANNELS = {"email": "email", "phone": "sms"}
"""By which channel a contact point is reached."""
COMES_AFTER = {
    "delivered": ("accepted",),
    "bounced": ("accepted", "delivered"),
    "failed": ("accepted",),
    "complained": ("accepted", "delivered", "bounced"),
}
"""From which states a fate takes a touch on: reports come in any order, and a later one never undoes what outweighs it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A touch that a report is about. `erased`: nothing further is kept of the person."""

    touch_key: str
    candidate_id: str
    channel: str
    state: str
    address: str
    message_id: str
    provider_id: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A report as it is kept. `at` is a story moment."""

    provider: str
    event_key: str
    touch_key: str
    kind: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a touch: delivered, bounced, complained, failed; with the provider's code and words."""

    touch_key: str
    state: str
    code: str
    because: str
    at: datetime


_SENT: Select[Any] = select(
    *(ledger.c[name] for name in Sent.__dataclass_fields__ if name != "erased"), candidates.c.erased
).join(candidates, candidates.c.id == ledger.c.candidate_id)
_SETTLE = text(
    """
    update ledger as l
    set state = t.state, settled_at = t.at, error = case when t.state = 'delivered' then l.error else t.code end,
        because = case when t.state = 'delivered' then l.because else t.because end
    from json_to_recordset(cast(:rows as json)) as t (touch_key text, state text, code text, because text, at timestamptz)
    where l.touch_key = t.touch_key and l.state = any (:before)
    """
)


def find(connection: Connection, touch_keys: Iterable[str], names: Iterable[str]) -> list[Sent]:
    """Touches by their keys, and by their Message-IDs or providers' ids (`names`)."""
    c = ledger.c
    known = [name for name in set(names) if name]
    either = or_(c.touch_key.in_(set(touch_keys)), c.message_id.in_(known), c.provider_id.in_(known))
    return [Sent(*row) for row in connection.execute(_SENT.where(either))]


def newest_to(connection: Connection, kind: str, address: str) -> Sent | None:
    """The newest touch that left for an address (`email`) or number (`phone`): what a report without any id is most likely about."""
    c, p = ledger.c, contact_points.c
    owner = select(p.candidate_id).where(p.kind == kind, p.canonical.in_({address, address.casefold()}))
    left = _SENT.where(c.candidate_id.in_(owner), c.channel == CHANNELS[kind], c.handed_over_at.is_not(None))
    row = connection.execute(left.order_by(c.handed_over_at.desc()).limit(1)).first()
    return Sent(*row) if row else None


def note(connection: Connection, noted: Sequence[Noted]) -> None:
    """Keep reports; those that were kept before stay as they are."""
    if noted:
        names = Noted.__dataclass_fields__
        rows = [{name: getattr(one, name) for name in names} for one in noted]
        connection.execute(upsert(message_events).on_conflict_do_nothing(), rows)


def settle(connection: Connection, fates: Sequence[Fate]) -> None:
    """Take touches on to what became of them, each only from a state that comes before. Of several the gravest holds.

    A touch that is being handed over is left alone: its own acceptance looks for what was reported meanwhile.
    """
    for state, before in COMES_AFTER.items():
        chosen = {fate.touch_key: fate for fate in fates if fate.state == state}
        if chosen:
            connection.execute(_SETTLE, {"rows": as_rows(chosen.values()), "before": list(before)})


def soft_bounces(connection: Connection, sent: Sent, since: datetime, until: datetime) -> int:
    """How often in a row messages to the address of a touch came back for now, since a moment and since the last that arrived."""
    e, c = message_events.c, ledger.c
    same = (c.candidate_id == sent.candidate_id) & (c.address == sent.address)
    reported = (
        select(e.kind, e.at)
        .join(ledger, c.touch_key == e.touch_key)
        .where(same, e.at > since, e.at <= until)
        .subquery()
    )
    arrived = select(func.max(reported.c.at)).where(reported.c.kind == "delivered").scalar_subquery()
    since_then = (reported.c.kind == "soft_bounced") & (reported.c.at > func.coalesce(arrived, since))
    return connection.scalar(select(func.count()).select_from(reported).where(since_then)) or 0
