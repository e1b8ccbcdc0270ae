"""A row of a table read as a person: each value checked and brought to its one form, each fault named with its cure."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from starter.columns import Column, plain
from starter.refusals import Refused, unknown
from starter.sheets import Row
from starter.zones import Told, country_of_place, read_country, read_language, read_zone, zone_names, zone_of_person
from storage.candidates import CHOSEN_ID

YES = frozenset(
    {"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "vrai", "si", "sim", "tak", "on"}
    | {"granted", "given", "subscribed", "agreed", "opted in"}
)
NO = frozenset(
    {"", "no", "n", "false", "0", "nein", "falsch", "non", "faux", "nee", "nie", "nao", "off", "none", "not given"}
)
NEVER = frozenset(["unsubscribed", "opted out", "opt out", "withdrawn", "abgemeldet", "widerrufen", "do not contact"])
DATE_FORMS = ("%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d", "%d.%m.%Y %H:%M")
"""Dates that read one way only; 03/04/2026 does not, so it is refused."""
CONSENTS = ("nurture/email", "nurture/sms", "alerts/email", "alerts/sms")
LONGEST = 500
BLANKS = frozenset({"-", "--", "n/a", "#n/a"})
"""What people write into a cell to say that it is empty."""


class RowError(ValueError):
    """A cell that can't be used; the text names the value and the cure."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Consent as a table tells it. `at` is None where no date was given."""

    purpose: str
    channel: str
    wording: str
    source: str
    at: datetime | None = None
    granted: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """What an import says of all its rows where the row itself is silent.

    `consents` are `purpose/channel` pairs that everybody in the table agreed to, in the words of `consent_text`. `language`
    is the house's.
    """

    source: str = "import"
    country: str = ""
    zone: str = "UTC"
    pool: str = ""
    consents: tuple[str, ...] = ()
    consent_text: str = ""
    consent_source: str = "import"
    language: str = "en"
    sourced: bool = False


def make_terms(
    file: str, *, pool: str = "", source: str = "", country: str = "", zone: str = "UTC", consents: str = "",
    consent_text: str = "", consent_source: str = "", language: str = "en", sourced: bool = False,
) -> Terms:  # fmt: skip
    """The terms of an import as somebody types them. Raises Refused. `consents`: `nurture,alerts`, or with `/sms`."""
    pairs = [pair.strip() if "/" in pair else f"{pair.strip()}/email" for pair in consents.split(",") if pair.strip()]
    for pair in pairs:
        if pair not in CONSENTS:
            raise unknown("consent", pair, CONSENTS, "")
    if pairs and not consent_text:
        raise Refused("--consent needs --consent-text, the words that these people agreed to")
    try:
        named = _read_country(country) if country else ""
        return Terms(
            source or file, named, _read_zone(zone), pool, tuple(pairs), consent_text, consent_source or file, language,
            sourced,
        )  # fmt: skip
    except RowError as error:
        raise Refused(str(error)) from error


@dataclass(frozen=True, slots=True)
class Draft:
    """A person as a row describes them. Empty means that the row does not say. `guessed_zone` is told by the rest.

    `sourced`: they did not give us their data themselves.
    """

    line: int
    full_name: str
    first_name: str
    id: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    place: str = ""
    country: str = ""
    zone: str = ""
    guessed_zone: str = ""
    language: str = ""
    channel: str = ""
    skills: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    source: str = ""
    headline: str = ""
    company: str = ""
    level: str = ""
    owner: str = ""
    office: str = ""
    agreements: tuple[Agreement, ...] = ()
    sourced: bool = False


@dataclass(slots=True)
class _Reading:
    """One row being read: its cells by meaning, and the faults found so far."""

    cells: Mapping[Column, list[str]]
    faults: list[str] = field(default_factory=list)

    def text(self, column: Column) -> str:
        """The first filled cell of that meaning, its white space tidied."""
        for cell in self.cells.get(column, []):
            tidy = " ".join(cell.split())
            if tidy and tidy.lower() not in BLANKS:
                if len(tidy) > LONGEST:
                    self.faults.append(f"{column} has {len(tidy)} letters; keep it under {LONGEST}")
                return tidy[:LONGEST]
        return ""

    def words(self, column: Column) -> tuple[str, ...]:
        """The words of a list in a cell, divided by comma, semicolon, bar or line."""
        joined = "\n".join(self.cells.get(column, []))
        words = (" ".join(word.split()) for word in re.split(r"[,;|\n]", joined))
        return _once(word for word in words if word.lower() not in BLANKS)

    def read(self, reader: Callable[[str], str], text: str) -> str:
        """What a reader makes of a text; empty, with the fault noted, where it refuses."""
        try:
            return reader(text) if text else ""
        except RowError as error:
            self.faults.append(str(error))
            return ""


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def read_draft(row: Row, places: Mapping[Column, Sequence[int]], terms: Terms) -> Draft:
    """The person that a row describes. Raises RowError with all its faults. `places`: where each column stands."""
    reading = _Reading({column: [row.cells[index] for index in indexes] for column, indexes in places.items()})
    full_name, first_name = _name(reading)
    country, place = _whereabouts(reading, terms)
    phones = _once(
        reading.read(functools.partial(read_phone, country=country), number) for number in reading.words(Column.PHONE)
    )
    draft = Draft(
        line=row.line,
        full_name=full_name,
        first_name=first_name,
        id=reading.read(_read_id, reading.text(Column.ID)),
        emails=_once(reading.read(read_email, address) for address in reading.words(Column.EMAIL)),
        phones=phones,
        profiles=_once(reading.read(read_profile, url) for url in reading.words(Column.PROFILE)),
        place=place,
        country=country,
        zone=reading.read(_read_zone, reading.text(Column.ZONE)),
        guessed_zone=zone_of_person(place, country, phones[0] if phones else "").zone,
        language=reading.read(_read_language, reading.text(Column.LANGUAGE)),
        channel=reading.read(_read_channel, reading.text(Column.CHANNEL)),
        skills=reading.words(Column.SKILLS),
        tags=reading.words(Column.TAGS),
        pools=_once([*reading.words(Column.POOL), terms.pool]),
        source=reading.text(Column.SOURCE) or terms.source,
        headline=reading.text(Column.HEADLINE),
        company=reading.text(Column.COMPANY),
        level=reading.text(Column.LEVEL),
        owner=reading.text(Column.OWNER),
        office=reading.text(Column.OFFICE),
        agreements=_agreements(reading, terms),
        sourced=_sourced(reading, terms),
    )
    if not (draft.id or draft.emails or draft.phones or draft.profiles) and not reading.faults:
        reading.faults.append("nothing to know the person by; give an email, a phone, a profile URL or an id")
    if reading.faults:
        raise RowError("; ".join(reading.faults))
    return draft


def told_zone(draft: Draft, office: str = "") -> Told:
    """The zone that a row tells, and by what; `office` is the zone of the office that cares for the person."""
    phone = draft.phones[0] if draft.phones else ""
    return zone_of_person(draft.place, draft.country, phone, own=draft.zone, office=office)


NO_ZONES: Mapping[str, str] = MappingProxyType({})


def office_zone(office: str, owner: str, zones: Mapping[str, str]) -> str:
    """The zone of the office that cares for a person: their own, else their owner's; empty for none.

    `zones` are those of offices as `office:<id>` and of owners' offices as `owner:<id>` (storage.calendars.office_zones).
    """
    return zones.get(f"office:{office}", "") or zones.get(f"owner:{owner}", "")


def _name(reading: _Reading) -> tuple[str, str]:
    """The whole name and the one to greet by."""
    first, last = reading.text(Column.FIRST_NAME), reading.text(Column.LAST_NAME)
    full = reading.text(Column.FULL_NAME) or f"{first} {last}".strip()
    if not full:
        reading.faults.append("no name; fill the name, or first and last name")
        return "", ""
    if first:
        return full, first
    from nameparser import HumanName

    parsed = HumanName(full)
    return full, parsed.first or full


def _whereabouts(reading: _Reading, terms: Terms) -> tuple[str, str]:
    place = reading.text(Column.PLACE)
    named = reading.read(_read_country, reading.text(Column.COUNTRY))
    return named or country_of_place(place) or terms.country, place


def _agreements(reading: _Reading, terms: Terms) -> tuple[Agreement, ...]:
    """What the row and the import's terms say of consent; a row's own word comes first."""
    wording = reading.text(Column.CONSENT_TEXT) or terms.consent_text
    source = reading.text(Column.CONSENT_SOURCE) or terms.consent_source
    given_at = _date_of_consent(reading)
    said: dict[str, Agreement] = {}
    columns = ((Column.CONSENT_NURTURE, "nurture"), (Column.CONSENT_ALERTS, "alerts"))
    for column, purpose in columns:
        answer = _answer(reading, column)
        if answer is not None:
            granted, at = answer
            said[f"{purpose}/email"] = Agreement(purpose, "email", wording, source, at or given_at, granted)
    by_sms = _answer(reading, Column.CONSENT_SMS)
    if by_sms is not None:
        for purpose in [a.purpose for a in said.values() if a.granted] or ["nurture", "alerts"]:
            said[f"{purpose}/sms"] = Agreement(purpose, "sms", wording, source, by_sms[1] or given_at, by_sms[0])
    for pair in terms.consents:
        purpose, channel = pair.split("/")
        said.setdefault(pair, Agreement(purpose, channel, wording, source, given_at))
    if any(agreement.granted for agreement in said.values()) and not wording:
        reading.faults.append(
            "consent is given, but not the words that were agreed to; add a column consent_text, or give --consent-text"
        )
    return tuple(said.values())


def _answer(reading: _Reading, column: Column) -> tuple[bool, datetime | None] | None:
    """Whether a consent was given, and when; None where the row does not say, or says that it was not given."""
    text = reading.text(column)
    word = plain(text)
    if word in NO:
        return None
    if word in YES:
        return True, None
    if word in NEVER:
        return False, None
    try:
        return True, read_date(text)
    except RowError:
        reading.faults.append(f"{column} is {text!r}; write yes, no, unsubscribed, or the date of the consent")
        return None


def _sourced(reading: _Reading, terms: Terms) -> bool:
    """Whether others gave us this person's data; the row's own word comes first."""
    text = reading.text(Column.SOURCED)
    word = plain(text)
    if not word:
        return terms.sourced
    if word not in YES | NO:
        reading.faults.append(f"{Column.SOURCED} is {text!r}; write yes or no")
    return word in YES


def _date_of_consent(reading: _Reading) -> datetime | None:
    text = reading.text(Column.CONSENT_DATE)
    try:
        return read_date(text) if text else None
    except RowError as error:
        reading.faults.append(f"{Column.CONSENT_DATE}: {error}")
        return None


def read_date(text: str) -> datetime:
    """A moment in UTC; without a zone it is taken as UTC. Raises RowError, also for dates that read two ways."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _worded_date(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _worded_date(text: str) -> datetime:
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise RowError(f"{text!r} is no date that reads one way only; write it as 2026-12-31")


def read_email(text: str) -> str:
    """An address in its usual form, with a lower-case domain; also out of `Ada Lovelace <ada@example.org>`. Raises RowError."""
    from email_validator import EmailNotValidError, validate_email

    named = re.fullmatch(r"[^<>]{0,200}<\s*(?:mailto:)?([^<>\s]+)\s*>", text.strip())
    address = named[1] if named else text.removeprefix("mailto:")
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise RowError(f"email {text!r}: {str(error).rstrip('.')}; correct it, or leave it empty") from None


def read_phone(text: str, country: str = "") -> str:
    """A number in E.164. Raises RowError: a number without +country needs its person's country.

    Its length must be right, area code included; its range is not checked, since ranges come into use faster than any
    list of them.
    """
    import phonenumbers

    number = re.sub(r"^\s*00", "+", text.removeprefix("tel:"))
    if not number.lstrip().startswith("+") and not country:
        raise RowError(f"phone {text!r} has no country; write it as +49…, add a column country, or give --country DE")
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        raise RowError(f"phone {text!r} is no number; correct it, or leave it empty") from None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        where = f" of {country}" if country and not number.startswith("+") else ""
        raise RowError(f"phone {text!r} has not the digits of a number{where}; correct it, or leave it empty")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def read_profile(text: str) -> str:
    """A profile's URL with its scheme. Raises RowError where it names no host."""
    url = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if not re.match(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?$", url, re.IGNORECASE):
        raise RowError(f"profile {text!r} is no web address; write it as https://…, or leave it empty")
    return re.sub(r"^(https?://)[a-z]{2}\.(?=linkedin\.com/)", r"\1www.", url, flags=re.IGNORECASE)


def _read_id(text: str) -> str:
    if not re.fullmatch(CHOSEN_ID, text):
        raise RowError(f"id {text!r}: use letters, digits, dot, dash or underscore, no blanks")
    return text


def _read_zone(text: str) -> str:
    zone = read_zone(text)
    if zone is None:
        near = difflib.get_close_matches(text, zone_names(), 1)
        meant = f"; did you mean {near[0]}?" if near else "; use a name such as Europe/Berlin, or leave it empty"
        raise RowError(f"time zone {text!r} is unknown{meant}")
    return zone


def _read_country(text: str) -> str:
    country = read_country(text)
    if country is None:
        raise RowError(f"country {text!r} is unknown; use its name or its two letters, such as DE")
    return country


def _read_language(text: str) -> str:
    language = read_language(text)
    if language is None:
        raise RowError(f"language {text!r} is unknown; use a tag such as de or pt-BR, or its name")
    return language


def _read_channel(text: str) -> str:
    word = plain(text)
    if word in ("email", "e mail", "mail"):
        return "email"
    if word in ("sms", "text", "mobile", "phone"):
        return "sms"
    raise RowError(f"channel {text!r} is not ours; use email or sms")
