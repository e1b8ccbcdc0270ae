"""A stateful SendGrid: POST /v3/mail/send and GET /v3/messages, strict about what the API reference asks for."""

import json
import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from aiohttp import web

from tests.fakes.provider import FakeProvider, Held, serve

API_KEY = "SG.fake.key"

_ADDRESS = re.compile(r"[^@\s<>,]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_QUERY = re.compile(r"""\(unique_args\['([a-z_]+)'\]="([^"]+)"\)""")
_TOP_LEVEL = {
    "personalizations",
    "from",
    "reply_to",
    "subject",
    "content",
    "attachments",
    "categories",
    "headers",
    "custom_args",
    "tracking_settings",
}
_RESERVED_HEADERS = {
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
}


class Fault(Exception):
    """What is wrong with a request, as SendGrid says it."""

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class FakeSendGrid(FakeProvider):
    """`feed_is_open`: whether the API key may query the Email Activity Feed."""

    def __init__(self, port: int = 0, *, feed_is_open: bool = True) -> None:
        super().__init__(port)
        self.feed_is_open = feed_is_open
        self._number = count(1)

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/v3/mail/send", self._send), web.get("/v3/messages", self._search)]

    def explain(self, status: int) -> dict[str, Any]:
        words = {401: "authorization required", 403: "access forbidden", 429: "too many requests"}
        return {"errors": [{"message": words.get(status, "internal server error"), "field": None}]}

    async def _send(self, request: web.Request) -> web.Response:
        raw = await request.read()
        trouble = self.meet(request)
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return web.json_response(self.explain(401), status=401)
        if trouble and not trouble.accepts:
            return await self.end(request, trouble)
        try:
            mail = _read(request.content_type, raw)
        except Fault as fault:
            self.refused.append(str(fault))
            body = {"errors": [{"message": fault.message, "field": fault.field, "help": None}]}
            return web.json_response(body, status=400)
        (envelope,) = mail["personalizations"]
        held = Held(
            id=f"fake{next(self._number):018}",
            key=envelope.get("custom_args", {}).get("touch_key", ""),
            to=envelope["to"][0]["email"],
            payload=mail,
            accepted_at=self.clock(),
        )
        self.held.append(held)
        if trouble:
            return await self.end(request, trouble)
        return web.Response(status=202, headers={"X-Message-Id": held.id})

    async def _search(self, request: web.Request) -> web.Response:
        if not self.feed_is_open or request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return web.json_response(self.explain(403), status=403)
        asked = _QUERY.fullmatch(request.query.get("query", ""))
        if not asked or not 1 <= int(request.query.get("limit", "0")) <= 1000:
            return web.json_response({"errors": [{"message": "invalid query", "field": "query"}]}, status=400)
        name, value = asked.groups()
        found = [
            {
                "from_email": held.payload["from"]["email"],
                "msg_id": f"{held.id}.recvd-7d4f8c6b5-x2x4z-1-6650A1B2-3.0",
                "subject": held.payload["subject"],
                "to_email": held.to,
                "status": "delivered",
                "last_event_time": "2026-12-01T09:30:00Z",
            }
            for held in self.shown
            if held.payload["personalizations"][0]["custom_args"].get(name) == value
        ]
        return web.json_response({"messages": found[: int(request.query["limit"])]})


def _read(content_type: str, raw: bytes) -> dict[str, Any]:
    """The mail of a request. Raises the first Fault."""
    if content_type != "application/json":
        raise Fault(None, "Content-Type should be application/json")
    try:
        mail = json.loads(raw)
    except ValueError:
        raise Fault(None, "Bad Request") from None
    if unknown := set(mail) - _TOP_LEVEL:
        raise Fault(min(unknown), "unexpected field")
    _check(len(mail.get("personalizations", [])) == 1, "personalizations", "the fake takes one of them")
    (envelope,) = mail["personalizations"]
    _check(bool(envelope.get("to")), "personalizations.0.to", "The to array is required")
    for place, one in (("from", mail.get("from", {})), ("personalizations.0.to.0", envelope["to"][0])):
        _check(bool(_ADDRESS.fullmatch(one.get("email", ""))), f"{place}.email", "Does not contain a valid address.")
        _check(one.get("name", "x") != "", f"{place}.name", "name is empty")
    _check(bool(mail.get("subject")), "subject", "The subject is required.")
    _read_content(mail.get("content", []))
    _read_tags(mail, envelope)
    return dict(mail)


def _read_content(content: list[dict[str, Any]]) -> None:
    kinds = [str(part.get("type")) for part in content]
    if len(kinds) > 1 and re.fullmatch(r"text/calendar; method=[A-Z]+", kinds[-1]):
        kinds = kinds[:-1]
    _check(kinds in (["text/plain"], ["text/html"], ["text/plain", "text/html"]), "content", "plain first, then html")
    _check(all(part.get("value") for part in content), "content.0.value", "must be at least one character")


def _read_tags(mail: dict[str, Any], envelope: dict[str, Any]) -> None:
    categories = mail.get("categories", [])
    _check(len(categories) <= 10 and len(set(categories)) == len(categories), "categories", "10 different at most")
    arguments = envelope.get("custom_args", {})
    _check(all(isinstance(value, str) for value in arguments.values()), "custom_args", "must be strings")
    _check(len(json.dumps(arguments)) < 10_000, "custom_args", "10,000 bytes at most")
    for name, value in {**mail.get("headers", {}), **envelope.get("headers", {})}.items():
        _check(name.lower() not in _RESERVED_HEADERS, "headers", f"{name} is reserved")
        _check(isinstance(value, str) and "\n" not in value, "headers", f"{name} is no text")


def _check(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Fault(field, message)


if __name__ == "__main__":
    serve(FakeSendGrid)
