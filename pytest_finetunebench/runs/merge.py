"""Join the records of a suite's shards, to gate and compare them as one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from pytest_finetunebench.errors import RunError, one_line
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.completeness import seal_of
from pytest_finetunebench.runs.found_hard import set_apart
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult

_ALIKE: dict[str, Callable[[RunRecord], object]] = {
    "suite": lambda record: record.suite_hash,
    "model": lambda record: record.model,
    "base URL": lambda record: record.base_url,
    "base model": lambda record: record.base_model,
    "judge model": lambda record: record.judge_model,
    "temperature": lambda record: record.sampling.temperature,
    "seed": lambda record: record.sampling.seed,
    "max_tokens": lambda record: record.sampling.max_tokens,
    "repeat": lambda record: record.repeat,
    "found-hard": lambda record: "count" if record.found_hard_counts else "apart",
    "arms": lambda record: ", ".join(f"{arm.name}={arm.spec}" for arm in record.arms) or None,
}
"""What shards of one run share, by the name that messages give it."""
_HASH = re.compile("[0-9a-f]{64}")
Named = tuple[str, RunRecord]
_Graded = TypeVar("_Graded", bound=GradedAnswer)


def merge_records(records: Sequence[RunRecord], names: Sequence[str] = ()) -> RunRecord:
    """Return one record of all results; shards that together cover the suite give a complete one.

    A sample that several shards hold counts once: the measured one where one is unmeasured. The merged record has the
    latest shard's date and no number or name. Messages call the records by `names`, or by their titles.

    Raises:
        RunError: there is no record; two differ in suite, model, settings or graders, or in the outcome of a sample.
    """
    if not records:
        raise RunError("there is no record to merge")
    named = list(zip(names or [record.title for record in records], records, strict=True))
    for other in named[1:]:
        _check_alike(named[0], other)
    everything = _joined(named)
    results, apart = set_apart(everything, counts=records[0].found_hard_counts)
    found = {result.id for result in everything}
    latest = max(records, key=lambda record: record.created)
    probes = tuple(sorted({name for record in records for name in record.probes}))
    sealed = all(record.seal for record in records)
    return latest.model_copy(
        update={
            "number": None,
            "name": None,
            "commit": latest.commit if len({record.commit for record in records}) == 1 else None,
            "results": tuple(results),
            "found_hard": tuple(apart),
            "pass_rates": stored_rates(*rows_of(results)),
            "not_run": tuple(sorted({name for record in records for name in record.not_run} - found)),
            "probes": probes,
            "seal": seal_of(latest.suite_hash, probes) if sealed else None,
            "rejected": next((record.rejected for record in records if record.rejected), None),
            "accepted": False,
            "not_selected": tuple(sorted(_in_all([record.not_selected for record in records]) - found)),
            "interrupted": "; ".join(dict.fromkeys(r.interrupted for r in records if r.interrupted)) or None,
            "stopped": "; ".join(dict.fromkeys(r.stopped for r in records if r.stopped)) or None,
            "notices": tuple(dict.fromkeys(notice for record in records for notice in record.notices)),
        }
    )


def _check_alike(first: Named, other: Named) -> None:
    (one, left), (two, right) = first, other
    told = [
        f"{what}: {_shown(get(left))} and {_shown(get(right))}"
        for what, get in _ALIKE.items()
        if get(left) != get(right)
    ]
    if told:
        raise RunError(f"{one} and {two} are no shards of one run: they differ in {'; '.join(told)}")
    if left.grading_version != right.grading_version:
        again = "bring both up to date with `finetunebench regrade RUN --out FILE` first"
        raise RunError(f"{one} and {two} were graded by different graders: {again}")


def _shown(value: object) -> str:
    text = "none" if value is None else str(value)
    return f"{text[:12]}…" if _HASH.fullmatch(text) else one_line(text, 80)


def _in_all(groups: Sequence[Sequence[str]]) -> set[str]:
    return set(groups[0]).intersection(*groups[1:])


def _joined(named: Iterable[Named]) -> tuple[ProbeResult, ...]:
    kept: dict[tuple[str, int], tuple[str, ProbeResult]] = {}
    for name, record in named:
        for result in record.all_results:
            key = (result.id, result.repeat)
            earlier = kept.get(key)
            kept[key] = (name, result) if earlier is None else (earlier[0], _one_of(*earlier, name, result))
    return tuple(kept[key][1] for key in sorted(kept))


def _one_of(first: str, one: ProbeResult, other: str, two: ProbeResult) -> ProbeResult:
    """Return the sample to keep of two; the base model's answers and the arms' are chosen by the same rule."""
    chosen = _measured_one(one, two, f"the answer in {first} is", f"in {other}", one.id)
    base = one.base or two.base
    if one.base is not None and two.base is not None:
        base = _measured_one(one.base, two.base, f"the base model's answer in {first} is", f"in {other}", one.id)
    arms = two.arms | one.arms
    for name in one.arms.keys() & two.arms.keys():
        here, there = f"the answer of the arm {name} in {first} is", f"in {other}"
        arms[name] = _measured_one(one.arms[name], two.arms[name], here, there, one.id)
    return replace(one if chosen is one else two, base=base, arms=arms)


def _measured_one(one: _Graded, two: _Graded, here: str, there: str, probe: str) -> _Graded:
    if one.measured and two.measured and one.outcome is not two.outcome:
        advice = "shards must not disagree on a probe, leave one of them out"
        raise RunError(f"{probe}: {here} {one.outcome}, {there} {two.outcome}: {advice}")
    return one if one.measured or not two.measured else two
