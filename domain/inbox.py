"""Taking in signals: which are repeated, which can't be read, and that a refused one may come again under its id.

An event id counts once its event has happened. A signal that is refused has not: corrected, and sent again under the same id, it counts.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b

from domain.events import BadEvent, Event, event_id_of, read_event
from domain.facts import Fact, FactKind
from domain.relationships import REFUSED_SIGNALS, Relationship, Signal
from domain.transitions import apply

LONGEST_REFUSAL = 300
"""Characters that are kept of what was wrong."""
LONGEST_ID = 80
_VALUES = re.compile(r"'[^']*'|\"[^\"]*\"")


def read_signal(relationship: Relationship, signal: Signal, now: datetime) -> Event | None:
    """The event of a signal; None for one whose event has happened, and for one that can't be read, which is refused."""
    if relationship.knows(signal.name, signal.payload):
        return None
    try:
        return read_event(signal.name, signal.payload, now)
    except BadEvent as error:
        relationship.refuse(str(error))
        _record(relationship, signal, error.plain, now)
        return None


def refuse(relationship: Relationship, signal: Signal, because: str, now: datetime) -> None:
    """Refuse a signal that could be read, such as one about an opening that nobody knows."""
    relationship.refuse(because)
    _record(relationship, signal, because, now)


def let_happen(relationship: Relationship, signal: Signal, event: Event, now: datetime) -> list[Fact]:
    """Let the event of a signal happen, and know it from then on, unless the core can't use it. Returns what is to be recorded."""
    before = relationship.refusals
    facts = apply(relationship, event, now)
    if relationship.refusals > before:
        return [*facts, _record(relationship, signal, _VALUES.sub("…", relationship.refused[-1]), now)]
    relationship.remember(signal.name, signal.payload)
    event_id = event_id_of(signal.name, signal.payload)
    if event_id not in relationship.refused_ids:
        return facts
    relationship.refused_ids.remove(event_id)
    corrected = Fact(
        FactKind.REFUSED, now, event_id=_shown(event_id), touch_key=_key(relationship, event_id), outcome="done"
    )
    relationship.unrecorded.append(corrected.compact())
    return [*facts, corrected]


def _record(relationship: Relationship, signal: Signal, plain: str, now: datetime) -> Fact:
    """Keep on record that a signal was refused, as work for a person. Of its content that shows no more than name and id."""
    event_id = event_id_of(signal.name, signal.payload)
    if event_id not in relationship.refused_ids:
        relationship.refused_ids = [*relationship.refused_ids, event_id][-REFUSED_SIGNALS:]
    shown = _shown(event_id)
    because = f"correct a signal that was refused and send it again: {plain[:LONGEST_REFUSAL]} (event {shown})"
    fact = Fact(
        FactKind.REFUSED, now, event_id=shown, touch_key=_key(relationship, event_id), outcome="ask", because=because,
        by=relationship.owner,
    )  # fmt: skip
    relationship.unrecorded.append(fact.compact())
    return fact


def _shown(event_id: str) -> str:
    """An event id as it is kept: itself where it is one, else its digest."""
    if len(event_id) <= LONGEST_ID and event_id.isascii() and event_id.isprintable():
        return event_id
    return "digest-" + blake2b(event_id.encode(errors="replace"), digest_size=12).hexdigest()


def _key(relationship: Relationship, event_id: str) -> str:
    return f"refused/{relationship.candidate_id}/{_shown(event_id)}"
