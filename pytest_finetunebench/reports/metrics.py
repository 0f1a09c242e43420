"""The figures in OpenMetrics' text format, which GitLab shows in merge requests and Prometheus reads.

Source: the OpenMetrics specification 1.0: a family is announced before its samples, and the text ends with EOF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.gate_results import GateResult

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def metrics(summary: Summary, gates: Sequence[GateResult]) -> str:
    """Return the text: rates and their intervals (0..1), measured probes, outcomes, calls, cost, and gates (0 or 1)."""
    return "\n".join([*_lines(summary, gates), "# EOF", ""])


def _lines(summary: Summary, gates: Sequence[GateResult]) -> Iterator[str]:
    rates = [stored for stored in summary.pass_rates if stored.rate is not None]
    named = [({"category": stored.category or "all", "kind": stored.kind}, stored) for stored in rates]
    yield from _family(
        "pass_rate", "Share of measured probes that are right", ((labels, one.rate) for labels, one in named)
    )
    yield from _family("pass_rate_low", "Lower end of the 95% interval", ((labels, one.low) for labels, one in named))
    yield from _family("pass_rate_high", "Upper end of the 95% interval", ((labels, one.high) for labels, one in named))
    yield from _family("measured", "Measured probes", ((labels, one.n) for labels, one in named))
    yield from _family("gap", "Memorization minus generalization", [({}, summary.total.gap)])
    outcomes = (({"outcome": str(outcome)}, count) for outcome, count in sorted(summary.outcomes.items()))
    yield from _family("answers", "Answers by outcome", outcomes)
    yield from _family("calls", "Calls to the model under test", [({}, summary.calls)])
    yield from _family("cost_dollars", "What the calls cost", [({}, summary.cost)])
    passed = (({"gate": gate.id, "status": gate.status}, int(gate.status == "passed")) for gate in gates)
    yield from _family("gate_passed", "Whether a gate passed", passed)


def _family(name: str, told: str, samples: Iterable[tuple[Mapping[str, str], float | None]]) -> Iterator[str]:
    found = [(labels, value) for labels, value in samples if value is not None]
    if not found:
        return
    yield f"# TYPE finetunebench_{name} gauge"
    yield f"# HELP finetunebench_{name} {told}."
    for labels, value in found:
        inside = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
        yield f"finetunebench_{name}" + f"{{{inside}}}" * bool(inside) + f" {value:.10g}"
