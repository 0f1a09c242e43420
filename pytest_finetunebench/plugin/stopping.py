"""Stop asking once every gate is decided: the process that owns the run watches, and tells the others by a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.errors import counted
from pytest_finetunebench.plugin.baselines import Baselines
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.process import run_id_of, stop_file
from pytest_finetunebench.runs.early import EarlyDecisions, EarlyResult, applied
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.results import ProbeResult


class EarlyStop:
    """Follows the results of a whole run. Partial runs are left alone: their gates are not decided at all."""

    def __init__(
        self, session: ProbingSession, collector: ResultCollector, plan: GatePlan, baselines: Baselines
    ) -> None:
        self._session = session
        self._collector = collector
        self._plan = plan
        self._baselines = baselines
        self._watched: EarlyDecisions | None = None
        self._began = False
        self._found: dict[str, EarlyResult] | None = None
        self._files: set[Path] = set()
        collector.heard = self._heard

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        self._files.add(stop_file(run_id_of(node)))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        for file in self._files:
            file.unlink(missing_ok=True)

    @property
    def saved(self) -> str | None:
        """What was saved, for the record and the reports; None where everything was asked."""
        left_out = len(self._collector.not_asked)
        if self._found is None or not left_out:
            return None
        results = self._collector.all_results
        calls = sum(result.calls + (result.base.calls if result.base else 0) for result in results)
        spared = round(calls / len(results) * left_out)
        about = f", which saved about {counted(spared, 'call')}" if spared else ""
        total = counted(len(results) + left_out, "answer")
        return f"stopped asking after {len(results):,} of {total}: every gate was decided{about}"

    def apply(self, gates: Sequence[GateResult]) -> list[GateResult]:
        """Return the gates' results with what was known of them when the run stopped asking."""
        if self.saved is None or self._found is None:
            return list(gates)
        asked = len(self._collector.all_results)
        total = asked + len(self._collector.not_asked)
        return [applied(gate, self._found[gate.id], asked, total, self._plan.rules) for gate in gates]

    def _heard(self, result: ProbeResult) -> None:
        if not self._began:
            self._began = True
            self._watched = self._watch()
        if self._watched is None or self._found is not None:
            return
        self._watched.add(result)
        self._found = self._watched.results
        if self._found is not None:
            for file in self._files:
                file.touch()
            self._session.halting.halt()

    def _watch(self) -> EarlyDecisions | None:
        coverage = self._collector.coverage(None)
        how = self._plan.stop_when_decided
        if how is None or coverage.empty or coverage.not_selected:
            return None
        return EarlyDecisions(
            self._plan.gates,
            list(self._session.counted_probes),
            self._plan.rules,
            self._baselines.results(self._collector.graders),
            self._session.settings.suite.repeat,
            how,
            self._session.halting.unit_order,
        )
