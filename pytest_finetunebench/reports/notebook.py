"""A run as a fragment of HTML, for notebooks. Text from models can do nothing but show."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from pytest_finetunebench.errors import counted
from pytest_finetunebench.reports.failing import printable
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.rates import Rate
from pytest_finetunebench.runs.results import ProbeResult

SHOWN = 20
"""Failures that are listed."""
_LONGEST = 500
_STYLE = (
    "<style>.ftb{font-family:system-ui,sans-serif}.ftb table{border-collapse:collapse}"
    ".ftb td,.ftb th{padding:.2em .7em;border-bottom:1px solid #8884;text-align:left}"
    ".ftb td.n{text-align:right}.ftb small{opacity:.7}</style>"
)


def fragment(summary: Summary, results: Sequence[ProbeResult], shown: int = SHOWN) -> str:
    """Return a run as HTML without a page: pass rates, outcomes, and the first failures."""
    return "\n".join([f'<div class="ftb">{_STYLE}', *_lines(summary, results, shown), "</div>"])


def _lines(summary: Summary, results: Sequence[ProbeResult], shown: int) -> Iterator[str]:
    at = f" at {_text(summary.base_url)}" if summary.base_url else ""
    yield f"<h3>{_text(summary.model)}{at}</h3>"
    head = ("category", "kind", "pass rate", "95% interval", "n", "control")
    yield "<table><tr>" + "".join(f"<th>{name}</th>" for name in head) + "</tr>"
    for row in (*summary.rows, summary.total):
        for kind, rate in row.rates:
            if rate.n or rate.unmeasured:
                yield _rate_row(row.category, kind, rate)
    yield "</table>"
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in summary.outcomes.items() if count)
    yield f"<p>{_text(counts)}</p>"
    for notice in summary.notices:
        yield f"<p><small>{_text(notice)}</small></p>"
    yield from _failures([result for result in results if not result.correct], shown)


def _rate_row(category: str, kind: str, rate: Rate) -> str:
    value = "-" if rate.value is None else f"{rate.value:.1%}"
    between = "" if rate.interval is None else f"{100 * rate.interval[0]:.1f}-{100 * rate.interval[1]:.1f}"
    control = "" if rate.control is None else f"{rate.control:.1%}"
    numbers = "".join(f'<td class="n">{cell}</td>' for cell in (value, between, f"{rate.n:,}", control))
    return f"<tr><td>{_text(category)}</td><td>{_text(kind)}</td>{numbers}</tr>"


def _failures(failures: Sequence[ProbeResult], shown: int) -> Iterator[str]:
    if not failures:
        return
    yield f"<details><summary>{counted(len(failures), 'answer')} not right</summary><table>"
    yield "<tr><th>probe</th><th>outcome</th><th>question</th><th>expected</th><th>answer</th></tr>"
    for result in failures[:shown]:
        cells = (result.sample_id, result.outcome, result.prompt, result.probe.expected, result.answer or result.reason)
        yield "<tr>" + "".join(f"<td>{_text(str(cell))}</td>" for cell in cells) + "</tr>"
    yield "</table>"
    if len(failures) > shown:
        yield f"<p>… and {len(failures) - shown:,} more</p>"
    yield "</details>"


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return html.escape(printable(cut))
