"""What providers tell us: authenticated, stored as it came, answered at once. Reading it is the intake's work.

An answer of 2xx says that it is stored, now or before. 4xx says that trying again is no use, 5xx that it is.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import NoReturn
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from channels import sendgrid_signature, twilio_signature
from channels.twilio_status import read_fields
from config.settings import env_name
from domain.smswords import SmsWord, sms_word
from storage import received
from web.nudges import Nudger
from web.sites import Site

LARGE_AT_ONCE = 4
"""Mails that are taken in at once; further ones wait unread, so that memory stays bounded."""
MOST_BOUNDARY = 256
"""Characters of a multipart boundary; RFC 2046 §5.1.1 allows 70."""
TWILIO_HELP = frozenset({"HELP", "INFO"})
HELP_WORDS = {
    "en": "{company}: reply STOP to get no more messages. Questions: {address}. Message and data rates may apply.",
    "de": "{company}: Antworten Sie STOP, um keine Nachrichten mehr zu erhalten. Fragen: {address}.",
}
"""Who writes, how it ends, and whom to ask (CTIA Messaging Principles §5.1.3)."""
log = structlog.get_logger(__name__)


def router(site: Site, nudger: Nudger) -> APIRouter:
    """The routes below `/webhooks`."""
    routes = APIRouter(prefix="/webhooks", include_in_schema=False)
    desk = _Desk(site, nudger)
    large = asyncio.Semaphore(LARGE_AT_ONCE)

    @routes.post("/sendgrid/events")
    async def sendgrid_events(request: Request) -> Response:
        await desk.store(request, received.SENDGRID_EVENTS, await _sendgrid_body(site, request))
        return Response(status_code=200)

    @routes.post("/sendgrid/inbound")
    @routes.post("/sendgrid/inbound/{secret}")
    async def sendgrid_inbound(request: Request, secret: str = "") -> Response:
        _check_inbound(site, request, secret)
        async with large:
            body = await request.body()
            if not is_whole_form(request.headers.get("content-type", ""), body):
                _refuse("inbound", 400, "the body is no whole form; SendGrid's Inbound Parse sends multipart/form-data")
            await desk.store(request, received.SENDGRID_INBOUND, body)
        return Response(status_code=200)

    @routes.post("/twilio/status")
    async def twilio_status(request: Request) -> Response:
        body = await _twilio_body(site, request)
        message = request.query_params.get("message", "")[:300]
        await desk.store(request, received.TWILIO_STATUS, body, {"message": message} if message else {})
        return Response(status_code=204)

    @routes.post("/twilio/inbound")
    async def twilio_inbound(request: Request) -> Response:
        body = await _twilio_body(site, request)
        await desk.store(request, received.TWILIO_INBOUND, body)
        return Response(twiml(help_for(site, request.headers.get("content-type", ""), body)), media_type="text/xml")

    return routes


class _Desk:
    """Where what was authenticated is put down."""

    def __init__(self, site: Site, nudger: Nudger) -> None:
        self._site = site
        self._nudger = nudger

    async def store(self, request: Request, source: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Keep a body and have it read soon. The same body again is the same input: providers try again what they got no answer to."""
        content_type = request.headers.get("content-type", "")
        number = await run_in_threadpool(self._store, source, content_type, headers or {}, body)
        log.info("received", source=source, received=number, size=len(body), again=number is None)
        self._nudger.nudge()

    def _store(self, source: str, content_type: str, headers: dict[str, str], body: bytes) -> int | None:
        with self._site.engine.begin() as connection:
            return received.store(connection, source, sha256(body).hexdigest(), content_type, headers, body)


async def _sendgrid_body(site: Site, request: Request) -> bytes:
    """The raw bytes that SendGrid signed, lately. Raises HTTPException 403."""
    key = site.settings.sendgrid_webhook_key
    signature = request.headers.get(sendgrid_signature.SIGNATURE_HEADER, "")
    stamp = request.headers.get(sendgrid_signature.TIMESTAMP_HEADER, "")
    if key is None:
        _refuse("sendgrid", 403, f"{env_name('sendgrid_webhook_key')} is not set, so nothing can be believed")
    if not signature or not stamp:
        _refuse("sendgrid", 403, "the request is not signed; turn on SendGrid's Signed Event Webhook")
    if not sendgrid_signature.is_recent(stamp, datetime.now(UTC), site.settings.webhook_tolerance):
        _refuse("sendgrid", 403, "the request was signed too long ago, or not yet")
    body = await request.body()
    if not sendgrid_signature.holds(key, body, signature, stamp):
        _refuse("sendgrid", 403, "the signature does not hold")
    return body


async def _twilio_body(site: Site, request: Request) -> bytes:
    """The raw bytes that Twilio signed together with our public address. Raises HTTPException 403."""
    token = site.settings.twilio_auth_token
    signature = request.headers.get(twilio_signature.SIGNATURE_HEADER, "")
    if token is None:
        _refuse("twilio", 403, f"{env_name('twilio_auth_token')} is not set, so nothing can be believed")
    if not signature:
        _refuse("twilio", 403, "the request is not signed")
    body = await request.body()
    urls = public_urls(site.settings.public_url, request)
    if not any(twilio_signature.holds(token.get_secret_value(), url, body, signature) for url in urls):
        _refuse("twilio", 403, f"the signature does not hold; {env_name('public_url')} must be as Twilio was told it")
    return body


def public_urls(public_url: str, request: Request) -> list[str]:
    """How Twilio may have been told this address: the public one, whatever proxies made of it on the way; with the user information
    that came as a header, and with the path before a proxy took its beginning away."""
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or request.url.path
    query = request.scope["query_string"].decode("latin-1")
    tail = f"{path}?{query}" if query else path
    public = urlsplit(public_url)
    bases = dict.fromkeys((public_url.rstrip("/"), f"{public.scheme}://{public.netloc}"))
    plain = [base + tail for base in bases]
    user = _basic(request)
    return plain + [url.replace("://", f"://{user}@", 1) for url in plain if user]


def _check_inbound(site: Site, request: Request, secret: str) -> None:
    """Inbound Parse is not signed: it shows a password, by HTTP or in its path. Raises HTTPException 401 and 403."""
    password = site.settings.sendgrid_inbound_password
    if password is None:
        _refuse("inbound", 403, f"{env_name('sendgrid_inbound_password')} is not set, so nothing can be believed")
    if secret:
        if not _same(secret, password.get_secret_value()):
            _refuse("inbound", 403, "the secret in the path is not ours")
        return
    if not _same(_basic(request), f"{site.settings.sendgrid_inbound_user}:{password.get_secret_value()}"):
        log.warning("webhook refused", source="inbound", why="user and password are not ours")
        raise HTTPException(401, "user and password are not ours", {"WWW-Authenticate": 'Basic realm="inbound"'})


def is_whole_form(content_type: str, body: bytes) -> bool:
    """Whether a body is a form from beginning to end, as far as that is seen without reading it. An empty form is one."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().casefold() == "application/x-www-form-urlencoded":
        return True
    if kind.strip().casefold() != "multipart/form-data" or "boundary=" not in rest.casefold():
        return False
    told = rest[rest.casefold().index("boundary=") + 9 :].strip()
    boundary = told[1:].partition('"')[0] if told.startswith('"') else told.partition(";")[0].strip()
    if not 0 < len(boundary) <= MOST_BOUNDARY:
        return False
    mark = b"--" + boundary.encode("latin-1", "replace")
    bare = body.strip()
    return not bare or (bare.startswith(mark) and bare.endswith(mark + b"--"))


def help_for(site: Site, content_type: str, body: bytes) -> str:
    """The answer to somebody who asks for help by SMS, where Twilio does not answer itself; else nothing.

    Twilio answers the bare words, and with Advanced Opt-Out (`OptOutType`) those that were set up there.
    """
    try:
        fields = read_fields(content_type, body)
    except ValueError:
        return ""
    said = fields.get("Body", "")[:500]
    if fields.get("OptOutType") or sms_word(said) is not SmsWord.HELP:
        return ""
    if site.settings.twilio_answers_help and said.strip().upper() in TWILIO_HELP:
        return ""
    words = HELP_WORDS.get(site.settings.language.partition("-")[0].casefold(), HELP_WORDS["en"])
    return words.format(company=site.settings.company, address=site.settings.from_address)


def twiml(text: str) -> str:
    """Twilio's markup for an answer: none where there is no text, which it takes as such rather than as a fault."""
    answer = f"<Message>{escape(text)}</Message>" if text else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{answer}</Response>'


def _basic(request: Request) -> str:
    """`user:password` as it came by HTTP's basic authentication (RFC 7617), or nothing."""
    kind, _, told = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def _refuse(source: str, status: int, why: str) -> NoReturn:
    log.warning("webhook refused", source=source, why=why)
    raise HTTPException(status, why)
