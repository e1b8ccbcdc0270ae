"""Twilio's signature, in every way in which it writes the same URL down."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio_signature import Form, holds, read_form

TOKEN = "an auth token"
URL = "https://talent.acme.example/webhooks/twilio/inbound"
FORM = {"From": "+4915112345678", "Body": "Ja, gern – bis Montag", "NumMedia": "0", "FromCity": ""}


def sign(url: str, signed: str) -> str:
    return base64.b64encode(hmac.new(TOKEN.encode(), (url + signed).encode(), hashlib.sha1).digest()).decode()


def in_order(form: dict[str, str]) -> str:
    return "".join(name + form[name] for name in sorted(form))


def test_a_form_holds_as_fields_and_as_raw_bytes_empty_fields_included() -> None:
    signature = sign(URL, in_order(FORM))
    assert holds(TOKEN, URL, FORM, signature)
    assert holds(TOKEN, URL, urlencode(FORM).encode(), signature)
    assert not holds(TOKEN, URL, FORM | {"FromCity": "Ulm"}, signature)
    assert not holds("another token", URL, FORM, signature)


@pytest.mark.parametrize(
    "signed",
    [URL, URL.replace(".example/", ".example:443/")],
    ids=["without the port", "with the port"],
)
@pytest.mark.parametrize(
    "given_url", [URL, URL.replace(".example/", ".example:443/")], ids=["ours without", "ours with"]
)
def test_the_standard_port_may_be_signed_or_not(signed: str, given_url: str) -> None:
    assert holds(TOKEN, given_url, FORM, sign(signed, in_order(FORM)))


def test_a_port_of_our_own_may_have_been_left_out() -> None:
    ours = "http://talent.acme.example:8000/webhooks/twilio/inbound"
    for signed in (ours, ours.replace(":8000", "")):
        assert holds(TOKEN, ours, FORM, sign(signed, in_order(FORM)))


def test_user_information_in_the_url_is_signed_with_it_or_not() -> None:
    ours = URL.replace("https://", "https://twilio:geheim@")
    for signed in (ours, URL, ours.replace(".example/", ".example:443/")):
        assert holds(TOKEN, ours, FORM, sign(signed, in_order(FORM)))
    assert not holds(TOKEN, URL, FORM, sign(ours, in_order(FORM)))


@pytest.mark.parametrize("ours", ["?name=O'Neill", "?name=O%27Neill"])
@pytest.mark.parametrize("signed", ["?name=O'Neill", "?name=O%27Neill"])
def test_an_apostrophe_in_the_query_may_be_signed_as_27(ours: str, signed: str) -> None:
    assert holds(TOKEN, URL + ours, FORM, sign(URL + signed, in_order(FORM)))


def test_several_values_of_a_name_are_signed_each_once_in_their_order() -> None:
    form: Form = {"MediaUrl": ["b", "a", "b"], "Body": "x"}
    signature = sign(URL, "BodyxMediaUrlaMediaUrlb")
    assert holds(TOKEN, URL, form, signature)
    assert holds(TOKEN, URL, b"MediaUrl=b&Body=x&MediaUrl=a&MediaUrl=b", signature)


def test_a_body_that_is_no_form_is_known_by_its_digest() -> None:
    body = b'{"status": "ok"}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = sign(url, "")
    assert holds(TOKEN, url, body, signature)
    assert holds(TOKEN, url, {}, signature)
    assert not holds(TOKEN, url, body + b" ", signature)


def test_an_empty_body_is_an_empty_form() -> None:
    assert holds(TOKEN, URL, b"", sign(URL, ""))


@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_refused_without_a_fault(body: bytes, query: str, signature: str) -> None:
    assert not holds(TOKEN, f"{URL}?{query}", body, signature)


def test_a_form_of_thousands_of_fields_is_none() -> None:
    with pytest.raises(ValueError, match="fields"):
        read_form(b"&".join(b"a%d=1" % number for number in range(1_001)))
