"""What an undeliverable mail means for its address: suppress it for ever, try later, or leave it alone, by a strict table.

"Status 5.x is permanent" is right for fewer than half of real bounces: most of them refuse the sender, the text or the moment. Only what
says that *the mailbox does not exist* closes an address for ever; what nobody can tell counts as a block and closes nothing.
The table stands in docs/inbound-mail.md too; a test compares the two.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Verdict(StrEnum):
    """What to do about the address."""

    HARD = "hard"
    """It does not exist: suppress it for ever."""
    SOFT = "soft"
    """It exists, or may, and could not take the mail now: full, busy, unreachable, switched off. Try again; suppress after several."""
    BLOCK = "block"
    """Somebody refused us or this mail, not the address: reputation, policy, content, authentication."""


HARD_STATUSES = {
    "5.1.1": "no such mailbox",
    "5.1.2": "no such domain",
    "5.1.3": "no valid address",
    "5.1.6": "moved, no forwarding address",
    "5.1.10": "the domain takes no mail (null MX, RFC 7505)",
    "5.2.1": "mailbox closed",
    "5.4.4": "no route: no such host",
}
"""The enhanced status codes (RFC 3463, IANA registry) that close an address for ever, unless the words beside them say otherwise."""
SOFT_STATUSES = frozenset(
    ["5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.3.4", "5.4.1", "5.4.3", "5.4.5", "5.4.6", "5.4.7", "5.7.13"]
)
"""Permanent by their class, but about a moment or a size: mailbox or system full, system down, no answer, loop, switched off."""
OPEN_STATUSES = frozenset(["", "5.0.0", "5.1.0", "5.3.0", "5.5.0", "5.5.1", "5.5.2", "5.5.4"])
"""Statuses that say nothing about why; only with these do the server's words alone decide."""

_BLOCK_WORDS = re.compile(
    r"\bspam|blacklist|block(?:ed|list)|blocked|black ?list|\bdnsbl|\brbl\b|reputation|dmarc|\bspf\b|dkim"
    r"|reverse ?dns|\brdns\b|\bptr\b"
    r"|polic(?:y|ies)|relay(?!=)|virus|content reject|message content|header|unauthenticated|authenticat|sender"
    r"|mail from|unroutable sender"
    r"|not accepted from|refused by|protocol violation|banned|abuse|suspicious|client host|your ip|ip address"
    r"|unsolicited|\bhelo\b|\behlo\b"
    r"|may be blacklisted|listed (?:at|in|by|on)|greylist|graylist",
    re.IGNORECASE,
)
"""Words about us or our mail: with them, nothing is said about the address."""
_SOFT_WORDS = re.compile(
    r"quota|mailbox (?:is )?full|full mailbox|over ?quota|storage|disk (?:space|full)|disk quota|too large"
    r"|size exceed|exceeds? .{0,20}size"
    r"|too many|rate|temporar|try again|later|timed? ?out|timeout|retry time|no route|connection (?:refused"
    r"|lost)|lost connection"
    r"|unexpected name server|malformed|server failure|servfail|disabled|suspended|inactive|frozen|locked"
    r"|not active|discontinued|expired"
    r"|couldn'?t create|cannot open|can'?t open|permission denied|command (?:output|died)|local configuration"
    r"|mail(?:er)? loop|forwarding loop|too many hops"
    r"|failing for a long time|not yet been delivered|delayed",
    re.IGNORECASE,
)
"""Words about a moment or a machine."""
_UNKNOWN_WORDS = re.compile(
    r"(?:user|recipient|mailbox|account|address|addressee|local part)\b.{0,60}?\b(?:unknown|not found"
    r"|does(?: not|n'?t) exist|do(?: not|n'?t) exist"
    r"|not exist|no longer (?:valid|exists?|available|on server)|is invalid|not known|unrouteable|isn'?t (?:a )?valid)"
    r"|(?:unknown|invalid|no such|nonexistent|non-existent|illegal|bad destination|unrouteable"
    r"|no valid) (?:local )?(?:user|recipient|mailbox|account"
    r"|address|addressee|email|host|domain)|no (?:mailbox|such (?:user|person|domain|host|address)|account"
    r"|one) (?:here|by that|with that|found)"
    r"|does(?: not|n'?t) have an? .{1,60}account|not (?:our|a known) (?:user|customer)|recipient no longer"
    r"|unknown (?:or illegal )?user"
    r"|(?:host|domain)(?: or domain)?(?: name)? (?:unknown|not found|does not exist)|no such domain|nxdomain"
    r"|account has been deleted"
    r"|adresse (?:d .{0,30})?destinataire invalide|utilisateur inconnu|empf[aä]nger unbekannt"
    r"|unbekannter (?:empf[aä]nger|benutzer)"
    r"|usuario desconocido|utente sconosciuto|onbekende gebruiker|usu[aá]rio desconhecido|nieznany u[zż]ytkownik",
    re.IGNORECASE,
)
"""Words that say plainly that there is no such mailbox or domain."""
_OF_RECIPIENT = re.compile(r"(?:reply to|after) rcpt|rcpt to generated|smtp:rcpt host", re.IGNORECASE)
"""The server answered to the recipient's address, and not once it had seen the mail."""
_MICROSOFT_UNKNOWN = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
"""With 5.4.1: what Microsoft 365 answers for addresses that its directory does not hold (directory-based edge blocking)."""


def verdict(status: str, code: str = "", text: str = "") -> Verdict:
    """The verdict on an enhanced status (RFC 3463, `5.1.1`), a reply code (RFC 5321, `550`) and what the server said; each may be empty.

    In this order: a status or, without one, a code of class 4 is soft. Words about us are a block, words about a moment are soft, whatever
    the status. Then the lists decide. Without a telling status the words must say plainly that there is no such mailbox, in answer to
    RCPT TO; where that is not known it may be a filter that lies, so the verdict is soft. Everything else is a block.
    """
    if status.startswith("4") or (code.startswith("4") and not status.startswith("5")):
        return Verdict.SOFT
    if status == "5.4.1" and _MICROSOFT_UNKNOWN.search(text):
        return Verdict.HARD
    if _BLOCK_WORDS.search(text):
        return Verdict.BLOCK
    if _SOFT_WORDS.search(text) or status in SOFT_STATUSES:
        return Verdict.SOFT
    if status in HARD_STATUSES:
        return Verdict.HARD
    if status in OPEN_STATUSES and _UNKNOWN_WORDS.search(text):
        return Verdict.HARD if _OF_RECIPIENT.search(text) else Verdict.SOFT
    return Verdict.BLOCK
