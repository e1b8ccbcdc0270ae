"""Requests are counted by whom, in a window that slides, and in memory that strangers cannot fill."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.rates import MINUTE, Rates, network_of


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@given(
    limit=st.integers(1, 9),
    pauses=st.lists(st.floats(0, 200, allow_nan=False), min_size=1, max_size=60),
)
def test_who_waits_as_long_as_they_were_told_may_ask_again(limit: int, pauses: list[float]) -> None:
    clock = Clock()
    rates = Rates(MINUTE, clock=clock)
    for pause in pauses:
        clock.now += pause
        if wait := rates.wait("/c/", "ada", limit):
            assert 1 <= wait <= 2 * MINUTE
            clock.now += wait
            assert rates.wait("/c/", "ada", limit) == 0


@given(limit=st.integers(1, 9), pauses=st.lists(st.floats(0, 30, allow_nan=False), max_size=80))
def test_in_a_minute_nobody_passes_more_than_twice_the_limit(limit: int, pauses: list[float]) -> None:
    clock = Clock()
    rates = Rates(MINUTE, clock=clock)
    passed: list[float] = []
    for pause in pauses:
        clock.now += pause
        if not rates.wait("/c/", "ada", limit):
            passed.append(clock.now)
        assert sum(moment > clock.now - MINUTE for moment in passed) <= 2 * limit


def test_a_window_slides() -> None:
    clock = Clock()
    rates = Rates(MINUTE, clock=clock)
    assert [rates.wait("/c/", "ada", 4) for _ in range(5)] == [0, 0, 0, 0, 75]
    clock.now += 75
    assert rates.wait("/c/", "ada", 4) == 0
    assert rates.wait("/c/", "ada", 4) == 15
    clock.now += 2 * MINUTE
    assert [rates.wait("/c/", "ada", 4) for _ in range(4)] == [0] * 4


def test_others_and_other_paths_are_counted_for_themselves() -> None:
    rates = Rates(MINUTE, clock=Clock())
    assert rates.wait("/c/", "ada", 1) == 0
    assert rates.wait("/c/", "ada", 1) > 0
    assert rates.wait("/u/", "ada", 1) == 0
    assert rates.wait("/c/", "bob", 1) == 0


def test_however_many_strangers_ask_only_so_many_are_remembered() -> None:
    clock = Clock()
    rates = Rates(MINUTE, most=100, clock=clock)
    assert rates.wait("/c/", "ada", 2) == 0
    for number in range(150):
        assert rates.wait("/c/", f"stranger {number} {'x' * 1000}\ud800", 2) == 0
    assert len(rates._now) + len(rates._before) <= 200
    assert rates.wait("/c/", "ada", 2) == 0
    assert rates.wait("/c/", "ada", 2) > 0


@pytest.mark.parametrize("client", ["", "testclient", "203.0.113.7", "'; drop", "1.2.3.4.5"])
def test_what_is_no_network_of_ipv6_counts_as_it_is(client: str) -> None:
    assert network_of(client) == client
