"""The page: the decision first, then rates, comparisons, the trend, and every answer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pytest_finetunebench.errors import counted
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports import arms
from pytest_finetunebench.reports.deciding import allowed, gate_notes, verdict_line
from pytest_finetunebench.reports.differences import counts, row_notes, row_p, verdict
from pytest_finetunebench.reports.figures import interval, percent, points
from pytest_finetunebench.reports.forms import form_texts
from pytest_finetunebench.reports.found_hard import NAME, found_hard_text
from pytest_finetunebench.reports.html import pictures
from pytest_finetunebench.reports.html.explorer import MOST_ROWS, chosen, explorer_json, shown
from pytest_finetunebench.reports.html.side_by_side import side_by_side
from pytest_finetunebench.reports.probabilities import TITLE, probability_cells
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.reports.terminal import answers_text, origin_lines
from pytest_finetunebench.runs.arm_verdicts import row_verdict, study_verdict
from pytest_finetunebench.runs.comparison import RunComparison
from pytest_finetunebench.runs.form_study import form_study
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.paired_rows import PairedRow
from pytest_finetunebench.runs.rates import Rate, Row, rows_of
from pytest_finetunebench.runs.record import RunRecord

_BOUND = re.compile(r".+?(>=|<=)([0-9.e-]+)")
_PLAIN_ROWS = 2_000
"""Answers that the table for browsers without JavaScript holds; failing ones first."""
_LONGEST_CELL = 300
_TONES = {"passed": "good", "failed": "bad", "not evaluated": "warn", "cannot be decided": "bad"}
_ROLES = ("baseline", "base model")
"""Compared runs that are named by their part."""
_SIGNS = {"passed": "✓", "failed": "✕", "not evaluated": "–", "cannot be decided": "?"}


@dataclass(frozen=True)
class StoredRates:
    """The rates of a stored run, for the trend."""

    name: str
    created: str
    memorization: float | None
    generalization: float | None
    baseline: bool
    """Whether it is accepted as one."""


@dataclass(frozen=True)
class Report:
    """All that the page shows."""

    record: RunRecord
    summary: Summary
    gates: Sequence[GateResult] = ()
    comparisons: Sequence[tuple[str, RunComparison]] = ()
    trend: Sequence[StoredRates] = ()
    missed: int = 0
    """Probes whose misses fail the run by themselves."""


def html_page(report: Report) -> str:
    """Return the page as one file without any link to the outside."""
    style, script = _file("style.css"), _file("script.js")
    changes = {change.id: change for change in report.comparisons[0][1].changes} if report.comparisons else {}
    results = sorted(report.record.all_results, key=lambda result: (result.id, result.repeat))
    kept = chosen(results, changes)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            summary=report.summary,
            csp=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
            "form-action 'none'",
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            data=Markup(explorer_json(kept, report.record.model, report.summary.flaky, changes)),  # noqa: S704 - escaped
            left_out=len(results) - len(kept),
            most=MOST_ROWS,
            verdict=_verdict(report),
            facts=[(name, shown(text)) for name, text in _facts(report)],
            gates=[_gate(gate) for gate in report.gates],
            notes=[
                *gate_notes(report.gates),
                *report.summary.warnings,
                *map(shown, report.summary.notices),
            ],
            rows=_rows(report.summary),
            pictures=_pictures(report),
            comparisons=[_comparison(*one) for one in report.comparisons],
            columns=side_by_side(report.comparisons),
            arms=_arms(report.summary),
            trend=report.trend,
            trend_picture=pictures.trend_picture(
                [(one.name, one.memorization, one.generalization, one.baseline) for one in report.trend]
            )
            if len(report.trend) > 1
            else None,
            choices=_choices(report, kept),
            plain=sorted(kept, key=lambda result: result.correct)[:_PLAIN_ROWS],
        )
    )


def _file(name: str) -> str:
    return (resources.files("pytest_finetunebench.reports.html") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    made = Environment(loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters |= {
        "percent": lambda rate: "–" if rate is None else percent(rate),
        "points": lambda share: "–" if share is None else points(share),
        "cell": lambda text: shown((text or "")[:_LONGEST_CELL]) + ("…" if len(text or "") > _LONGEST_CELL else ""),
    }
    return made


def _verdict(report: Report) -> dict[str, str]:
    line = verdict_line(report.summary, report.gates, report.missed, 400).removeprefix("finetunebench: ")
    unmeasured = report.summary.outcomes[Outcome.UNMEASURED]
    red = any(gate.blocks for gate in report.gates) or report.missed or unmeasured or report.summary.not_run
    tone = "bad" if red else "good" if any(gate.status == "passed" for gate in report.gates) else "warn"
    failed = [gate for gate in report.gates if gate.blocks]
    head = f"{len(failed)} of {counted(len(report.gates), 'gate')} failed"
    if not report.gates:
        head = "No gate decides this run"
    elif not failed:
        passed = sum(gate.status == "passed" for gate in report.gates)
        head = f"All {counted(passed, 'gate')} passed" if passed == len(report.gates) > 1 else ""
        head = head or f"{passed} of {counted(len(report.gates), 'gate')} passed"
        if tone == "bad":
            head += ", but the run failed"
    return {"head": head, "line": shown(line), "tone": tone, "sign": {"good": "✓", "bad": "✕"}.get(tone, "–")}


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    record, summary = report.record, report.summary
    yield "model", record.model + (f" at {record.base_url}" if summary.base_url else "")
    for line in origin_lines(record.lineage, record.shutdown, 10_000):
        name, _, text = line.partition(" ")
        yield name, text.strip()
    number = f"run #{record.number}, " if record.number is not None else ""
    yield (
        "date",
        f"{number}{record.created[:16].replace('T', ' ')} UTC"
        + (f", commit {record.commit[:12]}" if record.commit else ""),
    )
    suite = f", suite {record.suite_hash[:12]}" if record.suite_hash else ""
    yield "probes", f"{summary.probes:,}" + (f", {record.repeat} samples of each" if record.repeat > 1 else "") + suite
    yield "outcomes", ", ".join(f"{summary.outcomes[one]:,} {one}" for one in Outcome if summary.outcomes[one])
    yield "calls", answers_text(summary)
    if summary.found_hard is not None:
        yield NAME, found_hard_text(summary.found_hard)
    yield from form_texts(form_study(record.results))
    if summary.probabilities:
        yield TITLE, ", ".join("{0} {2} (n={1})".format(*probability_cells(row)) for row in summary.probabilities)
    if record.base_model:
        yield "base model", record.base_model
    if record.judge_model:
        yield "judge", record.judge_model


def _gate(gate: GateResult) -> dict[str, Any]:
    bound = _BOUND.fullmatch(gate.id)
    limit = float(bound[2]) if bound else None
    bar = None
    if limit is not None and gate.low is not None and gate.high is not None:
        bar = pictures.gate_bar(gate.value, gate.low, gate.high, limit, good=gate.status == "passed")
    return {
        "id": shown(gate.id),
        "status": gate.status + " (allowed)" * allowed(gate),
        "tone": "warn" if allowed(gate) else _TONES[gate.status],
        "sign": _SIGNS[gate.status],
        "reason": shown(gate.reason),
        "limit": "" if limit is None else f"{'at least' if bound and bound[1] == '>=' else 'at most'} {100 * limit:g}%",
        "bar": bar,
        "meaning": _meaning(gate),
    }


def _meaning(gate: GateResult) -> str:
    if gate.status == "not evaluated":
        return "Nothing is decided: the run does not cover what the gate is about."
    if gate.status == "cannot be decided":
        return "The data could not have failed this gate, so passing it would mean nothing."
    if gate.value is None:
        return "The figure is missing, and missing data never passes."
    close = " The interval spans the limit: on other items the result may differ." if gate.undecided else ""
    if gate.status == "passed":
        return f"The limit is met.{close}"
    away = f" by {100 * abs(gate.margin):.1f} points" if gate.margin is not None and _BOUND.fullmatch(gate.id) else ""
    return f"The limit is missed{away}.{close}"


def _rows(summary: Summary) -> list[dict[str, Any]]:
    rows = [*summary.rows, *([summary.total] if len(summary.rows) > 1 else [])]
    return [
        {
            "category": row.category,
            "rates": [(name, _rate(rate)) for name, rate in row.rates if rate.n or rate.unmeasured],
            "gap": row.gap,
            "gap_interval": "" if row.gap_interval is None else "{} to {}".format(*map(points, row.gap_interval)),
            "control_gap": row.control_gap,
        }
        for row in rows
    ]


def _rate(rate: Rate) -> dict[str, Any]:
    ends = interval(*rate.interval, "{}–{}") if rate.interval else "unmeasured"
    return {"value": rate.value, "ends": ends, "n": f"{rate.n:,}", "control": rate.control}


def _pictures(report: Report) -> list[Markup]:
    base: dict[str, Row] = {}
    of_base = [one for result in report.record.results if (one := result.of_base) is not None]
    if of_base:
        rows, total = rows_of(of_base, report.summary.weight)
        base = {row.category: row for row in (*rows, total)}
    summary = report.summary
    drawn = [*summary.rows, summary.total] if len(summary.rows) > 1 else list(summary.rows)
    return [
        pictures.rates_picture(drawn, base, layout, control=not summary.is_control)
        for layout in (pictures.WIDE, pictures.SMALL)
    ]


def _comparison(heading: str, comparison: RunComparison) -> dict[str, Any]:
    rows = [*comparison.rows, *([comparison.total] if comparison.total else [])]
    return {
        "heading": f"the {shown(heading)}" if heading in _ROLES else shown(heading),
        "before": shown(comparison.before.title),
        "after": shown(comparison.after.title),
        "verdict": verdict(comparison),
        "counts": counts(comparison),
        "notes": [*map(shown, comparison.notices), *row_notes(comparison)],
        "rows": [_paired(row) for row in rows],
    }


def _arms(summary: Summary) -> dict[str, Any] | None:
    study = summary.arms
    if study is None:
        return None
    return {
        "verdict": study_verdict(study),
        "tables": [
            (arms.ANSWERS, [arms.answer_cells(row) for row in study.rows], "points: beside the fine-tune"),
            (arms.COSTS, [arms.cost_cells(row) for row in study.rows], arms.cost_note(study)),
        ],
        "notes": [f"{row.name}: {row_verdict(row, study)}" for row in study.rows[1:]],
    }


def _paired(row: PairedRow) -> dict[str, Any]:
    difference = row.difference
    return {
        "name": row.name,
        "n": f"{row.n:,}",
        "before": percent(row.before),
        "after": percent(row.after),
        "difference": points(difference.value),
        "ends": f"{points(difference.low)} to {points(difference.high)}",
        "p": row_p(row),
        "significant": row.significant,
        "bar": pictures.difference_bar(difference.value, difference.low, difference.high),
    }


def _choices(report: Report, kept: Sequence[Any]) -> dict[str, list[str]]:
    return {
        "category": sorted({shown(result.category) for result in kept}),
        "kind": [shown(kind) for kind in report.summary.kinds],
        "outcome": [str(outcome) for outcome in Outcome if report.summary.outcomes[outcome]],
        "change": ["broke", "still stale", "differs", "fixed", "still wrong", "still right", "new", "unmeasured"]
        if report.comparisons
        else [],
    }
