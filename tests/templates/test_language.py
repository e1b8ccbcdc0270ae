"""The journey language: every construct as a program, every mistake at its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.conditions import Traits
from domain.plans import Case, Plan, PlanStep, StepKind, Variant, Wait, read_plan
from domain.rehearsals import Habits, Happened, Person, rehearse
from domain.relationships import Relationship
from domain.touches import Channel
from templates.definitions import read_definition
from templates.faults import JourneyFaults
from templates.journeys import FOLDER, compact_plan, load_journey, snapshot, source_from_snapshot
from templates.programs import compact

HEAD = "journey: talk\ntitle: Talk\n"
MESSAGE = "---\nsubject: Hi\n---\nHi {{ company }}\n"


def talk(folder: Path, steps: str, head: str = "", messages: tuple[str, ...] = ("hello",)) -> Path:
    place = folder / "talk"
    place.mkdir()
    (place / "journey.yaml").write_text(HEAD + head + "steps:\n" + steps, encoding="utf-8")
    for name in messages:
        (place / name).mkdir()
        (place / name / "en.md").write_text(MESSAGE, encoding="utf-8")
    return place


def plan_of(folder: Path, steps: str, head: str = "", messages: tuple[str, ...] = ("hello",)) -> Plan:
    return read_plan(compact_plan(load_journey(talk(folder, steps, head, messages)), 2))


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        ("30 minutes", Wait(hours=0.5)),
        ("12 hours", Wait(hours=12)),
        ("2 weeks", Wait(days=14)),
        ("5 business days", Wait(business_days=5)),
        ('{until: tuesday, at: "10:00"}', Wait(weekdays="0100000", at=600)),
        ('{until: [mon, thu], at: "09:30"}', Wait(weekdays="1001000", at=570)),
        ('{days: 3, at: "08:00"}', Wait(days=3, at=480)),
        ('{fact: start_date, days: -7, at: "09:00"}', Wait(fact="start_date", fact_days=-7, at=540)),
    ],
)
def test_a_wait_is_part_of_the_step_after_it(tmp_path: Path, wait: str, expected: Wait) -> None:
    [step] = plan_of(tmp_path, f"  - wait: {wait}\n  - send: hello\n").steps
    assert step.waits() == expected


def test_waits_that_one_step_can_t_say_stand_by_themselves(tmp_path: Path) -> None:
    rest, step = plan_of(tmp_path, "  - wait: {until: friday}\n  - wait: 3 days\n  - send: hello\n").steps
    assert (rest.kind, rest.waits(), step.waits()) == (StepKind.WAIT, Wait(weekdays="0000100"), Wait(days=3))


def test_a_branch_becomes_jumps_that_come_together_again(tmp_path: Path) -> None:
    steps = """\
  - branch:
      - when: '"python" in skills'
        label: pythonist
        steps:
          - send: hello
            id: one
      - when: country == "DE"
        steps: []
    else:
      - send: hello
        id: other
  - wait: 2 days
  - send: hello
    id: all
"""
    made = plan_of(tmp_path, steps).steps
    assert made[0].cases == [Case('"python" in skills', 1, "pythonist"), Case('country == "DE"', 3)]
    assert made[0].otherwise == 4
    assert [(step.id, step.kind, step.to) for step in made[1:]] == [
        ("one", "send", None), ("branch-1.1.end", "jump", 5), ("branch-1.2.end", "jump", 5), ("other", "send", None), ("all", "send", None),
    ]  # fmt: skip
    assert made[5].wait_days == 2


def test_an_answer_and_its_absence_go_two_ways(tmp_path: Path) -> None:
    steps = """\
  - send: hello
  - wait_for: [reply, click]
    id: ask
    timeout: 5 days
    then:
      - send: thanks
    else:
      - exit: silent
  - send: hello
    id: again
"""
    made = plan_of(tmp_path, steps, messages=("hello", "thanks")).steps
    ask = made[1]
    assert (ask.kind, ask.events, ask.timeout_hours, ask.to, ask.otherwise) == (
        StepKind.WAIT_FOR,
        ["reply", "click"],
        120,
        2,
        4,
    )
    assert [step.id for step in made] == ["hello", "ask", "thanks", "ask.then.end", "ask.else.exit-1", "again"]
    assert made[3].to == 5


def test_tasks_goals_and_exits_are_steps(tmp_path: Path) -> None:
    steps = """\
  - task: Write on LinkedIn
    work: linkedin
    due: 3 days
    overdue:
      - send: hello
  - goal: applied()
  - exit: done here
"""
    task, jump, sent, goal, end = plan_of(tmp_path, steps).steps
    assert (task.title, task.work, task.timeout_hours, task.to, task.otherwise) == (
        "Write on LinkedIn",
        "linkedin",
        72,
        1,
        2,
    )
    assert (jump.to, sent.id, goal.cases) == (3, "hello", [Case("applied()", -1)])
    assert end.because == "done here"


def test_variants_have_messages_of_their_own(tmp_path: Path) -> None:
    steps = """\
  - send: hello
    if: not tagged("quiet")
    variants:
      - {name: a, message: hello-a, weight: 3}
      - {name: b, message: hello-b}
"""
    place = talk(tmp_path, steps, messages=("hello-a", "hello-b"))
    (place / "hello-b" / "en.md").write_text(MESSAGE.replace("Hi {{", "Hey {{"), encoding="utf-8")
    journey = load_journey(place)
    [step] = read_plan(compact_plan(journey, 1)).steps
    assert step.variants == [Variant("a", 3), Variant("b")]
    assert step.condition == 'not tagged("quiet")'
    assert "Hey" in source_from_snapshot(snapshot(journey), "hello", "email", ["en"], "b").text
    with pytest.raises(LookupError, match="it has a, b"):
        source_from_snapshot(snapshot(journey), "hello", "email", ["en"])


def test_rules_of_the_whole_journey_reach_the_plan(tmp_path: Path) -> None:
    head = """\
goals: [application, booking]
entry: tagged("silver")
exclude: country == "US"
priority: 2
alongside: true
reentry: after 90 days
holdout: 10%
quiet: ["12-20..01-06"]
"""
    made = plan_of(tmp_path, "  - send: hello\n", head)
    assert (made.goals, made.entry, made.exclude) == (["application", "booking"], 'tagged("silver")', 'country == "US"')
    assert (made.priority, made.alongside, made.reentry_days, made.holdout) == (2, True, 90, 0.1)
    assert made.quiet == [["12-20", "01-06"]]


@pytest.mark.parametrize(
    "quiet",
    ['["01-01..12-31"]', '["07-01..06-30"]', '["11-01..03-31", "04-01..08-31", "08-15..10-31"]', '["03-01..02-28"]'],
)
def test_a_journey_that_rests_all_year_is_refused_at_its_place(tmp_path: Path, quiet: str) -> None:
    with pytest.raises(JourneyFaults) as found:
        load_journey(talk(tmp_path, "  - send: hello\n", f"quiet: {quiet}\n"))
    [fault] = found.value.faults
    assert (fault.file, fault.line, fault.column) == ("journey.yaml", 3, 8)
    assert "the whole year" in fault.message
    assert "leave some days" in fault.cure


def test_a_journey_may_rest_all_year_but_for_a_day(tmp_path: Path) -> None:
    assert plan_of(tmp_path, "  - send: hello\n", 'quiet: ["06-02..05-31"]\n').quiet == [["06-02", "05-31"]]


MISTAKES = """\
journey: talk
title: Talk
priority: 12
alongside: perhaps
reentry: sometimes
holdout: a few
quiet: [christmas]
goals: [appliction]
entry: skils
windw: {}
steps:
  - send: Hello You
  - wait: soon
  - wait: {until: someday}
  - wait: {at: "25:00"}
  - send: hello
    if: country ==
  - wait_for: [reply, applause]
  - branch:
      - when: answer("nobody") == "x"
  - task: ""
    work: dance
    due: 2 moons
  - goal: '"x" in unknown_thing'
  - send: hello
    id: twice
    variants: [{name: a, message: hello}]
  - send: hello
    id: twice
  - exit: enough
  - send: hello
    id: never
    channel: pigeon
  - frobnicate: yes
"""


TOLD = [
    (3, 11, "priority '12' is no whole number from 1 to 9"), (4, 12, "alongside 'perhaps' is neither true nor false"),
    (5, 10, "reentry 'sometimes' can't be read"), (6, 10, "holdout 'a few' is no share"),
    (7, 9, "'christmas' is no stretch of the year"), (8, 9, "unknown goal 'appliction'"),
    (9, 8, "entry: unknown name 'skils' in the condition"), (10, 1, "unknown key 'windw' in the journey"),
    (12, 11, "'Hello You' can't be a message's name"), (13, 11, "'soon' is no duration"), (14, 19, "unknown day 'someday'"),
    (15, 16, "at '25:00' is no time of day"), (17, 9, "if: 'country ==' can't be read"),
    (18, 15, "step 'wait-for-1' has no timeout"), (18, 23, "unknown answer 'applause'"),
    (20, 9, "a case of branch lacks `steps`"), (20, 15, "when: no step 'nobody' before this one"),
    (21, 11, "the task does not say what to do"), (22, 11, "unknown work 'dance'"), (23, 10, "'2 moons' is no duration"),
    (24, 11, "goal: unknown name 'unknown_thing' in the condition"), (27, 15, "one variant is none"),
    (29, 9, "step id 'twice' appears twice"), (31, 5, "this step is never reached: the one before it exits"),
    (33, 14, "unknown channel 'pigeon'"), (34, 5, "unknown key 'frobnicate' in a step"),
]  # fmt: skip


def test_a_journey_with_many_mistakes_gets_all_of_them_located_in_one_run(tmp_path: Path) -> None:
    place = talk(tmp_path, "  - send: hello\n", messages=("hello", "orphan"))
    (place / "journey.yaml").write_text(MISTAKES, encoding="utf-8")
    (place / "hello" / "de.md").write_text("---\nsubject: Hi\n---\nHi {{ frist_name }}\n", encoding="utf-8")
    (place / "hello" / "notes.txt").write_text("later", encoding="utf-8")
    with pytest.raises(JourneyFaults) as found:
        load_journey(place)
    told = {(fault.file, fault.line, fault.column, fault.message) for fault in found.value.faults}
    assert told == {
        ("hello/de.md", 4, 7, "unknown token 'frist_name'"), ("hello/notes.txt", 1, 1, "this file is no message"),
        ("orphan/", 1, 1, "no step sends 'orphan'"),
    } | {("journey.yaml", line, column, message) for line, column, message in TOLD}  # fmt: skip
    assert len({message for *_, message in told}) == len(told) >= 25
    assert all(fault.cure for fault in found.value.faults)


WAITS = st.sampled_from(
    ["3 days", "12 hours", "5 business days", {"until": "friday", "at": "10:00"}, {"fact": "start_date", "days": -3}]
)


def blocks(inner: st.SearchStrategy[list[object]]) -> st.SearchStrategy[list[object]]:
    branch = st.builds(
        lambda body, other: {"branch": [{"when": "applied()", "steps": body}], "else": other}, inner, inner
    )
    ask = st.builds(lambda yes, no: {"wait_for": ["reply"], "timeout": "3 days", "then": yes, "else": no}, inner, inner)
    task = st.builds(lambda late: {"task": "Call", "work": "call", "due": "2 days", "overdue": late}, inner)
    return st.lists(
        branch | ask | task | WAITS.map(lambda wait: {"wait": wait}) | st.just({"send": "hello"}), max_size=4
    )


def programs() -> st.SearchStrategy[list[object]]:
    """Lists of steps that can be published, ids given, a message at the end."""
    trees = blocks(blocks(st.lists(st.just({"send": "hello"}), max_size=2)))
    return trees.map(lambda steps: _with_ids([*steps, {"send": "hello"}], iter(range(10**6))))


@given(programs())
def test_any_program_that_can_be_written_can_be_run(steps: list[object]) -> None:
    text = yaml.safe_dump({"journey": "talk", "title": "Talk", "steps": steps})
    read = read_definition(text, "journey.yaml", "talk")
    assert not read.faults
    plan = Plan("talk", 1, [step.plan for step in read.steps])
    again = read_plan({"journey": "talk", "version": 1, "steps": [compact(step) for step in read.steps]})
    assert again == plan
    assert [step.id for step in again.steps if step.kind is StepKind.SEND and step.channel is Channel.EMAIL]


def lived(plan: dict[str, object], facts: dict[str, str]) -> list[Happened]:
    """What happens in 400 days to somebody with these facts who never answers."""
    consents = frozenset({"nurture/email", "nurture/sms"})
    person = Person(Relationship("c1"), Traits(facts=facts), frozenset({"email", "sms"}), consents)
    return rehearse(person, datetime(2026, 11, 23, 9, tzinfo=UTC), timedelta(days=400), Habits(), plan)


@given(programs(), st.sampled_from([{}, {"start_date": "2027-03-01"}, {"start_date": "no date"}]))
@settings(max_examples=30)
def test_any_program_that_can_be_written_comes_to_an_end(steps: list[object], facts: dict[str, str]) -> None:
    read = read_definition(yaml.safe_dump({"journey": "talk", "title": "Talk", "steps": steps}), "journey.yaml", "talk")
    told = lived({"journey": "talk", "version": 1, "steps": [compact(step) for step in read.steps]}, facts)
    sent = [one.step for one in told if one.kind == "sent"]
    assert len(sent) == len(set(sent))
    waits_for_a_date = any(step.plan.wait and step.plan.wait.fact for step in read.steps)
    assert told[-1].kind in ("finished", "reached", "exited") or (
        waits_for_a_date and facts != {"start_date": "2027-03-01"}
    )


def test_messages_before_a_start_keep_to_its_date_where_it_is_known() -> None:
    plan = compact_plan(load_journey(FOLDER / "keep-warm"), 1)
    sent = {one.step: f"{one.at:%Y-%m-%d}" for one in lived(plan, {"start_date": "2027-03-01"}) if one.kind == "sent"}
    assert (sent["first-day-dated"], sent["soon-dated"]) == ("2027-02-15", "2027-02-24")
    assert {"first-day", "soon"} < {one.step for one in lived(plan, {})}


def _with_ids(steps: list[object], numbers: object) -> list[object]:
    made: list[object] = []
    for step in steps:
        copied = dict(step)  # type: ignore[call-overload]
        for name, value in copied.items():
            if isinstance(value, list) and name in ("then", "else", "overdue"):
                copied[name] = _with_ids(value, numbers)
            if name == "branch":
                copied[name] = [{**case, "steps": _with_ids(case["steps"], numbers)} for case in value]
        if "wait" not in copied:
            copied["id"] = f"s-{next(numbers)}"  # type: ignore[call-overload]
        made.append(copied)
    return made


def test_a_step_of_the_plan_keeps_its_defaults() -> None:
    assert PlanStep("a").waits() == Wait()


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("  - {wait_for: reply, id: ask, timeout: 2 days}\n  - {send: hello, if: 'answer(\"ask\") == \"rply\"'}\n",
         "step 'ask' never comes out as 'rply'; did you mean 'reply'?"),
        ("  - send: hello\n  - {send: hello, id: b, if: answer(\"hello\")}\n", "step 'hello' has no answer"),
        ("  - {wait_for: booking, timeout: 2 days}\n  - send: hello\n", "booking is a goal"),
        ("  - send: hello\n  - branch:\n      - {when: applied(), steps: [{wait: 3 days}]}\n", "the journey ends with a wait"),
        ("  - branch:\n      - {when: applied(), steps: [{exit: a}]}\n    else: [{exit: b}]\n  - send: hello\n", "never reached"),
        ("  - branch:\n      - {when: applied(), steps: []}\n      - {when: applied(), steps: []}\n  - send: hello\n", "one above asks"),
        ("  - branch:\n      - {when: applied(), label: x, steps: []}\n      - {when: country, label: x, steps: []}\n  - send: hello\n",
         "label 'x' is taken"),
        ("  - send: hello\n    if: ''\n", "the condition is empty"),
        ("  - &a\n    branch:\n      - {when: applied(), steps: [*a]}\n", "nested deeper than 8"),
        ("  - send: hello\n" * 501, "more than 500 steps"),
        ("  - send: hello\n    if: " + "[" * 3000 + "\n", "without end"),
        ("  - {send: hello, if: skils and stge(1)}\n", "unknown function 'stge'"),
        ("  - {send: hello, task: Call}\n", "both send and task"),
    ],
)  # fmt: skip
def test_what_can_never_happen_is_a_fault(tmp_path: Path, steps: str, said: str) -> None:
    with pytest.raises(JourneyFaults) as found:
        load_journey(talk(tmp_path, steps, "goals: [booking]\n"))
    assert any(said in str(fault) for fault in found.value.faults), str(found.value)


def test_entering_can_t_depend_on_answers(tmp_path: Path) -> None:
    with pytest.raises(JourneyFaults, match=r"journey\.yaml:3:8: entry: nobody has answered a step before entering"):
        load_journey(talk(tmp_path, "  - send: hello\n", 'entry: answer("ask") == "reply"\n'))


@pytest.mark.parametrize(
    ("step", "inner"),
    [
        ("{wait: 3 days, if: applied()}", ("wait-1", StepKind.WAIT)),
        ("{task: Call, due: 1 day, if: applied()}", ("task-1", StepKind.TASK)),
        ("{exit: enough, if: applied()}", ("exit-1", StepKind.EXIT)), ("{goal: tagged(\"x\"), id: g, if: applied()}", ("g", StepKind.GOAL)),
        ("{wait_for: reply, timeout: 1 day, if: applied()}", ("wait-for-1", StepKind.WAIT_FOR)),
    ],
)  # fmt: skip
def test_any_step_may_have_a_condition(tmp_path: Path, step: str, inner: tuple[str, StepKind]) -> None:
    made = plan_of(tmp_path, f"  - {step}\n  - send: hello\n").steps
    asks, inside, jump, hello = made
    assert (asks.id, asks.cases, asks.otherwise) == (f"{inner[0]}.if", [Case("applied()", 1)], 3)
    assert ((inside.id, inside.kind), jump.to, hello.id) == (inner, 3, "hello")


def test_ids_of_steps_without_one_stay_when_steps_are_added_elsewhere(tmp_path: Path) -> None:
    steps = """\
  - wait_for: reply
    id: ask
    timeout: 5 days
    then:
      - send: hello
      - exit: they talk
    else:
      - goal: applied()
{more}  - task: Call
    due: 2 days
  - send: hello
    id: last
"""
    (tmp_path / "v2").mkdir()
    first = [step.id for step in plan_of(tmp_path, steps.format(more="")).steps]
    second = [
        step.id
        for step in plan_of(tmp_path / "v2", steps.format(more="      - {wait_for: click, timeout: 1 day}\n")).steps
    ]
    assert first == ["ask", "hello", "ask.then.exit-1", "ask.then.end", "ask.else.goal-1", "task-1", "last"]
    assert [step for step in second if step in first] == first
