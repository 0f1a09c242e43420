"""Gates and the verdict: exact words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_finetunebench.reports.deciding import gate_lines, gate_notes, verdict_line
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.runs.gate_results import GateResult
from tests.support.results import result
from tests.support.stored import UNMEASURED, WRONG

SUMMARY = summarise([result(), result(WRONG, kind="rephrased")], "m")
PASSED = GateResult("memorization>=0.90", "passed", "90.7% [84.9, 94.6] n=150", 0.907, 0.849, 0.946, 150)
MISSED = GateResult("generalization>=0.60", "failed", "40.3% [34.9, 46.0] n=300", 0.403, 0.349, 0.46, 300)
LOW_END = GateResult("all>=0.60", "failed", "61.0% [54.9, 66.0] n=300", 0.61, 0.549, 0.66, 300)
GAP = GateResult("x:gap<=0.20", "failed", "gap +50.3 points [43.0, 56.3] n=450", 0.503, 0.43, 0.563, 450)
STALE = GateResult("stale<=0.05", "failed", "7.0% stale [5.0, 9.0] n=450", 0.07, 0.05, 0.09, 450)
NEARLY = GateResult("all>=1.00", "failed", "99.999% [99.994, 100.000] n=99999", 0.99999, 0.99994, 1.0, 99999)
NO_DATA = GateResult("all>=0.10", "failed", "cannot be evaluated: nothing was measured")
PARTIAL = GateResult("all>=0.99", "not evaluated", "a partial run: 2 of 5 probes selected", excused=True)
OPEN = GateResult("beats-control", "cannot be decided", "80.0% against 80.0% of the control")


@pytest.mark.parametrize(
    ("gates", "line"),
    [
        ([PASSED], "1 gate passed"),
        ([PASSED] * 3 + [MISSED], "3 gates passed, 1 failed (generalization 40.3% < 60%)"),
        ([LOW_END], "1 gate failed (all low end 54.9% < 60%)"),
        ([GAP, STALE], "2 gates failed (x:gap +50.3 > 20 points; stale 7.0% > 5%)"),
        ([NEARLY], "1 gate failed (all 99.999% < 100%)"),
        ([NO_DATA], "1 gate failed (all>=0.10: cannot be evaluated: nothing was measured)"),
        ([PARTIAL], "1 gate not evaluated (all>=0.99: a partial run: 2 of 5 probes selected)"),
        ([PASSED, OPEN], "1 gate passed, 1 cannot be decided (beats-control: 80.0% against 80.0% of the control)"),
        ([], "no gate, 1 of 2 probes right, memorization 100.0%, generalization 0.0%, gap +100.0 points"),
    ],
)
def test_the_verdict_in_one_line(gates: list[GateResult], line: str) -> None:
    assert verdict_line(SUMMARY, gates, width=160) == f"finetunebench: {line}"


def test_what_else_makes_a_run_red_stands_in_the_verdict() -> None:
    summary = summarise([result(UNMEASURED)], "m", not_run=3)
    assert verdict_line(summary, [PASSED], missed=2).endswith("1 gate passed; 2 probes failed; 1 unmeasured; 3 not run")


def test_gates_that_do_not_fit_are_counted() -> None:
    gates = [replace(MISSED, id=f"kind-{number}>=0.60") for number in range(40)]
    line = verdict_line(SUMMARY, gates, width=120)
    assert line.startswith("finetunebench: 40 gates failed (kind-0 40.3% < 60%; kind-1 40.3% < 60%; ")
    assert line.endswith("; …)")
    assert len(line) <= 120


def test_an_interval_over_the_limit_is_explained_once() -> None:
    spans = GateResult("all>=0.60", "passed", "61.0% [54.9, 66.0] n=300", 0.61, 0.549, 0.66, 300, undecided=True)
    found = [line for line, _ in gate_lines([spans, spans, MISSED], 200)]
    assert found == [
        "  PASSED        all>=0.60: 61.0% [54.9, 66.0] n=300",
        "  PASSED        all>=0.60: 61.0% [54.9, 66.0] n=300",
        "  FAILED        generalization>=0.60: 40.3% [34.9, 46.0] n=300",
        "where the interval spans the limit, another run may decide otherwise; --ft-gate-on=interval decides by its "
        "worse end",
    ]
    assert not gate_notes([MISSED])
