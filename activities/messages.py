"""A touch and what it stands on, made into a message that can leave: tokens, links, headers, and our own Message-ID."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

from channels.messages import Email, TextMessage
from domain.plans import Plan
from domain.touches import Channel, Purpose, Touch
from storage.standings import Standing
from templates import journeys, messages
from templates.messages import MessageSource
from templates.rendering import Links as MailLinks
from templates.rendering import render_email, render_sms
from templates.words import stage_words


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Who writes, and where answers go.

    `address` is bare; `company_address` is postal, shown in every footer. `reply_domain` is what the mailbox or the inbound
    webhook receives; `reply_key` signs the addresses below it. `status_callback` is where the SMS provider reports, or empty.
    """

    address: str
    name: str
    company: str
    company_address: str
    reply_domain: str
    reply_key: bytes
    status_callback: str = ""


class Links(Protocol):
    """Makes the signed links of a message; `config.links` has them."""

    def preferences_url(self, candidate_id: str) -> str:
        """The page where a candidate chooses what to hear of."""

    def unsubscribe_url(self, candidate_id: str, purpose: str) -> str:
        """Ends messages of this purpose; also takes the one-click POST of RFC 8058."""


@dataclass(frozen=True, slots=True)
class Version:
    """What sending needs of a published journey version."""

    snapshot: Mapping[str, Any]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to leave, with what the ledger keeps of its words; `sender` is the recruiter in whose name, empty for the house."""

    message: Email | TextMessage
    subject: str
    body: str
    sender: str = ""


class UnknownWords(LookupError):
    """There is no message for this touch; the text says which is missing."""


def message_token(touch_key: str) -> str:
    """What stands for a touch in addresses and ids: the same for every attempt, and telling nobody whom it is about."""
    return blake2b(touch_key.encode(), digest_size=16).hexdigest()


def signed_token(token: str, key: bytes) -> str:
    """A message's token with its signature, for addresses that nobody else can make. Letters and digits, 44 of them."""
    return token + blake2b(token.encode(), digest_size=6, key=key[:64]).hexdigest()


def find_words(touch: Touch, standing: Standing, version: Version | None) -> MessageSource:
    """The message of a touch in the candidate's language. Raises UnknownWords."""
    languages = [standing.language]
    try:
        if version is not None:
            return journeys.source_from_snapshot(version.snapshot, touch.template, touch.channel, languages)
        return messages.find(touch.template, touch.channel, languages)
    except LookupError as error:
        raise UnknownWords(str(error)) from error


class Composer:
    """Makes messages in one company's name."""

    def __init__(self, sender: SenderIdentity, links: Links) -> None:
        self._sender = sender
        self._links = links

    def compose(self, touch: Touch, candidate_id: str, standing: Standing, source: MessageSource) -> Composed:
        """The message. Raises templates.rendering.MissingTokens when the record lacks what its words need."""
        links = MailLinks(
            preferences_url=self._links.preferences_url(candidate_id),
            unsubscribe_url=self._links.unsubscribe_url(candidate_id, str(touch.purpose)),
        )
        tokens = self._tokens(standing)
        token = message_token(touch.key)
        if touch.channel == Channel.SMS:
            body = render_sms(source, tokens, links)
            sms = TextMessage(touch.key, self._message_id(token), standing.contact, body, self._sender.status_callback)
            return Composed(sms, "", body)
        mail = render_email(source, tokens, links)
        signed = signed_token(token, self._sender.reply_key)
        email = Email(
            touch_key=touch.key,
            message_id=self._message_id(token),
            to_address=standing.contact,
            to_name=standing.full_name,
            from_address=self._sender.address,
            from_name=mail.sender_name or self._sender.name,
            reply_to=f"reply+{signed}@{self._sender.reply_domain}",
            envelope_sender=f"bounce+{signed}@{self._sender.reply_domain}",
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            headers=_headers(touch, links),
            categories=(str(touch.purpose), touch.journey or touch.template),
            custom_args={"touch_key": touch.key},
        )
        return Composed(email, mail.subject, mail.text)

    def _message_id(self, token: str) -> str:
        return f"<{token}@{self._sender.address.rpartition('@')[2]}>"

    def _tokens(self, standing: Standing) -> dict[str, object]:
        return {
            "first_name": standing.first_name,
            "opening_title": standing.opening_title,
            "opening_place": standing.opening_place,
            "company": self._sender.company,
            "recruiter_name": standing.opening_owner or standing.owner,
            "stage_words": stage_words(standing.stage, standing.language) if standing.stage else "",
            "next_step": standing.next_step,
            "reason": standing.reason,
            "feedback": standing.feedback,
            "postal_address": self._sender.company_address,
        }


def _headers(touch: Touch, links: MailLinks) -> dict[str, str]:
    """Auto-Submitted (RFC 3834 §5) on all; what can be unsubscribed from says how, in one click (RFC 8058 §3.1)."""
    headers = {"Auto-Submitted": "auto-generated"}
    if touch.purpose is not Purpose.APPLICATION and links.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{links.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
