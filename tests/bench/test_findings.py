"""Bounds, ratios and numbers of the bench's table."""

import pytest

from bench.findings import Finding, Line, Verdict, number, percentile


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        pytest.param(Line("events", 33, at_most=33), Verdict.OK, id="at its bound"),
        pytest.param(Line("events", 34, at_most=33), Verdict.SHORT, id="above its bound"),
        pytest.param(Line("CPU", 5, "ms", 4, "lean", times_control=1.25), Verdict.OK, id="at its ratio"),
        pytest.param(Line("CPU", 5.1, "ms", 4, "lean", times_control=1.25), Verdict.SHORT, id="above its ratio"),
        pytest.param(Line("CPU", 5, "ms", None, "lean", times_control=1.25), Verdict.SHORT, id="ratio to nothing"),
        pytest.param(
            Line("MB", 140, "MB", 100, "lean", at_most=150, times_control=1.3), Verdict.SHORT, id="one of two"
        ),
        pytest.param(Line("sent twice", 0, "", 42, "poller", at_most=0), Verdict.OK, id="none of what the control has"),
        pytest.param(Line("median", 3, "s"), Verdict.INFO, id="no bound"),
    ],
)
def test_a_line_is_ok_when_all_of_its_bounds_hold(line: Line, verdict: Verdict) -> None:
    assert line.verdict is verdict


def test_a_row_is_short_when_one_line_is_or_when_it_could_not_be_measured() -> None:
    kept, broken = Line("kept", 1, at_most=1), Line("broken", 2, at_most=1)
    assert Finding("row", (kept, broken), 1.0).verdict is Verdict.SHORT
    assert Finding("row", (kept, Line("said", 3)), 1.0).verdict is Verdict.OK
    assert Finding("row", (), 1.0, failed="no server").verdict is Verdict.SHORT


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1.0) == 100
    assert percentile([7.0], 0.99) == 7
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (33, "33"), (100_000, "100 000"), (0.03456, "0.0346"), (12.34, "12.3"), (1234.5, "1 234")],
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_bounds_and_controls_are_said_with_their_units() -> None:
    line = Line("memory", 182, "MB", 75, "lean", at_most=150, times_control=1.3)
    assert line.bound == "≤ 150 MB, ≤ 1.3 × control"
    assert line.compared() == "75 MB (lean)"
