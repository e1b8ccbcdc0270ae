"""The rules that hold when a touch asks to leave: windows, closed days and caps as they are now, and what is stopped or paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from activities.messages import NOTHING, Names
from domain.gates import windowless
from domain.touches import Purpose, Touch
from domain.windows import Caps, Window, read_caps
from storage import calendars

if TYPE_CHECKING:
    from activities.claims import Request

AHEAD = timedelta(days=400)
"""How far closed days are looked at: as far as a window may be put off."""


@dataclass(frozen=True, slots=True)
class House:
    """The window and caps of the settings, for which the house may have set others since."""

    window: Window
    caps: Caps


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a batch of touches. People without hours of their own, or of their office, keep the house's `window`."""

    window: Window
    caps: Caps
    own_hours: Mapping[str, Window] = field(default_factory=dict)
    closed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Names = NOTHING

    def hours(self, candidate_id: str) -> Window:
        """When a person is written to."""
        return self.own_hours.get(candidate_id, self.window)

    def holidays(self, candidate_id: str) -> Mapping[str, str]:
        """The days on which a person is not written to, as ISO dates, and why."""
        return self.closed.get(candidate_id, {})


def read_rules(connection: Connection, requests: Sequence[Request], house: House, names: Names) -> Rules:
    """The rules of a batch, in no statement at all where none of them binds (acknowledgments, good news)."""
    bound = [
        one for one in requests if not (windowless(one.order.touch) and one.order.touch.purpose is Purpose.APPLICATION)
    ]
    if not bound:
        return Rules(house.window, house.caps, names=names)
    first, last = min(one.now for one in bound).date(), max(one.now for one in bound).date() + AHEAD
    keepers = calendars.keepers_of(connection, [one.order.candidate_id for one in bound])
    closed = calendars.closed_on(connection, {one.calendar for one in keepers}, first - timedelta(days=1), last)
    window, caps = (calendars.rule_of_house(connection, name) for name in (calendars.WINDOW, calendars.CAPS))
    return Rules(
        window=Window(**window) if window else house.window,
        caps=read_caps(caps) if caps else house.caps,
        own_hours={one.id: one.hours for one in keepers if one.hours},
        names=names,
        closed={one.id: {day.isoformat(): why for day, why in closed[one.calendar].items()} for one in keepers},
    )


def scope_in(switches: Sequence[str], kind: str, touch: Touch, owner: str) -> str:
    """The scope of a `stop` or `pause` that is on and holds this touch; empty for none."""
    if kind in switches or f"{kind}:everything" in switches:
        return "everything"
    scopes = (f"journey:{touch.journey}", f"sender:{owner}", f"template:{touch.template}")
    return next((scope for scope in scopes if f"{kind}:{scope}" in switches), "")
