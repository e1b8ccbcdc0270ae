"""What all channels read of a provider's refusal: how long to wait.

Its words stay where they are. They may name the person in any way ("user lovelace unknown"), and an error's text lands in
workflow histories and logs; so an error carries the provider, its status and its code, and the cure where we know one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=1)
"""A provider that names a later moment is asked again after this; the touch itself may expire before."""


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
