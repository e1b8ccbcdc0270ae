"""Journeys as files: read with every fault at its place, compacted to a workflow's plan, frozen for publishing.

    <slug>/journey.yaml
    <slug>/<message>/<language>.md, sms.<language>.md

A published version binds the definition and its messages in one snapshot; rendering from it touches no file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from domain.touches import Channel, Purpose
from domain.windows import Window
from templates.definitions import ReadDefinition, read_definition
from templates.faults import Fault, JourneyFaults
from templates.messages import MessageSource, choose, file_name, parse_message, read_folder
from templates.programs import Step, compact
from templates.steps import SLUG

FOLDER = Path(__file__).parent / "journeys"
FILE = "journey.yaml"


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """A journey as its files say it. `text` is journey.yaml itself; `messages` hold every language and channel; `rules` are those of
    the plan's further fields (domain.plans.Plan) that differ from their defaults."""

    slug: str
    title: str
    description: str
    purpose: Purpose
    exit_on: tuple[str, ...]
    window: Window | None
    steps: tuple[Step, ...]
    messages: tuple[MessageSource, ...]
    text: str
    rules: dict[str, Any] = field(default_factory=dict)


def shipped() -> tuple[str, ...]:
    """The slugs of the journeys that we ship."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{FILE}")))


def load_journey(folder: Path) -> JourneyDefinition:
    """The journey in a folder. Raises JourneyFaults with everything that is wrong in any of its files."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cure = f"a journey is a folder with a {FILE} in UTF-8"
        raise JourneyFaults([Fault(FILE, 1, 1, f"{path} can't be read: {error}", cure)]) from error
    read = read_definition(text, FILE, folder.name)
    messages, faults = read_folder(folder, read.purpose)
    faults += read.faults + _unsuited(read.steps, folder, messages, {fault.file for fault in faults})
    if faults:
        raise JourneyFaults(faults)
    return JourneyDefinition(
        slug=read.slug,
        title=read.title,
        description=read.description,
        purpose=read.purpose,
        exit_on=read.exit_on,
        window=read.window,
        steps=read.steps,
        messages=tuple(messages),
        text=text,
        rules=_rules(read),
    )


def compact_plan(definition: JourneyDefinition, version: int) -> dict[str, Any]:
    """What a workflow pins (domain.plans.read_plan reads it): the program of steps, no words.

    `{"journey", "version", "purpose", "exit_on": [...], "window"?, further rules …, "steps": [{"id", "kind"?, …}]}`: only what
    differs from the defaults of domain.plans.
    """
    plan: dict[str, Any] = {
        "journey": definition.slug,
        "version": version,
        "purpose": str(definition.purpose),
        "exit_on": list(definition.exit_on),
        "steps": [compact(step) for step in definition.steps],
    } | definition.rules
    if definition.window is not None:
        plan["window"] = asdict(definition.window)
    return plan


def snapshot(definition: JourneyDefinition) -> dict[str, Any]:
    """Definition and messages as immutable JSON: what publishing stores and sending renders from.

    `{"journey", "title", "description", "purpose", "exit_on", "window", "definition": <journey.yaml>,
    "rules": {…}, "steps": [{"id", "message", "variants", "plan"}],
    "messages": [{"message", "channel", "language", "text"}]}`
    """
    return {
        "journey": definition.slug,
        "title": definition.title,
        "description": definition.description,
        "purpose": str(definition.purpose),
        "exit_on": list(definition.exit_on),
        "window": asdict(definition.window) if definition.window else None,
        "rules": definition.rules,
        "steps": [_frozen(step) for step in definition.steps],
        "definition": definition.text,
        "messages": [
            {"message": m.name, "channel": str(m.channel), "language": m.language, "text": m.text}
            for m in definition.messages
        ],
    }


def digest(frozen: Mapping[str, Any]) -> str:
    """SHA-256 of a snapshot: equal when the files say the same."""
    canonical = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def source_from_snapshot(
    frozen: Mapping[str, Any], step_id: str, channel: Channel | str, languages: Sequence[str], variant: str = ""
) -> MessageSource:
    """The message of a published step, of its variant where it has some, in the best of the languages. Parsed once per text.

    Raises LookupError where the version has no such step or variant, or no message of it for the channel.
    """
    steps = {step["id"]: step for step in frozen["steps"] if step["message"]}
    if step_id not in steps:
        raise LookupError(f"{frozen['journey']} has no step {step_id!r}; it has {', '.join(steps)}")
    names = steps[step_id].get("variants") or {"": steps[step_id]["message"]}
    if variant not in names:
        raise LookupError(
            f"step {step_id!r} of {frozen['journey']} has no variant {variant!r}; it has {', '.join(names)}"
        )
    purpose = Purpose(frozen["purpose"])
    written = [
        parse_message(entry["text"], entry["message"], Channel(entry["channel"]), entry["language"], purpose)
        for entry in frozen["messages"]
        if entry["message"] == names[variant] and entry["channel"] == channel
    ]
    if not written:
        raise LookupError(f"step {step_id!r} of {frozen['journey']} has no {channel} message; publish one with it")
    return choose(written, languages)


def _rules(read: ReadDefinition) -> dict[str, Any]:
    usual = ReadDefinition("", "", "", read.purpose, (), None, (), [])
    names = ("goals", "entry", "exclude", "priority", "alongside", "reentry_days", "holdout", "quiet")
    kept = {name: getattr(read, name) for name in names if getattr(read, name) != getattr(usual, name)}
    return {name: [list(v) if isinstance(v, tuple) else v for v in value] if isinstance(value, tuple) else value
            for name, value in kept.items()}  # fmt: skip


def _frozen(step: Step) -> dict[str, Any]:
    variants = {option.name: option.message for option in step.options}
    return {
        "id": step.id, "message": step.message, "channel": str(step.plan.channel), "variants": variants, "plan": compact(step),
    }  # fmt: skip


def _unsuited(steps: Sequence[Step], folder: Path, messages: Sequence[MessageSource], faulty: set[str]) -> list[Fault]:
    """Steps without their messages, messages without a step, languages in some only. `faulty` files exist, unread."""
    written = {f"{source.name}/{file_name(source.channel, source.language)}" for source in messages} | faulty
    languages = sorted({Path(file).stem.removeprefix("sms.") for file in written if Path(file).suffix == ".md"})
    faults = []
    named = ((step, name) for step in steps if step.message for name in step.messages().values())
    sending = [(step, name) for step, name in named if SLUG.match(name)]
    for step, name in sending:
        if not (folder / name).is_dir():
            cure = f"write {name}/<language>.md"
            faults.append(Fault(FILE, step.line, step.column, f"step {step.id!r} has no message {name!r}", cure))
            continue
        for needed in _needed(step, name, languages or ["en"]):
            if needed not in written:
                fault = f"step {step.id!r} lacks its message {needed}"
                faults.append(Fault(FILE, step.line, step.column, fault, f"write {needed}"))
    sent = {name for _, name in sending}
    faults += [
        Fault(f"{name}/", 1, 1, f"no step sends {name!r}", f"add `- send: {name}` or delete the folder")
        for name in sorted({file.split("/")[0] for file in written} - sent)
    ]
    return faults + _unsigned_sms(steps, messages)


def _needed(step: Step, name: str, languages: Sequence[str]) -> list[str]:
    channel = step.plan.channel
    channels = (Channel.EMAIL, Channel.SMS) if channel is Channel.PREFERRED else (channel,)
    return [f"{name}/{file_name(one, language)}" for one in channels for language in languages]


def _unsigned_sms(steps: Sequence[Step], messages: Sequence[MessageSource]) -> list[Fault]:
    """A person's first SMS says who writes and how to stop it (CTIA Messaging Principles §5.1)."""
    texted = (step for step in steps if step.message and step.plan.channel is not Channel.EMAIL)
    first = next((set(step.messages().values()) for step in texted), set())
    faults = []
    for source in messages:
        if source.channel is Channel.SMS and source.name in first:
            file = f"{source.name}/{file_name(source.channel, source.language)}"
            line = source.text.count("\n", 0, source.text.find(source.body)) + 1
            if "company" not in source.body:
                faults.append(
                    Fault(file, line, 1, "the first SMS does not name the sender", "begin with {{ company }}:")
                )
            if "STOP" not in source.body:
                faults.append(
                    Fault(file, line, 1, "the first SMS does not say how to end it", "end: Reply STOP to opt out")
                )
    return faults
