"""When we don't write: public holidays by country, own closed days, and the windows and caps that were set by hand.

A person keeps the calendar of their own country, else of the office that cares for them (their own, else their owner's). Of the
days that a house sets itself the most specific rule holds: the office's, then the country's, then the house's; else the public
holidays decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.windows import Sent, Window
from storage.tables import (
    candidate_facts,
    candidates,
    closures,
    controls,
    enrollments,
    journey_versions,
    ledger,
    offices,
    recruiters,
    upcoming,
)

WINDOW, CAPS = "window", "caps"
"""Names in `controls`: what holds for everybody, before the settings."""
SEND_WINDOW = "send_window"
"""The fact that holds a person's own window, as `window_text` writes it."""
LANGUAGE = "en_US"
"""In which holidays are named: they are told to colleagues, never to candidates."""
GONE_OR_GOING = ("claimed", "handed_over", "accepted", "delivered", "bounced", "complained", "unknown")
"""States of the ledger that use up a cap."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, order=True)
class Calendar:
    """What decides a person's closed days. `country` is ISO 3166-1, `subdivision` ISO 3166-2 without it; each may be empty."""

    country: str = ""
    subdivision: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a rule concerns: one candidate, an owner's, an office's, a country's, or (all empty) everybody."""

    country: str = ""
    office: str = ""
    candidate: str = ""
    owner: str = ""

    def __str__(self) -> str:
        return self.candidate or (f"office {self.office}" if self.office else self.country) or "the house"


@dataclass(frozen=True, slots=True)
class Rule:
    """A day that the house set itself, for a country, an office or (both empty) everybody: closed, or open on a public holiday."""

    day: date
    country: str = ""
    office: str = ""
    because: str = ""
    is_open: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A candidate with what decides when they are written to. `hours` are their own, else their office's; None: the house's.

    `own_hours`: they are the person's own, so that neither the house nor the office changes them. `pace`: how often they want to hear from
    us at most (domain.windows.PACES; empty: as everybody).
    """

    id: str
    zone: str
    started: bool
    calendar: Calendar
    hours: Window | None
    own_hours: bool
    pace: str = ""


# Who keeps which calendar


def keepers(connection: Connection, scope: Scope, after: str = "", limit: int = 500) -> list[Keeper]:
    """A page, in the order of ids, of the candidates that a rule of this scope may concern; erased ones are left out."""
    c = candidates.c
    page = _keepers().where(c.erased_recorded_at.is_(None), c.id > after, *_narrowed(scope))
    page = page.order_by(c.id).limit(limit)
    return [_keeper(row) for row in connection.execute(page)]


def keepers_of(connection: Connection, candidate_ids: Iterable[str]) -> list[Keeper]:
    """These candidates, whoever of them is on record."""
    found = connection.execute(_keepers().where(candidates.c.id.in_(list(candidate_ids))))
    return [_keeper(row) for row in found]


_OFFICE = func.coalesce(func.nullif(candidates.c.office, ""), recruiters.c.office, "")
_COUNTRY = func.coalesce(func.nullif(candidates.c.country, ""), offices.c.country, "")
_SUBDIVISION = case((offices.c.country == _COUNTRY, offices.c.subdivision), else_="")


def _narrowed(scope: Scope) -> list[ColumnElement[bool]]:
    c = candidates.c
    given = ((c.id, scope.candidate), (c.owner, scope.owner), (_OFFICE, scope.office), (_COUNTRY, scope.country))
    return [column == value for column, value in given if value]


def _keepers() -> Select[Any]:
    c, fact = candidates.c, candidate_facts.c
    return (
        select(
            c.id, c.zone, c.started, _COUNTRY.label("calendar_country"), _SUBDIVISION.label("calendar_subdivision"),
            _OFFICE.label("calendar_office"), offices.c.hours, fact.value.label("own_window"), c.pace,
        )
        .join(recruiters, recruiters.c.id == c.owner, isouter=True)
        .join(offices, offices.c.id == _OFFICE, isouter=True)
        .join(candidate_facts, and_(fact.candidate_id == c.id, fact.name == SEND_WINDOW), isouter=True)
    )  # fmt: skip


def _keeper(row: Row[Any]) -> Keeper:
    own = _window_or_none(row.own_window)
    hours = own or (Window(**row.hours) if row.hours else None)
    calendar = Calendar(row.calendar_country, row.calendar_subdivision, row.calendar_office)
    return Keeper(row.id, row.zone, row.started, calendar, hours, own is not None, row.pace)


def _window_or_none(text: str | None) -> Window | None:
    """The window that a fact tells, None where it tells none: facts come from anywhere."""
    try:
        return read_window(text) if text else None
    except ValueError:
        return None


def office_zones(connection: Connection) -> dict[str, str]:
    """The zones of offices as `office:<id>`, and of the offices where recruiters work as `owner:<id>`."""
    zones = {f"office:{row.id}": row.zone for row in connection.execute(select(offices.c.id, offices.c.zone))}
    for row in connection.execute(select(recruiters.c.id, recruiters.c.office)):
        zones[f"owner:{row.id}"] = zones.get(f"office:{row.office}", "")
    return zones


@dataclass(frozen=True, slots=True)
class Zoned:
    """A candidate whose zone only their office or country told, or nothing; `office_zone` is their office's now."""

    id: str
    started: bool
    country: str
    zone: str
    zone_source: str
    office_zone: str


def loosely_zoned(connection: Connection, scope: Scope, after: str = "", limit: int = 500) -> list[Zoned]:
    """A page, in the order of ids, of those in a scope whose zone another office or country may tell anew."""
    c = candidates.c
    wanted = (
        select(c.id, c.started, c.country, c.zone, c.zone_source, func.coalesce(offices.c.zone, ""))
        .join(recruiters, recruiters.c.id == c.owner, isouter=True)
        .join(offices, offices.c.id == _OFFICE, isouter=True)
        .where(c.erased_recorded_at.is_(None), c.id > after, c.zone_source.in_(("", "country", "office")))
        .where(*_narrowed(scope))
    )
    return [Zoned(*row) for row in connection.execute(wanted.order_by(c.id).limit(limit))]


# Closed days


def closed_days(
    connection: Connection, candidate_ids: Iterable[str], first: date, last: date
) -> dict[str, dict[date, str]]:
    """The days from `first` to `last`, both included, on which each of these people is not written to, and why."""
    found = keepers_of(connection, candidate_ids)
    closed = closed_on(connection, {one.calendar for one in found}, first, last)
    return {one.id: closed[one.calendar] for one in found}


def closed_on(
    connection: Connection, calendars: Iterable[Calendar], first: date, last: date
) -> dict[Calendar, dict[date, str]]:
    """The closed days of whole calendars; as `closed_days`, for people who share them."""
    own = rules(connection, first, last)
    return {calendar: _closed(calendar, own, first, last) for calendar in calendars}


def _closed(calendar: Calendar, own: Sequence[Rule], first: date, last: date) -> dict[date, str]:
    days = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(calendar.country, calendar.subdivision, year)
        if first <= day <= last
    }
    for rule in sorted(own, key=_rank):
        if rule.office not in ("", calendar.office) or rule.country not in ("", calendar.country):
            continue
        if rule.is_open:
            days.pop(rule.day, None)
        else:
            days[rule.day] = rule.because or "closed"
    return dict(sorted(days.items()))


def _rank(rule: Rule) -> int:
    """The house's rules first, so that a country's and then an office's stand over them."""
    return 2 if rule.office else 1 if rule.country else 0


@lru_cache(maxsize=2048)
def public_holidays(country: str, subdivision: str, year: int) -> tuple[tuple[date, str], ...]:
    """The public holidays of a year; none for a country that nobody keeps a list of, its own for an unknown subdivision."""
    if not country:
        return ()
    import holidays  # a tenth of a second and 11 MB: only who asks for days pays for it

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=LANGUAGE)
    except NotImplementedError:
        return public_holidays(country, "", year) if subdivision else ()
    return tuple(sorted((day, name) for day, name in found.items()))


def knows(country: str, subdivision: str = "") -> bool:
    """Whether there is a list of holidays for a country, and for its subdivision where one is named."""
    listed = _listed()
    return country in listed and (not subdivision or subdivision in listed[country])


def subdivisions(country: str) -> tuple[str, ...]:
    """The subdivisions of a country that have holidays of their own."""
    return tuple(_listed().get(country, ()))


@lru_cache(maxsize=1)
def _listed() -> dict[str, list[str]]:
    import holidays

    return dict(holidays.list_supported_countries())


# Own rules


def rules(connection: Connection, first: date, last: date) -> list[Rule]:
    """The days that the house set itself, in their order."""
    c = closures.c
    wanted = select(*(c[name] for name in Rule.__dataclass_fields__)).where(c.day.between(first, last))
    return [Rule(*row) for row in connection.execute(wanted.order_by(c.day, c.country, c.office))]


def put(connection: Connection, rule: Rule) -> None:
    """Close or open a day, in place of what was said before of the same day, country and office."""
    row = upsert(closures).values(**asdict(rule))
    fresh = {name: row.excluded[name] for name in ("because", "is_open", "by")}
    key = [closures.c.day, closures.c.country, closures.c.office]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=fresh))


def forget(connection: Connection, day: date, country: str = "", office: str = "") -> bool:
    """Take a rule back; False where there was none."""
    c = closures.c
    taken = delete(closures).where(c.day == day, c.country == country, c.office == office)
    return bool(connection.execute(taken).rowcount)


def rule_of_house(connection: Connection, name: str) -> dict[str, Any] | None:
    """The `window` or `caps` that was set for everybody, as JSON; None where the settings hold."""
    value: dict[str, Any] | None = connection.scalar(select(controls.c.value).where(controls.c.name == name))
    return value


def set_rule_of_house(connection: Connection, name: str, value: dict[str, Any] | None, by: str = "") -> None:
    """Set the `window` or `caps` of everybody; None lets the settings hold again."""
    if value is None:
        connection.execute(delete(controls).where(controls.c.name == name))
        return
    row = upsert(controls).values(name=name, value=value, by=by)
    fresh = {"value": row.excluded.value, "by": row.excluded.by, "recorded_at": func.clock_timestamp()}
    connection.execute(row.on_conflict_do_update(index_elements=[controls.c.name], set_=fresh))


def set_own_window(
    connection: Connection, candidate_id: str, window: Window | None, at: datetime, by: str = ""
) -> None:
    """Set when one person wants to be written to; None lets their office's or the house's window hold again."""
    fact = candidate_facts.c
    if window is None:
        mine = (fact.candidate_id == candidate_id) & (fact.name == SEND_WINDOW)
        connection.execute(delete(candidate_facts).where(mine))
        return
    row = upsert(candidate_facts).values(
        candidate_id=candidate_id, name=SEND_WINDOW, value=window_text(window), source=by, at=at
    )
    fresh = {name: row.excluded[name] for name in ("value", "source", "at")}
    connection.execute(row.on_conflict_do_update(index_elements=[fact.candidate_id, fact.name], set_=fresh))


def house_window(connection: Connection) -> Window:
    """When the house writes to those who have no window of their own."""
    raw = rule_of_house(connection, WINDOW)
    return Window(**raw) if raw else Window()


# What waits


@dataclass(frozen=True, slots=True)
class PlannedTouch:
    """A future touch with its journey's own window and quiet stretches, where it has any."""

    candidate_id: str
    touch_key: str
    purpose: str
    channel: str
    template: str
    opening_id: str
    journey: str
    due: datetime
    because: str
    window: Window | None
    quiet: tuple[tuple[str, str], ...]


def planned(connection: Connection, candidate_ids: Sequence[str]) -> dict[str, list[PlannedTouch]]:
    """Every future touch of these people, the soonest first."""
    c, e, v = upcoming.c, enrollments.c, journey_versions.c
    wanted = (
        select(
            *(c[name] for name in list(PlannedTouch.__dataclass_fields__)[:9]),
            v.plan["window"].label("window"), v.plan["quiet"].label("quiet"),
        )
        .join(enrollments, (e.candidate_id == c.candidate_id) & (e.journey == c.journey) & (e.status == "active"), isouter=True)
        .join(journey_versions, (v.journey == e.journey) & (v.version == e.version), isouter=True)
        .where(c.candidate_id.in_(candidate_ids))
        .order_by(c.candidate_id, c.due, c.touch_key)
    )  # fmt: skip
    found: dict[str, list[PlannedTouch]] = {}
    for row in connection.execute(wanted):
        window = Window(**row.window) if row.window else None
        quiet = tuple((first, last) for first, last in row.quiet or ())
        found.setdefault(row.candidate_id, []).append(PlannedTouch(*row[:9], window, quiet))
    return found


def sent_since(connection: Connection, candidate_ids: Sequence[str], since: datetime) -> dict[str, list[Sent]]:
    """What these people were sent, or are being sent, that counts against the caps."""
    c = ledger.c
    moment = func.coalesce(c.handed_over_at, c.claimed_at)
    wanted = select(c.candidate_id, moment.label("at"), c.channel, c.purpose).where(
        c.candidate_id.in_(candidate_ids), c.purpose != "application", c.state.in_(GONE_OR_GOING), moment > since
    )
    found: dict[str, list[Sent]] = {}
    for row in connection.execute(wanted.order_by(moment)):
        found.setdefault(row.candidate_id, []).append(Sent(row.at, row.channel, row.purpose))
    return found


# Windows as people write them


def window_text(window: Window) -> str:
    """`mon-fri 09:00-18:00`."""
    groups: list[list[str]] = []
    for name, on, before in zip(_DAYS, window.days, "0" + window.days[:-1], strict=True):
        if on == "1" and before == "1":
            groups[-1].append(name)
        elif on == "1":
            groups.append([name])
    days = ",".join(group[0] if len(group) == 1 else f"{group[0]}-{group[-1]}" for group in groups)
    return f"{days} {window}"


def read_window(text: str) -> Window:
    """The window that a text such as `mon-thu,sat 09:00-17:30` means; without days, Monday to Friday. Raises ValueError."""
    days, _, hours = text.strip().lower().rpartition(" ")
    start, dash, end = hours.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is no send window; write it as mon-fri 09:00-18:00")
    return Window(_read_days(days or "mon-fri"), _read_minutes(start, text), _read_minutes(end, text))


def _read_days(text: str) -> str:
    chosen = set[int]()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(f"{part!r} names no days; write mon-fri, or mon,wed,fri")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        chosen |= {(begin + ahead) % 7 for ahead in range((end - begin) % 7 + 1)}
    return "".join("1" if day in chosen else "0" for day in range(7))


def _read_minutes(text: str, whole: str) -> int:
    hour, colon, minute = text.partition(":")
    if not (hour.isdecimal() and (minute.isdecimal() or not colon)) or int(minute or 0) > 59:
        raise ValueError(f"{whole!r} is no send window; write it as mon-fri 09:00-18:00")
    return int(hour) * 60 + int(minute or 0)


def days_ahead(today: date, days: int) -> tuple[date, date]:
    """Yesterday, which somewhere is still today, and the last of the `days` ahead."""
    return today - timedelta(days=1), today + timedelta(days=days)
