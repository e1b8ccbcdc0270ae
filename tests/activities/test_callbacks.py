"""An SMS tells Twilio where to report it, where Twilio can reach us."""

from __future__ import annotations

from dataclasses import replace

import pytest

from activities.messages import sender_of
from config.settings import Settings, SmsChannel
from domain.windows import Caps
from tests.activities.conftest import SENDER, House, nurture


@pytest.mark.parametrize(
    ("sms", "public_url", "callback"),
    [
        (SmsChannel.TWILIO, "https://talent.acme.example", "https://talent.acme.example/webhooks/twilio/status"),
        (SmsChannel.TWILIO, "https://8.8.8.8/crm", "https://8.8.8.8/crm/webhooks/twilio/status"),
        (SmsChannel.TWILIO, "http://127.0.0.1:8000", ""),
        (SmsChannel.TWILIO, "http://10.1.2.3", ""),
        (SmsChannel.TWILIO, "http://keepwarm", ""),
        (SmsChannel.TWILIO, "http://keepwarm.local", ""),
        (SmsChannel.MAILBOX, "https://talent.acme.example", ""),
    ],
)
def test_reports_are_asked_for_where_they_can_arrive(sms: SmsChannel, public_url: str, callback: str) -> None:
    twilio = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from": "+4930123456"}
    settings = Settings(sms=sms, public_url=public_url, **twilio)  # type: ignore[arg-type]
    assert sender_of(settings, b"k" * 32).status_callback == callback


async def test_the_callback_names_the_message(house: House) -> None:
    sender = replace(SENDER, status_callback="https://talent.acme.example/webhooks/twilio/status")
    order = nurture(step="nudge")
    await house.send(order, house.sends(sender=sender, caps=Caps(9, 9)))
    (sms,) = house.sms.kept
    told = house.row(order.touch.key).message_id.strip("<>").replace("@", "%40")
    assert sms.status_callback == f"https://talent.acme.example/webhooks/twilio/status?message={told}"
