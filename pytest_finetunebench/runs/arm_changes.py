"""How the arms that two runs have in common changed from the one to the other."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.runs.arm_rows import arm_results
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.paired_rows import PairedRow
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.statistics import holm


def arm_changes(before: RunRecord, after: RunRecord) -> list[PairedRow]:
    """Return a row over all shared probes for each arm that both runs asked alike, by its name.

    Two arms are the same where name and spec are. p-values are adjusted for the number of rows (Holm).
    """
    old, new = ({arm.name: arm.spec for arm in record.arms} for record in (before, after))
    rows = []
    for name in new:
        if old.get(name) != new[name]:
            continue
        try:
            row = compare_runs(record_of_arm(before, name), record_of_arm(after, name)).total
        except RunError:  # no shared probe: the runs' own comparison says so
            row = None
        if row is not None:
            rows.append(replace(row, name=name))
    adjusted = holm([row.p_value for row in rows])
    return [replace(row, p_value=p_value) for row, p_value in zip(rows, adjusted, strict=True)]


def record_of_arm(record: RunRecord, name: str) -> RunRecord:
    """Return a run with an arm's answers in the place of the model's."""
    results = arm_results(record.results, name)
    return record.model_copy(update={"results": tuple(results), "arms": (), "base_model": None})
