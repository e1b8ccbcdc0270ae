"""The JSON Schema of journey.yaml, for completion and checks in editors: made from the same tables of keys that the reader goes by.

`python -m templates.schema` writes journey.schema.json. The schema knows shapes; what only the whole journey shows (ids, messages,
ways that end nowhere) is told by `keepwarm journey check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from domain.conditions import FUNCTIONS, LONGEST, NAMES
from domain.plans import ANSWERS, EXITS
from domain.touches import Channel
from templates.definitions import KEYS, PERCENT, REENTRY, STRETCH, WINDOW_KEYS
from templates.steps import CASE_KEYS, SLUG, STEP_KEYS, VARIANT_KEYS, WORK
from templates.waits import CLOCK, DAY_NAMES, DURATION, WAIT_KEYS, WEEKDAYS

FILE = Path(__file__).parent / "journey.schema.json"
Shape = dict[str, Any]


def journey_schema() -> Shape:
    """The schema, draft 2020-12. Raises KeyError for a key that the reader takes and this file does not describe."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Keepwarm journey",
        **_object("journey", KEYS, ("journey", "title", "steps")),
        "$defs": {
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
            "step": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in STEP_KEYS]},
            **{kind: _object(kind, keys, (kind, *_NEEDED.get(kind, ()))) for kind, keys in STEP_KEYS.items()},
            "case": _object("case", CASE_KEYS, ("when", "steps")),
            "variant": _object("variant", VARIANT_KEYS, ("name", "message")),
            "until": {"minProperties": 1, **_object("until", WAIT_KEYS, ())},
            "times": _object("times", WINDOW_KEYS, ()),
            "condition": {
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST,
                "description": f"A condition over {', '.join(NAMES)} and {', '.join(f'{name}()' for name in FUNCTIONS)}.",
            },
        },
    }


def rendered() -> str:
    """The text of journey.schema.json."""
    return json.dumps(journey_schema(), indent=2, ensure_ascii=False) + "\n"


def _object(what: str, keys: Sequence[str], required: Collection[str]) -> Shape:
    """A mapping with these keys and no others."""
    shapes = SHAPES[what]
    if surplus := shapes.keys() - set(keys):
        raise KeyError(f"the reader of {what} does not know {', '.join(sorted(surplus))}")
    properties = {key: shapes[key] for key in keys}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _text(about: str, pattern: re.Pattern[str] | None = None) -> Shape:
    """`\\Z` is Python's; the schema's patterns are JavaScript's, which search."""
    limits = {"pattern": f"^(?:{pattern.pattern.replace(chr(92) + 'Z', '')})$"} if pattern else {"minLength": 1}
    return {"type": "string", **limits} | ({"description": about} if about else {})


def _whole(about: str, least: int, most: int | None = None) -> Shape:
    limits = {"minimum": least} | ({} if most is None else {"maximum": most})
    return {"type": "integer", **limits, "description": about}


def _one_of(words: Iterable[str], about: str) -> Shape:
    return {"enum": [str(word) for word in words], "description": about}


def _some_of(words: Collection[str], about: str) -> Shape:
    return {"type": "array", "items": {"enum": list(words)}, "uniqueItems": True, "description": about}


def _see(name: str, about: str) -> Shape:
    return {"$ref": f"#/$defs/{name}", "description": about}


_ID = _text("The step's id: unique in the journey, and kept from version to version.", SLUG)
_IF = _see("condition", "The step is for those of whom this is true when its turn comes; the others go on without it.")
_CLOCK = 'A local time of day, such as "09:00".'
_SPAN = re.compile(DURATION.pattern.replace("business day|", ""))
_NEEDED = {"wait_for": ("timeout",), "task": ("due",)}
_ANY_DAY = {"enum": [*DAY_NAMES, *WEEKDAYS]}

SHAPES: dict[str, dict[str, Shape]] = {
    "journey": {
        "journey": _text("The journey's name: that of its folder.", SLUG),
        "title": _text("What recruiters read."),
        "purpose": _one_of(["nurture"], "What people must have consented to. A journey nurtures."),
        "description": _text("Whom it is for and what it does, in a few sentences."),
        "exit_on": {
            **_some_of(EXITS, "What ends it for a person, before the next message. opt_out and bounce always do."),
            "allOf": [{"contains": {"const": "opt_out"}}, {"contains": {"const": "bounce"}}],
        },
        "goals": _some_of(ANSWERS, "What ends it as a success."),
        "entry": _see("condition", "Only those of whom this is true may enter."),
        "exclude": _see("condition", "Those of whom this is true may not enter."),
        "priority": _whole("Which journey goes first where a person is in several: 1 first, 9 last, usually 5.", 1, 9),
        "alongside": {"type": "boolean", "description": "Whether it acts beside others instead of waiting for its turn."},
        "reentry": {
            "anyOf": [{"enum": ["always", "never"]}, _text("", REENTRY)],
            "description": "Whether a person may enter again after its end: always (as usual), never, or `after 90 days`.",
        },
        "holdout": _text("The share of people held out for comparison, such as 10%.", PERCENT),
        "window": _see("times", "When it writes, in the candidate's own time; else as the house does."),
        "quiet": {
            "type": "array", "items": _text("Month and day of the first and the last day.", STRETCH),
            "description": 'Stretches of the year in which it rests, such as "12-20..01-06".',
        },
        "steps": _see("steps", "What happens, one step after the other."),
    },
    "send": {
        "send": _text("The message: a folder beside journey.yaml. With variants, only the step's name.", SLUG),
        "id": _ID,
        "channel": _one_of(Channel, "How it travels; email where nothing is said, preferred for the candidate's own choice."),
        "if": _see("condition", "The message goes only to those of whom this is true at the moment of sending."),
        "variants": {
            "type": "array", "items": {"$ref": "#/$defs/variant"}, "minItems": 2,
            "description": "Messages of which each person gets one, always the same.",
        },
    },
    "wait": {
        "wait": {
            "anyOf": [_text("", DURATION), {"$ref": "#/$defs/until"}],
            "description": "A duration (`30 minutes`, `3 days`, `5 business days`, `2 weeks`), or until a moment.",
        },
        "if": _IF,
    },
    "wait_for": {
        "wait_for": {
            "anyOf": [{"enum": list(ANSWERS)}, {"type": "array", "items": {"enum": list(ANSWERS)}, "minItems": 1}],
            "description": "Go on at the first of these, or at the timeout.",
        },
        "id": _ID,
        "if": _IF,
        "timeout": _text("How long at most.", _SPAN),
        "then": _see("steps", "What happens with an answer."),
        "else": _see("steps", "What happens without one."),
    },
    "branch": {
        "branch": {
            "type": "array", "items": {"$ref": "#/$defs/case"}, "minItems": 1,
            "description": "The first case whose condition is true is taken.",
        },
        "id": _ID,
        "if": _IF,
        "else": _see("steps", "What happens where no case is true."),
    },
    "task": {
        "task": _text("What a person is to do."),
        "id": _ID,
        "if": _IF,
        "work": _one_of(WORK, "What kind of work it is; other where nothing is said."),
        "owner": _text("The recruiter who does it; the candidate's own where nothing is said."),
        "due": _text("When it is overdue: then the journey goes on without it.", _SPAN),
        "overdue": _see("steps", "What happens where it was not done in time."),
    },
    "goal": {
        "goal": _see("condition", "Those of whom this is true leave with the goal reached; the others go on."),
        "id": _ID,
        "if": _IF,
    },
    "exit": {
        "exit": {"type": ["string", "null"], "description": "Leave the journey, for this reason."},
        "id": _ID,
        "if": _IF,
    },
    "case": {
        "when": _see("condition", "Whom the case is for."),
        "label": _text("How the case is called in reports and answers; its number where nothing is said."),
        "steps": _see("steps", "What happens then."),
    },
    "variant": {
        "name": _text("How results are counted.", SLUG),
        "message": _text("The message: a folder beside journey.yaml.", SLUG),
        "weight": _whole("Its share among the weights, usually 1.", 1, 1000),
    },
    "until": {
        "days": {"type": "integer", "description": "Days of the candidate's calendar; with `fact`, after or (negative) before it."},
        "hours": _whole("Hours, after the days.", 0),
        "business_days": _whole("Days without weekends and closed days, after the hours.", 0),
        "until": {
            "anyOf": [_ANY_DAY, {"type": "array", "items": _ANY_DAY, "minItems": 1}],
            "description": "Then until one of these weekdays.",
        },
        "at": _text(f"Then until this moment. {_CLOCK}", CLOCK),
        "fact": _text("The name of a date on record, from which the wait counts: `start_date`."),
    },
    "times": {
        "days": _some_of(WEEKDAYS, "Days on which it writes."),
        "start": _text(f"From when. {_CLOCK}", CLOCK),
        "end": _text(f"Until when. {_CLOCK}", CLOCK),
    },
}  # fmt: skip
"""What each key of the reader's tables may hold, and what it is for."""


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
