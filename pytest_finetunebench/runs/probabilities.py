"""How likely the references' first tokens were, by kind: progress before the first pass, and right answers by luck."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.models.reference_probability import begins_with
from pytest_finetunebench.runs.rates import by_probe, ordered_kinds
from pytest_finetunebench.runs.results import ProbeResult

LUCKY = 0.5
"""A probability under which a right answer would, at a temperature of 1, mostly not have come."""


@dataclass(frozen=True)
class KindProbability:
    """The mean over the probes of one kind of the probability of the reference's first tokens."""

    kind: str
    n: int
    """Probes whose probability is known."""
    mean: float
    """0..1."""
    base: float | None
    """The base model's, over its own known probes."""
    lucky: int
    """Right answers that begin with a reference, with a probability under `LUCKY`; samples counted each.

    An answer in a whole sentence tells nothing: its first words are another way to say the same.
    """


def probabilities_of(results: Iterable[ProbeResult]) -> tuple[KindProbability, ...]:
    """Return a row for each kind whose probabilities are known; none where none was asked for."""
    by_kind: dict[str, list[Sequence[ProbeResult]]] = defaultdict(list)
    for samples in by_probe(results).values():
        by_kind[samples[0].kind].append(samples)
    rows = (_row(kind, by_kind[kind]) for kind in ordered_kinds(by_kind.keys()))
    return tuple(row for row in rows if row is not None)


def _row(kind: str, probes: Sequence[Sequence[ProbeResult]]) -> KindProbability | None:
    found = _means(probes, lambda result: result)
    if not found:
        return None
    base = _means(probes, lambda result: result.base)
    return KindProbability(
        kind=kind,
        n=len(found),
        mean=math.fsum(found) / len(found),
        base=math.fsum(base) / len(base) if base else None,
        lucky=sum(_is_lucky(result) for samples in probes for result in samples),
    )


def _means(
    probes: Iterable[Sequence[ProbeResult]], answer: Callable[[ProbeResult], GradedAnswer | None]
) -> list[float]:
    """Return each probe's mean over its samples; probes without a known probability are left out."""
    means = []
    for samples in probes:
        answers = (answer(sample) for sample in samples)
        known = [p for one in answers if one is not None and (p := one.reference_probability) is not None]
        if known:
            means.append(math.fsum(known) / len(known))
    return means


def _is_lucky(result: ProbeResult) -> bool:
    probability = result.reference_probability
    if not result.correct or probability is None or probability >= LUCKY:
        return False
    return begins_with(result.probe.references, result.answer or "")
