"""Story time: real time in production, faster in a demonstration."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.clocks import REAL_TIME, Clock
from tests.domain.lives import MONDAY

HOUR = timedelta(hours=1)


def test_in_production_story_time_is_real_time() -> None:
    assert REAL_TIME.story(MONDAY) is MONDAY
    assert REAL_TIME.real_span(HOUR) == HOUR


def test_a_fast_clock_passes_an_hour_in_a_second() -> None:
    clock = Clock(MONDAY, MONDAY + timedelta(days=100), 3600)
    assert clock.story(MONDAY) == MONDAY + timedelta(days=100)
    assert clock.story(MONDAY + timedelta(seconds=2)) == MONDAY + timedelta(days=100, hours=2)
    assert clock.real_span(HOUR) == timedelta(seconds=1)


@given(speed=st.floats(0.5, 100_000), span=st.timedeltas(timedelta(), timedelta(days=400)))
def test_a_wait_in_story_time_ends_at_its_story_moment(speed: float, span: timedelta) -> None:
    clock = Clock(MONDAY, MONDAY, speed)
    woken = clock.story(MONDAY + clock.real_span(span))
    assert abs(woken - (MONDAY + span)) <= timedelta(milliseconds=200)
