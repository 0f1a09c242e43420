"""The Markdown report, for --ft-markdown and $GITHUB_STEP_SUMMARY.

Text from models, case files and options stands inside `<code>` in HTML blocks. CommonMark leaves such a block alone up
to the next blank line, and no such text holds a line end. GitHub's filters for mentions, issue references, links and
emoji leave `<code>` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_finetunebench.errors import counted
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.arms import ANSWERS, COSTS, answer_cells, cost_cells, cost_note, retrieval_text
from pytest_finetunebench.reports.deciding import allowed, gate_notes, verdict_line
from pytest_finetunebench.reports.differences import (
    answers,
    counts,
    drift_text,
    held_updates,
    is_of_base,
    row_notes,
    row_p,
    verdict,
)
from pytest_finetunebench.reports.failing import printable
from pytest_finetunebench.reports.figures import percent, points
from pytest_finetunebench.reports.forms import form_texts
from pytest_finetunebench.reports.found_hard import NAME, found_hard_text
from pytest_finetunebench.reports.probabilities import HEAD, TITLE, probability_cells
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.reports.terminal import origin_lines, runs_on_text
from pytest_finetunebench.runs.arm_rows import ArmStudy
from pytest_finetunebench.runs.arm_verdicts import row_verdict, study_verdict
from pytest_finetunebench.runs.comparison import RunComparison
from pytest_finetunebench.runs.form_study import form_study
from pytest_finetunebench.runs.found_hard import set_apart
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.paired_rows import PairedRow, ProbeChange
from pytest_finetunebench.runs.rates import Rate, Row
from pytest_finetunebench.runs.results import ProbeResult

MAX_BYTES = 1_000_000
"""GitHub takes step summaries of up to 1 MiB, 1,048,576 bytes."""
SHOWN = 50
"""Regressions of a comparison, and failures."""
_LONGEST_TEXT = 500
_ROOM_FOR_ENDS = 2_000
_BRIEF_ROWS = 15
"""Gates, and categories, of the short form."""
_BRIEF_COMPARISONS = 4
_ESCAPES = str.maketrans({char: f"&#{ord(char)};" for char in "&<>\"'`|*_~[]()!\\@#:$^="} | {"\n": "<br>", "\t": " "})
"""HTML's special characters, and those that could act where a renderer shows tags as plain text."""
_STATUS = {
    "passed": "✅ passed",
    "failed": "❌ failed",
    "not evaluated": "⚪ not evaluated",
    "cannot be decided": "❌ cannot be decided",
}
Cells = Sequence[str]


def markdown(
    summary: Summary,
    gates: Sequence[GateResult],
    comparisons: Sequence[tuple[str, RunComparison]] = (),
    results: Sequence[ProbeResult] = (),
) -> str:
    """Return a run's report: gates first, then pass rates, comparisons and failures.

    A comparison's heading is what the run is compared with, such as `baseline`; `results` are all results of the run,
    for the list of failures. The text stays below 1 MiB: what does not fit is left
    out from the end, and the report says so.
    """
    page = _Page()
    page.heading("Knowledge tests")
    page.text(f"model {code(summary.model)}" + (f" at {code(summary.base_url)}" if summary.base_url else ""))
    for line in origin_lines(summary.lineage, summary.shutdown, width=2_000):
        page.text(code(" ".join(line.split())))
    if gates:
        page.heading("Gates", 3)
        page.table(("gate", "status", "figure"), map(_gate_cells, gates))
        for note in gate_notes(gates):
            page.text(note)
    page.heading("Pass rates", 3)
    if summary.weight == "items":
        page.text("Every item counts once, by the share of its probes that are right; n counts items.")
    page.table(("category", "kind", "pass rate", "95% interval", "n", "control"), _rate_rows(summary))
    if summary.probabilities:
        page.text(TITLE)
        page.table(HEAD, (tuple(map(code, probability_cells(row))) for row in summary.probabilities))
    _facts(page, summary)
    if summary.arms is not None:
        _arms(page, summary.arms)
    counts = summary.found_hard is not None and summary.found_hard.counts
    counted_results, apart = set_apart(results, counts=counts)
    for name, text in form_texts(form_study(counted_results)):
        page.text(f"<b>{name}</b> {code(text)}")
    for heading, comparison in comparisons:
        _comparison(page, heading, comparison)
    _failures(page, counted_results)
    _failures(page, apart, "Found hard, not counted")
    return str(page)


def brief_markdown(
    summary: Summary, gates: Sequence[GateResult], comparisons: Sequence[tuple[str, RunComparison]] = ()
) -> str:
    """Return a report of under 60 lines, for a comment on a pull request: verdict, gates, rates, comparisons."""
    page = _Page()
    page.text(f"<b>{code(verdict_line(summary, gates, width=200))}</b>")
    page.text(f"model {code(summary.model)}")
    if gates:
        page.table(("gate", "status", "figure"), map(_gate_cells, gates[:_BRIEF_ROWS]), more=len(gates) - _BRIEF_ROWS)
    rows = [*summary.rows[:_BRIEF_ROWS], *([summary.total] if len(summary.rows) > 1 else [])]
    head = ("category", "memorization", "generalization", "gap", "n")
    page.table(head, map(_brief_cells, rows), more=len(summary.rows) - _BRIEF_ROWS)
    for heading, comparison in comparisons[:_BRIEF_COMPARISONS]:
        page.text(f"<b>Compared with {code(heading)}</b>: {code(verdict(comparison))}; {counts(comparison)}")
    return str(page)


def _brief_cells(row: Row) -> Cells:
    sides = (row.memorization, row.generalization)
    rates = [" ".join(_rate_cells(rate)[:2]) if rate.n or rate.unmeasured else "–" for rate in sides]
    gap = "–" if row.gap is None else points(row.gap)
    return (code(row.category), *rates, gap, f"{sum(rate.n for rate in (*sides, row.others)):,}")


def code(text: str) -> str:
    """Return a foreign text as HTML that shows it and does nothing else; long ones are cut."""
    shown = printable(text[:_LONGEST_TEXT]).translate(_ESCAPES)
    more = f" … ({len(text):,} characters in all)" if len(text) > _LONGEST_TEXT else ""
    return f"<code>{shown}</code>{more}" if shown else "<i>empty</i>"


class _Page:
    """Blocks of HTML and headings, as far as there is room; after the first that does not fit nothing is taken."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._room = MAX_BYTES - _ROOM_FOR_ENDS
        self._cut = False

    def heading(self, text: str, level: int = 2) -> None:
        """Add a heading in this package's words."""
        self._take(f"{'#' * level} {text}", "")

    def text(self, text: str) -> None:
        """Add a paragraph of HTML."""
        self._take(f"<p>{text}</p>", "")

    def table(self, head: Cells, rows: Iterable[Cells], *, folded: str = "", more: int = 0) -> None:
        """Add a table, collapsed below the title `folded` if given; `more` rows are left out of it already."""
        opening = f"<details><summary>{folded}</summary>" * bool(folded) + "<table>"
        if not self._take(opening, _tagged("th", head)):
            return
        left_out = max(more, 0)
        for row in rows:
            left_out += not self._take(_tagged("td", row))
        self._lines.append(
            "</table>" + f"<p>… and {left_out:,} more</p>" * bool(left_out) + "</details>" * bool(folded)
        )
        self._lines.append("")

    def __str__(self) -> str:
        cut = ["<p>The report is cut here: GitHub takes no more than 1 MiB.</p>", ""] if self._cut else []
        return "\n".join([*self._lines, *cut])

    def _take(self, *lines: str) -> bool:
        size = sum(len(line.encode()) + 1 for line in lines)
        self._cut = self._cut or size > self._room
        if not self._cut:
            self._room -= size
            self._lines += lines
        return not self._cut


def _tagged(tag: str, cells: Cells) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _gate_cells(gate: GateResult) -> Cells:
    status = "⚪ cannot be decided (allowed)" if allowed(gate) else _STATUS[gate.status]
    return (code(gate.id), status, code(gate.reason))


def _rate_rows(summary: Summary) -> Iterator[Cells]:
    for row in [*summary.rows, *([summary.total] if len(summary.rows) > 1 else [])]:
        for kind, rate in row.rates:
            if rate.n or rate.unmeasured:
                yield (code(row.category), code(kind), *_rate_cells(rate))
        if row.kind_mean is not None and len(summary.general_kinds) > 1:
            yield (code(row.category), "generalization, mean of kinds", f"{row.kind_mean:.1%}", "", "", "")
        if row.gap is not None:
            control = "" if row.control_gap is None else f"{100 * row.control_gap:+.1f} points"
            low, high = row.gap_interval or (-1.0, 1.0)
            interval = f"{100 * low:+.1f} to {100 * high:+.1f}"
            yield (code(row.category), "gap", f"{100 * row.gap:+.1f} points", interval, "", control)


def _rate_cells(rate: Rate) -> Cells:
    control = "" if rate.control is None else f"{rate.control:.1%}"
    if rate.value is None or rate.interval is None:
        return (f"unmeasured: {rate.unmeasured:,}", "", "0", control)
    low, high = rate.interval
    return (f"{percent(rate.value)}%", f"{100 * low:.1f}–{100 * high:.1f}", f"{rate.n:,}", control)


def _facts(page: _Page, summary: Summary) -> None:
    outcomes = [f"{summary.outcomes[outcome]:,} {outcome}" for outcome in Outcome if summary.outcomes[outcome]]
    facts = [f"<b>outcomes</b> {', '.join(outcomes) or 'none'}", f"<b>answers</b> {_costs(summary)}"]
    facts += [f"<b>unmeasured</b> {count:,} × {code(reason)}" for reason, count in summary.reasons.most_common(5)]
    if summary.found_hard is not None:
        facts.append(f"<b>{NAME}</b> {code(found_hard_text(summary.found_hard))}")
    if summary.runs_on:
        facts.append(f"<b>runs on</b> {runs_on_text(summary.runs_on)}")
    if summary.not_run:
        facts.append(f"<b>not run</b> {counted(summary.not_run, 'selected probe')} without a result")
    for fact in [*facts, *(f"<b>note</b> {code(notice)}" for notice in [*summary.warnings, *summary.notices])]:
        page.text(fact)


def _costs(summary: Summary) -> str:
    parts = [f"{counted(summary.calls, 'call')} made", counted(summary.cache_hits, "cache hit")]
    if summary.local:
        parts.append(f"{summary.local:,} without a network")
    if summary.calls:
        parts.append(f"{counted(summary.input_tokens, 'token')} in, {summary.output_tokens:,} out")
    return ", ".join(parts)


def _arms(page: _Page, study: ArmStudy) -> None:
    page.text(f"<b>Arms</b> {study.basis}: {code(study_verdict(study))}")
    for head, cells in ((ANSWERS, answer_cells), (COSTS, cost_cells)):
        page.table(head, (tuple(code(cell) if cell else "" for cell in cells(row)) for row in study.rows))
    page.text(code(cost_note(study)))
    for row in study.rows[1:]:
        page.text(f"<b>{code(row.name)}</b> {code(row_verdict(row, study))}")
    for row in study.rows:
        if row.kind_hits:
            page.text(f"<b>retrieved</b> {code(retrieval_text(row))}")


def _comparison(page: _Page, heading: str, comparison: RunComparison) -> None:
    of_base = is_of_base(comparison)
    page.text(f"<b>Compared with the {code(heading)}</b>")
    result = code(verdict(comparison))
    page.text(f"{code(comparison.before.title)} → {code(comparison.after.title)}: {result}")
    for notice in comparison.notices:
        page.text(f"<b>note</b> {code(notice)}")
    rows = [*comparison.rows, *([comparison.total] if comparison.total else [])]
    page.table(("probes", "n", "% right", "points", "95% interval", "p"), map(_paired_cells, rows))
    for note in row_notes(comparison):
        page.text(note)
    page.text(f"<b>probes</b> {counts(comparison)}")
    if comparison.drift is not None:
        page.text(f"<b>drift</b> {code(drift_text(comparison.drift))}")
    if of_base:
        page.text(f"<b>updates</b> {held_updates(comparison)}")
    broke = comparison.of("broke")
    if broke:
        page.heading(f"{'Lost by the fine-tune' if of_base else 'Regressions'} ({len(broke):,})", 3)
        head = ("probe", "question", "expected", "old answer", "new answer", "outcome")
        page.table(head, map(_regression_cells, broke[:SHOWN]), more=max(len(broke) - SHOWN, 0))


def _paired_cells(row: PairedRow) -> Cells:
    low, high = 100 * row.difference.low, 100 * row.difference.high
    moved = points(row.difference.value)
    p_value = row_p(row).replace("<", "&lt;")
    return (
        code(row.name),
        f"{row.n:,}",
        f"{100 * row.before:.1f} → {100 * row.after:.1f}",
        f"<b>{moved}</b>" if row.significant else moved,
        f"{low:+.1f} to {high:+.1f}",
        f"<b>{p_value}</b>" if row.significant else p_value,
    )


def _regression_cells(change: ProbeChange) -> Cells:
    old, new = answers(change)
    asked = _asked_cells(new)
    return (*asked, code(old.answer or ""), code(new.answer or ""), str(new.outcome))


def _asked_cells(result: ProbeResult) -> Cells:
    return (f"{code(result.id)}<br>{code(result.place)}", code(result.prompt), code(result.probe.expected))


def _failures(page: _Page, results: Sequence[ProbeResult], title: str = "Failures") -> None:
    failing = {result.id: result for result in reversed(results) if result.measured and not result.correct}
    if not failing:
        return
    shown = [failing[name] for name in sorted(failing)][:SHOWN]
    cells = ((*_asked_cells(r), code(r.answer or ""), str(r.outcome), code(r.reason)) for r in shown)
    head = ("probe", "question", "expected", "answer", "outcome", "reason")
    page.table(head, cells, folded=f"{title} ({len(failing):,})", more=len(failing) - len(shown))
