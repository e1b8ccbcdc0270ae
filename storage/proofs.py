"""Checking the whole table: nothing twice, nothing without consent, nothing due and unsent, nobody left waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, text

from domain.clocks import Clock

GRACE = timedelta(minutes=15)
"""How long something may be due, in doubt, or unanswered before it counts, in story time."""
REAL_GRACE = timedelta(seconds=20)
"""The same in real time, where a fast story clock makes that longer."""


class Kind(StrEnum):
    """What can be wrong."""

    SENT_TWICE = "sent_twice"
    WITHOUT_CONSENT = "without_consent"
    TO_SUPPRESSED = "to_suppressed"
    TO_ERASED = "to_erased"
    OVER_CAP = "over_cap"
    TOO_SOON = "too_soon"
    OUTSIDE_WINDOW = "outside_window"
    ON_CLOSED_DAY = "on_closed_day"
    OVERDUE = "overdue"
    IN_DOUBT = "in_doubt"
    UNACKNOWLEDGED = "unacknowledged"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong. `touch_key` is `candidate/opening` where no touch stands for it."""

    kind: Kind
    touch_key: str
    what: str


_TWICE = """
    select touch_key, 'shares the Message-ID ' || message_id || ' with another touch' from ledger
    where message_id in (select message_id from ledger where message_id <> '' group by message_id having count(*) > 1)
    union all
    select touch_key, provider || ' has it under the id of another touch: ' || provider_id from ledger
    where (provider, provider_id) in (
        select provider, provider_id from ledger where provider_id <> '' group by provider, provider_id having count(*) > 1)
    union all
    select e.touch_key, e.provider || ' accepted it twice' from message_events as e
    join ledger as l on l.touch_key = e.touch_key where e.kind = 'accepted_again' and l.provider_id <> ''
    union all
    select touch_key, provider || ' accepted it under ' || count(distinct payload ->> 'provider_id') || ' ids' from message_events
    where kind = 'accepted' and touch_key <> '' group by touch_key, provider having count(distinct payload ->> 'provider_id') > 1
"""
_WITHOUT_CONSENT = """
    select l.touch_key, 'no consent for ' || l.purpose || ' by ' || l.channel || ' was on record at the hand-over'
    from ledger as l
    where l.handed_over_at is not null and not exists (
        select from consent_log as k
        where k.id = l.consent_id and k.candidate_id = l.candidate_id and k.purpose = l.purpose and k.channel = l.channel
          and k.granted and (k.expires_at is null or k.expires_at > coalesce(l.claimed_at, l.handed_over_at))
          and k.at <= l.handed_over_at + interval '1 minute' and k.recorded_at <= l.handed_over_recorded_at
          and not exists (
              select from consent_log as w
              where w.candidate_id = k.candidate_id and w.purpose = k.purpose and w.channel = k.channel and not w.granted
                and (w.at, w.id) > (k.at, k.id) and w.at <= l.handed_over_at and w.recorded_at < l.handed_over_recorded_at))
"""
_TO_SUPPRESSED = """
    select l.touch_key, 'handed over after the address was suppressed: ' || p.suppressed
    from ledger as l join contact_points as p on p.candidate_id = l.candidate_id and l.address in (p.value, p.canonical)
    where p.suppressed_recorded_at < l.handed_over_recorded_at
"""
_TO_ERASED = """
    select l.touch_key, 'handed over after the person was erased'
    from ledger as l join candidates as c on c.id = l.candidate_id
    where c.erased_recorded_at < l.handed_over_recorded_at
"""
_OVER_CAP = """
    select l.touch_key, near.on_day || ' on a day, ' || near.in_week || ' in a week; allowed were '
           || l.cap_per_day || ' and ' || l.cap_per_week
    from ledger as l
    cross join lateral (select cast(l.handed_over_at at time zone l.zone as date) as day) as here
    cross join lateral (
        select count(*) as in_week,
               count(*) filter (where cast(s.handed_over_at at time zone l.zone as date) = here.day) as on_day
        from ledger as s
        where s.candidate_id = l.candidate_id and s.purpose not in ('application', 'service') and s.state <> 'failed'
          and s.handed_over_at <= l.handed_over_at and s.handed_over_at > l.handed_over_at - interval '8 days'
          and cast(s.handed_over_at at time zone l.zone as date) > here.day - 7
    ) as near
    where l.cap_per_day is not null and l.zone <> '' and l.handed_over_at is not null and l.state <> 'failed'
      and (near.on_day > l.cap_per_day or near.in_week > l.cap_per_week)
    union all
    select l.touch_key, near.number || ' in ' || rule.days || ' days' || coalesce(' by ' || nullif(rule.channel, ''), '')
           || coalesce(' for ' || nullif(rule.purpose, ''), '') || '; allowed were ' || rule.count
    from ledger as l
    cross join lateral jsonb_to_recordset(l.limits -> 'limits') as rule (count int, days int, channel text, purpose text)
    cross join lateral (select cast(l.handed_over_at at time zone l.zone as date) as day) as here
    cross join lateral (
        select count(*) as number from ledger as s
        where s.candidate_id = l.candidate_id and s.purpose not in ('application', 'service') and s.state <> 'failed'
          and rule.channel in ('', s.channel) and rule.purpose in ('', s.purpose) and s.handed_over_at <= l.handed_over_at
          and s.handed_over_at > l.handed_over_at - (rule.days + 1) * interval '1 day'
          and cast(s.handed_over_at at time zone l.zone as date) > here.day - rule.days
    ) as near
    where l.limits ? 'limits' and l.zone <> '' and l.handed_over_at is not null and l.state <> 'failed' and near.number > rule.count
"""
_TOO_SOON = """
    select l.touch_key, 'claimed ' || round(extract(epoch from l.claimed_at - max(past.at)) / 3600, 1) || ' hours after '
           || 'another one; ' || (l.limits ->> 'spacing_hours') || ' were to lie between'
    from ledger as l
    join ledger as s on s.candidate_id = l.candidate_id and s.id <> l.id
    cross join lateral (select least(s.claimed_at, s.handed_over_at) as at) as past
    where l.limits ? 'spacing_hours' and l.handed_over_at is not null and l.state <> 'failed'
      and s.purpose not in ('application', 'service') and s.state <> 'failed' and s.handed_over_at is not null and past.at <= l.claimed_at
      and past.at > l.claimed_at - cast(l.limits ->> 'spacing_hours' as float) * interval '1 hour'
    group by l.id
"""
_OUTSIDE_WINDOW = """
    select l.touch_key, 'claimed at ' || to_char(here.local, 'YYYY-MM-DD HH24:MI') || ' ' || l.zone || ', outside its window'
    from ledger as l
    cross join lateral (
        select w.local, extract(hour from w.local) * 60 + extract(minute from w.local) as minute
        from (select l.claimed_at at time zone l.zone as local) as w
    ) as here
    where l.limits ? 'window' and l.zone <> '' and l.handed_over_at is not null
      and (substr(l.limits #>> '{window,days}', cast(extract(isodow from here.local) as int), 1) <> '1'
           or here.minute < cast(l.limits #>> '{window,start}' as int)
           or here.minute >= cast(l.limits #>> '{window,end}' as int))
"""
_ON_CLOSED_DAY = """
    select l.touch_key, 'claimed on ' || to_char(l.claimed_at at time zone l.zone, 'YYYY-MM-DD') || ', a closed day'
    from ledger as l
    where l.limits ? 'closed' and l.zone <> '' and l.handed_over_at is not null
      and l.limits -> 'closed' ? to_char(l.claimed_at at time zone l.zone, 'YYYY-MM-DD')
"""
_IS_PAUSED = """(
    exists (select from candidates as c where c.id = u.candidate_id and c.paused_at is not null and u.purpose <> 'service')
    or exists (
        select from controls join candidates as c on c.id = u.candidate_id
        where cast(controls.value ->> 'paused' as boolean) and controls.name in (
            'pause:everything', 'pause:journey:' || u.journey, 'pause:template:' || u.template, 'pause:sender:' || c.owner)))"""
_OVERDUE = """
    select u.touch_key, 'planned for ' || to_char(u.due, 'YYYY-MM-DD HH24:MI') || ' and not sent' from upcoming as u
    where u.due < :late and not exists (select from ledger as l where l.touch_key = u.touch_key) and not {paused}
    union all
    select u.touch_key,
           u.state || ' since ' || to_char(coalesce(u.not_before, u.claimed_at, u.due), 'YYYY-MM-DD HH24:MI') || ' and not sent'
    from ledger as u
    where u.state in ('intended', 'claimed') and coalesce(u.not_before, u.claimed_at, u.due) < :late and not {paused}
""".replace("{paused}", _IS_PAUSED)
_IN_DOUBT = """
    select touch_key, 'handed over at ' || to_char(handed_over_at, 'YYYY-MM-DD HH24:MI') || ', and nobody recorded what came of it'
    from ledger where state = 'handed_over' and handed_over_at < :late
"""
_UNACKNOWLEDGED = """
    select g.candidate_id || '/' || g.opening_id, 'applied at ' || to_char(min(g.at), 'YYYY-MM-DD HH24:MI') || ' and was not answered'
    from stage_log as g join candidates as c on c.id = g.candidate_id
    where g.kind = 'received' and g.outcome = 'entered' and g.at < :late and not c.erased and not exists (
        select from ledger as l
        where l.candidate_id = g.candidate_id and l.opening_id = g.opening_id and l.purpose = 'application'
          and l.state not in ('intended', 'claimed'))
    group by g.candidate_id, g.opening_id
"""
_CHECKS = {
    Kind.SENT_TWICE: text(_TWICE),
    Kind.WITHOUT_CONSENT: text(_WITHOUT_CONSENT),
    Kind.TO_SUPPRESSED: text(_TO_SUPPRESSED),
    Kind.TO_ERASED: text(_TO_ERASED),
    Kind.OVER_CAP: text(_OVER_CAP),
    Kind.TOO_SOON: text(_TOO_SOON),
    Kind.OUTSIDE_WINDOW: text(_OUTSIDE_WINDOW),
    Kind.ON_CLOSED_DAY: text(_ON_CLOSED_DAY),
    Kind.OVERDUE: text(_OVERDUE),
    Kind.IN_DOUBT: text(_IN_DOUBT),
    Kind.UNACKNOWLEDGED: text(_UNACKNOWLEDGED),
}


def grace_for(clock: Clock) -> timedelta:
    """How late a touch may be before it counts as unsent, in story time: 15 minutes, and never less than 20 real seconds, since on
    a fast story clock a day passes while a worker draws breath."""
    return max(GRACE, REAL_GRACE * clock.speed)


def prove(connection: Connection, now: datetime, grace: timedelta = GRACE) -> list[Violation]:
    """Everything that is wrong at the story moment `now`; empty when all promises were kept.

    Each rule is one statement over the whole table, and all see the same snapshot where the transaction is repeatable-read. An
    unknown fate is no violation: it is named in its task and in `inspections.unknowns`. What is paused is not overdue.
    """
    late = {"late": now - grace}
    return [
        Violation(kind, key, what)
        for kind, check in _CHECKS.items()
        for key, what in connection.execute(check, late if ":late" in check.text else {})
    ]
