"""What all channels do with a provider's words: keep people out of them, and read how long to wait."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WORDS = 200
"""Characters of a provider's text that an error carries: it lands in workflow histories and logs."""

LONGEST_WAIT = timedelta(hours=1)
"""A provider that names a later moment is asked again after this; the touch itself may expire before."""

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_PART = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")


def without_people(words: str, *known: str, body: str = "") -> str:
    """A provider's text on one line without addresses, numbers, our message's `body`, and what is `known` of the person.

    Of a name or an address each part goes as well: servers say "user lovelace unknown".
    """
    whole = sorted((word for word in (*known, body) if word), key=len, reverse=True)
    parts = {part for word in known for part in _PART.findall(word.partition("@")[0])}
    for word in whole:
        words = re.sub(re.escape(word), "(…)", words, flags=re.IGNORECASE)
    words = _ADDRESS.sub("(address)", words)
    for part in parts:
        words = re.sub(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", "(…)", words, flags=re.IGNORECASE)
    words = _NUMBER.sub("(number)", words)
    return " ".join(words.split())[:MAX_WORDS]


def wait_told(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a 429 or 503 asks us to wait; None where it does not say.

    Retry-After is seconds or an HTTP date (RFC 9110 §10.2.3), SendGrid's X-RateLimit-Reset seconds since 1970.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    after, reset = lower.get("retry-after", ""), lower.get("x-ratelimit-reset", "")
    if after.isdecimal():
        wait = timedelta(seconds=min(int(after), LONGEST_WAIT.total_seconds()))
    elif after:
        try:
            wait = parsedate_to_datetime(after).replace(tzinfo=UTC) - now
        except ValueError:
            return None
    elif reset.isdecimal() and len(reset) < 12:
        wait = datetime.fromtimestamp(int(reset), UTC) - now
    else:
        return None
    return max(timedelta(0), min(wait, LONGEST_WAIT))
