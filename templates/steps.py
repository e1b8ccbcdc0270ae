"""What journey.yaml says, each value checked where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from domain.plans import EXITS
from domain.touches import Channel, Purpose
from domain.windows import Window
from templates.faults import Fault, cure_for
from templates.nodes import Reader

_KEYS = ("journey", "title", "purpose", "description", "exit_on", "window", "steps")
_SEND_KEYS = ("send", "id", "channel")
_WINDOW_KEYS = ("days", "start", "end")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_DURATION = re.compile(r"(\d+)\s*(hour|day|week)s?\Z")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z|24:00\Z")
_LONGEST_DAYS = 3660
"""Ten years: more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a journey and the wait before it, in days of the candidate's own calendar and then hours.

    `line` and `column` say where it stands in journey.yaml.
    """

    id: str
    message: str
    channel: Channel
    wait_days: int = 0
    wait_hours: int = 0
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)


@dataclass(slots=True)
class ReadDefinition:
    """journey.yaml as far as it could be read, and its faults."""

    slug: str
    title: str
    description: str
    purpose: Purpose
    exit_on: tuple[str, ...]
    window: Window | None
    steps: tuple[Step, ...]
    faults: list[Fault]


def read_definition(text: str, file: str, folder_name: str) -> ReadDefinition:
    """What the text says. The journey's slug must be its folder's name."""
    reader = Reader(file)
    root = reader.compose(text)
    fields: dict[str, yaml.Node] = {}
    if root is not None:
        fields = reader.mapping(root, "the journey", _KEYS)
    elif not reader.faults:
        reader.fault_at(1, 1, "the file is empty", "write `journey: <slug>`, `title: …` and `steps:`")
    return ReadDefinition(
        slug=_slug(reader, fields, folder_name),
        title=_title(reader, fields),
        description=reader.text(fields.get("description"), "description"),
        purpose=_purpose(reader, fields.get("purpose")),
        exit_on=_exits(reader, fields.get("exit_on")),
        window=_window(reader, fields["window"]) if "window" in fields else None,
        steps=tuple(_steps(reader, fields)),
        faults=reader.faults,
    )


def _slug(reader: Reader, fields: Mapping[str, yaml.Node], folder_name: str) -> str:
    node = fields.get("journey")
    slug = reader.text(node, "journey")
    if node is None:
        if fields:
            reader.fault_at(1, 1, "the journey has no name", f"write `journey: {folder_name}`")
    elif not _SLUG.match(slug):
        reader.fault(node, f"{slug!r} is no slug", "use small letters, digits and single dashes")
    elif slug != folder_name:
        reader.fault(node, f"the journey is called {slug!r} in a folder {folder_name!r}", "give both one name")
    return slug or folder_name


def _title(reader: Reader, fields: Mapping[str, yaml.Node]) -> str:
    title = reader.text(fields.get("title"), "title")
    if fields and not title:
        reader.fault_at(1, 1, "the journey has no title", "write `title: …`, for recruiters to read")
    return title


def _purpose(reader: Reader, node: yaml.Node | None) -> Purpose:
    word = reader.text(node, "purpose")
    if node is not None and word != Purpose.NURTURE:
        reader.fault(node, f"a journey's purpose is nurture, not {word!r}", "write `purpose: nurture`")
    return Purpose.NURTURE


def _exits(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    if node is None:
        return EXITS
    words = reader.texts(node, "exit_on")
    for word, entry in words:
        if word not in EXITS:
            reader.fault(entry, f"unknown exit {word!r}", cure_for(word, EXITS))
    found = tuple(word for word, _ in words)
    for always in ("opt_out", "bounce"):
        if always not in found:
            reader.fault(
                node, f"the journey goes on after {always}", f"add {always} to exit_on: every journey ends there"
            )
    return found


def _window(reader: Reader, node: yaml.Node) -> Window | None:
    """`{days: [mon, tue], start: "09:00", end: "17:30"}`; what is left out is as everywhere else."""
    before = len(reader.faults)
    fields = reader.mapping(node, "window", _WINDOW_KEYS)
    usual = Window()
    days = _days(reader, fields["days"]) if "days" in fields else usual.days
    start = _minutes(reader, fields["start"], "start") if "start" in fields else usual.start
    end = _minutes(reader, fields["end"], "end") if "end" in fields else usual.end
    if len(reader.faults) > before:
        return None
    try:
        return Window(days, start, end)
    except ValueError as error:
        reader.fault(node, str(error), "let start be before end, on at least one day")
        return None


def _days(reader: Reader, node: yaml.Node) -> str:
    words = reader.texts(node, "days")
    for word, entry in words:
        if word not in _WEEKDAYS:
            reader.fault(entry, f"unknown day {word!r}", cure_for(word, _WEEKDAYS))
    chosen = {word for word, _ in words}
    return "".join("1" if day in chosen else "0" for day in _WEEKDAYS)


def _minutes(reader: Reader, node: yaml.Node, what: str) -> int:
    text = reader.text(node, what)
    if not _CLOCK.match(text):
        reader.fault(node, f"{what} {text!r} is no time of day", 'write it as "09:00"')
        return 0
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@dataclass(slots=True)
class _Waiting:
    """The waits since the last message, and where the latest of them stands."""

    days: int = 0
    hours: int = 0
    node: yaml.Node | None = None


def _steps(reader: Reader, fields: Mapping[str, yaml.Node]) -> list[Step]:
    node = fields.get("steps")
    if node is None:
        if fields:
            reader.fault_at(1, 1, "the journey has no steps", "write `steps:` and below it `- send: <message>`")
        return []
    steps: list[Step] = []
    waiting = _Waiting()
    entries = reader.sequence(node, "steps")
    for entry in entries:
        if not isinstance(entry, yaml.MappingNode):
            reader.fault(entry, "a step must be a mapping", "write `- send: <message>` or `- wait: 7 days`")
            continue
        if any(key.value == "wait" for key, _ in entry.value):
            _wait(reader, entry, waiting)
        elif (step := _send(reader, entry, waiting, steps)) is not None:
            steps.append(step)
            waiting = _Waiting()
    if waiting.node is not None and steps:
        reader.fault(waiting.node, "the journey ends with a wait", "send something after it, or delete it")
    if not any(
        key.value == "send" for entry in entries if isinstance(entry, yaml.MappingNode) for key, _ in entry.value
    ):
        reader.fault(node, "the journey sends nothing", "add a step: `- send: <message>`")
    return steps


def _wait(reader: Reader, entry: yaml.MappingNode, waiting: _Waiting) -> None:
    node = reader.mapping(entry, "a wait", ("wait",)).get("wait")
    if node is None:
        return
    waiting.node = node
    text = reader.text(node, "a wait")
    duration = _DURATION.match(text)
    amount = int(duration[1]) if duration else 0
    if duration is None or not amount:
        reader.fault(node, f"{text!r} is no duration", "write a number and a unit: `12 hours`, `7 days` or `2 weeks`")
        return
    if duration[2] == "hour":
        waiting.hours += amount
    else:
        waiting.days += amount * (7 if duration[2] == "week" else 1)
    if waiting.days + waiting.hours / 24 > _LONGEST_DAYS:
        reader.fault(node, f"a wait of {text} is longer than ten years", "write the right number")


def _send(reader: Reader, entry: yaml.MappingNode, waiting: _Waiting, earlier: list[Step]) -> Step | None:
    fields = reader.mapping(entry, "a step", _SEND_KEYS)
    if "send" not in fields:
        if fields:
            reader.fault(entry, "this step does nothing", "write `send: <message>` in it")
        return None
    message = reader.text(fields["send"], "send")
    step_id = reader.text(fields.get("id"), "id") or message
    place = fields.get("id", fields["send"])
    for node, word, what in ((fields["send"], message, "a message's name"), (place, step_id, "an id")):
        if not _SLUG.match(word):
            reader.fault(node, f"{word!r} can't be {what}", "use small letters, digits and single dashes")
    if any(step.id == step_id for step in earlier):
        reader.fault(place, f"step id {step_id!r} appears twice", "give each step an `id` of its own")
    return Step(
        id=step_id,
        message=message,
        channel=_channel(reader, fields.get("channel")),
        wait_days=waiting.days,
        wait_hours=waiting.hours,
        line=fields["send"].start_mark.line + 1,
        column=fields["send"].start_mark.column + 1,
    )


def _channel(reader: Reader, node: yaml.Node | None) -> Channel:
    if node is None:
        return Channel.EMAIL
    word = reader.text(node, "channel")
    if word not in set(Channel):
        reader.fault(node, f"unknown channel {word!r}", cure_for(word, Channel))
        return Channel.EMAIL
    return Channel(word)
