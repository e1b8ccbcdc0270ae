"""The only place that names providers: settings in, activities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.announcements import Announcements
from activities.decisions import Decisions
from activities.definitions import Lookups
from activities.deliveries import take_in_sendgrid_events, take_in_twilio_status
from activities.erasures import Erasures
from activities.facts import Facts
from activities.inbound import Inbound
from activities.intake import Intake, Taker
from activities.messages import sender_of
from activities.reminders import Reminders
from activities.sends import Sends
from activities.signups import Signups
from channels.mailbox import MailboxEmail, MailboxSms
from channels.messages import Channel, Email, TextMessage
from channels.smtp import SmtpChannel
from config.links import make_links
from config.settings import EmailChannel, Settings, SmsChannel
from domain.windows import Caps
from starter.client import Keepwarm
from starter.erasures import forget_mails_of
from storage import received
from storage.database import make_async_engine, make_engine
from storage.forgotten import Register


@dataclass(frozen=True, slots=True)
class Wiring:
    """The activities of one worker process, and how to let go of what they hold."""

    light_activities: list[Callable[..., Any]]
    send_activities: list[Callable[..., Any]]
    close: Callable[[], Any]


def wire(settings: Settings, client: Client) -> Wiring:
    """Make channels, engines and activities. Raises SettingsError where something is not set."""
    engine = make_async_engine(settings.database_url)
    reading = make_engine(settings.database_url)
    email, sms = make_channels(settings)
    sends = make_sends(settings, engine, email, sms)
    reminders = Reminders(engine, email, sender_of(settings))
    keepwarm = Keepwarm(client, reading, settings)
    announcements = Announcements(engine, keepwarm)
    forget = partial(forget_mails_of, settings)
    erasures = Erasures(engine, settings.signing_key, forget)
    light: list[Callable[..., Any]] = [
        Facts(engine).record_facts,
        Lookups(engine).load_definitions,
        Decisions(engine).decide_step,
        reminders.remind,
        erasures.forget_person,
        announcements.mark_opening,
        announcements.announce_page,
        Signups(engine, settings.signing_key, keepwarm, forget).lapse_signup,
        Intake(reading, keepwarm, make_takers(settings), Register(settings.signing_key)).take_in_page,
    ]

    async def close() -> None:
        await sms.close()
        await email.close()
        await engine.dispose()
        reading.dispose()

    return Wiring(light, [sends.send_touch], close)


def make_takers(settings: Settings) -> Mapping[str, Taker]:
    """Who reads what came in, by its source (storage.received)."""
    inbound = Inbound(sender_of(settings), texts_by_mail=settings.sms is SmsChannel.MAILBOX)
    return {
        received.SENDGRID_EVENTS: take_in_sendgrid_events,
        received.TWILIO_STATUS: take_in_twilio_status,
        received.IMAP: inbound.take_in_mailbox,
        received.SENDGRID_INBOUND: inbound.take_in_forms,
        received.TWILIO_INBOUND: inbound.take_in_texts,
    }


def make_sends(settings: Settings, engine: AsyncEngine, email: Channel[Email], sms: Channel[TextMessage]) -> Sends:
    """The send activity with the house's sender, links and caps."""
    caps, sender = Caps(settings.cap_per_day, settings.cap_per_week), sender_of(settings)
    return Sends(engine, email=email, sms=sms, sender=sender, links=make_links(settings), caps=caps)


def make_channels(settings: Settings) -> tuple[Channel[Email], Channel[TextMessage]]:
    """The channels that the settings ask for. With a mail server of your own and no Twilio, texts travel through it as mails."""
    mailbox = MailboxEmail(
        settings.smtp_host,
        settings.smtp_port,
        settings.mailbox_imap_port,
        settings.imap_user,
        _secret(settings.imap_password),
    )
    email: Channel[Email]
    match settings.email:
        case EmailChannel.MAILBOX:
            email = mailbox
        case EmailChannel.SMTP:
            email = SmtpChannel(
                settings.smtp_host,
                settings.smtp_port,
                settings.smtp_user,
                _secret(settings.smtp_password),
                settings.smtp_security,
            )
        case EmailChannel.SENDGRID:
            from channels.sendgrid import SendGridChannel  # a worker that does not use the SDK does not pay its memory

            email = SendGridChannel(
                _secret(settings.sendgrid_api_key), settings.sendgrid_url, feed_delay=settings.sendgrid_feed_delay
            )
    match settings.sms:
        case SmsChannel.MAILBOX:
            carrier = email if isinstance(email, SmtpChannel) else mailbox
            return email, MailboxSms(carrier, settings.from_address)
        case SmsChannel.TWILIO:
            from channels.twilio import TwilioChannel

            return email, TwilioChannel(
                settings.twilio_account_sid or "",
                _secret(settings.twilio_auth_token),
                settings.twilio_from,
                settings.twilio_messaging_service,
                settings.twilio_url,
                list_delay=settings.twilio_list_delay,
            )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
