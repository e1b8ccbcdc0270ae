"""SMS through Twilio's API of 2010-04-01, by its own SDK.

Twilio keeps no idempotency key either. A lost answer is settled by listing what was created for the number around the
hand-over; the filter by date is not used, for a message still queued has no `DateSent` and would look absent.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from channels.messages import (
    Accepted,
    Answer,
    CannotTell,
    Fault,
    Inquiry,
    NotFound,
    PermanentSendError,
    SendError,
    TemporarySendError,
    TextMessage,
    TooEarly,
    UncertainSendError,
)
from channels.refusals import wait_told
from channels.twilio_codes import fault_of
from channels.wire import ANSWER_TIMEOUT, ASK_AGAIN, CONNECTIONS, GATEWAY_FAILURES, Wire

LIST_DELAY = timedelta(minutes=5)
"""From hand-over until the list is taken at its word that there is no such message."""

LIST_KEPT = timedelta(days=29)
"""Twilio may redact texts after 30 days; without them nothing can be told apart."""

CREATED_BEFORE = timedelta(minutes=2)
CREATED_AFTER = timedelta(minutes=5)
"""How far from our hand-over Twilio's clock may date the message."""

MOST_LISTED = 200
"""Messages to one number that are looked through."""

EXPLAINED_AT = "https://www.twilio.com/docs/api/errors"
"""Where Twilio says what a code means, and what to do."""

TEMPORARY_CODES = frozenset({14107, 20429, 20500, 20503, 21611, 30001, 30008, 30017})
"""Too many at once, a queue that is full, congestion, an unnamed failure of a carrier."""

_CURES = {
    20003: "check KEEPWARM_TWILIO_ACCOUNT_SID and KEEPWARM_TWILIO_AUTH_TOKEN",
    21408: "allow the country under Messaging, Geo permissions",
    21606: "KEEPWARM_TWILIO_FROM is not a number that can send SMS there",
    30034: "register the sender for A2P 10DLC",
}


class TwilioChannel:
    """A `Channel[TextMessage]`. Sends from a messaging service where one is given, else from `from_number`."""

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        from_number: str | None = None,
        messaging_service_sid: str | None = None,
        base_url: str | None = None,
        *,
        connections: int = CONNECTIONS,
        timeout: timedelta = ANSWER_TIMEOUT,
        list_delay: timedelta = LIST_DELAY,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not (from_number or messaging_service_sid):
            raise ValueError("Twilio needs KEEPWARM_TWILIO_FROM or KEEPWARM_TWILIO_MESSAGING_SERVICE")
        self._now = now
        self._list_delay = list_delay
        self._origin = (
            {"messaging_service_sid": messaging_service_sid} if messaging_service_sid else {"from_": from_number}
        )
        self._wire = Wire("Twilio", connections=connections, answer_timeout=timeout)
        self._sdk = Client(account_sid, auth_token, http_client=_KeptClient(self._wire, base_url, now))

    async def send(self, message: TextMessage) -> Accepted:
        """Hand one SMS over, once; the provider's id is its sid. Raises a `SendError`."""
        options: dict[str, Any] = dict(self._origin)
        if message.status_callback:
            options["status_callback"] = message.status_callback
        create = partial(self._sdk.messages.create, to=message.to_number, body=message.body, **options)
        try:
            created = await self._wire.run(create)
        except (TwilioRestException, TwilioServiceException) as error:
            _raise_refusal(error.status, error.code or 0)
        except (TwilioException, ValueError, KeyError, TypeError) as error:
            raise UncertainSendError(f"Twilio answered in an unknown form ({type(error).__name__})") from None
        if created.error_code:
            _raise_refusal(201, int(created.error_code))
        return Accepted(self.name, str(created.sid))

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Look through what was created for this number around the hand-over.

        A message of that moment with another text answers `CannotTell`: Twilio may have rewritten ours (smart encoding,
        shortened links, redaction).
        """
        try:
            listed = await self._wire.run(
                partial(self._sdk.messages.list, to=inquiry.to, limit=MOST_LISTED), patience=None
            )
        except SendError as error:
            return TooEarly(str(error), ASK_AGAIN)
        except TwilioRestException as error:
            if error.status == 429 or error.status >= 500:
                return TooEarly(f"Twilio {error.status}: it can't be asked now", ASK_AGAIN)
            return CannotTell(f"Twilio {error.status}: our messages are not listed for this account")
        except (TwilioException, ValueError, KeyError, TypeError) as error:
            return CannotTell(f"Twilio does not list our messages ({type(error).__name__})")
        near = [one for one in listed if _was_created_near(one, inquiry.handed_over_at)]
        same = [one for one in near if _plain(one.body or "").endswith(_plain(inquiry.body))]
        if same and inquiry.body:
            return Accepted(self.name, str(same[0].sid))
        if near:
            return CannotTell("Twilio has a message of that moment to this number, with another text")
        if len(listed) >= MOST_LISTED:
            return CannotTell(f"Twilio has more than {MOST_LISTED} messages to this number")
        age = self._now() - inquiry.handed_over_at
        if age < self._list_delay:
            return TooEarly("too early: Twilio's list may run behind", self._list_delay - age)
        if age > LIST_KEPT:
            return CannotTell(f"too late: asked more than {LIST_KEPT.days} days after the hand-over")
        return NotFound()

    async def close(self) -> None:
        """Release connections and threads."""
        await self._wire.close()


class _KeptClient(HttpClient):  # type: ignore[misc]  # the library ships no types
    """The SDK's HTTP client over kept connections, at another host where `base_url` is given.

    Not the SDK's own: it logs numbers, and drops the header that says how long to wait.
    """

    def __init__(self, wire: Wire, base_url: str | None, now: Callable[[], datetime]) -> None:
        self.is_async = False
        self._wire = wire
        self._host = urlsplit(base_url) if base_url else None
        self._now = now

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        target = urlsplit(uri)
        if self._host is not None:
            path = self._host.path.rstrip("/") + target.path
            target = target._replace(scheme=self._host.scheme, netloc=self._host.netloc, path=path)
        if params:
            target = target._replace(query="&".join(filter(None, (target.query, urlencode(params, doseq=True)))))
        answer = self._wire.exchange(
            method.upper(),
            urlunsplit(target),
            headers=headers or {},
            body=urlencode(data, doseq=True).encode() if data else None,
            auth=auth,
        )
        if answer.status in (429, 503):
            wait = wait_told(answer.headers, self._now())
            raise TemporarySendError(f"Twilio {answer.status}: too many requests; tried again later", retry_after=wait)
        return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)


def _raise_refusal(status: int, code: int) -> NoReturn:
    text = f"Twilio {code} ({EXPLAINED_AT}/{code})" if code else f"Twilio {status}"
    if cure := _CURES.get(code):
        text += f"; {cure}"
    if status in GATEWAY_FAILURES:
        raise UncertainSendError(text)
    if code in TEMPORARY_CODES or status in (408, 429) or status >= 500:
        raise TemporarySendError(text)
    unnamed = Fault.CONTENT if status in (201, 400) else Fault.ACCOUNT
    raise PermanentSendError(text, fault=fault_of(code) or unnamed, code=str(code or status))


def _was_created_near(listed: MessageInstance, handed_over_at: datetime) -> bool:
    """Sent by us around that moment. A message without a date counts: it cannot be ruled out."""
    if not str(listed.direction or "outbound").startswith("outbound"):
        return False
    created: datetime | None = listed.date_created
    if created is None:
        return True
    return handed_over_at - CREATED_BEFORE <= created.astimezone(UTC) <= handed_over_at + CREATED_AFTER


_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def _plain(body: str) -> str:
    """The text as Twilio's smart encoding would leave it. A trial account's prefix makes ours its end."""
    return " ".join(unicodedata.normalize("NFKC", body.translate(_QUOTES)).split())
