"""A journey's compact plan: all that a workflow pins of a published version. The words stay in the database.

A plan is a small program: a flat list of steps, run from the first to the last. `branch`, `wait_for`, `task`, `goal` and `jump` name
a later position at which it goes on (END leaves the journey). Every step may wait before it acts.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from domain.touches import Channel, Purpose
from domain.windows import Window

EXITS = ("reply", "booking", "application", "hire", "opt_out", "bounce")
ANSWERS = ("reply", "application", "booking", "form", "click")
"""What a `wait_for` may wait for, and what a journey may count as its goal."""
LONGEST_WAIT_DAYS = 3650
END = -1
"""The position after the last step."""


class StepKind(StrEnum):
    """What a step does when its wait is over."""

    SEND = "send"
    WAIT = "wait"
    """Nothing more: a wait that stands by itself, at the end of a branch or before a decision."""
    WAIT_FOR = "wait_for"
    """Go on at the first of `events`, or when `timeout_hours` have passed (to `otherwise`)."""
    BRANCH = "branch"
    """Go to the first case whose condition holds, else to `otherwise`."""
    TASK = "task"
    """Ask a person to do something; go on when it is done, or (to `otherwise`) when `timeout_hours` have passed."""
    GOAL = "goal"
    """Leave the journey with its goal reached where the one case's condition holds; else go on."""
    EXIT = "exit"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a step waits, counted from the end of the one before: each part after the other, in this order.

    `days` are days of the candidate's own calendar, `business_days` leave out weekends and closed days. `weekdays` (Monday first,
    `1` allowed; empty: any) and `at` (minutes after midnight; -1: any) then find the next such local moment. `fact` names a date
    on record, to which `fact_days` are added; the wait begins there instead of at the step before.
    """

    days: int = 0
    hours: float = 0
    business_days: int = 0
    weekdays: str = ""
    at: int = -1
    fact: str = ""
    fact_days: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One way to go on: at position `to`, where the condition `when` holds (domain.conditions)."""

    when: str
    to: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several messages of a step; it goes to a share of people in proportion to its weight."""

    name: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step. `id` is unique and stable from version to version; which other fields matter depends on `kind`.

    `condition` (send): the message goes only where it holds, asked at the gate. `title`, `work` and `owner` (task) say what a person
    does: `work` is linkedin, call or other; an empty owner is the candidate's own.
    """

    id: str
    channel: Channel = Channel.EMAIL
    wait_days: int = 0
    wait_hours: float = 0
    kind: StepKind = StepKind.SEND
    wait: Wait | None = None
    condition: str = ""
    variants: list[Variant] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    to: int | None = None
    otherwise: int | None = None
    timeout_hours: float = 0
    title: str = ""
    work: str = ""
    owner: str = ""
    because: str = ""

    def waits(self) -> Wait:
        """The wait before the step."""
        return self.wait or Wait(days=self.wait_days, hours=self.wait_hours)


@dataclass(frozen=True, slots=True)
class Plan:
    """A journey version as the core interprets it.

    `exit_on` names what ends it for a person, `goals` what ends it as a success. `priority` (1 first, 9 last) and `alongside`
    rule between journeys: one nurture journey at a time acts, those that allow it beside it. `reentry_days`: how long after its
    end a person may enter again (-1: never). `holdout` is the share of people who are held out for comparison. `quiet` are
    stretches of the year (`["12-20", "01-06"]`, both days included) in which it rests. `entry` and `exclude` are conditions on who
    may enter, asked outside.
    """

    journey: str
    version: int
    steps: list[PlanStep]
    purpose: Purpose = Purpose.NURTURE
    exit_on: list[str] = field(default_factory=lambda: list(EXITS))
    window: Window | None = None
    goals: list[str] = field(default_factory=list)
    priority: int = 5
    alongside: bool = False
    reentry_days: int = 0
    holdout: float = 0
    quiet: list[list[str]] = field(default_factory=list)
    entry: str = ""
    exclude: str = ""

    @property
    def label(self) -> str:
        """How operators name the version: `passive-prospect@3`."""
        return f"{self.journey}@{self.version}"

    def position_of(self, step_id: str) -> int:
        """Where a step stands; END for none of that id."""
        return next((at for at, step in enumerate(self.steps) if step.id == step_id), END)


def variant_of(step: PlanStep, journey: str, candidate_id: str) -> str:
    """The variant of a step that a person gets, the same in every version and try; empty for a step with one message."""
    if not step.variants:
        return ""
    drawn = draw(f"{journey}/{step.id}/{candidate_id}") * sum(variant.weight for variant in step.variants)
    for variant in step.variants:
        drawn -= variant.weight
        if drawn < 0:
            return variant.name
    return step.variants[-1].name


def is_held_out(plan: Plan, candidate_id: str) -> bool:
    """Whether a person belongs to the share that never enters, so that what a journey achieves can be told from what happens anyway."""
    return draw(f"holdout/{plan.journey}/{candidate_id}") < plan.holdout


def draw(key: str) -> float:
    """A number in [0, 1) that depends on the key alone."""
    return int.from_bytes(blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "big") / 2**64


def read_plan(raw: Any) -> Plan:
    """The plan from its JSON. Raises ValueError that names what is wrong."""
    try:
        return Plan(
            journey=raw["journey"],
            version=int(raw["version"]),
            steps=_checked([_read_step(step) for step in raw["steps"]]),
            purpose=Purpose(raw.get("purpose", "nurture")),
            exit_on=list(raw.get("exit_on", EXITS)),
            window=Window(**raw["window"]) if raw.get("window") else None,
            goals=[str(goal) for goal in raw.get("goals", ())],
            priority=int(raw.get("priority", 5)),
            alongside=bool(raw.get("alongside", False)),
            reentry_days=int(raw.get("reentry_days", 0)),
            holdout=float(raw.get("holdout", 0)),
            quiet=[[str(first), str(last)] for first, last in raw.get("quiet", ())],
            entry=str(raw.get("entry", "")),
            exclude=str(raw.get("exclude", "")),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"the plan is not one of a published journey: {error!r}; publish the journey again") from error


def _read_step(raw: Any) -> PlanStep:
    kind = StepKind(raw.get("kind", "send"))
    return PlanStep(
        id=str(raw["id"]),
        channel=Channel(raw["channel"] if kind is StepKind.SEND else raw.get("channel", "email")),
        wait_days=int(raw.get("wait_days", 0)),
        wait_hours=float(raw.get("wait_hours", 0)),
        kind=kind,
        wait=Wait(**raw["wait"]) if raw.get("wait") else None,
        condition=str(raw.get("condition", "")),
        variants=[Variant(str(v["name"]), int(v.get("weight", 1))) for v in raw.get("variants", ())],
        events=[str(event) for event in raw.get("events", ())],
        cases=[Case(str(c["when"]), int(c["to"]), str(c.get("label", ""))) for c in raw.get("cases", ())],
        to=_position(raw.get("to")),
        otherwise=_position(raw.get("otherwise")),
        timeout_hours=float(raw.get("timeout_hours", 0)),
        title=str(raw.get("title", "")),
        work=str(raw.get("work", "")),
        owner=str(raw.get("owner", "")),
        because=str(raw.get("because", "")),
    )


def _position(raw: Any) -> int | None:
    return None if raw is None else int(raw)


def _checked(steps: list[PlanStep]) -> list[PlanStep]:
    """The steps, when there are any, each has its own id, each wait lies between nothing and ten years, and each jump stays inside."""
    if not steps or len({step.id for step in steps}) < len(steps):
        raise ValueError("give one step or more, each with its own id")
    for position, step in enumerate(steps):
        wait = step.waits()
        days, hours = wait.days + wait.business_days, wait.hours
        if not (0 <= days <= LONGEST_WAIT_DAYS and 0 <= hours <= LONGEST_WAIT_DAYS * 24):
            raise ValueError(f"step {step.id!r} waits {days} days {hours} hours; give 0 to 10 years")
        if not 0 <= step.timeout_hours <= LONGEST_WAIT_DAYS * 24:
            raise ValueError(f"step {step.id!r} waits {step.timeout_hours} hours for an answer; give 0 to 10 years")
        targets = [case.to for case in step.cases] + [at for at in (step.to, step.otherwise) if at is not None]
        if any(target != END and not position < target <= len(steps) for target in targets):
            raise ValueError(
                f"step {step.id!r} goes on at {targets}; give positions after {position}, up to {len(steps)}"
            )
        if any(variant.weight < 1 for variant in step.variants):
            raise ValueError(f"step {step.id!r} has a variant without weight; give 1 or more")
    return steps
