"""The terminal section: the rates in a line for each category, then outcomes, calls and what to know of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pytest_finetunebench.errors import counted
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.lifecycle import in_words, is_near
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.reports.columns import named, wrapped
from pytest_finetunebench.reports.failing import printable
from pytest_finetunebench.reports.found_hard import NAME, found_hard_text
from pytest_finetunebench.reports.probabilities import probability_lines
from pytest_finetunebench.reports.rate_table import brief_table, full_table
from pytest_finetunebench.reports.summary import BaseSummary, JudgeSummary, Summary

_SHOWN_REASONS = 5
_SHOWN_FLAKY = 5


def summary_lines(summary: Summary, width: int = 80, *, full: bool = False) -> Iterator[str]:
    """Yield the lines of the terminal section: rates with n, 95% interval and the control, then outcomes and costs.

    A line for each category, or with `full` one for each kind of it.
    """
    yield from wrapped(
        f"model {printable(summary.model)}" + (f" at {summary.base_url}" if summary.base_url else ""), width
    )
    yield from origin_lines(summary.lineage, summary.shutdown, width)
    yield ""
    yield from (full_table if full else brief_table)(summary, width)
    yield ""
    yield from probability_lines(summary.probabilities, width)
    yield from _facts(summary, width)


def _facts(summary: Summary, width: int) -> Iterator[str]:
    outcomes = [f"{summary.outcomes[outcome]:,} {outcome}" for outcome in Outcome if summary.outcomes[outcome]]
    yield from named("outcomes", ", ".join(outcomes), width)
    yield from named("answers", answers_text(summary), width)
    if summary.runs_on:
        yield from named("runs on", runs_on_text(summary.runs_on), width)
    if summary.base is not None:
        yield from named("base", _base(summary.base), width)
    if summary.found_hard is not None:
        yield from named(NAME, found_hard_text(summary.found_hard), width)
    if summary.flaky:
        shown = ", ".join(summary.flaky[:_SHOWN_FLAKY]) + (", …" if len(summary.flaky) > _SHOWN_FLAKY else "")
        text = f"{len(summary.flaky):,} of {counted(summary.probes, 'probe')} not the same in every sample: {shown}"
        yield from named("flaky", text, width)
    if summary.judge is not None:
        yield from named("judge", _judge(summary.judge), width)
    for reason, count in summary.reasons.most_common(_SHOWN_REASONS):
        yield from named("unmeasured", f"{count:,} × {reason}", width)
    hidden = len(summary.reasons) - _SHOWN_REASONS
    if hidden > 0:
        yield from named("unmeasured", f"… and {counted(hidden, 'more reason')}: see the errors above", width)
    if summary.not_run:
        yield from named("not run", f"{counted(summary.not_run, 'selected probe')} without a result", width)
    for notice in [*summary.warnings, *summary.notices]:
        yield from named("note", notice, width)


def origin_lines(lineage: Lineage | None, shutdown: datetime.date | None, width: int = 80) -> Iterator[str]:
    """Yield what the model was trained from, and the day it ends: a warning from 90 days before."""
    if lineage is not None:
        digest = f" (sha256 {lineage.training_sha256[:12]})" if lineage.training_sha256 else ""
        suite = f", suite {lineage.suite_hash[:12]}" if lineage.suite_hash else ""
        text = f"from {lineage.base_model} on {lineage.training_file}{digest}{suite}, job {lineage.job}"
        yield from named("trained", printable(text), width)
    if shutdown is not None:
        advice = ": `finetunebench record` keeps its answers" if is_near(shutdown) else ""
        yield from named("shutdown", f"{'WARNING: ' * is_near(shutdown)}{in_words(shutdown)}{advice}", width)


def runs_on_text(count: int) -> str:
    """Say how many answers the model went on after."""
    wording = "answer is followed" if count == 1 else "answers are followed"
    return f"{count:,} {wording} by invented turns, which are not graded: does the server stop at the end token?"


def answers_text(summary: Summary) -> str:
    """Say how many calls were made, and what they took."""
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
