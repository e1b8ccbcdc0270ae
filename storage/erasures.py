"""Forgetting a person: what becomes of every column of theirs, and how they are known again without being kept.

What `keepwarm prove` needs stays: that a message left, when, by which consent. What it said, to whom and where does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage import redactions
from storage.candidates import UnknownCandidate
from storage.forgotten import PERSON, digest
from storage.locks import lock_candidates
from storage.tables import candidates, contact_points, erasures, ledger
from storage.tables.conversations import messages

LEAVING_FOR = 15
"""Seconds of real time during which a message that was handed over may still be on its way: a send's start-to-close timeout."""
SHORTEST_ID = 12
"""Letters of an id that is looked for in raw input: shorter ones stand in other people's too."""
FORGOTTEN = "erased"
"""What stands where a name was, and in front of what replaces an id."""


class StillLeaving(RuntimeError):
    """A message to this person is being handed over at this moment; ask again in some seconds."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of a table's rows about one person: they go, or columns of theirs are set to SQL expressions.

    `rows` finds them by `:person`. Columns that are neither set nor kept are a mistake that a test finds.
    """

    rows: str = "candidate_id = :person"
    goes: bool = False
    sets: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()


_GOES = Treatment(goes=True)
_BY_LEDGER = "touch_key in (select touch_key from ledger where candidate_id = :person)"
_ABOUT_THEIR_MESSAGES = "message in (select id from messages where candidate_id = :person)"
_NEW_ID = "'erased:' || id"
TREATMENTS: dict[str, Treatment] = {
    "attachments": Treatment(_ABOUT_THEIR_MESSAGES, goes=True),
    "letters": _GOES,
    "messages": _GOES,
    "received": Treatment(
        sets={"headers": "'{}'", "body": "''", "error": "''", "state": "'erased'"},
        keeps=("id", "source", "source_key", "content_type", "attempts", "candidate_id", "taken_in_at", "recorded_at"),
    ),
    "contact_points": _GOES,
    "skills": _GOES,
    "tags": _GOES,
    "candidate_facts": _GOES,
    "pool_members": _GOES,
    "upcoming": _GOES,
    "tasks": _GOES,
    "decision_notes": _GOES,
    "bookings": _GOES,
    "signups": _GOES,
    "corrections": _GOES,
    "survey_answers": Treatment(
        sets={"comment": "''"}, keeps=("candidate_id", "opening_id", "score", "answers", "at", "recorded_at")
    ),
    "consent_log": Treatment(
        sets={"wording": "''", "source": "''", "ip": "''", "event_id": _NEW_ID},
        keeps=("id", "candidate_id", "purpose", "channel", "granted", "basis", "at", "expires_at", "recorded_at"),
    ),
    "message_events": Treatment(
        _BY_LEDGER,
        sets={"payload": "jsonb_strip_nulls(jsonb_build_object('provider_id', payload -> 'provider_id'))"},
        keeps=("id", "provider", "event_key", "touch_key", "kind", "at", "recorded_at"),
    ),
    "ledger": Treatment(
        sets={"address": "''", "subject": "''", "body": "''", "error": "''", "because": "''"},
        keeps=(
            *("id", "touch_key", "candidate_id", "purpose", "channel", "template", "opening_id", "journey", "version"),
            *("state", "gate", "due", "not_before", "consent_id", "message_id", "provider", "provider_id", "attempts"),
            *("doubts", "zone", "cap_per_day", "cap_per_week", "limits", "variant", "sender", "also", "claimed_at"),
            *("handed_over_at", "handed_over_recorded_at", "accepted_at", "settled_at", "recorded_at"),
        ),
    ),
    "stage_log": Treatment(
        sets={"because": "''", "event_id": _NEW_ID},
        keeps=("id", "candidate_id", "opening_id", "stage", "kind", "outcome", "by", "at", "recorded_at"),
    ),
    "applications": Treatment(
        keeps=("candidate_id", "opening_id", "stage", "stage_at", "kind", "furthest", "furthest_kind", "applied_at")
    ),
    "opening_matches": Treatment(
        sets={"factors": "'{}'", "because": "''", "score": "0"},
        keeps=("opening_id", "round", "candidate_id", "outcome", "at"),
    ),
    "enrollments": Treatment(
        sets={
            "because": "''",
            "answers": "'{}'",
            "status": "case status when 'active' then 'exited' else status end",
            "ended_at": "coalesce(ended_at, :at)",
        },
        keeps=("candidate_id", "journey", "version", "occurrence", "entered_at"),
    ),
    "journey_moves": Treatment(
        keeps=(
            *("id", "move_id", "candidate_id", "journey", "occurrence", "from_version", "to_version", "undoes", "by"),
            *("at", "moved_at", "recorded_at"),
        )
    ),
    "promises": Treatment(
        sets={
            "because": "''",
            "settled_at": "coalesce(settled_at, :at)",
            "state": "case state when 'due' then 'waived' else state end",
        },
        keeps=(
            *("id", "promise_key", "candidate_id", "kind", "opening_id", "owner", "made_at", "due", "escalated_at"),
            "recorded_at",
        ),
    ),
    "candidates": Treatment(
        "id = :person",
        sets={
            "full_name": f"'{FORGOTTEN}'",
            **dict.fromkeys(
                ("first_name", "country", "place", "source", "headline", "company", "owner", "level", "office"), "''"
            ),
            **dict.fromkeys(("zone_source", "pace"), "''"),
            **dict.fromkeys(("snoozed_until", "paused_at", "away_until", "cool_off_until"), "null"),
            **dict.fromkeys(("informed_at", "active_at"), "null"),
            "language": "'en'",
            "zone": "'UTC'",
            "preferred_channel": "'email'",
            "relationship_type": "'prospect'",
            "link_epoch": "link_epoch + 1",
            "erased_recorded_at": "coalesce(erased_recorded_at, clock_timestamp())",
        },
        keeps=("id", "erased", "started", "recorded_at"),
    ),
}
"""By table, in the order in which they are treated. Rows of tables that are not here are about nobody (`ABOUT_NOBODY`)."""
ABOUT_NOBODY = frozenset(
    {"candidate_numbers", "openings", "recruiters", "offices", "closures", "controls", "journey_versions", "slots"}
    | {"mailboxes", "erasures"}
)
"""Tables that say nothing about candidates; `erasures` holds keyed hashes alone."""

_STILL_LEAVING = text(
    """
    select count(*) from ledger where candidate_id = :person and state = 'handed_over'
      and handed_over_recorded_at > clock_timestamp() - :seconds * interval '1 second'
    """
)
_SETTLE = text(
    """
    update ledger set settled_at = :at, not_before = null, gate = case when state = 'handed_over' then gate else 'erased' end,
                      state = case when state = 'handed_over' then 'unknown' else 'skipped' end
    where candidate_id = :person and state in ('intended', 'claimed', 'handed_over')
    """
)
"""What had not left never will: a claim that is not handed over by now finds its row taken. What nobody can tell stays unknown."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten, for whoever has to forget it elsewhere too. It names the person: show it, keep it nowhere."""

    candidate_id: str
    addresses: tuple[str, ...]
    numbers: tuple[str, ...]
    message_ids: tuple[str, ...]
    rows: dict[str, int]


def erase(connection: Connection, candidate_id: str, *, key: bytes, by: str, because: str, at: datetime) -> Erased:
    """Forget a person, in the caller's transaction and under their lock. Again, it forgets what has come since.

    `key` is the deployment's signing key. Raises UnknownCandidate, and StillLeaving while a message is on its way to them.
    """
    lock_candidates(connection, [candidate_id])
    if connection.scalar(select(candidates.c.id).where(candidates.c.id == candidate_id)) is None:
        raise UnknownCandidate(f"no candidate {candidate_id}")
    if connection.scalar(_STILL_LEAVING, {"person": candidate_id, "seconds": LEAVING_FOR}):
        raise StillLeaving(f"a message to {candidate_id} is leaving at this moment; ask again in {LEAVING_FOR} seconds")
    known = _ways_to(connection, candidate_id)
    _remember(connection, candidate_id, known, key, by, because, at)
    own = redactions.Traces(candidate_id, tuple(value for _, value in known), _own_ids(connection, candidate_id))
    _claim_strays(connection, candidate_id, own)
    touched = {"received": redactions.cut_received(connection, own)}
    touched["message_events"] = redactions.cut_events(connection, own)
    _hide_provider_ids(connection, candidate_id, key)
    connection.execute(_SETTLE, {"person": candidate_id, "at": at})
    for table, treatment in TREATMENTS.items():
        touched[table] = touched.get(table, 0) + _treat(connection, table, treatment, candidate_id, at)
    return Erased(
        candidate_id,
        tuple(value for kind, value in known if kind == "email"),
        tuple(value for kind, value in known if kind == "phone"),
        own.message_ids,
        {table: count for table, count in touched.items() if count},
    )


def _treat(connection: Connection, table: str, treatment: Treatment, candidate_id: str, at: datetime) -> int:
    """Apply one table's treatment; how many rows."""
    if treatment.goes:
        order = f"delete from {table} where {treatment.rows}"  # noqa: S608 - our own constants
    elif treatment.sets:
        changes = ", ".join(f"{column} = {value}" for column, value in treatment.sets.items())
        order = f"update {table} set {changes} where {treatment.rows}"  # noqa: S608 - our own constants
    else:
        return 0
    named = {"person": candidate_id, **({"at": at} if ":at" in order else {})}
    return connection.execute(text(order), named).rowcount


def _ways_to(connection: Connection, candidate_id: str) -> list[tuple[str, str]]:
    """Every way to reach the person, present and past, as kind and canonical form or address."""
    c, sent = contact_points.c, ledger.c
    known: dict[tuple[str, str], None] = {}
    for row in connection.execute(select(c.kind, c.canonical, c.value).where(c.candidate_id == candidate_id)):
        known[row.kind, row.canonical] = known[row.kind, row.value] = None
    for address in connection.scalars(
        select(sent.address).where(sent.candidate_id == candidate_id, sent.address != "").distinct()
    ):
        known["email" if "@" in address else "phone", address] = None
    return list(known)


def _own_ids(connection: Connection, candidate_id: str) -> tuple[str, ...]:
    """The Message-IDs of all that they were sent and have sent, and the providers' names for it."""
    sent, came = ledger.c, messages.c
    found = connection.execute(select(sent.message_id, sent.provider_id).where(sent.candidate_id == candidate_id))
    ids = [one for row in found for one in row]
    ids += connection.scalars(select(came.message_id).where(came.candidate_id == candidate_id))
    return tuple(dict.fromkeys(one for one in ids if len(one) >= SHORTEST_ID))


def _claim_strays(connection: Connection, candidate_id: str, own: redactions.Traces) -> None:
    """What came from their addresses and was given to nobody yet is theirs."""
    c = messages.c
    theirs = c.candidate_id.is_(None) & func.lower(c.from_address).in_([way.casefold() for way in own.ways])
    connection.execute(update(messages).where(theirs).values(candidate_id=candidate_id))


def _hide_provider_ids(connection: Connection, candidate_id: str, key: bytes) -> None:
    """Put keyed hashes in the place of providers' ids: still equal where they were equal, and leading nowhere."""
    c = ledger.c
    plain = (c.candidate_id == candidate_id) & (c.provider_id != "") & ~c.provider_id.startswith(f"{FORGOTTEN}:")
    rows = connection.execute(select(c.id, c.provider_id).where(plain)).all()
    if rows:
        hidden = [{"row": row.id, "hidden": _hidden(key, row.provider_id)} for row in rows]
        connection.execute(
            update(ledger).where(c.id == bindparam("row")).values(provider_id=bindparam("hidden")), hidden
        )
    kept = connection.execute(
        text(f"select id, payload ->> 'provider_id' as provider_id from message_events where {_BY_LEDGER}"  # noqa: S608
             " and payload ->> 'provider_id' not like 'erased:%'"), {"person": candidate_id},
    ).all()  # fmt: skip
    if kept:
        change = text(
            "update message_events set payload = jsonb_build_object('provider_id', cast(:hidden as text)) where id = :row"
        )
        connection.execute(change, [{"row": row.id, "hidden": _hidden(key, row.provider_id)} for row in kept])


def _hidden(key: bytes, provider_id: str) -> str:
    return f"{FORGOTTEN}:{digest(key, 'provider_id', provider_id)[:32]}"


def _remember(
    connection: Connection, candidate_id: str, known: Iterable[tuple[str, str]], key: bytes, by: str, because: str, at: datetime
) -> None:  # fmt: skip
    """Keep a keyed hash of each way to reach them, and that they were erased at all."""
    marks = {(PERSON, digest(key, PERSON, candidate_id))}
    marks |= {(kind, digest(key, kind, value)) for kind, value in known}
    rows = [
        {"kind": kind, "digest": mark, "candidate_id": candidate_id, "by": by, "because": because, "at": at}
        for kind, mark in sorted(marks)
    ]
    row = upsert(erasures).values(rows)
    again = {name: row.excluded[name] for name in ("candidate_id", "by", "because", "at")}
    connection.execute(row.on_conflict_do_update(index_elements=["kind", "digest"], set_=again))
