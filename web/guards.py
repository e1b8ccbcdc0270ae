"""What stands before every route: headers, a log line without personal links, and who may call the API."""

from __future__ import annotations

import hmac
import time
from ipaddress import ip_address
from typing import Annotated

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

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "origin")
_BEARER = HTTPBearer(auto_error=False, description="The value of KEEPWARM_API_TOKEN")
log = structlog.get_logger(__name__)


class Shield:
    """ASGI middleware: adds HEADERS, and logs each request by its route, never by its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
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


class ApiGuard:
    """A dependency: 401 without KEEPWARM_API_TOKEN's value as bearer token; 403 from elsewhere where there is no token."""

    def __init__(self, settings: Settings) -> None:
        token = settings.api_token
        self._expected = token.get_secret_value().encode() if token else None

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> None:
        """Returns for who may ask."""
        if self._expected is not None:
            if given is None or not hmac.compare_digest(given.credentials.encode(), self._expected):
                raise HTTPException(
                    401, "send `Authorization: Bearer` with KEEPWARM_API_TOKEN's value", {"WWW-Authenticate": "Bearer"}
                )
        elif not is_local(request):
            raise HTTPException(
                403, "KEEPWARM_API_TOKEN is not set, so only programs on the same machine may ask; set it, then send it"
            )


def is_local(request: Request) -> bool:
    """Whether a program on this machine asks directly: not through a proxy, and not a browser sent here by another site."""
    client = request.client.host if request.client else ""
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(client) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
