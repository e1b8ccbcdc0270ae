"""Only what SendGrid signed, byte for byte, and lately."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from channels.sendgrid_signature import holds, is_recent, read_key

PRIVATE = ec.generate_private_key(ec.SECP256R1())
DER = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
KEY = base64.b64encode(DER).decode()
BODY = b'[{"email":"ada@candidates.example","event":"delivered"},\r\n{"event":"open"}]\r\n'
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))


def sign(body: bytes, stamp: str) -> str:
    return base64.b64encode(PRIVATE.sign(stamp.encode() + body, ec.ECDSA(SHA256()))).decode()


SIGNATURE = sign(BODY, STAMP)


def test_what_was_signed_holds_line_ends_and_all() -> None:
    assert holds(KEY, BODY, SIGNATURE, STAMP)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int) -> None:
    changed = BODY[:place] + bytes([BODY[place] ^ change]) + BODY[place + 1 :]
    assert not holds(KEY, changed, SIGNATURE, STAMP)


@given(st.text(max_size=120), st.text(max_size=20))
def test_whatever_stands_in_the_headers_is_refused_without_a_fault(signature: str, stamp: str) -> None:
    assert not holds(KEY, BODY, signature, stamp)
    assert not holds(KEY, BODY, SIGNATURE, stamp + "0")


def test_the_key_may_stand_between_the_lines_of_pem() -> None:
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert holds(pem, BODY, SIGNATURE, STAMP)


@pytest.mark.parametrize("text", ["", "no key", base64.b64encode(b"no key").decode()])
def test_what_is_no_key_is_named_so(text: str) -> None:
    with pytest.raises(ValueError, match="no public key"):
        read_key(text)


def test_a_key_of_another_kind_is_named_so() -> None:
    other = rsa.generate_private_key(65537, 2048).public_key()
    text = base64.b64encode(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    with pytest.raises(ValueError, match="another kind"):
        read_key(text)


@pytest.mark.parametrize(
    ("seconds", "recent"), [(0, True), (-600, True), (600, True), (-601, False), (601, False), (-86_400 * 365, False)]
)
def test_only_what_was_signed_lately_counts(seconds: int, recent: bool) -> None:
    stamp = str(int(NOW.timestamp()) + seconds)
    assert is_recent(stamp, NOW, timedelta(minutes=10)) is recent


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "٣" * 10, "9" * 40, "1732442400.5"])
def test_what_is_no_moment_is_not_recent(stamp: str) -> None:
    assert not is_recent(stamp, NOW, timedelta(days=36_500))
