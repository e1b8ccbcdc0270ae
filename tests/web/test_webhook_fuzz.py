"""Payloads as providers send them, with anything done to them: never a fault of ours, never stored twice, and read or set aside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine, text
from temporalio.testing import ActivityEnvironment

from activities.intake import Intake
from config.settings import Settings
from domain.intake import TakeInPage
from storage.forgotten import Register
from tests.activities.test_intake import FakeSignaller
from tests.web.posts import (
    BOUNDARY,
    FORM,
    KEYS,
    PASSWORD,
    PUBLIC_URL,
    multipart,
    sendgrid_headers,
    twilio_headers,
)
from tests.web.test_webhooks import client, with_settings
from web.sites import Site
from worker.wiring import make_takers

EVENTS: list[dict[str, Any]] = [
    {
        "email": "ada@candidates.example", "timestamp": 1_790_000_000, "event": event, "category": ["nurture", "spring"],
        "sg_event_id": f"{event}-1", "sg_message_id": "abc.filter0001.1.2", "touch_key": "ada/nurture/spring-1/hello/1",
        "smtp-id": "<abc@keepwarm.example>", "reason": "550 5.1.1 unknown", "status": "5.1.1", "type": "bounce",
        "tls": 1, "attempt": "3", "asm_group_id": 10, "pool": {"name": "main", "id": 3},
    }
    for event in (
        *("processed", "deferred", "delivered", "open", "click", "bounce", "dropped", "spamreport", "unsubscribe"),
        *("group_unsubscribe", "group_resubscribe"),
    )
]  # fmt: skip
SMS = {
    "MessageSid": "SM0123", "SmsSid": "SM0123", "AccountSid": "AC1", "From": "+4915112345678", "To": "+493012345",
    "Body": "Ja, gern – aber bitte STOP im Mai 🙂", "NumMedia": "0", "MessageStatus": "undelivered", "ErrorCode": "30005",
    "FromCity": "", "ApiVersion": "2010-04-01",
}  # fmt: skip
MAIL = multipart(
    headers="From: Ada <ada@candidates.example>\nTo: reply+abc@reply.keepwarm.example\nMessage-ID: <1@candidates.example>\n",
    envelope='{"to":["reply+abc@reply.keepwarm.example"],"from":"ada@candidates.example"}',
    charsets='{"to":"UTF-8","text":"iso-8859-1","subject":"UTF-8","from":"UTF-8"}',
    subject="Re: Ihre Bewerbung", text=b"pidi\xf3 m\xe1s\n> quoted", html="<p>ok</p>", dkim="{@x : pass}", attachments="1",
)  # fmt: skip
RAW = multipart(
    email=b"From: ada@candidates.example\nTo: talent@keepwarm.example\nSubject: hi\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nhello\n--b1\n"
    b'Content-Type: application/zip; name="../../x.zip"\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n--b1--\n'
)
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), st.just("\0\ud800"), st.just("9" * 400),
)  # fmt: skip
LARGE = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with pieces cut out, doubled, or replaced by others."""
    body = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(body)))
        until = min(len(body), at + draw(st.integers(0, 40)))
        body[at:until] = draw(
            st.one_of(st.binary(max_size=20), st.just(bytes(body[at:until]) * 2), st.just(b"\r\n--xYzZY"))
        )
    return bytes(body)


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """Some events with fields taken away, added, and holding anything."""
    told = []
    for event in draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=6)):
        changed = dict(event)
        for name in draw(st.lists(st.sampled_from([*event, "new field"]), max_size=5)):
            if draw(st.booleans()):
                changed.pop(name, None)
            else:
                changed[name] = draw(JUNK)
        told.append(changed)
    return json.dumps(told).encode("utf-8", "surrogatepass") + draw(st.sampled_from([b"", b"\r\n", b"\n\n"]))


@st.composite
def forms(draw: st.DrawFn) -> bytes:
    """An SMS, or the report of one, with fields taken away, added, and holding anything."""
    changed = {name: value for name, value in SMS.items() if draw(st.integers(0, 4))}
    changed |= draw(
        st.dictionaries(st.sampled_from([*SMS, "OptOutType", "MediaUrl0", "é"]), st.text(max_size=40), max_size=5)
    )
    return urlencode(changed, errors="replace").encode()


@pytest.fixture
async def http(site: Site) -> AsyncIterator[AsyncClient]:
    async with client(with_settings(site, **KEYS)) as made:
        yield made


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select count(*) from received")).scalar_one())


async def post_twice(http: AsyncClient, engine: Engine, path: str, body: bytes, headers: dict[str, str]) -> None:
    """What every request must keep to."""
    before = count(engine)
    first = await http.post(path, content=body, headers=headers)
    second = await http.post(path, content=body, headers=headers)
    assert first.status_code < 500
    assert second.status_code == first.status_code
    assert count(engine) - before <= (1 if first.status_code < 300 else 0)


async def take_everything_in(engine: Engine) -> list[str]:
    """Let the real takers read what was stored; the kinds of error that inputs ended with."""
    takers = make_takers(Settings(secret_key=SecretStr("k" * 40)))
    reading = Intake(engine, FakeSignaller(), takers, Register(b"k" * 40))
    after, done = 0, False
    while not done:
        page = await ActivityEnvironment().run(reading.take_in_page, TakeInPage(after))
        after, done = page.last, page.done
    with engine.connect() as connection:
        return list(connection.scalars(text("select distinct error from received where error <> ''")))


@LARGE
@given(body=st.one_of(events(), damaged(json.dumps(EVENTS).encode()), st.binary(max_size=200)))
async def test_event_webhooks(body: bytes, http: AsyncClient, engine: Engine) -> None:
    await post_twice(http, engine, "/webhooks/sendgrid/events", body, sendgrid_headers(body))
    assert set(await take_everything_in(engine)) <= {"ValueError"}


@LARGE
@given(
    body=st.one_of(damaged(MAIL), damaged(RAW)),
    kind=st.sampled_from([f"multipart/form-data; boundary={BOUNDARY}", FORM]),
)
async def test_inbound_mail(body: bytes, kind: str, http: AsyncClient, engine: Engine) -> None:
    await post_twice(http, engine, f"/webhooks/sendgrid/inbound/{PASSWORD}", body, {"content-type": kind})
    assert await take_everything_in(engine) == []


@LARGE
@given(body=st.one_of(forms(), damaged(urlencode(SMS).encode())), path=st.sampled_from(["status", "inbound"]))
async def test_sms_and_their_reports(body: bytes, path: str, http: AsyncClient, engine: Engine) -> None:
    target = f"/webhooks/twilio/{path}"
    try:
        headers = twilio_headers(PUBLIC_URL + target, body)
    except ValueError:
        headers = {"content-type": FORM, "x-twilio-signature": "AAAA"}
    await post_twice(http, engine, target, body, headers)
    assert await take_everything_in(engine) == []


@LARGE
@given(
    path=st.sampled_from(["sendgrid/events", "sendgrid/inbound", "sendgrid/inbound/x", "twilio/status", "twilio/inbound"]),
    method=st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    names=st.lists(
        st.sampled_from(["content-type", "authorization", "x-twilio-signature", "content-length", *sendgrid_headers(b"")]),
        max_size=5,
    ),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
    body=st.binary(max_size=100),
)  # fmt: skip
async def test_strangers(
    path: str, method: str, names: list[str], value: str, query: str, body: bytes, http: AsyncClient, engine: Engine
) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name in names]
    answer = await http.request(method, f"/webhooks/{path}", content=body, headers=headers, params={"q": query})
    assert 400 <= answer.status_code < 500
    assert count(engine) == 0
