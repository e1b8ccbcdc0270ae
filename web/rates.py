"""How often somebody asked lately, in this process: counted by whom, in bounded memory whoever they claim to be."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address

MINUTE, HOUR = 60.0, 3600.0
MOST_ASKERS = 50_000
"""Remembered in one window, about 100 bytes each. With more, the window ends early: many strangers make none of them wait."""

_ROUNDING = 1e-6
"""Of a request: who waited to the very second must not wait one more because of a float's last digit."""


class Rates:
    """Counts in a sliding window of so many seconds, approximated by two fixed ones: the last counts by what is left of it."""

    def __init__(self, seconds: float, *, most: int = MOST_ASKERS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._begun = clock()
        self._before: dict[bytes, int] = {}
        self._now: dict[bytes, int] = {}

    def wait(self, kind: str, whose: str, limit: int) -> int:
        """Count one more request; 0 where it is within the limit, else the seconds until another one is, and it does not count."""
        # By digest: what is counted may be a path of a stranger's, as long as they like.
        key = blake2b(f"{kind} {whose}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        elapsed = self._turn(key)
        before, now = self._before.get(key, 0), self._now.get(key, 0)
        if before * (1 - elapsed / self._seconds) + now + 1 <= limit + _ROUNDING:
            self._now[key] = now + 1
            return 0
        left = self._seconds - elapsed
        if now + 1 > limit:
            return math.ceil(left + self._seconds * (1 - (limit - 1) / now))
        return max(1, math.ceil(left - self._seconds * (limit - 1 - now) / before))

    def _turn(self, key: bytes) -> float:
        """Begin a new window where it is time; the seconds that have passed of the present one."""
        now = self._clock()
        elapsed = now - self._begun
        if elapsed >= 2 * self._seconds:
            self._before, self._now, self._begun = {}, {}, now
        elif elapsed >= self._seconds:
            self._before, self._now, self._begun = self._now, {}, self._begun + self._seconds
        elif len(self._now) >= self._most and key not in self._now:
            self._before, self._now, self._begun = self._now, {}, now
        return now - self._begun


def network_of(client: str) -> str:
    """Whom requests count for: an address, of IPv6 the network of one subscriber (RFC 6177)."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or (int(address) >> 64))
    return client
