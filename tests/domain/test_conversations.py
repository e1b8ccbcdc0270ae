"""What comes in, in any order: after each of its turns the record that the facts have made says what the relationship knows."""

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.payloads import SparseEncoder
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import closing_facts, resting_stays
from domain.obligations import closing_promises
from domain.plans import Plan, PlanStep, StepKind
from domain.promises import PromiseKind, PromiseState, answer_id, question_key
from domain.questions import MOST_OPEN
from domain.relationships import Relationship
from domain.touches import LEFT, TRANSACTIONAL, Channel, Outcome, Settlement, Touch
from domain.windows import ALWAYS, Caps, Window
from tests.domain.lives import DAY, MONDAY, Life, plan_json
from workflows.inputs import read_relationship

BACK = st.integers(1, 4)
"""Which of the last messages is meant."""
KINDS = ("reply", "interested", "question", "later", "no", "wrong_person", "auto_reply", "stop")
ASKING = Plan(
    "asking",
    1,
    [
        PlanStep("ask-them"),
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=240, to=3, otherwise=2),
        PlanStep("reminder", wait_days=1),
        PlanStep("call", kind=StepKind.TASK, title="Call", work="call", timeout_hours=30),
        PlanStep("text", Channel.SMS, wait_days=2),
        PlanStep("talk", kind=StepKind.EXIT, because="they talk with us"),
    ],
    exit_on=["reply", "bounce", "opt_out", "booking"],
    alongside=True,
)
TALKING = replace(ASKING, journey="talking", steps=[*ASKING.steps[:2], replace(ASKING.steps[5], id="over")])
TALKING = replace(TALKING, steps=[TALKING.steps[0], replace(TALKING.steps[1], to=2, otherwise=2), TALKING.steps[2]])
NEWS = Plan("news", 1, [PlanStep(f"news-{n}", wait_days=7 * n) for n in range(4)], exit_on=["reply", "bounce"])
LATE = Plan("late", 1, [PlanStep(f"late-{n}", wait_days=3) for n in range(4)], exit_on=["bounce"], priority=7)
PLANS = {plan.journey: plan for plan in (ASKING, TALKING, NEWS, LATE)}
OUTCOMES = [Outcome.SENT] * 5 + [Outcome.DEFERRED, Outcome.UNKNOWN, Outcome.FAILED]


class Record:
    """The tables, as far as facts and settlements move them (storage.ledger, storage.enrollments, storage.promises)."""

    def __init__(self) -> None:
        self.ledger: dict[str, tuple[str, str]] = {}
        """State and gate by touch key."""
        self.stays: dict[tuple[str, str], tuple[str, datetime | None]] = {}
        self.promises: dict[str, tuple[str, str]] = {}
        """State and reason of questions."""

    def write(self, facts: list[Fact]) -> None:
        for fact in facts:
            match fact.kind:
                case FactKind.NOT_SENT if self.ledger.get(fact.touch_key, ("intended", ""))[0] == "intended":
                    self.ledger[fact.touch_key] = ("skipped", fact.outcome)
                case FactKind.WANTED if self.ledger.get(fact.touch_key) == ("skipped", Gate.EXITED):
                    del self.ledger[fact.touch_key]
                case FactKind.ENROLLMENT:
                    self._stay(fact)
                case FactKind.PROMISE if fact.stage == PromiseKind.QUESTION:
                    state, _ = self.promises.get(fact.touch_key, ("due", ""))
                    if state == "due":
                        self.promises[fact.touch_key] = (fact.outcome, fact.because)
                    elif state == "broken" and fact.outcome != "broken":
                        self.promises[fact.touch_key] = (state, f"late: {fact.because}")

    def _stay(self, fact: Fact) -> None:
        key = (fact.journey, fact.occurrence)
        known, ended_at = self.stays.get(key, ("", None))
        if fact.outcome == "resumed":
            if ended_at and ended_at <= fact.at:
                self.stays[key] = ("active", None)
        elif not known or known == "active" or (known == "set_aside" and fact.outcome != "active"):
            self.stays[key] = (fact.outcome, None if fact.outcome == "active" else fact.at)


class Conversations(RuleBasedStateMachine):
    """A candidate of whom anything comes in, and a record that is written behind them."""

    @initialize(chance=st.integers(0, 10_000), window=st.sampled_from([ALWAYS, Window()]), trouble=st.booleans())
    def begin(self, chance: int, window: Window, trouble: bool) -> None:
        relationship = Relationship("c1", zone="Europe/Berlin", window=window, caps=Caps(2, 9), owner="dana")
        self.life = Life(relationship, MONDAY, answer=self._answer, during_send=self._meanwhile)
        self.chance, self.trouble, self.record, self.written = random.Random(chance), trouble, Record(), 0
        self.owed: set[str] = set()
        self.messages: list[str] = []
        self.returned: set[str] = set()
        self.closed: set[tuple[str, str]] = set()
        self.dead: set[str] = set()
        self.entries = self.letters = 0
        self.erased = False

    # What happens

    @rule(name=st.sampled_from(sorted(PLANS)))
    def enters(self, name: str) -> None:
        self.entries += 1
        at = (self.life.now - timedelta(hours=12) + timedelta(seconds=self.entries)).isoformat()
        self.life.happen("enrolled", journey=name, plan=plan_json(PLANS[name]), at=at)

    @rule(
        kind=st.sampled_from(KINDS),
        channel=st.sampled_from(["email", "sms"]),
        days=st.integers(1, 20),
        asks=st.booleans(),
    )
    def writes(self, kind: str, channel: str, days: int, asks: bool) -> None:
        self.messages.append(str(len(self.messages) + 1))
        until = (self.life.now + days * DAY).isoformat()
        for one in (kind, "question") if asks and kind in ("later", "reply", "interested") else (kind,):
            self.life.happen(
                "message_received", kind=one, message_id=self.messages[-1], channel=channel, until=until
            )  # fmt: skip
            self._understood(self.messages[-1], one, channel)

    @precondition(lambda self: self.messages)
    @rule(back=BACK, kind=st.sampled_from(KINDS), days=st.integers(1, 20))
    def is_corrected(self, back: int, kind: str, days: int) -> None:
        message, until = self._message(back), (self.life.now + days * DAY).isoformat()
        known = [one for one in self.life.relationship.heard if one.message_id == message]
        self.life.now += timedelta(seconds=1)
        self.life.happen("message_corrected", message_id=message, kind=kind, until=until)
        if [(one.kind, one.until) for one in known] == [(kind, datetime.fromisoformat(until))]:
            return
        if "question" in {one.kind for one in known} and kind != "question":
            self.owed.discard(message)
        for one in known:
            self.dead -= {one.channel} if one.kind == "wrong_person" else set()
        self._understood(message, kind, known[0].channel if known else "email")

    def _message(self, back: int) -> str:
        return self.messages[-min(back, len(self.messages))] if self.messages else "0"

    def _understood(self, message: str, kind: str, channel: str) -> None:
        if self.erased:
            return
        if kind == "question" and len(self.owed) < MOST_OPEN:
            self.owed.add(message)
        if kind == "stop":
            self.closed |= {(purpose, channel) for purpose in ("nurture", "alerts")}
            self.closed |= {(purpose, "sms") for purpose in ("application", "service") if channel == "sms"}
        if kind == "wrong_person":
            self.dead.add(channel)

    @rule(channel=st.sampled_from(["email", "sms"]))
    def says_start(self, channel: str) -> None:
        self.life.happen("consent_changed", purpose="*", channel=channel, granted=True, source="START")
        self.closed = {pair for pair in self.closed if pair[1] != channel}

    @rule(back=BACK, hours=st.sampled_from([0, 0, 30]))
    def somebody_answers(self, back: int, hours: int) -> None:
        self.letters, message = self.letters + 1, self._message(back)
        due = (self.life.now + timedelta(hours=hours)).isoformat()
        self.life.happen(
            "touch_scheduled", touch_id=answer_id(int(message), str(self.letters)), template="letter", due=due,
            purpose="service", channel="email",
        )  # fmt: skip

    @rule(back=BACK, of_all=st.booleans())
    def is_called(self, back: int, of_all: bool) -> None:
        message = "" if of_all else self._message(back)
        self.life.happen("question_answered", message_id=message, by="dana")
        self.owed -= {message} if message else set(self.owed)

    @precondition(lambda self: self.life.sent)
    @rule(back=st.integers(1, 3), kind=st.sampled_from(["bounced", "bounced", "complained", "soft_bounced"]))
    def comes_back(self, back: int, kind: str) -> None:
        touch = self.life.sent[-min(back, len(self.life.sent))][1]
        self.life.now += timedelta(seconds=1)
        self.life.happen("delivery_reported", kind=kind, touch_key=touch.key, channel=touch.channel)
        if self.erased:
            return
        if kind == "bounced":
            self.dead.add(touch.channel)
            if "/letter/answer-" in touch.key and touch.key not in self.returned:
                self.owed.add(touch.key.split("answer-")[1].split("-")[0])
                self.returned.add(touch.key)
        if kind == "complained":
            self.closed |= {(purpose, touch.channel) for purpose in ("nurture", "alerts")}
            self.closed |= {(purpose, "sms") for purpose in ("application", "service") if touch.channel == "sms"}

    @rule(channel=st.sampled_from(["email", "sms"]))
    def is_found_again(self, channel: str) -> None:
        self.life.happen("contact_corrected", channel=channel)
        self.dead.discard(channel)

    @rule(uid=st.sampled_from(["u1", "u2"]), hours=st.integers(1, 100), stays=st.booleans())
    def books(self, uid: str, hours: int, stays: bool) -> None:
        known = self.life.relationship.bookings.get(uid)
        sequence = known.sequence + 1 if known else 0
        starts_at = (self.life.now + timedelta(hours=hours)).isoformat()
        if stays:
            self.life.happen("booked", opening_id="be-1", booking=uid, starts_at=starts_at, sequence=sequence)
        else:
            self.life.happen("unbooked", booking=uid, sequence=sequence)

    @rule(scope=st.sampled_from(["", "journey:news", "journey:late", "template:ask-them"]), on=st.booleans(),
          policy=st.sampled_from(["shift", "drop-overdue"]))  # fmt: skip
    def rests(self, scope: str, on: bool, policy: str) -> None:
        self.life.happen("paused", scope=scope) if on else self.life.happen("resumed", scope=scope, policy=policy)

    @rule(outcome=st.sampled_from(["done", "dropped"]))
    def is_done(self, outcome: str) -> None:
        self.life.happen("task_done", journey="asking", step="call", outcome=outcome)

    @precondition(lambda self: self.entries > 5)
    @rule()
    def is_erased(self) -> None:
        self.life.happen("erased")
        self.erased = True
        self.owed.clear()

    @rule()
    def rolls_over(self) -> None:
        """Continue-as-new: the next run knows all that this one did."""
        given = json.loads(json.dumps(self.life.relationship, cls=SparseEncoder))
        again = read_relationship(given)
        assert again == self.life.relationship
        self.life.relationship = again

    @rule(days=st.sampled_from([0, 0.02, 0.3, 1, 3, 10, 61]))
    def time_passes(self, days: float) -> None:
        self.life.live(days=days)

    # What must hold

    def _meanwhile(self, touch: Touch) -> None:
        """Something comes in while a touch is leaving: its claim is on record already."""
        self._claim(touch)
        if self.trouble and self.chance.random() < 0.3:
            happens = (
                lambda: self.writes(self.chance.choice(KINDS), "email", 2, self.chance.random() < 0.5),
                lambda: self.is_corrected(self.chance.randint(1, 3), self.chance.choice(KINDS), 2),
                lambda: self.is_found_again("email"),
                lambda: self.rests("journey:news", self.chance.random() < 0.5, "shift"),
            )
            self.chance.choice(happens)()

    def _claim(self, touch: Touch) -> None:
        self._note()
        assert not self.erased, "to somebody who was erased"
        assert self.record.ledger.get(touch.key, ("intended", ""))[0] == "intended", f"{touch.key} is used up"
        if touch.journey and touch.journey != "asking":
            assert (touch.purpose, touch.channel) not in self.closed, "a journey that ends by an opt-out"
        self.afterwards = closing_facts(self.life.relationship, touch, self.life.now)
        self.afterwards += closing_promises(self.life.relationship, touch, self.life.now)

    def _answer(self, touch: Touch, now: datetime) -> Settlement | None:
        """What the gates and the provider say to a claim."""
        outcome = self.chance.choice(OUTCOMES) if self.trouble else Outcome.SENT
        settlement = Settlement(outcome, now, Gate.UNDELIVERABLE if outcome is Outcome.FAILED else "")
        if touch.channel in self.dead or touch.channel == "sms":
            settlement = Settlement(Outcome.SKIPPED, now, Gate.SUPPRESSED)
        elif (touch.purpose, touch.channel) in self.closed:
            settlement = Settlement(Outcome.SKIPPED, now, Gate.OPTED_OUT)
        elif outcome is Outcome.DEFERRED:
            settlement = replace(settlement, gate=Gate.KILL_SWITCH, until=now + timedelta(hours=5))
        if settlement.outcome is Outcome.DEFERRED:
            return settlement
        state = "accepted" if settlement.outcome is Outcome.SENT else str(settlement.outcome)
        self.record.ledger[touch.key] = (state, settlement.gate)
        left = settlement.outcome in LEFT
        self.record.write([one for one in self.afterwards if left or one.kind is not FactKind.PROMISE])
        if left and "/letter/answer-" in touch.key:
            self.owed.discard(touch.key.split("answer-")[1].split("-")[0])
        assert touch.purpose in TRANSACTIONAL or left or not self.erased
        return settlement

    def _note(self) -> None:
        self.record.write(self.life.facts[self.written :])
        self.written = len(self.life.facts)

    @invariant()
    def the_record_knows_what_the_relationship_knows(self) -> None:
        if not hasattr(self, "life"):
            return
        self.life.upcoming_action()
        self._note()
        state = self.life.relationship
        inside = {(one.plan.journey, one.occurrence) for one in state.enrollments.values()}
        resting = {(one.enrollment.plan.journey, one.enrollment.occurrence) for one in resting_stays(state)}
        assert {key for key, (status, _) in self.record.stays.items() if status == "active"} == inside
        assert {key for key, (status, _) in self.record.stays.items() if status == "set_aside"} == resting

    @invariant()
    def every_question_is_owed_or_was_answered(self) -> None:
        if not hasattr(self, "life"):
            return
        self._note()
        asked = {key: one for key, one in self.life.relationship.promises.items() if one.kind is PromiseKind.QUESTION}
        wanted = {question_key("c1", message) for message in self.owed}
        assert {key.partition(".")[0] for key in asked} == wanted
        open_ones = {
            key for key, (state, because) in self.record.promises.items()
            if state == "due" or (state == "broken" and not because.startswith("late: "))
        }  # fmt: skip
        assert open_ones == set(asked)
        assert all(one.due > self.life.now for one in asked.values() if one.state is PromiseState.DUE)


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=150, stateful_step_count=40, suppress_health_check=list(HealthCheck))
