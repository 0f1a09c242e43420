"""The simulated coverage of intervals, with few draws and loose bounds."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import coverage
from benchmarks.coverage import FLOOR, Cell, cells, simulate, sizes_of
from pytest_finetunebench.runs.statistics import clustered_interval


@pytest.mark.parametrize("items", [3, 10])
def test_one_probe_an_item_is_covered_exactly(items: int) -> None:
    for cell in cells("rate", [items]):
        if cell.shape == "1":
            found = simulate(cell, draws=0, seed=1)
            assert found.coverage >= FLOOR, cell
            assert 0 < found.width < 1


@pytest.mark.parametrize(
    "cell",
    [
        Cell("rate", 10, "3", 0.1, 0.6),
        Cell("rate", 5, "dominant", 0.3, 0.3),
        Cell("paired", 10, "3", 0.3, 0.3),
        Cell("gap", 10, "3", 0.3, 0.3),
    ],
)
def test_intervals_hold_the_true_value_mostly(cell: Cell) -> None:
    found = simulate(cell, draws=150, seed=1)
    assert found.coverage >= 0.87
    assert found == simulate(cell, draws=150, seed=1)


def test_one_item_dominates() -> None:
    sizes = sizes_of(Cell("rate", 10, "dominant", 0.5, 0.0))
    assert 0.5 < max(sizes) / sum(sizes) < 0.6


def test_the_table_counts_the_cells_above_one_half_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--items", "3", "--draws", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["items", "cells"]
    assert [line.split()[:2] for line in lines[1:]] == [["3", "143"], ["all", "143"]]
    coverage.main(["--items", "3", "--draws", "2", "--json"])
    assert len(json.loads(capsys.readouterr().out)) == 78


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=1, max_size=12), st.randoms())
def test_the_order_of_items_and_probes_has_no_say(items: list[list[bool]], shuffler: random.Random) -> None:
    shuffled = [shuffler.sample(item, len(item)) for item in items]
    shuffler.shuffle(shuffled)
    assert clustered_interval(shuffled) == clustered_interval(items)
