"""Connections over a real socket: who does not say what they want is closed, who does is served, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI

from embedded.ports import free_port
from web import connections
from web.connections import HEADER_BYTES, PatientProtocol

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@asynccontextmanager
async def served() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of its own."""
    app = FastAPI()

    @app.get("/")
    async def hello() -> str:
        return "hello"

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
