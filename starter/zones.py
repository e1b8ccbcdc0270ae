"""When a person's day begins: the time zone that a place, a country or a phone number tells without doubt."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from starter.columns import plain

LANGUAGES_OF_NAMES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")
"""The languages in which names of countries and languages are understood."""
FURTHER_COUNTRIES = {
    **dict.fromkeys(("usa", "u s a", "us", "america"), "US"),
    **dict.fromkeys(("uk", "u k", "great britain", "england", "scotland", "wales", "northern ireland"), "GB"),
    "holland": "NL",
    "czech republic": "CZ",
    "turkey": "TR",
}


@functools.cache
def zone_names() -> frozenset[str]:
    """Every IANA time zone that a person may be in, links included."""
    text = files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return frozenset(text.split())


def read_zone(text: str) -> str | None:
    """The IANA name meant, whatever its letter case; None when there is no such zone."""
    return _zones_by_case().get(text.strip().replace(" ", "_").casefold())


@functools.cache
def _zones_by_case() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


@functools.cache
def _zones_by_country() -> dict[str, list[str]]:
    """Zones of each ISO country, the most populous first (zone.tab keeps that order)."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


@functools.cache
def _zones_by_city() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for zones in _zones_by_country().values():
        for zone in zones:
            found.setdefault(plain(zone.rsplit("/", 1)[1]), []).append(zone)
    return found


def agreed(zones: Iterable[str]) -> str | None:
    """The first of some zones when all of them keep the same time through the coming year; else None."""
    named = [zone for zone in zones if zone in zone_names()]
    if not named:
        return None
    return named[0] if len({_year(zone) for zone in named}) == 1 else None


@functools.cache
def _year(zone: str) -> tuple[timedelta | None, ...]:
    """Offsets in the middle of each fortnight of a recent year: equal for zones whose clocks agree."""
    tz, start = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
    return tuple((start + timedelta(days=14 * step)).astimezone(tz).utcoffset() for step in range(26))


def zone_of_country(country: str) -> str | None:
    """The zone of an ISO country whose clocks agree everywhere: Germany's, not the United States'."""
    return agreed(_zones_by_country().get(country, []))


def zone_of_place(place: str, country: str = "") -> str | None:
    """The zone named after a city: "Berlin", or "New York, NY" of a known country; "Paris, Texas" leaves a doubt."""
    city, *more = place.split(",")
    zones = _zones_by_city().get(plain(city), [])
    if country:
        zones = [zone for zone in zones if zone in _zones_by_country().get(country, [])]
    elif more:
        return None
    return agreed(zones)


def zone_of_phone(number: str) -> str | None:
    """The zone of an E.164 number, where its prefix tells one."""
    import phonenumbers
    from phonenumbers import timezone

    return agreed(timezone.time_zones_for_number(phonenumbers.parse(number)))


@dataclass(frozen=True, slots=True)
class Told:
    """A person's zone and what told it: own, phone, place, office or country. Both empty where everything leaves a doubt."""

    zone: str = ""
    source: str = ""


def zone_of_person(place: str, country: str, phone: str, *, own: str = "", office: str = "") -> Told:
    """The zone that a person named, else the one of their number, place, office's zone or country: the first that is beyond doubt.

    `office` is the zone of the office that cares for them; it stands before the country, whose clocks may agree while the
    person lives elsewhere.
    """
    chain: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("own", lambda: own),
        ("phone", lambda: zone_of_phone(phone) if phone else ""),
        ("place", lambda: zone_of_place(place, country)),
        ("office", lambda: office),
        ("country", lambda: zone_of_country(country) if country else ""),
    )
    for source, look in chain:
        zone = look()
        if zone:
            return Told(zone, source)
    return Told()


@functools.cache
def _countries() -> dict[str, str]:
    """ISO code of every country by its plain name in the languages understood."""
    from babel import Locale

    found: dict[str, str] = {}
    for language in LANGUAGES_OF_NAMES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(plain(name), code)
    return found | FURTHER_COUNTRIES


def read_country(text: str) -> str | None:
    """The ISO 3166 code that a code or a country's name means; None when it means none."""
    if len(text) == 2 and text.upper() in _zones_by_country():
        return text.upper()
    return _countries().get(plain(text))


def country_of_place(place: str) -> str:
    """The country whose name ends a place's text ("Lyon, France"); empty when none does."""
    last = plain(place.rsplit(",", 1)[-1])
    return _countries().get(last, "") if len(last) > 1 else ""


@functools.cache
def _languages() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in LANGUAGES_OF_NAMES:
        for code, name in Locale(language).languages.items():
            found.setdefault(plain(name), code.replace("_", "-"))
    return found


def read_language(text: str) -> str | None:
    """The BCP 47 tag that a tag or a name means: `pt_BR` is pt-BR, "German" and "Deutsch" are de; else None."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(text.strip().replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return _languages().get(plain(text))
    return locale.language + (f"-{locale.territory}" if locale.territory else "")
