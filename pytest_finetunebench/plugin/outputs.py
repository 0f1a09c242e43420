"""The reports that a run writes as text files at its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.settings import OutputSettings

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True)
class Outputs:
    """What the reports show, and where they go."""

    settings: OutputSettings
    summary: Summary
    gates: Sequence[GateResult]
    comparisons: Sequence[tuple[str, RunComparison]]
    record: Callable[[], RunRecord]
    """Makes the record, which few reports need: it takes 12 µs a probe."""
    missed: int
    """Probes whose misses fail the run by themselves."""

    def write(self, *, job_summary: bool) -> list[str]:
        """Write every file that was asked for and, in GitHub Actions, to the job's summary. Return what went wrong."""
        faults = []
        for where, path, make in self._texts():
            faults += faults_of(where, partial(write_text, path, make))
        summary = os.environ.get(_STEP_SUMMARY)
        if summary and job_summary:
            faults += faults_of(_STEP_SUMMARY, partial(append_text, Path(summary), self.markdown))
        return faults

    def _texts(self) -> Iterator[tuple[str, Path, Callable[[], str]]]:
        """Yield for each file that was asked for its option, its path, and what makes its text."""
        wanted = (
            ("--ft-markdown", self.settings.markdown_path, self.markdown),
            ("--ft-markdown-brief", self.settings.brief_path, self._brief),
            ("--ft-metrics", self.settings.metrics_path, self._metrics),
            ("--ft-html", self.settings.html_path, self._html),
        )
        for option, path, make in wanted:
            if path is not None:
                yield f"{option}={path}", path, make

    def markdown(self) -> str:
        """Return the report in Markdown."""
        from pytest_finetunebench.reports.markdown import markdown

        return markdown(self.summary, self.gates, self.comparisons, self.record().all_results)

    def _brief(self) -> str:
        from pytest_finetunebench.reports.markdown import brief_markdown

        return brief_markdown(self.summary, self.gates, self.comparisons)

    def _metrics(self) -> str:
        from pytest_finetunebench.reports.metrics import metrics

        return metrics(self.summary, self.gates)

    def _html(self) -> str:
        from pytest_finetunebench.reports.html.page import Report, html_page
        from pytest_finetunebench.reports.html.trend import stored_rates_of

        record = self.record()
        trend = stored_rates_of(self.settings.runs_dir, record.suite_hash)
        return html_page(Report(record, self.summary, self.gates, self.comparisons, trend, self.missed))


def faults_of(where: str, write: Callable[[], None]) -> list[str]:
    """Write, and return why that failed: one message that begins with `where`, or none."""
    try:
        write()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None)
        if isinstance(error, FileExistsError):
            reason = f"{error.filename} is no folder"
        return [f"{where}: cannot be written: {reason or error}"]
    return []


def write_text(path: Path, make: Callable[[], str]) -> None:
    """Write a text, whole or not at all, making its folder; into what is no regular file, /dev/stdout say.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = make().encode("utf-8", "replace")
    special = path.exists() and not path.is_file()
    with path.open("wb") if special else replacing(path) as file:
        file.write(text)


def append_text(path: Path, make: Callable[[], str]) -> None:
    """Append a text to a file that others write too.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(make().encode("utf-8", "replace"))
