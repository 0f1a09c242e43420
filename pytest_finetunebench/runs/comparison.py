"""Compare two runs of a suite probe by probe: what was fixed, what broke, and whether it is more than noise."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pytest_finetunebench.errors import RunError, counted
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.runs.paired_values import compare_values, most_careful
from pytest_finetunebench.runs.rates import (
    ALL,
    GENERALIZATION,
    by_probe,
    fewest_samples,
    ordered_kinds,
    rows_of,
    share,
    stored_rates,
)
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.regrade import regrade
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Difference, holm, mcnemar_exact
from pytest_finetunebench.runs.units import Weight, units_of

ALPHA = 0.05
"""Differences at most so likely by chance are called significant."""
UPDATED, RETENTION = "updated facts", "retention"

Kind = Literal["fixed", "broke", "still stale", "still right", "still wrong", "new", "gone", "unmeasured"]


@dataclass(frozen=True)
class ProbeChange:
    """One probe in two runs; `before` is empty where it is new, `after` where it is gone.

    A probe that was asked several times is right where more than half of its measured samples are.
    """

    id: str
    kind: Kind
    before: tuple[ProbeResult, ...]
    after: tuple[ProbeResult, ...]

    @property
    def either(self) -> ProbeResult:
        """A result of it, for its question and place."""
        return (self.after or self.before)[0]

    @property
    def paired(self) -> bool:
        """Whether both runs asked and measured it."""
        return self.kind not in ("new", "gone", "unmeasured")


@dataclass(frozen=True)
class PairedRow:
    """The pass rates of two runs over the probes that both measured; rates are within 0..1."""

    name: str
    n: int
    items: int
    before: float
    after: float
    fixed: int
    broke: int
    held: int
    """Probes that the first run has right: no more can break."""
    held_items: int
    """Items of which the first run has a probe or sample right: only those can fall."""
    difference: Difference
    """After minus before, with its 95% interval."""
    p_value: float
    """Two-sided, by the permutation test clustered by item; adjusted for the number of rows (Holm)."""
    p_drop: float
    """One-sided, of a drop, for this row alone."""
    p_gain: float
    """One-sided, of a rise, for this row alone."""
    p_mcnemar: float
    """McNemar's exact test, which takes probes as independent."""
    needed: int | None
    """How many items would find a drop of ten points in nine of ten runs; None where nothing tells."""
    visible: float | None
    """The least drop, 0..1, that these items find in nine of ten runs; None where they find none."""

    @property
    def significant(self) -> bool:
        """Whether the difference is more than noise, all rows considered."""
        return self.p_value <= ALPHA


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


def compare_runs(
    before: RunRecord,
    after: RunRecord,
    own: Mapping[str, GraderFunction] | None = None,
    weight: Weight = "probes",
) -> RunComparison:
    """Compare two runs over the probes that they share and that both measured.

    A record of other graders than today's is regraded first; `own` are the user's own graders by name. Probes are the
    same where their ids are, and question, references, superseded answers and grader.

    Raises:
        RunError: the runs share no probe.
    """
    notices: list[str] = []
    before, after = (_graded_alike(record, own, notices) for record in (before, after))
    if before.partial:
        notices.append(f"{before.title} is a partial run: what it left out is not compared")
    notices += _differing_settings(before, after)
    changes = _changes(before, after, notices)
    if all(change.kind in ("new", "gone") for change in changes):
        raise RunError(f"{before.title} and {after.title} share no probe: there is nothing to compare")
    paired = [change for change in changes if change.paired]
    rows = _rows(paired, weight)
    adjusted = holm([row.p_value for row in rows])
    return RunComparison(
        before=before,
        after=after,
        changes=tuple(changes),
        total=paired_row(ALL, paired, weight),
        rows=tuple(replace(row, p_value=p) for row, p in zip(rows, adjusted, strict=True)),
        notices=tuple(dict.fromkeys(notices)),
    )


def record_of_base(record: RunRecord) -> RunRecord | None:
    """Return the base model's answers in a run as a record of their own; None where no base was asked."""
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


def _before(change: ProbeChange) -> tuple[ProbeResult, ...]:
    return change.before


def _after(change: ProbeChange) -> tuple[ProbeResult, ...]:
    return change.after


def _means(values: Sequence[float], shown: Sequence[ProbeResult]) -> list[float]:
    """Return the mean value of each item, in the order of their first probes."""
    by_item: dict[str, list[float]] = defaultdict(list)
    for value, result in zip(values, shown, strict=True):
        by_item[result.item_id].append(value)
    return [math.fsum(found) / len(found) for found in by_item.values()]


def paired_row(name: str, paired: Sequence[ProbeChange], weight: Weight = "probes") -> PairedRow | None:
    """Compare the pass rates over probes that both runs measured, or over their items; None where there is none."""
    if not paired:
        return None
    before, after = ([result for change in paired for result in side(change)] for side in (_before, _after))
    shown = [change.either for change in paired]
    a, b = ([_share(side(change)) for change in paired] for side in (_before, _after))
    held = sum(share > 0.5 for share in a)
    trials = min(fewest_samples(before), fewest_samples(after))
    if weight == "items":
        trials *= min(Counter(result.item_id for result in shown).values())
        a, b = (_means(values, shown) for values in (a, b))
        shown = list({result.item_id: result for result in shown}.values())
    by_unit = [compare_values(a, b, list(map(unit, shown)), trials) for unit in units_of(shown)]
    careful = most_careful(by_unit)
    kinds = Counter(change.kind for change in paired)
    return PairedRow(
        name=name,
        n=len(a),
        items=by_unit[0].units,
        before=math.fsum(a) / len(a),
        after=math.fsum(b) / len(b),
        fixed=kinds["fixed"],
        broke=kinds["broke"],
        held=held,
        held_items=careful.held,
        difference=careful.difference,
        p_value=careful.p_value,
        p_drop=careful.p_drop,
        p_gain=careful.p_gain,
        p_mcnemar=mcnemar_exact(kinds["fixed"], kinds["broke"]),
        needed=careful.needed,
        visible=careful.visible,
    )


def _graded_alike(record: RunRecord, own: Mapping[str, GraderFunction] | None, notices: list[str]) -> RunRecord:
    if record.grading_version == grading_version():
        return record
    again = regrade(record, own)
    changed = counted(len(again.changes), "verdict") if again.changes else "no verdict"
    notices.append(f"{record.title} was graded by another version: graded anew, {changed} changed")
    notices.extend(f"{record.title}: {notice}" for notice in again.notices)
    return again.record


def _differing_settings(before: RunRecord, after: RunRecord) -> list[str]:
    named: dict[str, Callable[[RunRecord], object]] = {
        "base URL": lambda record: record.base_url,
        "temperature": lambda record: record.sampling.temperature,
        "seed": lambda record: record.sampling.seed,
        "max_tokens": lambda record: record.sampling.max_tokens,
        "repeat": lambda record: record.repeat,
        "judge": lambda record: record.judge_model,
    }
    pairs = [(name, get(before), get(after)) for name, get in named.items()]
    told = [f"{name} {_or_none(old)} → {_or_none(new)}" for name, old, new in pairs if old != new]
    return [f"the runs differ in more than the model: {', '.join(told)}"] if told else []


def _or_none(value: object) -> object:
    return "none" if value is None else value


def _changes(before: RunRecord, after: RunRecord, notices: list[str]) -> list[ProbeChange]:
    old, new = _samples(before), _samples(after)
    rewritten = {name for name in old.keys() & new.keys() if _asked(old[name][0]) != _asked(new[name][0])}
    changes = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name, ()), new.get(name, ())
        if name in rewritten:
            changes += [ProbeChange(name, "gone", was, ()), ProbeChange(name, "new", (), now)]
        else:
            changes.append(ProbeChange(name, _kind(was, now), was, now))
    left_out = {"gone": 0, "new": 0} | Counter(change.kind for change in changes)
    if left_out["gone"] or left_out["new"]:
        words = f"{left_out['new']} new, {left_out['gone']} gone"
        again = f", {len(rewritten)} of each rewritten" if rewritten else ""
        notices.append(f"the suites differ: compared on the probes that both share ({words}{again})")
    return changes


def _samples(record: RunRecord) -> dict[str, tuple[ProbeResult, ...]]:
    probes = by_probe(record.results)
    return {name: tuple(sorted(found, key=lambda result: result.repeat)) for name, found in probes.items()}


def _asked(result: ProbeResult) -> tuple[object, ...]:
    references = (result.expected, result.aliases, result.superseded_answers)
    return (result.prompt, result.system, references, result.grader_options)


def _kind(before: Sequence[ProbeResult], after: Sequence[ProbeResult]) -> Kind:
    if not before or not after:
        return "gone" if before else "new"
    was, now = share(before), share(after)
    if was is None or now is None:
        return "unmeasured"
    if (was > 0.5) != (now > 0.5):
        return "fixed" if now > 0.5 else "broke"
    if now > 0.5:
        return "still right"
    stale = all(any(result.outcome is Outcome.STALE for result in side) for side in (before, after))
    return "still stale" if stale else "still wrong"


def _share(samples: Sequence[ProbeResult]) -> float:
    return share(samples) or 0.0


def _rows(paired: Sequence[ProbeChange], weight: Weight) -> list[PairedRow]:
    """Return a row per category and kind, then over all categories: generalization, updated facts, retention."""
    by_kind: dict[tuple[str, str], list[ProbeChange]] = defaultdict(list)
    for change in paired:
        by_kind[change.either.category, change.either.kind].append(change)
    order = ordered_kinds({kind for _, kind in by_kind})
    groups = [
        (f"{category}/{kind}", by_kind[category, kind])
        for category, kind in sorted(by_kind, key=lambda key: (key[0], order.index(key[1])))
    ]
    groups += [
        (GENERALIZATION, [c for c in paired if c.either.generalization]),
        (UPDATED, [c for c in paired if c.either.setting == "updated_knowledge"]),
        (RETENTION, [c for c in paired if RETENTION in (c.either.setting, c.either.kind)]),
    ]
    rows = (paired_row(name, group, weight) for name, group in groups)
    return [row for row in rows if row is not None]
