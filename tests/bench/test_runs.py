"""How much a run does in the time that it has."""

from bench.runs import FULL, SMALLEST_SHARE


def test_a_run_in_time_does_everything() -> None:
    assert FULL.in_share(1.2) == FULL


def test_half_the_time_does_half_of_it_over_every_other_zone() -> None:
    half = FULL.in_share(0.5)
    assert half.killed_touches == FULL.killed_touches / 2
    assert half.timed == FULL.timed / 2
    assert half.every_zone == 2
    assert (half.kills, half.pool) == (FULL.kills, FULL.pool)


def test_a_run_without_time_still_measures_every_row() -> None:
    least = FULL.in_share(-1.0)
    assert least == FULL.in_share(SMALLEST_SHARE)
    assert min(least.burst, least.mails, least.acknowledgments, least.dormant_candidates) > 0
