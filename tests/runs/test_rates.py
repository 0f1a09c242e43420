"""Pass rates of probes asked once or several times."""

from __future__ import annotations

import random
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.rates import (
    by_probe,
    fewest_samples,
    ordered_kinds,
    rate_of,
    rows_of,
    share,
    stored_rates,
)
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, probe, suites


def test_a_probe_counts_once_by_the_share_of_its_measured_samples() -> None:
    results = [
        *probe("ada/rephrased-1", RIGHT, RIGHT, WRONG),
        *probe("ada/rephrased-2", RIGHT, UNMEASURED, UNMEASURED),
        *probe("bo/rephrased-1", UNMEASURED, UNMEASURED),
    ]
    rate = rate_of(results)
    assert rate.correct == pytest.approx(5 / 3)
    assert (rate.n, rate.unmeasured) == (2, 1)
    assert rate.value == pytest.approx(5 / 6)


def test_shares_that_make_a_whole_number_are_one() -> None:
    thirds = [*probe("ada/form-1", RIGHT, WRONG, WRONG), *probe("ada/form-2", RIGHT, RIGHT, WRONG)]
    assert rate_of(thirds).correct == 1


def test_the_rate_of_another_outcome() -> None:
    results = [*probe("ada/form-1", STALE, WRONG), *probe("ada/form-2", RIGHT), *probe("ada/form-3", UNMEASURED)]
    assert rate_of(results, STALE).value == 0.25
    assert share(results[:2], WRONG) == 0.5
    assert share(results[3:]) is None
    assert share([]) is None


def test_nothing_has_no_rate() -> None:
    nothing = rate_of([])
    assert (nothing.value, nothing.interval, nothing.control, nothing.n) == (None, None, None, 0)
    rows, total = rows_of([])
    assert (rows, total.gap, total.control_gap, stored_rates(rows, total)) == ((), None, None, ())


def test_unmeasured_probes_are_stored_as_rates_of_nothing() -> None:
    (kind, overall_kind) = stored_rates(*rows_of(probe("ada/form-1", UNMEASURED)))
    assert (kind.category, kind.kind, kind.n, kind.rate, kind.low, kind.high) == ("people", "form", 0, None, None, None)
    assert overall_kind.category is None


def test_the_gap_needs_both_sides() -> None:
    trained, other = probe("ada/memorization-1", RIGHT), probe("ada/rephrased-1", WRONG, RIGHT)
    assert rows_of([*trained, *other])[1].gap == 0.5
    assert rows_of(trained)[1].gap is None
    assert rows_of(other)[1].gap is None


def test_the_control_counts_where_the_probe_does() -> None:
    results = [
        *probe("ada/form-1", RIGHT, WRONG, control=Outcome.CORRECT),
        *probe("ada/form-2", UNMEASURED, control=Outcome.CORRECT),
        *probe("ada/form-3", WRONG, control=Outcome.WRONG),
        *probe("ada/form-4", WRONG),
    ]
    rate = rate_of(results)
    assert (rate.control_correct, rate.control_n, rate.control) == (1, 2, 0.5)


def test_the_fewest_samples_are_those_of_the_least_measured_probe() -> None:
    results = [*probe("ada/form-1", RIGHT, WRONG, UNMEASURED), *probe("ada/form-2", RIGHT, RIGHT, RIGHT)]
    assert fewest_samples(results) == 2
    assert fewest_samples([*results, *probe("ada/form-3", UNMEASURED)]) == 2
    assert fewest_samples([]) == 1


def test_built_in_kinds_come_first() -> None:
    assert ordered_kinds({"zeta", "form", "alpha", "memorization"}) == ("memorization", "form", "alpha", "zeta")


@given(suites(runs=1), st.randoms(use_true_random=False))
def test_rates_lie_within_bounds_whatever_the_order(runs: list[list[ProbeResult]], order: random.Random) -> None:
    results = runs[0]
    rows, total = rows_of(results)
    for rate in (total.memorization, total.generalization, *(r for row in rows for r in row.kinds.values())):
        assert 0 <= rate.correct <= rate.n
        assert rate.interval is None or rate.interval[0] <= (rate.value or 0) + 1e-9
    assert sum(rate.n + rate.unmeasured for rate in total.kinds.values()) == len(by_probe(results))
    shuffled = results[:]
    order.shuffle(shuffled)
    assert stored_rates(*rows_of(shuffled)) == stored_rates(rows, total)


@given(suites(runs=1, repeats=1))
def test_asked_once_a_rate_is_right_by_measured(runs: list[list[ProbeResult]]) -> None:
    measured = [result for result in runs[0] if result.measured]
    rate = rate_of(runs[0])
    assert (rate.correct, rate.n) == (sum(result.correct for result in measured), len(measured))
    assert rate.value is None or isclose(rate.value, rate.correct / rate.n)
