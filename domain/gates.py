"""The gates every message passes, in their order, immediately before it is claimed. Pure: the ledger brings the facts.

Whoever asks to send (journey, stage message, alert, a person), the same gates answer. The first one that blocks names itself
and what would change it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendars import NONE, Closures
from domain.touches import TRANSACTIONAL, Priority, Touch
from domain.windows import SPREAD, Allowed, Caps, Sent, Window, cap_allows, jitter, opening_for, zone_of

STOP_RECHECK = timedelta(hours=1)
"""How long a touch that met the kill switch waits before it asks again; `keepwarm go` wakes it earlier."""
TOKENS_RECHECK = timedelta(days=1)
"""How long a touch with a missing token waits for its task; new facts about the person wake it earlier."""


class Gate(StrEnum):
    """Why a message did not leave. The first ones stand in the order of asking; from DROPPED on they are the core's own."""

    KILL_SWITCH = "kill_switch"
    ERASED = "erased"
    CONDITION = "condition"
    """The step's own condition does not hold."""
    SUPPRESSED = "suppressed"
    CONSENT = "consent"
    OPTED_OUT = "opted_out"
    PAUSED = "paused"
    SNOOZED = "snoozed"
    SPACING = "spacing"
    """Too soon after the last message."""
    CAP = "cap"
    WINDOW = "window"
    WORDS = "words"
    """There is no such message: an unknown template, or a version that is not on record."""
    TOKENS = "tokens"
    DROPPED = "dropped"
    """It fell due during a pause, and the resume dropped what was overdue."""
    MERGED = "merged"
    """Another alert told of the same opening."""
    FACT = "fact"
    """A wait counts from a date that is not on record."""
    COOL_OFF = "cool_off"
    WITHDRAWN = "withdrawn"
    """What the message would have told is no longer so: a decision taken back, an opening closed."""
    EXITED = "exited"
    """The journey ended for this person before the touch fell due."""
    UNDELIVERABLE = "undeliverable"
    """The provider refused it for good, or every try within the bound failed."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The latest consent row of a candidate for a purpose and channel, and when it runs out (None: it does not)."""

    id: int
    granted: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What the gates look at. `stopped` and `paused` name the scope of the kill switch or pause that holds the touch; `address` is empty
    where the person has none for the channel; `suppressed` is the reason, empty for none.

    `sent` are earlier non-transactional hand-overs. `holidays` says why a day of `closures` is closed. `condition_failed` is the
    step's condition where it does not hold. `missing_tokens` are tokens that the message needs and the
    person's record lacks. `obsolete` says why the message no longer makes sense (an alert about a closed opening), `unwritten` which words
    there are none of.
    """

    stopped: str = ""
    erased: bool = False
    address: str = ""
    suppressed: str = ""
    consent: Consent | None = None
    snoozed_until: datetime | None = None
    sent: Sequence[Sent] = ()
    zone: str = "UTC"
    window: Window = field(default_factory=Window)
    caps: Caps = field(default_factory=Caps)
    closures: Closures = NONE
    holidays: Mapping[str, str] = field(default_factory=dict)
    paused: str = ""
    condition_failed: str = ""
    missing_tokens: tuple[str, ...] = ()
    obsolete: str = ""
    unwritten: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """Every gate is open; the message may be claimed, on this consent."""

    consent_id: int


@dataclass(frozen=True, slots=True)
class Skip:
    """A gate is closed for good."""

    gate: Gate
    because: str


@dataclass(frozen=True, slots=True)
class Defer:
    """A gate opens later: try again at `until`."""

    until: datetime
    gate: Gate
    because: str


Decision = Pass | Skip | Defer


def _stopped(scope: str) -> str:
    """What is stopped, and the command that lets it go on."""
    kind, _, name = scope.partition(":")
    narrowed = f" --{kind} {name}" if name else ""
    return f"{_named(scope)} is stopped; keepwarm go{narrowed} resumes"


def _named(scope: str) -> str:
    return scope.replace(":", " ", 1)


def held_by(switches: Collection[str], kind: str, touch: Touch, senders: Collection[str]) -> str:
    """The scope of a `stop` or `pause` that is on and holds this touch, the widest first; empty for none.

    `switches` are named as in the controls: `stop`, `stop:journey:<slug>`, `stop:sender:<id>`, `stop:template:<name>`. `senders` are all
    in whose name it may leave.
    """
    if kind in switches or f"{kind}:everything" in switches:
        return "everything"
    scopes = (f"journey:{touch.journey}", *(f"sender:{one}" for one in senders), f"template:{touch.template}")
    return next((scope for scope in scopes if f"{kind}:{scope}" in switches), "")


def decide(facts: GateFacts, touch: Touch, now: datetime) -> Decision:
    """The first gate that blocks, or Pass. `now` is the story moment of the claim."""
    if facts.stopped:
        until = now + STOP_RECHECK + jitter(touch.key, SPREAD)
        return Defer(until, Gate.KILL_SWITCH, _stopped(facts.stopped))
    checked = _blocked_for_good(facts, touch, now)
    if isinstance(checked, Skip):
        return checked
    return _blocked_for_now(facts, touch, now) or Pass(checked.id)


def _blocked_for_good(facts: GateFacts, touch: Touch, now: datetime) -> Skip | Consent:
    """The gate that is closed for good, or the consent that the message would rely on."""
    if facts.erased:
        return Skip(Gate.ERASED, "the person was erased")
    if facts.obsolete:
        return Skip(Gate.WITHDRAWN, facts.obsolete)
    if facts.condition_failed:
        return Skip(
            Gate.CONDITION, f"{facts.condition_failed} does not hold; a person of whom it is true gets the message"
        )
    if not facts.address:
        return Skip(Gate.SUPPRESSED, f"no {touch.channel} address on record; add one")
    if facts.suppressed:
        return Skip(
            Gate.SUPPRESSED, f"the {touch.channel} address is suppressed: {facts.suppressed}; correct the address"
        )
    if facts.consent is None:
        return Skip(Gate.CONSENT, f"no consent on record for {touch.purpose} by {touch.channel}; record one")
    if not facts.consent.granted:
        return Skip(Gate.OPTED_OUT, f"opted out of {touch.purpose} by {touch.channel}; only the person can change that")
    if facts.consent.until and facts.consent.until <= now:
        ran_out = f"the consent for {touch.purpose} by {touch.channel} ran out on {facts.consent.until:%Y-%m-%d}"
        return Skip(Gate.CONSENT, f"{ran_out}; only the person can renew it")
    return facts.consent


def _blocked_for_now(facts: GateFacts, touch: Touch, now: datetime) -> Defer | Skip | None:
    if facts.paused and touch.priority is not Priority.ACKNOWLEDGMENT:
        until = now + STOP_RECHECK + jitter(touch.key, SPREAD)
        return Defer(until, Gate.PAUSED, f"{_named(facts.paused)} is paused; keepwarm resume goes on")
    if touch.purpose not in TRANSACTIONAL:
        if facts.snoozed_until and facts.snoozed_until > now:
            return Defer(facts.snoozed_until, Gate.SNOOZED, "the person asked not to be written to until then")
        capped = cap_allows(facts.caps, facts.zone, facts.sent, now, touch.channel, touch.purpose)
        if capped.at > now:
            return _deferred_by_caps(facts, touch, capped)
    if not windowless(touch):
        opens = opening_for(facts.window, facts.zone, now, touch.key, facts.closures)
        if opens > now:
            return Defer(opens, Gate.WINDOW, _outside(facts, now, opens))
    if facts.unwritten:
        return Skip(Gate.WORDS, f"{facts.unwritten}; a task asks to write to the person by hand")
    if facts.missing_tokens:
        because = "the message lacks " + ", ".join(facts.missing_tokens) + "; a task asks for it"
        return Defer(now + TOKENS_RECHECK, Gate.TOKENS, because)
    return None


def _deferred_by_caps(facts: GateFacts, touch: Touch, capped: Allowed) -> Defer:
    """Wait until caps and window both allow it: at a midnight when only the caps do, nobody need ask again."""
    opens = opening_for(facts.window, facts.zone, capped.at, touch.key, facts.closures)
    until = capped.at if windowless(touch) else opens
    if capped.is_spacing:
        return Defer(until, Gate.SPACING, f"{capped.because}; keepwarm calendar caps changes that")
    return Defer(until, Gate.CAP, f"the cap of {capped.because} is used up; keepwarm calendar caps changes it")


def _outside(facts: GateFacts, now: datetime, opens: datetime) -> str:
    """Why a message may not leave now, the day being closed or the hour outside the window, and when it may."""
    zone = zone_of(facts.zone)
    day, local = now.astimezone(zone).date(), opens.astimezone(zone)
    opening = f"; opens {local:%Y-%m-%d %H:%M}"
    if day.isoformat() in facts.closures.days:
        holiday = facts.holidays.get(day.isoformat()) or "closed"
        return f"{day} is closed ({holiday}){opening}, or at once by keepwarm calendar open {day}"
    if facts.closures.rests(day):
        return f"{day} lies in a quiet stretch of the journey{opening}"
    return f"outside {facts.window} {facts.zone}{opening}"


def windowless(touch: Touch) -> bool:
    """Whether a touch may leave at any hour: acknowledgments, good news and service by email answer at once; a refusal and SMS do not.

    Quiet hours bind every SMS (47 CFR 64.1200(c)(1) names 8 to 21 o'clock local time; our windows are inside).
    """
    if touch.channel != "email":
        return False
    return touch.priority is Priority.ACKNOWLEDGMENT or (
        touch.purpose in TRANSACTIONAL and not touch.template.startswith("refused")
    )
