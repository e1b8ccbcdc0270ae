"""SendGrid's signature under its Event Webhook: ECDSA with SHA-256 over the timestamp and the raw bytes.

Source: Twilio SendGrid, "Getting Started with the Event Webhook Security Features".
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature"
TIMESTAMP_HEADER = "x-twilio-email-event-webhook-timestamp"


def holds(public_key: str, payload: bytes, signature: str, timestamp: str) -> bool:
    """Whether SendGrid signed exactly these bytes. `public_key` is the verification key as its settings page shows it.

    Raises ValueError where the key is none; never for what a stranger sent.
    """
    key = read_key(public_key)
    try:
        signed = base64.b64decode(signature, validate=True)
        key.verify(signed, timestamp.encode() + payload, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def is_recent(timestamp: str, now: datetime, tolerance: timedelta) -> bool:
    """Whether a request was signed within the tolerance of now, earlier or (clocks differ) later. `timestamp` is Unix seconds."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= tolerance


@lru_cache(maxsize=8)
def read_key(public_key: str) -> EllipticCurvePublicKey:
    """The verification key: base64 of its DER form, with or without PEM's lines around it. Raises ValueError."""
    lines = [line.strip() for line in public_key.splitlines() if not line.startswith("-----")]
    try:
        key = load_der_public_key(base64.b64decode("".join(lines), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("it is no public key; copy the verification key from SendGrid's Mail Settings") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("it is a public key of another kind; SendGrid's is one for ECDSA")  # noqa: TRY004 - a bad value
    return key
