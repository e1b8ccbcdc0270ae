"""What of people's plans moves when the days, windows or caps change under them, told from the projection `upcoming`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from config.settings import Settings
from domain.calendars import Closures
from domain.gates import windowless
from domain.touches import Channel, Priority, Purpose, Touch
from domain.windows import Sent, Window, at_pace, cap_allows, next_allowed, zone_of
from starter.timetables import PAGE, Timetable, everybody, house_caps, timetables
from storage import calendars, controls
from storage.calendars import Keeper, Scope

BACK_DAYS = 368
"""How far back what was sent can bear on a cap."""
_WAITS_FOR_WINDOW = re.compile(r"\d\d:\d\d \S")
_WAITS_FOR_CAP = "the frequency cap"


@dataclass(frozen=True, slots=True)
class Change:
    """One person whose timetable changes."""

    keeper: Keeper
    before: Timetable
    after: Timetable


@dataclass(slots=True)
class Moved:
    """How many touches of how many people."""

    touches: int = 0
    people: set[str] = field(default_factory=set)

    def count(self, candidate_id: str) -> None:
        """Count one touch."""
        self.touches += 1
        self.people.add(candidate_id)

    def __str__(self) -> str:
        return f"{counted(self.touches, 'touch', 'touches')} of {counted(len(self.people), 'person', 'people')}"


def counted(number: int, one: str, more: str) -> str:
    """`1 touch`, `2 touches`."""
    return f"{number} {one if number == 1 else more}"


def weigh(
    connection: Connection, settings: Settings, scope: Scope, write: Callable[[Connection], Any]
) -> tuple[list[Change], Moved, Moved]:
    """Write a rule, and answer whose timetable it changes and what of theirs moves. The caller commits, or rolls back."""
    before = timetables(connection, house_caps(connection, settings), everybody(connection, scope))
    write(connection)
    keepers = everybody(connection, scope)
    after = timetables(connection, house_caps(connection, settings), keepers)
    changes = [
        Change(one, before[one.id], after[one.id])
        for one in keepers
        if one.id in before and before[one.id] != after[one.id]
    ]
    now = controls.clock(connection).story(datetime.now(UTC))
    later, earlier = Moved(), Moved()
    for first in range(0, len(changes), PAGE):
        page = changes[first : first + PAGE]
        ids = [change.keeper.id for change in page]
        planned = calendars.planned(connection, ids)
        sent = calendars.sent_since(connection, ids, now - timedelta(days=BACK_DAYS))
        for change in page:
            count_moves(change, planned.get(change.keeper.id, []), sent.get(change.keeper.id, []), now, later, earlier)
    return changes, later, earlier


def count_moves(
    change: Change, planned: Sequence[calendars.PlannedTouch], sent: Sequence[Sent], now: datetime, later: Moved,
    earlier: Moved,
) -> None:  # fmt: skip
    """Count what of one person's plan moves: `planned` in the order of its moments, `sent` what bears on the caps already."""
    who, capped = change.keeper, list(sent)
    for one in planned:
        touch = Touch(
            one.touch_key, Purpose(one.purpose), Channel(one.channel), one.template, one.due, Priority.STAGE,
            one.opening_id, one.journey,
        )  # fmt: skip
        was = _Rule(one.window or change.before.window, who.zone, Closures(frozenset(change.before.closed), one.quiet))
        now_is = _Rule(one.window or change.after.window, who.zone, Closures(frozenset(change.after.closed), one.quiet))
        free, limit = (one.due, "") if touch.purpose is Purpose.APPLICATION else _capped(change, touch, capped)
        goes = free if windowless(touch) else now_is.opens(free)
        if goes > one.due:
            later.count(who.id)
        elif _may_go_earlier(one.because, one.due, was, now_is, now) or (
            change.before.caps != change.after.caps and not limit and _WAITS_FOR_CAP in one.because
        ):
            earlier.count(who.id)
        if touch.purpose is not Purpose.APPLICATION:
            capped.append(Sent(goes, touch.channel, touch.purpose))


def _capped(change: Change, touch: Touch, sent: Sequence[Sent]) -> tuple[datetime, str]:
    """When the new caps let a touch go, at its planned moment or after it."""
    if change.before.caps == change.after.caps:
        return touch.due, ""
    caps = at_pace(change.after.caps, change.keeper.pace)
    return cap_allows(caps, change.keeper.zone, sent, touch.due, touch.channel, touch.purpose)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A window where somebody lives, with the days on which it stays shut."""

    window: Window
    zone: str
    closures: Closures

    def opens(self, moment: datetime) -> datetime:
        """The first allowed moment from this one on."""
        return next_allowed(self.window, self.zone, moment, closures=self.closures)

    def shut_since(self, moment: datetime) -> datetime:
        """The end of the last open day before the one of `moment`, at most a month back."""
        tz = zone_of(self.zone)
        day = moment.astimezone(tz).date() - timedelta(days=1)
        for _ in range(31):
            if self.window.days[day.weekday()] == "1" and not self.closures.covers(day):
                break
            day -= timedelta(days=1)
        minutes = timedelta(minutes=self.window.end)
        return (datetime.combine(day, time()) + minutes).replace(tzinfo=tz).astimezone(UTC)


def _may_go_earlier(because: str, due: datetime, was: _Rule, now_is: _Rule, now: datetime) -> bool:
    """Whether a touch that waits for its window finds an opening sooner. It may have fallen due after that one, so: may."""
    if was == now_is or not _WAITS_FOR_WINDOW.match(because):
        return False
    shut = max(was.shut_since(due), now)
    return shut < due and now_is.opens(shut) < was.opens(shut)
