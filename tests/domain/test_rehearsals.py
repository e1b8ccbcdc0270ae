"""Rehearsals: any journey over any person keeps every rule, and says what would happen."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.conditions import Traits
from domain.plans import END, Case, Plan, PlanStep, StepKind, Variant, Wait
from domain.rehearsals import Habits, Happened, Person, rehearse
from domain.relationships import Relationship
from domain.totals import Broken, Limits, Totals, broken_limits
from domain.touches import Channel
from domain.windows import Caps, Limit, Window, zone_of
from tests.domain.lives import DAY, MONDAY, ZONES, journey, plan_json

ALL = frozenset({"nurture/email", "nurture/sms"})


def person(name: str = "c1", **more: Any) -> Person:
    known = Traits(skills=frozenset({"python"}), facts={"start_date": "2027-03-01"}, country="DE")
    return Person(Relationship(name, **more), known, frozenset({"email", "sms"}), ALL, sender="dana")


def kinds(life: list[Happened]) -> list[tuple[str, str]]:
    return [(one.kind, one.step) for one in life]


def test_a_rehearsed_journey_tells_each_touch_and_its_end() -> None:
    life = rehearse(person(), MONDAY, 30 * DAY, Habits(), plan_json(journey(0, 7)))
    assert kinds(life) == [("active", ""), ("sent", "hello-1"), ("sent", "hello-2"), ("finished", "")]
    assert {one.sender for one in life if one.kind == "sent"} == {"dana"}


def test_who_lacks_consent_or_an_address_is_told_with_the_gate() -> None:
    lost = Person(Relationship("c1"), Traits(), frozenset(), frozenset())
    life = rehearse(lost, MONDAY, 30 * DAY, Habits(), plan_json(journey(0)))
    assert [(one.kind, one.gate) for one in life] == [("active", ""), ("skipped", "suppressed"), ("finished", "")]


def test_replies_come_as_often_as_asked_for_and_end_journeys() -> None:
    lives = [
        rehearse(person(f"c{n}"), MONDAY, 60 * DAY, Habits(replies=0.2), plan_json(journey(0, 9, 9)))
        for n in range(400)
    ]
    sent = sum(one.kind == "sent" for life in lives for one in life)
    replied = sum(one.kind == "replied" for life in lives for one in life)
    assert 0.15 < replied / sent < 0.25
    for life in lives:
        answered = [one.at for one in life if one.kind == "replied"]
        assert not answered or not [one for one in life if one.kind == "sent" and one.at > answered[0]]


def test_a_branch_goes_by_what_is_on_record_and_a_date_by_its_fact() -> None:
    steps = [
        PlanStep("which", kind=StepKind.BRANCH, cases=[Case('"python" in skills', 1)], otherwise=2),
        PlanStep("python"),
        PlanStep("nearly", wait=Wait(fact="start_date", fact_days=-7, at=600)),
    ]
    life = rehearse(person(), MONDAY, 365 * DAY, Habits(), plan_json(Plan("talk", 1, steps)))
    sent = [(one.step, one.at.date().isoformat()) for one in life if one.kind == "sent"]
    assert sent == [("python", "2026-11-23"), ("nearly", "2027-02-22")]


def test_those_who_are_refused_or_wait_behind_another_journey_are_counted() -> None:
    totals = Totals()
    totals.add(rehearse(person("c1"), MONDAY, 9 * DAY, Habits(), plan_json(journey(0)), "not in the pool"))
    busy = person("c2")
    rehearse(busy, MONDAY - DAY, timedelta(hours=1), Habits(), plan_json(journey(20, name="first")))
    totals.add(rehearse(busy, MONDAY, 9 * DAY, Habits(), plan_json(journey(0, name="second"))))
    assert totals.refusals == Counter({"not in the pool": 1})
    assert totals.collisions == Counter({("second", "first"): 1})


def test_the_first_day_above_a_limit_is_named() -> None:
    totals = Totals()
    for number in range(5):
        totals.add(rehearse(person(f"c{number}"), MONDAY, 9 * DAY, Habits(), plan_json(journey(0, 2))))
    day = date(2026, 11, 23)
    assert broken_limits(totals, Limits(per_day=4, per_sender_day=4)) == [Broken(day, 5, 4), Broken(day, 5, 4, "dana")]
    assert not broken_limits(totals, Limits(per_day=5))


# Any journey, any life


def steps(depth: int = 0) -> st.SearchStrategy[list[PlanStep]]:
    """Programs of every kind of step; jumps lead ahead."""
    waits = st.sampled_from([Wait(), Wait(days=3), Wait(hours=5), Wait(business_days=2), Wait(weekdays="0010000", at=660),
                             Wait(fact="start_date", fact_days=-40)])  # fmt: skip

    def made(kinds: list[StepKind], waiting: list[Wait], picks: list[int]) -> list[PlanStep]:
        count, plan = len(kinds), []
        for at, kind in enumerate(kinds):
            ahead = [END, *range(at + 1, count + 1)]
            to, otherwise = ahead[picks[at] % len(ahead)], ahead[(picks[at] // 7) % len(ahead)]
            more: dict[str, Any] = {}
            if kind is StepKind.BRANCH:
                more = {"cases": [Case(["country == 'DE'", "tagged('x')"][picks[at] % 2], to)], "otherwise": otherwise}
            elif kind is StepKind.GOAL:
                more = {"cases": [Case("tagged('x')", END)]}
            elif kind in (StepKind.WAIT_FOR, StepKind.TASK):
                more = {"events": ["reply"], "timeout_hours": 30, "to": to, "otherwise": otherwise, "title": "call"}
            elif kind is StepKind.JUMP:
                more = {"to": to}
            elif kind is StepKind.SEND and picks[at] % 3 == 0:
                more = {
                    "variants": [Variant("a"), Variant("b", 2)],
                    "condition": ["", "country == 'DE'", "tagged('x')"][picks[at] % 9 // 3],
                }
            channel = Channel.SMS if picks[at] % 4 == 1 else Channel.EMAIL
            plan.append(PlanStep(f"s{at}", channel, kind=kind, wait=waiting[at], **more))
        return plan

    kinds = st.lists(st.sampled_from([StepKind.SEND] * 4 + list(StepKind)), min_size=1, max_size=9)
    return kinds.flatmap(
        lambda chosen: st.builds(
            made, st.just(chosen), st.lists(waits, min_size=len(chosen), max_size=len(chosen)),
            st.lists(st.integers(0, 10**6), min_size=len(chosen), max_size=len(chosen)),
        )
    )  # fmt: skip


@settings(max_examples=150)
@given(
    programs=st.lists(steps(), min_size=1, max_size=3), zone=st.sampled_from(ZONES), replies=st.sampled_from([0.0, 0.3]),
    closed=st.lists(st.integers(0, 120), max_size=20),
    caps=st.sampled_from([Caps(), Caps(1, 3, 5, 30), Caps(2, 4, limits=[Limit(1, 14, "sms")])]),
)  # fmt: skip
def test_no_journey_sends_outside_a_window_above_a_cap_after_an_exit_or_twice(
    programs: list[list[PlanStep]], zone: str, replies: float, closed: list[int], caps: Caps
) -> None:
    days = [(MONDAY.date() + timedelta(days=ahead)).isoformat() for ahead in closed]
    one, window = person(zone=zone, caps=caps, closed=days), Window()
    told: list[Happened] = []
    for number, program in enumerate(programs):
        plan = plan_json(Plan(f"j{number}", 1, program, priority=number % 3 + 1, alongside=number == 2))
        span = timedelta(days=3) if number < len(programs) - 1 else timedelta(days=200)
        told += rehearse(one, MONDAY + number * timedelta(days=3, seconds=1), span, Habits(replies=replies), plan)
    sent = [happened for happened in told if happened.kind == "sent"]
    assert len({happened.touch_key for happened in sent}) == len(sent), "twice"
    local = [happened.at.astimezone(zone_of(zone)) for happened in sent]
    assert all(window.covers(moment) and moment.date().isoformat() not in days for moment in local), "outside a window"
    for moment, happened in zip(local, sent, strict=True):
        for limit in caps.all(happened.channel, "nurture"):
            near = [m for m, h in zip(local, sent, strict=True) if limit.binds(h.channel, "nurture")]
            since = moment.date() - timedelta(days=limit.days - 1)
            assert sum(since <= m.date() <= moment.date() for m in near) <= limit.count, f"above {limit}"
    for end in (happened for happened in told if happened.kind in ("exited", "reached", "finished")):
        assert not [happened for happened in sent if happened.journey == end.journey and happened.at > end.at], (
            "after an exit"
        )
