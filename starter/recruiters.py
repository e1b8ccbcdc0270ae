"""Recruiters as they are typed in: in whose name messages leave, and who writes once they have left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from starter import calendars
from starter.drafts import RowError, read_email, read_phone
from starter.offices import rezone
from starter.refusals import Refused, unknown
from storage import offices, recruiters
from storage.calendars import Scope
from storage.recruiters import Recruiter

if TYPE_CHECKING:
    from starter.client import Keepwarm


def find_recruiter(connection: Connection, name: str) -> Recruiter:
    """A recruiter by id. Raises Refused."""
    found = recruiters.find(connection, name)
    if found is None:
        known = [one.id for one in recruiters.listed(connection)]
        raise unknown("recruiter", name, known, "add them first: keepwarm recruiter add")
    return found


def read_recruiter(connection: Connection, recruiter: Recruiter) -> Recruiter:
    """The recruiter as the record takes them: address and number in their one form, office and deputy known. Raises Refused."""
    if not recruiter.id.strip() or not recruiter.full_name.strip():
        raise Refused("a recruiter needs an id and a name")
    try:
        email = read_email(recruiter.email) if recruiter.email else ""
        phone = read_phone(recruiter.phone) if recruiter.phone else ""
    except RowError as error:
        raise Refused(str(error)) from error
    known = [one.id for one in offices.listed(connection)]
    if recruiter.office and recruiter.office not in known:
        raise unknown("office", recruiter.office, known, "add it first: keepwarm office add")
    if recruiter.deputy:
        find_recruiter(connection, recruiter.deputy)
        _check_deputy(recruiter.id, recruiter.deputy)
    name = " ".join(recruiter.full_name.split())
    return Recruiter(recruiter.id, name, email, phone, recruiter.office, recruiter.deputy, recruiter.active)


async def put_recruiter(keepwarm: Keepwarm, recruiter: Recruiter) -> calendars.Report:
    """Put a recruiter on record, or change them; where they work decides whose holidays their people keep. Raises Refused."""

    def write(connection: Connection) -> None:
        recruiters.put(connection, read_recruiter(connection, recruiter))

    scope = Scope(owner=recruiter.id)
    report = await calendars.change(keepwarm, scope, write, f"recruiter {recruiter.id}")
    await rezone(keepwarm, scope)
    return report


async def leave(keepwarm: Keepwarm, name: str, deputy: str = "") -> Recruiter | None:
    """From now on nothing leaves in their name; answers who writes instead, None for the house. Raises Refused."""

    def run() -> Recruiter | None:
        with keepwarm.engine.begin() as connection:
            found = find_recruiter(connection, name)
            if deputy:
                find_recruiter(connection, deputy)
                _check_deputy(found.id, deputy)
            recruiters.leave(connection, found.id, deputy)
            return recruiters.writing_for(connection, [found.id])[found.id]

    return await asyncio.to_thread(run)


def _check_deputy(recruiter_id: str, deputy: str) -> None:
    if deputy == recruiter_id:
        raise Refused(f"{recruiter_id} can't be their own deputy; name somebody else, or nobody")
