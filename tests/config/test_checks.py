"""What a setting's text must look like, for what comes in from outside."""

from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr

from config import checks

KEY = base64.b64encode(bytes(range(91))).decode()


def test_a_key_may_come_with_the_lines_of_pem_around_it() -> None:
    pem = f"-----BEGIN PUBLIC KEY-----\n{KEY[:64]}\n{KEY[64:]}\n-----END PUBLIC KEY-----\n"
    assert checks.public_key(pem) == checks.public_key(KEY) == KEY


@pytest.mark.parametrize("text", ["", "abc", KEY[:-1], f"{KEY}!", "ü" * 80])
def test_half_a_key_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="verification key again"):
        checks.public_key(text)


@pytest.mark.parametrize("text", ["short", "with a blank in it", "slash/slash/slash/slash", "colon:colon:colon"])
def test_a_password_that_stands_in_a_path_is_long_and_plain(text: str) -> None:
    with pytest.raises(ValueError, match="at least 16"):
        checks.path_secret(SecretStr(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "10.0.0.5,192.168.0.0/16", "*", "2001:db8::/32, ::1"])
def test_proxies_are_addresses_or_networks(text: str) -> None:
    assert checks.networks(text) == text


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0", "10.0.0.0/40", ""])
def test_a_name_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="addresses or networks"):
        checks.networks(text)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://talent.acme.example", True),
        ("https://1.1.1.1:8443/x", True),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://10.0.0.1", False),
        ("http://localhost", False),
        ("http://web.local", False),
        ("http://web", False),
    ],
)
def test_which_addresses_others_may_reach(url: str, public: bool) -> None:
    assert checks.is_public(url) is public
