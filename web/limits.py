"""How much anybody may ask: bytes and seconds of a request's body, and requests a minute, by address and by the link that is opened.

Rates are counted in this process alone: they keep one stranger from taking a process up, and are no measure of anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog
from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.rates import MINUTE, Rates, network_of

KIB, MIB = 1024, 1024 * 1024
BODY_LIMIT = 64 * KIB
"""Bytes of a request's body where nothing else is said. A one-click POST has 26, a form of ours a few hundred."""
BODY_SECONDS = 15.0
"""How long a body may take to come in."""
MOST_HELD = 192 * MIB
"""Of large bodies under way in a process together: who sent them is known only when they are here. Four mails of the largest fit."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What requests below a path may take: bytes and seconds of their body, requests a minute from one address and, for links, by one
    token, which is the path's second part. `status` is the answer beyond a rate: 503 where the other side tries again only then."""

    path: str
    bytes: int = BODY_LIMIT
    seconds: float = BODY_SECONDS
    per_address: int = 0
    per_token: int = 0
    status: int = 429


ALLOWANCES = (
    Allowance("/webhooks/sendgrid/inbound", 35 * MIB, 120.0, per_address=3_000, status=503),
    Allowance("/webhooks/sendgrid/events", 4 * MIB, 30.0, per_address=12_000, status=503),
    Allowance("/webhooks/", 256 * KIB, per_address=12_000, status=503),
    Allowance("/api/", per_address=3_000),
    Allowance("/u/", per_address=600, per_token=120),
    Allowance("/c/", per_address=1_200, per_token=300),
    Allowance("/join", per_address=60),
    Allowance(""),
)
"""The first that a path begins with holds. SendGrid passes on mails of up to 30 MB; all else that comes is small. A company's whole
office may share one address; a provider sends everything from a few. `/healthz`, `/metrics` and `/assets` have no rate."""


Answer = Callable[[Request, int, str, dict[str, str]], Response]


def answer_programs(_request: Request, status: int, detail: str, headers: dict[str, str]) -> Response:
    """A refusal as programs read it."""
    return JSONResponse({"detail": detail}, status, headers)


class Limits:
    """ASGI middleware that holds requests to their allowance. `answer` words a refusal for whoever asks."""

    def __init__(self, app: ASGIApp, answer: Answer = answer_programs) -> None:
        self._app = app
        self._answer = answer
        self._rates = Rates(MINUTE)
        self._held = _Held()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = next(one for one in ALLOWANCES if scope["path"].startswith(one.path))
        if wait := self._wait(scope, allowed):
            log.warning("too many requests", below=allowed.path)
            said = f"too many requests; try again in {wait} seconds"
            refusal = self._answer(Request(scope), allowed.status, said, {"retry-after": str(wait)})
            await refusal(scope, receive, send)
            return
        body = _Body(allowed, receive, _stated_length(scope), self._held)

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and body.is_cut:
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        try:
            await self._app(scope, body.receive, send_and_close)
        finally:
            body.let_go()

    def _wait(self, scope: Scope, allowed: Allowance) -> int:
        """Seconds to wait before another request; 0 where this one may pass."""
        wait = 0
        client = scope["client"][0] if scope.get("client") else ""
        if allowed.per_address:
            wait = self._rates.wait(allowed.path, network_of(client), allowed.per_address)
        if not wait and allowed.per_token:
            token = scope["path"].removeprefix(allowed.path).partition("/")[0]
            wait = self._rates.wait(f"{allowed.path}token", token, allowed.per_token)
        return wait


@dataclass(slots=True)
class _Held:
    """Bytes of large bodies that are in memory now."""

    bytes: int = 0


class _Body:
    """A request's body as the application is given it: cut off where it is too large or too slow."""

    def __init__(self, allowed: Allowance, receive: Receive, stated: int, held: _Held) -> None:
        self._allowed = allowed
        self._held = held
        self._receive = receive
        self._stated = stated
        self._count = 0
        self._deadline = asyncio.get_running_loop().time() + allowed.seconds
        self._is_whole = False
        self.is_cut = False

    async def receive(self) -> Message:
        """The next part. Raises HTTPException 413 and 408."""
        if self._is_whole:
            return await self._receive()
        if self._stated > self._allowed.bytes:
            self._cut(413, f"the request is larger than {self._allowed.bytes} bytes")
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self._cut(408, f"the request took more than {self._allowed.seconds:g} seconds to come in")
        self._take(len(message.get("body", b"")))
        if self._count > self._allowed.bytes:
            self._cut(413, f"the request is larger than {self._allowed.bytes} bytes")
        self._is_whole = not message.get("more_body", False)
        return message

    def let_go(self) -> None:
        """The request is over."""
        if self._allowed.bytes > BODY_LIMIT:
            self._held.bytes -= self._count
        self._count = 0

    def _take(self, size: int) -> None:
        self._count += size
        if self._allowed.bytes > BODY_LIMIT:
            self._held.bytes += size
            if self._held.bytes > MOST_HELD:
                self._cut(503, "too much comes in at once; try again in a minute")

    def _cut(self, status: int, why: str) -> NoReturn:
        self.is_cut = True
        raise HTTPException(status, why)


def _stated_length(scope: Scope) -> int:
    told = Headers(scope=scope).get("content-length", "")
    return int(told[:16]) if told.isascii() and told.isdigit() else 0
