"""The steps of journey.yaml, each value checked where it stands, as the tree that they are written as."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from domain.conditions import asked_answers, mistakes_in
from domain.plans import ANSWERS, StepKind, Variant, Wait
from domain.touches import Channel
from templates.faults import cure_for
from templates.nodes import Reader
from templates.waits import DURATION_CURE, Pending, hours_of, read_duration, read_wait, whole

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "send": ("send", "id", "channel", "if", "variants"),
    "wait": ("wait", "if"),
    "wait_for": ("wait_for", "id", "if", "timeout", "then", "else"),
    "branch": ("branch", "id", "if", "else"),
    "task": ("task", "id", "if", "work", "owner", "due", "overdue"),
    "goal": ("goal", "id", "if"),
    "exit": ("exit", "id", "if"),
}
"""What each kind of step may say; the first key names the kind."""
CASE_KEYS = ("when", "label", "steps")
VARIANT_KEYS = ("name", "message", "weight")
WORK = ("linkedin", "call", "other")
MOST_STEPS = 500
DEEPEST = 8
"""Blocks within blocks: deeper ones nobody can follow, and an anchor that names itself has no end."""


@dataclass(frozen=True, slots=True)
class Option:
    """A variant with the message that it stands for."""

    name: str
    message: str
    weight: int = 1

    def variant(self) -> Variant:
        """What the plan knows of it."""
        return Variant(self.name, self.weight)


@dataclass(slots=True)
class Node:
    """One step as it is written. Blocks (`then`, `otherwise`, the bodies of `cases`) are steps of their own; `line` and `column` say
    where it stands."""

    kind: StepKind
    id: str
    line: int = 1
    column: int = 1
    message: str = ""
    channel: Channel = Channel.EMAIL
    options: tuple[Option, ...] = ()
    condition: str = ""
    wait: Pending | None = None
    events: tuple[str, ...] = ()
    timeout_hours: float = 0
    cases: list[tuple[str, str, list[Node]]] = field(default_factory=list)
    then: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)
    title: str = ""
    work: str = ""
    owner: str = ""
    because: str = ""


class StepReader:
    """Reads lists of steps; ids are unique over the whole journey. `goals` end it, so that no step can wait for them."""

    def __init__(self, reader: Reader, goals: Collection[str] = ()) -> None:
        self._reader = reader
        self._goals = goals
        self._outcomes: dict[str, tuple[str, ...]] = {}
        self._counts: dict[str, int] = {}
        self._path = ""
        self._depth = 0
        self._steps = 0

    def block(self, node: yaml.Node, what: str) -> list[Node]:
        """The steps of a list. What follows an exit is never reached: a fault."""
        steps: list[Node] = []
        for entry in self._reader.sequence(node, what):
            self._steps += 1
            if self._steps == MOST_STEPS + 1:
                self._reader.fault(entry, f"the journey has more than {MOST_STEPS} steps", "write two journeys")
            if self._steps > MOST_STEPS:
                return steps
            step = self._step(entry)
            if step is None:
                continue
            if ends(steps):
                self._reader.fault(entry, "this step is never reached: the one before it exits", "delete one of them")
            steps.append(step)
        return steps

    def _step(self, entry: yaml.Node) -> Node | None:
        if not isinstance(entry, yaml.MappingNode):
            self._reader.fault(entry, "a step must be a mapping", "write `- send: <message>` or `- wait: 7 days`")
            return None
        words = [str(key.value) for key, _ in entry.value]
        kinds = [word for word in dict.fromkeys(words) if word in STEP_KEYS]
        if not kinds:
            self._idle(entry)
            return None
        if len(kinds) > 1:
            self._reader.fault(entry, f"one step is both {kinds[0]} and {kinds[1]}", "write two steps")
        fields = self._reader.mapping(entry, "a wait" if kinds[0] == "wait" else "a step", STEP_KEYS[kinds[0]])
        condition = self._condition(fields.get("if"), "if")
        made: dict[str, Callable[[Mapping[str, yaml.Node]], Node]] = {
            "send": self._send, "wait": self._wait, "wait_for": self._wait_for, "branch": self._branch, "task": self._task,
            "goal": self._goal, "exit": self._exit,
        }  # fmt: skip
        step = made[kinds[0]](fields)
        if not condition:
            return step
        if step.kind is StepKind.SEND:
            step.condition = condition
            return step
        return Node(StepKind.BRANCH, f"{step.id}.if", step.line, step.column, cases=[(condition, "", [step])])

    def _idle(self, entry: yaml.MappingNode) -> None:
        known = {name for names in STEP_KEYS.values() for name in names}
        unknown = [key for key, _ in entry.value if str(key.value) not in known]
        for key in unknown:
            self._reader.fault(key, f"unknown key {str(key.value)!r} in a step", cure_for(str(key.value), STEP_KEYS))
        if not unknown:
            self._reader.fault(entry, "this step does nothing", "write `send: <message>` in it")

    def _node(self, kind: StepKind, fields: Mapping[str, yaml.Node], named: str = "") -> Node:
        place = fields.get("id", next(iter(fields.values())))
        step_id = self._reader.text(fields.get("id"), "id") or named
        if step_id and not SLUG.match(step_id):
            self._reader.fault(place, f"{step_id!r} can't be an id", "use small letters, digits and single dashes")
        step_id = step_id or self._unnamed(kind)
        if step_id in self._outcomes:
            self._reader.fault(place, f"step id {step_id!r} appears twice", "give each step an `id` of its own")
        self._outcomes[step_id] = ()
        mark = fields[str(kind)].start_mark
        return Node(kind, step_id, mark.line + 1, mark.column + 1)

    def _unnamed(self, kind: StepKind) -> str:
        """An id from the place of the step in its own block, so that what is added elsewhere does not change it: `ask.then.exit-1`."""
        stem = f"{self._path}{str(kind).replace('_', '-')}"
        self._counts[stem] = self._counts.get(stem, 0) + 1
        return f"{stem}-{self._counts[stem]}"

    def _send(self, fields: Mapping[str, yaml.Node]) -> Node:
        message = self._reader.text(fields["send"], "send")
        is_name = SLUG.match(message) is not None
        step = self._node(StepKind.SEND, fields, named=message if is_name else "")
        if not is_name:
            cure = "use small letters, digits and single dashes"
            self._reader.fault(fields["send"], f"{message!r} can't be a message's name", cure)
        step.message, step.channel = message, self._channel(fields.get("channel"))
        step.options = self._options(fields.get("variants"))
        return step

    def _wait(self, fields: Mapping[str, yaml.Node]) -> Node:
        node = fields["wait"]
        wait = read_wait(self._reader, node)
        place, step_id = node.start_mark, self._unnamed(StepKind.WAIT)
        pending = Pending(wait or Wait(), node, step_id)
        return Node(StepKind.WAIT, step_id, place.line + 1, place.column + 1, wait=pending)

    def _wait_for(self, fields: Mapping[str, yaml.Node]) -> Node:
        step = self._node(StepKind.WAIT_FOR, fields)
        node = fields["wait_for"]
        single = isinstance(node, yaml.ScalarNode)
        words = [(self._reader.text(node, "wait_for"), node)] if single else self._reader.texts(node, "wait_for")
        for word, entry in words:
            if word not in ANSWERS:
                self._reader.fault(entry, f"unknown answer {word!r}", cure_for(word, ANSWERS))
            elif word in self._goals:
                cure = "take it out of `goals` or out of this step"
                self._reader.fault(entry, f"{word} is a goal: it ends the journey before this step hears of it", cure)
        if not words:
            self._reader.fault(node, "this step waits for nothing", f"name one of {', '.join(ANSWERS)}")
        step.events = tuple(word for word, _ in words)
        step.timeout_hours = self._hours(fields.get("timeout"), "timeout")
        if "timeout" not in fields:
            cure = "add `timeout: 5 days`: nobody is left waiting for ever"
            self._reader.fault(node, f"step {step.id!r} has no timeout", cure)
        self._outcomes[step.id] = (*step.events, "timeout")
        step.then = self._block(fields.get("then"), "then", f"{step.id}.then")
        step.otherwise = self._block(fields.get("else"), "else", f"{step.id}.else")
        return step

    def _branch(self, fields: Mapping[str, yaml.Node]) -> Node:
        step = self._node(StepKind.BRANCH, fields)
        entries = self._reader.sequence(fields["branch"], "branch")
        cases = [(entry, self._reader.mapping(entry, "a case of branch", CASE_KEYS)) for entry in entries]
        if not cases:
            self._reader.fault(fields["branch"], "this branch has no case", "write `- when: …` and `steps: […]`")
        labels = [self._reader.text(case.get("label"), "label") for _, case in cases]
        self._outcomes[step.id] = (*(label or str(n) for n, label in enumerate(labels, 1)), "else")
        asked, named = set[str](), set[str]()
        for (entry, case), label in zip(cases, labels, strict=True):
            for needed in ("when", "steps"):
                if needed not in case:
                    self._reader.fault(entry, f"a case of branch lacks `{needed}`", "write `when: …` and `steps: […]`")
            condition = self._condition(case.get("when"), "when")
            if condition in asked:
                self._reader.fault(case["when"], "this case is never reached: one above asks the same", "delete one")
            if label in (*named, "else"):
                self._reader.fault(
                    case["label"], f"label {label!r} is taken", "give each case its own, and none `else`"
                )
            asked |= {condition} - {""}
            named |= {label} - {""}
            block = self._block(case.get("steps"), "steps", f"{step.id}.{len(step.cases) + 1}")
            step.cases.append((condition, label, block))
        step.otherwise = self._block(fields.get("else"), "else", f"{step.id}.else")
        return step

    def _task(self, fields: Mapping[str, yaml.Node]) -> Node:
        step = self._node(StepKind.TASK, fields)
        step.title = self._reader.text(fields["task"], "task")
        if not step.title:
            self._reader.fault(fields["task"], "the task does not say what to do", "write `task: Call and ask about …`")
        step.work = self._reader.text(fields.get("work"), "work") or "other"
        if step.work not in WORK:
            self._reader.fault(fields["work"], f"unknown work {step.work!r}", cure_for(step.work, WORK))
        step.owner = self._reader.text(fields.get("owner"), "owner")
        step.timeout_hours = self._hours(fields.get("due"), "due")
        if "due" not in fields:
            cure = "add `due: 3 days`: then the journey goes on without it"
            self._reader.fault(fields["task"], f"task {step.id!r} has no `due`", cure)
        self._outcomes[step.id] = ("done", "dropped", "overdue")
        step.otherwise = self._block(fields.get("overdue"), "overdue", f"{step.id}.overdue")
        return step

    def _goal(self, fields: Mapping[str, yaml.Node]) -> Node:
        step = self._node(StepKind.GOAL, fields)
        step.condition = self._condition(fields["goal"], "goal")
        return step

    def _exit(self, fields: Mapping[str, yaml.Node]) -> Node:
        step = self._node(StepKind.EXIT, fields)
        step.because = self._reader.text(fields["exit"], "exit")
        return step

    # Values

    def _block(self, node: yaml.Node | None, what: str, path: str) -> list[Node]:
        if node is None:
            return []
        if self._depth == DEEPEST:
            self._reader.fault(node, f"blocks are nested deeper than {DEEPEST}", "write a journey of its own")
            return []
        outside, self._path, self._depth = self._path, f"{path}.", self._depth + 1
        steps = self.block(node, what)
        self._path, self._depth = outside, self._depth - 1
        return steps

    def _hours(self, node: yaml.Node | None, what: str) -> float:
        wait = read_duration(self._reader, node, what) if node is not None else None
        if wait and wait.business_days and node is not None:
            self._reader.fault(node, f"{what} can't count business days", DURATION_CURE)
        return hours_of(wait) if wait else 0

    def _condition(self, node: yaml.Node | None, what: str) -> str:
        text = read_condition(self._reader, node, what)
        for name, compared in asked_answers(text):
            outcomes = self._outcomes.get(name)
            if node is None:
                continue
            if outcomes is None:
                cure = cure_for(name, self._outcomes or ("none",))
                self._reader.fault(node, f"{what}: no step {name!r} before this one", cure)
            elif not outcomes:
                self._reader.fault(node, f"{what}: step {name!r} has no answer", "name a wait_for, a task or a branch")
            for unknown in compared:
                if outcomes and unknown not in ("", *outcomes):
                    message = f"{what}: step {name!r} never comes out as {unknown!r}"
                    self._reader.fault(node, message, cure_for(unknown, outcomes))
        return text

    def _channel(self, node: yaml.Node | None) -> Channel:
        if node is None:
            return Channel.EMAIL
        word = self._reader.text(node, "channel")
        if word not in set(Channel):
            self._reader.fault(node, f"unknown channel {word!r}", cure_for(word, Channel))
            return Channel.EMAIL
        return Channel(word)

    def _options(self, node: yaml.Node | None) -> tuple[Option, ...]:
        options: dict[str, Option] = {}
        for entry in self._reader.sequence(node, "variants") if node is not None else []:
            fields = self._reader.mapping(entry, "a variant", VARIANT_KEYS)
            name = self._reader.text(fields.get("name"), "name")
            message = self._reader.text(fields.get("message"), "message")
            weight = whole(self._reader, fields["weight"], "weight", 1, 1000) if "weight" in fields else 1
            if not SLUG.match(name) or not SLUG.match(message):
                self._reader.fault(entry, "a variant needs a name and a message", "write {name: a, message: hello-a}")
            elif name in options:
                self._reader.fault(entry, f"variant {name!r} appears twice", "give each its own name")
            else:
                options[name] = Option(name, message, weight)
        if node is not None and len(options) == 1:
            self._reader.fault(node, "one variant is none", "write two or more, or none")
        return tuple(options.values())


def read_condition(reader: Reader, node: yaml.Node | None, what: str) -> str:
    """A condition as text; everything that is wrong with it is a fault. Empty for none."""
    text = reader.text(node, what)
    if node is None:
        return ""
    if not text and isinstance(node, yaml.ScalarNode):
        reader.fault(node, f"{what}: the condition is empty", 'write one like `country == "DE"`, or delete the line')
    for mistake in mistakes_in(text) if text else ():
        reader.fault(node, f"{what}: {mistake.message}", mistake.cure)
    return text


def ends(block: Sequence[Node]) -> bool:
    """Whether nobody comes out at the end of a block: all ways through its last step exit."""
    if not block:
        return False
    last = block[-1]
    match last.kind:
        case StepKind.EXIT:
            return True
        case StepKind.BRANCH:
            return ends(last.otherwise) and all(ends(body) for _, _, body in last.cases)
        case StepKind.WAIT_FOR:
            return ends(last.then) and ends(last.otherwise)
        case _:
            return False
