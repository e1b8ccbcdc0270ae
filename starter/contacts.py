"""How a person is reached, put right by somebody of ours: what was set aside for want of an address that works goes on in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from domain.touches import Channel
from starter.drafts import RowError, read_email, read_phone
from starter.refusals import Refused
from storage import consents, contacts, corrections
from storage.candidates import AlreadyKnown, Candidate
from storage.contacts import BadContact
from storage.locks import lock_candidates

if TYPE_CHECKING:
    from datetime import datetime

    from starter.client import Keepwarm

SOURCE = "keepwarm candidate reach"
REPLACED = "replaced by another one"
"""Why nothing goes any more to an address or number that somebody of ours has put another one in the place of."""
NEW_NUMBER = "number changed"


async def reach(keepwarm: Keepwarm, candidate: str, *, email: str = "", phone: str = "") -> dict[str, Any]:
    """From now on the person is reached at this address or number, which may be one that was closed and works after all.

    Consent to mail stays with the person; nobody has agreed to SMS on another number than before (47 CFR 64.1200). Raises Refused.
    """
    from starter.client import new_event_id

    if bool(email) == bool(phone):
        raise Refused("give either --email or --phone")
    person, channel, now = await keepwarm.find(candidate), Channel.EMAIL if email else Channel.SMS, await keepwarm.now()
    event_id = new_event_id()
    try:
        value = read_email(email) if email else read_phone(phone, person.country)
        withdrawn = await keepwarm.write(_put, person, channel, value, now, event_id)
    except (RowError, BadContact) as error:
        raise Refused(str(error)) from error
    if withdrawn:
        said = {"purpose": "*", "channel": "sms", "granted": False, "source": NEW_NUMBER, "recorded": True}
        await keepwarm.signal_candidates([person.id], "consent_changed", {"event_id": f"{event_id}:sms", **said})
    corrected = {"event_id": event_id, "channel": str(channel)}
    await keepwarm.signal_candidates([person.id], "contact_corrected", corrected)
    return {"candidate": person.id, "channel": str(channel), "value": value, "sms_withdrawn": withdrawn}


def _put(connection: Connection, person: Candidate, channel: Channel, value: str, now: datetime, event_id: str) -> bool:
    """Whether consent to SMS ended with this: another number is another device."""
    lock_candidates(connection, [person.id])
    kind = contacts.KINDS[channel]
    owner = contacts.owner_of(connection, kind, contacts.canonical(kind, value))
    try:
        corrections.replace_contact(connection, person.id, kind, value, because=REPLACED)
    except AlreadyKnown as error:
        raise Refused(f"{value} is on record as {owner}'s; they may be one person, or theirs is wrong") from error
    corrections.note(connection, person.id, [kind], SOURCE, now)
    agreed = any(one.granted and one.channel == "sms" for one in consents.latest(connection, person.id))
    if channel is not Channel.SMS or owner == person.id or not agreed:
        return False
    consents.opt_out(connection, person.id, "*", "sms", at=now, event_id=f"{event_id}:sms", source=NEW_NUMBER)
    return True
