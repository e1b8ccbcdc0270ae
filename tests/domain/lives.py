"""A life: one relationship driven through story time by the core alone, as the workflow drives it, without a server.

Events come in as the JSON of signals; what the arbiter wants sent is settled by whatever answers a test gives.
"""

import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.arbiter import Action, Decide, Forget, Idle, Remind, Send, Wait, is_wanted, next_action
from domain.definitions import Decision
from domain.events import PromiseReminded, StepDecided
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.inbox import let_happen, read_signal
from domain.outlook import settled
from domain.plans import Plan, PlanStep
from domain.promises import WORDS, RemindOf
from domain.relationships import Enrollment, Relationship
from domain.stages import DEFAULT_PIPELINE, Pipeline, Stage, StageKind
from domain.touches import Channel, Outcome, Settlement, Touch
from domain.transitions import apply, elapse
from domain.windows import ALWAYS, Caps, Window

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MOST_SENDS_AT_ONCE = 100
DAY = timedelta(days=1)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
Answer = Callable[[Touch, datetime], Settlement | None]
"""What becomes of a touch at a moment; None: the attempt was cancelled and nobody has it."""


def sends(_touch: Touch, now: datetime) -> Settlement:
    """A provider takes everything."""
    return Settlement(Outcome.SENT, now)


@dataclass
class Life:
    """A relationship, its moment, and what the candidate and the records have seen of it."""

    relationship: Relationship = field(default_factory=lambda: Relationship("c1"))
    now: datetime = MONDAY
    answer: Answer = sends
    decide: Callable[[Enrollment, str], Decision] = lambda enrollment, step: Decision()
    """What the record answers a step that asks; by default no case holds and no date is known."""
    during_send: Callable[[Touch], object] | None = None
    """Called between the decision to send and the provider's answer, when other events may come."""
    sent: list[tuple[datetime, Touch]] = field(default_factory=list)
    reminders: list[tuple[datetime, RemindOf]] = field(default_factory=list)
    decided: list[tuple[datetime, str, Decision]] = field(default_factory=list)
    attempts: list[tuple[datetime, Touch, Settlement | None]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    signals: int = 0
    forgotten: datetime | None = None
    """When the retention of their data was over; the life stops there."""

    def happen(self, name: str, **payload: Any) -> list[Fact]:
        """Let a signal come in now; answers the facts. One with an event id that was seen changes nothing.

        Without `event_id` each call is an event of its own; without `at` it happens now.
        """
        self.signals += 1
        payload = {"event_id": f"event-{self.signals}", "at": self.now.isoformat(), **payload}
        if not self.relationship.receive(name, payload):
            return []
        signal = self.relationship.inbox.pop()
        event = read_signal(self.relationship, signal, self.now)
        assert event, self.relationship.refused
        facts = let_happen(self.relationship, signal, event, self.now)
        self.facts += facts
        return facts

    def stage(self, stage: str, opening_id: str = "be-1", **more: Any) -> list[Fact]:
        """Move the application at an opening."""
        return self.happen("stage_changed", opening_id=opening_id, stage=stage, **more)

    def enroll(self, plan: Plan, **more: Any) -> list[Fact]:
        """Enter a journey."""
        return self.happen("enrolled", journey=plan.journey, plan=plan_json(plan), **more)

    def live(self, **span: float) -> list[str]:
        """Let time pass (`days=3, hours=2`) and the arbiter do its work; answers the templates sent, in order."""
        before, until = len(self.sent), self.now + timedelta(**span)
        at_once = 0
        while True:
            self.facts += elapse(self.relationship, self.now)
            match next_action(self.relationship, self.now):
                case Decide(journey, step):
                    at_once += 1
                    assert at_once <= MOST_SENDS_AT_ONCE, f"no end of decisions at {self.now}, such as {journey}/{step}"
                    self._decide(journey, step)
                case Remind(order):
                    self.reminders.append((self.now, order))
                    event = PromiseReminded(event_id="", at=self.now, promise=order.promise)
                    self.facts += apply(self.relationship, event, self.now)
                case Send(touch):
                    at_once += 1
                    assert at_once <= MOST_SENDS_AT_ONCE, f"no end of sends at {self.now}, such as {touch.key}"
                    self._send(touch)
                case Wait(moment) if moment <= until:
                    assert moment > self.now, f"waits until {moment}, which is not after {self.now}"
                    self.now, at_once = moment, 0
                case Forget():
                    self.forgotten = self.now
                    break
                case Wait() | Idle():
                    break
        self.now = until
        return [touch.template for _, touch in self.sent[before:]]

    def _send(self, touch: Touch) -> None:
        if self.during_send:
            self.during_send(touch)
        settlement = self.answer(touch, self.now)
        self.attempts.append((self.now, touch, settlement))
        if settlement is None:
            assert not is_wanted(self.relationship, touch.key), "only a touch that is no longer wanted is cancelled"
            return
        if settlement.outcome is Outcome.SENT:
            self.sent.append((self.now, touch))
        self.facts += apply(self.relationship, settled(touch, settlement, self.now), self.now)

    def _decide(self, journey: str, step: str) -> None:
        decision = self.decide(self.relationship.enrollments[journey], step)
        self.decided.append((self.now, step, decision))
        event = StepDecided(event_id="", at=self.now, journey=journey, step=step, decision=decision)
        self.facts += apply(self.relationship, event, self.now)

    def templates(self) -> list[str]:
        """All templates sent so far."""
        return [touch.template for _, touch in self.sent]

    def recorded(self, kind: FactKind) -> list[str]:
        """The outcomes of all facts of a kind so far."""
        return [fact.outcome for fact in self.facts if fact.kind is kind]

    def upcoming_action(self) -> Action:
        """What the arbiter says now, time having been let pass as every driver does."""
        self.facts += elapse(self.relationship, self.now)
        return next_action(self.relationship, self.now)


def news(templates: list[str]) -> list[str]:
    """Templates without the messages that only keep a promise of word."""
    return [template for template in templates if template not in WORDS]


@dataclass
class Answers:
    """Settles touches as it is told, in order, then sends everything."""

    queued: list[Settlement]

    def __call__(self, touch: Touch, now: datetime) -> Settlement:
        return self.queued.pop(0) if self.queued else sends(touch, now)


def deferred(until: datetime, gate: str) -> Settlement:
    """A gate asks to try again."""
    return Settlement(Outcome.DEFERRED, MONDAY, gate=gate, until=until, because="for a test")


def skipped(gate: str, at: datetime = MONDAY) -> Settlement:
    """A gate is closed for good."""
    return Settlement(Outcome.SKIPPED, at, gate=gate, because="for a test")


def journey(*waits: float, name: str = "hello", **more: Any) -> Plan:
    """A journey version 1 with an email after each of the waits, in days; its steps are `hello-1`, `hello-2`, …"""
    steps = [
        PlanStep(f"{name}-{number}", Channel.EMAIL, wait_days=int(wait), wait_hours=wait % 1 * 24)
        for number, wait in enumerate(waits, 1)
    ]
    return Plan(journey=name, version=1, steps=steps, **more)


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan as a signal carries it."""
    return json.loads(json.dumps(asdict(plan)))  # type: ignore[no-any-return]


SHORT_PIPELINE = Pipeline(
    [
        Stage("in", StageKind.RECEIVED, "received"),
        Stage("trial-day", StageKind.LATE, "interview"),
        Stage("joined", StageKind.HIRED, "hired"),
        Stage("no", StageKind.REFUSED, "refused", 60),
        Stage("not-now", StageKind.REFUSED, "refused", 120),
        Stage("gone", StageKind.WITHDRAWN, "withdrawn"),
    ]
)
"""A company's own stages, with two ways to refuse."""


def pipeline_json(pipeline: Pipeline) -> dict[str, Any]:
    """A pipeline as a signal carries it."""
    return {
        "stages": [
            {"name": s.name, "kind": s.kind.value, "message": s.message, "delay_minutes": s.delay_minutes}
            for s in pipeline.stages
        ]
    }


def drawn_life(seed: int) -> Life:
    """Some life with everything in it, stopped at some moment."""
    chance = random.Random(seed)
    window = chance.choice([Window(), ALWAYS, Window("0100010", 600, 615)])
    life = Life(Relationship("c1", zone=chance.choice(ZONES), window=window, caps=Caps(chance.randint(1, 2), 3)))
    life.now += timedelta(minutes=chance.randrange(525_600))
    for number in range(chance.randint(1, 4)):
        life.stage(chance.choice(DEFAULT_PIPELINE.names()), f"be-{number}")
        life.live(hours=chance.choice([0, 1, 30]))
    for number in range(chance.randint(0, 3)):
        waits = [chance.choice([0, 1, 7, 30.5]) for _ in range(chance.randint(1, 5))]
        life.enroll(journey(*waits, name=f"j{number}", exit_on=["reply"]))
        life.happen("opening_announced", opening_id=f"op-{number}")
    if chance.random() < 0.4:
        life.happen("snoozed", until=(life.now + chance.randint(1, 30) * DAY).isoformat())
    if chance.random() < 0.3:
        life.happen("message_received", kind="auto_reply", until=(life.now + chance.randint(1, 9) * DAY).isoformat())
    life.answer = Answers([deferred(life.now + chance.randint(1, 50) * DAY / 10, Gate.KILL_SWITCH)])
    life.live(hours=chance.choice([0, 5, 200]))
    life.answer = Answers([])
    if chance.random() < 0.1:
        life.happen("paused")
    return life
