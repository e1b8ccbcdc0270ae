"""Everything that can happen to a relationship, and how it is read from plain JSON.

Signals come from anywhere: our starter, an ATS, the stock `temporal` CLI. Unknown fields are ignored, a missing `at` means now. A
missing `event_id` is derived from the content, so that the same signal with the same `at` twice is one event. One that lacks both is
an event of its own each time: interview, rejected, interview again must not lose its last step.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from domain.definitions import Decision
from domain.touches import Settlement
from domain.windows import PACES, zone_of


class BadEvent(ValueError):
    """A signal that can't be read; the text names the field and the cure. `plain` says it without the value that came."""

    def __init__(self, text: str, plain: str = "") -> None:
        super().__init__(text)
        self.plain = plain or text


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What every event carries: its id, for dedupe, and when it happened."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Happening):
    """An application entered a stage. `pipeline` is the opening's own where it is not the default and not yet known, `guide` its process
    guide. Whether words for an interviewed person are on record, or a waiver, is told without the words."""

    opening_id: str
    stage: str
    by: str = ""
    pipeline: dict[str, Any] | None = None
    guide: dict[str, Any] | None = None
    has_reason: bool = False
    has_feedback: bool = False
    waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Happening):
    """The person wrote or acted. `kind`: a class of domain.replies (`later` and `auto_reply` with `until`), or booking, form, click (on our
    own confirm page). `message_id` is the message's in the record, so that its class can be corrected."""

    kind: str = "reply"
    channel: str = "email"
    until: datetime | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCorrected(Happening):
    """A recruiter says that a message is of another class than it was taken for."""

    message_id: str
    kind: str
    channel: str = "email"
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Happening):
    """Somebody of ours has answered what the person asked in a message; without its id, everything that they have asked."""

    message_id: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(Happening):
    """Consent given (`until` it runs out; None: for good) or withdrawn. `purpose` or `channel` may be `*`. `recorded`: the log already
    has it."""

    purpose: str
    channel: str
    granted: bool
    source: str = "signal"
    recorded: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Happening):
    """Entered a journey. `plan` is the published version's; without it the workflow loads it."""

    journey: str
    version: int = 0
    plan: dict[str, Any] | None = None
    by: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Happening):
    """Taken from the version of a journey that they are in to another one. Without its plan the workflow loads it.

    `undoes` names the move that this one takes back.
    """

    journey: str
    version: int
    plan: dict[str, Any] | None = None
    move_id: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Happening):
    """A person has done (`done`) or given up (`dropped`) the work that a journey's step asked for."""

    journey: str
    step: str
    outcome: str = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Happening):
    """When we write changed: closed days (ISO dates), the send window, caps. None leaves a part as it is."""

    closed: list[str] | None = None
    window: dict[str, Any] | None = None
    caps: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecided(Happening):
    """The activity `decide_step` answered. Made by the driver, never read from a signal."""

    journey: str
    step: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseReminded(Happening):
    """The activity `remind` has reminded of a promise. Made by the driver, never read from a signal."""

    promise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unenrolled(Happening):
    """Taken out of a journey by a person."""

    journey: str
    because: str = "taken out by a recruiter"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningAnnounced(Happening):
    """An opening that may fit was opened. `round` counts its openings. `known`: the sender has it on record; else the workflow looks."""

    opening_id: str
    round: int = 1
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Happening):
    """Everything but acknowledgments waits: of the person, or of a `scope` (`journey:<slug>`, `sender:<id>`, `template:<name>`,
    `everything`)."""

    scope: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Happening):
    """Goes on, by a `policy` for what fell due meanwhile: `shift`, `drop-overdue`, or `spread:<days>d`. Nothing bursts out."""

    scope: str = ""
    policy: str = "shift"
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Happening):
    """The kill switch was released: what it held may be tried again at once."""

    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Happening):
    """Asked to be left alone until a moment; None ends the snooze."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(Happening):
    """Facts that the core uses changed; None leaves a field as it is. Also wakes touches that lacked a token.

    `facts` names the further facts that changed (`start_date`): waits that count from them are counted again. `pace`: how often they
    want to hear from us at most; `house` is as often as everybody.
    """

    zone: str | None = None
    channel: str | None = None
    owner: str | None = None
    facts: list[str] | None = None
    pace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReported(Happening):
    """A provider reported a message's fate: delivered, bounced (hard), complained; soft_bounced and blocked are only noted."""

    kind: str
    touch_key: str = ""
    channel: str = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCorrected(Happening):
    """The person can be reached by a channel again: their address or number was corrected, or found to work."""

    channel: str = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(Happening):
    """An interview was booked, or moved: then `sequence` is higher. `booking` is the uid of its calendar entry."""

    opening_id: str
    booking: str
    starts_at: datetime
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbooked(Happening):
    """A booking was given or taken back. Without its `sequence` the moment says which word is the later one."""

    booking: str
    opening_id: str = ""
    sequence: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Happening):
    """The person was erased: nothing is ever sent to them again, and their workflow completes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchScheduled(Happening):
    """A single message was asked for by a person, for a moment."""

    touch_id: str
    template: str
    due: datetime
    purpose: str = "nurture"
    channel: str = "preferred"
    opening_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged(Happening):
    """People's data is kept for so many days after their last sign of life (0: for good), which the record says was at `active_at`."""

    retention_days: int = 0
    active_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchSettled(Happening):
    """The send activity answered about a touch by `channel`, which told of the openings `also` too. Made by the driver, never read
    from a signal."""

    touch_key: str
    settlement: Settlement
    channel: str = "email"
    also: list[str] = field(default_factory=list)


Event = (
    TermsChanged | StageChanged | MessageReceived | ConsentChanged | Enrolled | Unenrolled | OpeningAnnounced | Paused | Resumed | Released
    | Snoozed | ProfileChanged | DeliveryReported | TouchScheduled | TouchSettled | Moved | TaskDone | CalendarChanged
    | StepDecided | PromiseReminded | MessageCorrected | QuestionAnswered | ContactCorrected | Booked | Unbooked | Erased
)  # fmt: skip

SIGNALS: dict[str, type[Happening]] = {
    "stage_changed": StageChanged,
    "message_received": MessageReceived,
    "consent_changed": ConsentChanged,
    "enrolled": Enrolled,
    "unenrolled": Unenrolled,
    "opening_announced": OpeningAnnounced,
    "paused": Paused,
    "resumed": Resumed,
    "released": Released,
    "snoozed": Snoozed,
    "profile_changed": ProfileChanged,
    "delivery_reported": DeliveryReported,
    "touch_scheduled": TouchScheduled,
    "moved": Moved,
    "task_done": TaskDone,
    "terms_changed": TermsChanged,
    "calendar_changed": CalendarChanged,
    "message_corrected": MessageCorrected,
    "question_answered": QuestionAnswered,
    "contact_corrected": ContactCorrected,
    "booked": Booked,
    "unbooked": Unbooked,
    "erased": Erased,
}
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Moments that come later, such as "never" as 9999-12-31, count as this one: calendars end there."""
LONGEST_TEXT = 500
"""Characters of an id or a reason; longer ones are no ids, and would be carried for years."""
_CLASSES = ("reply", "auto_reply", "no", "stop", "interested", "question", "later", "wrong_person")
"""Those of domain.replies.ReplyKind, which reads them from words: this module stays without its rules."""
_CHOICES = {
    ("message_received", "kind"): (*_CLASSES, "booking", "form", "click"),
    ("message_corrected", "kind"): _CLASSES,
    ("delivery_reported", "kind"): ("delivered", "bounced", "complained", "soft_bounced", "blocked"),
    ("contact_corrected", "channel"): ("email", "sms"),
    ("consent_changed", "purpose"): ("application", "nurture", "alerts", "service", "*"),
    ("consent_changed", "channel"): ("email", "sms", "*"),
    ("profile_changed", "channel"): ("email", "sms"),
    ("profile_changed", "pace"): (*PACES, "house"),
    ("task_done", "outcome"): ("done", "dropped"),
    ("touch_scheduled", "channel"): ("email", "sms", "preferred"),
    ("touch_scheduled", "purpose"): ("application", "nurture", "alerts", "service"),
}


def is_identified(payload: Any) -> bool:
    """Whether a signal says which event it is, by its id or its moment."""
    return isinstance(payload, dict) and bool(payload.get("event_id") or payload.get("at"))


def event_id_of(name: str, payload: Any) -> str:
    """The signal's own event id, or one derived from its content."""
    if isinstance(payload, dict) and payload.get("event_id"):
        return str(payload["event_id"])
    canonical = json.dumps([name, payload], sort_keys=True, default=str)
    return "content-" + blake2b(canonical.encode(), digest_size=12).hexdigest()


def without_plan(payload: Any) -> Any:
    """An `enrolled` signal without what only our own door may say: the plan, and that the person may not enter."""
    if not isinstance(payload, dict):
        return payload
    return {name: value for name, value in payload.items() if name not in ("plan", "refusal")}


def read_event(name: str, payload: Any, now: datetime) -> Event:
    """The event that a signal's JSON means. Raises BadEvent. An `at` in the future (a skewed clock) counts as now."""
    shape = SIGNALS.get(name)
    if shape is None:
        raise BadEvent(f"{name} is no signal of a candidate; known: {', '.join(SIGNALS)}")
    if not isinstance(payload, dict):
        raise BadEvent(f"{name} needs one JSON object as its input, not {type(payload).__name__}")
    identified = payload if is_identified(payload) else {**payload, "at": now.isoformat()}
    values: dict[str, Any] = {}
    for part in fields(shape):
        if part.name == "event_id":
            values["event_id"] = _text(name, "event_id", event_id_of(name, identified))
        elif part.name == "at":
            values["at"] = min(_moment(name, "at", payload["at"]), now) if payload.get("at") else now
        elif payload.get(part.name) not in (None, ""):
            values[part.name] = _value(name, part, payload[part.name])
        elif part.default is MISSING and part.default_factory is MISSING:
            raise BadEvent(f"{name} lacks {part.name}; add it to the signal's input")
    return shape(**values)  # type: ignore[return-value]  # SIGNALS holds members of Event only


def _value(name: str, field: Field[Any], raw: Any) -> Any:
    kind = str(field.type)
    allowed = _CHOICES.get((name, field.name))
    if allowed and raw not in allowed:
        raise _bad(name, field.name, raw, f"use one of {', '.join(allowed)}")
    if kind.startswith("datetime"):
        return _moment(name, field.name, raw)
    if kind == "bool":
        if not isinstance(raw, bool):
            raise _bad(name, field.name, raw, "use true or false")
        return raw
    if kind == "int":
        if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,9}", str(raw)):
            raise _bad(name, field.name, raw, "use a whole number")
        return int(raw)
    if kind.startswith("list"):
        if not isinstance(raw, list):
            raise BadEvent(f"{name}: {field.name} must be a JSON list")
        return [_text(name, field.name, entry) for entry in raw]
    if kind.startswith("dict"):
        if not isinstance(raw, dict):
            raise BadEvent(f"{name}: {field.name} must be a JSON object")
        return raw
    return _zone(name, raw) if field.name == "zone" else _text(name, field.name, raw)


def _text(name: str, field: str, raw: Any) -> str:
    if isinstance(raw, dict | list):
        raise BadEvent(f"{name}: {field} must be a text")
    text = str(raw)
    if len(text) > LONGEST_TEXT or "\0" in text or _has_surrogates(text):
        raise BadEvent(f"{name}: {field} is no plain text; use at most {LONGEST_TEXT} characters of valid Unicode")
    return text


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _zone(name: str, raw: Any) -> str:
    try:
        return zone_of(_text(name, "zone", raw)).key
    except (KeyError, OSError, ValueError):
        raise _bad(name, "zone", raw, "use an IANA name, such as Europe/Berlin") from None


def _moment(name: str, field: str, raw: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise _bad(name, field, raw, "use ISO 8601, such as 2026-12-01T09:00:00Z") from None
    if moment.year < EARLIEST.year:
        raise _bad(name, field, raw, f"use a moment since {EARLIEST.year}")
    if moment.year >= LATEST.year:
        return LATEST
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _bad(name: str, field: str, raw: Any, cure: str) -> BadEvent:
    """A bad value: the sender sees it, short, whatever came; what is kept does not tell it."""
    return BadEvent(f"{name}: {field} is {raw!r:.60}; {cure}", f"{name}: {field} can't be read; {cure}")
