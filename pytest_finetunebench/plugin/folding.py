"""Long lists of failing probes, folded: pytest shows one failure of each of the worst items, then a line an item.

pytest keeps every report. What is folded is out of its lists only while pytest itself prints them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from pytest_finetunebench.errors import counted
from pytest_finetunebench.plugin.collector import SAMPLE_ATTRIBUTE
from pytest_finetunebench.reports.columns import fitted
from pytest_finetunebench.runs.results import ProbeResult

SHOWN = 20
"""The failures of probes that are shown one by one. Of more, this many items."""
_ALL = "`-v` shows every one; --ft-json and --junitxml write them to a file"


@dataclass(frozen=True)
class _Group:
    """Failing probes of one item, or unmeasured ones of one reason."""

    name: str
    reports: Sequence[pytest.TestReport]
    outcomes: Counter[str]


class _List:
    """One of pytest's lists of reports, and the groups of its probes; worst first."""

    def __init__(self, reports: list[pytest.TestReport], results: Mapping[str, ProbeResult], *, failed: bool) -> None:
        self._reports = reports
        self._whole = list(reports)
        self._failed = failed
        self._asked = Counter(result.item_id for result in results.values())
        members = defaultdict[str, list[tuple[pytest.TestReport, str]]](list)
        self._others: list[pytest.TestReport] = []
        for report in reports:
            result = results.get(getattr(report, SAMPLE_ATTRIBUTE, ""))
            if result is None or result.correct:
                self._others.append(report)
            else:
                members[result.item_id if failed else result.reason].append((report, str(result.outcome)))
        groups = [
            _Group(name, [report for report, _ in found], Counter(outcome for _, outcome in found))
            for name, found in members.items()
        ]
        self._groups = sorted(groups, key=lambda group: (-len(group.reports), group.name))
        self.count = sum(len(group.reports) for group in groups)

    def show_worst(self) -> None:
        self._reports[:] = [*self._others, *(group.reports[0] for group in self._groups[:SHOWN])]

    def show_others(self) -> None:
        self._reports[:] = self._others

    def restore(self) -> None:
        self._reports[:] = self._whole

    @property
    def title(self) -> str:
        what, by = ("failures", "item") if self._failed else ("unmeasured probes", "reason")
        return f"{self.count:,} {what} of {counted(len(self._groups), by)}, worst first"

    def lines(self, width: int) -> Iterator[str]:
        for group in self._groups[:SHOWN]:
            yield fitted(self._line(group), width)
        hidden = self._groups[SHOWN:]
        if hidden:
            rest = sum(len(group.reports) for group in hidden)
            yield f"… and {rest:,} of {counted(len(hidden), 'more item' if self._failed else 'more reason')}"
        yield _ALL

    def _line(self, group: _Group) -> str:
        if not self._failed:
            return f"ERROR {len(group.reports):,} × {group.name}"
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in group.outcomes.most_common())
        return f"FAILED {group.name}: {len(group.reports):,} of {self._asked[group.name]:,}: {told}"


class Folding:
    """The failures of a run, folded where there are many and nobody asked for all."""

    def __init__(self, reporter: pytest.TerminalReporter, results: Mapping[str, ProbeResult]) -> None:
        self._lists: list[_List] = []
        self._summarised: list[_List] = []
        if reporter.verbosity > 0:
            return
        for name, char in (("error", "E"), ("failed", "f")):
            found = _List(reporter.stats.get(name, []), results, failed=name == "failed")
            if found.count > SHOWN:
                self._lists.append(found)
                self._summarised += [found] * reporter.hasopt(char)

    def show_worst(self) -> None:
        """Leave in pytest's lists one report of each of the worst groups, and what is no probe's."""
        for one in self._lists:
            one.show_worst()

    def show_others(self) -> None:
        """Leave in pytest's lists only what is no probe's."""
        for one in self._lists:
            one.show_others()

    def restore(self) -> None:
        """Give pytest its lists back."""
        for one in self._lists:
            one.restore()

    def sections(self, width: int) -> Iterator[tuple[str, list[str]]]:
        """Yield a title and lines in the place of each folded part of pytest's short summary (-rf, -rE)."""
        for one in self._summarised:
            yield one.title, list(one.lines(width))
