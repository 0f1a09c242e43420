"""The terminal section, and the text of a failing probe: plain lines, readable at 80 columns and without colour."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.errors import counted
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.response import read_response
from pytest_finetunebench.models.lifecycle import in_words, is_near
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.reports.summary import BaseSummary, JudgeSummary, Summary
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.rates import GENERALIZATION, Rate, Row
from pytest_finetunebench.runs.results import ProbeResult

_COLUMN = 15
_LONGEST_TEXT = 2000
_FOLDED = 110
"""Characters of thoughts that a failure shows, from each end."""
_SHOWN_REASONS = 5
_SHOWN_FLAKY = 5
Cell = tuple[str, ...]
Column = tuple[str, Callable[[Row], Cell]]
EMPTY_CELL: Cell = ("-",)
"""Nothing was asked."""


def summary_lines(summary: Summary, width: int = 80) -> Iterator[str]:
    """Yield the lines of the terminal section: rates with n, 95% interval and the control, then outcomes and costs."""
    yield f"model {summary.model}" + (f" at {summary.base_url}" if summary.base_url else "")
    yield from origin_lines(summary.lineage, summary.shutdown, width)
    of_control = "" if summary.is_control else ", the control on the same probes"
    rate = "mean over items and their number n" if summary.weight == "items" else "pass rate and n"
    sampled = f", {summary.repeat} samples of each probe" if summary.repeat > 1 else ""
    yield from textwrap.wrap(f"cells: {rate}, its 95% interval by item{of_control}{sampled}", width)
    rows = [*summary.rows, summary.total] if len(summary.rows) > 1 else list(summary.rows)
    yield from _table(rows, _kind_columns(summary), width)
    yield from _table(rows, _gap_columns(summary), width)
    yield ""
    outcomes = [f"{summary.outcomes[outcome]} {outcome}" for outcome in Outcome if summary.outcomes[outcome]]
    yield from _wrapped("outcomes", ", ".join(outcomes), width)
    yield from _wrapped("answers", _answers(summary), width)
    if summary.runs_on:
        yield from _wrapped("runs on", runs_on_text(summary.runs_on), width)
    if summary.base is not None:
        yield from _wrapped("base", _base(summary.base), width)
    if summary.flaky:
        shown = ", ".join(summary.flaky[:_SHOWN_FLAKY]) + (", …" if len(summary.flaky) > _SHOWN_FLAKY else "")
        text = f"{len(summary.flaky):,} of {counted(summary.probes, 'probe')} not the same in every sample: {shown}"
        yield from _wrapped("flaky", text, width)
    if summary.judge is not None:
        yield from _wrapped("judge", _judge(summary.judge), width)
    for reason, count in summary.reasons.most_common(_SHOWN_REASONS):
        yield from _wrapped("unmeasured", f"{count} × {reason}", width)
    hidden = len(summary.reasons) - _SHOWN_REASONS
    if hidden > 0:
        yield from _wrapped("unmeasured", f"… and {counted(hidden, 'more reason')}: see the errors above", width)
    if summary.not_run:
        yield from _wrapped("not run", f"{counted(summary.not_run, 'selected probe')} without a result", width)
    for notice in [*summary.warnings, *summary.notices]:
        yield from _wrapped("note", notice, width)


def origin_lines(lineage: Lineage | None, shutdown: datetime.date | None, width: int = 80) -> Iterator[str]:
    """Yield what the model was trained from, and the day it ends: a warning from 90 days before."""
    if lineage is not None:
        digest = f" (sha256 {lineage.training_sha256[:12]})" if lineage.training_sha256 else ""
        suite = f", suite {lineage.suite_hash[:12]}" if lineage.suite_hash else ""
        text = f"from {lineage.base_model} on {lineage.training_file}{digest}{suite}, job {lineage.job}"
        yield from _wrapped("trained", printable(text), width)
    if shutdown is not None:
        advice = ": `finetunebench record` keeps its answers" if is_near(shutdown) else ""
        yield from _wrapped("shutdown", f"{'WARNING: ' * is_near(shutdown)}{in_words(shutdown)}{advice}", width)


def gate_lines(gates: Sequence[GateResult], width: int = 80) -> Iterator[str]:
    """Yield a line for each gate, or as many as the width asks for: what it came to, and by which figures."""
    yield "gates (rate, its 95% interval by knowledge item, probes measured)"
    for gate in gates:
        line = f"{gate.status.upper():<13} {gate.id}: {gate.reason}{' (allowed)' * allowed(gate)}"
        yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent=" " * 16, break_on_hyphens=False)
    for note in gate_notes(gates):
        yield from textwrap.wrap(note, width, break_on_hyphens=False)


def gate_notes(gates: Sequence[GateResult]) -> list[str]:
    """Return what to know of the gates taken together: false alarms, and what several tests cost."""
    alarms = [gate.alarm for gate in gates if gate.alarm is not None and gate.status == "passed"]
    if not alarms:
        return []
    share = min(1.0, sum(alarms))
    number = "this rate gate" if len(alarms) == 1 else f"one of these {len(alarms)} rate gates"
    often = "less than 0.1%" if share < 0.001 else f"up to {share:.1%}"
    return [f"false alarms: asked as many other items, a model just as good fails {number} in {often} of runs"]


def allowed(gate: GateResult) -> bool:
    """Whether the run may end green although the data could not have failed this gate (--ft-allow-undecided)."""
    return gate.status == "cannot be decided" and gate.excused


def failure_text(result: ProbeResult) -> str:
    """Return what a failing probe shows: outcome and reason first, then question, expected, answer and place."""
    expected = result.expected
    if expected is None:
        declining = result.grader in (None, "abstain")
        expected = "the model declines (no answer exists)" if declining else f"what '{result.grader}' asks for"
    fields = [
        ("question", result.prompt),
        ("expected", expected),
        ("answer", result.answer or ""),
        *_set_apart(result),
        ("grader", result.grader or ""),
        ("case", f"{result.place} ({result.id})"),
    ]
    if result.system:
        fields.insert(0, ("system", result.system))
    lines = [f"{result.outcome}: {result.reason}"]
    for name, text in fields:
        lines += _block(name, text)
    return "\n".join(lines)


def runs_on_text(count: int) -> str:
    """Say how many answers the model went on after."""
    wording = "answer is followed" if count == 1 else "answers are followed"
    return f"{count:,} {wording} by invented turns, which are not graded: does the server stop at the end token?"


def _set_apart(result: ProbeResult) -> Iterator[tuple[str, str]]:
    """Yield what of the response was not graded, each part in a line."""
    completion = result.completion
    if completion is None or (result.graded_text is None and not result.reasoning):
        return
    response = read_response(result.probe, completion)
    if response.thoughts.strip():
        yield "thoughts", _folded(response.thoughts)
    if response.runs_on:
        yield "runs on", _folded(response.rest)


def _folded(text: str) -> str:
    """Return the begin and the end of a text in one line."""
    line = " ".join(text.split())
    if len(line) <= 2 * _FOLDED:
        return line
    return f"{line[:_FOLDED]} … {line[-_FOLDED:]} ({len(text):,} characters, not graded)"


def unmeasured_text(result: ProbeResult) -> str:
    """Return the one line that an unmeasured probe shows."""
    return f"unmeasured: {result.reason} ({result.place})"


def _kind_columns(summary: Summary) -> list[Column]:
    return _shown(summary, [(kind, _kind_cell(kind)) for kind in summary.kinds])


def _gap_columns(summary: Summary) -> list[Column]:
    if not any(row.generalization.n for row in summary.rows):
        return []
    columns: list[Column] = [
        (MEMORIZATION, lambda row: _rate_cell(row.memorization)),
        (GENERALIZATION, lambda row: _rate_cell(row.generalization)),
        ("gap", _gap_cell),
    ]
    if sum(rate.n > 0 for kind, rate in summary.total.kinds.items() if kind in summary.general_kinds) > 1:
        columns.insert(2, ("mean of kinds", _kind_mean_cell))
    return _shown(summary, columns)


def _shown(summary: Summary, columns: list[Column]) -> list[Column]:
    """Return the columns, without the control's line where the control itself is under test."""
    return [(name, _without_control(cell)) for name, cell in columns] if summary.is_control else columns


def _without_control(cell: Callable[[Row], Cell]) -> Callable[[Row], Cell]:
    return lambda row: cell(row)[:2]


def _kind_cell(kind: str) -> Callable[[Row], Cell]:
    return lambda row: _rate_cell(row.kinds[kind])


def _rate_cell(rate: Rate) -> Cell:
    if rate.value is None or rate.interval is None:
        return (f"? n=0 of {rate.unmeasured}", "unmeasured") if rate.unmeasured else EMPTY_CELL
    low, high = rate.interval
    control = "control -" if rate.control is None else f"control {rate.control:.1%}"
    return (f"{rate.value:.1%} n={rate.n}", f"{100 * low:.1f}-{100 * high:.1f}", control)


def _gap_cell(row: Row) -> Cell:
    if row.gap is None:
        return EMPTY_CELL
    control = "" if row.control_gap is None else f"control {100 * row.control_gap:+.1f}"
    low, high = row.gap_interval or (-1.0, 1.0)
    return (f"{100 * row.gap:+.1f} points", f"{100 * low:+.1f}, {100 * high:+.1f}", control)


def _kind_mean_cell(row: Row) -> Cell:
    return EMPTY_CELL if row.kind_mean is None else (f"{row.kind_mean:.1%}", "each kind once", "")


def _table(rows: list[Row], columns: list[Column], width: int) -> Iterator[str]:
    """Yield the table, its columns folded into as many blocks as the width asks for."""
    label = min(max([len(row.category) for row in rows] + [8]), 24) + 1
    per_block = max((width - label) // _COLUMN, 1)
    for start in range(0, len(columns), per_block):
        block = columns[start : start + per_block]
        yield ""
        yield from _lines("category", [textwrap.wrap(name, _COLUMN - 1) for name, _ in block], label)
        for row in rows:
            cells = [cell(row) for _, cell in block]
            if any(cell != EMPTY_CELL for cell in cells):
                yield from _lines(row.category, cells, label)


def _lines(name: str, cells: Sequence[Sequence[str]], label: int) -> Iterator[str]:
    for first, *others in zip_longest(textwrap.wrap(name, label - 1), *cells, fillvalue=""):
        yield (first.ljust(label) + "".join(text.ljust(_COLUMN) for text in others)).rstrip()


def _answers(summary: Summary) -> str:
    parts = [f"{counted(summary.calls, 'call')} made"]
    if summary.retries:
        parts.append(f"{summary.retries:,} of them {'a retry' if summary.retries == 1 else 'retries'}")
    if summary.unused_calls:
        parts.append(f"{summary.unused_calls:,} more ahead for tests that did not run")
    parts.append(counted(summary.cache_hits, "cache hit"))
    if summary.local:
        parts.append(f"{summary.local:,} without a network")
    if summary.calls:
        parts.append(f"{counted(summary.input_tokens, 'token')} in, {summary.output_tokens:,} out")
    if summary.calls and summary.cost is not None:
        parts.append(f"${summary.cost:.4f}")
    if summary.usage_unknown:
        parts.append(f"{counted(summary.usage_unknown, 'answer')} without a token count")
    return ", ".join(parts)


def _base(base: BaseSummary) -> str:
    unmeasured = f" ({base.unmeasured:,} unmeasured)" if base.unmeasured else ""
    parts = [f"{base.model}: {base.correct:,} of {counted(base.measured, 'answer')} correct{unmeasured}"]
    parts += [f"{counted(base.calls, 'call')} made", counted(base.cache_hits, "cache hit")]
    if base.calls:
        parts.append(f"{counted(base.input_tokens, 'token')} in, {base.output_tokens:,} out")
    return ", ".join(parts)


def _judge(judge: JudgeSummary) -> str:
    parts = [f"{judge.model}: {counted(judge.answers, 'answer')} judged, {judge.accepted:,} made correct by it alone"]
    parts.append(f"{counted(judge.calls, 'call')} made")
    if judge.failed_calls:
        parts.append(f"{judge.failed_calls:,} of them without a verdict")
    parts.append(counted(judge.cache_hits, "cache hit"))
    if judge.calls > judge.failed_calls:
        parts.append(f"{counted(judge.input_tokens, 'token')} in, {judge.output_tokens:,} out")
    text = ", ".join(parts)
    if judge.compared:
        kappa = "" if judge.kappa is None else f", kappa {judge.kappa:.2f}"
        text += f"; agrees with the rules on {judge.agreed:,} of {judge.compared:,}{kappa}"
    return text


def _wrapped(name: str, text: str, width: int) -> list[str]:
    indent = " " * 12
    return textwrap.wrap(text, width, initial_indent=name.ljust(12), subsequent_indent=indent, break_on_hyphens=False)


def _block(name: str, text: str) -> list[str]:
    shown = printable(text[:_LONGEST_TEXT])
    if len(text) > _LONGEST_TEXT:
        shown += f" … ({len(text):,} characters in all)"
    first, *rest = shown.splitlines() or [""]
    return [f"  {name:<9} {first}".rstrip(), *(f"  {'':<9} {line}".rstrip() for line in rest)]


def printable(text: str) -> str:
    """Return `text` with control characters and other unprintable ones, line ends apart, replaced by U+FFFD."""
    text = text.replace("\r\n", "\n")
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
