"""The view model of every report: counts that add up."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.completions import Usage
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import any_results, result

RESULTS = any_results(st.sampled_from(["a", "b"]), st.sampled_from([*KINDS, "trivia"]))
WRONG, UNMEASURED = Outcome.WRONG, Outcome.UNMEASURED


@given(RESULTS)
def test_every_result_is_counted_once(results: list[ProbeResult]) -> None:
    summary = summarise(results, "m")
    assert sum(summary.outcomes.values()) == len(results)
    assert sum(summary.reasons.values()) == summary.outcomes[UNMEASURED]
    for row in (*summary.rows, summary.total):
        mine = [r for r in results if row is summary.total or r.category == row.category]
        rates = row.kinds.values()
        assert sum(rate.n + rate.unmeasured for rate in rates) == len(mine)
        assert sum(rate.correct for rate in rates) == sum(r.outcome is Outcome.CORRECT for r in mine)
        assert row.generalization.n + row.generalization.unmeasured == sum(r.generalization for r in mine)


@given(RESULTS)
def test_rates_lie_in_their_intervals(results: list[ProbeResult]) -> None:
    for stored in summarise(results, "m").pass_rates:
        if stored.n == 0:
            assert (stored.rate, stored.low, stored.high, stored.control_correct) == (None, None, None, None)
        else:
            assert stored.rate is not None
            assert stored.low is not None
            assert stored.high is not None
            assert 0 <= stored.low <= stored.rate <= stored.high <= 1


@given(RESULTS.flatmap(lambda results: st.tuples(st.just(results), st.permutations(results))))
def test_the_order_of_the_tests_does_not_matter(orders: tuple[list[ProbeResult], list[ProbeResult]]) -> None:
    assert summarise(orders[0], "m") == summarise(orders[1], "m")


def test_unmeasured_probes_are_in_no_rate() -> None:
    summary = summarise([result(), result(WRONG), result(UNMEASURED)], "m")
    rate = summary.total.memorization
    assert (rate.correct, rate.n, rate.unmeasured, rate.value) == (1, 2, 1, 0.5)


def test_kinds_stand_in_report_order_and_others_last() -> None:
    kinds = ["zebra", "form", "rephrased", "alpha", "memorization"]
    assert summarise([result(kind=kind) for kind in kinds], "m").kinds == (
        "memorization",
        "rephrased",
        "form",
        "alpha",
        "zebra",
    )


def test_the_gap_is_memorization_minus_generalization() -> None:
    results = [result(control=Outcome.CORRECT) for _ in range(4)]
    results += [result(WRONG, kind="rephrased", control=Outcome.CORRECT) for _ in range(3)]
    results += [result(kind="secondary", control=WRONG), result(WRONG, kind="retention", control=WRONG)]
    row = summarise(results, "m").total
    assert (row.memorization.value, row.generalization.value, row.gap) == (1.0, 0.25, 0.75)
    assert (row.generalization.control, row.control_gap) == (0.75, 0.25)


def test_without_both_sides_there_is_no_gap() -> None:
    assert summarise([result()], "m").total.gap is None
    assert summarise([result(), result(UNMEASURED, kind="rephrased")], "m").total.gap is None


def test_the_control_is_asked_about_the_measured_probes_only() -> None:
    results = [
        result(control=WRONG),
        result(UNMEASURED, control=Outcome.CORRECT),
        result(control=None),
    ]
    rate = summarise(results, "m").total.memorization
    assert (rate.control_correct, rate.control_n, rate.control) == (0, 1, 0.0)


def test_costs() -> None:
    usage = Usage(input_tokens=10, output_tokens=2)
    results = [
        result(source="provider", calls=3, usage=usage),
        result(source="provider", calls=1),
        result(source="cache", usage=usage),
        result(source="local"),
        result(UNMEASURED, calls=6),
    ]
    summary = summarise(results, "m")
    assert (summary.calls, summary.retries, summary.cache_hits, summary.local) == (10, 7, 1, 1)
    assert (summary.input_tokens, summary.output_tokens, summary.usage_unknown) == (10, 2, 1)


def test_an_answer_that_two_probes_share_is_billed_once() -> None:
    usage = Usage(input_tokens=10, output_tokens=2)
    summary = summarise([result(source="provider", calls=calls, usage=usage) for calls in (1, 0)], "m")
    assert (summary.calls, summary.input_tokens, summary.output_tokens, summary.usage_unknown) == (1, 10, 2, 0)


def test_a_judge_costs_what_it_failed_at_too() -> None:
    usage = Usage(input_tokens=7, output_tokens=3)
    opinion = Opinion(verdict="correct", reason="so", model="openai:j", source="provider", calls=2, usage=usage)
    failed = result(UNMEASURED, judge_failed_calls=3)
    base = GradedAnswer(outcome=WRONG, reason="no", judge=opinion, judge_failed_calls=4)
    judge = summarise([failed, result(judge=opinion, base=base)], "m").judge
    assert judge is not None
    assert (judge.model, judge.answers, judge.calls, judge.failed_calls) == ("openai:j", 2, 11, 7)
    assert (judge.input_tokens, judge.output_tokens) == (14, 6)
    alone = summarise([failed], "m", judge_model="openai:j").judge
    assert alone is not None
    assert (alone.model, alone.answers, alone.calls, alone.failed_calls) == ("openai:j", 0, 3, 3)
    assert summarise([result()], "m", judge_model="openai:j").judge is None


def test_reasons_and_notices() -> None:
    results = [result(UNMEASURED, reason=reason) for reason in ("b", "a", "b")] + [result(WRONG, reason="c")]
    summary = summarise(results, "m", notices=["n2", "n1", "n2"])
    assert summary.reasons == Counter(b=2, a=1)
    assert summary.notices == ("n2", "n1")


def test_an_empty_run() -> None:
    summary = summarise([], "control:memorizer")
    assert (summary.rows, summary.kinds, summary.pass_rates) == ((), (), ())
    assert summary.is_control
