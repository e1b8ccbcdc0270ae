"""A stateful Twilio: create and list messages of one account, with its paging and its error codes."""

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from tests.fakes.provider import FakeProvider, Held, Trouble, serve

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "fake-token"
FROM_NUMBER = "+15005550006"

_LIST = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
_AUTHORIZED = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_FIELDS = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback"}


def refusal(code: int, message: str = "", status: int = 400, **headers: str) -> Trouble:
    """A Trouble that answers with one of Twilio's error codes."""
    return Trouble(status=status, body=_error(code, message or f"Error {code}", status), headers=headers)


class FakeTwilio(FakeProvider):
    """Messages are dated by `created_at`, so that a test can age them."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.created_at = datetime.now(UTC)
        self.rewrites: dict[str, str | int | None] = {}
        """Characters that "smart encoding" replaces in what is kept."""
        self._number = count(1)

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post(_LIST, self._create), web.get(_LIST, self._list)]

    def explain(self, status: int) -> dict[str, Any]:
        codes = {401: 20003, 429: 20429, 500: 20500, 503: 20503}
        return _error(codes.get(status, status), "as told", status)

    async def _create(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text()))
        trouble = self.meet(request)
        if request.headers.get("Authorization") != _AUTHORIZED:
            return web.json_response(self.explain(401), status=401)
        if trouble and not trouble.accepts:
            return await self.end(request, trouble)
        if fault := _fault(request.content_type, form):
            self.refused.append(fault[1])
            return web.json_response(_error(*fault, 400), status=400)
        message = self._keep(form)
        if trouble:
            return await self.end(request, trouble)
        return web.json_response(message, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != _AUTHORIZED:
            return web.json_response(self.explain(401), status=401)
        to, size, page = request.query.get("To"), int(request.query["PageSize"]), int(request.query.get("Page", "0"))
        found = [held.payload for held in reversed(self.shown) if to in (None, held.to)]
        shown = found[page * size : (page + 1) * size]
        further = (
            {**request.query, "Page": str(page + 1), "PageToken": "PA1"} if len(found) > (page + 1) * size else None
        )
        following = f"{_LIST}?{urlencode(further)}" if further else None
        return web.json_response(
            {"messages": shown, "page": page, "page_size": size, "uri": _LIST, "next_page_uri": following}
        )

    def _keep(self, form: dict[str, str]) -> dict[str, Any]:
        sid = f"SM{next(self._number):032x}"
        body = form["Body"].translate(str.maketrans(self.rewrites))
        message: dict[str, Any] = {
            "sid": sid,
            "account_sid": ACCOUNT_SID,
            "to": form["To"],
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": body,
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "date_sent": None,
            "error_code": None,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}.json",
            "subresource_uris": {},
            "status_callback": form.get("StatusCallback"),
        }
        key = f"{form['To']} {form['Body']}"
        self.held.append(Held(id=sid, key=key, to=form["To"], payload=message, accepted_at=self.clock()))
        return message


def _error(code: int, message: str, status: int) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def _fault(content_type: str, form: dict[str, str]) -> tuple[int, str] | None:
    """Twilio's code and words for the first fault of a request."""
    if content_type != "application/x-www-form-urlencoded" or set(form) - _FIELDS:
        return 20001, f"Unknown form or parameters {sorted(set(form) - _FIELDS)}"
    if not _E164.fullmatch(form.get("To", "")):
        return 21211, f"The 'To' number {form.get('To')} is not a valid phone number."
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return 21603, "A 'From' phone number is required."
    if not form.get("Body"):
        return 21602, "Message body is required."
    if len(form["Body"]) > 1600:
        return 21617, "The concatenated message body exceeds the 1600 character limit."
    if not form.get("StatusCallback", "https://").startswith(("http://", "https://")):
        return 21609, "The StatusCallback URL is not a valid URL."
    return None


if __name__ == "__main__":
    serve(FakeTwilio)
