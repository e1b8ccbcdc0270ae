"""A relationship made again from the facts plans the same touches as the one that lived."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from domain.arbiter import Decide, Remind, Send, Wait, next_action
from domain.clocks import Clock
from domain.definitions import Decision
from domain.events import PromiseReminded, StepDecided, TouchSettled, read_event
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import closing_facts
from domain.obligations import closing_promises
from domain.outlook import upcoming
from domain.promises import RemindOf
from domain.relationships import Relationship
from domain.touches import LEFT, Outcome, Settlement, Touch
from domain.transitions import apply, elapse
from domain.windows import PACES, Caps
from starter.preparations import publish
from starter.rebuild import House, fresh, relationship_from
from storage import candidates, consents, facts, journeys, matches, openings, preferences, tasks
from storage import enrollments as storage_enrollments
from storage import upcoming as projection
from storage.promises import task_key
from storage.tables import ledger
from templates.journeys import FOLDER, load_journey

BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HOUSE = House(Clock(), Caps(), timedelta(hours=3))
JOURNEYS = ("passive-prospect", "silver-medalist", "talent-community")
STAGES = ("applied", "screening", "interview", "offer", "rejected", "withdrawn", "screening", "interview")
OUTCOMES = (Outcome.SENT,) * 6 + (Outcome.SKIPPED, Outcome.DEFERRED, Outcome.UNKNOWN, Outcome.FAILED)


class Life:
    """One candidate lived in memory, with everything recorded as the activities would."""

    journeys: Sequence[str] = JOURNEYS

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine = engine
        self.chance = random.Random(seed)
        self.now = BEGIN
        self.number = 0
        with engine.begin() as connection:
            person = candidates.NewCandidate("Ada Abelard", zone="Europe/Berlin", owner="dana")
            self.id = candidates.add(connection, person)
            for name in ("be-1", "be-2"):
                openings.add(connection, openings.NewOpening(name, name))
            self.plans = {journey: journeys.get(connection, journey).plan for journey in self.journeys}
        self.state = fresh(HOUSE, self.id, "Europe/Berlin", "email", "dana")

    def live(self, steps: int) -> None:
        """Let that many things happen."""
        doings = (self._move, self._move, self._enroll, self._announce, self._opt, self._reply, self._plan_single)
        for _ in range(steps):
            if self.chance.random() < 0.5:
                self.chance.choice(doings)()
            else:
                self._act()
            self._record()

    def _happen(self, name: str, **values: Any) -> None:
        self.number += 1
        event = read_event(name, {"event_id": f"e{self.number}", "at": self.now.isoformat(), **values}, self.now)
        apply(self.state, event, self.now)
        self.now += timedelta(minutes=self.chance.randrange(1, 300))

    def _move(self) -> None:
        self._happen("stage_changed", opening_id=self.chance.choice(("be-1", "be-2")), stage=self.chance.choice(STAGES))

    def _enroll(self) -> None:
        journey = self.chance.choice(JOURNEYS)
        self._happen("enrolled", journey=journey, version=1, plan=self.plans[journey])

    def _announce(self) -> None:
        opening, number = self.chance.choice(("be-1", "be-2")), self.chance.randrange(1, 4)
        with self.engine.begin() as connection:
            announced = matches.MatchOutcome(opening, number, self.id, "announced", "", self.now)
            matches.settle(connection, [announced])
        self._happen("opening_announced", opening_id=opening, round=number)

    def _opt(self) -> None:
        granted = self.chance.random() < 0.5
        purpose, channel = self.chance.choice(("nurture", "alerts")), self.chance.choice(("email", "sms"))
        with self.engine.begin() as connection:
            word = consents.NewConsent(self.id, purpose, channel, granted, self.now, f"c{self.number}")
            consents.record(connection, [word])
        self._happen("consent_changed", granted=granted, recorded=True, purpose=purpose, channel=channel)

    def _reply(self) -> None:
        self._happen("message_received")

    def _plan_single(self) -> None:
        due = (self.now + timedelta(days=self.chance.randrange(30))).isoformat()
        self._happen("touch_scheduled", touch_id=f"t{self.number}", template="reopening_alert", due=due)

    def _act(self) -> None:
        """Do what the arbiter says next, and let time pass until then."""
        elapse(self.state, self.now)
        match next_action(self.state, self.now):
            case Wait(until, _, _):
                self.now = min(until, self.now + timedelta(days=20))
            case Send(touch):
                self._settle(touch)
            case Remind(order):
                self._remind(order)
            case Decide(journey, step):
                self._decide(journey, step)

    def _remind(self, order: RemindOf) -> None:
        asked = tasks.NewTask(task_key(order.promise, order.level), "promise", "remind", order.due, self.id)
        with self.engine.begin() as connection:
            tasks.ask(connection, [asked])
        apply(self.state, PromiseReminded(event_id="", at=self.now, promise=order.promise), self.now)

    def _decide(self, journey: str, step: str) -> None:
        enrollment = self.state.enrollments[journey]
        outcome, decision = self.decide(step)
        with self.engine.begin() as connection:
            if outcome:
                storage_enrollments.answer(connection, self.id, journey, enrollment.occurrence, step, outcome, self.now)
        event = StepDecided(event_id="", at=self.now, journey=journey, step=step, decision=decision)
        apply(self.state, event, self.now)

    def decide(self, step: str) -> tuple[str, Decision]:
        """What the record answers a step."""
        return "", Decision()

    def _settle(self, touch: Touch) -> None:
        outcome = self.chance.choice(OUTCOMES)
        settlement = Settlement(outcome, self.now)
        if outcome is Outcome.DEFERRED:
            settlement = replace(settlement, gate=Gate.TOKENS, until=self.now + timedelta(days=1))
        if outcome is Outcome.SKIPPED:
            settlement = replace(settlement, gate=self.chance.choice((Gate.CONSENT, Gate.OPTED_OUT)))
        self._record()
        closing = closing_facts(self.state, touch, self.now) + closing_promises(self.state, touch, self.now)
        kept = [one for one in closing if outcome in LEFT or one.kind is not FactKind.PROMISE]
        self._write(touch, settlement)
        with self.engine.begin() as connection:
            facts.apply(connection, self.id, [] if outcome is Outcome.DEFERRED else kept)
        apply(self.state, TouchSettled(event_id="", at=self.now, touch_key=touch.key, settlement=settlement), self.now)
        self.now += timedelta(minutes=1)

    def _write(self, touch: Touch, settlement: Settlement) -> None:
        """The ledger's row, as the send activity leaves it."""
        states = {"sent": "accepted", "deferred": "intended"}
        sent = self.now if settlement.outcome is Outcome.SENT else None
        values = {
            "touch_key": touch.key, "candidate_id": self.id, "purpose": touch.purpose, "channel": touch.channel,
            "template": touch.template, "opening_id": touch.opening_id, "journey": touch.journey,
            "version": touch.version, "state": states.get(settlement.outcome, str(settlement.outcome)),
            "gate": settlement.gate, "due": touch.due, "not_before": settlement.until, "handed_over_at": sent,
            "accepted_at": sent, "settled_at": None if settlement.until else self.now,
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(ledger.delete().where(ledger.c.touch_key == touch.key))
            connection.execute(insert(ledger).values(values))
            if touch.purpose == "alerts" and settlement.outcome is not Outcome.DEFERRED:
                told = "told" if sent else "not_told"
                number = int(touch.key.rpartition("-")[2])
                outcome = matches.MatchOutcome(touch.opening_id, number, self.id, told, "", self.now)
                matches.settle(connection, [outcome])

    def _record(self) -> None:
        """What the workflow has learnt goes to the database, and the projection with it."""
        with self.engine.begin() as connection:
            facts.apply(connection, self.id, [Fact.read(fact) for fact in self.state.unrecorded])
            self.state.unrecorded.clear()
            projection.replace(connection, self.id, upcoming(self.state, self.now))


def plan(state: Relationship, now: datetime) -> Sequence[tuple[str, datetime]]:
    return [(touch.key, touch.due) for touch in upcoming(state, now)]


@pytest.mark.parametrize("seed", range(6))
def test_what_was_lived_is_planned_alike_after_a_rebuild(engine: Engine, seed: int) -> None:
    """Nothing lost, nothing twice. A single touch keeps its planned moment, not the one asked for, so others may move."""
    for journey in JOURNEYS:
        publish(engine, load_journey(FOLDER / journey))
    life = Life(engine, seed)
    for _ in range(6):
        life.live(steps=12)
        with engine.connect() as connection:
            again = relationship_from(connection, HOUSE, life.id)
        lived, rebuilt = plan(life.state, life.now), plan(again, life.now)
        assert sorted(key for key, _ in rebuilt) == sorted(key for key, _ in lived)
        if not life.state.scheduled:
            assert rebuilt == lived
        assert {name: one.stage for name, one in again.applications.items()} == {
            name: one.stage for name, one in life.state.applications.items()
        }
        assert sorted(again.opted_out) == sorted(life.state.opted_out)


def test_whoever_is_at_rest_is_still_at_rest_after_a_rebuild(engine: Engine) -> None:
    publish(engine, load_journey(FOLDER / "passive-prospect"))
    publish(engine, load_journey(FOLDER / "silver-medalist"))
    publish(engine, load_journey(FOLDER / "talent-community"))
    life = Life(engine, 1)
    for name, values in (
        ("paused", {}),
        ("message_received", {"kind": "auto_reply", "until": (BEGIN + timedelta(days=9)).isoformat()}),
        ("message_received", {"kind": "no"}),
        ("snoozed", {"until": (BEGIN + timedelta(days=30)).isoformat()}),
    ):
        life._happen(name, **values)
    life._record()
    with engine.connect() as connection:
        again = relationship_from(connection, HOUSE, life.id)
    for rest in ("paused_at", "away_until", "cool_off_until", "snoozed_until"):
        assert getattr(again, rest) == getattr(life.state, rest) is not None
    life._happen("resumed")
    life._record()
    with engine.connect() as connection:
        assert relationship_from(connection, HOUSE, life.id).paused_at is None


def test_how_often_somebody_wants_to_hear_from_us_is_known_after_a_rebuild(engine: Engine) -> None:
    with engine.begin() as connection:
        ada = candidates.add(connection, candidates.NewCandidate("Ada Abelard"))
        preferences.change(connection, ada, {"pace": "quarterly"})
        assert relationship_from(connection, HOUSE, ada).own_caps().limits == [PACES["quarterly"]]


def test_somebody_new_has_nothing_to_record(engine: Engine) -> None:
    with engine.begin() as connection:
        ada = candidates.add(connection, candidates.NewCandidate("Ada Abelard"))
        state = relationship_from(connection, HOUSE, ada)
    assert not state.unrecorded
    assert not state.outlook_stale
