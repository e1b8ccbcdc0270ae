"""The manner in which a person wants to be written to: language, time zone, channel, how often, and not before when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import uuid4
from zoneinfo import available_timezones

import structlog
from babel import Locale, UnknownLocaleError
from fastapi import BackgroundTasks
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection
from starlette.datastructures import FormData

from domain.windows import zone_of
from storage import candidates, preferences
from storage.locks import lock_candidates
from storage.preferences import PACES, Preferences
from web.people import Person
from web.rendering import section_of
from web.services import signal
from web.sites import DoorClosed, Site
from web.words import languages

LONGEST_SNOOZE = timedelta(days=2 * 366)
REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""Of IANA zones; the other names are old ones or no places."""
FIELDS = ("language", "zone", "preferred_channel", "pace", "snooze")
CHANNELS = ("email", "sms")
NO_FAULTS: Mapping[str, str] = {}
Options = list[tuple[str, str]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Manner:
    """The fields as the page shows them: values and errors by field, and what there is to choose from. No `channels`: no choice."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    languages: Options
    zones: Options
    paces: tuple[str, ...]
    channels: tuple[str, ...]
    first_day: str
    last_day: str


def manner_of(site: Site, person: Person, form: FormData | None, faults: Mapping[str, str]) -> Manner:
    """What holds; or the form as it was left, with its faults in words."""
    with site.engine.connect() as connection:
        values = _values(preferences.get(connection, person.id))
        kinds = {point.kind for point in candidates.profile(connection, person.id).contact_points}
    if form is not None:
        values = _given(form, values)
    words = section_of(site.settings, person.language, "preferences")
    return Manner(
        values, {name: words[fault] for name, fault in faults.items()}, _languages(values["language"]),
        _zones(values["zone"]), PACES, CHANNELS if "phone" in kinds else (),
        (person.today + timedelta(days=1)).isoformat(), (person.today + LONGEST_SNOOZE).isoformat(),
    )  # fmt: skip


async def save_manner(site: Site, person: Person, form: FormData, after: BackgroundTasks) -> dict[str, str]:
    """Keep what differs, and let the workflow hear of it; or keep nothing and answer the faults, names of words by field."""
    faults, changed = await run_in_threadpool(_save, site, person, form)
    event_id = f"preferences:{uuid4().hex}"
    if "snoozed_until" in changed:
        until = changed["snoozed_until"]
        after.add_task(_tell, site, person, "snoozed", event_id, {"until": until.isoformat() if until else None})
    pace = {"pace": changed["pace"] or "house"} if "pace" in changed else {}
    told = {"zone": changed.get("zone"), "channel": changed.get("preferred_channel"), **pace}
    if any(told.values()):
        after.add_task(_tell, site, person, "profile_changed", f"{event_id}:profile", told)
    return faults


def _save(site: Site, person: Person, form: FormData) -> tuple[dict[str, str], dict[str, Any]]:
    with site.engine.begin() as connection:
        lock_candidates(connection, [person.id])
        known = preferences.get(connection, person.id)
        given = _given(form, _values(known))
        faults = _faults(person, given, _values(known))
        return (faults, {}) if faults else ({}, _write(connection, person.id, given, known))


def _write(connection: Connection, candidate_id: str, given: Mapping[str, str], known: Preferences) -> dict[str, Any]:
    """Write what differs; answers it by column."""
    wanted: dict[str, Any] = {name: given[name] for name in FIELDS if name != "snooze"}
    before = asdict(known)
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if given["snooze"] != _values(known)["snooze"]:
        changed["snoozed_until"] = _midnight(given["snooze"], given["zone"])
    preferences.change(connection, candidate_id, changed)
    return changed


def _midnight(day: str, zone: str) -> datetime | None:
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=zone_of(zone)).astimezone(UTC)


def _values(known: Preferences) -> dict[str, str]:
    """As the form shows them; a snooze by its day where the person lives."""
    until = known.snoozed_until
    snooze = until.astimezone(zone_of(known.zone)).date().isoformat() if until else ""
    return {
        "language": known.language, "zone": known.zone, "preferred_channel": known.preferred_channel,
        "pace": known.pace, "snooze": snooze,
    }  # fmt: skip


def _given(form: FormData, known: Mapping[str, str]) -> dict[str, str]:
    """What was sent; a field that was not sent stays as it is."""
    return {name: str(form[name]).strip() if name in form else known[name] for name in FIELDS}


def _faults(person: Person, given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """By field, the words' name for what is wrong. Choices that the page does not offer were made up."""
    offered = {
        "language": [code for code, _ in _languages(known["language"])],
        "zone": [name for name, _ in _zones(known["zone"])],
        "preferred_channel": CHANNELS,
        "pace": PACES,
    }
    faults = {name: "not_offered" for name, choices in offered.items() if given[name] not in choices}
    if given["snooze"] and given["snooze"] != known["snooze"]:
        try:
            ahead = date.fromisoformat(given["snooze"]) - person.today
        except ValueError:
            faults["snooze"] = "snooze_no_day"
        else:
            if not timedelta(0) < ahead <= LONGEST_SNOOZE:
                faults["snooze"] = "snooze_range"
    return faults


def _languages(own: str) -> Options:
    """Those that we write, and the person's own where it is another or a regional one; each by its own name."""
    codes = [*languages(), *([own] if own not in languages() else [])]
    return [(code, _own_name(code)) for code in codes]


@cache
def _own_name(code: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def _zones(own: str) -> Options:
    """Every place that IANA names a zone for, and the person's own where it is none of them."""
    names = _places()
    return [(name, name.replace("_", " ")) for name in ([own] if own not in names else []) + list(names)]


@cache
def _places() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS and "/" in name))


async def _tell(site: Site, person: Person, name: str, event_id: str, values: dict[str, Any]) -> None:
    try:
        await signal(site, person.id, name, event_id, person.now, **values)
    except DoorClosed as error:
        log.warning("workflow not told of preferences; the gates know them", candidate_id=person.id, why=str(error))
