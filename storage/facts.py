"""What a workflow has learnt, written to the tables it belongs to. Each fact is idempotent: an activity may write it twice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.facts import Fact, FactKind
from domain.stages import Pipeline
from storage import (
    applications,
    candidates,
    consents,
    contacts,
    enrollments,
    ledger,
    matches,
    moves,
    openings,
    promises,
    tasks,
)
from storage.tables import stage_log


def apply(connection: Connection, candidate_id: str, facts: Iterable[Fact]) -> None:
    """Write facts in their order. The caller holds the candidate's lock."""
    for fact in facts:
        match fact.kind:
            case FactKind.STAGE:
                _stage(connection, candidate_id, fact)
            case FactKind.ENROLLMENT:
                _enrollment(connection, candidate_id, fact)
            case FactKind.ALERT:
                _alert(connection, candidate_id, fact)
            case FactKind.CONSENT:
                _consent(connection, candidate_id, fact)
            case FactKind.ACTIVE | FactKind.INFORMED:
                candidates.rest(connection, candidate_id, **{f"{fact.kind}_at": fact.at})
            case FactKind.SNOOZE | FactKind.PAUSE | FactKind.AWAY | FactKind.COOL_OFF:
                _rest(connection, candidate_id, fact)
            case FactKind.STEP:
                step = (fact.journey, fact.occurrence, fact.stage, fact.outcome, fact.at)
                enrollments.answer(connection, candidate_id, *step)
            case FactKind.TASK:
                _task(connection, candidate_id, fact)
            case FactKind.MOVE:
                enrollments.move(connection, candidate_id, fact.journey, fact.occurrence, fact.version)
                moves.done(connection, candidate_id, fact.event_id, fact.at)
            case FactKind.PROMISE:
                promises.record(connection, candidate_id, fact)
            case FactKind.REFUSED:
                _refused(connection, candidate_id, fact)
            case FactKind.NOT_SENT | FactKind.WANTED:
                _plan(connection, candidate_id, fact)
            case FactKind.CONTACT:
                _contact(connection, candidate_id, fact)


def _stage(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """The log keeps every signal; the application moves with those that entered a stage of an opening that is on record."""
    try:
        pipeline = openings.get(connection, fact.opening_id).stages()
    except openings.UnknownOpening:
        pipeline = Pipeline()
    row = upsert(stage_log).values(
        candidate_id=candidate_id,
        opening_id=fact.opening_id,
        event_id=fact.event_id,
        stage=fact.stage,
        kind=applications.kind_of(pipeline, fact.stage),
        outcome=fact.outcome,
        because=fact.because,
        by=fact.by,
        at=fact.at,
    )
    connection.execute(row.on_conflict_do_nothing())
    if fact.outcome == "entered" and pipeline.stages:
        applications.record(connection, candidate_id, fact.opening_id, fact.stage, fact.furthest, fact.at, pipeline)


def _rest(connection: Connection, candidate_id: str, fact: Fact) -> None:
    match fact.kind:
        case FactKind.SNOOZE:
            candidates.snooze(connection, candidate_id, fact.until)
        case FactKind.PAUSE:
            candidates.rest(connection, candidate_id, paused_at=fact.until)
        case FactKind.AWAY:
            candidates.rest(connection, candidate_id, away_until=fact.until)
        case FactKind.COOL_OFF:
            candidates.rest(connection, candidate_id, cool_off_until=fact.until)


def _enrollment(connection: Connection, candidate_id: str, fact: Fact) -> None:
    if fact.outcome == "resumed":
        enrollments.resume(connection, candidate_id, fact.journey, fact.occurrence, fact.at)
        return
    stays = fact.outcome == "active"
    enrollment = enrollments.Enrollment(
        candidate_id=candidate_id,
        journey=fact.journey,
        version=fact.version,
        occurrence=fact.occurrence,
        status=fact.outcome,
        because=fact.because,
        entered_at=fact.at,
        ended_at=None if stays else fact.at,
    )
    enrollments.record(connection, enrollment)


def _task(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """A task that is overdue stays on the list: the journey goes on without it, and it may still be done."""
    match fact.outcome:
        case "ask":
            due = fact.until or fact.at
            work = tasks.NewTask(
                fact.touch_key, fact.channel or "other", fact.because, due, candidate_id, owner=fact.by
            )
            tasks.ask(connection, [work])
        case "overdue":
            tasks.reword(connection, fact.touch_key, f"{fact.because} (overdue; the journey goes on without it)")
        case _:
            tasks.finish(connection, [fact.touch_key], fact.at)


def _refused(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """A signal that was refused is work for a person until it comes corrected."""
    if fact.outcome == "ask":
        work = tasks.NewTask(fact.touch_key, "refused_signal", fact.because, fact.at, candidate_id, owner=fact.by)
        tasks.ask(connection, [work])
    else:
        tasks.finish(connection, [fact.touch_key], fact.at)


def _plan(connection: Connection, candidate_id: str, fact: Fact) -> None:
    if fact.kind is FactKind.WANTED:
        ledger.want_again(connection, fact.touch_key)
    else:
        ledger.withdraw(connection, candidate_id, fact)


def _contact(connection: Connection, candidate_id: str, fact: Fact) -> None:
    """Whose address it is was found out by a message, which names the reason: said again, it suppresses no further one."""
    reason = f"{fact.because} (message {fact.event_id})"
    if fact.outcome == "suppressed":
        contacts.suppress_used(connection, candidate_id, contacts.KINDS[fact.channel], reason)
    else:
        contacts.release_reason(connection, candidate_id, reason)


def _alert(connection: Connection, candidate_id: str, fact: Fact) -> None:
    found = matches.MatchOutcome(fact.opening_id, fact.round, candidate_id, fact.outcome, fact.because, fact.at)
    matches.settle(connection, [found])


def _consent(connection: Connection, candidate_id: str, fact: Fact) -> None:
    word = consents.NewConsent(
        candidate_id=candidate_id,
        purpose=fact.purpose,
        channel=fact.channel,
        granted=fact.outcome == "granted",
        at=fact.at,
        event_id=fact.event_id,
        source=fact.by,
        basis=fact.because or "consent",
        expires_at=fact.until,
    )
    consents.record(connection, [word])
