"""What is decided before all is asked is what asking all gives: for every kind of gate, and at stated error rates."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.comparison_gates import CompareGate, evaluate_all, parse_compare_gate
from pytest_finetunebench.runs.early import EarlyDecisions, EarlyResult, How, random_order
from pytest_finetunebench.runs.gate_results import Coverage, GateRules
from pytest_finetunebench.runs.gates import RateGate, parse_rate_gate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.rival_gates import RivalGate, parse_rival_gate
from pytest_finetunebench.runs.statistics import SumTest
from pytest_finetunebench.runs.units import cluster_of
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, probe, record

Gate = RateGate | RivalGate | CompareGate
BASELINE = "the baseline"


def rate(text: str) -> RateGate:
    return parse_rate_gate("min_rate", text, "here")


def suite(generator: random.Random, skill: float, items: int = 8, repeat: int = 1) -> list[ProbeResult]:
    """Draw a run in which the answers to an item are mostly alike."""
    found: list[ProbeResult] = []
    for number in range(items):
        own = generator.random() < skill
        kinds = ["memorization-1", "rephrased-1", *(["rephrased-2"] if number % 2 else []), "secondary-1"]
        for kind in kinds:
            outcomes = [
                RIGHT if generator.random() < (0.9 if own else 0.2) else generator.choice([WRONG, STALE])
                for _ in range(repeat)
            ]
            parts = {"category": "people" if number % 3 else "news", "control": generator.choice([RIGHT, WRONG])}
            found += probe(f"i{number}/{kind}", *outcomes, **parts)
    return found


def probes_of(results: Sequence[ProbeResult]) -> list[Probe]:
    return list({result.id: result.probe for result in results}.values())


def final(gate: Gate, results: Sequence[ProbeResult], before: Sequence[ProbeResult], rules: GateRules) -> str:
    if isinstance(gate, CompareGate):
        compared = compare_runs(record(before), record(results), weight=rules.weight)
        return evaluate_all([gate], compared, Coverage(), rules)[0].status
    return gate.evaluate(results, Coverage(), rules).status


GATES: list[Gate] = [
    rate("0.6"),
    rate("news=0.5"),
    rate("each-kind=0.4"),
    rate("each-category=0.55"),
    parse_rate_gate("max_rate", "people:stale=0.2", "here"),
    parse_rate_gate("max_gap", "0.1", "here"),
    parse_rate_gate("max_gap", "each-category=0.3", "here"),
    parse_compare_gate("regressions>3", "here"),
    parse_compare_gate("each-kind:regressions>1", "here"),
    parse_compare_gate("drop>0.1", "here"),
    parse_compare_gate("generalization:drop>0.7", "here"),
    parse_compare_gate("worse-by>0.05", "here"),
    parse_compare_gate("significant-drop", "here"),
    parse_rival_gate("control", "here"),
]
DECIDED_BY_ALL = ("significant-drop", "beats-control")


@pytest.mark.parametrize(
    "rules", [GateRules(), GateRules(weight="items"), GateRules(gate_on="interval")], ids=["rate", "items", "interval"]
)
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.id)
def test_what_is_certain_early_is_what_all_answers_give(gate: Gate, rules: GateRules) -> None:
    generator = random.Random(f"{gate.id} {rules}")
    early = 0
    for _ in range(12):
        repeat = generator.choice([1, 1, 2])
        before = suite(generator, generator.random(), repeat=repeat)
        results = suite(generator, generator.random(), repeat=repeat)
        generator.shuffle(results)
        watched = EarlyDecisions([gate], probes_of(results), rules, {"": before}, repeat, "certain")
        for asked, result in enumerate(results, 1):
            watched.add(result)
            found = watched.results
            if found is not None:
                assert found[gate.id] == EarlyResult(final(gate, results, before, rules), certain=True)  # type: ignore[arg-type]
                early += asked < len(results)
                break
    by_all = gate.id.rpartition(":")[2] in DECIDED_BY_ALL
    assert (early == 0) if by_all else (early > 0 or rules.gate_on == "interval")


def test_every_gate_must_be_decided() -> None:
    results = [one for number in range(10) for one in probe(f"i{number}/rephrased-1", RIGHT)]
    gates = [rate("0.3"), rate("0.8")]
    watched = EarlyDecisions(gates, probes_of(results), GateRules(), {}, 1, "certain")
    for number, result in enumerate(results, 1):
        watched.add(result)
        assert (watched.results is not None) == (number >= 8)
    assert watched.results == {gate.id: EarlyResult("passed", certain=True) for gate in gates}


def test_an_unmeasured_answer_or_a_missing_baseline_leaves_all_open() -> None:
    results = [one for number in range(10) for one in probe(f"i{number}/rephrased-1", RIGHT)]
    for gate, first in ((rate("0.1"), UNMEASURED), (parse_compare_gate("regressions>9", "here"), RIGHT)):
        watched = EarlyDecisions([gate], probes_of(results), GateRules(), {}, 1, "certain")
        for result in (*probe("i0/rephrased-1", first), *results[1:]):
            watched.add(result)
            assert watched.results is None


def test_a_question_that_a_conftest_rewords_is_not_compared() -> None:
    results = [one for number in range(4) for one in probe(f"i{number}/rephrased-1", RIGHT)]
    gate = parse_compare_gate("drop>0.5", "here")
    watched = EarlyDecisions([gate], probes_of(results), GateRules(), {"": results}, 1, "certain")
    for result in [*probe("i0/rephrased-1", RIGHT, prompt="Another?"), *results[1:]]:
        watched.add(result)
    assert watched.results is None


def test_units_count_in_the_given_random_order_whatever_comes_first() -> None:
    results = [one for number in range(40) for one in probe(f"i{number:02}/rephrased-1", RIGHT)]
    order = random_order([cluster_of(one) for one in results], "seed")
    assert order == random_order(list(reversed(order)), "seed")
    assert order not in (sorted(order), random_order(order, "another"))
    by_unit = {cluster_of(one): one for one in results}
    for given, decided in ((order, True), (list(reversed(order)), False)):
        watched = EarlyDecisions([rate("0.5")], probes_of(results), GateRules(), {}, 1, "interval", order)
        for unit in given[:15]:
            watched.add(by_unit[unit])
        assert (watched.results is not None) == decided
        assert watched.results in (None, {"all>=0.50": EarlyResult("passed", certain=False)})


@pytest.mark.parametrize("how", ["certain", "interval"])
def test_a_false_green_is_as_rare_as_stated(how: How) -> None:
    """61 of 120 right where the gate wants 62: all early passes are errors."""
    gate, wrong = rate(repr(62 / 120)), 0
    for draw in range(40):
        generator = random.Random(draw)
        outcomes = [RIGHT] * 61 + [WRONG] * 59
        generator.shuffle(outcomes)
        results = [one for number, outcome in enumerate(outcomes) for one in probe(f"i{number}/rephrased-1", outcome)]
        order = [cluster_of(one) for one in results]
        watched = EarlyDecisions([gate], probes_of(results), GateRules(), {}, 1, how, order)
        for result in results:
            watched.add(result)
            found = watched.results
            if found is not None:
                wrong += found[gate.id].status == "passed"
                break
    assert wrong == 0 if how == "certain" else wrong <= 3, "1% of 40: above 3 in one of 5,000 times"


@pytest.mark.parametrize("total", [0, -5], ids=["at the bar", "below it"])
def test_the_evidence_against_a_true_claim_grows_seldom(total: int) -> None:
    rejected = 0
    for draw in range(300):
        generator = random.Random(draw)
        values = [1.0] * (30 + total) + [-1.0] * 30 + [0.0] * 20
        generator.shuffle(values)
        test = SumTest(-1, 1, len(values))
        rejected += any(_capital(test, value) >= 10 for value in values)
    assert rejected <= 45, "at most 30 of 300 are to be expected"


def _capital(test: SumTest, value: float) -> float:
    test.add(value)
    return test.evidence


def test_rounding_at_the_least_possible_sum_is_no_evidence() -> None:
    test = SumTest(-1, 1, 2)
    test.add(1 - 1e-12)
    before = test.evidence
    test.add(-1 - 1e-10)
    assert test.evidence == before


def test_the_evidence_is_endless_once_the_claim_is_impossible() -> None:
    test = SumTest(-1, 1, 5)
    assert 1 < _capital(test, 1.0) < float("inf")
    for _ in range(3):
        test.add(1.0)
    assert test.evidence == float("inf"), "the last value cannot undo four"
    with pytest.raises(ValueError, match=r"value 2 is outside -1\.\.1, or one too many"):
        test.add(2)
    with pytest.raises(ValueError, match="low=1 is above high=0"):
        SumTest(1, 0, None)
