"""Whoever sends too much, too often or too slowly is told so, and holds nobody else up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException
from httpx import ASGITransport, AsyncClient
from starlette.types import Message, Scope

from web import limits
from web.limits import ALLOWANCES, BODY_LIMIT, Allowance, Limits
from web.rates import MINUTE


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI()
    made.add_middleware(Limits)

    @made.post("/{path:path}")
    async def echo(request: Request) -> int:
        return len(await request.body())

    return made


def client(app: FastAPI, address: str = "203.0.113.7") -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app, client=(address, 1)), base_url="https://talent.acme.example")


async def endless(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000 + 2):
        yield b"x" * 1000


@pytest.mark.parametrize("path", ["/u/token", "/api/v1/candidates", "/join", "/nowhere"])
async def test_a_body_is_bounded_whether_or_not_its_length_is_stated(path: str, app: FastAPI) -> None:
    async with client(app) as http:
        assert (await http.post(path, content=b"x" * BODY_LIMIT)).json() == BODY_LIMIT
        for content in (b"x" * (BODY_LIMIT + 1), endless(BODY_LIMIT)):
            answer = await http.post(path, content=content)
            assert (answer.status_code, answer.headers["connection"]) == (413, "close")


async def test_a_mail_of_thirty_megabytes_comes_in_where_mails_do_and_nowhere_else(app: FastAPI) -> None:
    mail = b"x" * (30 * limits.MIB)
    async with client(app) as http:
        assert (await http.post("/webhooks/sendgrid/inbound/secret", content=mail)).json() == len(mail)
        assert (await http.post("/webhooks/sendgrid/events", content=mail)).status_code == 413
        assert (await http.post("/webhooks/twilio/inbound", content=mail)).status_code == 413


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    few = (
        Allowance("/webhooks/", per_address=2, status=503),
        Allowance("/c/", per_address=5, per_token=2),
        ALLOWANCES[-1],
    )
    monkeypatch.setattr(limits, "ALLOWANCES", few)


@pytest.mark.usefixtures("scarce")
async def test_beyond_its_rate_an_address_waits_and_others_do_not(app: FastAPI) -> None:
    async with client(app) as http, client(app, "198.51.100.1") as other:
        assert [(await http.post("/webhooks/x")).status_code for _ in range(3)] == [200, 200, 503]
        assert 1 <= int((await http.post("/webhooks/x")).headers["retry-after"]) <= 2 * MINUTE
        assert (await other.post("/webhooks/x")).status_code == 200
        assert [(await http.post("/healthz")).status_code for _ in range(9)] == [200] * 9


@pytest.mark.usefixtures("scarce")
async def test_one_link_is_opened_only_so_often_wherever_from(app: FastAPI) -> None:
    async with client(app) as http, client(app, "198.51.100.1") as other:
        assert [(await http.post("/c/tok/status")).status_code for _ in range(2)] == [200, 200]
        assert (await other.post("/c/tok/profile")).status_code == 429
        assert (await other.post("/c/another/status")).status_code == 200


@pytest.mark.usefixtures("scarce")
@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
async def test_a_network_of_ipv6_counts_as_one_address(first: str, second: str, same: bool, app: FastAPI) -> None:
    async with client(app, first) as http, client(app, second) as other:
        for _ in range(2):
            await http.post("/webhooks/x")
        assert (await other.post("/webhooks/x")).status_code == (503 if same else 200)


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALLOWANCES", (replace(ALLOWANCES[-1], seconds=0.01),))

    async def read(_scope: Scope, receive: object, _send: object) -> None:
        assert callable(receive)
        await receive()

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def nobody(_message: Message) -> None:
        raise AssertionError

    scope: Scope = {"type": "http", "path": "/x", "headers": [], "client": None}
    with pytest.raises(HTTPException) as late:
        await Limits(read)(scope, never, nobody)
    assert late.value.status_code == 408


async def test_large_bodies_are_bounded_together(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_HELD", 5 * limits.MIB)
    hold = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * (3 * limits.MIB)
        await hold.wait()
        yield b"x"

    async with client(app) as http:
        events = "/webhooks/sendgrid/events"
        first = asyncio.create_task(http.post(events, content=slow()))
        await asyncio.sleep(0)
        while not (refused := await http.post(events, content=b"x" * (3 * limits.MIB))).is_error:
            await asyncio.sleep(0)
        assert (refused.status_code, refused.headers["connection"]) == (503, "close")
        assert (await http.post("/u/token", content=b"x" * BODY_LIMIT)).status_code == 200
        hold.set()
        assert (await first).json() == 3 * limits.MIB + 1
        assert (await http.post(events, content=b"x" * (4 * limits.MIB))).status_code == 200


async def test_a_request_for_no_path_at_all_is_answered(app: FastAPI) -> None:
    sent: list[Message] = []

    async def note(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    scope: Scope = {
        "type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": [],
        "client": None, "scheme": "http", "server": None, "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    await app(scope, nothing, note)
    assert sent[0]["status"] == 404


PEOPLE = [("/c/token/status", "de", "Zu viele Anfragen"), ("/u/token", "fr", "Trop de demandes")]


@pytest.mark.parametrize(("path", "language", "title"), PEOPLE)
async def test_people_are_asked_to_wait_by_a_page(
    path: str, language: str, title: str, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    scarce = tuple(replace(one, per_address=one.per_address and 1) for one in ALLOWANCES)
    monkeypatch.setattr(limits, "ALLOWANCES", scarce)
    await http.get(path)
    answer = await http.get(path, headers={"accept-language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(answer.headers["retry-after"]) >= 1
    assert f"<h1>{title}</h1>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for _ in range(2):
        program = await http.post("/webhooks/twilio/status")
    assert program.status_code == 503
    assert "try again in" in program.json()["detail"]
