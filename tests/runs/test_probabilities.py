"""The mean probability of the references' first tokens, by kind, and right answers by luck."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_finetunebench.cli.as_json import run as run_as_json
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.probabilities import probability_lines
from pytest_finetunebench.runs.probabilities import probabilities_of
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.served import answer_notices
from tests.settings import make_settings
from tests.support.records import record
from tests.support.results import result


def probe(name: str, probability: float | None, response: str = "61", **fields: Any) -> ProbeResult:
    kind = name.rpartition("/")[2].rpartition("-")[0]
    return result(
        id=f"c/{name}", kind=kind, response=response, expected="61", reference_probability=probability, **fields
    )


RESULTS = [
    probe("a/memorization-1", 0.9),
    probe("b/memorization-1", 0.3),
    probe("c/memorization-1", 0.1, "It is 61"),
    probe("d/memorization-1", 0.4, "60", outcome=Outcome.WRONG),
    probe("a/rephrased-1", 0.6),
    replace(probe("a/rephrased-1", 0.2), repeat=1),
    probe("b/rephrased-1", None),
    probe("a/secondary-1", None),
]


def test_each_kind_has_the_mean_over_its_probes() -> None:
    memorization, rephrased = probabilities_of(RESULTS)
    assert (memorization.kind, memorization.n, memorization.base) == ("memorization", 4, None)
    assert memorization.mean == pytest.approx(0.425)
    assert memorization.lucky == 1  # a sentence is no luck, and a wrong answer is not right
    assert (rephrased.n, rephrased.lucky) == (1, 1)
    assert rephrased.mean == pytest.approx(0.4)  # samples of one probe count as one


def test_the_base_stands_beside_it() -> None:
    with_base = [replace(one, base=probe("a/memorization-1", 0.0004)) for one in RESULTS[:2]]
    (row,) = probabilities_of(with_base)
    assert row.base == pytest.approx(0.0004)
    assert list(probability_lines([row], 80))[1:3] == [
        "kind          n  model   base  right, under 0.5",
        "memorization  2  0.600  4e-04                 1",
    ]
    assert list(probability_lines([], 80)) == []


def test_what_came_without_is_told() -> None:
    (told,) = answer_notices(make_settings("m", logprobs=True), RESULTS)
    assert told.startswith("--ft-logprobs: 2 of 8 answers came without log-probabilities that can be read")
    assert answer_notices(make_settings("m"), RESULTS) == ()


def test_the_json_of_a_run_holds_the_rows() -> None:
    found = run_as_json(record(RESULTS))["reference_probabilities"]
    assert found[0] == {"kind": "memorization", "n": 4, "mean": pytest.approx(0.425), "base": None, "lucky": 1}
    assert run_as_json(record(RESULTS[-1:]))["reference_probabilities"] is None
