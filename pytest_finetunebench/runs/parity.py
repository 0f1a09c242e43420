"""Compare one model in two deployments: how often both give the same answer, and the same verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_finetunebench.runs.rates import ordered_kinds
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import clustered_interval

Pair = tuple[ProbeResult, ProbeResult]


@dataclass(frozen=True)
class Agreement:
    """How many of `n` samples agree."""

    same: int
    n: int
    interval: tuple[float, float] | None
    """The 95% interval of the share by knowledge item, 0..1; None where n is 0."""

    @property
    def rate(self) -> float | None:
        """The share that agrees, 0..1; None where nothing was measured on both sides."""
        return self.same / self.n if self.n else None


@dataclass(frozen=True)
class Parity:
    """Two deployments on the same probes."""

    answers: Agreement
    """Answers that are equal but for blanks at either end."""
    verdicts: Agreement
    """Answers that are both right or both not, whatever their words."""
    kinds: tuple[tuple[str, Agreement, Agreement], ...]
    """Answers and verdicts of each kind, in report order."""
    differing: tuple[Pair, ...]
    """Samples whose verdicts differ, then those whose answers alone do."""
    unmeasured: int
    """Samples that one side or both have no answer to."""


def parity_of(first: RunRecord, second: RunRecord) -> Parity:
    """Compare two records of one suite, sample by sample."""
    others = {(result.id, result.repeat): result for result in second.results}
    both = [(one, others[one.id, one.repeat]) for one in first.results if (one.id, one.repeat) in others]
    pairs = [(one, other) for one, other in both if one.measured and other.measured]
    kinds: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[pair[0].kind].append(pair)
    named = ((kind, kinds[kind]) for kind in ordered_kinds(kinds.keys()))
    differing = [pair for pair in pairs if not (_same_verdict(pair) and _same_answer(pair))]
    total = len({(result.id, result.repeat) for result in (*first.results, *second.results)})
    return Parity(
        answers=_agreement(pairs, _same_answer),
        verdicts=_agreement(pairs, _same_verdict),
        kinds=tuple((kind, _agreement(of, _same_answer), _agreement(of, _same_verdict)) for kind, of in named),
        differing=tuple(sorted(differing, key=_same_verdict)),
        unmeasured=total - len(pairs),
    )


def _agreement(pairs: Sequence[Pair], same: Callable[[Pair], bool]) -> Agreement:
    groups: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        groups[pair[0].item_id].append(float(same(pair)))
    values: Iterable[Sequence[float]] = groups.values()
    return Agreement(sum(map(same, pairs)), len(pairs), clustered_interval(values) if pairs else None)


def _same_answer(pair: Pair) -> bool:
    return (pair[0].answer or "").strip() == (pair[1].answer or "").strip()


def _same_verdict(pair: Pair) -> bool:
    return pair[0].correct is pair[1].correct
