"""Run records for the tests of gates, comparisons and run files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import result

RIGHT, WRONG, STALE, UNMEASURED = Outcome.CORRECT, Outcome.WRONG, Outcome.STALE, Outcome.UNMEASURED


def probe(name: str, *outcomes: Outcome, **parts: Any) -> list[ProbeResult]:
    """Return the samples of one probe, `ITEM/KIND-N` of the category `people` unless told otherwise."""
    category = parts.pop("category", "people")
    item, _, rest = name.partition("/")
    base = {"id": f"{category}/{name}", "category": category, "item": item, "kind": rest.rpartition("-")[0]}
    return [result(outcome, repeat=repeat, **(base | parts)) for repeat, outcome in enumerate(outcomes)]


def record(*probes: Sequence[ProbeResult], **parts: Any) -> RunRecord:
    """Return a run's record, graded by today's graders."""
    results = tuple(one for samples in probes for one in samples)
    base = {"tool_version": "1", "created": "2026-11-21T03:11:49+00:00", "model": "ft:m", "base_url": None}
    rest = {"suite_hash": "0" * 64, "sampling": Sampling(), "grading_version": grading_version()}
    rates = {"pass_rates": stored_rates(*rows_of(results)), "results": results}
    return RunRecord.model_validate(base | rest | rates | parts)


OUTCOMES = st.sampled_from([RIGHT, WRONG, STALE, UNMEASURED])


@st.composite
def suites(draw: st.DrawFn, runs: int = 2, repeats: int = 3) -> list[list[ProbeResult]]:
    """Draw the results of several runs of one suite, each of which may lack probes."""
    names = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["people", "news"]),
                st.sampled_from(["ada", "bo", "cy"]),
                st.sampled_from(["memorization", "rephrased", "retention"]),
                st.integers(1, 2),
            ),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    found: list[list[ProbeResult]] = []
    for _ in range(runs):
        results: list[ProbeResult] = []
        for category, item, kind, number in names:
            outcomes = draw(st.lists(OUTCOMES, max_size=repeats))
            results += probe(f"{item}/{kind}-{number}", *outcomes, category=category)
        found.append(results)
    return found
