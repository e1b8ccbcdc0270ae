"""What stands before every route: headers, a log line without personal links, and who may call the API."""

from __future__ import annotations

import hmac
import re
import time
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import Settings

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise. A candidate's link opens their page, so it must not leak by a referrer."""

_FOR_PEOPLE = ("/u/", "/c/", "/join")
_MULTIPART = re.compile(rb"\s*multipart/form-data\s*;.*?\bboundary=(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE | re.DOTALL)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "origin")
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
_BEARER = HTTPBearer(auto_error=False, description="The value of KEEPWARM_API_TOKEN")
log = structlog.get_logger(__name__)


class Shield:
    """ASGI middleware: adds HEADERS, reads people's forms as UTF-8, and logs each request by its route, never by its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["client"] = _an_address(scope.get("client"))
        if is_for_people(scope):
            scope["headers"] = [(name, _as_utf8(name, value)) for name, value in scope["headers"]]
        began, status = time.monotonic(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            if route not in ("/healthz", "/readyz"):
                milliseconds = round((time.monotonic() - began) * 1000)
                log.info("answered", method=scope["method"], route=route, status=status, ms=milliseconds)


def _an_address(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """Who asks, where that is an address: a proxy that is believed passes on what strangers wrote, and it is kept with their consent."""
    try:
        return client and (str(ip_address(client[0])), client[1])
    except ValueError:
        return None


def is_for_people(scope: Scope) -> bool:
    """Whether a candidate's page is asked for, rather than something for programs."""
    return str(scope["path"]).startswith(_FOR_PEOPLE)


def _as_utf8(name: bytes, value: bytes) -> bytes:
    """A form's content type less its charset: ours are UTF-8, and of Python's many codecs some raise what nobody expects, some make halves
    of surrogate pairs, and some take quadratic time. RFC 7578 §5.1.2 knows no such parameter."""
    found = _MULTIPART.match(value) if name == b"content-type" else None
    return b"multipart/form-data; boundary=" + found[1] if found else value


class ApiGuard:
    """A dependency: 401 without KEEPWARM_API_TOKEN's value as bearer token. Where there is no token, 403 but for this machine's programs,
    and for them too where KEEPWARM_PUBLIC_URL is another machine's address: a proxy need not say for whom it asks (nginx does not)."""

    def __init__(self, settings: Settings) -> None:
        token = settings.api_token
        self._expected = token.get_secret_value().encode() if token else None
        self._is_behind = not _is_loopback(urlsplit(settings.public_url).hostname or "")

    @property
    def without_token(self) -> str:
        """Who may ask where there is no token."""
        return "nobody may ask" if self._is_behind else "only programs on the same machine may ask"

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> None:
        """Returns for who may ask."""
        if self._expected is not None:
            if given is None or not hmac.compare_digest(given.credentials.encode(), self._expected):
                raise HTTPException(
                    401, "send `Authorization: Bearer` with KEEPWARM_API_TOKEN's value", {"WWW-Authenticate": "Bearer"}
                )
        elif self._is_behind or not is_local(request):
            raise HTTPException(403, f"KEEPWARM_API_TOKEN is not set, so {self.without_token}; set it, then send it")


def is_local(request: Request) -> bool:
    """Whether a program on this machine asks directly: not through a proxy, and not a browser sent here by another site."""
    client = request.client.host if request.client else ""
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(client) and _is_loopback(_host(request))


def _host(request: Request) -> str:
    """The host that the request itself names, without its port."""
    named = _HOST.fullmatch(request.headers.get("host", ""))
    return named[1].strip("[]") if named else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
