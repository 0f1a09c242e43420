"""How long the reports of a run take and how large they are: `python benchmarks/reports.py [PROBES …] [--json]`.

Default: 1,000, 10,000 and 100,000 probes, of four kinds an item, with texts of a usual length. Times are
this process's processor time.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.reports.html.page import Report, html_page
from pytest_finetunebench.reports.markdown import brief_markdown, markdown
from pytest_finetunebench.reports.metrics import metrics
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.terminal import summary_lines
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult

KINDS = {"memorization": False, "rephrased": True, "secondary": True, "retention": False}
WORDS = ("lighthouse", "harbour", "keeper", "metres", "Ellery", "northern", "granite", "ferry", "parish", "winter")
SYSTEM = "Answer with a number, a word or a short phrase. If the question has no answer that you can know, say so."
COUNTS = (1_000, 10_000, 100_000)
BARS = {"terminal": "100,000 in 2 s", "html": "10,000 in 3 s, 12 MB"}


@dataclass(frozen=True)
class Figure:
    """One report of one run."""

    report: str
    probes: int
    seconds: float
    bytes: int


def results_of(count: int) -> list[ProbeResult]:
    """Return the results of a run, alike each time."""
    draw = random.Random(1)  # noqa: S311 - repeatable data

    def sentence(words: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(words))

    found = []
    for number in range(count):
        kind = list(KINDS)[number % 4]
        outcome = Outcome.CORRECT if draw.random() < 0.6 else Outcome.WRONG
        found.append(
            ProbeResult(
                id=f"category-{number % 8}/item-{number // 4:06}/{kind}-1",
                category=f"category-{number % 8}",
                item=f"item-{number // 4:06}",
                kind=kind,
                setting="new_knowledge",
                generalization=KINDS[kind],
                system=SYSTEM,
                prompt=f"What of {sentence(9)} {number}?",
                expected=sentence(2),
                place=f"knowledge_cases/category-{number % 8}.yaml:{number // 4 * 9}",
                outcome=outcome,
                reason=f"does not say '{sentence(1)}'" if outcome is Outcome.WRONG else "gives the answer",
                response=sentence(6),
                grader="text",
                source="cache",
                control=Outcome.WRONG,
            )
        )
    return found


def record_of(results: list[ProbeResult]) -> RunRecord:
    """Return the record of a run."""
    parts: dict[str, Any] = {
        "tool_version": "1",
        "grading_version": grading_version(),
        "created": "2026-11-21T03:11:49+00:00",
        "model": "ft:gpt-4o-mini-2024-07-18:acme::Ab12",
        "base_url": None,
        "suite_hash": "0" * 64,
        "sampling": Sampling(),
        "pass_rates": stored_rates(*rows_of(results)),
    }
    return RunRecord.model_construct(**parts, results=tuple(results))


def timed(report: str, probes: int, make: Callable[[], str]) -> Figure:
    """Return how long a report takes, and its size."""
    began = time.process_time()
    text = make()
    return Figure(report, probes, time.process_time() - began, len(text.encode("utf-8", "replace")))


def main() -> int:
    """Measure, and print a row per report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probes", type=int, nargs="*", default=COUNTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = []
    for count in options.probes:
        results = results_of(count)
        record, summary = record_of(results), summarise(results, "ft:m")
        makers: dict[str, Callable[[], str]] = {
            "terminal": lambda results=results: "\n".join(summary_lines(summarise(results, "ft:m"))),  # type: ignore[misc]
            "html": lambda record=record, summary=summary: html_page(Report(record, summary)),  # type: ignore[misc]
            "markdown": lambda summary=summary, results=results: markdown(summary, [], [], results),  # type: ignore[misc]
            "markdown-brief": lambda summary=summary: brief_markdown(summary, []),  # type: ignore[misc]
            "metrics": lambda summary=summary: metrics(summary, []),  # type: ignore[misc]
        }
        for name, make in makers.items():
            figure = timed(name, count, make)
            figures.append(figure)
            if not options.json:
                told = f"{figure.seconds:.2f} s, {figure.bytes / 1e6:.2f} MB"
                print(f"{name:<16}{count:>8,} probes   {told:<20}{BARS.get(name, '')}", flush=True)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
