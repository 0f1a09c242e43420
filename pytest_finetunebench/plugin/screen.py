"""What a terminal shows at the end of a run: failures, rates, gates, and last of all the verdict."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pytest

from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.conclusion import Conclusion
from pytest_finetunebench.plugin.folding import Folding
from pytest_finetunebench.reports.deciding import gate_lines, verdict_line
from pytest_finetunebench.runs.gate_results import GateResult


class Screen:
    """Shows the run's conclusion around pytest's own summary. Registered after `Conclusion`, so around it too."""

    def __init__(
        self, config: pytest.Config, collector: ResultCollector, conclusion: Conclusion, *, full: bool
    ) -> None:
        self._config = config
        self._collector = collector
        self._conclusion = conclusion
        self._full = full
        self.folding: Folding | None = None
        """What is left out of pytest's lists; None before the summary."""
        for part in (_OtherSections(self), _ShortSummary(self)):
            config.pluginmanager.register(part)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        if self._conclusion.silent:
            return (yield)
        folding = self.folding = Folding(terminalreporter, self._collector.by_sample)
        folding.show_worst()
        try:
            yield
        finally:
            folding.restore()
        self._show(terminalreporter, folding)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        yield
        reporter: pytest.TerminalReporter | None = self._config.pluginmanager.getplugin("terminalreporter")
        # after pytest's own last line, and after the exit status is settled
        if reporter is not None and not self._conclusion.silent:
            gates = self._conclusion.gates
            line = verdict_line(self._conclusion.summary, gates, self._collector.missed, 2 * self._width)
            reporter.line(line, bold=True, **{_verdict_colour(gates, session.exitstatus): True})

    @property
    def _width(self) -> int:
        return max(self._config.get_terminal_writer().fullwidth, 40)

    def _show(self, reporter: pytest.TerminalReporter, folding: Folding) -> None:
        for title, lines in folding.sections(self._width):
            reporter.section(title)
            for line in lines:
                head, blank, rest = line.partition(" ")
                reporter.write(head, red=head in ("FAILED", "ERROR"))
                reporter.line(blank + rest)
        reporter.section("finetunebench")
        for line in self._conclusion.loud_lines():
            reporter.line(line, red=True, bold=True)
        for line in self._conclusion.lines(self._width, full=self._full or reporter.verbosity > 0):
            reporter.line(line)
        for error in self._conclusion.errors:
            reporter.line(f"ERROR: {error}", red=True)
        if self._conclusion.gates:
            reporter.section("gates: rate, its 95% interval by knowledge item, probes measured")
            for line, gate in gate_lines(self._conclusion.gates, self._width):
                reporter.line(line, **({} if gate is None else {_colour(gate): True}))


class _OtherSections:
    """Other plugins see every report."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self) -> None:
        if self._screen.folding is not None:
            self._screen.folding.restore()


class _ShortSummary:
    """pytest's short summary lacks what is folded: a line for each item takes its place."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        if self._screen.folding is not None:
            self._screen.folding.show_others()


def _colour(gate: GateResult) -> str:
    return "green" if gate.status == "passed" else "red" if gate.blocks else "yellow"


def _verdict_colour(gates: Sequence[GateResult], status: int) -> str:
    if status != pytest.ExitCode.OK:
        return "red"
    return "yellow" if any(gate.status != "passed" for gate in gates) else "green"
