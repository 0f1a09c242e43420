"""Clusters that a case file names: intervals and tests count by them too, and the careful figure holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.comparison_gates import evaluate_all, parse_compare_gate
from pytest_finetunebench.runs.gate_results import Coverage
from pytest_finetunebench.runs.rates import rate_of, rows_of
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, WRONG, probe, record

CASES = """\
category: people
setting: new_knowledge
cluster: weight
items:
  - {id: a, prompt: How heavy is A?, answer: "61"}
  - {id: b, cluster: town, prompt: Where does B live?, answer: Vellmora}
  - {id: c, cluster: null, prompt: Who is C?, answer: D}
"""


def people(right: dict[str, bool], *, clustered: bool = True, each: int = 20) -> list[ProbeResult]:
    """Return one probe an item, all items of an attribute right or wrong together."""
    return [
        one
        for attribute, known in right.items()
        for n in range(each)
        for one in probe(
            f"{attribute}{n}/rephrased-1",
            RIGHT if known else WRONG,
            cluster=attribute if clustered else None,
        )
    ]


KNOWN = {"weight": True, "age": False, "city": True, "pet": False, "job": True}


def test_a_case_file_names_clusters_for_the_file_and_for_items(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(CASES, encoding="utf-8")
    suite = load_suite([file])
    assert [one.cluster for one in suite.probes] == ["weight", "town", None]
    file.write_text(CASES.replace("cluster: weight\n", ""), encoding="utf-8")
    # a cluster is no part of what is asked
    assert load_suite([file]).hash == suite.hash


def test_a_rate_is_as_certain_as_the_coarser_unit_allows() -> None:
    by_item, both = rate_of(people(KNOWN, clustered=False)), rate_of(people(KNOWN))
    assert by_item.value == both.value == 0.6
    assert by_item.interval is not None
    assert both.interval is not None
    assert by_item.interval[1] - by_item.interval[0] < 0.25
    assert both.interval[1] - both.interval[0] > 0.6
    assert both.interval[0] <= by_item.interval[0] < by_item.interval[1] <= both.interval[1]


def test_clusters_that_tell_nothing_change_little() -> None:
    generator = random.Random(2)
    results = [
        one
        for n in range(200)
        for one in probe(f"i{n}/form-1", RIGHT if generator.random() < 0.5 else WRONG, cluster=f"c{n % 20}")
    ]
    low, high = rate_of(results).interval or (0.0, 1.0)
    assert 0.13 < high - low < 0.25


def test_a_drop_of_one_attribute_is_no_significant_drop() -> None:
    gates = [parse_compare_gate("significant-drop", "--o")]
    before, after = dict.fromkeys(KNOWN, True), KNOWN | {"city": False}
    for clustered, status in ((False, "failed"), (True, "passed")):
        first, second = (record(people(side | {"more": True}, clustered=clustered)) for side in (before, after))
        (found,) = evaluate_all(gates, compare_runs(first, second), Coverage())
        assert found.status == status, found.reason


def test_the_gap_counts_by_cluster_too() -> None:
    trained = [one for n in range(40) for one in probe(f"i{n}/memorization-1", RIGHT, cluster=f"c{n % 4}")]
    others = [one for n in range(40) for one in probe(f"i{n}/rephrased-1", [RIGHT, WRONG][n % 2], cluster=f"c{n % 4}")]
    _, total = rows_of([*trained, *others])
    low, high = total.gap_interval or (0.0, 0.0)
    assert low < 0.1 < 0.5 == pytest.approx(total.gap)
    assert high > 0.8
