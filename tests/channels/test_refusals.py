from datetime import UTC, datetime, timedelta

import pytest

from channels.refusals import wait_told

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"retry-after": "Tue, 01 Dec 2026 09:02:00 GMT"}, timedelta(minutes=2)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 45)}, timedelta(seconds=45)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 45)}, timedelta(0)),
        ({"Retry-After": "999999999999"}, timedelta(hours=1)),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_from_either_header(headers: dict[str, str], wait: timedelta | None) -> None:
    assert wait_told(headers, NOW) == wait
