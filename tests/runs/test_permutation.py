"""The sign-flip permutation test, against scipy's and against every sign-flip."""

from __future__ import annotations

import itertools
import math
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.runs.statistics import (
    clustered_permutation_test,
    clustered_permutation_tests,
    item_differences,
    mcnemar_exact,
)
from pytest_finetunebench.runs.statistics.permutation import Alternative, chances_at_most
from tests.support.answers import MOMENT

ALTERNATIVES: tuple[Alternative, ...] = ("drop", "two-sided")
SMALL = st.lists(st.integers(-4, 4), min_size=1, max_size=10)


def p_value(differences: list[float], alternative: Alternative = "two-sided") -> float:
    tested = clustered_permutation_test(differences, alternative)
    assert tested is not None
    assert tested.draws is None
    return tested.p_value


def every_sign(differences: list[float], alternative: Alternative) -> float:
    """Return the p-value by going through all sign-flips."""
    observed = sum(differences)
    sums = [
        sum(sign * difference for sign, difference in zip(signs, differences, strict=True))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    if alternative == "drop":
        return sum(total <= observed + 1e-9 for total in sums) / len(sums)
    return sum(abs(total) >= abs(observed) - 1e-9 for total in sums) / len(sums)


@given(SMALL, st.sampled_from(ALTERNATIVES))
def test_exact_p_value_is_the_share_of_all_sign_flips(differences: list[float], alternative: Alternative) -> None:
    if any(differences):
        assert p_value(differences, alternative) == pytest.approx(every_sign(differences, alternative), abs=1e-12)


@given(SMALL, st.sampled_from([2, 3, 5, 7]), st.sampled_from(ALTERNATIVES))
def test_shares_of_repeats_are_as_exact_as_whole_numbers(
    differences: list[float], repeats: int, alternative: Alternative
) -> None:
    shares = [difference / repeats for difference in differences]
    assert p_value(shares, alternative) == pytest.approx(p_value(differences, alternative), abs=1e-12)


@pytest.mark.parametrize("differences", [[3, -1, 2, -2, 1, 1], [-3, -3, -3], [1, -1], [0, 2, -1, 0]])
def test_agrees_with_scipy(differences: list[float]) -> None:
    import numpy as np
    from scipy.stats import permutation_test

    for ours, theirs in (("drop", "less"), ("two-sided", "two-sided")):
        expected = permutation_test(
            (np.array(differences),),
            np.sum,
            permutation_type="samples",
            alternative=theirs,
            n_resamples=np.inf,
        )
        alternative: Alternative = "drop" if ours == "drop" else "two-sided"
        assert p_value(differences, alternative) == pytest.approx(expected.pvalue, abs=1e-9)


@given(st.integers(0, 400), st.integers(0, 400))
def test_single_probes_are_mcnemars_test(fixed: int, broke: int) -> None:
    differences = [1.0] * fixed + [-1.0] * broke + [0.0]
    assert p_value(differences) == pytest.approx(mcnemar_exact(fixed, broke), abs=1e-12)


@given(SMALL)
def test_two_sided_is_the_same_for_a_gain_and_for_a_drop(differences: list[float]) -> None:
    mirrored = [-difference for difference in differences]
    assert p_value(differences) == pytest.approx(p_value(mirrored), abs=1e-12)
    assert 0 < p_value(differences) <= 1


@given(SMALL, st.integers(1, 4))
def test_one_more_item_that_fell_lowers_the_p_value_of_a_drop(differences: list[float], fall: int) -> None:
    """Only where all that changed fell: elsewhere the new item widens the distribution too."""
    fallen = [-float(abs(difference)) for difference in differences]
    assert p_value([*fallen, -fall], "drop") < p_value(fallen, "drop")


@given(SMALL)
def test_items_that_did_not_change_do_not_matter(differences: list[float]) -> None:
    assert p_value([*differences, 0.0, 0.0]) == p_value(differences)


def test_where_nothing_changed_the_p_value_is_one_and_without_items_there_is_none() -> None:
    for alternative in ALTERNATIVES:
        assert p_value([0.0, 0.0], alternative) == 1.0
        assert clustered_permutation_test([], alternative) is None


def test_all_items_gained() -> None:
    assert p_value([2.0] * 12, "drop") == pytest.approx(1.0)
    assert p_value([2.0] * 12) == pytest.approx(2 / 2**12)


def test_tiny_p_values_are_not_lost_in_rounding() -> None:
    assert p_value([-1.0] * 400, "drop") >= math.ldexp(1, -400)
    assert p_value([-1.0] * 400, "drop") < 1e-12


def test_the_distribution_is_that_of_a_polynomial_product() -> None:
    numbers = [1] * 40 + [2] * 25 + [3] * 17
    ways = [1]
    for number in numbers:
        longer = [0] * (len(ways) + number)
        for heads, count in enumerate(ways):
            longer[heads] += count
            longer[heads + number] += count
        ways = longer
    size = sum(numbers)
    limits = (0, 20, 50, 61, 70, size)
    exact = [sum(ways[: most + 1]) / 2 ** len(numbers) for most in limits]
    assert chances_at_most([2 * most - size for most in limits], numbers) == pytest.approx(exact, abs=1e-13)


@given(SMALL)
def test_one_distribution_gives_all_three_tests(differences: list[float]) -> None:
    found = clustered_permutation_tests(differences)
    turned = [-difference for difference in differences]
    assert found is not None
    assert found.two_sided == p_value(differences)
    assert found.drop == p_value(differences, "drop")
    assert found.gain == pytest.approx(p_value(turned, "drop"), abs=1e-12)


def test_drawn_tests_agree_with_each_alone() -> None:
    generator = random.Random(5)
    differences = [generator.random() - 0.6 for _ in range(20)]
    found = clustered_permutation_tests(differences)
    assert found is not None
    assert found.draws == 9_999
    for alternative, ours in (("drop", found.drop), ("two-sided", found.two_sided)):
        alone = clustered_permutation_test(differences, alternative)  # type: ignore[arg-type]
        assert alone is not None
        assert alone.p_value == ours
    assert found.gain == pytest.approx(1 - found.drop, abs=0.01)


def test_without_a_common_denominator_signs_are_drawn_and_repeatable() -> None:
    generator = random.Random(2)
    differences = [generator.random() - 0.55 for _ in range(14)]
    for alternative in ALTERNATIVES:
        drawn = clustered_permutation_test(differences, alternative, draws=20_000)
        assert drawn is not None
        assert drawn.draws == 20_000
        assert drawn == clustered_permutation_test(differences, alternative, draws=20_000)
        assert drawn.p_value == pytest.approx(every_sign(differences, alternative), abs=0.012)


def test_a_drawn_p_value_is_never_zero() -> None:
    drawn = clustered_permutation_test([-math.pi / 4 - n / 1e4 for n in range(60)], "drop", draws=99)
    assert drawn == (0.01, 99)


def test_item_differences_are_sums_in_the_order_of_the_items() -> None:
    assert item_differences([1, 1, 0, 0.5], [0, 1, 1, 0], ["x", "y", "y", "x"]) == [-1.5, 1.0]


@pytest.mark.parametrize(("repeats", "unit", "exact"), [(1, 1.0, True), (7, 1 / 7, True), (50, math.pi / 160, False)])
def test_many_items_take_well_under_a_second(repeats: int, unit: float, exact: bool) -> None:
    generator = random.Random(5)
    values = [unit * generator.randint(-3 * repeats, 3 * repeats) for _ in range(3_334)]
    start = time.process_time()
    tested = clustered_permutation_test(values, "drop")
    assert time.process_time() - start < MOMENT
    assert tested is not None
    assert (tested.draws is None) is exact


@pytest.mark.parametrize(
    ("differences", "options", "message"),
    [
        ([math.nan], {}, "a difference is not a finite number"),
        ([1.0], {"alternative": "less"}, "alternative 'less' is none of 'drop', 'two-sided'"),
        ([1.0], {"draws": 0}, "draws=0 is below 1"),
    ],
)
def test_impossible_input_is_refused(differences: list[float], options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clustered_permutation_test(differences, **options)  # type: ignore[arg-type]
