"""Gates as test reports: names that annotations, JUnit readers and editors take whole."""

from __future__ import annotations

import pytest

from pytest_finetunebench.plugin.gating import gate_reports
from pytest_finetunebench.runs.gate_results import GateResult


@pytest.mark.parametrize("name", ["all>=0.60", "since:a::b:drop>0.10", "x" * 400 + ">=0.60"])
def test_a_node_id_has_one_separator_and_fits(name: str) -> None:
    for report in gate_reports(GateResult(name, "failed", "40.0% n=5"), "tests/test_knowledge.py"):
        file, name_in_it = report.nodeid.split("::")
        assert file == "finetunebench"
        assert name_in_it.startswith("gate[")
        assert len(name_in_it) < 255
        assert report.location == ("tests/test_knowledge.py", None, name_in_it)


def test_a_gate_that_is_not_evaluated_is_skipped_in_the_same_file() -> None:
    _, call, _ = gate_reports(GateResult("all>=0.60", "not evaluated", "a partial run", excused=True), "test_a.py")
    assert call.outcome == "skipped"
    told: object = call.longrepr
    assert told == ("test_a.py", None, "Skipped: gate all>=0.60: not evaluated: a partial run")
