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
    "number": 'number("years"): a fact as a number; no comparison holds where it is none',
    "answer": 'answer("ask"): how an earlier step came out',
    "tagged": 'tagged("silver"): whether the person has the tag',
}
"""Each function by its name, with its use."""
_ALLOWED = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Name, ast.Constant, ast.List, ast.Tuple, ast.Set)
_SETS = ("tags", "skills", "pools")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a condition, and what to write instead."""

    message: str
    cure: str


def check(expression: str) -> str:
    """Why an expression can't be used, with the cure; empty when it can."""
    return next((f"{mistake.message}; {mistake.cure}" for mistake in mistakes_in(expression)), "")


def mistakes_in(expression: str) -> list[Mistake]:
    """Everything that is wrong with an expression; empty when it can be used."""
    if len(expression) > LONGEST:
        cure = f"write at most {LONGEST}, and branch for the rest"
        return [Mistake(f"the condition has {len(expression)} characters", cure)]
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [Mistake(f"{expression!r} can't be read", 'write it like `"python" in skills and country == "DE"`')]
    found = _misused(tree)
    if not found:
        try:
            _evaluate(expression, Traits(today=date(2026, 1, 1)))
        except InvalidExpression as error:
            found.append(Mistake(f"{expression!r}: {error}", "use comparisons, and, or, not, in"))
        except Exception as error:  # noqa: BLE001 - whatever the language raises is a fault of the expression
            found.append(Mistake(f"{expression!r} fails: {error}", "compare texts with texts"))
    return list(dict.fromkeys(found))


def asked_answers(expression: str) -> list[tuple[str, tuple[str, ...]]]:
    """The steps whose answers an expression asks for, each with the texts that it compares them with; none for one that can't be read."""
    if mistakes_in(expression):
        return []
    tree = ast.parse(expression.strip(), mode="eval")
    compared: dict[int, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            texts = tuple(text for side in sides for text in _texts(side))
            compared |= {id(side): texts for side in sides if isinstance(side, ast.Call)}
    return [
        (node.args[0].value, compared.get(id(node), ()))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "answer"
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    ]


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
        "number": lambda name: _number(traits.facts.get(name, "")),
        "answer": lambda step: traits.answers.get(step, ""),
        "tagged": lambda tag: tag in traits.tags,
    }
    evaluator = EvalWithCompoundTypes(names=names, functions=functions)
    return evaluator.eval(expression, previously_parsed=_parsed(expression))


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> ast.AST:
    """Raises ValueError for what is no condition, though the library could evaluate it."""
    parsed: ast.AST = EvalWithCompoundTypes.parse(expression.strip())
    if _misused(parsed):
        raise ValueError(f"{expression!r} is no condition")
    return parsed


def _misused(tree: ast.AST) -> list[Mistake]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    parts = (node for node in ast.walk(tree) if id(node) not in called)
    return [mistake for node in parts if (mistake := _mistake_at(node)) is not None]


def _mistake_at(node: ast.AST) -> Mistake | None:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            wanted = 0 if name == "applied" else 1
            plain = all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.args)
            if len(node.args) != wanted or node.keywords or not plain:
                return Mistake(f"{ast.unparse(node)!r} is no use of {name}", f"write {FUNCTIONS[name].split(':')[0]}")
        case ast.Call():
            return _unknown("function", ast.unparse(node.func), FUNCTIONS)
        case ast.Name(id=name) if name in FUNCTIONS:
            return Mistake(f"{name} is a function", f"write {FUNCTIONS[name].split(':')[0]}")
        case ast.Name(id=name) if name not in NAMES:
            return _unknown("name", name, (*NAMES, *FUNCTIONS))
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq(), *_]) if name in _SETS:
            return Mistake(f"{name} are many: they are never equal to one", f'write `"…" in {name}`')
        case ast.expr() if not isinstance(node, _ALLOWED):
            kind = type(node).__name__.lower()
            return Mistake(f"a condition may not hold this ({kind})", "use comparisons, and, or, not, in")
    return None


def _texts(node: ast.expr) -> list[str]:
    members = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return [one.value for one in members if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _unknown(what: str, name: str, known: Any) -> Mistake:
    near = difflib.get_close_matches(name, list(known), n=1)
    return Mistake(
        f"unknown {what} {name!r} in the condition",
        f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}",
    )
