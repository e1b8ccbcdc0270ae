"""From the tree of steps that people write to the flat program that workflows run (domain.plans)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from domain.plans import Case, PlanStep, StepKind, Wait
from templates.nodes import Reader
from templates.steps import Node, Option
from templates.waits import Pending, added


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the program, with what publishing needs beyond the plan: its messages, and its place in journey.yaml."""

    plan: PlanStep
    message: str = ""
    options: tuple[Option, ...] = ()
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def id(self) -> str:
        """Unique in the journey, stable from version to version."""
        return self.plan.id

    def messages(self) -> dict[str, str]:
        """The message of each variant; under the empty name where there are none."""
        return {option.name: option.message for option in self.options} or {"": self.message}


def flatten(nodes: Sequence[Node], reader: Reader) -> list[Step]:
    """The program: blocks one after the other, with jumps over those that are not taken. A wait is part of the step that follows."""
    program = _Program()
    program.lay(nodes, None)
    for node in _last(nodes) if program.steps else ():
        if node.wait:
            reader.fault(node.wait.node, "the journey ends with a wait", "send something after it, or delete it")
    return program.steps


def _last(nodes: Sequence[Node]) -> list[Node]:
    """The steps after which nothing comes, on every way through the journey."""
    if not nodes:
        return []
    last = nodes[-1]
    blocks = [body for _, _, body in last.cases] + [last.then, last.otherwise]
    return [last, *(node for block in blocks for node in _last(block))]


def compact(step: Step) -> dict[str, Any]:
    """A step as the plan stores it: only what differs from the defaults; `channel` always of a message."""
    plan = step.plan
    new, kept = asdict(PlanStep(plan.id)), asdict(plan)
    filled = {name: value for name, value in kept.items() if value != new[name] or name == "id"}
    if plan.wait is not None:
        plain = asdict(Wait())
        filled["wait"] = {name: value for name, value in asdict(plan.wait).items() if value != plain[name]}
    if "kind" in filled:
        filled["kind"] = str(plan.kind)
    filled.pop("channel", None)
    return filled if plan.kind is not StepKind.SEND else {"id": plan.id, "channel": str(plan.channel), **filled}


class _Program:
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def lay(self, nodes: Sequence[Node], pending: Pending | None) -> Pending | None:
        """Append a block; answers the wait that is still open at its end."""
        for node in nodes:
            if node.kind is StepKind.WAIT and node.wait:
                pending = self._longer(pending, node)
                continue
            self._append(node, pending)
            pending = None
            if node.kind is StepKind.BRANCH:
                self._branch(node)
            elif node.kind in (StepKind.WAIT_FOR, StepKind.TASK):
                self._fork(node)
        return pending

    def _longer(self, pending: Pending | None, node: Node) -> Pending | None:
        if pending is None or node.wait is None:
            return node.wait
        both = added(pending.wait, node.wait.wait)
        if both is not None:
            return replace(pending, wait=both)
        self._rest(pending)
        return node.wait

    def _rest(self, pending: Pending) -> None:
        """A wait that stands by itself."""
        mark = pending.node.start_mark
        plan = _waiting(PlanStep(pending.id, kind=StepKind.WAIT), pending.wait)
        self.steps.append(Step(plan, line=mark.line + 1, column=mark.column + 1))

    def _append(self, node: Node, pending: Pending | None) -> None:
        plan = PlanStep(
            node.id, node.channel, kind=node.kind, condition=node.condition if node.kind is StepKind.SEND else "",
            variants=[option.variant() for option in node.options], events=list(node.events),
            timeout_hours=node.timeout_hours, title=node.title, work=node.work, owner=node.owner, because=node.because,
        )  # fmt: skip
        if node.kind is StepKind.GOAL:
            plan = replace(plan, cases=[Case(node.condition, -1)])
        if pending:
            plan = _waiting(plan, pending.wait)
        self.steps.append(Step(plan, node.message, node.options, node.line, node.column))

    def _branch(self, node: Node) -> None:
        at, cases, jumps = len(self.steps) - 1, list[Case](), list[int]()
        for when, label, block in node.cases:
            cases.append(Case(when, len(self.steps), label))
            jumps.append(self._block(block, f"{node.id}.{len(cases)}.end"))
        otherwise = len(self.steps)
        self._close(node.otherwise)
        self._land(jumps)
        self._put(at, cases=cases, otherwise=otherwise)

    def _fork(self, node: Node) -> None:
        """Two ways from a wait for an answer or a task: with an answer `then`, without one `otherwise`."""
        at, jumps = len(self.steps) - 1, list[int]()
        if node.then or node.otherwise:
            then = len(self.steps)
            jumps.append(self._block(node.then, f"{node.id}.then.end"))
            otherwise = len(self.steps)
            self._close(node.otherwise)
            self._land(jumps)
            self._put(at, to=then, otherwise=otherwise)

    def _block(self, nodes: Sequence[Node], jump: str) -> int:
        """A block that ends with a jump; where the jump stands."""
        self._close(nodes)
        self.steps.append(Step(PlanStep(jump, kind=StepKind.JUMP, to=-1)))
        return len(self.steps) - 1

    def _close(self, nodes: Sequence[Node]) -> None:
        pending = self.lay(nodes, None)
        if pending:
            self._rest(pending)

    def _land(self, jumps: Sequence[int]) -> None:
        for at in jumps:
            self._put(at, to=len(self.steps))

    def _put(self, at: int, **changed: Any) -> None:
        self.steps[at] = replace(self.steps[at], plan=replace(self.steps[at].plan, **changed))


def _waiting(plan: PlanStep, wait: Wait) -> PlanStep:
    """The step with a wait before it: days and hours in its own fields, anything further in full."""
    if wait == Wait(days=wait.days, hours=wait.hours):
        return replace(plan, wait_days=wait.days, wait_hours=wait.hours)
    return replace(plan, wait=wait)
