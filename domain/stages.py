"""Pipelines: the stages of an application, what each tells the candidate, and how long it waits before telling."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class StageKind(StrEnum):
    """What a stage means for the relationship, whatever a company calls it."""

    RECEIVED = "received"
    OPEN = "open"
    LATE = "late"
    """Interview or offer: who comes this far and is not hired is a silver medalist."""
    HIRED = "hired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_KINDS = frozenset({StageKind.RECEIVED, StageKind.OPEN, StageKind.LATE})
REFUSAL_DELAY = timedelta(hours=3)
"""A refusal waits this long, so that a slip of the hand can be taken back (S6)."""
LONGEST_DELAY_MINUTES = 365 * 24 * 60
SILENCE_DAYS = 14
"""How long a candidate in an open stage may be without word, where the pipeline does not say (S5)."""
LEAST_SILENCE_DAYS, LONGEST_SILENCE_DAYS = 2, 365


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `message` names the template that tells it; `delay_minutes` is how long the telling waits.

    `silence_days` bound how long a candidate is without word while the stage is open; 0 for no bound.
    """

    name: str
    kind: StageKind
    message: str
    delay_minutes: int = 0
    silence_days: int = SILENCE_DAYS

    def silence(self) -> timedelta | None:
        """How long a candidate may be without word here; None where nothing bounds it."""
        return timedelta(days=self.silence_days) if self.kind in OPEN_KINDS and self.silence_days else None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of an opening in their order. Every stage has a message: nobody is left without word (S3)."""

    stages: list[Stage] = field(default_factory=list)

    def find(self, name: str) -> Stage | None:
        """The stage of that name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def rank(self, name: str) -> int:
        """How far an open stage is, from 0; -1 for closed and unknown ones."""
        for position, stage in enumerate(self.stages):
            if stage.name == name:
                return position if stage.kind in OPEN_KINDS else -1
        return -1

    def names(self) -> list[str]:
        """All stage names in order."""
        return [stage.name for stage in self.stages]


DEFAULT_PIPELINE = Pipeline(
    [
        Stage("applied", StageKind.RECEIVED, "received"),
        Stage("screening", StageKind.OPEN, "advanced"),
        Stage("interview", StageKind.LATE, "interview"),
        Stage("offer", StageKind.LATE, "offer"),
        Stage("hired", StageKind.HIRED, "hired"),
        Stage("rejected", StageKind.REFUSED, "refused", int(REFUSAL_DELAY.total_seconds() // 60)),
        Stage("withdrawn", StageKind.WITHDRAWN, "withdrawn"),
    ]
)


def read_pipeline(raw: Any) -> Pipeline:
    """The pipeline from its JSON. Raises ValueError that shows the right shape."""
    try:
        stages = [
            Stage(
                str(s["name"]), StageKind(s["kind"]), str(s["message"]), int(s.get("delay_minutes", 0)),
                int(s.get("silence_days", SILENCE_DAYS)),
            )
            for s in raw["stages"]
        ]  # fmt: skip
        return Pipeline(_checked(stages))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        shape = '{"stages": [{"name", "kind", "message", "delay_minutes", "silence_days"}]}'
        raise ValueError(f"the pipeline is not {shape}: {error!r}") from error


def _checked(stages: list[Stage]) -> list[Stage]:
    """The stages, when there are any and none waits or bounds silence for longer than a year."""
    if not stages or any(abs(stage.delay_minutes) > LONGEST_DELAY_MINUTES for stage in stages):
        raise ValueError(f"give one stage or more, each with at most {LONGEST_DELAY_MINUTES} minutes of delay")
    if any(not 0 <= stage.silence_days <= LONGEST_SILENCE_DAYS for stage in stages):
        raise ValueError(f"give at most {LONGEST_SILENCE_DAYS} silence_days, or 0 for no bound")
    return stages


def check_pipeline(pipeline: Pipeline) -> list[str]:
    """What is wrong with a pipeline, each with its cure; empty when it can be published."""
    faults = []
    names = pipeline.names()
    faults += [
        f"stage {name!r} appears twice; name each stage once" for name in sorted(set(names)) if names.count(name) > 1
    ]
    faults += [
        f"stage {s.name!r} has no message; every stage tells the candidate something"
        for s in pipeline.stages
        if not s.message
    ]
    faults += [
        f"stage {s.name!r} waits {s.delay_minutes} minutes; give 0 or more"
        for s in pipeline.stages
        if s.delay_minutes < 0
    ]
    faults += [
        f"stage {s.name!r} bounds silence by {s.silence_days} days; give {LEAST_SILENCE_DAYS} to {LONGEST_SILENCE_DAYS}, or 0 for no bound"
        for s in pipeline.stages
        if s.silence_days and not LEAST_SILENCE_DAYS <= s.silence_days <= LONGEST_SILENCE_DAYS
    ]
    kinds = {stage.kind for stage in pipeline.stages}
    faults += [f"no stage of kind {kind}; add one" for kind in sorted(set(StageKind) - {StageKind.OPEN} - kinds)]
    return faults


def missing_messages(pipeline: Pipeline, written: Collection[str]) -> list[str]:
    """The stages whose message nobody has written, each with its cure. `written` are the names of messages that exist as emails."""
    return [
        f"stage {stage.name!r} names the message {stage.message!r}, which does not exist; use one of {', '.join(sorted(written))}"
        for stage in pipeline.stages
        if stage.message and stage.message not in written
    ]
