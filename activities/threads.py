"""Whose message it is: by the message of ours that it answers, the signed address that it came to, its number, and at last its sender."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from activities.messages import signed_token
from channels.mail import Mail
from storage import contacts, messages
from storage.contacts import BadContact
from storage.messages import Ours

_SIGNED = re.compile(r"(?:reply|bounce)\+([0-9a-f]{32})([0-9a-f]{12})@")
"""The addresses that activities.messages makes: answers come to the first; bounces, and automatic answers as RFC 3834 §4 wants them, to
the second."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Whose a message is: `by` message_id, reply_address, phone, sender, or empty for nobody's. A match by sender is a suggestion."""

    candidate_id: str = ""
    by: str = ""
    touch_key: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it counts without a person's word."""
        return self.by not in ("", "sender")


def of_mail(connection: Connection, mail: Mail, key: bytes) -> Thread:
    """The thread of a mail. `key` signs our reply addresses."""
    if ours := messages.find_ours(connection, [mail.in_reply_to, *reversed(mail.references)]):
        return Thread(ours.candidate_id, "message_id", ours.touch_key)
    if ours := behind_address(connection, mail.to, key):
        return Thread(ours.candidate_id, "reply_address", ours.touch_key)
    owner = _owner(connection, "email", mail.from_address)
    return Thread(owner, "sender") if owner else Thread()


def of_number(connection: Connection, number: str) -> Thread:
    """The thread of an SMS: that of the newest one that we sent to its number."""
    owner = _owner(connection, "phone", number)
    if not owner:
        return Thread()
    ours = messages.newest_to(connection, owner, "sms")
    return Thread(owner, "phone", ours.touch_key if ours else "")


def behind_address(connection: Connection, addresses: Iterable[str], key: bytes) -> Ours | None:
    """The message of ours that one of these addresses was made for; an address whose signature is not ours stands for nothing."""
    signed = (_SIGNED.match(address.strip().casefold()) for address in addresses)
    tokens = (
        found[1] for found in signed if found and hmac.compare_digest(signed_token(found[1], key), found[0][-45:-1])
    )
    return next((ours for token in tokens if (ours := messages.find_ours_by_token(connection, token))), None)


def _owner(connection: Connection, kind: str, value: str) -> str:
    try:
        return contacts.owner_of(connection, kind, contacts.canonical(kind, value))
    except BadContact:
        return ""
