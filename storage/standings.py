"""What a touch stands on when it asks to leave: everything that the gates and the words need, for many touches in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from domain.windows import PACES, Sent
from storage.rows import as_rows

GONE_OR_GOING = "('claimed', 'handed_over', 'accepted', 'delivered', 'bounced', 'complained', 'unknown')"
"""States that use up the frequency cap: what was claimed is about to leave."""

PACE_DAYS = 1 + max(limit.days for limit in PACES.values())
"""The longest stretch that a person's own pace looks at, and a day for their zone."""
WANTED_EMAIL = "email_wanted"
"""The further fact that holds an address which its person has yet to confirm."""
TO_NEW_ADDRESS = "a.purpose = 'service' and a.touch_key like a.candidate_id || '/service/single/address/%'"
"""The mail that asks for that goes to no other address (activities.messages.ADDRESS)."""

_READ = text(
    f"""
    select a.touch_key, c.id is not null, coalesce(c.erased, false), coalesce(c.full_name, ''), coalesce(c.first_name, ''),
           coalesce(c.language, 'en'), coalesce(c.zone, 'UTC'), coalesce(c.owner, ''), coalesce(c.source, ''), c.snoozed_until,
           case when {TO_NEW_ADDRESS} then coalesce((
               select f.value from candidate_facts as f where f.candidate_id = a.candidate_id and f.name = '{WANTED_EMAIL}'), '')
           else coalesce(point.address, '') end,
           case when {TO_NEW_ADDRESS} then '' else coalesce(point.suppressed, '') end, consent.id, coalesce(consent.granted, false),
           consent.expires_at,
           case when a.purpose not in ('application', 'service') then array(
               select json_build_array(coalesce(s.handed_over_at, s.claimed_at), s.channel, s.purpose) from ledger as s
               where s.candidate_id = a.candidate_id and s.purpose not in ('application', 'service') and s.touch_key <> a.touch_key
                 and s.state in {GONE_OR_GOING}
                 and coalesce(s.handed_over_at, s.claimed_at)
                     > a.since - case coalesce(c.pace, '') when '' then interval '0' else interval '{PACE_DAYS} days' end
           ) else '{{}}' end,
           array(select name from controls where name ~ '^(stop|pause)(:|$)'
                 and cast(coalesce(value ->> 'stopped', value ->> 'paused') as boolean) order by name),
           coalesce(o.status, ''), coalesce(o.title, ''), coalesce(o.place, ''), coalesce(o.owner, ''),
           coalesce(o.next_step, ''), coalesce(logged.stage, ''), coalesce(note.reason, ''), coalesce(note.feedback, ''),
           coalesce(l.state, ''), coalesce(l.gate, ''), coalesce(l.because, ''), l.not_before, coalesce(l.attempts, 0),
           coalesce(l.doubts, 0), l.handed_over_at, l.settled_at,
           coalesce(extract(epoch from clock_timestamp() - l.handed_over_recorded_at), 0),
           coalesce(l.message_id, ''), coalesce(l.address, ''), coalesce(l.body, ''),
           array(select jsonb_array_elements_text(coalesce(o.guide -> 'criteria', '[]'))),
           case when a.opening_id <> '' then (
               select p.due from promises as p
               where p.candidate_id = a.candidate_id and p.opening_id = a.opening_id and p.kind = 'answer' and p.state = 'due'
               order by p.made_at desc, p.due desc limit 1) end,
           coalesce(c.link_epoch, 0), coalesce(c.pace, '')
    from json_to_recordset(cast(:rows as json)) as a (
        touch_key text, candidate_id text, purpose text, channel text, opening_id text, event_id text, since timestamptz)
    left join candidates as c on c.id = a.candidate_id
    left join lateral (
        select case when p.kind = 'phone' then p.canonical else p.value end as address, p.suppressed
        from contact_points as p
        where p.candidate_id = a.candidate_id and p.kind = case a.channel when 'sms' then 'phone' else 'email' end
        order by p.suppressed <> '', p.position, p.id limit 1
    ) as point on true
    left join lateral (
        select k.id, k.granted, k.expires_at from consent_log as k
        where k.candidate_id = a.candidate_id and k.purpose = a.purpose and k.channel = a.channel
        order by k.at desc, k.id desc limit 1
    ) as consent on true
    left join openings as o on o.id = a.opening_id
    left join stage_log as logged on logged.candidate_id = a.candidate_id and logged.event_id = a.event_id
    left join lateral (
        select n.reason, n.feedback from decision_notes as n
        where n.candidate_id = a.candidate_id and (n.event_id = a.event_id or exists (
            select from stage_log as again
            where again.candidate_id = n.candidate_id and again.event_id = n.event_id and again.opening_id = a.opening_id
              and again.stage = logged.stage and again.outcome = 'repeated' and again.id > logged.id))
        order by (n.reason <> '' or n.feedback <> '') desc, n.recorded_at desc limit 1
    ) as note on a.event_id <> ''
    left join ledger as l on l.touch_key = a.touch_key
    """  # noqa: S608 - built of our own constants
)


@dataclass(frozen=True, slots=True)
class Question:
    """A touch to be looked at. `since`: how far back earlier messages count against the frequency cap."""

    touch_key: str
    candidate_id: str
    purpose: str
    channel: str
    opening_id: str
    event_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer. `known` is False for nobody's id; texts are empty where there is nothing.

    `consent_id` is the latest consent row for the purpose and channel, None for none (it runs out at `consent_until`);
    `source` is where we have the person from. `sent` are earlier messages that count
    against the caps. `switches` are the scopes of the kill switch (`stop`, `stop:journey:<slug>` …) and of pauses that are on.
    From `state` on it is the ledger's own row (`state` empty: none yet); `handed_over_seconds` is how long
    ago it was handed over, by the database's clock. `criteria` are the opening's guide's; `answer_due` is when the candidate was promised
    an answer by. `link_epoch` is part of every link to the person's pages; `pace`
    how often they want to hear from us at most, for which `sent` reaches PACE_DAYS further back.
    """

    touch_key: str
    known: bool
    erased: bool
    full_name: str
    first_name: str
    language: str
    zone: str
    owner: str
    source: str
    snoozed_until: datetime | None
    contact: str
    suppressed: str
    consent_id: int | None
    granted: bool
    consent_until: datetime | None
    sent: list[Sent]
    switches: list[str]
    opening_status: str
    opening_title: str
    opening_place: str
    opening_owner: str
    next_step: str
    stage: str
    reason: str
    feedback: str
    state: str
    gate: str
    because: str
    not_before: datetime | None
    attempts: int
    doubts: int
    handed_over_at: datetime | None
    settled_at: datetime | None
    handed_over_seconds: float
    message_id: str
    address: str
    body: str
    criteria: list[str]
    answer_due: datetime | None
    link_epoch: int
    pace: str


_SENT = list(Standing.__dataclass_fields__).index("sent")


def read(connection: Connection, questions: Sequence[Question]) -> dict[str, Standing]:
    """Standings by touch key. Under the candidates' locks they hold until the transaction ends."""
    found = connection.execute(_READ, {"rows": as_rows(questions)})
    return {row[0]: _standing(list(row)) for row in found}


def _standing(row: list[Any]) -> Standing:
    row[_SENT] = [Sent(datetime.fromisoformat(at), channel, purpose) for at, channel, purpose in row[_SENT]]
    return Standing(*row)
