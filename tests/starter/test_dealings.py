"""What was said between us and a candidate, made again from the record: what rests, what is owed, what is booked, what may be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, update

from domain.arbiter import Send, next_action
from domain.events import read_event
from domain.plans import Plan, PlanStep, StepKind
from domain.promises import PromiseKind
from domain.relationships import Relationship
from domain.touches import Outcome, Settlement
from domain.transitions import apply, elapse
from domain.windows import Window
from starter.rebuild import House, relationship_from
from storage import offices, recruiters
from storage.offices import Office
from storage.recruiters import Recruiter
from storage.tables import bookings, candidates, journey_versions, ledger, messages, slots
from tests.domain.lives import journey, plan_json
from tests.starter.test_rebuild import HOUSE, Life, plan

PLAN = journey(0, 7, 7, 20, 20, exit_on=["bounce", "reply", "booking"])
ASKING = Plan(
    "asking",
    1,
    [
        PlanStep("ask-them"),
        PlanStep("ask", kind=StepKind.WAIT_FOR, events=["reply"], timeout_hours=240, to=3, otherwise=2),
        PlanStep("reminder", wait_days=1),
        PlanStep("thanks", wait_days=2),
        PlanStep("talk", kind=StepKind.EXIT, because="they talk with us"),
    ],
    exit_on=["bounce", "reply"],
    alongside=True,
)
OTHER = replace(journey(0, 3, 9, 30, name="news", exit_on=["bounce"]), alongside=True)


class Dealings(Life):
    """As `Life`, with somebody who writes, asks, books and moves house without telling."""

    journeys = ()

    def __init__(self, engine: Engine, seed: int) -> None:
        super().__init__(engine, seed)
        self.plans = {one.journey: plan_json(one) for one in (PLAN, OTHER, ASKING)}
        with engine.begin() as connection:
            for one in self.plans.values():
                values = {
                    "journey": one["journey"],
                    "version": 1,
                    "title": "",
                    "plan": one,
                    "snapshot": {},
                    "digest": "d",
                }
                connection.execute(insert(journey_versions).values(values))
            slot = insert(slots).values(opening_id="be-1", starts_at=self.now, minutes=30).returning(slots.c.id)
            self.slot = connection.scalar(slot)
        self.written: list[str] = []
        self.sequence = -1

    def live(self, steps: int) -> None:
        """Let that many things happen."""
        doings = (self._move, self._enter, self._enter, self._write_to_us, self._write_to_us, self._correct, self._bounce,
                  self._bounce, self._reach, self._book, self._cancel, self._answer)  # fmt: skip
        for _ in range(steps):
            if self.chance.random() < 0.4:
                self.chance.choice(doings)()
            else:
                self._act()
            self._record()

    def _enter(self) -> None:
        name = self.chance.choice(("hello", "news", "asking"))
        self._happen("enrolled", journey=name, version=1, plan=self.plans[name])

    def _write_to_us(self) -> None:
        kind = self.chance.choice(("reply", "question", "auto_reply", "question"))
        row = insert(messages).values(candidate_id=self.id, channel="email", kind=kind, at=self.now)
        with self.engine.begin() as connection:
            number = connection.scalar(row.returning(messages.c.id))
        self.written.append(str(number))
        self._happen("message_received", kind=kind, message_id=str(number))

    def _correct(self) -> None:
        if not self.written:
            return
        number, kind = self.chance.choice(self.written[-3:]), self.chance.choice(("auto_reply", "reply"))
        with self.engine.begin() as connection:
            connection.execute(update(messages).where(messages.c.id == int(number)).values(kind=kind))
        self._happen("message_corrected", message_id=number, kind=kind)

    def _answer(self) -> None:
        if self.written:
            self._happen("question_answered", message_id=self.chance.choice(self.written), by="dana")

    def _bounce(self) -> None:
        with self.engine.begin() as connection:
            left = update(ledger).where(ledger.c.candidate_id == self.id, ledger.c.state == "accepted")
            keys = connection.scalars(left.values(state="bounced").returning(ledger.c.touch_key)).all()
        for key in keys:
            self._happen("delivery_reported", kind="bounced", touch_key=key)

    def _reach(self) -> None:
        self._happen("contact_corrected")

    def _book(self) -> None:
        self._settle_rows("moved")
        self.sequence += 1
        starts_at = self.now + timedelta(days=self.chance.randrange(1, 9))
        row = {"slot_id": self.slot, "candidate_id": self.id, "opening_id": "be-1", "uid": "u1", "at": self.now}
        with self.engine.begin() as connection:
            connection.execute(update(slots).where(slots.c.id == self.slot).values(starts_at=starts_at))
            connection.execute(insert(bookings).values(row | {"sequence": self.sequence, "state": "booked"}))
        values = {"opening_id": "be-1", "booking": "u1", "starts_at": starts_at.isoformat(), "sequence": self.sequence}
        self._happen("booked", **values)

    def _cancel(self) -> None:
        if self._settle_rows("cancelled"):
            self.sequence += 1
            self._happen("unbooked", booking="u1", sequence=self.sequence)

    def _settle_rows(self, state: str) -> bool:
        held = update(bookings).where(bookings.c.candidate_id == self.id, bookings.c.state == "booked")
        with self.engine.begin() as connection:
            return connection.execute(held.values(state=state)).rowcount > 0


def resting(state: Relationship) -> list[tuple[str, str, int]]:
    return sorted((one.enrollment.plan.journey, one.waits_for, one.enrollment.position) for one in state.set_aside)


def questions(state: Relationship) -> list[tuple[str, str, int]]:
    asked = [one for one in state.promises.values() if one.kind is PromiseKind.QUESTION]
    return sorted((one.key, one.state, one.reminded) for one in asked)


@pytest.mark.parametrize("seed", range(8))
def test_what_was_said_is_known_alike_after_a_rebuild(engine: Engine, seed: int) -> None:
    life = Dealings(engine, seed)
    for _ in range(6):
        life.live(steps=10)
        with engine.connect() as connection:
            again = relationship_from(connection, HOUSE, life.id)
        elapse(life.state, life.now)
        elapse(again, life.now)
        assert sorted(key for key, _ in plan(again, life.now)) == sorted(key for key, _ in plan(life.state, life.now))
        assert questions(again) == questions(life.state)
        contact = [one for one in resting(life.state) if not one[1].startswith("message")]
        assert [one for one in resting(again) if not one[1].startswith("message")] == contact
        assert {name for name, one in again.applications.items() if one.unread} == {
            name for name, one in life.state.applications.items() if one.unread
        }
        upcoming_ones = {
            uid for uid, one in life.state.bookings.items() if not one.cancelled and one.starts_at > life.now
        }
        assert upcoming_ones <= set(again.bookings)


def test_a_reply_can_still_be_corrected_after_a_rebuild(engine: Engine) -> None:
    life = Dealings(engine, 1)
    life._happen("enrolled", journey="hello", version=1, plan=life.plans["hello"])
    life._record()
    action = next_action(life.state, life.now + timedelta(days=1))
    assert isinstance(action, Send)
    life._write(action.touch, Settlement(Outcome.SENT, life.now))
    with engine.begin() as connection:
        number = connection.scalar(
            insert(messages)
            .values(candidate_id=life.id, channel="email", kind="reply", at=life.now)
            .returning(messages.c.id)
        )
    life.state = _again(life)
    life._happen("message_received", kind="reply", message_id=str(number))
    life._record()
    again = _again(life)
    assert resting(again) == resting(life.state) == [("hello", f"message:{number}", 1)]
    corrected = {"message_id": str(number), "kind": "auto_reply"}
    apply(again, read_event("message_corrected", corrected, life.now), life.now)
    assert again.enrollments["hello"].position == 1


@pytest.mark.parametrize("then", [("thanks", "they talk with us"), ("talk", "they talk with us")])
def test_a_journey_that_waits_again_does_so_after_a_rebuild(engine: Engine, then: tuple[str, str]) -> None:
    life = Dealings(engine, 1)
    to = {"thanks": 3, "talk": 4}[then[0]]
    life.plans["asking"]["steps"][1]["to"] = to
    with engine.begin() as connection:
        connection.execute(
            update(journey_versions).where(journey_versions.c.journey == "asking").values(plan=life.plans["asking"])
        )
    life._happen("enrolled", journey="asking", version=1, plan=life.plans["asking"])
    life._record()
    while len(life.state.settled) < 1:
        life._act()
        life._record()
    life.now += timedelta(hours=1)
    elapse(life.state, life.now)
    life._happen("message_received", kind="reply", message_id="17")
    life.now += timedelta(hours=1)
    elapse(life.state, life.now)
    life._record()
    assert ("asking" in life.state.enrollments) == (then[0] == "thanks")
    life._happen("message_corrected", kind="auto_reply", message_id="17")
    life._record()
    again = _again(life)
    for state in (life.state, again):
        elapse(state, life.now)
        enrollment = state.enrollments["asking"]
        assert (enrollment.position, enrollment.answers) == (1, {})
    assert plan(again, life.now) == plan(life.state, life.now)


def _again(life: Dealings) -> Relationship:
    with life.engine.connect() as connection:
        return relationship_from(connection, HOUSE, life.id)


def test_questions_are_answered_in_the_hours_of_the_owner_s_office(engine: Engine) -> None:
    with engine.begin() as connection:
        hours = Window("1111000", 600, 1000)
        offices.put(connection, Office("tokyo", zone="Asia/Tokyo", hours=hours))
        recruiters.put(connection, Recruiter("dana", "Dana Okafor", office="tokyo"))
    life = Dealings(engine, 1)
    desk = _again(life).desk
    assert desk is not None
    assert (desk.zone, desk.window) == ("Asia/Tokyo", hours)


def test_whoever_was_erased_is_made_again_as_such(engine: Engine) -> None:
    life = Dealings(engine, 1)
    with engine.begin() as connection:
        connection.execute(update(candidates).where(candidates.c.id == life.id).values(erased_recorded_at=life.now))
    assert _again(life).erased


def test_the_house_says_within_how_many_hours_questions_are_answered(engine: Engine) -> None:
    life = Dealings(engine, 1)
    with engine.connect() as connection:
        house = House(HOUSE.clock, HOUSE.caps, HOUSE.refusal_delay, 4)
        assert relationship_from(connection, house, life.id).question_hours == 4
