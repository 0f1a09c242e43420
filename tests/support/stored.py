"""Run records for the tests of what is done with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import result

RIGHT, WRONG, STALE, UNMEASURED = Outcome.CORRECT, Outcome.WRONG, Outcome.STALE, Outcome.UNMEASURED


def stored(results: Iterable[ProbeResult], **parts: Any) -> RunRecord:
    """Return the record of a whole run, graded by today's graders; `parts` replace what it says."""
    ordered = tuple(sorted(results, key=lambda one: (one.id, one.repeat)))
    base = {"tool_version": "1", "created": "2026-11-21T03:11:49+00:00", "model": "ft:m", "base_url": None}
    rest = {"suite_hash": "0" * 64, "sampling": Sampling(), "grading_version": grading_version(), "results": ordered}
    rates = {"pass_rates": stored_rates(*rows_of(ordered))}
    return RunRecord.model_validate(base | rest | rates | parts)


def probe(number: int, outcome: Outcome = RIGHT, *, kind: str = "memorization", **parts: Any) -> ProbeResult:
    """Return a result with a fixed id, `people/NUMBER/KIND-1`, and an answer that is graded so again."""
    category = parts.setdefault("category", "people")
    answer = {RIGHT: "61", STALE: "70", UNMEASURED: None}.get(outcome, "80")
    fields = {
        "id": f"{category}/i{number}/{kind}-1",
        "item": f"i{number}",
        "response": answer,
        "superseded_answers": ("70",),
        "prompt": f"How heavy is {number}?",
    }
    return result(outcome, kind=kind, **fields | parts)


def probes(outcomes: str, **parts: Any) -> list[ProbeResult]:
    """Return a result per letter: r right, w wrong, s stale, u unmeasured."""
    letters = {"r": RIGHT, "w": WRONG, "s": STALE, "u": UNMEASURED}
    return [probe(number, letters[letter], **parts) for number, letter in enumerate(outcomes)]
