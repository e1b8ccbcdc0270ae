"""Connections that are not let hang: whoever does not say what they want in time is closed."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
"""From the connection, or from a request's first byte, until all of its headers are there."""
HEADER_BYTES = 64 * 1024
"""Of all headers of a request together; a browser's have one or two thousand."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's, with an end to its patience: by itself it would wait for headers for ever. Bodies are `web.limits`' business."""

    _late: asyncio.TimerHandle | None = None
    _came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins, and with it the wait for its first request."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came in; those of headers that are not complete yet are counted."""
        super().data_received(data)
        if self._late is not None:
            self._came += len(data)
            if self._came > HEADER_BYTES:
                self._close()

    def on_message_begin(self) -> None:
        """A request's first line begins."""
        super().on_message_begin()
        if self._late is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """All headers are there."""
        self._rest()
        super().on_headers_complete()

    def _expect(self) -> None:
        self._came = 0
        self._late = self.loop.call_later(HEADER_SECONDS, self._close)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._rest()
        if not self.transport.is_closing():
            self.transport.close()
