"""The ledger: one row per touch, never twice, never lost. Here are its moves; `inspections` reads it, `proofs` checks it.

`intended → claimed → handed_over → accepted`, or `skipped`, `failed`, `unknown`. Every move names the state it comes from, so
that of two attempts one wins. Moves work on sets: a page of a broadcast costs as many statements as one touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from domain.facts import Fact
from storage import tasks, upcoming
from storage.locks import lock_candidates
from storage.rows import as_rows

_WRITE = text(
    """
    insert into ledger as l (touch_key, candidate_id, purpose, channel, template, opening_id, journey, version, due,
        state, gate, because, not_before, consent_id, address, message_id, subject, body, zone, cap_per_day, cap_per_week,
        limits, variant, sender, also, attempts, claimed_at, settled_at)
    select touch_key, candidate_id, purpose, channel, template, opening_id, journey, version, due,
        state, gate, because, not_before, consent_id, address, message_id, subject, body, zone, cap_per_day, cap_per_week,
        limits, variant, sender, array(select json_array_elements_text(also)),
        case state when 'claimed' then 1 else 0 end, claimed_at, settled_at
    from json_to_recordset(cast(:rows as json)) as t (touch_key text, candidate_id text, purpose text, channel text,
        template text, opening_id text, journey text, version int, due timestamptz, state text, gate text, because text,
        not_before timestamptz, consent_id bigint, address text, message_id text, subject text, body text,
        zone text, cap_per_day int, cap_per_week int, limits jsonb, variant text, sender text, also json,
        claimed_at timestamptz, settled_at timestamptz)
    on conflict (touch_key) do update set channel = excluded.channel, template = excluded.template, state = excluded.state,
        gate = excluded.gate, because = excluded.because, not_before = excluded.not_before, consent_id = excluded.consent_id,
        address = excluded.address, message_id = excluded.message_id, subject = excluded.subject, body = excluded.body,
        zone = excluded.zone, cap_per_day = excluded.cap_per_day, cap_per_week = excluded.cap_per_week,
        limits = excluded.limits, variant = excluded.variant, sender = excluded.sender, also = excluded.also,
        attempts = l.attempts + excluded.attempts, claimed_at = excluded.claimed_at, settled_at = excluded.settled_at
    where l.state in ('intended', 'claimed')
    returning touch_key, attempts
    """
)
_HAND_OVER = text(
    """
    update ledger as l
    set state = 'handed_over', handed_over_at = t.at, handed_over_recorded_at = clock_timestamp(), error = ''
    from json_to_recordset(cast(:rows as json)) as t (touch_key text, attempts int, at timestamptz)
    where l.touch_key = t.touch_key and l.state = 'claimed' and l.attempts = t.attempts
      and not exists (
          select from controls
          where cast(value ->> 'stopped' as boolean) and name in (
              'stop', 'stop:journey:' || l.journey, 'stop:template:' || l.template, 'stop:sender:' || l.sender,
              'stop:sender:' || coalesce(
                  (select nullif(o.owner, '') from openings as o where o.id = l.opening_id and l.purpose = 'application'),
                  (select c.owner from candidates as c where c.id = l.candidate_id))))
      and not exists (select from candidates as c where c.id = l.candidate_id and c.erased)
      and not exists (
          select from contact_points as p
          where p.candidate_id = l.candidate_id and l.address in (p.value, p.canonical) and p.suppressed <> '')
      and l.consent_id = (
          select k.id from consent_log as k
          where k.candidate_id = l.candidate_id and k.purpose = l.purpose and k.channel = l.channel
          order by k.at desc, k.id desc limit 1)
    returning l.touch_key
    """
)
_ACCEPT = text(
    """
    with t as materialized (
        select * from json_to_recordset(cast(:rows as json)) as t (
            touch_key text, provider text, provider_id text, at timestamptz)
    ), gone as (
        delete from upcoming where touch_key in (select touch_key from t)
    )
    update ledger as l
    set state = (
            select case when bool_or(e.kind = 'complained') then 'complained'
                        when bool_or(e.kind in ('bounced', 'soft_bounced', 'blocked')) then 'bounced'
                        when bool_or(e.kind = 'delivered') then 'delivered' else 'accepted' end
            from message_events as e where e.touch_key = t.touch_key),
        gate = '', because = '', error = '', provider = t.provider, provider_id = t.provider_id,
        handed_over_at = coalesce(l.handed_over_at, t.at), accepted_at = t.at, settled_at = t.at, not_before = null,
        handed_over_recorded_at = coalesce(l.handed_over_recorded_at, clock_timestamp())
    from t where l.touch_key = t.touch_key and l.state in ('handed_over', 'unknown', 'claimed', 'intended')
    returning l.touch_key
    """
)
_ACCEPT_AGAIN = text(
    """
    insert into message_events (provider, event_key, touch_key, kind, payload, at)
    select t.provider, 'accepted again:' || t.touch_key || ' ' || t.provider_id, t.touch_key, 'accepted_again',
        jsonb_build_object('provider_id', t.provider_id), t.at
    from json_to_recordset(cast(:rows as json)) as t (touch_key text, provider text, provider_id text, at timestamptz)
    on conflict do nothing
    """
)
_CONCLUDE = text(
    """
    update ledger set state = :state, gate = :gate, because = :because, error = :error, not_before = :not_before,
        settled_at = :settled_at, doubts = doubts + :doubts,
        handed_over_at = case when :left then handed_over_at end,
        handed_over_recorded_at = case when :left then handed_over_recorded_at end
    where touch_key = :touch_key and state = 'handed_over' and attempts = :attempts
    """
)
_WITHDRAW = text(
    """
    insert into ledger as l (touch_key, candidate_id, purpose, channel, template, opening_id, journey, version, due,
        state, gate, because, settled_at)
    values (:touch_key, :candidate_id, :purpose, :channel, :template, :opening_id, :journey, :version, :at,
        'skipped', :gate, :because, :at)
    on conflict (touch_key) do update
    set state = case l.state when 'handed_over' then 'unknown' else 'skipped' end, gate = excluded.gate,
        because = excluded.because, not_before = null, settled_at = excluded.settled_at
    where l.state in ('intended', 'claimed', 'handed_over')
    returning l.state
    """
)

_WANT_AGAIN = text(
    "delete from ledger where touch_key = :touch_key and state = 'skipped' and handed_over_at is null and gate = 'exited'"
)
_RESOLVE = text(
    """
    update ledger set state = :state, because = :because, settled_at = :at,
        accepted_at = case when :state = 'accepted' then cast(:at as timestamptz) end
    where touch_key = :key and state in ('unknown', 'handed_over')
    """
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A touch as it is to stand: `claimed` (with consent, address, Message-ID and words), `intended` until `not_before`, `skipped`.

    A claim also keeps the zone, the caps and the further `limits` that it was decided by, none where they do not bind; the step's
    `variant`, in whose name it leaves, and what else it tells of.
    """

    touch_key: str
    candidate_id: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    version: int
    due: datetime
    state: str
    gate: str = ""
    because: str = ""
    not_before: datetime | None = None
    consent_id: int | None = None
    address: str = ""
    message_id: str = ""
    subject: str = ""
    body: str = ""
    zone: str = ""
    cap_per_day: int | None = None
    cap_per_week: int | None = None
    limits: dict[str, Any] | None = None
    variant: str = ""
    sender: str = ""
    also: list[str] = field(default_factory=list)
    claimed_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """A claimed touch that is about to leave, by the claim that `attempts` numbers."""

    touch_key: str
    candidate_id: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A provider has taken a message over."""

    touch_key: str
    provider: str
    provider_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What became of a hand-over that no provider accepted, by the claim that `attempts` numbers.

    `claimed`: it did not leave, and may be tried again. `intended`: not before `not_before`. `failed`: refused for good.
    `unknown`: nobody can tell.
    """

    touch_key: str
    attempts: int
    state: str
    gate: str = ""
    because: str = ""
    error: str = ""
    not_before: datetime | None = None
    settled_at: datetime | None = None
    doubts: int = 0


def write(connection: Connection, entries: Sequence[Entry]) -> dict[str, int]:
    """Write claims, deferrals and skips; the number of claims so far by touch key. Rows that have gone further stay."""
    if not entries:
        return {}
    written = connection.execute(_WRITE, {"rows": as_rows(entries)})
    return {row.touch_key: row.attempts for row in written}


def hand_over(connection: Connection, orders: Sequence[HandOver]) -> set[str]:
    """Mark claims as handed over, to be committed before any provider is called; the keys that may now leave.

    Not among them: claims that a later one has replaced, and all that meanwhile met the kill switch, an erasure, a
    suppression or a newer word of consent. Who writes those holds the candidate, so the order on record is the true one.
    """
    lock_candidates(connection, [order.candidate_id for order in orders])
    return set(connection.scalars(_HAND_OVER, {"rows": as_rows(orders)}))


def accept(connection: Connection, acceptances: Sequence[Acceptance]) -> None:
    """Record that providers have taken messages over, or what they reported of them already; the plans lose them.

    An acceptance of what was settled otherwise is kept for the proof.
    """
    settled = set(connection.scalars(_ACCEPT, {"rows": as_rows(acceptances)}))
    rest = [acceptance for acceptance in acceptances if acceptance.touch_key not in settled]
    if rest:
        connection.execute(_ACCEPT_AGAIN, {"rows": as_rows(rest)})


def conclude(connection: Connection, conclusion: Conclusion) -> bool:
    """Record the end of a hand-over; False, and nothing is written, when another attempt has taken the touch on."""
    names = Conclusion.__dataclass_fields__
    values = {name: getattr(conclusion, name) for name in names} | {"left": conclusion.state in ("failed", "unknown")}
    return connection.execute(_CONCLUDE, values).rowcount == 1


def withdraw(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """A touch that was planned and will not leave. One in doubt becomes unknown: it may have left before it was withdrawn."""
    named = ("touch_key", "purpose", "channel", "template", "opening_id", "journey", "version", "because", "at")
    values = {name: getattr(fact, name) for name in named}
    state = connection.scalar(_WITHDRAW, values | {"candidate_id": candidate_id, "gate": fact.outcome})
    if state == "unknown":
        tasks.ask(connection, [unknown_fate(fact.touch_key, candidate_id, fact.at)])
    upcoming.drop(connection, [fact.touch_key])


def want_again(connection: Connection, touch_key: str) -> None:
    """A touch that was withdrawn and never left is planned again: the row that says otherwise goes, so that its key can be claimed."""
    connection.execute(_WANT_AGAIN, {"touch_key": touch_key})


def told_also(connection: Connection, touch_key: str) -> list[str]:
    """The further openings that an alert tells of."""
    return list(connection.scalar(text("select also from ledger where touch_key = :key"), {"key": touch_key}) or [])


def unknown_fate(touch_key: str, candidate_id: str, due: datetime) -> tasks.NewTask:
    """The task of finding out whether a message left."""
    because = "nobody can tell whether this message left; look at the provider, then `keepwarm resolve` it"
    return tasks.NewTask(f"fate/{touch_key}", "unknown_fate", because, due, candidate_id, touch_key)


def resolve(connection: Connection, touch_key: str, *, sent: bool, by: str, at: datetime) -> bool:
    """Settle an unknown fate by what a person found out; False when there is none. Nothing is sent by this."""
    found = "left" if sent else "did not leave"
    values = {
        "state": "accepted" if sent else "failed",
        "because": f"it {found}, says {by}",
        "at": at,
        "key": touch_key,
    }
    moved = connection.execute(_RESOLVE, values)
    tasks.finish(connection, [f"fate/{touch_key}"], at)
    return moved.rowcount == 1
