"""What a message's template may say, and which tokens it needs.

The language is small on purpose: `{{ token }}`, a few filters, and `{% if token %} … {% else %} … {% endif %}`. No
attribute, call, loop or import is in it, so nothing that a writer types can reach past the tokens or run without end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.faults import cure_for
from templates.tokens import TOKENS

FALLBACK = "default"
"""The filter that gives words for a token without a value: `{{ first_name|default("there") }}`."""
FILTERS = frozenset({"capitalize", FALLBACK, "lower", "title", "trim", "upper"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
)
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*(" + "|".join(TOKENS) + r")\s*\}(?!\})")
_STRAY_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_GRAMMAR = ImmutableSandboxedEnvironment()
_CURE = "write {{ token }} or {% if token %} … {% endif %}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that a template may not say, at a line and column of its own text, both from 1."""

    line: int
    column: int
    message: str
    cure: str


@dataclass(slots=True)
class Usage:
    """Which tokens a text uses. `needed` ones stand outside of every `{% if token %}`; the others may be absent."""

    needed: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)


@lru_cache(maxsize=4096)
def usage(text: str) -> Usage:
    """Which tokens the text needs and uses, and what is wrong with it. The answer is shared: do not change it."""
    found = Usage()
    for match in _SINGLE_BRACES.finditer(text):
        line, column = _place(text, match.start())
        found.mistakes.append(Mistake(line, column, f"single braces around {match[1]}", f"write {{{{ {match[1]} }}}}"))
    try:
        tree = _GRAMMAR.parse(text)
    except TemplateSyntaxError as error:
        column = _column(text, error.lineno, r"\{[{%].*|[%}]\}")
        found.mistakes.append(Mistake(error.lineno, column, f"template syntax: {error.message}", _CURE))
        return found
    _Walk(text, found).visit(tree, frozenset())
    return found


@dataclass(slots=True)
class _Walk:
    """Goes through a syntax tree with the tokens that are known to be there at each place."""

    text: str
    found: Usage

    def visit(self, node: nodes.Node, present: frozenset[str]) -> None:
        match node:
            case nodes.Name(name=name):
                self._name(node, name, present)
            case nodes.If(test=test, body=body, elif_=branches, else_=otherwise):
                self._test(test, present)
                self._all(body, present | _proved(test, True))
                for branch in branches:
                    self.visit(branch, present)
                self._all(otherwise, present | _proved(test, False))
            case nodes.TemplateData(data=data):
                self._stray_braces(node, data)
            case nodes.Filter(name=name) if name not in FILTERS:
                self._mistake(node, name, f"unknown filter {name!r}", cure_for(name, FILTERS))
            case nodes.Filter(name=name, node=nodes.Node() as inner, args=args) if name == FALLBACK:
                if not _is_words(args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
                    self._mistake(node, name, "default without its words", 'write {{ token|default("words") }}')
                self.visit(inner, present | {one.name for one in _names(inner)})
            case _ if isinstance(node, _ALLOWED):
                self._all(node.iter_child_nodes(), present)
            case _:
                kind = type(node).__name__.lower()
                self._mistake(node, r"\{[{%]", f"a template may not hold this ({kind})", _CURE)

    def _all(self, children: object, present: frozenset[str]) -> None:
        for child in children:  # type: ignore[attr-defined]  # jinja2 types its child lists loosely
            self.visit(child, present)

    def _test(self, test: nodes.Node, present: frozenset[str]) -> None:
        """In a test a token may be absent."""
        self.visit(test, present | {name.name for name in _names(test)})

    def _name(self, node: nodes.Node, name: str, present: frozenset[str]) -> None:
        if name not in TOKENS:
            self._mistake(node, rf"\b{re.escape(name)}\b", f"unknown token {name!r}", cure_for(name, TOKENS))
            return
        self.found.used.add(name)
        if name not in present:
            self.found.needed.add(name)

    def _stray_braces(self, node: nodes.Node, data: str) -> None:
        """Text that would leave with its braces: half a token, or a raw block."""
        for match in _STRAY_BRACES.finditer(data):
            line = node.lineno + data.count("\n", 0, match.start())
            column = _column(self.text, line, re.escape(match[0]))
            self.found.mistakes.append(Mistake(line, column, f"stray {match[0]!r}", _CURE))

    def _mistake(self, node: nodes.Node, pattern: str, message: str, cure: str) -> None:
        column = _column(self.text, node.lineno, pattern)
        self.found.mistakes.append(Mistake(node.lineno, column, message, cure))


def _is_words(args: list[nodes.Expr]) -> bool:
    return (
        len(args) == 1 and isinstance(args[0], nodes.Const) and isinstance(args[0].value, str) and bool(args[0].value)
    )


def _names(node: nodes.Node) -> list[nodes.Name]:
    return [node] if isinstance(node, nodes.Name) else list(node.find_all(nodes.Name))


def _proved(test: nodes.Node, outcome: bool) -> frozenset[str]:
    """The tokens that must be there when a test came out so."""
    match test:
        case nodes.Name(name=name):
            return frozenset({name}) if outcome else frozenset()
        case nodes.Not(node=inner):
            return _proved(inner, not outcome)
        case nodes.And(left=left, right=right) if outcome:
            return _proved(left, True) | _proved(right, True)
        case nodes.Or(left=left, right=right) if not outcome:
            return _proved(left, False) | _proved(right, False)
    return frozenset()


def _place(text: str, position: int) -> tuple[int, int]:
    line = text.count("\n", 0, position) + 1
    return line, position - (text.rfind("\n", 0, position) + 1) + 1


def _column(text: str, line: int, pattern: str) -> int:
    """Where a pattern first stands in a line; 1 where it does not."""
    lines = text.split("\n")
    found = re.search(pattern, lines[line - 1]) if 0 < line <= len(lines) else None
    return found.start() + 1 if found else 1
