"""Gather the results that test reports carry, and hand the summary to every report; lives where the run is owned."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pytest

from pytest_finetunebench import __version__
from pytest_finetunebench.datafiles import shown
from pytest_finetunebench.plugin.probing import REPORT_ATTRIBUTE, ProbingSession, shows_only
from pytest_finetunebench.reports.junit import suite_properties
from pytest_finetunebench.reports.summary import Summary, summarise
from pytest_finetunebench.reports.terminal import summary_lines
from pytest_finetunebench.results import ProbeResult
from pytest_finetunebench.run_files import write_json
from pytest_finetunebench.runs import RunRecord
from pytest_finetunebench.settings import Settings


class ResultCollector:
    """Results by probe id: a probe counts once, however many tests and reruns ask it."""

    def __init__(self, config: pytest.Config, settings: Settings, session: ProbingSession) -> None:
        self._config = config
        self._settings = settings
        self._session = session
        self._results: dict[str, ProbeResult] = {}
        self._facts: list[dict[str, Any]] = []
        self._json_error = ""

    def add_facts(self, facts: dict[str, Any]) -> None:
        """Take what another process of the run knows."""
        self._facts.append(facts)

    def pytest_report_header(self) -> str:
        cases = ", ".join(shown(path) for path in self._settings.cases)
        return f"finetunebench: model {self._settings.model.text}, cases {cases}, cache {self._settings.cache}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        text = getattr(report, REPORT_ATTRIBUTE, None)
        if text is not None:
            result = ProbeResult.model_validate_json(text)
            earlier = self._results.get(result.id)
            self._results[result.id] = result if earlier is None else _joined(earlier, result)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if shows_only(session.config):
            return
        if self._selected or self._results:
            self._add_junit_properties()
        # also where nothing was measured: an earlier run's record must not pass for this one's
        if self._settings.json_path is not None:
            try:
                write_json(self._settings.json_path, self._record())
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None)
                if isinstance(error, FileExistsError):
                    reason = f"{error.filename} is no folder"
                self._json_error = f"--ft-json={self._settings.json_path}: cannot be written: {reason or error}"
                if not self._config.pluginmanager.hasplugin("terminalreporter"):
                    print(f"ERROR: {self._json_error}", file=sys.stderr)
                if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                    session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if shows_only(self._config) or not (self._selected or self._results or self._json_error):
            return
        terminalreporter.section("finetunebench")
        for line in summary_lines(self._summary(), max(self._config.get_terminal_writer().fullwidth, 40)):
            terminalreporter.line(line)
        if self._json_error:
            terminalreporter.line(f"ERROR: {self._json_error}", red=True)

    @property
    def _selected(self) -> list[str]:
        return sorted(set(self._known("selected", [])))

    def _summary(self) -> Summary:
        return summarise(
            self._results.values(),
            self._settings.model.text,
            notices=self._known("notices", []),
            base_url=self._known("base_url", None) if self._settings.base_url else None,
            not_run=len(set(self._selected) - set(self._results)),
        )

    def _known(self, name: str, default: Any) -> Any:
        """Return a fact from this process or, under pytest-xdist, from the workers; lists are joined."""
        values = [facts[name] for facts in (self._session.facts, *self._facts) if facts.get(name) is not None]
        if isinstance(default, list):
            return [entry for value in values for entry in value]
        return values[0] if values else default

    def _record(self) -> RunRecord:
        summary = self._summary()
        return RunRecord(
            tool_version=__version__,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            model=self._settings.model.text,
            base_url=self._known("base_url", None),
            suite_hash=self._known("suite_hash", None),
            sampling=self._settings.sampling,
            pass_rates=summary.pass_rates,
            not_run=tuple(probe for probe in self._selected if probe not in self._results),
            results=tuple(sorted(self._results.values(), key=lambda result: result.id)),
            notices=summary.notices,
        )

    def _add_junit_properties(self) -> None:
        # pytest has no public way that also works on the controller of a pytest-xdist run
        from _pytest.junitxml import xml_key

        xml = self._config.stash.get(xml_key, None)
        if xml is not None:
            for name, value in suite_properties(self._summary()):
                xml.add_global_property(name, value)


def _joined(earlier: ProbeResult, later: ProbeResult) -> ProbeResult:
    """Return the later result, or the earlier if that alone is measured, with the calls that both cost."""
    kept = earlier if earlier.measured and not later.measured else later
    source = "provider" if "provider" in (earlier.source, later.source) else kept.source
    return kept.model_copy(update={"calls": earlier.calls + later.calls, "source": source})
