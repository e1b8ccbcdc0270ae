"""HTTP to a provider over kept connections, for SDKs that block: what a broken exchange means, and threads to wait in.

A request whose body never began to leave cannot have been taken over. So the body is watched while it is read for sending;
that holds for every way in which a connection can fail, where a list of exceptions would not.
"""

import asyncio
import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar

import requests
from requests.adapters import HTTPAdapter

from channels.messages import TemporarySendError, UncertainSendError

CONNECT_TIMEOUT = timedelta(seconds=4)
ANSWER_TIMEOUT = timedelta(seconds=9)
"""With CONNECT_TIMEOUT and PATIENCE no more than the 15 s after which somebody asks what came of a hand-over."""
PATIENCE = timedelta(seconds=2)
"""How long a message waits for a free connection. Then it is known not to have left, which later it would not be."""

CONNECTIONS = 32
"""Exchanges at once with one provider: 100 sends of one worker find their turn within PATIENCE at 0.6 s an answer."""

GATEWAY_FAILURES = frozenset({502, 504})
"""A gateway lost its own upstream after passing the request on: the message may lie there (RFC 9110 §15.6.3, §15.6.5)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


class _WatchedBody(io.BytesIO):
    """A request's body that knows whether sending it has begun."""

    begun = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.begun = True
        return super().read(size)


class Wire:
    """Kept connections to one provider. `connections` is how many exchanges run at once; more wait their turn."""

    def __init__(
        self, provider: str, *, connections: int = CONNECTIONS, answer_timeout: timedelta = ANSWER_TIMEOUT
    ) -> None:
        self._provider = provider
        self._timeouts = (CONNECT_TIMEOUT.total_seconds(), answer_timeout.total_seconds())
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix=provider)
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections, max_retries=0))

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer:
        """One request and its answer; blocks. No retry, no redirect followed.

        Raises TemporarySendError where the body never began to leave, else UncertainSendError.
        """
        watched = _WatchedBody(body) if body is not None else None
        try:
            answer = self._session.request(
                method,
                url,
                data=watched,
                headers=headers,
                auth=auth or _as_given,
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if watched is None or watched.begun:
                raise UncertainSendError(
                    f"{self._provider}: no answer after the request was written ({_kind(error)})"
                ) from None
            raise TemporarySendError(
                f"{self._provider}: cannot be reached ({_kind(error)}); tried again later"
            ) from None
        return HttpAnswer(answer.status_code, answer.headers, answer.content)

    async def run(self, work: Callable[[], T], *, patience: timedelta | None = PATIENCE) -> T:
        """The result of blocking `work`, done in one of the wire's threads.

        Raises TemporarySendError where none was free within `patience`; the work is then never done. None waits on.
        """
        queued = self._threads.submit(work)
        result = asyncio.wrap_future(queued)
        try:
            await asyncio.wait([result], timeout=patience.total_seconds() if patience is not None else None)
            if not result.done() and queued.cancel():
                raise TemporarySendError(f"{self._provider}: all connections are busy; tried again later")
            return await result
        finally:
            result.cancel()

    async def close(self) -> None:
        """Release threads and connections; an exchange in flight is waited for."""
        await asyncio.to_thread(self._threads.shutdown)
        self._session.close()


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No authentication but what the headers hold; without it a ~/.netrc would replace them."""
    return request


def _kind(error: requests.RequestException) -> str:
    """The innermost cause's class: the text of these errors holds addresses and query strings."""
    inner: BaseException = error
    while True:
        reason = getattr(inner, "reason", None) or (inner.args[0] if inner.args else None)
        if not isinstance(reason, BaseException):
            return type(inner).__name__
        inner = reason


ASK_AGAIN = timedelta(seconds=30)
"""A provider that is away while it is asked about a lost answer is asked again after this: an outage is no reason to guess."""
