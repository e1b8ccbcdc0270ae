"""Forgetting a person on request: the record at once, their workflow, the mailbox, and what is left to whoever runs this."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from channels.mailbox import forget_mails
from config.settings import EMBEDDED_HOST, EmailChannel, Settings, SmsChannel
from starter.refusals import Refused
from starter.starts import signal
from storage import candidates
from storage.erasures import Erased, StillLeaving, erase
from storage.rewriting import rewrite
from workflows.names import candidate_workflow_id

if TYPE_CHECKING:
    from starter.client import Keepwarm

PATIENCE = timedelta(seconds=25)
"""How long a message that is leaving is waited for: longer than one attempt to send takes."""
LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was forgotten, by table and in the mailbox (`mails`; None: it was not reached), and what a person must still do."""

    candidate: str
    rows: dict[str, int]
    mails: int | None
    still_to_do: list[str]


async def erase_candidate(keepwarm: Keepwarm, candidate: str, *, because: str, by: str = "") -> Done:
    """Forget a person, by id or email; one who was erased before, by id, for what has come since. Raises Refused."""
    person = await keepwarm.read(_find, candidate)
    now = await keepwarm.now()
    erased = await _erase(keepwarm, person.id, because, by)
    await signal(
        keepwarm.client, candidate_workflow_id(person.id), "erased", {"event_id": "erased", "at": now.isoformat()}
    )
    mails = await _forget_mails(keepwarm.settings, erased)
    rewritten = keepwarm.settings.embeds_postgres and await asyncio.to_thread(rewrite, keepwarm.engine)
    left = list(_still_to_do(keepwarm.settings, erased, mails, rewritten=rewritten))
    return Done(person.id, erased.rows, mails, left)


def _find(connection: Connection, name: str) -> candidates.Candidate:
    try:
        return candidates.find(connection, name)
    except candidates.UnknownCandidate as error:
        raise Refused(str(error)) from error


async def _erase(keepwarm: Keepwarm, candidate_id: str, because: str, by: str) -> Erased:
    """One transaction; while a message is leaving it is tried again."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE.total_seconds()
    now, key = await keepwarm.now(), keepwarm.settings.signing_key
    while True:
        try:
            return await keepwarm.write(
                lambda connection: erase(connection, candidate_id, key=key, by=by, because=because, at=now)
            )
        except StillLeaving as error:
            if loop.time() > deadline:
                raise Refused(str(error)) from error
            await asyncio.sleep(LOOK_AGAIN.total_seconds())


async def _forget_mails(settings: Settings, erased: Erased) -> int | None:
    try:
        return await asyncio.to_thread(forget_mails_of, settings, erased)
    except OSError:
        return None


def forget_mails_of(settings: Settings, erased: Erased) -> int:
    """Delete a person's mails from the embedded mailbox, where there is one; how many. Raises OSError where it can't be reached."""
    if not settings.embeds_mailbox or not (erased.addresses or erased.numbers):
        return 0
    password = settings.imap_password.get_secret_value()
    return forget_mails(
        EMBEDDED_HOST, settings.mailbox_imap_port, settings.imap_user, password, erased.addresses, erased.numbers
    )


def _still_to_do(settings: Settings, erased: Erased, mails: int | None, *, rewritten: bool) -> Iterator[str]:
    """What no program here can forget."""
    if mails is None:
        yield "delete their mails from the mailbox: it could not be reached"
    if settings.has_own_mailbox:
        yield f"delete their mails in the mailbox of {settings.imap_user} at {settings.imap_host}, and in the recruiters' own"
    if settings.email is EmailChannel.SENDGRID:
        yield "SendGrid keeps its activity for up to 30 days, and suppressions until they are deleted there"
    if settings.email is EmailChannel.SMTP:
        yield f"the mail server {settings.smtp_host} may keep copies and logs"
    if settings.sms is SmsChannel.TWILIO:
        yield "delete their messages in Twilio's log (api.twilio.com, Message resource), which keeps 400 days"
    if "bookings" in erased.rows:
        yield "they had interviews booked: take them out of the interviewers' calendars"
    backups = "database backups" if rewritten else "database backups, dead rows and PostgreSQL's own log files"
    yield f"let {backups} run out; files that were imported or exported are yours to delete"
    yield "the applicant tracking system, if there is one, has its own copy"
