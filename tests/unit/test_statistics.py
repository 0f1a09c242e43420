"""Pure statistics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.statistics import wilson_interval


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [
        # scipy 1.17 binomtest(correct, n).proportion_ci(method="wilson")
        (0, 10, 0.0, 0.2775327998628892),
        (10, 10, 0.7224672001371107, 1.0),
        (47, 150, 0.24454914102042035, 0.3914397502105443),
        (1, 2, 0.09453120573423074, 0.9054687942657694),
    ],
)
def test_wilson_agrees_with_published_values(correct: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(correct, n) == pytest.approx((low, high), abs=1e-9)


def test_no_measurements_have_no_interval() -> None:
    assert wilson_interval(0, 0) is None


def test_more_correct_than_measured_is_refused() -> None:
    with pytest.raises(ValueError, match=r"correct=3 is not within 0\.\.2"):
        wilson_interval(3, 2)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    correct, n = counts
    interval = wilson_interval(correct, n)
    assert interval is not None
    assert 0 <= interval[0] <= correct / n <= interval[1] <= 1
