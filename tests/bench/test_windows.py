"""The oracle of local time is right where the answer is known."""

from datetime import UTC, datetime

import pytest

from bench.measures.windows import read_clock, try_zones
from domain.windows import Window


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        pytest.param(Window("1111111", 130, 150), "2026-03-28 23:00", "2026-03-30 00:10", id="swallowed by the gap"),
        pytest.param(Window("1111111", 130, 300), "2026-03-28 23:00", "2026-03-29 01:00", id="begins after the gap"),
        pytest.param(
            Window("1111100"), "2026-03-27 17:00:01", "2026-03-30 07:00", id="over the weekend and the change"
        ),
        pytest.param(Window("1111100"), "2026-03-27 08:00:01", "2026-03-27 08:00:01", id="open now"),
    ],
)
def test_the_oracle_reads_the_clock_of_berlin(window: Window, now: str, expected: str) -> None:
    clock = read_clock("Europe/Berlin", utc("2026-03-29 01:00"))
    assert clock.first_inside(window, utc(now)) == utc(expected)


def test_the_product_agrees_around_every_change_of_some_zones() -> None:
    tried = try_zones(["Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"])
    assert (tried.wrong, tried.answers) == (0, 127 * tried.changes)
    assert tried.changes >= 9
