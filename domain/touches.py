"""A touch: one planned message to one candidate, its key, and what became of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from domain.clocks import Clock


class Purpose(StrEnum):
    """Why we write. Consent is given per purpose and channel."""

    APPLICATION = "application"
    """Messages about an application the person made: transactional, exempt from caps, snooze and (acknowledgments) windows."""
    NURTURE = "nurture"
    ALERTS = "alerts"
    SERVICE = "service"
    """What the person or the law asked for: a sign-up to confirm, a privacy notice, a booking, an answer, an export. Transactional too, and
    no pause of the person holds it; by email at any hour."""


TRANSACTIONAL = frozenset({Purpose.APPLICATION, Purpose.SERVICE})
"""Neither caps, snooze, absence nor cool-off bind these, they do not count against caps, and "no more mail" does not end them."""


class Channel(StrEnum):
    """How a message travels. `PREFERRED` is resolved to the candidate's own choice before a touch is proposed."""

    EMAIL = "email"
    SMS = "sms"
    PREFERRED = "preferred"


def withdrawable(channel: str) -> list[Purpose]:
    """The purposes that a plain "stop" on a channel ends: all on SMS, where STOP means no SMS at all; on email those that are not
    transactional."""
    return [purpose for purpose in Purpose if channel == Channel.SMS or purpose not in TRANSACTIONAL]


class Priority(IntEnum):
    """Order among touches that could go now; also the Temporal priority key of the send (1 first, 5 last)."""

    ACKNOWLEDGMENT = 1
    STAGE = 2
    NURTURE = 3
    ALERT = 4
    BROADCAST = 5


@dataclass(frozen=True, slots=True)
class Touch:
    """One message that is to go to one candidate. Holds ids and step names only, never a person's data.

    `template` names a shipped message (`interview`) or, with a `journey`, the step whose message the version binds.
    `event_id` points to the decision's words (reason, feedback), which stay in the database. `variant` is the one of the step's
    messages that this person gets; `also` are further openings that the same alert tells of.
    """

    key: str
    purpose: Purpose
    channel: Channel
    template: str
    due: datetime
    priority: Priority
    opening_id: str = ""
    journey: str = ""
    version: int = 0
    event_id: str = ""
    variant: str = ""
    also: list[str] = field(default_factory=list)


def touch_key(candidate_id: str, purpose: Purpose, part: str, step: str, occurrence: str) -> str:
    """The ledger's unique key: `candidate/purpose/journey-version-or-stage/step/occurrence`, from stable ids and ISO dates."""
    return f"{candidate_id}/{purpose}/{part}/{step}/{occurrence}"


def read_key(candidate_id: str, key: str) -> tuple[Purpose, str]:
    """The purpose and the part (`journey-version`, `opening` or `opening:stage`) that a candidate's touch key names."""
    purpose, rest = key.removeprefix(f"{candidate_id}/").split("/", 1)
    return Purpose(purpose), rest.rsplit("/", 2)[0]


def occurrence_of(key: str) -> str:
    """When the stay in a journey began that a touch key names; a message that goes once more adds `.` and its number to it."""
    return key.rpartition("/")[2].partition(".")[0]


def stamp(moment: datetime) -> str:
    """A moment as part of a key: `2026-12-01T09:00:00Z`, to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Outcome(StrEnum):
    """What became of an attempt to send."""

    SENT = "sent"
    """A provider has taken it over."""
    SKIPPED = "skipped"
    """A gate closed it for good; the row says which."""
    DEFERRED = "deferred"
    """A gate asks to try again at `until`."""
    UNKNOWN = "unknown"
    """Nobody can tell whether it left; a person decides. Never sent again by itself."""
    FAILED = "failed"
    """The provider refused it for good, or every try within the bound failed."""


LEFT = frozenset({Outcome.SENT, Outcome.UNKNOWN})
"""The candidate has it, or may have it."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of one touch, as the send activity answers it. `gate` is set for skipped and deferred ones."""

    outcome: Outcome
    at: datetime
    gate: str = ""
    until: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A future touch as the desk and `keepwarm upcoming` show it; `due` is the best estimate at present."""

    key: str
    purpose: Purpose
    channel: Channel
    template: str
    due: datetime
    because: str = ""
    opening_id: str = ""
    journey: str = ""


@dataclass(frozen=True, slots=True)
class SendTouch:
    """Input of the activity `send_touch`: ids only.

    `facts` are what the workflow has learnt and not yet recorded; `upcoming` is the candidate's whole projection where it
    moved (None: unchanged but for this touch). Both are written in the same transaction as the claim. `afterwards` are facts
    that become true when the touch is settled in any way but a deferral; they are written with its outcome. Those of them about promises
    are true only where it left.
    """

    candidate_id: str
    touch: Touch
    clock: Clock | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)
    upcoming: list[Planned] | None = None
    afterwards: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Input of the activity `record_facts`: as `SendTouch`, where nothing is to be sent now."""

    candidate_id: str
    facts: list[dict[str, Any]] = field(default_factory=list)
    upcoming: list[Planned] | None = None
