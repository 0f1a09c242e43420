"""The end of a run, in the process that owns it: compare, decide gates, write files, and print the section."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, counted
from pytest_finetunebench.models.prices import Price, price_of
from pytest_finetunebench.options.names import unknown_variables
from pytest_finetunebench.plugin.baselines import find_baselines
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.garbage import freeze_garbage
from pytest_finetunebench.plugin.gating import GatePlan, gate_reports
from pytest_finetunebench.plugin.outputs import Outputs, faults_of
from pytest_finetunebench.plugin.samples import shows_only
from pytest_finetunebench.reports.junit import suite_properties
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.reports.terminal import summary_lines
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.measure import find_origin
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import write_json
from pytest_finetunebench.runs.served import answer_notices
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.plugin.probing import ProbingSession
    from pytest_finetunebench.plugin.stopping import EarlyStop
    from pytest_finetunebench.runs.arm_rows import ArmStudy
    from pytest_finetunebench.runs.comparison import RunComparison

SHOWN = 20


class Conclusion:
    """Concludes a run after its last test."""

    def __init__(self, config: pytest.Config, settings: Settings, collector: ResultCollector, plan: GatePlan) -> None:
        self._config = config
        self._settings = settings
        self._collector = collector
        self._plan = plan
        self._interrupted: str | None = None
        self._concluded = False
        self._notices = [f"{name}: no option has this variable" for name, _ in unknown_variables()]
        self._errors: list[str] = []
        self._gates: list[GateResult] = []
        self._comparisons: list[tuple[str, RunComparison]] = []
        # before any test runs, so that a wrong reference costs nothing
        self._baselines = find_baselines(config, settings, plan)
        self._notices += self._baselines.notices
        self._early: EarlyStop | None = None

    def watch(self, session: ProbingSession) -> None:
        """Follow the results, to stop asking once every gate is decided."""
        from pytest_finetunebench.plugin.stopping import EarlyStop

        self._early = EarlyStop(session, self._collector, self._plan, self._baselines)
        self._config.pluginmanager.register(self._early, "finetunebench-stopping")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if shows_only(session.config):
            return (yield)
        try:
            outcome = yield
        except session.Failed as stop:
            self._conclude(session, str(stop))
            raise
        except BaseException as stop:
            self._conclude(session, str(stop) or type(stop).__name__)
            raise
        self._conclude(session, None)
        return outcome

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        if not shows_only(session.config):
            if not self._concluded and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED):
                self._conclude(session, "the session ended before the first test")
            self._finish(session)
        yield

    @property
    def must_be_red(self) -> bool:
        """Whether the exit code may not be 0: something is unmeasured, or a gate did not pass."""
        stopped = self._interrupted is not None and bool(self._collector.not_run)
        unmeasured = bool(self._collector.unmeasured or self._collector.nothing_asked)
        return unmeasured or stopped or any(gate.blocks for gate in self._gates)

    def _finish(self, session: pytest.Session) -> None:
        if self._collector.probed:
            self._add_junit_properties()
        self._write_files()
        if self._errors:
            if not self._config.pluginmanager.hasplugin("terminalreporter"):
                for error in self._errors:
                    print(f"ERROR: {error}", file=sys.stderr)
            if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say: no probe was asked, and nothing else went wrong."""
        return shows_only(self._config) or not (self._collector.probed or self._errors or self._gates)

    @property
    def gates(self) -> Sequence[GateResult]:
        """What the gates came to; empty before the last test."""
        return self._gates

    @property
    def errors(self) -> Sequence[str]:
        """Why a comparison was not made, or a file not written."""
        return self._errors

    def loud_lines(self) -> Iterator[str]:
        """Yield what must not be overlooked: gates left open, and unmeasured probes that did not fail."""
        if self._plan.later:
            gates = counted(len(self._plan.gates), "gate")
            yield f"NOTHING IS DECIDED HERE: {gates} left to `finetunebench gate` over the merged records of all shards"
        if self._collector.nothing_asked:
            probes = counted(len(self._collector.not_run), "selected probe")
            yield f"NOTHING WAS MEASURED: {probes}, and no test read an answer"
        hidden = self._collector.hidden
        for result in hidden[:SHOWN]:
            yield f"UNMEASURED although its test did not fail: {result.sample_id}: {result.reason}"
        if len(hidden) > SHOWN:
            yield f"… and {len(hidden) - SHOWN:,} more"

    def lines(self, width: int, *, full: bool) -> Iterator[str]:
        """Yield the rates, the arms and the comparisons."""
        summary = self.summary
        yield from summary_lines(summary, width, full=full)
        if summary.arms is not None:
            from pytest_finetunebench.reports.arms import arm_lines

            yield ""
            yield from arm_lines(summary.arms, width)
        if any(result.setting == "form" or result.kind == "abstention" for result in self._collector.results):
            from pytest_finetunebench.reports.forms import form_lines
            from pytest_finetunebench.runs.form_study import form_study

            forms = list(form_lines(form_study(self._collector.results), width))
            yield from ["", *forms] if forms else []
        for heading, comparison in self._comparisons:
            from pytest_finetunebench.reports.differences import comparison_lines

            yield ""
            yield from comparison_lines(comparison, heading, width)

    def _conclude(self, session: pytest.Session, interrupted: str | None) -> None:
        freeze_garbage("the results")
        self._interrupted, self._concluded = interrupted, True
        self._compare()
        if not self._plan.gates:
            return
        coverage = self._collector.coverage(interrupted)
        self._gates = self._plan.evaluate(
            self._collector.results, self._baselines.comparisons, coverage, self._baselines.faults
        )
        if self._early is not None and coverage.shortfall("") is None:
            self._gates = self._early.apply(self._gates)
            self._notices += [saved] if (saved := self._early.saved) else []
        if session.config.pluginmanager.hasplugin("terminalreporter") and session.testscollected:
            writer = session.config.get_terminal_writer()
            if writer.width_of_current_line:
                writer.line()
            # otherwise the progress runs past 100%
            session.testscollected += len(self._gates)
        file = self._collector.test_file or _ini_file(session.config)
        for gate in self._gates:
            for report in gate_reports(gate, file):
                session.config.hook.pytest_runtest_logreport(report=report)

    def _compare(self) -> None:
        """Compare with the base model and with the baselines."""
        if not self._collector.results:
            return
        graders, weight = self._collector.graders, self._settings.decisions.weight
        if self._settings.base is not None:
            from pytest_finetunebench.runs.comparison import compare_runs, record_of_base

            base = record_of_base(self._record)
            try:
                found = [] if base is None else [("base model", compare_runs(base, self._record, graders, weight))]
            except FinetuneBenchError as error:
                self._errors.append(f"--ft-base-model: {error}")
            else:
                self._comparisons += found
        if self._baselines.any:
            self._baselines.compare(self._record, graders, weight)
            self._comparisons += self._baselines.shown
            self._errors += self._baselines.faults.values()

    @cached_property
    def _record(self) -> RunRecord:
        return self._collector.record(self._interrupted, self._early.saved if self._early else None)

    @property
    def summary(self) -> Summary:
        """The view model of the run; to be read after its last test only."""
        notices = [*self._collector.facts.notices, *self._notices, *self._answer_notices]
        return replace(self._counted, notices=tuple(dict.fromkeys(notices)))

    @cached_property
    def _answer_notices(self) -> tuple[str, ...]:
        return answer_notices(self._settings, self._collector.all_results, self._counted.lineage)

    @cached_property
    def _counted(self) -> Summary:
        origin = find_origin(self._settings)
        return summarise(
            self._collector.all_results,
            self._settings.model.text,
            base_url=self._collector.base_url,
            not_run=len(self._collector.not_run),
            unused_calls=self._collector.unused_calls,
            base_model=self._settings.base.text if self._settings.base else None,
            judge_model=self._settings.judge.model.text if self._settings.judge else None,
            price=self._price,
            lineage=origin.lineage,
            shutdown=origin.shutdown,
            weight=self._settings.decisions.weight,
            arms=self._arms,
            found_hard_counts=self._settings.suite.found_hard == "count",
        )

    @property
    def _arms(self) -> ArmStudy | None:
        if not self._settings.arms.specs:
            return None
        from pytest_finetunebench.runs.arm_rows import study_of

        return study_of(self._record)

    @property
    def _price(self) -> Price | None:
        if not any(result.calls for result in self._collector.all_results):
            return None  # looking it up takes a quarter of a second
        return price_of(self._settings.model)

    def _write_files(self) -> None:
        settings = self._settings.output
        # also where nothing was measured: an earlier run's record must not pass for this one's
        if settings.json_path is not None:
            path = settings.json_path
            self._errors += faults_of(f"--ft-json={path}", lambda: write_json(path, self._decided_record))
        if settings.save is not None and self._collector.all_results:
            self._errors += faults_of("--ft-save", self._save)
        outputs = Outputs(
            settings,
            self.summary,
            self._gates,
            self._comparisons,
            lambda: self._decided_record,
            self._collector.missed,
        )
        self._errors += outputs.write(job_summary=self._collector.probed)

    def _save(self) -> None:
        record = self._decided_record
        stored = RunFolder(self._settings.output.runs_dir).save(record)
        flaw = f", no baseline ({record.flaw})" if record.flaw else ""
        self._notices.append(f"saved as run #{stored.number}{flaw}: {stored.path.name}")

    @property
    def _decided_record(self) -> RunRecord:
        """The record with what its gates came to: a run that failed them is no baseline."""
        failed = [gate.id for gate in self._gates if gate.blocks]
        rejected = f"its gates failed: {', '.join(failed)}" if failed else None
        if self._plan.later:
            rejected = "its gates are not decided: `finetunebench gate` does it"
        return self._record.model_copy(update={"rejected": rejected})

    def _add_junit_properties(self) -> None:
        # pytest has no public way that also works on the controller of a pytest-xdist run
        from _pytest.junitxml import xml_key

        xml = self._config.stash.get(xml_key, None)
        if xml is not None:
            for name, value in suite_properties(self.summary):
                xml.add_global_property(name, value)


def _ini_file(config: pytest.Config) -> str:
    path = config.inipath or config.rootpath / "pyproject.toml"
    return os.path.relpath(path, config.rootpath)
