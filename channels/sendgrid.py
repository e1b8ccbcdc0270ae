"""Mail through SendGrid's v3 API, by its own SDK.

SendGrid takes a mail over with 202 and keeps no idempotency key, so a lost answer is settled by asking the Email Activity
Feed for our `touch_key`, which travels as a custom argument (docs: "Getting Started with the Email Activity Feed API").
"""

import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NoReturn

import python_http_client
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    Attachment,
    Category,
    ClickTracking,
    Content,
    CustomArg,
    Disposition,
    FileContent,
    FileName,
    FileType,
    From,
    Header,
    Mail,
    OpenTracking,
    Personalization,
    ReplyTo,
    SubscriptionTracking,
    To,
    TrackingSettings,
)

from channels.messages import (
    Accepted,
    Answer,
    CalendarPart,
    CannotTell,
    Email,
    Fault,
    Inquiry,
    NotFound,
    PermanentSendError,
    SendError,
    TemporarySendError,
    TooEarly,
    UncertainSendError,
)
from channels.mime import ascii_address, calendar_type, checked_header, extra_headers
from channels.refusals import wait_told
from channels.sendgrid_events import message_id_of
from channels.wire import ANSWER_TIMEOUT, ASK_AGAIN, CONNECTIONS, GATEWAY_FAILURES, HttpAnswer, Wire

ACTIVITY_DELAY = timedelta(minutes=15)
"""From hand-over until the Activity Feed is taken at its word that it has no such mail: it fills behind the sending."""

ACTIVITY_KEPT = timedelta(days=29)
"""The feed holds 30 days for accounts that may query it; what is older may merely be gone."""

MAX_CATEGORIES = 10
"""Of one mail (API reference, `categories`)."""

TAKEN_OVER = 202

_TOUCH_ARGUMENT = "touch_key"
_FIELD = re.compile(r"(?!.{81})[a-z_]+(?:\.(?:[a-z_]+|\d+))*")
"""A path into the request, such as `personalizations.0.to.0.email`; anything else may be about the person."""
_QUERYABLE = re.compile(r"[^\"'\\\x00-\x1f]+")

# The SDK writes whole requests, people and all, to its log at level debug.
logging.getLogger("python_http_client.client").setLevel(logging.INFO)


class SendGridChannel:
    """A `Channel[Email]`. `base_url` is the API's host, e.g. `https://api.eu.sendgrid.com` for the EU region."""

    name = "sendgrid"

    def __init__(
        self,
        api_key: str,
        base_url: str = "https://api.sendgrid.com",
        *,
        connections: int = CONNECTIONS,
        track_opens: bool = False,
        track_clicks: bool = False,
        timeout: timedelta = ANSWER_TIMEOUT,
        feed_delay: timedelta = ACTIVITY_DELAY,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self._feed_delay = feed_delay
        self._tracking = (track_opens, track_clicks)
        self._wire = Wire("SendGrid", connections=connections, answer_timeout=timeout)
        self._sdk = SendGridAPIClient(api_key, host=base_url.rstrip("/"))
        self._sdk.client = _KeptClient(self._wire, base_url.rstrip("/"), dict(self._sdk.client.request_headers), 3)

    async def send(self, message: Email) -> Accepted:
        """Hand one mail over, once; the provider's id is X-Message-Id. Raises a `SendError`."""
        try:
            ascii_address("To", message.to_address)
        except ValueError as error:
            raise PermanentSendError(f"SendGrid: {error}", fault=Fault.ADDRESS) from error
        try:
            mail = self._compose(message)
        except ValueError as error:
            raise PermanentSendError(f"SendGrid: {error}", fault=Fault.CONTENT) from error
        answer = _as_answer(await self._wire.run(partial(self._sdk.send, mail)))
        if answer.status != TAKEN_OVER:
            _raise_refusal(answer, self._now())
        return Accepted(self.name, answer.headers.get("X-Message-Id", ""))

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Search the Activity Feed, which needs SendGrid's add-on "additional email activity history" and a key for it."""
        if not _QUERYABLE.fullmatch(inquiry.touch_key):
            return CannotTell("the touch key holds characters that SendGrid's query language cannot hold")
        query = {"query": f"(unique_args['{_TOUCH_ARGUMENT}']=\"{inquiry.touch_key}\")", "limit": 1}
        try:
            answer = _as_answer(
                await self._wire.run(partial(self._sdk.client.messages.get, query_params=query), patience=None)
            )
        except SendError as error:
            return TooEarly(str(error), ASK_AGAIN)
        if answer.status == 429 or answer.status >= 500:
            return TooEarly(f"SendGrid {answer.status}: it can't be asked now", ASK_AGAIN)
        if answer.status != 200:
            return CannotTell(f"SendGrid {answer.status}: the Email Activity Feed is not open to this API key")
        try:
            found = [message_id_of(mail["msg_id"]) for mail in json.loads(answer.body)["messages"]]
        except (ValueError, KeyError, TypeError):
            return CannotTell("SendGrid: the Email Activity Feed answered in an unknown form")
        if found:
            return Accepted(self.name, found[0])
        age = self._now() - inquiry.handed_over_at
        if age < self._feed_delay:
            why = f"too early: SendGrid's Email Activity Feed runs up to {self._feed_delay} behind"
            return TooEarly(why, self._feed_delay - age)
        if age > ACTIVITY_KEPT:
            return CannotTell(f"too late: SendGrid's Email Activity Feed forgets after {ACTIVITY_KEPT.days} days")
        return NotFound()

    async def close(self) -> None:
        """Release connections and threads."""
        await self._wire.close()

    def _compose(self, message: Email) -> Mail:
        """The SDK's mail. Raises ValueError naming the header that cannot be written."""
        mail = Mail()
        mail.from_email = From(
            ascii_address("From", message.from_address), checked_header("From", message.from_name) or None
        )
        if message.reply_to:
            mail.reply_to = ReplyTo(ascii_address("Reply-To", message.reply_to))
        mail.subject = checked_header("Subject", message.subject)
        mail.add_personalization(_personalize(message))
        for kind, body in (("text/plain", message.text), ("text/html", message.html)):
            if body:
                mail.add_content(Content(kind, body))
        if message.calendar:
            _invite(mail, message.calendar)
        for category in list(dict.fromkeys(message.categories))[:MAX_CATEGORIES]:
            mail.add_category(Category(category))
        opens, clicks = self._tracking
        mail.tracking_settings = TrackingSettings(
            click_tracking=ClickTracking(enable=clicks, enable_text=False),
            open_tracking=OpenTracking(enable=opens),
            # else SendGrid replaces our List-Unsubscribe by its own
            subscription_tracking=SubscriptionTracking(enable=False),
        )
        return mail


class _KeptClient(python_http_client.Client):  # type: ignore[misc]  # the library ships no types
    """The SDK's HTTP client over kept connections; its own opens one for each mail."""

    def __init__(
        self, wire: Wire, host: str, headers: dict[str, str], version: int, path: list[str] | None = None
    ) -> None:
        super().__init__(host=host, request_headers=headers, version=version, url_path=path)
        self._wire = wire

    def _build_client(self, name: str | None = None) -> "_KeptClient":
        path = [*self._url_path, name] if name else self._url_path
        return _KeptClient(self._wire, self.host, self.request_headers, self._version, path)

    def _make_request(self, opener: Any, request: Any, timeout: float | None = None) -> "_SdkAnswer":
        """`request` is urllib's. Answers of any status are returned, for this file knows more of them than the SDK."""
        return _SdkAnswer(
            self._wire.exchange(
                request.get_method(), request.full_url, headers=dict(request.header_items()), body=request.data
            )
        )


class _SdkAnswer:
    """An `HttpAnswer` in the shape that the SDK expects of urllib."""

    def __init__(self, answer: HttpAnswer) -> None:
        self._answer = answer

    def getcode(self) -> int:
        return self._answer.status

    def read(self) -> bytes:
        return self._answer.body

    def info(self) -> Mapping[str, str]:
        return self._answer.headers


def _as_answer(response: Any) -> HttpAnswer:
    return HttpAnswer(response.status_code, response.headers, response.body)


def _invite(mail: Mail, calendar: CalendarPart) -> None:
    """The calendar part beside the words, and as a file: the only two forms in which SendGrid passes a method on.

    The type may hold nothing but the method (a charset is answered with 400); SendGrid adds charset and encoding itself.
    """
    mail.add_content(Content(calendar_type(calendar), calendar.text))
    encoded = b64encode(calendar.text.encode()).decode("ascii")
    mail.add_attachment(
        Attachment(
            FileContent(encoded), FileName(calendar.file_name), FileType("application/ics"), Disposition("attachment")
        )
    )


def _personalize(message: Email) -> Personalization:
    """One recipient with headers and custom arguments, which events carry only from here."""
    personalization = Personalization()
    personalization.add_to(To(ascii_address("To", message.to_address), checked_header("To", message.to_name) or None))
    personalization.add_header(Header("Message-ID", checked_header("Message-ID", message.message_id)))
    for name, value in extra_headers(message).items():
        personalization.add_header(Header(name, value))
    for name, value in {**message.custom_args, _TOUCH_ARGUMENT: message.touch_key}.items():
        personalization.add_custom_arg(CustomArg(name, value))
    return personalization


def _raise_refusal(answer: HttpAnswer, now: datetime) -> NoReturn:
    """The error for an answer other than 202 (API reference, "Errors"). 200 is a mail that was checked and not sent."""
    status = answer.status
    field = _field_of(answer.body)
    text = f"SendGrid {status}{f' on {field}' if field else ''}"
    if status in GATEWAY_FAILURES:
        raise UncertainSendError(text)
    if status in (408, 425, 429) or status >= 500:
        raise TemporarySendError(text, retry_after=wait_told(answer.headers, now))
    if status == 413:
        raise PermanentSendError(f"{text}; the mail is larger than 30 MB", fault=Fault.CONTENT, code="413")
    if status != 400:
        cure = "check KEEPWARM_SENDGRID_API_KEY, its scope Mail Send, the verified sender and KEEPWARM_SENDGRID_URL"
        raise PermanentSendError(f"{text}; {cure}", fault=Fault.ACCOUNT, code=str(status))
    raise PermanentSendError(text, fault=_fault(field), code="400")


def _fault(field: str) -> Fault:
    """Whose fault a 400 is, from the field it names, e.g. `personalizations.0.to.0.email` or `from.email`."""
    if re.fullmatch(r"personalizations\.\d+\.to(?:\..*)?", field):
        return Fault.ADDRESS
    return Fault.ACCOUNT if field == "from" or field.startswith("from.") else Fault.CONTENT


def _field_of(body: bytes) -> str:
    """The field that the first error names; empty where there is none, or where the body is none of SendGrid's."""
    try:
        field = json.loads(body)["errors"][0].get("field")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return ""
    return field if isinstance(field, str) and field != "null" and _FIELD.fullmatch(field) else ""
