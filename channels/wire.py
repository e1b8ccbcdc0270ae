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
"""With CONNECT_TIMEOUT below the 15 s that a send activity may take."""

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

    def __init__(self, provider: str, *, connections: int, answer_timeout: timedelta = ANSWER_TIMEOUT) -> None:
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

    async def run(self, work: Callable[[], T]) -> T:
        """The result of blocking `work`, done in one of the wire's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

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
