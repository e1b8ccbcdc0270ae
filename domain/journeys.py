"""Journeys in a relationship: entering, advancing, leaving. The plan is pinned at the entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from domain.arbiter import journey_touch
from domain.events import Enrolled
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.plans import END, Plan, PlanStep, StepKind, is_held_out, read_plan
from domain.programs import (
    Progress,
    acting,
    drop_task,
    elapses_at,
    enter,
    gone_on,
    landing,
    pass_time,
    take_answer,
)
from domain.relationships import Alert, Enrollment, Held, Relationship, SetAside, StageMessage
from domain.touches import LEFT, Outcome, Settlement, Touch, stamp


def refusal_to_enroll(relationship: Relationship, plan: Plan | None, journey: str, now: datetime) -> str:
    """Why a person can't enter a journey now; empty when they can. `plan` is None where only its name is known."""
    if journey in relationship.enrollments:
        return f"already in {journey}@{relationship.enrollments[journey].plan.version}"
    for aside in resting_stays(relationship):
        if aside.enrollment.plan.journey == journey:
            return f"in {aside.enrollment.plan.label}, which rests until they can be reached again"
    if plan is None:
        return ""
    if "hire" in plan.exit_on and relationship.is_hired():
        return "hired; this journey is for people who are not"
    ended = relationship.left.get(journey)
    if ended is None:
        return ""
    if plan.reentry_days < 0:
        return f"was in it until {ended:%Y-%m-%d}; nobody enters it twice"
    again = ended + timedelta(days=plan.reentry_days)
    return f"was in it until {ended:%Y-%m-%d}; may enter again from {again:%Y-%m-%d} on" if again > now else ""


def enroll(relationship: Relationship, event: Enrolled, now: datetime) -> list[Fact]:
    """Enter a journey version. Refused (and recorded as such) when already inside, hired, or opted out of all its channels."""
    if event.plan is None:
        relationship.refuse(f"enrolled {event.journey}: no published version; publish the journey first")
        return []
    try:
        plan = read_plan(event.plan)
    except ValueError as error:
        relationship.refuse(f"enrolled {event.journey}: {error}")
        return []
    occurrence = stamp(event.at)
    because = event.refusal or refusal_to_enroll(relationship, plan, plan.journey, now)
    channels = {relationship.resolve(step.channel) for step in plan.steps if step.kind is StepKind.SEND}
    if not because and channels and all(relationship.has_opted_out(plan.purpose, channel) for channel in channels):
        because = f"opted out of {plan.purpose}"
    enrollment = Enrollment(plan, occurrence, event.at, 0, event.at)
    enter(relationship, enrollment, 0, event.at)
    if not because and _entered_before(relationship, enrollment):
        because = f"entered it at {occurrence} before"
    if because:
        relationship.note(now, f"not enrolled in {plan.label}: {because}")
        return [enrollment_fact(enrollment, "refused", because, now)]
    if is_held_out(plan, relationship.candidate_id):
        relationship.note(now, f"held out of {plan.label}, for comparison")
        return [enrollment_fact(enrollment, "held_out", "for comparison", event.at)]
    relationship.enrollments[plan.journey] = enrollment
    for aside in list(answered_stays(relationship, plan.journey)):
        relationship.set_aside.remove(aside)
    relationship.note(now, f"enrolled in {plan.label}")
    return [enrollment_fact(enrollment, "active", "", event.at)]


def _entered_before(relationship: Relationship, enrollment: Enrollment) -> bool:
    """Whether this very entry has happened: a message of it is settled."""
    sends = [step for step in enrollment.plan.steps if step.kind is StepKind.SEND]
    return any(journey_touch(relationship, enrollment, step).key in relationship.settled for step in sends)


# Time and answers


def elapse_journeys(relationship: Relationship, now: datetime) -> list[Fact]:
    """Let time pass in the journeys that may act; one that ends lets the next one act."""
    facts: list[Fact] = []
    while due := [one for one in acting(relationship) if _is_over(one, now) and not frozen(relationship, one)]:
        for enrollment in due:
            progress = pass_time(relationship, enrollment, now)
            facts += progress.facts + take_progress(relationship, enrollment, progress, now)
        relationship.outlook_stale = True
    return facts


def _is_over(enrollment: Enrollment, now: datetime) -> bool:
    moment = elapses_at(enrollment)
    return enrollment.step() is None or (moment is not None and moment <= now)


def frozen(relationship: Relationship, enrollment: Enrollment) -> bool:
    """Whether a pause of the person, of all, of the journey or of its sender holds everything in it."""
    scopes = ("everything", f"journey:{enrollment.plan.journey}", f"sender:{relationship.owner}")
    return relationship.paused_at is not None or any(scope in relationship.pauses for scope in scopes)


def take_progress(relationship: Relationship, enrollment: Enrollment, progress: Progress, now: datetime) -> list[Fact]:
    """Leave a journey whose program has come to an end; the facts of that."""
    if not progress.ended:
        return []
    for aside in answered_stays(relationship, enrollment.plan.journey):
        aside.ended = not gone_on(aside.enrollment, enrollment)
    return leave(relationship, enrollment, progress.ended, progress.because, now)


def leave(relationship: Relationship, enrollment: Enrollment, status: str, because: str, now: datetime) -> list[Fact]:
    """Take the person out; `status`: finished, reached, exited."""
    tasks = drop_task(relationship, enrollment, now)
    relationship.enrollments.pop(enrollment.plan.journey, None)
    if enrollment.plan.reentry_days:
        relationship.left[enrollment.plan.journey] = now
    relationship.outlook_stale = True
    relationship.note(now, f"{status} {enrollment.plan.label}" + (f": {because}" if because else ""))
    return [*tasks, enrollment_fact(enrollment, status, because, now)]


def end_journeys(
    relationship: Relationship, cause: str, because: str, now: datetime, spared: Collection[str] = ()
) -> list[Fact]:
    """What the person did, or what became of them, in their journeys: goals are reached, waits answered, the rest may end, but those
    that are `spared`."""
    answered, facts = take_answer(relationship, cause, now)
    for enrollment in list(relationship.enrollments.values()):
        plan = enrollment.plan
        if cause in plan.goals:
            facts += exit_journey(relationship, plan.journey, because, now, status="reached")
        elif cause in plan.exit_on and plan.journey not in answered | set(spared):
            facts += exit_journey(relationship, plan.journey, because, now)
    for aside in list(resting_stays(relationship)):
        if cause in aside.enrollment.plan.goals:
            facts += end_stay(relationship, aside, because, now, status="reached")
        elif cause in aside.enrollment.plan.exit_on:
            facts += end_stay(relationship, aside, because, now)
    return facts


def exit_journey(
    relationship: Relationship, journey: str, because: str, now: datetime, gate: Gate = Gate.EXITED, status: str = "exited"
) -> list[Fact]:  # fmt: skip
    """Take the person out of one journey; the touch that would have come next is recorded as not sent."""
    enrollment = relationship.enrollments.get(journey)
    if enrollment:
        touch = _next_touch(relationship, enrollment)
        facts = leave(relationship, enrollment, status, because, now)
        return facts + ([not_sent(relationship, touch, gate, because, now)] if touch else [])
    resting = [aside for aside in resting_stays(relationship) if aside.enrollment.plan.journey == journey]
    return [fact for aside in resting for fact in end_stay(relationship, aside, because, now, gate, status)]


def _next_touch(relationship: Relationship, enrollment: Enrollment) -> Touch | None:
    step = enrollment.step()
    return journey_touch(relationship, enrollment, step) if step and step.kind is StepKind.SEND else None


# Set aside


def resting_stays(relationship: Relationship) -> Iterator[SetAside]:
    """The stays that rest until the person can be reached again."""
    return (aside for aside in relationship.set_aside if aside.lacks_contact)


def answered_stays(relationship: Relationship, journey: str) -> Iterator[SetAside]:
    """How a stay stood at the waits that messages have answered, as long as that may be corrected."""
    return (one for one in relationship.set_aside if one.answered and one.enrollment.plan.journey == journey)


def set_aside(
    relationship: Relationship, enrollment: Enrollment, waits_for: str, because: str, now: datetime, until: datetime
) -> list[Fact]:
    """Let a stay rest in place; nothing of it is sent, and nothing is lost. A task that it asked for is asked for again later."""
    plan = enrollment.plan
    tasks = drop_task(relationship, enrollment, now)
    enrollment.asked = enrollment.asked and not tasks
    relationship.enrollments.pop(plan.journey, None)
    relationship.set_aside.append(SetAside(enrollment, waits_for, now, until))
    relationship.outlook_stale = True
    relationship.note(now, f"set aside {plan.label}: {because}")
    return [*tasks, enrollment_fact(enrollment, "set_aside", because, now)]


def end_stay(
    relationship: Relationship, aside: SetAside, because: str, now: datetime, gate: Gate = Gate.EXITED, status: str = "exited"
) -> list[Fact]:  # fmt: skip
    """Take the person out of a journey that rests."""
    relationship.set_aside.remove(aside)
    touch = _next_touch(relationship, aside.enrollment)
    facts = leave(relationship, aside.enrollment, status, because, now)
    return facts + ([not_sent(relationship, touch, gate, because, now)] if touch else [])


# Settled touches


def advance(
    relationship: Relationship, touch: Touch, settlement: Settlement, now: datetime, also: list[str]
) -> list[Fact]:
    """Move on what proposed a touch, now that it is settled: hold it, take the next step, or be done with it.

    `also` are further openings that the same alert told of.
    """
    held = None
    if settlement.outcome is Outcome.DEFERRED and settlement.until:
        held = Held(settlement.until, settlement.gate, settlement.because)
    if touch.journey:
        return _advance_journey(relationship, touch, settlement, held, now)
    alert = relationship.alerts.get(touch.opening_id)
    if alert and alert.touch.key == touch.key:
        _tell_of(relationship, also, settlement, now)
        return _advance_alert(relationship, alert, settlement, held, now)
    for pending in (relationship.messages, relationship.scheduled):
        for message in [m for m in pending if m.touch.key == touch.key]:
            message.held = held
            if held is None:
                pending.remove(message)
                _remember_told(relationship, message, settlement)
    return []


def _tell_of(relationship: Relationship, openings: list[str], settlement: Settlement, now: datetime) -> None:
    """Note that an alert has told of these openings too; where it has not left, each is told of by its own."""
    if settlement.outcome not in LEFT:
        return
    for opening_id in openings:
        alert = relationship.alerts.pop(opening_id, None)
        relationship.told_openings[opening_id] = now
        if alert:
            relationship.close(alert.touch.key)


def _remember_told(relationship: Relationship, message: StageMessage, settlement: Settlement) -> None:
    """Note what the candidate now knows of an application, unless they know better already (an acknowledgment that came late)."""
    application = relationship.applications.get(message.touch.opening_id)
    if application is None or not message.stage:
        return
    application.unread = settlement.gate == Gate.SUPPRESSED and message.stage == application.stage
    stage = application.stages().find(message.stage)
    if stage and settlement.outcome in LEFT and application.is_news(stage):
        application.told = stage.name


def _advance_alert(
    relationship: Relationship, alert: Alert, settlement: Settlement, held: Held | None, now: datetime
) -> list[Fact]:
    alert.held = held
    if held is None:
        del relationship.alerts[alert.opening_id]
        if settlement.outcome in LEFT:
            relationship.told_openings[alert.opening_id] = now
        return []
    return [
        Fact(FactKind.ALERT, now, opening_id=alert.opening_id, round=alert.round, outcome="waiting",
             because=f"{held.gate} until {stamp(held.until)}")
    ]  # fmt: skip


def _advance_journey(
    relationship: Relationship, touch: Touch, settlement: Settlement, held: Held | None, now: datetime
) -> list[Fact]:
    enrollment = relationship.enrollments[touch.journey]
    enrollment.held = held
    if held is not None:
        return []
    enrollment.done.append(touch.template)
    because = _ends_early(relationship, enrollment, touch, settlement)
    if because:
        return leave(relationship, enrollment, "exited", because, now)
    enter(relationship, enrollment, enrollment.position + 1, settlement.at)
    if enrollment.step() is None:
        was_stale = relationship.outlook_stale
        closed = leave(relationship, enrollment, "finished", "", now)
        if relationship.rules >= 2:
            # The send activity has written this end; only where others now take their turn is there more to write.
            relationship.outlook_stale = was_stale or bool(relationship.enrollments)
        return [fact for fact in closed if fact.kind is not FactKind.ENROLLMENT]
    return []


def _ends_early(relationship: Relationship, enrollment: Enrollment, touch: Touch, settlement: Settlement) -> str:
    """Why an outcome ends the journey before its last step; empty when it costs that touch alone.

    An opt-out by one channel ends it only when no step ahead takes another channel that is still open.
    """
    ahead = sends_ahead(enrollment.plan, enrollment.position + 1)
    if settlement.outcome is not Outcome.SKIPPED or not ahead:
        return ""
    if settlement.gate == Gate.ERASED:
        return "erased"
    others = {relationship.resolve(step.channel) for step in ahead} - {touch.channel}
    purpose = enrollment.plan.purpose
    if settlement.gate == Gate.OPTED_OUT and all(relationship.has_opted_out(purpose, other) for other in others):
        return "opted out"
    return ""


def sends_ahead(plan: Plan, position: int) -> list[PlanStep]:
    """The messages that stand at a position or after it."""
    return [step for step in plan.steps[max(position, 0) :] if step.kind is StepKind.SEND]


def closing_facts(relationship: Relationship, touch: Touch, now: datetime) -> list[Fact]:
    """What is to be recorded together with this touch once it is settled: the end of the journey whose last one it is.

    The send activity writes them, so that the end of a journey costs no activity of its own.
    """
    enrollment = relationship.enrollments.get(touch.journey)
    if enrollment is None or landing(enrollment.plan, enrollment.position + 1) != END:
        return []
    return [enrollment_fact(enrollment, "finished", "", now)]


def not_sent(relationship: Relationship, touch: Touch, gate: Gate, because: str, now: datetime) -> Fact:
    """Close a touch that was planned and will not leave; answers its record."""
    relationship.close(touch.key)
    return Fact(
        FactKind.NOT_SENT, now, touch_key=touch.key, purpose=touch.purpose, channel=touch.channel, template=touch.template,
        opening_id=touch.opening_id, journey=touch.journey, version=touch.version, outcome=gate, because=because,
    )  # fmt: skip


def enrollment_fact(enrollment: Enrollment, status: str, because: str, at: datetime) -> Fact:
    """The record of how a stay in a journey stands."""
    plan = enrollment.plan
    return Fact(
        FactKind.ENROLLMENT, at, journey=plan.journey, version=plan.version, occurrence=enrollment.occurrence,
        outcome=status, because=because,
    )  # fmt: skip
