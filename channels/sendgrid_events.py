"""The Event Webhook's body: a JSON list of events, read without trusting any field of it.

Source: Twilio SendGrid, "Event Webhook Reference". Fields come and go (unique arguments lie beside SendGrid's own), `category` is a
string or a list, an asynchronous bounce has no `sg_message_id`, moments come in seconds or milliseconds, as numbers or as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from channels.reports import Report, ReportKind
from domain.bounces import OPEN_STATUSES, Verdict, verdict

PROVIDER = "sendgrid"
KINDS = {
    "processed": ReportKind.ACCEPTED,
    "deferred": ReportKind.DEFERRED,
    "delivered": ReportKind.DELIVERED,
    "open": ReportKind.OPENED,
    "click": ReportKind.CLICKED,
    "spamreport": ReportKind.COMPLAINED,
    "unsubscribe": ReportKind.UNSUBSCRIBED,
    "group_unsubscribe": ReportKind.UNSUBSCRIBED,
    "group_resubscribe": ReportKind.RESUBSCRIBED,
}
"""All types but `bounce` and `dropped`, whose other fields say what they mean."""
DROPS = {
    "bounced address": ReportKind.BOUNCED,
    "invalid": ReportKind.BOUNCED,
    "spam reporting address": ReportKind.COMPLAINED,
    "unsubscribed address": ReportKind.UNSUBSCRIBED,
}
"""Reasons for which SendGrid did not even try: it keeps lists of its own. Any other one is about our account or the message."""
BLOCKS = ("content", "reputation", "frequency")
SOFT = ("mailbox unavailable", "technical")
"""How `bounce_classification` begins where the address is not at fault."""
VERDICTS = {
    Verdict.HARD: ReportKind.BOUNCED,
    Verdict.SOFT: ReportKind.SOFT_BOUNCED,
    Verdict.BLOCK: ReportKind.BLOCKED,
}
LONGEST_REASON = 2_000
"""Characters of a reason that are searched for a status."""
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
MILLISECONDS = 100_000_000_000
"""A moment beyond the year 5138 was told in milliseconds."""


def read_events(body: bytes) -> list[Report]:
    """The events of one request, in their order; what is no JSON object in the list is passed over. Raises ValueError for no JSON."""
    try:
        told = _parsed(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("the body is no JSON") from error
    events = told if isinstance(told, list) else [told]
    return [_read(event) for event in events if isinstance(event, dict)]


def _parsed(body: bytes) -> Any:
    """The JSON. A byte that is no UTF-8, out of some server's words, must not cost the other events of the request."""
    try:
        return json.loads(body)
    except UnicodeDecodeError:
        return json.loads(body.decode("utf-8", "replace"))


def categories_of(event: Mapping[str, Any]) -> list[str]:
    """The categories of an event, which come as a list, a string, or not at all."""
    told = event.get("category")
    return [str(one) for one in told] if isinstance(told, list) else [str(told)] if told else []


def message_id_of(sg_message_id: str) -> str:
    """The X-Message-Id inside an event's `sg_message_id` or a feed's `msg_id`, which end in the server's name."""
    return re.split(r"\.(?:filter|recvd)", sg_message_id, maxsplit=1)[0]


def _read(event: dict[str, Any]) -> Report:
    kind = _kind(event)
    sent = _text(event, "sg_message_id")
    return Report(
        provider=PROVIDER,
        event_key=_event_key(event, kind),
        kind=kind,
        at=_moment(event.get("timestamp")),
        touch_key=_text(event, "touch_key"),
        message_id=_text(event, "smtp-id"),
        provider_id=message_id_of(sent) if sent else "",
        address=_text(event, "email"),
        failed=_text(event, "event").casefold() == "dropped",
        code=_text(event, "status"),
        because=(_text(event, "reason") or _text(event, "response"))[:500],
        payload=_clean(event),
    )


def _kind(event: Mapping[str, Any]) -> ReportKind:
    name = _text(event, "event").casefold()
    if name == "bounce":
        return _bounce(event)
    if name == "dropped":
        return DROPS.get(_text(event, "reason").strip().casefold(), ReportKind.REFUSED)
    return KINDS.get(name, ReportKind.OTHER)


def _bounce(event: Mapping[str, Any]) -> ReportKind:
    """SendGrid calls every bounce permanent but those `blocked`, and lists the address. A status that says why, its own or one in the
    server's words, is judged by our own table (domain.bounces); where none does, SendGrid is believed."""
    if _text(event, "type").casefold() == "blocked":
        return ReportKind.BLOCKED
    cause = _text(event, "bounce_classification").casefold()
    if cause.startswith(BLOCKS):
        return ReportKind.BLOCKED
    if cause.startswith(SOFT):
        return ReportKind.SOFT_BOUNCED
    status, reason = _text(event, "status").strip(), _text(event, "reason")
    if status in OPEN_STATUSES and (said := _STATUS.search(reason[:LONGEST_REASON])):
        status = said[0]
    return ReportKind.BOUNCED if status in OPEN_STATUSES else VERDICTS[verdict(status, text=reason)]


def _event_key(event: Mapping[str, Any], kind: ReportKind) -> str:
    """`sg_event_id`, which tells repeated events apart from new ones; with what it says, since one id was seen under two meanings."""
    told = _text(event, "sg_event_id")
    if told and len(told) <= 200:
        return f"{told}/{_text(event, 'event').casefold()[:40]}/{kind}"
    canonical = json.dumps(event, sort_keys=True, default=str)
    return f"content-{blake2b(canonical.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _moment(told: object) -> datetime | None:
    if isinstance(told, bool) or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", str(told), re.ASCII):
        return None
    seconds = float(str(told))
    return datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)


def _text(event: Mapping[str, Any], name: str) -> str:
    told = event.get(name)
    return _storable(str(told)) if isinstance(told, str | int | float) and not isinstance(told, bool) else ""


def _clean(value: Any) -> Any:
    """The same JSON without what PostgreSQL cannot keep."""
    if isinstance(value, dict):
        return {_storable(name): _clean(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
