"""Connections that are not let hang: who says nothing, says it too slowly, or does not listen is closed."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
"""From the connection, or from the first byte after an answer, until all headers of a request are there."""
HEADER_BYTES = 64 * 1024
"""Of all that a request holds beside its body: its headers, a browser's have one or two thousand, and what chunks say of themselves."""
CHUNK_SHARE = 8
"""A body in chunks may bring one byte of theirs for so many of its own."""
UNREAD_SECONDS = 30.0
"""How long an answer may lie in our buffer with none of it taken: then nobody reads it."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's, with an end to its patience: by itself it would wait for ever for headers, for the rest of a body that it has answered
    already, and for whoever asks and does not read. Bodies under way are `web.limits`' business."""

    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _in_message = False
    _came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins, and with it the wait for its first request."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._rest()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came in; those of a message that is not complete yet are counted, less its body's."""
        super().data_received(data)
        if self._late is None and self._owes_nothing():
            # uvicorn's own wait for a next request ended with these bytes, which began none.
            self._expect()
        if self._in_message:
            self._came += len(data)
            if self._came > HEADER_BYTES:
                self._close()

    def on_message_begin(self) -> None:
        """A request's first line begins."""
        super().on_message_begin()
        self._in_message = True
        self._came = 0
        if self._late is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """All headers are there."""
        self._rest()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, which `web.limits` counts."""
        self._came -= len(body) + len(body) // CHUNK_SHARE
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Nothing of this request is to come."""
        self._in_message = False
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Our buffer is full: the other side reads too slowly, or not at all."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Most of the buffer was taken."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _owes_nothing(self) -> bool:
        """Whether all that was asked for is answered."""
        # `cycle` is None before the first request, whatever its type says.
        return getattr(self.cycle, "response_complete", True) and not self.pipeline

    def _expect(self) -> None:
        self._late = self.loop.call_later(HEADER_SECONDS, self._close)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._rest()
        if not self.transport.is_closing():
            self.transport.close()
