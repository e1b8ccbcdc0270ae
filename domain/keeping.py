"""What time asks of us for everybody on record: consents that run out, people who must be told where their data came from, data to forget.

It belongs to no journey. Where nothing of it applies to a person, it proposes nothing and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.clocks import Clock
from domain.events import Booked, ConsentChanged, Event, MessageReceived, StageChanged
from domain.facts import Fact, FactKind
from domain.relationships import Held, Relationship
from domain.touches import Channel, Outcome, Purpose, Settlement, Touch, touch_key

RENEWAL, NOTICE, WARNING = "consent_renewal", "privacy_notice", "retention_warning"
PART = "keeping"
"""Stands in the touch keys of these messages where others have a journey or an opening."""
ASK_BEFORE = timedelta(days=30)
"""How long before a consent runs out its renewal is asked for."""
ASK_TOGETHER = timedelta(days=45)
"""Consents that run out so soon after the one that is asked for are asked for by the same message."""
TELL_WITHIN = timedelta(days=30)
"""Within a month at the latest people learn that others gave us their data (GDPR Art. 14(3)(a))."""
WARN_BEFORE = timedelta(days=30)
"""How long before their data is forgotten a person is told, so that a word of theirs can stop it."""
SHORTEST_LIFETIME = timedelta(days=60)
"""A consent that lives shorter would be asked for again as soon as it is given."""
SIGNS = frozenset({"reply", "interested", "question", "later", "no", "booking", "form", "click"})
"""What a person does that shows that they are there; an automatic reply does not, and who says stop has no wish to be kept."""
_CONSENT = "consent"
_RENEWABLE = frozenset({Purpose.NURTURE, Purpose.ALERTS})


@dataclass(frozen=True, slots=True)
class Terms:
    """How long the house keeps things. `lifetimes` are days by purpose, the empty one for all that are not named; 0: for good.

    `retention_days` count from a person's last sign of life; 0: for good.
    """

    lifetimes: Mapping[str, int] = field(default_factory=dict)
    retention_days: int = 0

    def expiry(self, purpose: str, basis: str, at: datetime) -> datetime | None:
        """When a consent that was given at a moment runs out; None for one that does not, and for what rests on another basis."""
        days = self.lifetimes.get(purpose, self.lifetimes.get("", 0))
        if not days or basis != _CONSENT or purpose not in _RENEWABLE:
            return None
        return at + timedelta(days=days)


def keeping_touches(relationship: Relationship) -> Iterator[tuple[Touch, Held | None]]:
    """The messages that time asks for, each with what last deferred it."""
    for touch in (_notice(relationship), _renewal(relationship), _warning(relationship)):
        if touch and touch.key not in relationship.settled:
            yield touch, relationship.keeping.held.get(touch.key)


def _notice(relationship: Relationship) -> Touch | None:
    """At once after the data came from elsewhere."""
    since = relationship.keeping.sourced_at
    return _touch(relationship, Purpose.SERVICE, NOTICE, since.date(), since) if since else None


def _renewal(relationship: Relationship) -> Touch | None:
    """For the consent that runs out first, by email, as long as there is a way by which that purpose may still ask."""
    asked = relationship.keeping.asked_until
    running_out = [
        (until, not pair.endswith(Channel.EMAIL), pair)
        for pair, until in relationship.keeping.consents.items()
        if (asked is None or until > asked)
        and not relationship.has_opted_out(pair.partition("/")[0], Channel.EMAIL)
    ]  # fmt: skip
    if not running_out:
        return None
    until, _, pair = min(running_out)
    return _touch(relationship, Purpose(pair.partition("/")[0]), RENEWAL, until.date(), until - ASK_BEFORE)


def _warning(relationship: Relationship) -> Touch | None:
    """A month before the data is forgotten, or as soon as that is known."""
    end = kept_until(relationship)
    if end is None or relationship.keeping.warned_at:
        return None
    return _touch(relationship, Purpose.SERVICE, WARNING, end.date(), end - WARN_BEFORE)


def _touch(relationship: Relationship, purpose: Purpose, template: str, day: date, due: datetime) -> Touch:
    return Touch(
        key=touch_key(relationship.candidate_id, purpose, PART, template, day.isoformat()),
        purpose=purpose,
        channel=Channel.EMAIL,
        template=template,
        due=due,
        priority=relationship.priority_of(purpose),
    )


def day_in_key(key: str) -> date | None:
    """The day that one of these messages is about, from its touch key; None for any other touch."""
    parts = key.rsplit("/", 3)
    return date.fromisoformat(parts[3]) if len(parts) == 4 and parts[1] == PART else None


def rests_on_law(touch: Touch) -> bool:
    """Whether the law, and no consent, is the basis of a message: it is put on record with it."""
    return touch.purpose is Purpose.SERVICE and day_in_key(touch.key) is not None


# Forgetting


def kept_until(relationship: Relationship) -> datetime | None:
    """When the retention of a person's data ends, if they give no sign of life; None where it does not.

    An application that is open, and a hire, keep it: other rules hold for those.
    """
    keeping = relationship.keeping
    if not keeping.retention_days or keeping.active_at is None or relationship.is_hired():
        return None
    if any(application.is_open() for application in relationship.applications.values()):
        return None
    return keeping.active_at + timedelta(days=keeping.retention_days)


def forget_at(relationship: Relationship) -> datetime | None:
    """When the person's data is to be forgotten: at the end of its retention, and never less than a month after they were told."""
    end, warned = kept_until(relationship), relationship.keeping.warned_at
    return max(end, warned + WARN_BEFORE) if end and warned else None


def take_terms(relationship: Relationship, active_at: datetime | None, retention_days: int, now: datetime) -> None:
    """Count from what the record says: how long data is kept, and when the person last showed that they are there."""
    keeping = relationship.keeping
    if keeping.warned_at and (not retention_days or (active_at and active_at > keeping.warned_at)):
        keeping.warned_at = None
    keeping.active_at, keeping.retention_days = active_at if retention_days else None, retention_days
    span = f"{retention_days} days after a sign of life" if retention_days else "for good"
    relationship.note(now, f"data is kept {span}")


# What happens


def note_sign(relationship: Relationship, event: Event, now: datetime) -> list[Fact]:
    """Take in what an event means for keeping: consents that now run out, a sign of life."""
    if isinstance(event, ConsentChanged):
        _note_consent(relationship, event)
    if not _is_sign(event):
        return []
    keeping = relationship.keeping
    if keeping.retention_days and (keeping.active_at is None or keeping.active_at < event.at):
        keeping.active_at, keeping.warned_at = event.at, None
    return [Fact(FactKind.ACTIVE, event.at)] if isinstance(event, MessageReceived) else []


def _is_sign(event: Event) -> bool:
    match event:
        case MessageReceived():
            return event.kind in SIGNS
        case ConsentChanged():
            return event.granted and event.purpose != Purpose.SERVICE
        case StageChanged() | Booked():
            return True
    return False


def _note_consent(relationship: Relationship, event: ConsentChanged) -> None:
    for pair in list(relationship.keeping.consents):
        purpose, _, channel = pair.partition("/")
        if event.purpose in (purpose, "*") and event.channel in (channel, "*"):
            del relationship.keeping.consents[pair]
    if event.granted and event.until and event.purpose != "*":
        channels = [Channel.EMAIL, Channel.SMS] if event.channel == "*" else [event.channel]
        for channel in channels:
            relationship.keeping.consents[f"{event.purpose}/{channel}"] = event.until


def note_settled(relationship: Relationship, key: str, settlement: Settlement, now: datetime) -> list[Fact]:
    """Take in what became of one of these messages. Does nothing for any other."""
    day, template = day_in_key(key), key.rsplit("/", 2)[1] if key.count("/") > 1 else ""
    if day is None:
        return []
    keeping = relationship.keeping
    if settlement.outcome is Outcome.DEFERRED and settlement.until:
        keeping.held[key] = Held(settlement.until, settlement.gate, settlement.because)
        return []
    keeping.held.pop(key, None)
    match template:
        case "consent_renewal":
            keeping.asked_until = datetime.combine(day, time(), tzinfo=UTC) + ASK_TOGETHER
        case "retention_warning":
            keeping.warned_at = settlement.at
        case "privacy_notice":
            return _told(relationship, key, settlement, now)
    return []


def _told(relationship: Relationship, key: str, settlement: Settlement, now: datetime) -> list[Fact]:
    """They know now; where no mail reached them, somebody of ours has to tell them in another way, in time."""
    since, relationship.keeping.sourced_at = relationship.keeping.sourced_at, None
    if settlement.outcome is Outcome.SENT:
        return [Fact(FactKind.INFORMED, settlement.at)]
    why = settlement.gate or settlement.outcome
    because = f"tell this person where their data came from ({why}): by law within a month"
    return [
        Fact(
            FactKind.TASK, now, touch_key=key, channel=NOTICE, because=because, by=relationship.owner,
            until=(since or now) + TELL_WITHIN, outcome="ask",
        )
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Input of the activity `forget_person`: as `RecordFacts`, whose facts are written first."""

    candidate_id: str
    clock: Clock | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whether the person was erased; if not, what the record says of when they are to be."""

    erased: bool
    active_at: datetime | None = None
    retention_days: int = 0


def elapse_keeping(relationship: Relationship, now: datetime) -> list[Fact]:
    """Put on record on which basis a person is warned that their data will be forgotten (GDPR Art. 6(1)(c)), when that falls due."""
    touch = _warning(relationship)
    if (
        touch is None
        or touch.due > now
        or relationship.keeping.grounded == touch.key
        or touch.key in relationship.settled
    ):
        return []
    relationship.keeping.grounded = touch.key
    return [
        Fact(
            FactKind.CONSENT, now, event_id=f"keeping:{touch.key.rpartition('/')[2]}", purpose=Purpose.SERVICE,
            channel=Channel.EMAIL, outcome="granted", because="legal_obligation", by="retention",
        )
    ]  # fmt: skip


def release(relationship: Relationship, gates: tuple[str, ...]) -> None:
    """Let messages that these gates deferred be tried again at once."""
    held = relationship.keeping.held
    relationship.keeping.held = {key: one for key, one in held.items() if one.gate not in gates}
