"""The change since the oldest accepted run of a suite: ten small drops may each have passed their gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.runs.comparison import Drift, RunComparison, compare_runs
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.units import Weight


def with_drift(
    comparison: RunComparison,
    folder: RunFolder,
    graders: Mapping[str, GraderFunction] | None = None,
    weight: Weight = "probes",
) -> RunComparison:
    """Return a comparison with a baseline, with the newer run's change since the oldest accepted run of its suite.

    Raises:
        RunError: a stored record is damaged.
    """
    after = comparison.after
    oldest = folder.oldest_accepted(after.suite_hash)
    if oldest is None or oldest.number is None or oldest.number == comparison.before.number:
        return comparison
    if after.number is not None and oldest.number >= after.number:
        return comparison
    try:
        row = compare_runs(oldest, after, graders, weight).total
    except RunError:  # the two share no probe: nothing can have drifted
        return comparison
    drift = None if row is None else Drift(oldest.number, row.before, row.after, row.n)
    return replace(comparison, drift=drift)
