"""A provider that reports: `python -m bench.reporter URL KEY FILE RATE`, or with RATE 0 as fast as answers come.

Posts the requests of FILE (a JSON list of events, each its own signed request) and prints what was answered, and how soon.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench.findings import percentile
from channels.sendgrid_signature import SIGNATURE_HEADER, TIMESTAMP_HEADER

AT_ONCE = 16
"""Requests under way where answers set the pace; a provider keeps about as many connections."""
Request = tuple[bytes, dict[str, str]]


def signed(key: EllipticCurvePrivateKey, event: dict[str, object]) -> Request:
    """One request of the Event Webhook."""
    body = json.dumps([event]).encode() + b"\r\n"
    stamp = str(int(time.time()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ECDSA(SHA256()))).decode()
    return body, {"content-type": "application/json", SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: stamp}


async def post_all(url: str, requests: list[Request], rate: float) -> dict[str, float]:
    """Post each once, so many a second whatever the answers do; milliseconds from when each was due to its answer."""
    took: list[float] = []
    refused = 0
    began = time.monotonic()
    waiting = enumerate(requests)

    async def post(http: aiohttp.ClientSession, due: float, request: Request) -> None:
        nonlocal refused
        body, headers = request
        async with http.post(url, data=body, headers=headers) as answer:
            await answer.read()
            refused += answer.status != 200
        took.append(1_000 * (time.monotonic() - due))

    async def post_some(http: aiohttp.ClientSession, some: Iterator[tuple[int, Request]]) -> None:
        for _, request in some:
            await post(http, time.monotonic(), request)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as http, asyncio.TaskGroup() as group:
        if not rate:
            for _ in range(AT_ONCE):
                group.create_task(post_some(http, waiting))
        else:
            for number, request in waiting:
                due = began + number / rate
                await asyncio.sleep(due - time.monotonic())
                group.create_task(post(http, due, request))
    seconds = time.monotonic() - began
    return {
        "requests": len(requests), "refused": refused, "seconds": seconds, "p50": percentile(took, 0.5),
        "p99": percentile(took, 0.99), "slowest": max(took),
    }  # fmt: skip


def main(url: str, key_file: Path, events_file: Path, rate: float) -> None:
    """Sign everything, then post."""
    key = load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    events = json.loads(events_file.read_text(encoding="utf-8"))
    print(json.dumps(asyncio.run(post_all(url, [signed(key, event) for event in events], rate))))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
