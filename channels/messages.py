"""What a channel is given, what it answers, and how it fails.

A channel makes exactly one attempt per call. Whether to try again is decided by the ledger and by Temporal, from the error's type:

- `TemporarySendError`: the provider does not have the message; a retry can help.
- `UncertainSendError`: the provider may have it (the connection broke after the request was written); only `ask` may tell.
- `PermanentSendError`: the provider will never take this message; `kind` says whose fault it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object that a mail carries twice: beside its words, where programs act on it, and attached, to be kept.

    `method` is that of the object (RFC 5546 §1.4: REQUEST, CANCEL), `text` the object itself.
    """

    method: str
    text: str
    file_name: str = "invite.ics"


@dataclass(frozen=True, slots=True)
class Email:
    """One mail, ready to leave. Addresses are bare (`ada@example.org`), names are display names and may be empty.

    `message_id` is ours, in angle brackets, the same on every attempt. `headers` are extra ones (List-Unsubscribe …), neither
    encoded nor folded. `custom_args` travel to SendGrid's events and back; `categories` are its tags.
    """

    touch_key: str
    message_id: str
    to_address: str
    to_name: str
    from_address: str
    from_name: str
    reply_to: str
    envelope_sender: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    custom_args: dict[str, str] = field(default_factory=dict)
    calendar: CalendarPart | None = None


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One SMS. `to_number` is E.164. `status_callback` is the URL for delivery reports, empty for none."""

    touch_key: str
    message_id: str
    to_number: str
    body: str
    status_callback: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message over. `provider_id` is its own id (X-Message-Id, SMS sid, or our Message-ID for SMTP)."""

    provider: str
    provider_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider could tell, and does not have the message: sending it again cannot make a second copy."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The provider cannot say whether it has the message. Asked too early it cannot say either: `reason` tells which."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooEarly(CannotTell):
    """The provider's records may run behind the hand-over: ask again after `rest`."""

    rest: timedelta = timedelta()


Answer = Accepted | NotFound | CannotTell


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question about a message that may have left: was it taken over?

    `to` is the bare address or E.164 number, `body` the SMS's text. `handed_over_at` is of the real clock, not the story's:
    providers date what they hold by theirs.
    """

    touch_key: str
    message_id: str
    to: str
    handed_over_at: datetime
    body: str = ""


class Fault(StrEnum):
    """Whose fault a permanent refusal is; decides what happens to the person's journey."""

    ADDRESS = "address"
    """The address or number does not exist or cannot be reached: suppress it."""
    OPTED_OUT = "opted_out"
    """The provider knows that this person said stop (Twilio 21610)."""
    CONTENT = "content"
    """The message itself is refused."""
    ACCOUNT = "account"
    """Our credentials, sender or registration: an operator must act."""


class SendError(Exception):
    """A message did not demonstrably leave. The text names the provider, its code, and the cure; never a person."""


class TemporarySendError(SendError):
    """The provider did not take the message; try again, not before `retry_after` where it is given."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UncertainSendError(SendError):
    """The message may or may not have been taken over."""


class PermanentSendError(SendError):
    """The provider refuses this message for good."""

    def __init__(self, message: str, *, fault: Fault, code: str = "") -> None:
        super().__init__(message)
        self.fault = fault
        self.code = code


M = TypeVar("M", Email, TextMessage, contravariant=True)


class Channel(Protocol[M]):
    """A way for messages to leave. Safe to use from many tasks at once; connections are kept."""

    name: str

    async def send(self, message: M) -> Accepted:
        """Hand one message over, once. Raises a `SendError`."""

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Say whether the message was taken over. Never raises: what can't be learnt is `CannotTell`."""

    async def close(self) -> None:
        """Release connections."""
