"""Conditions: small expressions over what is on record about a person, as journeys write them.

`"python" in skills and country == "DE"`, `stage("be-1") == "interview"`, `answer("ask") == "reply"`. Evaluated by simpleeval: names,
comparisons, `and`, `or`, `not`, `in` and the functions below; nothing else of Python is within reach.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from simpleeval import EvalWithCompoundTypes, InvalidExpression

LONGEST = 500
"""Characters of an expression: a longer one is a branch of its own."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What conditions may ask about one person. `stages` and `furthest` are by opening, `facts` by name, `answers` by step."""

    tags: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    pools: frozenset[str] = frozenset()
    stages: Mapping[str, str] = field(default_factory=dict)
    furthest: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    country: str = ""
    place: str = ""
    source: str = ""
    relationship: str = ""
    level: str = ""
    owner: str = ""
    office: str = ""
    today: date = date.min


NAMES = (
    "tags", "skills", "pools", "language", "country", "place", "source", "relationship", "level", "owner", "office", "today",
)  # fmt: skip
FUNCTIONS = {
    "stage": 'stage("be-1"): the stage of an application, empty for none',
    "furthest": 'furthest("be-1"): the furthest stage it ever reached',
    "applied": "applied(): whether the person has any application",
    "fact": 'fact("notice_period"): a fact on record, empty where there is none',
    "answer": 'answer("ask"): how an earlier step came out',
    "tagged": 'tagged("silver"): whether the person has the tag',
}
"""Each function by its name, with its use."""


def check(expression: str) -> str:
    """Why an expression can't be used, with the cure; empty when it can."""
    if len(expression) > LONGEST:
        return f"the condition has {len(expression)} characters; write at most {LONGEST}, and branch for the rest"
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f'{expression!r} can\'t be read; write it like `"python" in skills and country == "DE"`'
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            return _unknown("function", ast.unparse(node.func), FUNCTIONS)
        if isinstance(node, ast.Name) and node.id not in (*NAMES, *FUNCTIONS, "True", "False", "None"):
            return _unknown("name", node.id, (*NAMES, *FUNCTIONS))
    try:
        _evaluate(expression, Traits(today=date(2026, 1, 1)))
    except InvalidExpression as error:
        return f"{expression!r}: {error}; use comparisons, and, or, not, in"
    except Exception as error:  # noqa: BLE001 - whatever the language raises is a fault of the expression
        return f"{expression!r} fails: {error}; compare texts with texts"
    return ""


def holds(expression: str, traits: Traits) -> bool:
    """Whether the condition is true of the person. An empty one is; one that can't be decided is not."""
    if not expression:
        return True
    try:
        return bool(_evaluate(expression, traits))
    except Exception:  # noqa: BLE001 - a condition of a published version must never stop a person's workflow
        return False


def refusal_by(entry: str, exclude: str, traits: Traits) -> str:
    """Why the entry rules of a journey refuse a person; empty when they don't."""
    if not holds(entry, traits):
        return f"the journey is for those of whom {entry} is true"
    if exclude and holds(exclude, traits):
        return f"the journey excludes those of whom {exclude} is true"
    return ""


def explain(expression: str, traits: Traits) -> str:
    """What the condition came to, in names and ids only: nothing of the person's data."""
    return f"{expression} is {'true' if holds(expression, traits) else 'false'}"


def _evaluate(expression: str, traits: Traits) -> Any:
    names: dict[str, Any] = {name: getattr(traits, name) for name in NAMES}
    names["today"] = traits.today.isoformat()
    functions = {
        "stage": lambda opening: traits.stages.get(opening, ""),
        "furthest": lambda opening: traits.furthest.get(opening, ""),
        "applied": lambda: bool(traits.stages),
        "fact": lambda name: traits.facts.get(name, ""),
        "answer": lambda step: traits.answers.get(step, ""),
        "tagged": lambda tag: tag in traits.tags,
    }
    evaluator = EvalWithCompoundTypes(names=names, functions=functions)
    return evaluator.eval(expression, previously_parsed=_parsed(expression))


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> ast.AST:
    parsed: ast.AST = EvalWithCompoundTypes.parse(expression.strip())
    return parsed


def _unknown(what: str, name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    cure = f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
    return f"unknown {what} {name!r} in the condition; {cure}"
