"""Probe results for the tests of reports."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.results import ProbeResult

_numbers = count()


def result(outcome: Outcome = Outcome.CORRECT, *, kind: str = "memorization", **parts: Any) -> ProbeResult:
    """Return a result with an id of its own; what it lacks is plausible."""
    category = parts.get("category", "people")
    base: dict[str, Any] = {
        "id": f"{category}/ada/{kind}-{next(_numbers):09}",
        "category": category,
        "item": "ada",
        "kind": kind,
    }
    rest = {"setting": "new_knowledge", "generalization": KINDS.get(kind, True), "prompt": "How heavy?"}
    more = {"expected": "61", "place": "a.yaml:3", "outcome": outcome, "reason": "because"}
    return ProbeResult(**(base | rest | more | parts))


def any_results(names: st.SearchStrategy[str], kinds: st.SearchStrategy[str]) -> st.SearchStrategy[list[ProbeResult]]:
    """Results of any outcome, with categories and kinds as given."""
    return st.lists(
        st.builds(
            result,
            st.sampled_from(Outcome),
            kind=kinds,
            category=names,
            reason=st.text(),
            control=st.none() | st.sampled_from(Outcome),
            source=st.sampled_from([None, "provider", "cache", "local"]),
            calls=st.integers(0, 7),
        )
    )
