"""Gates and the verdict as plain lines: the last that a run says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_finetunebench.errors import counted, one_line
from pytest_finetunebench.reports.columns import columns, wrapped
from pytest_finetunebench.reports.figures import percent, points
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.gate_results import SLACK, GateResult, Status

_BOUND = re.compile(r"(.+?)(>=|<=)([0-9.e-]+)")
_LONGEST_REASON = 60
_SPANS = (
    "where the interval spans the limit, another run may decide otherwise; "
    "--ft-gate-on=interval decides by its worse end"
)
_WORDS: dict[Status, str] = {
    "failed": "failed",
    "cannot be decided": "cannot be decided",
    "not evaluated": "not evaluated",
}


def gate_lines(gates: Sequence[GateResult], width: int = 80) -> Iterator[tuple[str, GateResult | None]]:
    """Yield a line for each gate, or as many as the width asks for, with the gate; then notes, without one."""
    for gate in gates:
        line = f"{gate.status.upper():<13} {gate.id}: {gate.reason}{' (allowed)' * allowed(gate)}"
        for text in wrapped(line, width, "  ", " " * 16):
            yield text, gate
    for note in gate_notes(gates):
        for text in wrapped(note, width):
            yield text, None


def gate_notes(gates: Sequence[GateResult]) -> list[str]:
    """Return what to know of the gates taken together: false alarms, and what an interval over the limit means."""
    alarms = [gate.alarm for gate in gates if gate.alarm is not None and gate.status == "passed"]
    spans = [_SPANS] if any(gate.undecided for gate in gates) else []
    if not alarms:
        return spans
    share = min(1.0, sum(alarms))
    number = "this rate gate" if len(alarms) == 1 else f"one of these {len(alarms)} rate gates"
    often = "less than 0.1%" if share < 0.001 else f"up to {share:.1%}"
    return [f"false alarms: asked as many other items, a model just as good fails {number} in {often} of runs", *spans]


def allowed(gate: GateResult) -> bool:
    """Whether the run may end green although the data could not have failed this gate (--ft-allow-undecided)."""
    return gate.status == "cannot be decided" and gate.excused


def verdict_line(summary: Summary, gates: Sequence[GateResult], missed: int = 0, width: int = 80) -> str:
    """Return the run's verdict in one line: what its gates came to, or its rates where it has none.

    `missed` counts probes whose misses fail the run by themselves. Of the gates that did not pass,
    as many are explained as fit into `width` columns.
    """
    ends = [f"{counted(missed, 'probe')} failed"] if missed else []
    unmeasured = summary.outcomes.get("unmeasured", 0)  # type: ignore[call-overload]
    ends += [f"{unmeasured:,} unmeasured"] if unmeasured else []
    ends += [f"{summary.not_run:,} not run"] if summary.not_run else []
    if not gates:
        return "; ".join([f"finetunebench: {_rates(summary)}", *ends])
    told = [gate for gate in gates if gate.status != "passed"]
    for shown in range(len(told), -1, -1):
        line = "; ".join([f"finetunebench: {_counts(gates, told[:shown])}", *ends])
        if columns(line) <= width:
            break
    return line


def _counts(gates: Sequence[GateResult], shown: Sequence[GateResult]) -> str:
    found = Counter(gate.status for gate in gates)
    parts = [f"{counted(found['passed'], 'gate')} passed"] if found["passed"] else []
    for status, words in _WORDS.items():
        if not found[status]:
            continue
        reasons = [_short(gate) for gate in shown if gate.status == status]
        reasons += ["…"] if reasons and len(reasons) < found[status] else []
        number = f"{found[status]:,}" if parts else counted(found[status], "gate")
        parts.append(f"{number} {words}" + f" ({'; '.join(reasons)})" * bool(reasons))
    return ", ".join(parts)


def _short(gate: GateResult) -> str:
    """Say in a few words by which figure a gate did not pass: `generalization 40.3% < 60%`."""
    bound = _BOUND.fullmatch(gate.id)
    if gate.status != "failed" or bound is None or gate.value is None or "; the worst of " in gate.reason:
        return one_line(f"{gate.id}: {gate.reason}", _LONGEST_REASON)
    name, sign, bar = bound[1], bound[2], float(bound[3])
    least, gap = sign == ">=", name == "gap" or name.endswith(":gap")
    deciding: float | None = gate.value
    end = ""
    if (gate.value >= bar - SLACK) if least else (gate.value <= bar + SLACK):
        # the rate meets the limit, so the worse end of its interval decided
        deciding, end = (gate.low, " low end") if least else (gate.high, " high end")
    if deciding is None:
        return one_line(f"{gate.id}: {gate.reason}", _LONGEST_REASON)
    figure = f"{points(deciding)}" if gap else f"{percent(deciding)}%"
    limit = f"{100 * bar:g} points" if gap else f"{100 * bar:g}%"
    return f"{name}{end} {figure} {'<' if least else '>'} {limit}"


def _rates(summary: Summary) -> str:
    total = summary.total
    named = (("memorization", total.memorization), ("generalization", total.generalization))
    parts = [f"{name} {percent(rate.value)}%" for name, rate in named if rate.value is not None]
    parts += [f"gap {points(total.gap)} points"] if total.gap is not None else []
    asked = f"{summary.outcomes.total():,} answers" if summary.repeat > 1 else counted(summary.probes, "probe")
    correct = summary.outcomes.get("correct", 0)  # type: ignore[call-overload]
    return ", ".join([f"no gate, {correct:,} of {asked} right", *parts])
