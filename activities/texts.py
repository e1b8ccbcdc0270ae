"""An SMS as it came from a provider or the embedded mailbox, and what its words START and HELP bring about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from activities.intake import Consequence
from channels.mail import Mail
from channels.mailbox import SMS_DOMAIN
from channels.twilio_status import read_fields
from domain.smswords import SmsWord, sms_word
from domain.touches import Channel, Purpose
from storage import consents
from storage.consents import NewConsent
from storage.messages import Message
from storage.received import Received

SOURCE = "sms"
"""Of words of consent that came as an SMS."""
WITHDRAWN_BY_SMS = frozenset({SOURCE, "twilio"})
"""Sources of withdrawals that START takes back: what somebody chose on a page stays chosen."""
MOST_MEDIA = 10
"""Twilio's own limit of pictures in one message."""
ANSWERED_BY_TWILIO = frozenset({"help", "info"})
"""Single words that Twilio itself answers."""


@dataclass(frozen=True, slots=True)
class Text:
    """An SMS. `sid` is the provider's id; `word` what the provider itself took it for; `media` where its pictures lie, by kind."""

    sid: str
    from_number: str
    to_number: str
    body: str
    word: SmsWord = SmsWord.NONE
    media: tuple[tuple[str, str], ...] = ()
    provider_answers: bool = False


def read_twilio(row: Received) -> Text:
    """What Twilio posted. A picture comes without `Body`; fields are added without notice. Raises ValueError for no form."""
    fields = read_fields(row.content_type, row.body)
    body = fields.get("Body", "")
    count = fields.get("NumMedia", "")
    pieces = range(min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() and len(count) < 4 else 0)
    opted = fields.get("OptOutType", "").casefold()
    return Text(
        sid=fields.get("MessageSid") or fields.get("SmsSid") or f"received-{row.source_key}",
        from_number=fields.get("From", "").rpartition(":")[2],
        to_number=fields.get("To", "").rpartition(":")[2],
        body=body,
        word=SmsWord(opted) if opted in set(SmsWord) else SmsWord.NONE,
        media=tuple((fields.get(f"MediaContentType{one}", ""), fields.get(f"MediaUrl{one}", "")) for one in pieces),
        provider_answers=bool(opted) or body.strip().casefold() in ANSWERED_BY_TWILIO,
    )


def read_mailed_text(mail: Mail, row: Received) -> Text | None:
    """The SMS that a mail in the embedded mailbox stands for: from `<digits>@sms.keepwarm.test`, as ours go there."""
    digits, _, domain = mail.from_address.casefold().partition("@")
    if domain != SMS_DOMAIN or not digits.isascii() or not digits.isdigit():
        return None
    to = next(iter(mail.to), "")
    return Text(mail.message_id or f"received-{row.source_key}", f"+{digits}", to, mail.text)


def word_of(connection: Connection, text: Text, candidate_id: str) -> SmsWord:
    """What an SMS asks for; a bare YES depends on whether they take part."""
    if text.word or not candidate_id:
        return text.word or sms_word(text.body)
    held = [row for row in consents.latest(connection, candidate_id) if row.channel == Channel.SMS]
    return sms_word(text.body, opted_out=any(not row.granted for row in held))


def resumed(connection: Connection, message: Message, candidate_id: str) -> list[Consequence]:
    """START: each consent by SMS that a withdrawal by SMS had ended holds again, with the words as proof; the signals that say so."""
    log = consents.history(connection, candidate_id)
    words = [
        NewConsent(
            candidate_id, row.purpose, row.channel, True, message.at, f"message-{message.id}:{row.purpose}",
            basis=_basis(log, row.purpose), wording=message.text, source=SOURCE,
        )
        for row in consents.latest(connection, candidate_id)
        if row.channel == Channel.SMS and not row.granted and row.source in WITHDRAWN_BY_SMS and row.at <= message.at
        and _basis(log, row.purpose)
    ]  # fmt: skip
    consents.record(connection, words)
    prefix = f"message-{message.id}:"
    mine = [
        row for row in consents.history(connection, candidate_id) if row.event_id.startswith(prefix) and row.granted
    ]
    return [
        Consequence(
            candidate_id,
            "consent_changed",
            {
                "event_id": f"{row.event_id}:told", "at": row.at.isoformat(), "purpose": row.purpose, "channel": row.channel,
                "granted": True, "source": SOURCE, "recorded": True,
                **({"until": row.expires_at.isoformat()} if row.expires_at else {}),
            },
        )
        for row in mine
    ]  # fmt: skip


def _basis(log: list[consents.ConsentRow], purpose: str) -> str:
    """On what messages by SMS for a purpose rested before; empty where they never did."""
    return next(
        (row.basis for row in reversed(log) if row.granted and (row.purpose, row.channel) == (purpose, "sms")), ""
    )


def helped(connection: Connection, message: Message, text: Text, candidate_id: str) -> list[Consequence]:
    """HELP: one SMS that says who writes and how to end it, unless the provider has answered, or they have ended it already."""
    held = [row for row in consents.latest(connection, candidate_id) if row.channel == Channel.SMS]
    if text.provider_answers or any(not row.granted for row in held):
        return []
    asked = NewConsent(
        candidate_id, Purpose.SERVICE, Channel.SMS, True, message.at, f"message-{message.id}:help",
        basis="request", wording=message.text, source=SOURCE,
    )  # fmt: skip
    consents.record(connection, [asked])
    payload = {
        "event_id": f"message-{message.id}:help", "at": message.at.isoformat(), "touch_id": f"help-{message.id}",
        "template": "help", "due": message.at.isoformat(), "purpose": str(Purpose.SERVICE), "channel": str(Channel.SMS),
    }  # fmt: skip
    return [Consequence(candidate_id, "touch_scheduled", payload)]
