"""What people and mail systems answer: replies with their newest words, bounces with what they mean."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cases.scores import Score, score
from channels.bounces import read_bounces
from channels.quotes import newest
from domain.bounces import Verdict, verdict

EXACT = 0.60
"""Of the replies, found exactly: what the best two libraries reach together."""
DETECTED = 0.85
PRECISION = 0.95
"""Of the addresses that are suppressed for ever, those that do not exist."""
_UNSUBSCRIBE = re.compile(r"unsubscrib|opt[ -]?out|abmelden|désabonner|darse de baja", re.IGNORECASE)


def run_replies(folder: Path) -> Iterator[Score]:
    """Every JSON list of {id, text, gold}: the newest words against the expected ones, white space normalised."""
    cases = [case for path in sorted(folder.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
    found = [(case["id"], _words(newest(case["text"])), _words(case["gold"]), case["text"]) for case in cases]
    yield score("replies: newest words, exactly", ((case, got == gold) for case, got, gold, _ in found), EXACT)
    yield score(
        "replies: nothing quoted leaks", ((case, not Counter(got) - Counter(gold)) for case, got, gold, _ in found), 0.0
    )
    quoted = [
        (case, got)
        for case, got, gold, text in found
        if _UNSUBSCRIBE.search(text) and not _UNSUBSCRIBE.search(" ".join(gold))
    ]
    if quoted:
        yield score(
            "replies: no quoted unsubscribe", ((case, not _UNSUBSCRIBE.search(" ".join(got))) for case, got in quoted)
        )


def _words(text: str) -> list[str]:
    return text.split()


def run_bounces(folder: Path) -> Iterator[Score]:
    """Every .eml that gold.json names: detected, and suppressed for ever only if hard. Several recipients are told apart by their order."""
    gold: dict[str, list[dict[str, Any]]] = json.loads((folder / "gold.json").read_text("utf-8"))
    detected: list[tuple[str, bool]] = []
    suppressed: list[tuple[str, bool]] = []
    hard: list[tuple[str, bool]] = []
    for name, expected in sorted(gold.items()):
        path = folder / (name if name.endswith(".eml") else f"{name}.eml")
        found = [one for one in read_bounces(path.read_bytes()) if not one.is_complaint]
        verdicts = [verdict(one.status, one.code, one.diagnostic) is Verdict.HARD for one in found]
        detected.append((name, bool(found)))
        wanted = [bool(one["hard"]) for one in expected]
        if len(wanted) != len(verdicts):
            wanted, verdicts = [any(wanted)], [any(verdicts)]
        suppressed += [(name, wish) for wish, got in zip(wanted, verdicts, strict=True) if got]
        hard += [(name, got) for wish, got in zip(wanted, verdicts, strict=True) if wish]
    yield score("bounces: detected", detected, DETECTED)
    yield score("bounces: suppressed for ever, rightly", suppressed, PRECISION)
    yield score("bounces: hard ones suppressed at once", hard, 0.0)
