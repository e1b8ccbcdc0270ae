"""What providers report about messages of ours, in one form for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ReportKind(StrEnum):
    """What became of a message, as far as this report tells. docs/webhooks.md has the table of what becomes which."""

    ACCEPTED = "accepted"
    """The provider has it, or has passed it on."""
    DEFERRED = "deferred"
    """The other side asked for patience; the provider tries again by itself."""
    DELIVERED = "delivered"
    OPENED = "opened"
    """Kept, and trusted for nothing: programs open mails too."""
    CLICKED = "clicked"
    BOUNCED = "bounced"
    """There is no such address or number, for good."""
    SOFT_BOUNCED = "soft_bounced"
    """It did not arrive, and the next one may."""
    BLOCKED = "blocked"
    """Refused for what it says or whence it comes; the address is good."""
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    REFUSED = "refused"
    """The provider did not even try, for a reason that somebody of ours has to mend."""
    OTHER = "other"
    """Something that we do not know; kept."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report. The same `event_key` of a provider is the same report. `at` is real time; None where it was not told.

    Which message it is about is told by the touch's key, else by its Message-ID (with `<>`), the provider's own id, and at last by the
    address alone. `failed`: that message did not arrive, whatever else the report says. `code` is the provider's or the SMTP status,
    `because` its words. `payload` is the whole of it, unknown fields included.
    """

    provider: str
    event_key: str
    kind: ReportKind
    at: datetime | None = None
    channel: str = "email"
    touch_key: str = ""
    message_id: str = ""
    provider_id: str = ""
    address: str = ""
    failed: bool = False
    code: str = ""
    because: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
