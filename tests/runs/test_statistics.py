"""Intervals, tests by counting, and sizes of suites, against scipy, statsmodels and published figures."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_finetunebench.runs.statistics import (
    Clusters,
    clustered_interval,
    clustered_permutation_test,
    cohen_kappa,
    gap_interval,
    holm,
    intervals,
    item_differences,
    item_variance,
    mcnemar_exact,
    needed_items,
    paired_difference,
    wilson_interval,
)
from pytest_finetunebench.runs.statistics.beta_binomial import CORRELATIONS, WEIGHTS, beta_binomial_posterior
from tests.support.answers import MOMENT

COUNTS = [(0, 1), (1, 1), (0, 10), (10, 10), (1, 2), (47, 150), (3, 1000), (9_999, 10_000)]
ITEMS = st.lists(st.lists(st.booleans(), min_size=1, max_size=4), min_size=1, max_size=25)
"""Right or wrong for the probes of each item."""
PAIRS = st.lists(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4), min_size=1, max_size=25)
"""Right or wrong in run A and in run B for the probes of each item."""


def two_runs(items: list[list[tuple[bool, bool]]]) -> tuple[list[float], list[float], list[int]]:
    """Flatten the items to the values of A, of B, and the items."""
    probes = [(a, b, place) for place, item in enumerate(items) for a, b in item]
    return [float(a) for a, _, _ in probes], [float(b) for _, b, _ in probes], [place for _, _, place in probes]


@pytest.mark.parametrize(("correct", "n"), COUNTS)
def test_wilson_agrees_with_scipy_and_statsmodels(correct: int, n: int) -> None:
    from scipy.stats import binomtest
    from statsmodels.stats.proportion import proportion_confint

    expected = binomtest(correct, n).proportion_ci(method="wilson")
    assert wilson_interval(correct, n) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert wilson_interval(correct, n) == pytest.approx(proportion_confint(correct, n, method="wilson"), abs=1e-9)


def test_no_measurements_have_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert clustered_interval([]) is None
    assert clustered_interval([[], []]) is None
    assert paired_difference([], [], []) is None
    assert gap_interval({"a": [1]}, {}) is None
    assert gap_interval({"a": []}, {"a": [1]}) is None
    assert item_variance([1], [1], ["a"]) is None


def test_more_correct_than_measured_is_refused() -> None:
    with pytest.raises(ValueError, match=r"correct=3 is not within 0\.\.2"):
        wilson_interval(3, 2)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    correct, n = counts
    interval = wilson_interval(correct, n)
    assert interval is not None
    assert 0 <= interval[0] <= correct / n <= interval[1] <= 1


@pytest.mark.parametrize(("correct", "n"), [(1, 2), (47, 150), (3, 1000), (9_999, 10_000), (1, 3), (2, 5), (14, 24)])
def test_items_of_one_probe_join_wilsons_and_jeffreys_intervals(correct: int, n: int) -> None:
    from scipy.stats import beta

    found, wilson = clustered_interval([[1.0]] * correct + [[0.0]] * (n - correct)), wilson_interval(correct, n)
    assert wilson is not None
    jeffreys = beta(correct + 0.5, n - correct + 0.5).ppf([0.025, 0.975])
    joined = (min(wilson[0], jeffreys[0]), max(wilson[1], jeffreys[1]))
    assert found == pytest.approx(joined, abs=0.02 * (joined[1] - joined[0]))


@pytest.mark.parametrize(("items", "low"), [(1, 0.05), (4, 0.4729), (6, 0.6070), (7, 0.6457), (100, 0.9630)])
def test_items_that_are_all_right_or_all_wrong_count_once_each(items: int, low: float) -> None:
    # the mid-P interval up to six items, Wilson's of more
    assert low == pytest.approx(min(0.05 ** (1 / items), items / (items + 1.959964**2)), abs=5e-5)
    for sizes in ([1] * items, [6] * items, [60, *[3] * (items - 1)]):
        assert clustered_interval([1.0] * size for size in sizes) == pytest.approx((low, 1), abs=5e-5)
        assert clustered_interval([0.0] * size for size in sizes) == pytest.approx((0, 1 - low), abs=5e-5)


@pytest.mark.parametrize("freedom", [2.0, 3.5, 8.0, 30.0, 1e3, math.inf])
def test_the_quantile_of_students_t_distribution(freedom: float) -> None:
    from scipy.stats import t

    assert intervals._student(freedom) == pytest.approx(t.ppf(0.975, freedom), rel=0.04 if freedom < 3 else 0.01)


@pytest.mark.parametrize("correct", [0, 7, 20])
def test_probes_that_always_agree_count_about_once_per_item(correct: int) -> None:
    groups = [[1.0] * 3] * correct + [[0.0] * 3] * (20 - correct)
    assert clustered_interval(groups) == pytest.approx(wilson_interval(correct, 20), abs=0.02)


def test_probes_that_agree_no_more_than_chance_count_about_each() -> None:
    assert clustered_interval([[1, 0]] * 10) == pytest.approx(wilson_interval(10, 20), abs=0.01)


GROUPS = [(3, 3), (2, 3), (0, 3), (1, 3), (3, 3), (0, 1), (5, 6)]


def test_the_posterior_is_that_of_the_beta_binomial_model() -> None:
    import numpy as np
    from scipy.stats import beta, betabinom, binom

    edges = np.sin(np.linspace(0, np.pi / 2, 4001)) ** 2
    rates = (edges[1:] + edges[:-1]) / 2
    prior = np.diff(beta.cdf(edges, 0.5, 0.5))
    rows = []
    for rho, weight in zip(CORRELATIONS, WEIGHTS, strict=True):
        likelihood = np.full_like(rates, weight) * prior
        for right, size in GROUPS:
            shape = (1 / rho - 1) if rho else 0.0
            one = betabinom.pmf(right, size, rates * shape, (1 - rates) * shape) if rho else None
            likelihood *= binom.pmf(right, size, rates) if one is None else one
        rows.append(likelihood)
    masses = np.array(rows)
    masses /= masses.sum()
    by_rate = masses.sum(0)
    below = np.cumsum(by_rate)
    found = beta_binomial_posterior([right for right, _ in GROUPS], [size for _, size in GROUPS])
    mean = (by_rate * rates).sum()
    assert found.mean == pytest.approx(mean, abs=1e-5)
    assert found.variance == pytest.approx((by_rate * (rates - mean) ** 2).sum(), rel=1e-3)
    assert found.correlation == pytest.approx((masses.sum(1) * np.array(CORRELATIONS)).sum(), abs=1e-5)
    assert found.low == pytest.approx(rates[np.searchsorted(below, 0.025)], abs=2e-3)
    assert found.high == pytest.approx(rates[np.searchsorted(below, 0.975)], abs=2e-3)


def test_many_items_tell_their_correlation() -> None:
    generator = random.Random(8)
    sums = [float(sum(generator.random() < ability for _ in range(6))) for ability in beta_draws(generator, 0.3, 3000)]
    assert beta_binomial_posterior(sums, [6] * 3000).correlation == pytest.approx(0.3, abs=0.03)
    alone = [float(generator.random() < 0.7) for _ in range(300)]
    assert beta_binomial_posterior(alone, [1] * 300).correlation == 0


def beta_draws(generator: random.Random, correlation: float, items: int) -> list[float]:
    """Draw chances of mean 0.7 whose probes have a correlation within items."""
    weight = 1 / correlation - 1
    return [generator.betavariate(0.7 * weight, 0.3 * weight) for _ in range(items)]


def test_one_item_that_dominates_does_not_decide_alone() -> None:
    # all of the large item right, half of the others: the rate is pulled up, the interval still holds one half
    groups = [[1.0] * 60, *[[1.0, 0.0]] * 30]
    found = clustered_interval(groups)
    assert found is not None
    assert found[0] < 0.5 < 0.75 <= found[1]


def test_repeats_tell_more_than_one_sample_where_samples_differ() -> None:
    groups = [[0.6], [0.4]] * 20
    once, often = clustered_interval(groups), clustered_interval(groups, repeats=5)
    assert once == pytest.approx(wilson_interval(20, 40), abs=0.01)
    assert often == pytest.approx(wilson_interval(100, 200), abs=0.01)
    # samples that always agree tell nothing more
    same = [[1.0]] * 12 + [[0.0]] * 8
    assert clustered_interval(same, repeats=5) == pytest.approx(clustered_interval(same), abs=0.02)


@given(ITEMS)
def test_clustered_interval_holds_the_rate_and_is_no_narrower_than_wilson(items: list[list[bool]]) -> None:
    correct, n = sum(map(sum, items)), sum(map(len, items))
    interval, plain = clustered_interval(items), wilson_interval(correct, n)
    assert interval is not None
    assert plain is not None
    assert 0 <= interval[0] <= correct / n + 1e-12
    assert correct / n - 1e-12 <= interval[1] <= 1
    assert interval[1] - interval[0] >= plain[1] - plain[0] - 1e-12


@given(st.integers(1, 3).flatmap(lambda size: st.lists(st.integers(0, size), min_size=1, max_size=12)), st.data())
def test_one_more_right_answer_never_lowers_an_end(rights: list[int], data: st.DataObject) -> None:
    size = max(1, *rights)
    wrong = [place for place, right in enumerate(rights) if right < size]
    assume(wrong)
    place = data.draw(st.sampled_from(wrong))
    better = [right + (one == place) for one, right in enumerate(rights)]
    _assert_no_end_falls(
        [[1] * right + [0] * (size - right) for right in rights],
        [[1] * right + [0] * (size - right) for right in better],
    )


@given(ITEMS, st.integers(1, 6), st.integers(0, 25))
def test_one_more_item_all_right_never_lowers_an_end(items: list[list[bool]], size: int, place: int) -> None:
    wrong, right = [0.0] * size, [1.0] * size
    _assert_no_end_falls([*items[:place], wrong, *items[place:]], [*items[:place], right, *items[place:]])


@given(ITEMS)
def test_no_lower_end_is_above_that_of_all_right(items: list[list[bool]]) -> None:
    interval, best = clustered_interval(items), clustered_interval([True] * len(item) for item in items)
    assert interval is not None
    assert best is not None
    assert interval[0] <= best[0]


def _assert_no_end_falls(worse: Sequence[Sequence[float]], better: Sequence[Sequence[float]]) -> None:
    before, after = clustered_interval(worse), clustered_interval(better)
    assert before is not None
    assert after is not None
    assert before[0] <= after[0] + 1e-9
    assert before[1] <= after[1] + 1e-9


@given(ITEMS)
def test_clustered_interval_mirrors_when_right_and_wrong_are_swapped(items: list[list[bool]]) -> None:
    interval = clustered_interval(items)
    mirrored = clustered_interval([[not value for value in item] for item in items])
    assert interval is not None
    assert mirrored == pytest.approx((1 - interval[1], 1 - interval[0]), abs=1e-9)


def test_difference_of_single_probes_is_newcombes_method_10() -> None:
    # Cavo et al. (2012), as R contingencytables' Newcombe_square_and_add_CI_paired_2x2 prints it, A - B:
    # -0.0621 (-0.1186 to -0.0046)
    a = [1.0] * 59 + [0.0] * 16 + [1.0] * 6 + [0.0] * 80
    b = [1.0] * 75 + [0.0] * 86
    found = paired_difference(a, b, range(161))
    assert found is not None
    assert found.value == pytest.approx(10 / 161)
    assert (found.low, found.high) == pytest.approx((0.0046, 0.1186), abs=5e-5)


@pytest.mark.parametrize(("right_a", "right_b"), [(20, 0), (0, 20), (20, 13), (0, 4), (20, 20), (0, 0)])
def test_difference_without_correlation_agrees_with_statsmodels(right_a: int, right_b: int) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    a = [1.0] * right_a + [0.0] * (20 - right_a)
    b = [1.0] * right_b + [0.0] * (20 - right_b)
    expected = confint_proportions_2indep(right_b, 20, right_a, 20, compare="diff", method="newcomb")
    found = paired_difference(a, b, range(20))
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_repeats_narrow_a_difference_towards_its_spread_between_items() -> None:
    generator = random.Random(4)
    abilities = [generator.betavariate(1.4, 0.6) for _ in range(300)]
    a, b = ([sum(generator.random() < ability for _ in range(5)) / 5 for ability in abilities] for _ in range(2))
    often, once = paired_difference(a, b, range(300), repeats=5), paired_difference(a, b, range(300))
    variance = item_variance(a, b, range(300))
    assert often is not None
    assert once is not None
    assert variance is not None
    normal = 2 * 1.959964 * math.sqrt(variance / 300)
    assert normal <= often.high - often.low <= 1.2 * normal
    assert often.high - often.low < once.high - once.low


def test_a_large_item_hides_its_own_spread() -> None:
    # deviations 0.5, -1.25 and 0.75 probes of 12; the large item draws the rate towards itself by 8/12
    found = Clusters((6.5, 0.25, 2.25), (8, 2, 2))
    variance = ((0.5 / (1 / 3)) * 0.5 + 1.25**2 / (5 / 6) + 0.75**2 / (5 / 6)) / 144
    assert found.rate == pytest.approx(0.75)
    assert found.observed_n() == pytest.approx(0.75 * 0.25 / variance * 12 / 11)
    # of equal items each draws alike
    alike = Clusters((3.0, 1.0, 2.0, 0.0), (3, 3, 3, 3))
    assert alike.observed_n() == pytest.approx(0.25 / (4 / 3 * 5 / 144) * 12 / 11)


@given(PAIRS)
def test_difference_is_bounded_and_changes_sign_with_the_runs(items: list[list[tuple[bool, bool]]]) -> None:
    a, b, clusters = two_runs(items)
    found, reverse = paired_difference(a, b, clusters), paired_difference(b, a, clusters)
    assert found is not None
    assert reverse == pytest.approx((-found.value, -found.high, -found.low), abs=1e-9)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low


@given(PAIRS, st.integers(2, 3))
def test_copies_of_a_probe_tell_nothing_more_about_a_difference(
    items: list[list[tuple[bool, bool]]], copies: int
) -> None:
    single = [[item[0]] for item in items]
    once = paired_difference(*two_runs(single))
    again = paired_difference(*two_runs([item * copies for item in single]))
    assert once is not None
    assert again is not None
    # the design effect divides by n - 1: copies are worth up to one probe less
    assert again.high - again.low >= (once.high - once.low) * (1 - 1e-9)


def test_difference_of_many_items_is_the_cluster_robust_normal_interval() -> None:
    generator = random.Random(3)
    items = []
    for _ in range(3000):
        ability = generator.betavariate(2, 1)
        items.append([(generator.random() < ability, generator.random() < ability) for _ in range(3)])
    a, b, clusters = two_runs(items)
    found, variance = paired_difference(a, b, clusters), item_variance(a, b, clusters)
    assert found is not None
    assert variance is not None
    half = 1.959964 * math.sqrt(variance / 3000)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half), abs=0.02 * half)


def test_gap_counts_each_side_by_its_own_probes() -> None:
    memorization = {f"item-{n}": [1.0] for n in range(20)}
    generalization = {f"item-{n}": [float(n < 8)] * 3 for n in range(20)}
    gap = gap_interval(memorization, generalization)
    assert gap is not None
    assert gap.value == pytest.approx(0.6)
    assert gap == gap_interval(memorization, dict(reversed(generalization.items())))
    plain = paired_difference([float(n < 8) for n in range(20)], [1.0] * 20, range(20))
    assert plain is not None
    assert (gap.low, gap.high) == pytest.approx((plain.low, plain.high), abs=0.02)


def test_gap_of_items_missing_on_one_side() -> None:
    gap = gap_interval({"a": [1], "b": [1]}, {"b": [0, 1], "c": [0, 0]})
    assert gap is not None
    assert gap.value == pytest.approx(0.75)
    assert gap.low < 0.75 < gap.high <= 1


def test_a_gap_is_no_wider_than_its_two_rates_where_one_item_holds_over_half_of_the_probes() -> None:
    memorization = {f"item-{n}": [1.0] for n in range(100)}
    generalization = {f"item-{n}": [float(n % 3 == 0)] * 3 for n in range(1, 100)}
    generalization["item-0"] = [1.0] * 60 + [0.0] * 240
    gap, rate = gap_interval(memorization, generalization), clustered_interval(generalization.values())
    trained = clustered_interval(memorization.values())
    assert gap is not None
    assert rate is not None
    assert trained is not None
    assert gap.high - gap.low <= rate[1] - rate[0] + trained[1] - trained[0]
    assert gap.low <= gap.value <= gap.high


@pytest.mark.parametrize(("fixed", "broke"), [(0, 0), (0, 1), (5, 0), (3, 9), (7, 7), (40, 12), (900, 1000)])
def test_mcnemar_agrees_with_scipy_and_statsmodels(fixed: int, broke: int) -> None:
    from scipy.stats import binomtest
    from statsmodels.stats.contingency_tables import mcnemar

    expected = binomtest(fixed, fixed + broke).pvalue if fixed + broke else 1.0
    assert mcnemar_exact(fixed, broke) == pytest.approx(expected, abs=1e-9)
    if fixed + broke:
        assert mcnemar_exact(fixed, broke) == pytest.approx(mcnemar([[1, fixed], [broke, 1]]).pvalue, abs=1e-9)


def test_mcnemar_refuses_negative_counts() -> None:
    with pytest.raises(ValueError, match="fixed=-1 and broke=2: counts are not negative"):
        mcnemar_exact(-1, 2)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_symmetric_and_bounded(fixed: int, broke: int) -> None:
    assert mcnemar_exact(fixed, broke) == mcnemar_exact(broke, fixed)
    assert 0 < mcnemar_exact(fixed, broke) <= 1


@pytest.mark.parametrize(
    "p_values", [[0.04], [0.01, 0.04, 0.03], [0.0, 1.0, 0.5, 0.5], [0.02, 0.02, 0.02], [0.3, 0.001, 0.2, 0.012, 0.05]]
)
def test_holm_agrees_with_statsmodels(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-9)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_raises_p_values_and_keeps_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    assert [q for _, q in sorted(zip(p_values, adjusted, strict=True))] == sorted(adjusted)


def test_holm_refuses_what_is_no_p_value() -> None:
    with pytest.raises(ValueError, match=r"p-value 1\.5 is not within 0\.\.1"):
        holm([0.2, 1.5])


def test_item_variance_is_that_of_the_items_mean_differences() -> None:
    a, b, clusters = [1, 1, 1, 0, 0, 1], [1, 0, 0, 0, 1, 1], ["x", "x", "y", "y", "z", "z"]
    assert item_variance(a, b, clusters) == pytest.approx(1 / 3)


def test_needed_items_of_single_probes_is_connors_number_with_its_correction() -> None:
    discordant, drop = 0.3, 0.1
    normal = NormalDist().inv_cdf
    connor = ((normal(0.95) * math.sqrt(discordant) + normal(0.9) * math.sqrt(discordant - drop**2)) / drop) ** 2
    needed = needed_items(drop, discordant - drop**2)
    assert connor < needed < connor + 2 / drop + 4
    # McNemar's statistic, less the correction by one, then stands where the power asks
    shift = needed * drop - 1
    assert shift / math.sqrt(needed) >= (connor**0.5) * drop - 1e-9


def test_without_variance_the_drop_itself_sets_the_number() -> None:
    assert needed_items(0.1, 0.0) == needed_items(0.1, 0.1 - 0.01)
    assert needed_items(0.1, 0.0, probes=3) < needed_items(0.1, 0.0)


@given(st.floats(0.01, 0.5), st.floats(0, 1), st.floats(0.5, 0.98))
def test_needed_items_grow_with_noise_and_power_and_fall_with_the_drop(
    drop: float, variance: float, power: float
) -> None:
    needed = needed_items(drop, variance, power=power)
    assert needed >= 1
    assert needed_items(drop, variance + 0.1, power=power) >= needed
    assert needed_items(drop, variance, power=power + 0.01) >= needed
    assert needed_items(drop * 1.1, variance, power=power) <= needed
    assert needed_items(drop, variance, alpha=0.01, power=power) >= needed


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: paired_difference([1], [1, 0], ["a"]), "1 values of A, 2 of B and 1 items: there must be one of each"),
        (lambda: item_differences([1.5], [1], ["a"]), r"value 1\.5 is not within 0\.\.1"),
        (lambda: paired_difference([math.nan], [1], ["a"]), r"value nan is not within 0\.\.1"),
        (lambda: gap_interval({"a": [-1]}, {"a": [1]}), r"value -1 is not within 0\.\.1"),
        (lambda: clustered_interval([[1]], repeats=0), "repeats=0 is below 1"),
        (lambda: needed_items(0.0, 0.1), r"drop=0\.0 is not between 0 and 1"),
        (lambda: needed_items(0.1, -0.1), r"variance=-0\.1 is negative or not finite"),
        (lambda: needed_items(0.1, 0.1, power=1.0), r"power=1\.0 is not between 0 and 1"),
        (lambda: needed_items(0.1, 0.1, power=0.05), r"power=0\.05 is not above alpha=0\.05"),
        (lambda: needed_items(0.1, 0.1, probes=0.5), r"probes=0\.5 is below 1"),
    ],
)
def test_impossible_input_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_ten_thousand_probes_take_well_under_a_second() -> None:
    generator = random.Random(1)
    clusters = [probe // 3 for probe in range(10_000)]
    a, b = ([float(generator.random() < 0.7) for _ in clusters] for _ in range(2))
    start = time.process_time()
    clustered_permutation_test(item_differences(a, b, clusters), "drop")
    paired_difference(a, b, clusters)
    item_variance(a, b, clusters)
    mcnemar_exact(5000, 4900)
    assert time.process_time() - start < MOMENT


@pytest.mark.parametrize(
    ("both", "first", "second", "n", "kappa"),
    [(20, 25, 30, 50, 0.4), (5, 5, 5, 10, 1.0), (0, 5, 5, 10, -1.0), (10, 10, 10, 10, None), (0, 0, 0, 0, None)],
)
def test_cohen_kappa(both: int, first: int, second: int, n: int, kappa: float | None) -> None:
    assert cohen_kappa(both, first, second, n) == (None if kappa is None else pytest.approx(kappa, abs=1e-12))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_cohen_kappa_agrees_with_statsmodels(pairs: list[tuple[bool, bool]]) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    table = [[sum(pair == (a, b) for pair in pairs) for b in (True, False)] for a in (True, False)]
    both, first, second = table[0][0], sum(table[0]), table[0][0] + table[1][0]
    ours = cohen_kappa(both, first, second, len(pairs))
    if ours is not None:
        assert ours == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


def test_cohen_kappa_refuses_contradictory_counts() -> None:
    with pytest.raises(ValueError, match="both=3, first=2, second=5 of n=9 contradict each other"):
        cohen_kappa(3, 2, 5, 9)
