"""Requests as SendGrid and Twilio make them, signed, to an application in-process."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx import AsyncClient, Response

from channels.twilio_signature import read_form

PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
TWILIO_TOKEN = "twilio-auth-token"
PASSWORD = "p" * 24
PUBLIC_URL = "https://talent.acme.example"
BOUNDARY = "xYzZY"
FORM = "application/x-www-form-urlencoded"
KEYS: dict[str, Any] = {
    "sendgrid_webhook_key": PUBLIC,
    "sendgrid_inbound_password": PASSWORD,
    "twilio_auth_token": TWILIO_TOKEN,
}
"""The settings that let these requests in."""


def sendgrid_headers(body: bytes, stamp: str = "") -> dict[str, str]:
    """The headers of an Event Webhook's request."""
    stamp = stamp or str(int(time.time()))
    signature = PRIVATE.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return {
        "content-type": "application/json",
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": stamp,
    }


def twilio_headers(url: str, body: bytes, kind: str = FORM) -> dict[str, str]:
    """The headers of Twilio's request to a URL, for a form in which each name stands once."""
    fields = read_form(body) if kind == FORM else {}
    signed = url + "".join(name + fields[name][-1] for name in sorted(fields))
    digest = hmac.new(TWILIO_TOKEN.encode(), signed.encode("utf-8", "surrogateescape"), hashlib.sha1).digest()
    return {"content-type": kind, "x-twilio-signature": base64.b64encode(digest).decode()}


def multipart(**fields: str | bytes) -> bytes:
    """A form as Inbound Parse sends it."""
    parts = []
    for name, value in fields.items():
        content = value.encode() if isinstance(value, str) else value
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Providers:
    """Both, with a client of the application."""

    http: AsyncClient

    async def events(self, *events: dict[str, Any], body: bytes | None = None, stamp: str = "") -> Response:
        raw = json.dumps(events).encode() + b"\r\n" if body is None else body
        return await self.http.post("/webhooks/sendgrid/events", content=raw, headers=sendgrid_headers(raw, stamp))

    async def mail(self, body: bytes, **headers: str) -> Response:
        kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        return await self.http.post(f"/webhooks/sendgrid/inbound/{PASSWORD}", content=body, headers=kind | headers)

    async def sms(self, path: str = "inbound", **fields: str) -> Response:
        body = urlencode({"MessageSid": "SM1", "From": "+4915112345678"} | fields).encode()
        target = f"/webhooks/twilio/{path}"
        return await self.http.post(target, content=body, headers=twilio_headers(PUBLIC_URL + target, body))
