"""One writer at a time for each candidate: what is decided about a person is decided on what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import Connection, text

_LOCK = text("select count(pg_advisory_xact_lock(key)) from unnest(cast(:keys as bigint[])) as key")


def lock_candidates(connection: Connection, candidate_ids: Iterable[str]) -> None:
    """Hold these candidates until the transaction ends. Always in the same order, so that two batches never wait in a ring."""
    keys = sorted({_key(candidate_id) for candidate_id in candidate_ids})
    if keys:
        connection.execute(_LOCK, {"keys": keys})


def _key(candidate_id: str) -> int:
    return int.from_bytes(blake2b(candidate_id.encode(), digest_size=8).digest(), "big", signed=True)
