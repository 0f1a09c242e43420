"""The stored runs that a run is compared with: its baseline, those of gates `since:REF:…`, and the oldest accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, RunError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.process import set_baselines
from pytest_finetunebench.runs.files import FIRST, RunFolder, find_record
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.units import Weight
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison

BASELINE = ""
"""The key of the run's own baseline; another's is the `since` of its gates."""


class Baselines:
    """Stored runs by the `since` of the gates over them, and the comparisons with them."""

    def __init__(self, folder: RunFolder, records: Mapping[str, RunRecord], notices: list[str]) -> None:
        self.notices = notices
        self.comparisons: dict[str, RunComparison] = {}
        self.faults: dict[str, str] = {}
        """Why a comparison could not be made."""
        self._folder = folder
        self._records = records

    @property
    def any(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self._records)

    @property
    def shown(self) -> list[tuple[str, RunComparison]]:
        """The comparison that reports show, with its heading."""
        found = self.comparisons.get(BASELINE)
        return [] if found is None else [("baseline", found)]

    def results(self, graders: Mapping[str, GraderFunction]) -> dict[str, tuple[ProbeResult, ...]]:
        """Return their results as the graders of this run judge them, by `since`."""
        from pytest_finetunebench.runs.comparison import graded_alike

        return {since: graded_alike(record, graders, []).results for since, record in self._records.items()}

    def compare(self, record: RunRecord, graders: Mapping[str, GraderFunction], weight: Weight) -> None:
        """Compare a run with every one of them."""
        from pytest_finetunebench.runs.comparison import compare_runs

        for since, stored in self._records.items():
            try:
                self.comparisons[since] = compare_runs(stored, record, graders, weight)
            except FinetuneBenchError as error:
                self.faults[since] = f"{f'since:{since}' if since else '--ft-compare'}: {error}"
        if self.shown:
            from pytest_finetunebench.runs.drift import with_drift

            self.comparisons[BASELINE] = with_drift(self.comparisons[BASELINE], self._folder, graders, weight)


def find_baselines(config: pytest.Config, settings: Settings, plan: GatePlan) -> Baselines:
    """Read every stored run that the run is to be compared with, and tell all processes which there are.

    Raises:
        pytest.UsageError: a reference is wrong, or --ft-first-run is given though there is a baseline.
    """
    folder = RunFolder(settings.output.runs_dir)
    wanted = {gate.since: f"{gate.where}: since:{gate.since}" for gate in plan.compares if gate.since}
    if settings.decisions.compare is not None:
        wanted = {BASELINE: f"--ft-compare={settings.decisions.compare}"} | wanted
    records: dict[str, RunRecord] = {}
    notices: list[str] = []
    for since, where in wanted.items():
        record = _find(folder, since or str(settings.decisions.compare), where, notices)
        if record is not None:
            records[since] = record
    if plan.rules.first_run and records:
        there = next(iter(records.values())).title
        raise pytest.UsageError(f"--ft-first-run: there is a baseline, {there}: leave the option out")
    set_baselines(config, records)
    return Baselines(folder, records, notices)


def _find(folder: RunFolder, ref: str, where: str, notices: list[str]) -> RunRecord | None:
    try:
        found = find_record(folder, ref)
    except RunError as error:
        raise pytest.UsageError(f"{where}: {error}") from error
    if found.passed_over:
        notices.append(f"{where}: passed over: {', '.join(found.passed_over)}")
    if found.warning:
        notices.append(f"{where}: {found.warning}")
    if found.record is None:
        notices.append(f"{where}: no baseline yet, nothing to compare with: --ft-save stores this run as one")
    elif ref == FIRST:
        notices.append(f"{where}: the oldest accepted run is {found.record.title}")
    return found.record
