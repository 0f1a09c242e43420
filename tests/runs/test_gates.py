"""Gates over pass rates: what they decide, and that missing data never passes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.gate_results import Coverage, GateRules, parse_share, unmeasured_fault
from pytest_finetunebench.runs.gates import RateGate, parse_rate_gate
from pytest_finetunebench.runs.rates import item_values
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import clustered_interval
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, probe, suites
from tests.support.results import result

Limit = Literal["min_rate", "max_rate", "max_gap"]
WHOLE = Coverage()
BY_INTERVAL = GateRules("interval")


def gate(limit: Limit, text: str) -> RateGate:
    return parse_rate_gate(limit, text, f"--ft-{limit.replace('_', '-')}={text}")


def items(right: int, wrong: int, kind: str = "rephrased", unmeasured: int = 0) -> list[ProbeResult]:
    """One probe an item."""
    outcomes = [RIGHT] * right + [WRONG] * wrong + [UNMEASURED] * unmeasured
    return [one for n, outcome in enumerate(outcomes) for one in probe(f"i{n}/{kind}-1", outcome)]


@pytest.mark.parametrize(
    ("limit", "text", "name"),
    [
        ("min_rate", "0.6", "all>=0.60"),
        ("min_rate", " 0.605 ", "all>=0.605"),
        ("min_rate", "1", "all>=1.00"),
        ("min_rate", "0", "all>=0.00"),
        ("min_rate", ".5", "all>=0.50"),
        ("min_rate", "1e-3", "all>=0.001"),
        ("min_rate", "generalization=0.6", "generalization>=0.60"),
        ("min_rate", " people / rephrased = 0.8 ", "people/rephrased>=0.80"),
        ("min_rate", "all=0.6", "all>=0.60"),
        ("max_rate", "stale=0.05", "stale<=0.05"),
        ("max_rate", "people : stale = 0.05", "people:stale<=0.05"),
        ("max_gap", "0.2", "gap<=0.20"),
        ("max_gap", "people=0.2", "people:gap<=0.20"),
    ],
)
def test_ids(limit: Limit, text: str, name: str) -> None:
    assert gate(limit, text).id == name


@given(st.floats(0, 1), st.floats(0, 1))
def test_other_thresholds_have_other_ids_that_read_back(first: float, second: float) -> None:
    one, other = RateGate("min_rate", first + 0.0, "--o"), RateGate("min_rate", second + 0.0, "--o")
    assert (one.id == other.id) == (first == second)
    assert gate("min_rate", one.id.partition(">=")[2]).threshold == first


@pytest.mark.parametrize(
    ("limit", "text", "message"),
    [
        ("min_rate", "60", "needs a rate from 0 to 1: write 0.6 for 60%"),
        ("min_rate", "60%", "needs a rate from 0 to 1: write 0.6 for 60%"),
        ("min_rate", "generalization=62.5 %", "needs a rate from 0 to 1: write 0.625 for 62.5%"),
        ("min_rate", "0.5%", "needs a rate from 0 to 1: write 0.005 for 0.5%"),
        ("min_rate", "600", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "-0.1", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "nan", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "inf", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "1e999", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "0_1", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "٠.٦", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "generalization", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "generalization=", "needs a rate from 0 to 1, such as 0.6"),
        ("min_rate", "=0.6", "names nothing before '='"),
        ("min_rate", "a=b=0.6", "'a=b' is no selector: write a CATEGORY, a KIND, CATEGORY/KIND or all"),
        ("min_rate", "/form=0.6", "'/form' is no selector: write a CATEGORY, a KIND, CATEGORY/KIND or all"),
        ("max_gap", "20", "needs a rate from 0 to 1: write 0.2 for 20%"),
        ("max_rate", ":stale=0.6", "names nothing before ':'"),
        (
            "max_rate",
            "0.05",
            "'' is no outcome that can be limited: write [SELECTOR:]OUTCOME=RATE, "
            "with one of stale, overfit, abstained, wrong, malformed, runs_on, truncated",
        ),
        (
            "max_rate",
            "stal=0.05",
            "'stal' is no outcome that can be limited (did you mean 'stale'?): write [SELECTOR:]OUTCOME=RATE, "
            "with one of stale, overfit, abstained, wrong, malformed, runs_on, truncated",
        ),
        (
            "max_rate",
            "unmeasured=0.05",
            "'unmeasured' is no outcome that can be limited (--ft-max-unmeasured limits it for every gate): "
            "write [SELECTOR:]OUTCOME=RATE, with one of stale, overfit, abstained, wrong, malformed, runs_on, "
            "truncated",
        ),
    ],
)
def test_what_cannot_be_read(limit: Limit, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        gate(limit, text)
    assert str(caught.value) == f"--ft-{limit.replace('_', '-')}={text}: {message}"


@given(st.text())
def test_any_text_is_a_share_or_an_error_in_words(text: str) -> None:
    message = ""
    try:
        assert 0 <= parse_share(text, "--o") <= 1
    except SettingsError as error:
        message = str(error)
    assert not message or message.startswith("--o: needs a rate from 0 to 1")


@pytest.mark.parametrize(
    ("text", "right", "wrong", "status"),
    [
        ("0.6", 6, 4, "passed"),
        ("0.6", 3, 2, "passed"),
        ("0.61", 6, 4, "failed"),
        ("0.7", 7, 3, "passed"),
        ("1", 5, 0, "passed"),
        ("1", 99, 1, "failed"),
        ("0", 0, 5, "passed"),
    ],
)
def test_a_lowest_rate(text: str, right: int, wrong: int, status: str) -> None:
    found = gate("min_rate", text).evaluate(items(right, wrong), WHOLE)
    assert (found.status, found.n, found.value) == (status, right + wrong, right / (right + wrong))


def test_the_reason_holds_rate_interval_n_and_doubt() -> None:
    found = gate("min_rate", "0.6").evaluate(items(14, 10), WHOLE)
    assert found.reason == "58.3% [38.5, 76.2] n=24; the interval spans the limit"
    assert found.undecided
    sure = gate("min_rate", "0.6").evaluate(items(90, 10), WHOLE)
    assert (sure.reason, sure.undecided) == ("90.0% [82.6, 94.8] n=100", False)


def test_a_near_miss_does_not_look_like_a_hit() -> None:
    found = gate("min_rate", "0.6").evaluate(items(5996, 4004), WHOLE)
    assert (found.status, found.reason.partition(" ")[0]) == ("failed", "59.96%")


def test_the_interval_can_decide() -> None:
    results = items(90, 10)
    assert gate("min_rate", "0.85").evaluate(results, WHOLE).status == "passed"
    assert gate("min_rate", "0.85").evaluate(results, WHOLE, BY_INTERVAL).status == "failed"
    assert gate("min_rate", "0.8").evaluate(results, WHOLE, BY_INTERVAL).status == "passed"
    assert gate("max_rate", "wrong=0.12").evaluate(results, WHOLE, BY_INTERVAL).status == "failed"
    assert gate("max_rate", "wrong=0.18").evaluate(results, WHOLE, BY_INTERVAL).status == "passed"


def test_probes_of_one_item_are_no_independent_evidence() -> None:
    one_each = items(12, 0)
    one_item = [one for n in range(12) for one in probe(f"ada/rephrased-{n}", RIGHT)]
    lows = [gate("min_rate", "0.5").evaluate(results, WHOLE).low or 0 for results in (one_each, one_item)]
    assert lows[0] == pytest.approx(0.7575, abs=1e-4)
    assert lows[1] == pytest.approx(0.05, abs=1e-4)
    assert gate("min_rate", "0.5").evaluate(one_item, WHOLE).undecided


def test_a_probe_asked_several_times_counts_once() -> None:
    results = [*probe("ada/rephrased-1", RIGHT, WRONG, WRONG), *probe("bo/rephrased-1", RIGHT)]
    found = gate("min_rate", "0.6").evaluate(results, WHOLE)
    assert (found.n, found.status) == (2, "passed")
    assert found.value == pytest.approx(2 / 3)
    # the second was asked once: its share is of one sample
    assert (found.low, found.high) == clustered_interval([[1 / 3], [1.0]], 1)


def test_limits_on_other_outcomes() -> None:
    results = [*items(17, 2), *probe("old/rephrased-1", STALE)]
    assert gate("max_rate", "stale=0.05").evaluate(results, WHOLE).status == "passed"
    found = gate("max_rate", "stale=0.04").evaluate(results, WHOLE)
    assert (found.status, found.reason) == ("failed", "5.0% stale [0.6, 23.6] n=20; the interval spans the limit")
    assert gate("max_rate", "wrong=0.1").evaluate(results, WHOLE).status == "passed"


def test_the_gap() -> None:
    results = [*items(10, 0, "memorization"), *items(7, 3)]
    assert gate("max_gap", "0.3").evaluate(results, WHOLE).status == "passed"
    found = gate("max_gap", "0.2").evaluate(results, WHOLE)
    assert (found.status, found.n) == ("failed", 20)
    assert found.value == pytest.approx(0.3)
    assert found.reason.startswith("gap +30.0 points [")
    assert gate("max_gap", "0").evaluate([*items(5, 5, "memorization"), *items(9, 1)], WHOLE).status == "passed"


@pytest.mark.parametrize("name", ["min_rate 0", "min_rate 1", "max_rate wrong=1", "max_gap 1"])
def test_nothing_never_passes(name: str) -> None:
    limit, _, text = name.partition(" ")
    one: Any = gate(limit, text)  # type: ignore[arg-type]
    both = [*items(2, 0, "memorization"), *items(2, 0)]
    assert one.evaluate(both, WHOLE).status == "passed"
    cases = {
        "no such probe was run": [],
        "nothing was measured": [*items(0, 0, "memorization", 3), *items(0, 0, "rephrased", 3)],
    }
    for reason, results in cases.items():
        found = one.evaluate(results, WHOLE)
        assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {reason}")
        assert (found.value, found.n) == (None, 0)


def test_a_gate_over_probes_that_were_not_run_fails() -> None:
    found = gate("min_rate", "news=0").evaluate(items(5, 0), WHOLE)
    assert (found.status, found.reason) == ("failed", "cannot be evaluated: no such probe was run")


@pytest.mark.parametrize(("missing", "status"), [(0, "passed"), (1, "passed"), (2, "failed")])
def test_the_share_of_unmeasured_answers(missing: int, status: str) -> None:
    found = gate("min_rate", "0").evaluate(items(100 - missing, 0, unmeasured=missing), WHOLE)
    assert found.status == status
    if status == "failed":
        told = "2 of 100 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
        assert found.reason == f"cannot be evaluated: {told}"


def test_every_sample_counts_among_the_unmeasured() -> None:
    results = probe("ada/rephrased-1", RIGHT, RIGHT, RIGHT, UNMEASURED)
    assert unmeasured_fault(results, 0.25) is None
    assert unmeasured_fault(results, 0.2) == "1 of 4 answers are unmeasured, more than 20.0% (--ft-max-unmeasured)"
    assert unmeasured_fault(results[3:], 1) == "nothing was measured"


def test_only_what_the_gate_is_about_must_be_measured() -> None:
    results = [*items(5, 0), *probe("x/form-1", *[UNMEASURED] * 9)]
    assert gate("min_rate", "rephrased=1").evaluate(results, WHOLE).status == "passed"
    assert gate("min_rate", "1").evaluate(results, WHOLE).status == "failed"
    trained = items(5, 0, "memorization")
    assert gate("max_gap", "0").evaluate([*results, *trained], WHOLE).status == "passed"


def test_each_side_of_a_gap_must_be_measured() -> None:
    results = [*items(1, 0, "memorization", 9), *items(991, 0)]
    found = gate("max_gap", "0.5").evaluate(results, WHOLE)
    told = "memorization: 9 of 10 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
    assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {told}")
    for kind, lacking in (("memorization", "generalization"), ("rephrased", "memorization")):
        reason = gate("max_gap", "1").evaluate(items(5, 0, kind), WHOLE).reason
        assert reason == f"cannot be evaluated: {lacking}: no such probe was run"


@pytest.mark.parametrize(
    ("coverage", "status", "reason"),
    [
        (Coverage(not_selected=1), "not evaluated", "a partial run: 1 probe of the suite not selected"),
        (Coverage(not_selected=2, not_run=3), "not evaluated", "a partial run: 2 probes of the suite not selected"),
        (Coverage(not_run=3), "failed", "cannot be evaluated: 3 selected probes without a result"),
        (
            Coverage(not_run=1, interrupted="worker 'gw0' crashed"),
            "not evaluated",
            "interrupted: worker 'gw0' crashed (1 selected probe without a result)",
        ),
        (Coverage(interrupted="Ctrl-C"), "not evaluated", "interrupted: Ctrl-C"),
        (Coverage(empty=True), "failed", "cannot be evaluated: no probe was selected"),
    ],
)
def test_an_incomplete_run(coverage: Coverage, status: str, reason: str) -> None:
    found = gate("min_rate", "0").evaluate(items(5, 0), coverage)
    assert (found.id, found.status, found.reason) == ("all>=0.00", status, reason)
    # only a subset that someone chose may end green
    assert found.blocks is not bool(coverage.not_selected)


@pytest.mark.parametrize(
    ("text", "learned", "status", "words"),
    [
        ("0.2", 0, "cannot be decided", "; only 0.0% memorized, a gap needs 50.0% (--ft-gap-floor)"),
        ("0.2", 4, "cannot be decided", "; only 40.0% memorized, a gap needs 50.0% (--ft-gap-floor)"),
        ("0.5", 5, "cannot be decided", "; only 50.0% memorized: the gap cannot exceed 50 points"),
        ("0.4", 5, "passed", ""),
        ("1", 10, "passed", ""),
    ],
)
def test_a_gap_needs_something_memorized(text: str, learned: int, status: str, words: str) -> None:
    results = [*items(learned, 10 - learned, "memorization"), *items(learned, 10 - learned)]
    found = gate("max_gap", text).evaluate(results, WHOLE)
    assert (found.status, found.blocks) == (status, status != "passed")
    assert found.reason.endswith(words)
    allowed = gate("max_gap", text).evaluate(results, WHOLE, GateRules(allow_undecided=True))
    assert (allowed.status, allowed.blocks) == (status, False)
    assert gate("max_gap", "0.1").evaluate([*items(2, 8, "memorization"), *items(0, 10)], WHOLE).status == "failed"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("memorization=0.2", "'memorization' has no generalization probes"),
        ("people/rephrased=0.2", "'people/rephrased' has no memorization probes"),
        ("retention=0.2", "'retention' has no memorization and no generalization probes"),
    ],
)
def test_a_gap_of_one_side_is_refused(text: str, words: str) -> None:
    probes = [result(kind=kind) for kind in ("memorization", "rephrased", "retention")]
    gate("max_gap", "people=0.2").check(probes)
    with pytest.raises(SettingsError) as caught:
        gate("max_gap", text).check(probes)
    assert str(caught.value) == f"--ft-max-gap={text}: a gap is between memorization and generalization, {words}"


def test_which_misses_are_left_to_a_gate() -> None:
    trained, rephrased, kept = (result(kind=kind) for kind in ("memorization", "rephrased", "retention"))
    for name, one, outcome, wanted in [
        ("rate", gate("min_rate", "rephrased=0.5"), Outcome.WRONG, [False, True, False]),
        ("stale", gate("max_rate", "stale=0.5"), Outcome.WRONG, [False, False, False]),
        ("stale", gate("max_rate", "stale=0.5"), Outcome.STALE, [True, True, True]),
        ("gap", gate("max_gap", "0.5"), Outcome.WRONG, [True, True, False]),
    ]:
        assert [one.covers(probe, outcome) for probe in (trained, rephrased, kept)] == wanted, name


def test_each_kind_and_each_category_decide_by_the_lowest() -> None:
    results = [*items(40, 0), *items(0, 5, "secondary"), *items(5, 0, "form")]
    assert gate("min_rate", "generalization=0.85").evaluate(results, WHOLE).status == "passed"
    found = gate("min_rate", "each-kind=0.85").evaluate(results, WHOLE)
    assert (found.id, found.status, found.value) == ("each-kind>=0.85", "failed", 0)
    assert found.reason == "secondary: 0.0% [0.0, 45.1] n=5; the worst of 3"
    assert gate("min_rate", "people/each-kind=0").evaluate(results, WHOLE).status == "passed"
    news = [one for n in range(9) for one in probe(f"i{n}/rephrased-1", WRONG, category="news")]
    assert gate("min_rate", "0.7").evaluate([*results, *news], WHOLE).status == "passed"
    found = gate("min_rate", "each-category=0.7").evaluate([*results, *news], WHOLE)
    assert (found.status, found.reason.partition(":")[0]) == ("failed", "news")
    # a kind that is wholly unmeasured is the worst of all
    lost = [*items(9, 0), *items(0, 0, "secondary", 1)]
    found = gate("min_rate", "each-kind=0.5").evaluate(lost, WHOLE, GateRules(max_unmeasured=0.5))
    assert (found.status, found.value) == ("failed", None)
    trained = [*items(9, 0, "memorization"), *items(9, 0)]
    assert gate("max_gap", "each-category=0.2").evaluate(trained, WHOLE).status == "passed"
    with pytest.raises(SettingsError, match="'memorization' has no generalization probes"):
        gate("max_gap", "each-kind=0.2").check(trained)


def test_how_often_a_model_as_good_would_fail() -> None:
    even = gate("min_rate", "0.6").evaluate(items(60, 40), WHOLE)
    assert even.alarm == pytest.approx(0.5)
    sure = gate("min_rate", "0.6").evaluate(items(90, 10), WHOLE)
    assert sure.alarm is not None
    assert sure.alarm < 0.001
    by_end = gate("min_rate", "0.8").evaluate(items(90, 10), WHOLE, BY_INTERVAL)
    assert by_end.alarm is not None
    assert 0.05 < by_end.alarm < 0.5


GATES = st.sampled_from(
    [gate("min_rate", "0.5"), gate("min_rate", "people=0"), gate("max_rate", "stale=0.3"), gate("max_gap", "0.2")]
)


@given(suites(runs=1), GATES, st.sampled_from(["rate", "interval"]), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_gate_passes_on_figures_alone(
    runs: list[list[ProbeResult]], one: RateGate, gate_on: Literal["rate", "interval"], bearable: float
) -> None:
    found = one.evaluate(runs[0], WHOLE, GateRules(gate_on, bearable))
    if found.value is None:
        assert found.status == "failed"
        assert found.reason.startswith("cannot be evaluated: ")
        return
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    decisive = found.value if gate_on == "rate" else found.low if one.limit == "min_rate" else found.high
    met = decisive >= one.threshold - 1e-9 if one.limit == "min_rate" else decisive <= one.threshold + 1e-9
    assert found.status == ("passed" if met else "failed") or (one.limit == "max_gap" and met and found.blocks)
    assert one.evaluate(runs[0][::-1], WHOLE, GateRules(gate_on, bearable)) == found


@given(suites(runs=1))
def test_values_by_item_are_the_shares_of_its_probes(runs: list[list[ProbeResult]]) -> None:
    values = item_values(runs[0])
    measured = {(one.item_id, one.id) for one in runs[0] if one.measured}
    assert {item: len(shares) for item, shares in values.items()} == {
        item: sum(item == other for other, _ in measured) for item, _ in measured
    }


def test_a_limit_on_what_runs_on_counts_answers_of_every_outcome() -> None:
    chosen = [replace(one, runs_on=number == 0) for number, one in enumerate(items(3, 1))]
    limit = gate("max_rate", "runs_on=0.2")
    found = limit.evaluate(chosen, WHOLE)
    assert (limit.id, found.status, found.value, found.n) == ("runs_on<=0.20", "failed", 0.25, 4)
    assert gate("max_rate", "rephrased:runs_on=0.3").evaluate(chosen, WHOLE).status == "passed"
    assert not any(limit.covers(one, one.outcome) for one in chosen)


def test_a_record_without_the_note_of_what_runs_on_decides_nothing() -> None:
    found = gate("max_rate", "runs_on=0.2").evaluate(items(3, 1), WHOLE)
    assert found.status != "passed"
    assert "grade it again" in found.reason


def test_a_gate_on_generalization_says_the_mean_of_kinds_where_one_outweighs_another() -> None:
    gate = parse_rate_gate("min_rate", "generalization=0.85", "--ft-min-rate")
    many = [one for n in range(40) for one in probe(f"i{n}/rephrased-1", RIGHT)]
    few = [one for n in range(5) for one in probe(f"i{n}/secondary-1", WRONG)]
    found = gate.evaluate([*many, *few], WHOLE)
    assert found.status == "passed"
    assert "n=45, mean of kinds 50.0%" in found.reason
    assert "mean of kinds" not in gate.evaluate(many, WHOLE).reason
