"""The rules that hold when a touch asks to leave: windows, closed days and caps as they are now, and what is stopped or paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from activities.messages import NOTHING, Names, Version
from domain.calendars import Closures
from domain.gates import Consent, GateFacts, held_by, windowless
from domain.promises import HOLDING, SLIPPED
from domain.touches import TRANSACTIONAL, Purpose, SendTouch, Touch
from domain.windows import MONTH_DAYS, Caps, Limit, Window, at_pace, read_caps, zone_of
from storage import calendars, controls
from storage.standings import Standing

AHEAD = timedelta(days=400)
"""How far closed days are looked at: as far as a window may be put off."""
CLOSED_ABOUT_DAYS = 3
"""Closed days so near to a claim are kept with it: enough to prove that it was made on none."""
BEHIND = timedelta(days=1)
"""The local day may be the one before that of UTC."""


@dataclass(frozen=True, slots=True)
class Request:
    """One touch that asks to leave, at a story moment."""

    order: SendTouch
    now: datetime


@dataclass(frozen=True, slots=True)
class House:
    """The window and caps of the settings, for which the house may have set others since."""

    window: Window
    caps: Caps


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a batch of touches. People without hours of their own, or of their office, keep the house's `window`.

    `closed` are days by candidate, with why; `unmet` the conditions of steps that do not hold, by touch key.
    """

    window: Window
    caps: Caps
    own_hours: Mapping[str, Window] = field(default_factory=dict)
    closed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Names = NOTHING
    unmet: Mapping[str, str] = field(default_factory=dict)

    def hours(self, candidate_id: str) -> Window:
        """When a person is written to."""
        return self.own_hours.get(candidate_id, self.window)

    def holidays(self, candidate_id: str) -> Mapping[str, str]:
        """The days on which a person is not written to, as ISO dates, and why."""
        return self.closed.get(candidate_id, {})


def read_house(connection: Connection, requests: Sequence[Request], house: House) -> House:
    """The window and caps that hold now; those of the settings, unread, where none of the requests is bound by them."""
    if not bound_ones(requests):
        return house
    changed = controls.rules_of_house(connection)
    window, caps = changed.get(controls.WINDOW), changed.get(controls.CAPS)
    return House(Window(**window) if window else house.window, read_caps(caps) if caps else house.caps)


def read_rules(connection: Connection, requests: Sequence[Request], house: House, names: Names) -> Rules:
    """The rules of a batch, in no statement at all where none of them binds (acknowledgments, good news, service)."""
    bound = bound_ones(requests)
    if not bound:
        return Rules(house.window, house.caps, names=names)
    first, last = min(one.now for one in bound).date(), max(one.now for one in bound).date() + AHEAD
    keepers = calendars.keepers_of(connection, [one.order.candidate_id for one in bound])
    closed = calendars.closed_on(connection, {one.calendar for one in keepers}, first - BEHIND, last)
    return Rules(
        window=house.window,
        caps=house.caps,
        own_hours={one.id: one.hours for one in keepers if one.hours},
        names=names,
        closed={one.id: {day.isoformat(): why for day, why in closed[one.calendar].items()} for one in keepers},
    )


def bound_ones(requests: Sequence[Request]) -> list[Request]:
    """The requests that windows or caps bind."""
    return [one for one in requests if not is_free(one.order.touch)]


def is_free(touch: Touch) -> bool:
    """Whether neither a window nor a cap binds a touch."""
    return windowless(touch) and touch.purpose in TRANSACTIONAL


def gate_facts_of(request: Request, standing: Standing, version: Version | None, rules: Rules) -> GateFacts:
    """What the gates look at."""
    touch, candidate_id = request.order.touch, request.order.candidate_id
    holidays = rules.holidays(candidate_id)
    quiet = tuple((first, last) for first, last in version.plan.quiet) if version else ()
    senders = _senders(touch, standing, rules)
    return GateFacts(
        stopped=held_by(standing.switches, "stop", touch, senders),
        paused=held_by(standing.switches, "pause", touch, senders),
        erased=standing.erased,
        address=standing.contact,
        suppressed=standing.suppressed,
        consent=Consent(standing.consent_id, standing.granted, standing.consent_until) if standing.consent_id else None,
        snoozed_until=standing.snoozed_until,
        sent=standing.sent,
        zone=standing.zone,
        window=(version.plan.window if version else None) or rules.hours(candidate_id),
        caps=at_pace(rules.caps, standing.pace),
        closures=Closures(frozenset(holidays), quiet),
        holidays=holidays,
        condition_failed=rules.unmet.get(touch.key, ""),
        obsolete=_obsolete(touch, standing),
        unwritten=f"version {touch.version} of {touch.journey} is not on record"
        if touch.journey and not version
        else "",
    )


def _senders(touch: Touch, standing: Standing, rules: Rules) -> list[str]:
    """In whose name a touch leaves: the owner's (of the opening, where it is about an application), and who writes for them.

    The hand-over asks again about the same ones (storage.ledger).
    """
    owner = (standing.opening_owner if touch.purpose is Purpose.APPLICATION else "") or standing.owner
    writer = rules.names.writers.get(owner)
    return [one for one in dict.fromkeys([owner, writer.id if writer else ""]) if one]


def _obsolete(touch: Touch, standing: Standing) -> str:
    """Why a message no longer makes sense; empty while it does."""
    if touch.purpose is Purpose.ALERTS and touch.opening_id and standing.opening_status != "open":
        return f"{touch.opening_id} is {standing.opening_status or 'not on record'}"
    if touch.template in (HOLDING, SLIPPED) and standing.opening_status in ("closed", "filled"):
        return f"{touch.opening_id} is {standing.opening_status}: that nothing is decided would not be true"
    return ""


def limits_of(gate_facts: GateFacts, touch: Touch, caps: Caps | None, now: datetime) -> dict[str, Any]:
    """The further rules that bound a touch when it was claimed: window, closed days about then, spacing, month and other limits."""
    kept: dict[str, Any] = {}
    if not windowless(touch):
        today = now.astimezone(zone_of(gate_facts.zone)).date()
        about = [today + timedelta(days=day) for day in range(-CLOSED_ABOUT_DAYS, CLOSED_ABOUT_DAYS + 1)]
        kept["window"] = asdict(gate_facts.window)
        kept["closed"] = [day.isoformat() for day in about if gate_facts.closures.covers(day)]
    if caps:
        monthly = [Limit(caps.per_month, MONTH_DAYS)] if caps.per_month else []
        kept["limits"] = [
            asdict(limit) for limit in (*monthly, *caps.limits) if limit.binds(touch.channel, touch.purpose)
        ]
        kept["spacing_hours"] = caps.spacing_hours
    return {name: value for name, value in kept.items() if value}
