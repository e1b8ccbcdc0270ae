"""Connections over a real socket: who does not say what they want is closed, who does is served, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from embedded.ports import free_port
from web import connections
from web.connections import HEADER_BYTES, PatientProtocol

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
LARGE = 2_000_000
"""Characters of an answer that no socket takes at once."""
ANSWERS = 5


@asynccontextmanager
async def served() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of its own."""
    app = FastAPI()

    @app.get("/")
    async def hello() -> str:
        return "hello"

    @app.post("/")
    async def count(request: Request) -> int:
        return len(await request.body())

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * LARGE)

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, http=PatientProtocol, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await task


async def answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return (await reader.readuntil(b'"hello"'))[:12]


async def test_one_connection_serves_many_requests() -> None:
    async with served() as (reader, writer):
        for _ in range(3):
            writer.write(GET)
            assert await answer(reader) == b"HTTP/1.1 200"


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nhost: x\r\nx-drip: "])
async def test_headers_that_do_not_come_are_not_waited_for(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.05)
    async with served() as (reader, writer):
        writer.write(said)
        async with asyncio.timeout(10):
            assert await reader.read() == b""


async def test_neither_are_those_of_a_second_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    async with served() as (reader, writer):
        writer.write(GET)
        assert await answer(reader) == b"HTTP/1.1 200"
        writer.write(b"GET / HTTP/1.1\r\n")
        async with asyncio.timeout(10):
            assert await reader.read() == b""


async def test_headers_without_end_are_cut_off() -> None:
    async with served() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nx-long: ")
        async with asyncio.timeout(10):
            try:
                for _ in range(HEADER_BYTES // 1024 * 64):
                    writer.write(b"x" * 1024)
                    await writer.drain()
                assert await reader.read() == b""
            except ConnectionError:
                pass  # closed while we were still talking


async def test_a_request_that_came_whole_may_take_its_time_to_be_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.05)
    async with served() as (reader, writer):
        writer.write(GET)
        assert await answer(reader) == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        (GET, b"\r\n"),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n", b"x"),
        (b"GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", b"5;name="),
    ],
    ids=["an empty line", "some of a body", "some of a chunk"],
)
async def test_whoever_has_their_answer_and_goes_on_is_not_waited_for(
    asked: bytes, then: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    async with served() as (reader, writer):
        writer.write(asked)
        assert await answer(reader) == b"HTTP/1.1 200"
        writer.write(then)
        async with asyncio.timeout(10):
            assert await reader.read() == b""


@pytest.mark.parametrize(("patience", "whole"), [(0.0, False), (connections.UNREAD_SECONDS, True)])
async def test_an_answer_that_is_not_read_is_cut_off(
    patience: float, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD_SECONDS", patience)
    async with served() as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n" * ANSWERS)
        got = 0
        async with asyncio.timeout(20):
            try:
                while got < ANSWERS * LARGE and (part := await reader.read(65536)):
                    got += len(part)
            except ConnectionError:
                pass
        assert (got >= ANSWERS * LARGE) is whole


@pytest.mark.parametrize("said", [b"5;" + b"x" * 1024, b"0\r\nx-trailer: " + b"x" * 1024], ids=["chunk", "trailer"])
async def test_what_a_body_brings_beside_itself_is_cut_off(said: bytes) -> None:
    async with served() as (reader, writer):
        writer.write(CHUNKED + said)
        async with asyncio.timeout(10):
            try:
                for _ in range(HEADER_BYTES // 1024 * 64):
                    writer.write(b"x" * 1024)
                    await writer.drain()
                assert await reader.read() == b""
            except ConnectionError:
                pass


async def test_a_large_body_in_chunks_comes_in_whole() -> None:
    async with served() as (reader, writer):
        writer.write(CHUNKED + (b"200\r\n" + b"x" * 512 + b"\r\n") * 2000 + b"0\r\n\r\n")
        async with asyncio.timeout(10):
            assert (await reader.readuntil(b"1024000")).startswith(b"HTTP/1.1 200")
