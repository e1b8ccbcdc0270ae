"""What surveys came to, as it is shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from starter.lookups import find_opening
from storage import surveys
from storage.surveys import Comment, Result

FEWEST = 5
"""Below so many answers a score says more about chance than about the process."""


@dataclass(frozen=True, slots=True)
class Report:
    """One opening's result with what people wrote."""

    result: Result
    comments: list[Comment]

    def summary(self) -> dict[str, Any]:
        """The report as plain JSON."""
        said = [{name: value for name, value in asdict(one).items() if name != "opening_id"} for one in self.comments]
        figures = {"cnps": self.result.cnps, "rate": round(self.result.rate, 4)}
        return {**asdict(self.result), **figures, "comments": said}

    def lines(self) -> list[str]:
        """The report for people."""
        result = self.result
        head = f"{result.opening_id} ({result.title})" if result.title else result.opening_id
        answered = f"{result.answered} of {result.asked} answered ({result.rate:.0%})"
        if result.cnps is None:
            return [f"{head}: no answer yet, {result.asked} asked"]
        few = f"; fewer than {FEWEST} answers, read it with care" if result.answered < FEWEST else ""
        means = [
            f"{words} {mean:g} of {surveys.BEST_ANSWER}"
            for words, mean in (("informed", result.informed), ("respected", result.respected))
            if mean is not None
        ]
        lines = [", ".join([f"{head}: cNPS {result.cnps:+d}, {answered}", *means]) + few]
        return lines + [f"  {one.score}: {' '.join(one.comment.split())}" for one in self.comments]


def reports(connection: Connection, opening: str = "") -> list[Report]:
    """By opening, of all or of one. Raises Refused."""
    wanted = find_opening(connection, opening).id if opening else ""
    said: dict[str, list[Comment]] = {}
    for one in surveys.comments(connection, wanted):
        said.setdefault(one.opening_id, []).append(one)
    return [Report(one, said.get(one.opening_id, [])) for one in surveys.results(connection, wanted)]
