"""A relationship made again from the facts, by letting everything on record happen once more to the pure core.

Whoever starts a candidate's workflow gives it this state: empty for somebody new, and for somebody whose workflow was lost the
state in which it stopped, so that no touch is lost and none repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from config.settings import Settings
from domain.clocks import Clock
from domain.events import (
    ConsentChanged,
    OpeningAnnounced,
    Paused,
    StageChanged,
    TouchScheduled,
    TouchSettled,
)
from domain.gates import Gate
from domain.relationships import SEEN_EVENTS, Relationship
from domain.touches import Channel, Outcome, Settlement, occurrence_of
from domain.transitions import apply
from domain.windows import Caps
from starter import dealings, keeping, owed, stays
from starter.stays import Change, Happening, Read
from starter.timetables import house_caps, timetables
from storage import controls, pauses
from storage.calendars import keepers_of
from storage.tables import (
    candidates,
    consent_log,
    decision_notes,
    ledger,
    opening_matches,
    openings,
    stage_log,
    upcoming,
)

OUTCOMES = {
    **dict.fromkeys(("accepted", "delivered", "bounced", "complained"), Outcome.SENT),
    "skipped": Outcome.SKIPPED,
    "unknown": Outcome.UNKNOWN,
    "failed": Outcome.FAILED,
    "intended": Outcome.DEFERRED,
}
"""What became of a touch, by its row's state. Claimed and handed-over ones are under way: the send activity knows them."""


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every candidate of a deployment."""

    clock: Clock
    caps: Caps
    refusal_delay: timedelta
    question_hours: float = 8


def house_of(connection: Connection, settings: Settings) -> House:
    """The deployment's rules: the caps that hold, the delay of refusals and the time for answers from the settings, the clock from the
    controls."""
    caps = house_caps(connection, settings)
    return House(controls.clock(connection), caps, settings.refusal_delay, settings.question_hours)


def relationship_from(connection: Connection, house: House, candidate_id: str) -> Relationship:
    """One candidate's state. Raises KeyError for an unknown one."""
    return relationships_from(connection, house, [candidate_id])[candidate_id]


def relationships_from(connection: Connection, house: House, candidate_ids: Sequence[str]) -> dict[str, Relationship]:
    """The states of a page of candidates, in a few statements whatever its length. Unknown ids are left out."""
    rows = connection.execute(select(candidates).where(candidates.c.id.in_(candidate_ids))).all()
    states = {
        row.id: fresh(house, row.id, row.zone, row.preferred_channel, row.owner, row.snoozed_until, row.pace)
        for row in rows
    }
    for candidate_id, times in timetables(connection, house.caps, keepers_of(connection, list(states))).items():
        states[candidate_id].closed, states[candidate_id].window = list(times.closed), times.window
    kept = keeping.begin(connection, states)
    happened: dict[str, list[tuple[datetime, int, Happening]]] = {candidate_id: [] for candidate_id in states}
    for order, read in enumerate((_pauses, _consents, _stages, stays.entries, _announcements, _scheduled, dealings.booked, _settlements,
                                  stays.turns, stays.ends)):  # fmt: skip
        for candidate_id, at, happening in read(connection, list(states)):
            happened[candidate_id].append((at, order, happening))
    for candidate_id, state in states.items():
        replay(state, [(at, what) for at, _, what in sorted(happened[candidate_id], key=lambda one: one[:2])])
    for row in rows:
        state = states[row.id]
        state.away_until, state.cool_off_until, state.erased = row.away_until, row.cool_off_until, row.erased
    keeping.conclude(states, kept)
    stays.restore_answers(connection, states)
    owed.restore(connection, states)
    dealings.restore(connection, states, house.clock.story(datetime.now(UTC)))
    return states


def fresh(
    house: House, candidate_id: str, zone: str, channel: str, owner: str, snoozed_until: datetime | None = None,
    pace: str = "",
) -> Relationship:  # fmt: skip
    """The state of somebody with whom nothing has happened yet."""
    return Relationship(
        candidate_id,
        clock=house.clock,
        zone=zone,
        channel=Channel(channel),
        owner=owner,
        caps=house.caps,
        pace=pace,
        refusal_delay_minutes=round(house.refusal_delay.total_seconds() / 60),
        question_hours=house.question_hours,
        snoozed_until=snoozed_until,
    )


def replay(state: Relationship, happenings: Iterable[tuple[datetime, Happening]]) -> None:
    """Let what is on record happen again, in its order. What follows from it is on record too, so nothing is to be written."""
    for at, happening in happenings:
        if isinstance(happening, Change):
            happening.happen(state, at)
            continue
        apply(state, happening, at)
        if happening.event_id:
            state.seen.append(happening.event_id)
    del state.seen[:-SEEN_EVENTS]
    state.unrecorded.clear()


def _pauses(connection: Connection, ids: Sequence[str]) -> Read:
    """What rests now, from when it did: for the house's pauses those who were told, or of whom they hold anything."""
    c = candidates.c
    for row in connection.execute(select(c.id, c.paused_at).where(c.id.in_(ids), c.paused_at.is_not(None))):
        yield row.id, row.paused_at, Paused(event_id="", at=row.paused_at)
    wanted = set(ids)
    for scope, resting in controls.pauses(connection).items():
        for candidate_id in sorted(wanted & {*pauses.told(connection, scope), *pauses.concerned(connection, scope)}):
            yield candidate_id, resting.at, Paused(event_id="", at=resting.at, scope=scope)


def _consents(connection: Connection, ids: Sequence[str]) -> Read:
    c = consent_log.c
    for row in connection.execute(select(consent_log).where(c.candidate_id.in_(ids)).order_by(c.at, c.id)):
        yield row.candidate_id, row.at, ConsentChanged(
            event_id=row.event_id, at=row.at, purpose=row.purpose, channel=row.channel, granted=row.granted, recorded=True,
            until=row.expires_at,
        )  # fmt: skip


def _stages(connection: Connection, ids: Sequence[str]) -> Read:
    c, note = stage_log.c, decision_notes.c
    wanted = (
        select(stage_log, openings.c.pipeline, openings.c.guide, note.waiver)
        .join(openings, openings.c.id == c.opening_id)
        .join(decision_notes, (note.candidate_id == c.candidate_id) & (note.event_id == c.event_id), isouter=True)
        .where(c.candidate_id.in_(ids), c.outcome == "entered")
        .order_by(c.at, c.id)
    )
    for row in connection.execute(wanted):
        yield row.candidate_id, row.at, StageChanged(
            event_id=row.event_id, at=row.at, opening_id=row.opening_id, stage=row.stage, by=row.by,
            pipeline=row.pipeline or {}, guide=row.guide, waived=bool(row.waiver),
        )  # fmt: skip


def _announcements(connection: Connection, ids: Sequence[str]) -> Read:
    """Alerts that the person's relationship took up, at the moment when it did: the due moment of their touch.

    The match's own moment moves with its outcome, so it holds only while the ledger knows nothing of the touch.
    """
    c = opening_matches.c
    part = func.concat(c.candidate_id, "/alerts/", c.opening_id, "/alert/round-", c.round)
    wanted = (
        select(c.candidate_id, c.opening_id, c.round, func.coalesce(ledger.c.due, c.at).label("at"))
        .join(ledger, ledger.c.touch_key == part, isouter=True)
        .where(
            c.candidate_id.in_(ids),
            c.outcome.in_(("announced", "waiting", "told")) | ledger.c.touch_key.is_not(None),
        )
    )
    for row in connection.execute(wanted):
        yield (
            row.candidate_id,
            row.at,
            OpeningAnnounced(
                event_id=f"announce-{row.opening_id}-{row.round}", at=row.at, opening_id=row.opening_id, round=row.round
            ),
        )


def _scheduled(connection: Connection, ids: Sequence[str]) -> Read:
    """Single touches that a person asked for: those still planned, and those that the ledger knows."""
    for table in (upcoming, ledger):
        wanted = select(table).where(table.c.candidate_id.in_(ids), table.c.touch_key.contains("/single/"))
        for row in connection.execute(wanted):
            yield row.candidate_id, row.due, TouchScheduled(
                event_id="", at=row.due, touch_id=row.touch_key.rsplit("/", 1)[1], template=row.template, due=row.due,
                purpose=row.purpose, channel=row.channel, opening_id=row.opening_id,
            )  # fmt: skip


def _settlements(connection: Connection, ids: Sequence[str]) -> Read:
    wanted = select(ledger).where(ledger.c.candidate_id.in_(ids), ledger.c.state.in_(OUTCOMES))
    for row in connection.execute(wanted.order_by(ledger.c.id)):
        at = row.accepted_at or row.settled_at or row.due
        outcome = OUTCOMES[row.state]
        if outcome is Outcome.DEFERRED and row.not_before is None:
            continue
        settlement = Settlement(outcome, at, row.gate, row.not_before, row.because)
        if row.journey:
            occurrence = occurrence_of(row.touch_key)
            yield row.candidate_id, at, stays.Stood(row.journey, row.version, row.template, occurrence)
        if row.journey and row.gate == Gate.EXITED:
            yield row.candidate_id, at, dealings.Unsent(row.touch_key)
            continue
        yield (
            row.candidate_id,
            at,
            TouchSettled(
                event_id="",
                at=at,
                touch_key=row.touch_key,
                settlement=settlement,
                channel=row.channel,
                also=list(row.also),
            ),
        )
