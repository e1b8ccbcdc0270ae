"""Whole lives under whatever may happen: what must hold at every send, checked by a model that shares no code with the core."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.arbiter import Wait
from domain.gates import Gate
from domain.plans import Plan
from domain.relationships import Relationship
from domain.touches import Channel, Outcome, Priority, Purpose, Settlement, Touch
from domain.windows import Caps, Window
from tests.domain.lives import DAY, MONDAY, ZONES, Life, journey

OPENINGS = ("be-1", "fe-2", "ux-3")
STAGES = ("applied", "screening", "interview", "offer", "hired", "rejected", "withdrawn")
CLOSED = {"hired", "rejected", "withdrawn"}
CLOSING = {"hired", "refused", "refused_after_interview", "withdrawn"}
JOURNEYS = ("hello", "news", "first-days")
EXITS = {"hello": ["reply", "application", "hire"], "news": ["bounce"], "first-days": []}
WINDOWS = (Window(), Window("1111111", 480, 1200), Window("0010000", 600, 630))
DELAY = timedelta(minutes=180)
OUTCOMES = [Outcome.SENT] * 4 + [Outcome.DEFERRED, Outcome.SKIPPED, Outcome.UNKNOWN, Outcome.FAILED]


class Model:
    """What an attentive person would note about one candidate, in the simplest words."""

    def __init__(self) -> None:
        self.stage: dict[str, str] = {}
        self.since: dict[str, datetime] = {}
        self.unacknowledged: set[str] = set()
        self.acknowledged: set[str] = set()
        self.heard_well: set[str] = set()
        """Openings at which the last word that the person had was of an open stage."""
        self.inside: dict[str, Plan] = {}
        self.resting: dict[str, tuple[Plan, datetime]] = {}
        """Journeys that wait for an address that works, each since when."""
        self.booked: dict[str, datetime] = {}
        self.paused = False
        self.rests: dict[str, datetime] = {}
        self.alerts_off = False
        self.counted: list[datetime] = []
        self.alerted: dict[str, datetime] = {}

    def moved(self, opening_id: str, stage: str, now: datetime) -> None:
        """An application entered another stage."""
        if self.stage.get(opening_id) == stage:
            return
        if opening_id not in self.stage:
            self.left("application")
        self.stage[opening_id], self.since[opening_id] = stage, now
        if stage == "hired":
            self.left("hire")
        if stage == "applied" and opening_id not in self.acknowledged | self.heard_well:
            self.unacknowledged.add(opening_id)
        if stage in CLOSED:
            self.unacknowledged.discard(opening_id)
            self.acknowledged.discard(opening_id)

    def left(self, cause: str) -> None:
        """Journeys that end for this cause have ended."""
        self.inside = {name: plan for name, plan in self.inside.items() if cause not in EXITS[name]}
        self.resting = {name: rest for name, rest in self.resting.items() if cause not in EXITS[name]}

    def bounced(self, now: datetime) -> None:
        """Journeys that a bounce ends rest."""
        rest = {name: plan for name, plan in self.inside.items() if "bounce" in EXITS[name]}
        self.resting |= {name: (plan, now) for name, plan in rest.items()}
        self.inside = {name: plan for name, plan in self.inside.items() if name not in rest}

    def reached(self, now: datetime) -> None:
        """Those that rest go on, unless they have rested for too long."""
        self.inside |= {name: plan for name, (plan, since) in self.resting.items() if now < since + 60 * DAY}
        self.resting = {}

    def wants_alert(self, opening_id: str, now: datetime) -> bool:
        """Whether the person may hear of the opening at all."""
        stage, alerted = self.stage.get(opening_id, ""), self.alerted.get(opening_id)
        if alerted and now - alerted < 90 * DAY:
            return False
        return "hired" not in self.stage.values() and stage in ("", "rejected") and not self.alerts_off


class Lives(RuleBasedStateMachine):
    """A candidate to whom anything happens in any order, over a year and more."""

    @initialize(
        zone=st.sampled_from(ZONES),
        window=st.sampled_from(WINDOWS),
        per_day=st.integers(1, 2),
        begin=st.integers(0, 8760),
        trouble=st.integers(0, 10_000),
    )
    def begin(self, zone: str, window: Window, per_day: int, begin: int, trouble: int) -> None:
        relationship = Relationship("c1", zone=zone, window=window, caps=Caps(per_day, 3), refusal_delay_minutes=180)
        self.life = Life(relationship, MONDAY + timedelta(hours=begin), answer=self._answer)
        self.model = Model()
        self.trouble, self.chance = trouble > 0, random.Random(trouble)
        self.entries = 0
        self.keys: Counter[str] = Counter()

    # What happens

    @rule(opening_id=st.sampled_from(OPENINGS), stage=st.sampled_from(STAGES), repeat=st.integers(1, 2))
    def stage_changes(self, opening_id: str, stage: str, repeat: int) -> None:
        for _ in range(repeat):
            self.life.stage(stage, opening_id)
        self.model.moved(opening_id, stage, self.life.now)

    @rule(opening_id=st.sampled_from(OPENINGS), stage=st.sampled_from(STAGES), days=st.floats(0.1, 9))
    def an_old_signal_comes_late(self, opening_id: str, stage: str, days: float) -> None:
        at = self.life.now - timedelta(days=days)
        if opening_id in self.model.stage and at < self.model.since[opening_id]:
            self.life.stage(stage, opening_id, at=at.isoformat())

    @rule(name=st.sampled_from(JOURNEYS), waits=st.lists(st.sampled_from([0, 1, 7, 30.5]), min_size=1, max_size=5))
    def enrolled(self, name: str, waits: list[float]) -> None:
        plan = journey(*waits, name=name, exit_on=EXITS[name], window=WINDOWS[1] if name == "news" else None)
        hired = "hired" in self.model.stage.values() and "hire" in EXITS[name]
        self.entries += 1
        self.life.enroll(plan, at=(self.life.now - timedelta(seconds=self.entries)).isoformat())
        if name not in self.life.relationship.enrollments:
            assert hired or name in self.model.resting
        elif name not in self.model.inside and not hired:
            self.model.inside[name] = plan

    @rule(name=st.sampled_from(JOURNEYS))
    def unenrolled(self, name: str) -> None:
        self.life.happen("unenrolled", journey=name)
        self.model.inside.pop(name, None)
        self.model.resting.pop(name, None)

    @rule(kind=st.sampled_from(["reply", "question", "later", "auto_reply", "no"]), days=st.integers(1, 20))
    def the_person_writes(self, kind: str, days: int) -> None:
        until = self.life.now + days * DAY
        self.life.happen("message_received", kind=kind, until=until.isoformat())
        if kind == "auto_reply":
            self.model.rests["away"] = until
            return
        self.model.left("reply")
        if kind == "no":
            self.model.rests["no"] = self.life.now + 180 * DAY
        if kind == "later":
            self.model.rests["snooze"] = until

    @rule(kind=st.sampled_from(["delivered", "bounced"]))
    def a_delivery_is_reported(self, kind: str) -> None:
        self.life.happen("delivery_reported", kind=kind)
        if kind == "bounced":
            self.model.bounced(self.life.now)

    @rule()
    def they_can_be_reached_again(self) -> None:
        self.life.happen("contact_corrected")
        self.model.reached(self.life.now)

    @rule(uid=st.sampled_from(["u1", "u2"]), hours=st.integers(-2, 100))
    def booked(self, uid: str, hours: int) -> None:
        self.model.booked[uid] = self.life.now + timedelta(hours=hours)
        known = self.life.relationship.bookings.get(uid)
        sequence = known.sequence + 1 if known else 0
        starts_at = self.model.booked[uid].isoformat()
        self.life.happen("booked", opening_id="be-1", booking=uid, starts_at=starts_at, sequence=sequence)

    @rule(uid=st.sampled_from(["u1", "u2"]))
    def unbooked(self, uid: str) -> None:
        self.life.happen("unbooked", booking=uid)
        self.model.booked.pop(uid, None)

    @rule(days=st.integers(0, 40))
    def snoozed(self, days: int) -> None:
        until = self.life.now + days * DAY
        self.life.happen("snoozed", until=until.isoformat() if days else None)
        self.model.rests["snooze"] = until

    @rule()
    def paused(self) -> None:
        self.life.happen("paused")
        self.model.paused = True

    @rule()
    def resumed(self) -> None:
        self.life.happen("resumed")
        self.model.paused = False

    @rule(granted=st.booleans())
    def alerts_are_wanted_or_not(self, granted: bool) -> None:
        self.life.happen("consent_changed", purpose="alerts", channel="email", granted=granted)
        self.model.alerts_off = not granted

    @rule(opening_id=st.sampled_from(OPENINGS), round_=st.integers(1, 3))
    def announced(self, opening_id: str, round_: int) -> None:
        self.life.happen("opening_announced", opening_id=opening_id, round=round_)

    @rule(
        number=st.integers(1, 4), days=st.integers(0, 30), purpose=st.sampled_from(["nurture", "alerts", "application"])
    )
    def scheduled(self, number: int, days: int, purpose: str) -> None:
        due = (self.life.now + days * DAY).isoformat()
        self.life.happen(
            "touch_scheduled", touch_id=f"t{number}", template="note", due=due, purpose=purpose, opening_id=OPENINGS[0]
        )

    @rule(zone=st.sampled_from(ZONES))
    def moved_house(self, zone: str) -> None:
        self.life.happen("profile_changed", zone=zone)

    @rule(days=st.sampled_from([0, 0.02, 0.2, 1, 3, 10, 60]))
    def time_passes(self, days: float) -> None:
        self.life.live(days=days)

    # What must hold

    def _answer(self, touch: Touch, now: datetime) -> Settlement | None:
        """Check a touch that goes now, then settle it as the run has drawn."""
        self._may_go(touch, now)
        was_refused = self.model.stage.get(touch.opening_id) == "rejected"
        if self.trouble and self.chance.random() < 0.2:
            self._something_happens_during_the_send()
        outcome = self.chance.choice(OUTCOMES) if self.trouble else Outcome.SENT
        if outcome is Outcome.DEFERRED:
            return Settlement(outcome, now, Gate.KILL_SWITCH, now + timedelta(hours=self.chance.choice([0.1, 5, 100])))
        self._note_settled(touch, outcome, now)
        assert was_refused or not touch.template.startswith("refused")
        return Settlement(outcome, now, Gate.SUPPRESSED if outcome is Outcome.SKIPPED else "")

    def _something_happens_during_the_send(self) -> None:
        match self.chance.randrange(4):
            case 0 | 1:
                self.stage_changes(self.chance.choice(OPENINGS), self.chance.choice(STAGES), 1)
            case 2:
                self.the_person_writes(self.chance.choice(["reply", "no"]), 1)
            case 3:
                self.announced(self.chance.choice(OPENINGS), self.chance.randint(1, 3))

    def _note_settled(self, touch: Touch, outcome: Outcome, now: datetime) -> None:
        self.keys[touch.key] += 1
        assert self.keys[touch.key] == 1, f"{touch.key} was settled before"
        if outcome in (Outcome.SENT, Outcome.UNKNOWN) and touch.purpose not in (Purpose.APPLICATION, Purpose.SERVICE):
            self.model.counted.append(now)
            if touch.template == "reopening_alert":
                self.model.alerted[touch.opening_id] = now
        if touch.journey in self.model.inside and self.model.inside[touch.journey].steps[-1].id == touch.template:
            del self.model.inside[touch.journey]
        if outcome in (Outcome.SENT, Outcome.UNKNOWN) and touch.template in CLOSING:
            self.model.heard_well.discard(touch.opening_id)
        elif outcome in (Outcome.SENT, Outcome.UNKNOWN) and touch.opening_id and "/message/" in touch.key:
            self.model.heard_well.add(touch.opening_id)
        if touch.priority is Priority.ACKNOWLEDGMENT:
            self.model.unacknowledged.discard(touch.opening_id)
            if outcome is Outcome.SENT and self.model.stage[touch.opening_id] not in CLOSED:
                assert touch.opening_id not in self.model.acknowledged, "acknowledged twice"
                self.model.acknowledged.add(touch.opening_id)

    def _may_go(self, touch: Touch, now: datetime) -> None:
        model, relationship = self.model, self.life.relationship
        assert touch.due <= now
        if touch.purpose is Purpose.SERVICE:
            self._tells_of_a_booking(touch, now)
            return
        assert not model.paused or touch.priority is Priority.ACKNOWLEDGMENT
        if touch.template.startswith("refused"):
            assert model.stage[touch.opening_id] == "rejected", "refused though moved back"
            assert now >= model.since[touch.opening_id] + DELAY, "refused before its delay"
        if touch.journey:
            plan = model.inside[touch.journey]
            assert touch.template in {step.id for step in plan.steps}
        if touch.template == "reopening_alert":
            assert model.wants_alert(touch.opening_id, now)
        local = now.astimezone(ZoneInfo(relationship.zone))
        if touch.purpose is Purpose.APPLICATION:
            refused = touch.template.startswith("refused")
            assert not refused or self._inside(relationship.window, local)
            return
        assert all(now >= until for until in model.rests.values())
        assert self._inside(WINDOWS[1] if touch.journey == "news" else relationship.window, local)
        self._keeps_caps([moment.astimezone(local.tzinfo).date() for moment in model.counted], local.date())

    def _tells_of_a_booking(self, touch: Touch, now: datetime) -> None:
        starts_at = self.model.booked.get(touch.event_id)
        if touch.template == "booking_cancelled":
            assert starts_at is None
            return
        assert starts_at, "told of a booking that was given back"
        assert now < starts_at, "told when its hour had come"
        assert self.model.stage.get("be-1") not in CLOSED
        if touch.template == "booking_reminder":
            assert starts_at - now <= timedelta(hours=24), "reminded of the hour it had before"

    @staticmethod
    def _inside(window: Window, local: datetime) -> bool:
        return window.days[local.weekday()] == "1" and window.start <= local.hour * 60 + local.minute < window.end

    def _keeps_caps(self, days: list[date], today: date) -> None:
        caps = self.life.relationship.caps
        assert days.count(today) < caps.per_day
        for back in range(7):
            first = today - back * DAY
            assert sum(first <= day < first + 7 * DAY for day in days) < caps.per_week

    @invariant()
    def the_arbiter_never_waits_for_the_past(self) -> None:
        if hasattr(self, "life"):
            action = self.life.upcoming_action()
            assert not isinstance(action, Wait) or action.until > self.life.now

    def teardown(self) -> None:
        """Let everything that is still owed happen: afterwards everybody is acknowledged, and nothing is left over."""
        if not hasattr(self, "life"):
            return
        self.trouble = False
        self.resumed()
        self.life.live(days=10)
        assert not self.model.unacknowledged
        assert not self.life.relationship.messages
        self.life.live(days=500)
        assert not [holder for holder in self.life.relationship.holders() if holder.held]
        assert not self.life.relationship.enrollments


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=400, stateful_step_count=40, suppress_health_check=list(HealthCheck))


def test_the_model_is_no_formality() -> None:
    machine = Lives()
    machine.begin("UTC", WINDOWS[2], 1, 0, 0)
    touch = Touch("c1/nurture/single/x/o", Purpose.NURTURE, Channel.EMAIL, "x", MONDAY, Priority.NURTURE)
    with pytest.raises(AssertionError):
        machine._may_go(touch, MONDAY)
