"""Twilio's status callbacks: a form with the message's sid, its status and, where it failed, a code.

Source: Twilio, "Track the status of outbound messages"; "Error and warning dictionary". Callbacks may come in any order and more than
once; fields are added without notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from channels.messages import Fault
from channels.reports import Report, ReportKind
from channels.twilio_codes import fault_of
from channels.twilio_signature import read_form

PROVIDER = "twilio"
STATUSES = {
    "sent": ReportKind.ACCEPTED,
    "delivered": ReportKind.DELIVERED,
    "read": ReportKind.DELIVERED,
    "canceled": ReportKind.REFUSED,
    "partially_delivered": ReportKind.SOFT_BOUNCED,
}
"""All but those of a failure. `queued`, `sending`, `accepted`, `scheduled` say nothing that the answer to our request had not said."""
FAILURES = ("failed", "undelivered")
OPTED_OUT = 21610
CODES = {
    OPTED_OUT: ReportKind.UNSUBSCRIBED,
    30003: ReportKind.SOFT_BOUNCED,
    30004: ReportKind.BLOCKED,
    30007: ReportKind.BLOCKED,
}
"""Codes that mean something else in a callback than their fault says of a request: a handset that is switched off (30003) is not gone,
and a carrier's filter (30004, 30007) is about the message."""
FAULTS = {
    Fault.ADDRESS: ReportKind.BOUNCED,
    Fault.OPTED_OUT: ReportKind.UNSUBSCRIBED,
    Fault.CONTENT: ReportKind.BLOCKED,
    Fault.ACCOUNT: ReportKind.REFUSED,
}


def read_status(content_type: str, body: bytes, message: str = "") -> list[Report]:
    """What one callback reports; nothing where it names no message. `message` is our Message-ID without its brackets, which the
    callback's URL carries.

    Raises ValueError for what is neither a form nor JSON.
    """
    fields = read_fields(content_type, body)
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").casefold()
    if not sid and not message:
        return []
    told = fields.get("ErrorCode", "")
    code = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    return [
        Report(
            provider=PROVIDER,
            event_key=f"{sid[:100] or message[:200]}/{status[:40]}",
            kind=_kind(status, code),
            channel="sms",
            message_id=f"<{message}>" if message else "",
            provider_id=sid,
            address=fields.get("To", ""),
            failed=status in FAILURES,
            code=str(code or ""),
            because=(fields.get("ErrorMessage") or (f"Twilio {code}" if code else status))[:500],
            payload=fields,
        )
    ]


def read_fields(content_type: str, body: bytes) -> dict[str, str]:
    """A callback's fields, the last of each name, whether they came as a form or as JSON. Raises ValueError."""
    if "json" in content_type.casefold():
        try:
            told: Any = json.loads(body or b"{}")
        except RecursionError as error:
            raise ValueError("the body is no JSON that anybody meant") from error
        found: Mapping[str, Any] = told if isinstance(told, dict) else {}
        return {_plain(name): _plain(str(value)) for name, value in found.items() if isinstance(value, str | int)}
    return {_plain(name): _plain(values[-1]) for name, values in read_form(body).items()}


def _kind(status: str, code: int) -> ReportKind:
    if status not in FAILURES:
        return STATUSES.get(status, ReportKind.OTHER)
    fault = fault_of(code)
    return CODES.get(code) or (FAULTS[fault] if fault else ReportKind.SOFT_BOUNCED)


def _plain(text: str) -> str:
    """Without what PostgreSQL cannot keep."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
