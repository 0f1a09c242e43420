"""The end of a run, in the process that owns it: compare, decide gates, write files, and print the section."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, RunError
from pytest_finetunebench.models.prices import Price, find_price
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.gating import GatePlan, gate_reports
from pytest_finetunebench.plugin.samples import shows_only
from pytest_finetunebench.reports.junit import suite_properties
from pytest_finetunebench.reports.summary import Summary, summarise
from pytest_finetunebench.reports.terminal import gate_lines, summary_lines
from pytest_finetunebench.runs.files import RunFolder, find_record, write_json
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.measure import find_origin
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


class Conclusion:
    """Concludes a run after its last test."""

    def __init__(self, config: pytest.Config, settings: Settings, collector: ResultCollector, plan: GatePlan) -> None:
        self._config = config
        self._settings = settings
        self._collector = collector
        self._plan = plan
        self._interrupted: str | None = None
        self._notices: list[str] = []
        self._errors: list[str] = []
        self._gates: list[GateResult] = []
        self._comparisons: list[tuple[str, RunComparison]] = []
        # before any test runs, so that a wrong reference costs nothing
        self._baseline = self._find_baseline()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if shows_only(session.config):
            return (yield)
        try:
            outcome = yield
        except session.Failed as stop:
            self._conclude(session, str(stop), emit=True)
            raise
        except BaseException as stop:
            self._conclude(session, str(stop) or type(stop).__name__, emit=False)
            raise
        self._conclude(session, None, emit=True)
        return outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if shows_only(session.config):
            return
        if self._collector.probed:
            self._add_junit_properties()
        self._write_files()
        if self._errors:
            if not self._config.pluginmanager.hasplugin("terminalreporter"):
                for error in self._errors:
                    print(f"ERROR: {error}", file=sys.stderr)
            if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if shows_only(self._config) or not (self._collector.probed or self._errors or self._gates):
            return
        terminalreporter.section("finetunebench")
        for line in self._lines(max(self._config.get_terminal_writer().fullwidth, 40)):
            terminalreporter.line(line)
        for error in self._errors:
            terminalreporter.line(f"ERROR: {error}", red=True)

    def _lines(self, width: int) -> Iterator[str]:
        yield from summary_lines(self._summary(), width)
        for heading, comparison in self._comparisons:
            from pytest_finetunebench.reports.differences import comparison_lines

            yield ""
            yield from comparison_lines(comparison, heading, width)
        if self._gates:
            yield ""
            yield from gate_lines(self._gates, width)

    def _find_baseline(self) -> RunRecord | None:
        if self._settings.decisions.compare is None:
            return None
        where = f"--ft-compare={self._settings.decisions.compare}"
        try:
            found = find_record(RunFolder(self._settings.output.runs_dir), self._settings.decisions.compare)
        except RunError as error:
            raise pytest.UsageError(f"{where}: {error}") from error
        if found.passed_over:
            numbers = ", ".join(f"#{number}" for number in found.passed_over)
            self._notices.append(f"{where}: {numbers} passed over, as partial runs are no baseline")
        if found.record is None:
            self._notices.append(f"{where}: no baseline yet, nothing to compare with: --ft-save stores this run as one")
        return found.record

    def _conclude(self, session: pytest.Session, interrupted: str | None, *, emit: bool) -> None:
        self._interrupted = interrupted
        comparison, fault = self._compare()
        if not self._plan.gates:
            return
        coverage = self._collector.coverage(interrupted)
        self._gates = self._plan.evaluate(self._collector.results, comparison, coverage, fault)
        if not emit:
            return
        if session.config.pluginmanager.hasplugin("terminalreporter") and session.testscollected:
            writer = session.config.get_terminal_writer()
            if writer.width_of_current_line:
                writer.line()
            # otherwise the progress runs past 100%
            session.testscollected += len(self._gates)
        for gate in self._gates:
            for report in gate_reports(gate):
                session.config.hook.pytest_runtest_logreport(report=report)

    def _compare(self) -> tuple[RunComparison | None, str | None]:
        """Compare with the base model and the baseline. Return the baseline's comparison, for gates, or what failed."""
        if not self._collector.results or (self._settings.base is None and self._baseline is None):
            return None, None
        from pytest_finetunebench.runs.comparison import compare_runs, record_of_base

        record, weight = self._record, self._settings.decisions.weight
        found: RunComparison | None = None
        try:
            base = record_of_base(record)
            if base is not None:
                self._comparisons.append(("base model", compare_runs(base, record, self._collector.graders, weight)))
            if self._baseline is not None:
                found = compare_runs(self._baseline, record, self._collector.graders, weight)
                self._comparisons.append(("baseline", found))
        except FinetuneBenchError as error:
            fault = f"--ft-compare={self._settings.decisions.compare}: {error}"
            self._errors.append(fault)
            return None, fault
        return found, None

    @cached_property
    def _record(self) -> RunRecord:
        return self._collector.record(self._interrupted)

    def _summary(self) -> Summary:
        origin = find_origin(self._settings)
        return summarise(
            self._collector.results,
            self._settings.model.text,
            notices=[*self._collector.facts.notices, *self._notices],
            base_url=self._collector.base_url,
            not_run=len(self._collector.not_run),
            unused_calls=self._collector.unused_calls,
            base_model=self._settings.base.text if self._settings.base else None,
            judge_model=self._settings.judge.model.text if self._settings.judge else None,
            price=self._price,
            lineage=origin.lineage,
            shutdown=origin.shutdown,
            weight=self._settings.decisions.weight,
        )

    @property
    def _price(self) -> Price | None:
        settings = self._settings
        if not any(result.calls for result in self._collector.results):
            return None  # looking it up takes a quarter of a second
        own_server = settings.model.base_url is not None
        return (
            Price(*settings.model.price) if settings.model.price else find_price(settings.model, own_server=own_server)
        )

    def _write_files(self) -> None:
        settings = self._settings
        # also where nothing was measured: an earlier run's record must not pass for this one's
        if settings.output.json_path is not None:
            path = settings.output.json_path
            self._attempt(f"--ft-json={path}", lambda: write_json(path, self._record))
        if settings.output.save is not None and self._collector.results:
            self._attempt("--ft-save", self._save)
        if settings.output.markdown_path is not None:
            path = settings.output.markdown_path
            self._attempt(f"--ft-markdown={path}", lambda: self._write_markdown(path, append=False))
        summary = os.environ.get(STEP_SUMMARY)
        if summary and self._collector.probed:
            self._attempt(STEP_SUMMARY, lambda: self._write_markdown(Path(summary), append=True))

    def _attempt(self, where: str, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None)
            if isinstance(error, FileExistsError):
                reason = f"{error.filename} is no folder"
            self._errors.append(f"{where}: cannot be written: {reason or error}")

    def _save(self) -> None:
        record = self._record
        stored = RunFolder(self._settings.output.runs_dir).save(record)
        partial = ", a partial run: no baseline" if record.partial else ""
        self._notices.append(f"saved as run #{stored.number}{partial}: {stored.path.name}")

    def _write_markdown(self, path: Path, *, append: bool) -> None:
        from pytest_finetunebench.reports.markdown import markdown

        text = markdown(self._summary(), self._gates, self._comparisons, self._collector.results)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if append else "wb") as file:
            file.write(text.encode("utf-8", "replace"))

    def _add_junit_properties(self) -> None:
        # pytest has no public way that also works on the controller of a pytest-xdist run
        from _pytest.junitxml import xml_key

        xml = self._config.stash.get(xml_key, None)
        if xml is not None:
            for name, value in suite_properties(self._summary()):
                xml.add_global_property(name, value)
