"""Amounts, units, dates and frequencies in the form that a reader would take for the reference, and near misses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.cases.grader_options import AutoGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade

CASES = [
    json.loads(line)
    for name in ("values.jsonl", "figures.jsonl")
    for line in (Path(__file__).parent / "cases" / name).read_text(encoding="utf-8").split("\n")
    if line
]


@pytest.mark.parametrize("case", CASES, ids=[str(line) for line in range(1, len(CASES) + 1)])
def test_value(case: dict[str, Any]) -> None:
    probe = Probe(
        id="values/case/rephrased-1",
        category="values",
        item="case",
        kind="rephrased",
        setting="new_knowledge",
        generalization=True,
        prompt=case["question"],
        answer=case["reference"],
        grader=AutoGrader(),
        place=Place(file="values.jsonl", line=1),
    )
    verdict = grade(probe, Completion(text=case["answer"], finish_reason="stop"))
    assert verdict.passed is case["right"], verdict.reason
