"""Compare two runs of a suite probe by probe: what was fixed, what broke, and whether it is more than noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import RunError, counted
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.models.local.spec import WEIGHTS
from pytest_finetunebench.runs.paired_rows import (
    ALPHA,
    Kind,
    PairedRow,
    ProbeChange,
    adjusted,
    paired_row,
    paired_rows,
)
from pytest_finetunebench.runs.rates import (
    ALL,
    by_probe,
    rows_of,
    share,
    stored_rates,
)
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.regrade import regrade
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.units import Weight


@dataclass(frozen=True)
class Drift:
    """The change of the pass rate, 0..1, since the oldest accepted run of a suite, over `n` shared probes."""

    since: int
    """That run's number."""
    before: float
    after: float
    n: int


@dataclass(frozen=True)
class RunComparison:
    """Two runs, their rows and changed probes, and what should be known of how they were compared."""

    before: RunRecord
    after: RunRecord
    changes: tuple[ProbeChange, ...]
    total: PairedRow | None
    """None where no probe was measured in both."""
    rows: tuple[PairedRow, ...]
    notices: tuple[str, ...]
    drift: Drift | None = None
    """Of a comparison with a baseline, where an older accepted run is stored."""

    def of(self, *kinds: Kind) -> list[ProbeChange]:
        """Return the changes of some kinds, in the order of their probes."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def counts(self) -> Counter[Kind]:
        """How many probes changed in which way."""
        return Counter(change.kind for change in self.changes)

    @property
    def apart(self) -> bool | None:
        """Whether the two can be told apart over all shared probes; None where there is none."""
        return None if self.total is None else self.total.p_value <= ALPHA

    @property
    def held_updates(self) -> list[ProbeChange]:
        """Probes of updated facts to which the first model gave a superseded answer."""
        return [c for c in self.changes if any(result.outcome is Outcome.STALE for result in c.before)]


_BOTH = ("prompt", "system", "turns", "form", "aliases", "superseded_answers")
_asked_of: Callable[[ProbeResult], tuple[object, ...]] = attrgetter(*_BOTH, "expected", "grader_options")
_asked_by: Callable[[Probe], tuple[object, ...]] = attrgetter(*_BOTH, "answer", "grader")


def compare_runs(
    before: RunRecord,
    after: RunRecord,
    custom: Mapping[str, GraderFunction] | None = None,
    weight: Weight = "probes",
) -> RunComparison:
    """Compare two runs over the probes that they share and that both measured.

    Regrades a record of another grading version first; `custom` maps names to custom graders. Two probes are the same
    if they have the same id, question, references, superseded answers and grader.

    Raises:
        RunError: the runs share no probe.
    """
    notices: list[str] = []
    before, after = (graded_alike(record, custom, notices) for record in (before, after))
    if before.partial:
        notices.append(f"{before.title} is a partial run: what it left out is not compared")
    notices += _differing_settings(before, after)
    changes = _changes(before, after, notices)
    if all(change.kind in ("new", "gone") for change in changes):
        raise RunError(f"{before.title} and {after.title} share no probe: there is nothing to compare")
    paired = [change for change in changes if change.paired]
    rows = paired_rows(paired, weight)
    return RunComparison(
        before=before,
        after=after,
        changes=tuple(changes),
        total=paired_row(ALL, paired, weight),
        rows=tuple(replace(row, p_value=p) for row, p in zip(rows, adjusted(rows, "two-sided"), strict=True)),
        notices=tuple(dict.fromkeys(notices)),
    )


def record_of_base(record: RunRecord) -> RunRecord | None:
    """Return the base model's answers in a run as a separate record; None if no base was asked."""
    results = [base for result in record.results if (base := result.of_base) is not None]
    if not results or record.base_model is None:
        return None
    return record.model_copy(
        update={
            "model": record.base_model,
            "base_model": None,
            "base_url": None,
            "name": None,
            "number": None,
            "results": tuple(results),
            "pass_rates": stored_rates(*rows_of(results)),
        }
    )


def graded_alike(record: RunRecord, custom: Mapping[str, GraderFunction] | None, notices: list[str]) -> RunRecord:
    """Return a record as the graders of this version judge it; `notices` hear what changed."""
    if record.grading_version == grading_version():
        return record
    again = regrade(record, custom)
    changed = counted(len(again.changes), "verdict") if again.changes else "no verdict"
    notices.append(f"{record.title} was graded by another version: graded anew, {changed} changed")
    notices.extend(f"{record.title}: {notice}" for notice in again.notices)
    return again.record


def _differing_settings(before: RunRecord, after: RunRecord) -> list[str]:
    named: dict[str, Callable[[RunRecord], object]] = {
        "base URL": _address,
        "temperature": lambda record: record.sampling.temperature,
        "seed": lambda record: record.sampling.seed,
        "max_tokens": lambda record: record.sampling.max_tokens,
        "repeat": lambda record: record.repeat,
        "judge": lambda record: record.judge_model,
    }
    pairs = [(name, get(before), get(after)) for name, get in named.items()]
    told = [f"{name} {_or_none(old)} → {_or_none(new)}" for name, old, new in pairs if old != new]
    return [f"the runs differ in more than the model: {', '.join(told)}"] if told else []


def _address(record: RunRecord) -> str | None:
    # of a model in this process it is a hash of the weights, in which two models always differ
    return None if record.base_url is None or record.base_url.startswith(WEIGHTS) else record.base_url


def _or_none(value: object) -> object:
    return "none" if value is None else value


def _changes(before: RunRecord, after: RunRecord, notices: list[str]) -> list[ProbeChange]:
    old, new = _samples(before), _samples(after)
    rewritten = {name for name in old.keys() & new.keys() if asked_of(old[name][0]) != asked_of(new[name][0])}
    changes = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name, ()), new.get(name, ())
        if name in rewritten:
            changes += [ProbeChange(name, "gone", was, ()), ProbeChange(name, "new", (), now)]
        else:
            changes.append(_change(name, was, now))
    left_out = {"gone": 0, "new": 0} | Counter(change.kind for change in changes)
    if left_out["gone"] or left_out["new"]:
        words = f"{left_out['new']} new, {left_out['gone']} gone"
        again = f", {len(rewritten)} of each rewritten" if rewritten else ""
        notices.append(f"the suites differ: compared on the probes that both share ({words}{again})")
    return changes


def _samples(record: RunRecord) -> dict[str, tuple[ProbeResult, ...]]:
    probes = by_probe(record.results)
    return {
        name: tuple(sorted(found, key=lambda result: result.repeat) if len(found) > 1 else found)
        for name, found in probes.items()
    }


def asked_of(result: ProbeResult) -> tuple[object, ...]:
    """Return what makes two probes of one id the same: question, references and grader."""
    return _asked_of(result)


def asked_by(probe: Probe) -> tuple[object, ...]:
    """Return the same of a probe that is still to be asked."""
    return _asked_by(probe)


def _change(name: str, before: Sequence[ProbeResult], after: Sequence[ProbeResult]) -> ProbeChange:
    was, now = share(before), share(after)
    return ProbeChange(name, _kind(before, after, was, now), tuple(before), tuple(after), (was or 0.0, now or 0.0))


def _kind(before: Sequence[ProbeResult], after: Sequence[ProbeResult], was: float | None, now: float | None) -> Kind:
    if not before or not after:
        return "gone" if before else "new"
    if was is None or now is None:
        return "unmeasured"
    if (was > 0.5) != (now > 0.5):
        return "fixed" if now > 0.5 else "broke"
    if now > 0.5:
        return "still right"
    stale = all(any(result.outcome is Outcome.STALE for result in side) for side in (before, after))
    return "still stale" if stale else "still wrong"
