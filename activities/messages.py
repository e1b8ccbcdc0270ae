"""A touch and what it stands on, made into a message that can leave: tokens, links, headers, and our own Message-ID."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import quote

from activities import bookings, letters
from activities.bookings import Meetings
from channels.messages import CalendarPart, Email, TextMessage
from config.settings import Settings, SmsChannel
from domain.keeping import RENEWAL, WARNING, day_in_key
from domain.plans import Plan
from domain.promises import SURVEY, read_word
from domain.touches import TRANSACTIONAL, Channel, Purpose, Touch
from domain.windows import zone_of
from storage.letters import Letter
from storage.recruiters import Recruiter
from storage.standings import Standing
from templates import journeys, messages
from templates.invitations import Person
from templates.messages import DEFAULT_SENDER, MessageSource
from templates.rendering import Links as MailLinks
from templates.rendering import render_email, render_sms
from templates.words import stage_words


@dataclass(frozen=True, slots=True)
class Names:
    """Whom and what words may name. `writers`: who writes for each owner on record, None for the house
    (storage.recruiters.writing_for). `openings`: the titles of open ones that an alert tells of besides its own. `meetings`: the
    interviews that messages confirm, move or cancel. `letters`: by touch key, what somebody of ours wrote."""

    writers: Mapping[str, Recruiter | None] = field(default_factory=dict)
    openings: Mapping[str, str] = field(default_factory=dict)
    meetings: Meetings = bookings.NONE
    letters: Mapping[str, Letter] = field(default_factory=dict)


NOTHING = Names()
CONFIRM_SIGNUP = "confirm_signup"
"""The message that asks whether a sign-up is meant; the last part of its key is the sign-up's id. It repeats nothing that was entered,
so that nobody can have us mail their words to others."""
ADDRESS = "address"
"""The message that asks whoever reads a new address to confirm it (storage.standings knows its key)."""


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Who writes, and where answers go.

    `address` is bare; `company_address` is postal, shown in every footer. `reply_domain` is what the mailbox or the inbound
    webhook receives; `reply_key` signs the addresses below it. `status_callback` is where the SMS provider reports, or empty.
    A recruiter writes from their own address where it is of the `sending_domain` (empty: that of `address`). `language` is the
    house's, for those in whose own a message is not written. `privacy_url` is the house's whole privacy notice, or empty.
    """

    address: str
    name: str
    company: str
    company_address: str
    reply_domain: str
    reply_key: bytes
    status_callback: str = ""
    sending_domain: str = ""
    language: str = "en"
    privacy_url: str = ""

    def address_of(self, recruiter: Recruiter | None) -> str:
        """Where a message comes from: the recruiter's own address where our provider may send for its domain, else the house's."""
        allowed = self.sending_domain or self.address.rpartition("@")[2]
        own = recruiter.email if recruiter else ""
        return own if own.rpartition("@")[2].casefold() == allowed.casefold() else self.address


def sender_of(settings: Settings, reply_key: bytes | None = None) -> SenderIdentity:
    """In whose name the house writes. A key other than the deployment's is for looking at messages that never leave."""
    return SenderIdentity(
        settings.from_address,
        settings.from_name,
        settings.company,
        settings.company_address,
        status_callback=_status_callback(settings),
        reply_domain=settings.reply_domain,
        reply_key=settings.signing_key if reply_key is None else reply_key,
        sending_domain=settings.sending_domain,
        language=settings.language,
        privacy_url=settings.privacy_url or "",
    )


def _status_callback(settings: Settings) -> str:
    """Where Twilio reports what became of an SMS; nothing where it does not send, or could not reach us."""
    reports = settings.sms is SmsChannel.TWILIO and settings.is_reachable
    return f"{settings.public_url}/webhooks/twilio/status" if reports else ""


class Links(Protocol):
    """Makes the signed links of a message; `config.links` has them."""

    def page_url(self, candidate_id: str, page: str, epoch: int, today: date) -> str:
        """One of a candidate's pages: `status`, `preferences` … `epoch` is the candidate's link epoch."""

    def address_url(self, candidate_id: str, address: str, today: date) -> str:
        """Where a new address is confirmed; opens nothing else."""

    def unsubscribe_url(self, candidate_id: str, purpose: str) -> str:
        """Ends messages of this purpose; also takes the one-click POST of RFC 8058."""


@dataclass(frozen=True, slots=True)
class Version:
    """What sending needs of a published journey version."""

    snapshot: Mapping[str, Any]
    plan: Plan

    def condition_of(self, step_id: str) -> str:
        """What must hold for a person to get the step's message; empty for nothing."""
        return next((step.condition for step in self.plan.steps if step.id == step_id), "")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to leave, with what the ledger keeps of its words; `sender` is the recruiter in whose name, empty for the house."""

    message: Email | TextMessage
    subject: str
    body: str
    sender: str = ""


class UnknownWords(LookupError):
    """There is no message for this touch; the text says which is missing."""


def is_address_mail(touch: Touch) -> bool:
    """Whether it goes to an address that its person has yet to confirm: somebody else may read it, so it opens none of their pages."""
    return touch.purpose is Purpose.SERVICE and touch.template == ADDRESS and not touch.journey


def message_token(touch_key: str) -> str:
    """What stands for a touch in addresses and ids: the same for every attempt, and telling nobody whom it is about."""
    return blake2b(touch_key.encode(), digest_size=16).hexdigest()


def signed_token(token: str, key: bytes) -> str:
    """A message's token with its signature, for addresses that nobody else can make. Letters and digits, 44 of them."""
    return token + blake2b(token.encode(), digest_size=6, key=key[:64]).hexdigest()


def find_words(touch: Touch, standing: Standing, version: Version | None, house_language: str = "en") -> MessageSource:
    """The message of a touch in the candidate's language (de-AT, then de), else the house's, else English. Raises UnknownWords."""
    languages = [standing.language, house_language]
    try:
        if version is not None:
            return journeys.source_from_snapshot(
                version.snapshot, touch.template, touch.channel, languages, touch.variant
            )
        found = messages.find(touch.template, touch.channel, languages)
        return replace(found, purpose=touch.purpose) if letters.is_letter(touch) else found
    except LookupError as error:
        raise UnknownWords(str(error)) from error


class Composer:
    """Makes messages in one company's name."""

    def __init__(self, sender: SenderIdentity, links: Links) -> None:
        self._sender = sender
        self._links = links

    @property
    def language(self) -> str:
        """The house's."""
        return self._sender.language

    def compose(
        self, touch: Touch, candidate_id: str, standing: Standing, source: MessageSource, names: Names = NOTHING
    ) -> Composed:
        """The message. Raises templates.rendering.MissingTokens when the record lacks what its words need.

        What is not about an application leaves in the name of whoever writes for the candidate's owner; a letter in that of who
        wrote it.
        """
        letter = names.letters.get(touch.key)
        if letter and letter.by in names.writers:
            standing = replace(standing, owner=letter.by, opening_owner=letter.by)
        tokens = self.tokens(touch, standing, source.language, names)
        if is_address_mail(touch):
            links = MailLinks()
            tokens["address_url"] = self._links.address_url(candidate_id, standing.contact, touch.due.date())
        else:
            links = self._links_of(touch, candidate_id, standing.link_epoch)
            tokens |= self._errands(touch, candidate_id, standing, names)
        tokens |= letters.tokens_of(letter) if letter else {}
        in_person = letter is not None or touch.purpose is not Purpose.APPLICATION
        recruiter = names.writers.get(standing.owner) if in_person else None
        sender = recruiter.id if recruiter else ""
        token = message_token(touch.key)
        if touch.channel == Channel.SMS:
            body = render_sms(source, tokens, links)
            sms_id = self._message_id(token)
            sms = TextMessage(touch.key, sms_id, standing.contact, body, self._status_callback(sms_id))
            return Composed(sms, "", body, sender)
        mail = render_email(source, tokens, links)
        signed = signed_token(token, self._sender.reply_key)
        email = Email(
            touch_key=touch.key,
            message_id=self._message_id(token),
            to_address=standing.contact,
            to_name="" if touch.template == CONFIRM_SIGNUP else standing.full_name,
            from_address=self._sender.address_of(recruiter),
            from_name=_from_name(recruiter, source, mail.sender_name) or self._sender.name,
            reply_to=f"reply+{signed}@{self._sender.reply_domain}",
            envelope_sender=f"bounce+{signed}@{self._sender.reply_domain}",
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            headers=_headers(touch, links) | (letters.headers_of(letter) if letter else {}),
            categories=(str(touch.purpose), touch.journey or touch.template),
            custom_args={"touch_key": touch.key},
            calendar=self._calendar(touch, candidate_id, standing, source.language, names),
        )
        return Composed(email, mail.subject, mail.text, sender)

    def _links_of(self, touch: Touch, candidate_id: str, epoch: int) -> MailLinks:
        """Dated by the day on which the touch is due, so that every attempt carries the same ones."""
        day = touch.due.date()
        return MailLinks(
            status_url=self._links.page_url(candidate_id, "status", epoch, day),
            preferences_url=self._links.page_url(candidate_id, "preferences", epoch, day),
            unsubscribe_url=self._links.unsubscribe_url(candidate_id, str(touch.purpose)),
        )

    def _errands(self, touch: Touch, candidate_id: str, standing: Standing, names: Names) -> dict[str, object]:
        """What a message leads to beside the person's usual pages: times to choose, a survey, a sign-up to confirm."""

        def url(page: str) -> str:
            return self._links.page_url(candidate_id, page, standing.link_epoch, touch.due.date())

        if touch.template == CONFIRM_SIGNUP:
            return {"confirm_url": url(f"confirm/{touch.key.rpartition('/')[2]}")}
        if touch.template == SURVEY:
            return {"survey_url": url(f"survey/{touch.opening_id}")}
        booking, offering = names.meetings.of(candidate_id, touch), touch.opening_id in names.meetings.offering
        found = bookings.tokens_of(booking, standing.zone, offering=offering) if booking else {}
        if booking or offering:
            found["booking_url"] = url(f"{bookings.PAGE}/{touch.opening_id}")
        return found

    def _calendar(
        self, touch: Touch, candidate_id: str, standing: Standing, language: str, names: Names
    ) -> CalendarPart | None:
        booking = names.meetings.of(candidate_id, touch)
        if booking is None:
            return None
        organizer = Person(self._sender.company, self._sender.address)
        attendee = Person(standing.full_name, standing.contact)
        entry = bookings.Entry(language, standing.opening_title, self._sender.company, organizer, attendee)
        return bookings.calendar_of(touch, booking, entry)

    def _status_callback(self, message_id: str) -> str:
        """Where the provider reports this message: with our Message-ID, since its own id may not be on record yet."""
        base = self._sender.status_callback
        return f"{base}?message={quote(message_id.strip('<>'), safe='')}" if base else ""

    def _message_id(self, token: str) -> str:
        return f"<{token}@{self._sender.address.rpartition('@')[2]}>"

    def tokens(self, touch: Touch, standing: Standing, language: str, names: Names = NOTHING) -> dict[str, object]:
        """What stands for each token, links aside, in a message written in `language`."""
        about_application = touch.purpose is Purpose.APPLICATION
        own = standing.owner if not about_application and standing.owner in names.writers else ""
        owner = own or standing.opening_owner or standing.owner
        writer = names.writers.get(owner)
        named = writer.full_name if writer else self._sender.name if owner in names.writers else owner
        return {
            "first_name": standing.first_name,
            "opening_title": standing.opening_title,
            "opening_place": standing.opening_place,
            "further_openings": ", ".join(names.openings[one] for one in touch.also if one in names.openings),
            "company": self._sender.company,
            "recruiter_name": named,
            "sender_name": named or self._sender.name,
            "sender_first_name": writer.first_name if writer else named or self._sender.name,
            "sender_phone": writer.phone if writer else "",
            "stage_words": stage_words(standing.stage, language) if standing.stage else "",
            "next_step": standing.next_step,
            "next_date": _next_date(touch, standing),
            "criteria": "; ".join(standing.criteria),
            "reason": standing.reason,
            "feedback": standing.feedback,
            "consent_until": day_in_key(touch.key) if touch.template == RENEWAL else None,
            "erasure_date": day_in_key(touch.key) if touch.template == WARNING else None,
            "data_source": standing.source,
            "privacy_url": self._sender.privacy_url,
            "postal_address": self._sender.company_address,
        }


def _from_name(recruiter: Recruiter | None, source: MessageSource, written: str) -> str:
    """The display name: a message's own words for its sender, else the recruiter's name; empty where nothing is said."""
    return recruiter.full_name if recruiter and source.sender == DEFAULT_SENDER else written


def _next_date(touch: Touch, standing: Standing) -> date | None:
    """The day by which the candidate hears next: the one that the message itself promises, else the answer that is owed."""
    word = read_word(touch.key.partition("/")[0], touch.key)
    if word and word.promised():
        return word.promised()
    if word is None or standing.answer_due is None:
        return None
    return (standing.answer_due - timedelta(seconds=1)).astimezone(zone_of(standing.zone)).date()


def _headers(touch: Touch, links: MailLinks) -> dict[str, str]:
    """Auto-Submitted (RFC 3834 §5) on all; what can be unsubscribed from says how, in one click (RFC 8058 §3.1)."""
    headers = {"Auto-Submitted": "auto-generated"}
    if touch.purpose not in TRANSACTIONAL and links.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{links.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
