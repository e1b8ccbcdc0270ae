"""What providers tell us is stored as it came, once, and answered; what is not theirs leaves no trace but a line in the log."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import Engine, text

from embedded.ports import free_port
from storage.database import make_engine
from tests.web.conftest import FakeDoor
from tests.web.posts import (
    BOUNDARY,
    FORM,
    KEYS,
    PASSWORD,
    PUBLIC_URL,
    Providers,
    multipart,
    sendgrid_headers,
    twilio_headers,
)
from web.app import create_app
from web.sites import Site
from web.webhooks import is_whole_form

EVENT = {"email": "ada@candidates.example", "event": "delivered", "sg_event_id": "e1", "timestamp": 1}
MAIL = multipart(headers="From: ada@candidates.example", text=b"pidi\xf3", charsets='{"text":"iso-8859-1"}')


def with_settings(site: Site, **values: Any) -> Site:
    secret = {"sendgrid_inbound_password", "twilio_auth_token"}
    given = {name: SecretStr(value) if name in secret and value else value for name, value in values.items()}
    return replace(site, settings=site.settings.model_copy(update=given))


def client(site: Site) -> AsyncClient:
    transport = ASGITransport(create_app(site), raise_app_exceptions=False, client=("203.0.113.7", 4321))
    return AsyncClient(transport=transport, base_url=PUBLIC_URL)


@pytest.fixture
async def providers(site: Site) -> AsyncIterator[Providers]:
    async with client(with_settings(site, **KEYS)) as http:
        yield Providers(http)


def stored(engine: Engine) -> list[tuple[str, bytes]]:
    with engine.connect() as connection:
        rows = connection.execute(text("select source, body from received order by id"))
        return [(row.source, row.body) for row in rows]


async def test_what_is_theirs_is_stored_byte_for_byte(providers: Providers, engine: Engine) -> None:
    body = b'[{"event":"delivered"},\r\n{"event":"open"}]\r\n'
    assert (await providers.events(body=body)).status_code == 200
    assert (await providers.mail(MAIL)).status_code == 200
    status = await providers.sms("status", MessageStatus="delivered")
    assert (status.status_code, status.content) == (204, b"")
    answer = await providers.sms(Body="Ja, gern")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response></Response>")
    sources = [source for source, _ in stored(engine)]
    assert sources == ["sendgrid_events", "sendgrid_inbound", "twilio_status", "twilio_inbound"]
    assert [raw for _, raw in stored(engine)][:2] == [body, MAIL]


async def test_the_same_again_is_answered_the_same_and_stored_once(providers: Providers, engine: Engine) -> None:
    for _ in range(3):
        assert (await providers.events(EVENT)).status_code == 200
        assert (await providers.mail(MAIL)).status_code == 200
        assert (await providers.sms(Body="x")).status_code == 200
    assert len(stored(engine)) == 3


async def test_what_was_tampered_with_or_is_stale_leaves_a_line_in_the_log_alone(
    providers: Providers, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b'[{"email":"ada@candidates.example"}]'
    good = sendgrid_headers(body)
    old = str(int(time.time()) - 601)
    ahead = str(int(time.time()) + 700)
    attempts = [
        (body + b" ", good),
        (body, good | {"x-twilio-email-event-webhook-timestamp": old}),
        (body, sendgrid_headers(body, old)),
        (body, sendgrid_headers(body, ahead)),
        (body, sendgrid_headers(body, "yesterday")),
        (body, {"content-type": "application/json"}),
    ]
    for content, headers in attempts:
        answer = await providers.http.post("/webhooks/sendgrid/events", content=content, headers=headers)
        assert answer.status_code == 403
    form = urlencode({"Body": "STOP", "From": "+4915112345678"}).encode()
    for path in ("status", "inbound"):
        url = f"/webhooks/twilio/{path}"
        for headers in ({}, twilio_headers(f"https://elsewhere.example{url}", form), {"x-twilio-signature": "AAAA"}):
            answer = await providers.http.post(url, content=form, headers={"content-type": FORM} | headers)
            assert answer.status_code == 403
    assert stored(engine) == []
    logged = capsys.readouterr().out
    assert logged.count("webhook refused") == len(attempts) + 6
    assert "ada@" not in logged
    assert "4915112345678" not in logged


async def test_inbound_mail_shows_its_password_by_http_or_in_the_path(providers: Providers, engine: Engine) -> None:
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}

    async def post(path: str, login: str = "") -> int:
        headers = kind | ({"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {})
        return (
            await providers.http.post(f"/webhooks/sendgrid/inbound{path}", content=MAIL, headers=headers)
        ).status_code

    assert await post("") == 401
    assert await post("", "sendgrid:wrong") == 401
    assert await post("", f"other:{PASSWORD}") == 401
    assert await post("/wrong-secret") == 403
    assert stored(engine) == []
    assert await post("", f"sendgrid:{PASSWORD}") == 200
    assert await post(f"/{PASSWORD}") == 200


async def test_the_secret_of_the_path_is_not_logged(providers: Providers, capsys: pytest.CaptureFixture[str]) -> None:
    await providers.mail(MAIL)
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.parametrize("path", ["sendgrid/events", "sendgrid/inbound", "twilio/status", "twilio/inbound"])
async def test_without_its_key_nothing_is_believed_and_the_answer_names_it(
    path: str, site: Site, engine: Engine
) -> None:
    async with client(site) as http:
        body = b"[]"
        answer = await http.post(f"/webhooks/{path}", content=body, headers=sendgrid_headers(body))
    assert answer.status_code == 403
    assert "is not set" in answer.json()["detail"]
    assert stored(engine) == []


async def test_twilio_may_have_been_told_the_address_in_other_ways(site: Site, engine: Engine) -> None:
    form = b"MessageSid=SM1&Body="
    behind = with_settings(site, **KEYS, public_url="https://acme.example/talent")
    path = "/webhooks/twilio/inbound?a=O'Neill"
    signed = [
        f"https://acme.example/talent{path}",
        f"https://acme.example{path}",
        f"https://acme.example:443/talent{path}",
        f"https://acme.example/talent{path}".replace("'", "%27"),
        f"https://twilio:geheim@acme.example/talent{path}",
    ]
    login = {"authorization": f"Basic {base64.b64encode(b'twilio:geheim').decode()}"}
    async with client(behind) as http:
        for url in signed:
            answer = await http.post(path, content=form, headers=twilio_headers(url, form) | login)
            assert answer.status_code == 200, url
    assert len(stored(engine)) == 1


@pytest.mark.parametrize(
    ("said", "answered"),
    [("HELP", False), ("info", False), ("Hilfe", True), ("aide", True), ("hello", False), ("", False)],
)
async def test_help_is_answered_where_twilio_does_not_itself(providers: Providers, said: str, answered: bool) -> None:
    answer = await providers.sms(Body=said)
    assert ("<Message>Acme &lt;Söhne&gt;" in answer.text) is answered
    assert ("STOP" in answer.text) is answered
    assert "<Message>" not in (await providers.sms(Body=said, OptOutType="HELP")).text


async def test_help_is_answered_to_the_bare_word_too_where_twilio_was_told_not_to(site: Site) -> None:
    async with client(with_settings(site, **KEYS, twilio_answers_help=False)) as http:
        assert "<Message>" in (await Providers(http).sms(Body="HELP")).text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", MAIL),
        ("multipart/form-data; boundary=", MAIL),
        ("multipart/form-data; boundary=other", MAIL),
        (f"multipart/form-data; boundary={BOUNDARY}", MAIL[:-12]),
        (f"multipart/form-data; boundary={BOUNDARY}", b"x" + MAIL),
        (f"multipart/form-data; boundary={'b' * 300}", MAIL),
        ("application/json", b"{}"),
        ("", MAIL),
    ],
)
async def test_a_broken_form_is_refused(providers: Providers, engine: Engine, kind: str, body: bytes) -> None:
    answer = await providers.mail(body, **{"content-type": kind})
    assert answer.status_code == 400
    assert stored(engine) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (f'multipart/form-data; boundary="{BOUNDARY}"', MAIL),
        (f"Multipart/Form-Data; charset=utf-8; Boundary={BOUNDARY}; x=y", MAIL),
        (f"multipart/form-data; boundary={BOUNDARY}", MAIL.replace(b"\r\n", b"\n")),
        (f"multipart/form-data; boundary={BOUNDARY}", b""),
        ("application/x-www-form-urlencoded", b"text=x"),
    ],
)
def test_whole_forms_are_taken_as_they_come(kind: str, body: bytes) -> None:
    assert is_whole_form(kind, body)


async def test_while_the_database_is_down_nothing_is_acknowledged(site: Site) -> None:
    nowhere = make_engine(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    async with client(with_settings(replace(site, engine=nowhere), **KEYS)) as http:
        providers = Providers(http)
        for answer in (await providers.events(EVENT), await providers.mail(MAIL), await providers.sms(Body="x")):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_while_temporal_is_down_they_are_stored_all_the_same(
    providers: Providers, door: FakeDoor, engine: Engine
) -> None:
    door.closed = True
    assert (await providers.events(EVENT)).status_code == 200
    assert len(stored(engine)) == 1


async def test_the_address_of_a_provider_is_only_for_posts(providers: Providers) -> None:
    for path in ("sendgrid/events", "sendgrid/inbound", "twilio/status", "twilio/inbound"):
        assert (await providers.http.get(f"/webhooks/{path}")).status_code == 405
