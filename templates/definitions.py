"""What journey.yaml says of a journey as a whole: its name, who may enter, what ends it, when it writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import yaml

from domain.calendars import Closures
from domain.conditions import asked_answers
from domain.plans import ANSWERS, EXITS
from domain.touches import Purpose
from domain.windows import Window
from templates.faults import Fault, cure_for
from templates.nodes import Reader
from templates.programs import Step, flatten
from templates.steps import SLUG, StepReader, read_condition
from templates.waits import read_days, read_minutes, whole

KEYS = (
    "journey", "title", "purpose", "description", "exit_on", "goals", "entry", "exclude", "priority", "alongside", "reentry",
    "holdout", "window", "quiet", "steps",
)  # fmt: skip
WINDOW_KEYS = ("days", "start", "end")
PERCENT = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%\Z")
REENTRY = re.compile(r"after (\d{1,4}) days?\Z")
A_YEAR = [date(2027, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
"""A common one: what leaves only the 29th of February leaves nothing."""
STRETCH = re.compile(r"(\d\d-\d\d)\s*\.\.\s*(\d\d-\d\d)\Z")


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
    goals: tuple[str, ...] = ()
    entry: str = ""
    exclude: str = ""
    priority: int = 5
    alongside: bool = False
    reentry_days: int = 0
    holdout: float = 0.0
    quiet: tuple[tuple[str, str], ...] = field(default=())


def read_definition(text: str, file: str, folder_name: str) -> ReadDefinition:
    """What the text says. The journey's slug must be its folder's name."""
    reader = Reader(file)
    root = reader.compose(text)
    fields: dict[str, yaml.Node] = {}
    if root is not None:
        fields = reader.mapping(root, "the journey", KEYS)
    elif not reader.faults:
        reader.fault_at(1, 1, "the file is empty", "write `journey: <slug>`, `title: …` and `steps:`")
    goals = _words(reader, fields.get("goals"), "goals", ANSWERS)
    return ReadDefinition(
        slug=_slug(reader, fields, folder_name),
        title=_title(reader, fields),
        description=reader.text(fields.get("description"), "description"),
        purpose=_purpose(reader, fields.get("purpose")),
        exit_on=_exits(reader, fields.get("exit_on")),
        goals=goals,
        entry=_condition(reader, fields.get("entry"), "entry"),
        exclude=_condition(reader, fields.get("exclude"), "exclude"),
        priority=whole(reader, fields["priority"], "priority", 1, 9) or 5 if "priority" in fields else 5,
        alongside=_yes(reader, fields.get("alongside"), "alongside"),
        reentry_days=_reentry(reader, fields.get("reentry")),
        holdout=_share(reader, fields.get("holdout")),
        window=_window(reader, fields["window"]) if "window" in fields else None,
        quiet=_quiet(reader, fields.get("quiet")),
        steps=tuple(_steps(reader, fields, goals)),
        faults=reader.faults,
    )


def _slug(reader: Reader, fields: Mapping[str, yaml.Node], folder_name: str) -> str:
    node = fields.get("journey")
    slug = reader.text(node, "journey")
    if node is None:
        if fields:
            reader.fault_at(1, 1, "the journey has no name", f"write `journey: {folder_name}`")
    elif not SLUG.match(slug):
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


def _words(reader: Reader, node: yaml.Node | None, what: str, known: tuple[str, ...]) -> tuple[str, ...]:
    words = reader.texts(node, what)
    for word, entry in words:
        if word not in known:
            reader.fault(entry, f"unknown {what.removesuffix('s')} {word!r}", cure_for(word, known))
    return tuple(word for word, _ in words)


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


def _condition(reader: Reader, node: yaml.Node | None, what: str) -> str:
    text = read_condition(reader, node, what)
    if node is not None and asked_answers(text):
        reader.fault(node, f"{what}: nobody has answered a step before entering", "ask for tags, facts or stages")
    return text


def _yes(reader: Reader, node: yaml.Node | None, what: str) -> bool:
    word = reader.text(node, what).lower()
    if word not in ("", "true", "false"):
        reader.fault(node, f"{what} {word!r} is neither true nor false", "write true or false")  # type: ignore[arg-type]
    return word == "true"


def _reentry(reader: Reader, node: yaml.Node | None) -> int:
    """`always`, `never`, or `after 90 days`: -1 for never, else how many days after the end."""
    word = reader.text(node, "reentry")
    found = REENTRY.match(word)
    if node is not None and word not in ("always", "never") and not found:
        reader.fault(node, f"reentry {word!r} can't be read", 'write always, never or "after 90 days"')
    return -1 if word == "never" else int(found[1]) if found else 0


def _share(reader: Reader, node: yaml.Node | None) -> float:
    word = reader.text(node, "holdout")
    found = PERCENT.match(word)
    if node is not None and not found:
        reader.fault(node, f"holdout {word!r} is no share", "write it as 10%, below 100%")
    return float(found[1]) / 100 if found else 0.0


def _quiet(reader: Reader, node: yaml.Node | None) -> tuple[tuple[str, str], ...]:
    """Stretches of the year such as `12-20..01-06`, month and day, both included."""
    stretches = []
    for word, entry in reader.texts(node, "quiet"):
        found = STRETCH.match(word)
        if found and _is_day(found[1]) and _is_day(found[2]):
            stretches.append((found[1], found[2]))
        else:
            reader.fault(entry, f"{word!r} is no stretch of the year", 'write it as "12-20..01-06"')
    if node is not None and all(Closures(quiet=tuple(stretches)).rests(day) for day in A_YEAR):
        reader.fault(
            node, "quiet covers the whole year: nothing would ever leave", "leave some days between the stretches"
        )
    return tuple(stretches)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2028-{text}")
    except ValueError:
        return False
    return True


def _window(reader: Reader, node: yaml.Node) -> Window | None:
    """`{days: [mon, tue], start: "09:00", end: "17:30"}`; what is left out is as everywhere else."""
    before = len(reader.faults)
    fields = reader.mapping(node, "window", WINDOW_KEYS)
    usual = Window()
    days = read_days(reader, fields["days"]) if "days" in fields else usual.days
    start = read_minutes(reader, fields["start"], "start") if "start" in fields else usual.start
    end = read_minutes(reader, fields["end"], "end") if "end" in fields else usual.end
    if len(reader.faults) > before:
        return None
    try:
        return Window(days, start, end)
    except ValueError as error:
        reader.fault(node, str(error), "let start be before end, on at least one day")
        return None


def _steps(reader: Reader, fields: Mapping[str, yaml.Node], goals: tuple[str, ...]) -> list[Step]:
    node = fields.get("steps")
    if node is None:
        if fields:
            reader.fault_at(1, 1, "the journey has no steps", "write `steps:` and below it `- send: <message>`")
        return []
    before = len(reader.faults)
    steps = flatten(StepReader(reader, goals).block(node, "steps"), reader)
    if not any(step.message for step in steps) and len(reader.faults) == before:
        reader.fault(node, "the journey sends nothing", "add a step: `- send: <message>`")
    return steps
