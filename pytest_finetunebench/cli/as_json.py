"""The JSON that commands over stored runs print. Keys are a contract: keys may be added, none is removed or changed."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from pytest_finetunebench.reports.arms import arms_as_plain
from pytest_finetunebench.reports.forms import form_as_plain
from pytest_finetunebench.reports.found_hard import found_hard_as_plain
from pytest_finetunebench.reports.probabilities import probabilities_as_plain
from pytest_finetunebench.runs.arm_rows import study_of
from pytest_finetunebench.runs.comparison import RunComparison
from pytest_finetunebench.runs.form_study import form_study
from pytest_finetunebench.runs.found_hard import found_hard_of
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.index import RunHead
from pytest_finetunebench.runs.paired_rows import PairedRow, ProbeChange
from pytest_finetunebench.runs.probabilities import probabilities_of
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult

_NAMING = ("number", "name", "created", "commit", "model", "base_url", "base_model", "judge_model", "suite_hash")


def naming(record: RunRecord | RunHead) -> dict[str, Any]:
    """Return what identifies a run; `number` and `name` are null if it has none."""
    return {key: getattr(record, key) for key in _NAMING} | {"partial": record.partial, "no_baseline": record.flaw}


def run(record: RunRecord) -> dict[str, Any]:
    """Return a run without its results. `not_run` and `not_selected` count probes; rates are within 0..1."""
    return naming(record) | {
        "grading_version": record.grading_version,
        "sampling": record.sampling.model_dump(mode="json"),
        "repeat": record.repeat,
        "probes": len({result.id for result in record.results}),
        "not_run": len(record.not_run),
        "not_selected": len(record.not_selected),
        "interrupted": record.interrupted,
        "stopped": record.stopped,
        "outcomes": dict(sorted(Counter(str(result.outcome) for result in record.results).items())),
        "pass_rates": [rate.model_dump(mode="json") for rate in record.pass_rates],
        "notices": list(record.notices),
        "lineage": None if record.lineage is None else record.lineage.model_dump(mode="json"),
        "shutdown": None if record.shutdown is None else record.shutdown.isoformat(),
        "arms": arms(record),
        "reference_probabilities": probabilities_as_plain(probabilities_of(record.results)),
        "form": form_as_plain(form_study(record.results)),
        "found_hard": found_hard(record),
    }


def arms(record: RunRecord) -> dict[str, Any] | None:
    """Return what the arms of a run come to; null if it has none."""
    study = study_of(record)
    return None if study is None else arms_as_plain(study)


def found_hard(record: RunRecord) -> dict[str, Any] | None:
    """Return how a run does on probes that were chosen because a model failed them; null if it has none."""
    names = [arm.name for arm in record.arms]
    found = found_hard_of(record.all_results, names, counts=record.found_hard_counts)
    return None if found is None else found_hard_as_plain(found)


def comparison(found: RunComparison) -> dict[str, Any]:
    """Return a comparison. `total` is null if no probe was measured in both runs; rates are within 0..1."""
    return {
        "before": naming(found.before),
        "after": naming(found.after),
        "apart": found.apart,
        "counts": dict(found.counts),
        "total": None if found.total is None else row(found.total),
        "rows": [row(one) for one in found.rows],
        "changes": [change(one) for one in found.changes],
        "notices": list(found.notices),
        "drift": None if found.drift is None else dataclasses.asdict(found.drift),
    }


def row(found: PairedRow) -> dict[str, Any]:
    """Return a row of paired rates. `needed_items` is how many items find a drop of ten points in 90% of runs."""
    return {
        "name": found.name,
        "n": found.n,
        "items": found.items,
        "before": found.before,
        "after": found.after,
        "fixed": found.fixed,
        "broke": found.broke,
        "difference": found.difference.value,
        "low": found.difference.low,
        "high": found.difference.high,
        "p_value": found.p_value,
        "p_drop": found.p_drop,
        "p_mcnemar": found.p_mcnemar,
        "significant": found.significant,
        "needed_items": found.needed,
    }


def change(found: ProbeChange) -> dict[str, Any]:
    """Return one probe in two runs. `before` and `after` list its samples; empty if it was not asked."""
    either = found.either
    return {
        "id": found.id,
        "kind": found.kind,
        "question": either.prompt,
        "expected": either.expected,
        "place": either.place,
        "before": [sample(one) for one in found.before],
        "after": [sample(one) for one in found.after],
    }


def sample(result: ProbeResult) -> dict[str, Any]:
    """Return one answer with its verdict; `answer` is null if there is none."""
    return {"outcome": str(result.outcome), "answer": result.answer, "reason": result.reason}


def gate(found: GateResult) -> dict[str, Any]:
    """Return a gate's result. `status` is one of four; `blocks` says whether it fails the run.

    Figures are within -1..1.
    """
    return dataclasses.asdict(found) | {"blocks": found.blocks}
