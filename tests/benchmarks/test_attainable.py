"""What no interval reaches: few items, where all sets of data can be tried."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest

from benchmarks import attainable
from benchmarks.coverage import HIGHEST, LOWEST


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_with_one_probe_an_item_it_agrees_with_trying_all_runs_of_counts(rate: float) -> None:
    chances = [comb(3, right) * rate**right * (1 - rate) ** (3 - right) for right in range(4)]
    runs = [sum(chances[low : high + 1]) for low, high in product(range(4), repeat=2) if rate != 0.5 or low + high == 3]
    found = attainable.most_in_range(3, "1", rate)
    assert (found.cells, found.in_range) == (1, int(any(LOWEST <= one <= HIGHEST for one in runs)))


def test_what_is_right_in_all_cannot_be_told_from_a_high_correlation() -> None:
    assert attainable.most_in_range(3, "3", 0.5) == attainable.Found(4, 0)
    assert attainable.most_in_range(3, "3", 0.1) == attainable.Found(4, 4)


def test_the_table_names_what_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attainable, "SHAPES", ("1",))
    assert attainable.main(["--items", "3", "--any"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 items, size 1: out of reach: 1 at p 0.05, 1 at p 0.2, 1 at p 0.5",
        "3 items: at most 6 of 11 cells in range, 54.5%",
    ]
