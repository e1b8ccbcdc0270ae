"""A rehearsal: one person's coming months, lived by the production core on a simulated clock.

The same `elapse`, `next_action`, `apply` and gates as in the workflow and the send activity; what providers, people and the record
would answer is taken from what is known of the person now, and from habits that are drawn, the same in every run.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.arbiter import Decide, Forget, Idle, Remind, Send, Wait, next_action, waiting_behind
from domain.conditions import Traits, holds
from domain.definitions import Decision
from domain.events import Enrolled, Event, MessageReceived, PromiseReminded, StepDecided
from domain.facts import Fact, FactKind
from domain.gates import Consent, Defer, GateFacts, Pass, Skip, decide
from domain.journeys import closing_facts
from domain.keeping import rests_on_law
from domain.outlook import settled
from domain.plans import draw
from domain.programs import closures_of, lacks_date
from domain.relationships import Relationship
from domain.touches import LEFT, TRANSACTIONAL, Outcome, Settlement, Touch
from domain.transitions import apply, elapse
from domain.windows import date_moment


@dataclass(frozen=True, slots=True)
class Habits:
    """How people are taken to answer: the share of messages that get a reply, or an opt-out, and after how long. Drawn by `seed`."""

    replies: float = 0.0
    opt_outs: float = 0.0
    after: timedelta = timedelta(hours=26)
    seed: str = "rehearsal"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the pool as they are now: their relationship, live journeys included, what is on record, and where they can be written to.

    `addresses` are the channels with a usable address; `consents` are `purpose/channel` pairs that are granted; `sender` is in whose
    name nurture leaves.
    """

    relationship: Relationship
    traits: Traits
    addresses: frozenset[str]
    consents: frozenset[str]
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing in a rehearsed life. `kind`: sent, skipped, deferred, replied, opted_out, task, forgotten (their data), behind (the journey
    waits for the one in `because`), or how a stay in a journey stands (active, finished …)."""

    at: datetime
    candidate_id: str
    kind: str
    journey: str = ""
    step: str = ""
    channel: str = ""
    gate: str = ""
    because: str = ""
    touch_key: str = ""
    sender: str = ""
    purpose: str = ""
    until: datetime | None = None


@dataclass(slots=True)
class _Life:
    person: Person
    habits: Habits
    ahead: list[tuple[datetime, int, Event]] = field(default_factory=list)
    told: list[Happened] = field(default_factory=list)


def rehearse(
    person: Person, start: datetime, span: timedelta, habits: Habits, plan: dict[str, Any] | None = None, refusal: str = ""
) -> list[Happened]:  # fmt: skip
    """Everything that happens to one person from `start` on, in order. With a plan (JSON) they enter it first, unless `refusal` says
    why not.

    The person's relationship is used up.
    """
    life, state, now = _Life(person, habits), person.relationship, start
    if plan is not None:
        entered = Enrolled(
            event_id="", at=start, journey=plan["journey"], version=plan["version"], plan=plan, refusal=refusal
        )
        _note_facts(life, apply(state, entered, start))
    for one, first in waiting_behind(state):
        _note(life, start, "behind", journey=one.plan.journey, because=first.plan.journey)
    while now <= start + span:
        while life.ahead and life.ahead[0][0] <= now:
            _note_facts(life, apply(state, heapq.heappop(life.ahead)[2], now))
        _note_facts(life, elapse(state, now))
        match next_action(state, now):
            case Send(touch):
                _send(life, touch, now)
            case Remind(order):
                apply(state, PromiseReminded(event_id="", at=now, promise=order.promise), now)
            case Decide(journey, step):
                _decide(life, journey, step, now)
            case Wait(until):
                now = min(until, life.ahead[0][0]) if life.ahead else until
            case Forget():
                _note(life, now, "forgotten")
                break
            case Idle():
                if not life.ahead:
                    break
                now = life.ahead[0][0]
        state.unrecorded.clear()
    return life.told


def _note_facts(life: _Life, facts: list[Fact]) -> None:
    for fact in facts:
        if fact.kind is FactKind.ENROLLMENT:
            _note(life, fact.at, fact.outcome, journey=fact.journey, because=fact.because)
        elif fact.kind is FactKind.TASK and fact.outcome == "ask":
            _note(life, fact.at, "task", journey=fact.journey, step=fact.stage, because=fact.because, sender=fact.by)


def _note(life: _Life, at: datetime, kind: str, **more: Any) -> None:
    life.told.append(Happened(at, life.person.relationship.candidate_id, kind, **more))


def _send(life: _Life, touch: Touch, now: datetime) -> None:
    """Ask the gates, and let what they say happen."""
    settlement = settle(life.person, touch, now)
    kind = "sent" if settlement.outcome is Outcome.SENT else str(settlement.outcome)
    sender = life.person.sender if touch.purpose not in TRANSACTIONAL else ""
    _note(
        life, now, kind, journey=touch.journey, step=touch.template, channel=touch.channel, gate=settlement.gate,
        because=settlement.because, touch_key=touch.key, sender=sender, purpose=touch.purpose,
        until=settlement.until,
    )  # fmt: skip
    closing = closing_facts(life.person.relationship, touch, now)
    facts = apply(life.person.relationship, settled(touch, settlement, now), now)
    _note_facts(life, facts if settlement.outcome is Outcome.DEFERRED else facts + closing)
    if settlement.outcome in LEFT and touch.purpose not in TRANSACTIONAL:
        _answer(life, touch, now)


def _answer(life: _Life, touch: Touch, now: datetime) -> None:
    """Let the person answer, where their habits say so: the same touch gets the same answer in every run."""
    drawn, habits = draw(f"{life.habits.seed}/{touch.key}"), life.habits
    after = now + habits.after * (0.05 + 1.9 * draw(f"{habits.seed}/after/{touch.key}"))
    after = after.replace(microsecond=0)
    if drawn < habits.replies:
        event: Event = MessageReceived(event_id="", at=after, kind="reply", channel=touch.channel)
        _note(life, after, "replied", journey=touch.journey, step=touch.template, channel=touch.channel)
    elif drawn < habits.replies + habits.opt_outs:
        event = MessageReceived(event_id="", at=after, kind="stop", channel=touch.channel)
        _note(life, after, "opted_out", journey=touch.journey, step=touch.template, channel=touch.channel)
    else:
        return
    heapq.heappush(life.ahead, (after, len(life.told), event))


def settle(person: Person, touch: Touch, now: datetime) -> Settlement:
    """What the gates say to a touch of this person, as a settlement."""
    match decide(gate_facts(person, touch, now), touch, now):
        case Pass():
            return Settlement(Outcome.SENT, now)
        case Skip(gate, because):
            return Settlement(Outcome.SKIPPED, now, gate, because=because)
        case Defer(until, gate, because):
            return Settlement(Outcome.DEFERRED, now, gate, until, because)


def gate_facts(person: Person, touch: Touch, now: datetime) -> GateFacts:
    """What the gates would look at if the touch asked to leave now."""
    state = person.relationship
    enrollment = state.enrollments.get(touch.journey)
    plan = enrollment.plan if enrollment else None
    agreed = f"{touch.purpose}/{touch.channel}" in person.consents or rests_on_law(touch)
    granted = agreed and not state.has_opted_out(touch.purpose, touch.channel)
    step = enrollment.step() if enrollment else None
    failed = bool(step and step.condition and not holds(step.condition, traits_at(person, touch.journey, now)))
    return GateFacts(
        address="known" if touch.channel in person.addresses else "",
        consent=Consent(1, granted, state.keeping.consents.get(f"{touch.purpose}/{touch.channel}")),
        snoozed_until=state.snoozed_until,
        sent=state.recent,
        zone=state.zone,
        window=plan.window if plan and plan.window else state.window,
        caps=state.own_caps(),
        closures=closures_of(state, plan),
        condition_failed=step.condition if step and failed else "",
    )


def traits_at(person: Person, journey: str, now: datetime) -> Traits:
    """The person's traits at a moment of the rehearsal: what is on record now, with what has happened in it since."""
    state = person.relationship
    enrollment = state.enrollments.get(journey)
    stages = {**person.traits.stages, **{one.opening_id: one.stage for one in state.applications.values()}}
    answers = enrollment.answers if enrollment else {}
    return replace(person.traits, stages=stages, answers=answers, today=now.date())


def _decide(life: _Life, journey: str, step_id: str, now: datetime) -> None:
    decision = decision_of(life.person, journey, now)
    event = StepDecided(event_id="", at=now, journey=journey, step=step_id, decision=decision)
    _note_facts(life, apply(life.person.relationship, event, now))


def decision_of(person: Person, journey: str, now: datetime) -> Decision:
    """What the record answers the present step of a journey: the case that holds, or the date it counts from."""
    enrollment = person.relationship.enrollments[journey]
    step = enrollment.step()
    if step is None:
        return Decision()
    traits = traits_at(person, journey, now)
    if lacks_date(enrollment):
        return Decision(until=date_moment(traits.facts.get(step.waits().fact, ""), person.relationship.zone))
    chosen = (at for at, case in enumerate(step.cases) if holds(case.when, traits))
    return Decision(case=next(chosen, -1))
