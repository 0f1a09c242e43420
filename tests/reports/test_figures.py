"""Figures: a rate never rounds to what it is not; columns count East Asian characters twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pytest_finetunebench.reports.columns import columns, fitted, left, right, wrapped
from pytest_finetunebench.reports.figures import percent, points, wide_interval


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.907, "90.7"), (1, "100.0"), (0, "0.0"), (0.9997, "99.97"), (0.0004, "0.04"), (0.9999999, ">99.999")],
)
def test_only_an_exact_rate_is_all_or_nothing(rate: float, text: str) -> None:
    assert percent(rate) == text


def test_small_figures() -> None:
    assert [points(0.5), points(-0.123), points(0.0001), points(-0.0001)] == ["+50.0", "-12.3", "0.0", "0.0"]
    assert wide_interval(0.187, 0.338) == "[18, 34]"
    assert wide_interval(0.0, 1.0) == "[0, 100]"


@given(st.text(st.characters(exclude_categories=["C"])), st.integers(4, 40))
def test_text_takes_no_more_columns_than_it_is_given(text: str, width: int) -> None:
    assert columns(text) == cell_len(text)
    assert columns(fitted(text, width)) <= width
    lines = wrapped(" ".join(text.split()), width, "- ", "  ")
    assert all(columns(line) <= width for line in lines)
    assert bool(lines) == bool(text.split())


def test_columns_are_filled() -> None:
    assert left("日本", 6) + "|" == "日本  |"
    assert right("日本語", 5) == "日本…"
    assert right("7", 3) == "  7"
