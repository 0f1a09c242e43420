"""Several tests of the same runs: what Westfall and Young's step-down makes of their p-values."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

import pytest

from pytest_finetunebench.runs.statistics import Alternative, clustered_permutation_tests, holm, step_down

Changes = Mapping[str, float]
ALTERNATIVES: tuple[Alternative, ...] = ("drop", "two-sided")


def p_values(tests: Sequence[Changes], alternative: Alternative) -> list[float]:
    found = [clustered_permutation_tests(list(test.values())) for test in tests]
    return [1.0 if one is None else one.drop if alternative == "drop" else one.two_sided for one in found]


def adjusted(tests: Sequence[Changes], alternative: Alternative = "drop", draws: int = 999) -> list[float]:
    return step_down(tests, p_values(tests, alternative), alternative, draws)


def by_definition(tests: Sequence[Changes], alternative: Alternative) -> list[float]:
    """Flip the signs of all units in every way, and count how often the lowest p-value is as low."""
    units = sorted({unit for test in tests for unit in test})
    flips = [dict(zip(units, signs, strict=True)) for signs in itertools.product((1, -1), repeat=len(units))]
    found = [
        p_values([{unit: flip[unit] * test[unit] for unit in test} for test in tests], alternative) for flip in flips
    ]
    order = sorted(range(len(tests)), key=found[0].__getitem__)
    result, highest = [0.0] * len(tests), 0.0
    for rank, place in enumerate(order):
        lower = sum(min(row[other] for other in order[rank:]) <= found[0][place] + 1e-9 for row in found)
        highest = max(highest, lower / len(flips))
        result[place] = highest
    return result


def suite(seed: int, items: int) -> list[dict[str, float]]:
    """Return tests over all probes, over one kind, over a part of the items, and over shares of samples."""
    generator = random.Random(seed)
    changes = {f"i{item}": [generator.choice([-1, -1, 0, 1]) for _ in range(3)] for item in range(items)}
    return [
        {item: float(sum(found)) for item, found in changes.items()},
        {item: float(found[0]) for item, found in changes.items()},
        {item: sum(found) / 3 for item, found in changes.items() if item < "i4"},
        {item: found[1] + 0.25 * found[2] for item, found in changes.items()},
    ]


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("seed", range(4))
def test_it_is_exact_on_few_items(seed: int, alternative: Alternative) -> None:
    tests = suite(seed, 6)
    assert adjusted(tests, alternative) == pytest.approx(by_definition(tests, alternative), abs=1e-9)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("items", [7, 40])
def test_it_lies_between_each_p_value_and_holms(items: int, alternative: Alternative) -> None:
    tests = suite(9, items)
    raw = p_values(tests, alternative)
    found = adjusted(tests, alternative)
    assert all(own <= one <= bound for own, one, bound in zip(raw, found, holm(raw), strict=True))
    assert found != raw


def test_a_test_of_the_same_changes_costs_nothing() -> None:
    one, two, *_ = suite(2, 40)
    same = {item: value for item, value in reversed(one.items()) if value}
    assert adjusted([one]) == adjusted([one, same])[:1] == p_values([one], "drop")
    assert adjusted([one, two]) == adjusted([one, same, two])[::2] == adjusted([two, one])[::-1]


def test_a_test_that_can_reject_nothing_costs_nothing() -> None:
    falls: Changes = {f"i{item}": -1.0 for item in range(6)}
    few: Changes = {"j1": -1.0, "j2": -1.0}
    assert adjusted([falls, few, {"k": 0.0}]) == pytest.approx([1 / 64, 1 / 4, 1.0])
    assert holm([1 / 64, 1 / 4, 1.0])[0] == 3 / 64


def test_disjoint_tests_cost_as_much_as_independent_ones() -> None:
    tests: list[Changes] = [{f"{name}{item}": -1.0 for item in range(6)} for name in "ab"]
    assert adjusted(tests) == pytest.approx([1 - (1 - 1 / 64) ** 2] * 2)


def test_shares_without_a_common_denominator_are_drawn() -> None:
    generator = random.Random(1)
    tests: list[Changes] = [{f"{name}{item}": generator.random() - 0.7 for item in range(20)} for name in "ab"]
    raw = p_values(tests, "drop")
    found = step_down(tests, raw, "drop", draws=2000)
    assert max(found) == max(raw)
    assert min(found) == pytest.approx(2 * min(raw), rel=0.2), (raw, found)


def test_what_cannot_be_adjusted_is_refused() -> None:
    with pytest.raises(ValueError, match="2 tests and 1 p-values"):
        step_down([{}, {}], [0.5])
    with pytest.raises(ValueError, match="draws=0 is below 1"):
        step_down([{}], [0.5], draws=0)
    with pytest.raises(ValueError, match=r"p-value 1\.5 is not within"):
        step_down([{}], [1.5])
