"""Waits and durations as journey.yaml writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import yaml

from domain.plans import LONGEST_WAIT_DAYS, Wait
from templates.faults import cure_for
from templates.nodes import Reader

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WAIT_KEYS = ("days", "hours", "business_days", "until", "at", "fact")
DURATION = re.compile(r"(\d+)\s*(minute|hour|business day|day|week)s?\Z")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z|24:00\Z")
_WHOLE = re.compile(r"-?\d+\Z")
DURATION_CURE = "write a number and a unit: `30 minutes`, `12 hours`, `7 days`, `5 business days` or `2 weeks`"


@dataclass(slots=True)
class Pending:
    """A wait that nothing has followed yet, where it stands, and its id should it stand by itself."""

    wait: Wait
    node: yaml.Node
    id: str


def read_wait(reader: Reader, node: yaml.Node) -> Wait | None:
    """`3 days`, or `{until: tuesday, at: "10:00"}`, or `{fact: start_date, days: -7, at: "09:00"}`. None where it can't be read."""
    if not isinstance(node, yaml.MappingNode):
        return read_duration(reader, node, "a wait")
    before = len(reader.faults)
    fields = reader.mapping(node, "a wait", WAIT_KEYS)
    if not fields and len(reader.faults) == before:
        reader.fault(node, "this wait waits for nothing", DURATION_CURE)
    fact = reader.text(fields.get("fact"), "fact")
    days = whole(reader, fields.get("days"), "days", least=-LONGEST_WAIT_DAYS if fact else 0)
    wait = Wait(
        days=0 if fact else days,
        hours=whole(reader, fields.get("hours"), "hours"),
        business_days=whole(reader, fields.get("business_days"), "business_days"),
        weekdays=_weekdays(reader, fields["until"]) if "until" in fields else "",
        at=read_minutes(reader, fields["at"], "at") if "at" in fields else -1,
        fact=fact,
        fact_days=days if fact else 0,
    )
    return wait if len(reader.faults) == before and _is_bearable(reader, node, wait) else None


def read_duration(reader: Reader, node: yaml.Node, what: str) -> Wait | None:
    """A number and a unit. None, and a fault, where it can't be read."""
    text = reader.text(node, what)
    duration = DURATION.match(text)
    amount = int(duration[1]) if duration and len(duration[1]) < 9 else 0
    if duration is None or not amount:
        reader.fault(node, f"{text!r} is no duration", DURATION_CURE)
        return None
    match duration[2]:
        case "minute":
            wait = Wait(hours=amount / 60)
        case "hour":
            wait = Wait(hours=amount)
        case "business day":
            wait = Wait(business_days=amount)
        case "week":
            wait = Wait(days=amount * 7)
        case _:
            wait = Wait(days=amount)
    return wait if _is_bearable(reader, node, wait) else None


def hours_of(wait: Wait) -> float:
    """How many hours a duration has, a day being 24 of them and a business day one day."""
    return (wait.days + wait.business_days) * 24 + wait.hours


def added(first: Wait, second: Wait) -> Wait | None:
    """One wait that is both, one after the other; None where only two steps can say it (the first ends at a weekday or time)."""
    if second.fact or first.weekdays or first.at >= 0 or (first.business_days and (second.days or second.hours)):
        return None
    return replace(
        second,
        days=first.days + second.days,
        hours=first.hours + second.hours,
        business_days=first.business_days + second.business_days,
        fact=first.fact,
        fact_days=first.fact_days,
    )


def read_minutes(reader: Reader, node: yaml.Node, what: str) -> int:
    """A time of day as minutes after midnight; 0, and a fault, for none."""
    text = reader.text(node, what)
    if not CLOCK.match(text):
        reader.fault(node, f"{what} {text!r} is no time of day", 'write it as "09:00"')
        return 0
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def read_days(reader: Reader, node: yaml.Node) -> str:
    """Weekdays as seven of 0 and 1."""
    words = reader.texts(node, "days")
    for word, entry in words:
        if word not in WEEKDAYS:
            reader.fault(entry, f"unknown day {word!r}", cure_for(word, WEEKDAYS))
    chosen = {word for word, _ in words}
    return "".join("1" if day in chosen else "0" for day in WEEKDAYS)


def whole(reader: Reader, node: yaml.Node | None, what: str, least: int = 0, most: int = LONGEST_WAIT_DAYS * 24) -> int:
    """A whole number within bounds; 0 for none."""
    text = reader.text(node, what)
    if node is None:
        return 0
    if not _WHOLE.match(text) or len(text) > 9 or not least <= int(text) <= most:
        reader.fault(node, f"{what} {text!r} is no whole number from {least} to {most}", "write one")
        return 0
    return int(text)


def _weekdays(reader: Reader, node: yaml.Node) -> str:
    entries = reader.sequence(node, "until") if isinstance(node, yaml.SequenceNode) else [node]
    chosen = set[int]()
    for entry in entries:
        word = reader.text(entry, "until")
        if word in DAY_NAMES:
            chosen.add(DAY_NAMES.index(word))
        elif word in WEEKDAYS:
            chosen.add(WEEKDAYS.index(word))
        else:
            reader.fault(entry, f"unknown day {word!r}", cure_for(word, DAY_NAMES))
    return "".join("1" if day in chosen else "0" for day in range(7))


def _is_bearable(reader: Reader, node: yaml.Node, wait: Wait) -> bool:
    if hours_of(wait) / 24 <= LONGEST_WAIT_DAYS and abs(wait.fact_days) <= LONGEST_WAIT_DAYS:
        return True
    reader.fault(node, "this wait is longer than ten years", "write the right number")
    return False
