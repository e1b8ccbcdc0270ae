"""A journey's compact plan: all that a workflow pins of a published version. The words stay in the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.touches import Channel, Purpose
from domain.windows import Window, add_local_days

EXITS = ("reply", "booking", "application", "hire", "opt_out", "bounce")
LONGEST_WAIT_DAYS = 3650


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One message of a journey and the wait before it: whole days on the candidate's own calendar, then hours."""

    id: str
    channel: Channel
    wait_days: int = 0
    wait_hours: float = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A journey version as the core interprets it. `exit_on` names what ends it for a person."""

    journey: str
    version: int
    steps: list[PlanStep]
    purpose: Purpose = Purpose.NURTURE
    exit_on: list[str] = field(default_factory=lambda: list(EXITS))
    window: Window | None = None

    @property
    def label(self) -> str:
        """How operators name the version: `passive-prospect@3`."""
        return f"{self.journey}@{self.version}"


def step_due(step: PlanStep, since: datetime, zone: str) -> datetime:
    """When a step falls due, counted from the enrollment or the step before it."""
    return add_local_days(since, step.wait_days, zone) + timedelta(hours=step.wait_hours)


def read_plan(raw: Any) -> Plan:
    """The plan from its JSON. Raises ValueError that names what is wrong."""
    try:
        steps = [
            PlanStep(s["id"], Channel(s["channel"]), int(s.get("wait_days", 0)), float(s.get("wait_hours", 0)))
            for s in raw["steps"]
        ]
        return Plan(
            journey=raw["journey"],
            version=int(raw["version"]),
            steps=_checked(steps),
            purpose=Purpose(raw.get("purpose", "nurture")),
            exit_on=list(raw.get("exit_on", EXITS)),
            window=Window(**raw["window"]) if raw.get("window") else None,
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"the plan is not one of a published journey: {error!r}; publish the journey again") from error


def _checked(steps: list[PlanStep]) -> list[PlanStep]:
    """The steps, when there are any, each has its own id, and each wait lies between nothing and ten years."""
    if not steps or len({step.id for step in steps}) < len(steps):
        raise ValueError("give one step or more, each with its own id")
    for step in steps:
        if not (0 <= step.wait_days <= LONGEST_WAIT_DAYS and 0 <= step.wait_hours <= LONGEST_WAIT_DAYS * 24):
            raise ValueError(
                f"step {step.id!r} waits {step.wait_days} days {step.wait_hours} hours; give 0 to 10 years"
            )
    return steps
