"""Saying no so that the next try works: what was named, what is there, and what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Refused(ValueError):
    """What was asked can't be done; the text is for the person who asked, and names the cure."""


def unknown(kind: str, name: str, known: Iterable[str], otherwise: str) -> Refused:
    """The refusal for a name that nothing has: what it may have meant, else what there is, else how to make one."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1, 0.6)
    if near:
        return Refused(f"no {kind} {name!r}; did you mean {near[0]}?")
    if 0 < len(names) <= 12:
        return Refused(f"no {kind} {name!r}; there is {', '.join(names)}")
    return Refused(f"no {kind} {name!r}; {otherwise}")
