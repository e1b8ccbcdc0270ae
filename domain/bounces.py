"""What an undeliverable mail means for its address: suppress it for ever, try later, or leave it alone, by a strict table.

"Status 5.x is permanent" is right for fewer than half of real bounces: most of them refuse the sender, the text or the moment. Only what
says that *the mailbox does not exist* closes an address for ever; what nobody can tell counts as a block and closes nothing.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What to do about the address."""

    HARD = "hard"
    """It does not exist: suppress it for ever."""
    SOFT = "soft"
    """It exists, or may, and could not take the mail now: full, busy, unreachable. Try again; suppress after several."""
    BLOCK = "block"
    """Somebody refused us or this mail, not the address: reputation, policy, content, authentication."""


def verdict(status: str, code: str = "", text: str = "") -> Verdict:
    """The verdict on an enhanced status (RFC 3463, `5.1.1`), a reply code (RFC 5321, `550`) and what the server said; each may be empty."""
    return (
        Verdict.SOFT
        if status.startswith("4") or code.startswith("4")
        else Verdict.HARD
        if status == "5.1.1"
        else Verdict.BLOCK
    )
