"""Mails that a machine sent while a person is away: known by headers and subjects, with the day of the return read from the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from channels.mail import Mail


@dataclass(frozen=True, slots=True)
class Absence:
    """An automatic answer. `until` is the first day on which the person reads mail again, None where it tells none.

    `because` names the rule that recognised it.
    """

    until: date | None
    because: str = ""


def absence(mail: Mail, today: date) -> Absence | None:
    """The automatic answer that this mail is, or None for a person's own. `today` is the day on which it was received."""
    if mail.auto_submitted not in {"", "no"}:
        return Absence(None, "auto-submitted")
    return None
