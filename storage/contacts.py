"""Addresses, numbers and profiles in their canonical form: two people with the same one are the same person."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult
from sqlalchemy import Connection, func, select, update

from storage.tables import contact_points

KINDS = {"email": "email", "sms": "phone"}
"""The kind of contact point that a channel needs."""
_SCHEME = re.compile(r"^https?://(www\.|[a-z]{2}\.(?=linkedin\.com))?")


class BadContact(ValueError):
    """An address, number or profile by which nobody can be reached; the text says what is wrong and how to write it."""


def canonical_email(value: str) -> str:
    """`Ada@Example.ORG` is `ada@example.org`. Tags (`ada+jobs@`) and dots stay: they may be other people's."""
    try:
        checked = validate_email(value.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise BadContact(f"{value.strip()!r} is no email address: {error}") from None
    return checked.normalized.casefold()


def canonical_phone(value: str, country: str = "") -> str:
    """E.164, `+4930123456`. `country` (ISO 3166, two letters) is where a number without + was written down."""
    try:
        number = phonenumbers.parse(value, country.upper() or None)
    except NumberParseException:
        raise BadContact(_cure(value, country)) from None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise BadContact(_cure(value, country))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def canonical_profile(value: str) -> str:
    """Host and path alone: `https://de.LinkedIn.com/in/Ada/?x=1` is `linkedin.com/in/ada`."""
    bare = re.split(r"[?#]", _SCHEME.sub("", value.strip().casefold()))[0].rstrip("/")
    if not re.fullmatch(r"[^\s/.]+(\.[^\s/.]+)+(/\S*)?", bare):
        raise BadContact(f"{value.strip()!r} is no profile; give its address, such as https://www.linkedin.com/in/ada")
    return bare


def canonical(kind: str, value: str, country: str = "") -> str:
    """The canonical form of a contact point of one of the kinds email, phone, profile. Raises BadContact."""
    match kind:
        case "email":
            return canonical_email(value)
        case "phone":
            return canonical_phone(value, country)
        case "profile":
            return canonical_profile(value)
    raise BadContact(f"{kind!r} is no kind of contact; use email, phone or profile")


def owner_of(connection: Connection, kind: str, canonical_form: str) -> str:
    """Whose address, number or profile this is; empty for nobody's."""
    c = contact_points.c
    wanted = select(c.candidate_id).where(c.kind == kind, c.canonical == canonical_form)
    return str(connection.scalar(wanted) or "")


def suppress(connection: Connection, kind: str, value: str, reason: str) -> bool:
    """Send nothing more to an address or number, and say why; the first reason stays. False: unknown or suppressed before.

    `value` may be as written or canonical. The caller holds its candidate's lock where one may be sending.
    """
    c = contact_points.c
    changed = connection.execute(
        update(contact_points)
        .where(c.kind == kind, (c.canonical == value) | (c.value == value), c.suppressed == "")
        .values(suppressed=reason, suppressed_recorded_at=func.clock_timestamp())
    )
    return changed.rowcount > 0


def release(connection: Connection, kind: str, value: str) -> bool:
    """Take a suppression back, after the address was found to work. False: there was none."""
    c = contact_points.c
    changed = connection.execute(
        update(contact_points)
        .where(c.kind == kind, (c.canonical == value) | (c.value == value), c.suppressed != "")
        .values(suppressed="", suppressed_recorded_at=None)
    )
    return changed.rowcount > 0


def has_another(connection: Connection, candidate_id: str, kind: str, address: str) -> bool:
    """Whether somebody can be reached by a kind of contact elsewhere than at an address."""
    c = contact_points.c
    other = c.canonical.not_in((address, address.casefold()))
    wanted = select(c.id).where(c.candidate_id == candidate_id, c.kind == kind, c.suppressed == "", other).limit(1)
    return connection.scalar(wanted) is not None


def suppress_used(connection: Connection, candidate_id: str, kind: str, reason: str) -> None:
    """Suppress the address or number that is in use for a person; nothing where one was suppressed for this very reason before."""
    c = contact_points.c
    own = (c.candidate_id == candidate_id) & (c.kind == kind)
    if connection.scalar(select(c.id).where(own, c.suppressed == reason)) is not None:
        return
    used = select(c.id).where(own, c.suppressed == "").order_by(c.position, c.id).limit(1).scalar_subquery()
    stamp = func.clock_timestamp()
    connection.execute(
        update(contact_points).where(c.id == used).values(suppressed=reason, suppressed_recorded_at=stamp)
    )


def release_reason(connection: Connection, candidate_id: str, reason: str) -> None:
    """Take back what was suppressed for a reason that turned out wrong."""
    c = contact_points.c
    wrong = (c.candidate_id == candidate_id) & (c.suppressed == reason)
    connection.execute(update(contact_points).where(wrong).values(suppressed="", suppressed_recorded_at=None))


def _cure(value: str, country: str) -> str:
    where = f" in {country.upper()}" if country else ""
    return f"{value.strip()!r} is no phone number{where}; write it as +49 30 123456, or give the candidate's country"
