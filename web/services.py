"""Mail that a person asked for on a page: a link, a confirmation. It leaves as a touch like all others, through the same gates."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.touches import Channel
from storage import consents
from storage.consents import NewConsent
from web.sites import DoorClosed, Site

SERVICE = "service"
"""The purpose of messages that answer what a person, or the law, asked for."""
TELL_SECONDS = 10
"""How long Temporal may take to be told."""


def note_request(connection: Connection, candidate_id: str, template: str, touch_id: str, at: datetime) -> None:
    """Put on record that the person asked for this mail, which the consent gate wants to see (GDPR Art. 6(1)(b)); once."""
    event_id = f"request:{template}:{touch_id}"
    asked = NewConsent(
        candidate_id, SERVICE, Channel.EMAIL, True, at, event_id, basis="request", source="candidate page"
    )
    consents.record(connection, [asked])


async def send_service(site: Site, candidate_id: str, template: str, touch_id: str, at: datetime) -> None:
    """Have the mail sent now; the same `touch_id` is the same mail. Raises DoorClosed."""
    payload = {
        "touch_id": touch_id, "template": template, "due": at.isoformat(), "purpose": SERVICE,
        "channel": str(Channel.EMAIL),
    }  # fmt: skip
    await signal(site, candidate_id, "touch_scheduled", f"service:{template}:{touch_id}", at, **payload)


async def signal(site: Site, candidate_id: str, name: str, event_id: str, at: datetime, /, **values: Any) -> None:
    """Tell a person's workflow, within TELL_SECONDS. Raises DoorClosed; the page then asks to try again."""
    try:
        async with asyncio.timeout(TELL_SECONDS):
            await site.door.signal(candidate_id, name, {"event_id": event_id, "at": at.isoformat(), **values})
    except TimeoutError as error:
        raise DoorClosed(f"Temporal took more than {TELL_SECONDS} s") from error
